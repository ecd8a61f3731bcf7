"""What makes it hard to go, and which facts of a listing address it. Pure.

A person marks each barrier *no problem*, *helps* or *must*. *must* is a gate, *helps* is a score, both suggest an
enabler service. `gate` facts are alternatives: by Kleene's or, one yes passes, all no removes, anything else means
"ask first". What stands in `gate_too` must hold beside them, by Kleene's and. Barriers without `gate` are judged from
the numbers of a listing (travel, price, languages, hours, vetting) or never gate.
Source: the barrier table of the product's field guide; see docs/house.md.
"""

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How much a barrier matters: it helps, or it is a must."""

    HELPS = "helps"
    MUST = "must"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """One thing that makes it hard to go.

    Attributes
    ----------
    code : str
    gate : tuple of str
        Alternative facts; see the module's docstring. Empty: no gate by facts.
    gate_too : tuple of str
        Facts that must hold as well: who needs a level way in and a toilet is not helped by one of them.
    facts : tuple of str
        Facts that count for the score, gate facts included.
    first_visit : bool
        Whether the barrier asks for a supported first visit.
    """

    code: str
    gate: tuple[str, ...] = ()
    gate_too: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    first_visit: bool = False


_ALL = (
    Barrier(code="transport", facts=("transport_provided", "near_stop", "parking")),
    Barrier(code="cost", facts=("concession", "pay_what_you_can", "kit_provided")),
    Barrier(
        code="social_anxiety",
        facts=("side_by_side", "leave_anytime", "one_to_one_start", "no_introductions_round"),
        first_visit=True,
    ),
    Barrier(
        code="mobility",
        gate=("step_free",),
        facts=("step_free", "seated_option", "toilets", "gentle_pace", "rest_stops"),
    ),
    Barrier(
        code="wheelchair",
        gate=("step_free",),
        gate_too=("accessible_toilet",),
        facts=("step_free", "wheelchair_space", "accessible_toilet", "blue_badge_parking", "lift"),
    ),
    Barrier(
        code="hearing",
        gate=("hearing_loop", "bsl", "captions"),
        facts=("hearing_loop", "bsl", "captions", "quiet_space"),
    ),
    Barrier(
        code="vision",
        gate=("large_print", "audio_description", "met_at_stop"),
        facts=("large_print", "audio_description", "guide_dog_welcome", "met_at_stop", "lighting"),
    ),
    Barrier(
        code="sensory",
        gate=("quiet_space", "low_sensory"),
        facts=(
            "quiet_space",
            "low_sensory",
            "predictable_routine",
            "photos_of_venue",
            "what_happens_sheet",
            "arrive_early",
            "camera_optional",
        ),
        first_visit=True,
    ),
    Barrier(code="language", facts=("interpreter_arranged", "beginners_english_ok", "translated_material")),
    Barrier(
        code="culture",
        facts=(
            "women_only",
            "men_only",
            "lgbtq_affirming",
            "faith_based",
            "prayer_space",
            "halal_kosher_veg",
            "alcohol_free",
            "mixed",
        ),
    ),
    Barrier(
        code="caring",
        gate=("cared_for_welcome", "creche", "children_welcome", "carer_welcome"),
        facts=("cared_for_welcome", "creche", "children_welcome", "carer_welcome", "ends_before_school"),
    ),
    Barrier(code="work_hours", facts=("drop_in", "recording")),
    Barrier(
        code="digital",
        gate=("no_internet_needed", "phone_booking", "paper_signup", "device_provided"),
        facts=("no_internet_needed", "phone_booking", "paper_signup", "device_provided"),
    ),
    Barrier(
        code="stigma",
        gate=("no_diagnosis_needed",),
        facts=("no_diagnosis_needed", "ordinary_name", "open_to_all", "self_referral", "discreet_venue"),
    ),
    Barrier(
        code="low_mood",
        facts=("short_session", "later_start", "drop_in", "rest_ok", "no_commitment", "gentle_pace", "online_today"),
    ),
    Barrier(
        code="dementia",
        gate=("dementia_friendly",),
        facts=("dementia_friendly", "carer_welcome", "same_place_and_time", "reminder_call", "signage"),
    ),
    Barrier(code="safety"),
    Barrier(code="alone", facts=("phone_check_in",), first_visit=True),
)
BARRIERS: dict[str, Barrier] = {barrier.code: barrier for barrier in _ALL}
CODES: tuple[str, ...] = tuple(BARRIERS)
ALIASES = {"time_evenings_only": "work_hours"}
FIRST_VISIT_FACTS = ("host_meets_you", "buddy_offered", "taster", "come_alone_usual")
CULTURE_FACTS = BARRIERS["culture"].facts  # count only when the person names them; never inferred
