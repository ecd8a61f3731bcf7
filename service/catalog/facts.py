"""Three-valued facts about a group or a place: yes, no, not confirmed; with date and source. Pure.

This file holds the canonical fact codes; every other list is checked against it by a test. No row, an empty cell or
"unknown" is `NOT_CONFIRMED`, never `no`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Value(StrEnum):
    """What is known: yes, no, or not confirmed."""

    YES = "yes"
    NO = "no"
    NOT_CONFIRMED = "not_confirmed"


class Source(StrEnum):
    """Who says so, best first. The order decides when two sources disagree (`settle`)."""

    EDITOR_VISIT = "editor_visit"
    LEADER = "leader"
    EDITOR_CALL = "editor_call"
    PERSON_REPORT = "person_report"
    IMPORT = "import"
    EXTRACTED = "extracted"


RANK = {
    Source.EDITOR_VISIT: 4,
    Source.LEADER: 3,
    Source.EDITOR_CALL: 3,
    Source.PERSON_REPORT: 2,
    Source.IMPORT: 1,
    Source.EXTRACTED: 0,
}

# Families only arrange the codes on a page; a fact may be stated of the group or of its place.
FAMILIES: dict[str, tuple[str, ...]] = {
    "first_visit": (
        "host_meets_you",
        "buddy_offered",
        "taster",
        "come_alone_usual",
        "leave_anytime",
        "side_by_side",
        "one_to_one_start",
        "no_introductions_round",
        "arrive_early",
        "what_happens_sheet",
        "photos_of_venue",
        "met_at_stop",
        "phone_check_in",
    ),
    "joining": (
        "drop_in",
        "booking_needed",
        "referral_only",
        "self_referral",
        "open_to_all",
        "ordinary_name",
        "no_diagnosis_needed",
        "no_commitment",
        "beginners_welcome",
        "phone_booking",
        "paper_signup",
        "no_internet_needed",
        "device_provided",
        "recording",
        "online_today",
        "waiting_list",
    ),
    "getting_there": (
        "near_stop",
        "transport_provided",
        "parking",
        "blue_badge_parking",
        "distance_from_door_m",
        "lighting",
        "signage",
    ),
    "building": (
        "step_free",
        "wheelchair_space",
        "accessible_toilet",
        "toilets",
        "lift",
        "door_width_cm",
        "seated_option",
        "rest_stops",
        "discreet_venue",
        "confidential_location",
    ),
    "seeing_and_hearing": (
        "hearing_loop",
        "bsl",
        "captions",
        "quiet_space",
        "quiet_room",
        "low_sensory",
        "large_print",
        "audio_description",
        "guide_dog_welcome",
        "camera_optional",
    ),
    "pace": (
        "gentle_pace",
        "rest_ok",
        "short_session",
        "later_start",
        "predictable_routine",
        "same_place_and_time",
        "reminder_call",
        "dementia_friendly",
        "safeguarding_checked",
    ),
    "people": (
        "women_only",
        "men_only",
        "mixed",
        "lgbtq_affirming",
        "faith_based",
        "prayer_space",
        "halal_kosher_veg",
        "alcohol_free",
        "interpreter_arranged",
        "beginners_english_ok",
        "translated_material",
        "creche",
        "children_welcome",
        "cared_for_welcome",
        "carer_welcome",
        "ends_before_school",
        "no_public_list",
        "safe_contact",
    ),
    "money": ("concession", "pay_what_you_can", "hidden_costs", "kit_provided"),
    "support": (
        "support_vision",
        "support_hearing",
        "support_physical",
        "support_learning",
        "support_mental_health",
        "support_social",
    ),
}
CODES: tuple[str, ...] = tuple(code for family in FAMILIES.values() for code in family)
AMOUNTS = {"near_stop": "m", "distance_from_door_m": "m", "door_width_cm": "cm"}  # facts that may carry a figure
CONFIDENTIAL = "confidential_location"  # whoever says so, of a group or of a place, hides the address

# Codes other pages use for the same thing.
ALIASES = {
    "quiet_room": "quiet_space",
    "pace": "gentle_pace",
    "short": "short_session",
    "ordinary_name_and_venue": "ordinary_name",
    "discreet": "discreet_venue",
}

# A `yes` falls back to not confirmed after this many days: access facts 24 months, the rest 12 (proposed defaults).
ACCESS_DAYS = 730
OTHER_DAYS = 365
_LASTING = frozenset(FAMILIES["building"] + FAMILIES["getting_there"] + FAMILIES["seeing_and_hearing"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FactValue:
    """One statement about a group or a place.

    Attributes
    ----------
    code : str
        One of `CODES`.
    value : Value
    amount : float or None
        In the unit of `AMOUNTS`.
    source : Source
    confirmed_on : date
    role : str or None
        Role of whoever confirmed it; never a name.
    """

    code: str
    value: Value
    source: Source
    confirmed_on: date
    amount: float | None = None
    note: str | None = None
    role: str | None = None


def either(values: Iterable[Value]) -> Value:
    """Kleene's or: yes if any is yes, no if all are no, else not confirmed.

    References
    ----------
    Kleene, S. C. (1952). Introduction to Metamathematics, section 64: strong three-valued logic.

    Examples
    --------
    >>> either([Value.NO, Value.NOT_CONFIRMED]).value
    'not_confirmed'
    >>> either([]).value
    'not_confirmed'
    """
    seen = list(values)
    if Value.YES in seen:
        return Value.YES
    return Value.NO if seen and all(value is Value.NO for value in seen) else Value.NOT_CONFIRMED


def days_valid(code: str) -> int:
    """For how many days a statement of this fact holds."""
    return ACCESS_DAYS if code in _LASTING else OTHER_DAYS


def current(fact: FactValue, today: date) -> Value:
    """Return the value that still holds today: an old yes or no falls back to not confirmed."""
    return fact.value if (today - fact.confirmed_on).days <= days_valid(fact.code) else Value.NOT_CONFIRMED


def settle(known: FactValue, said: FactValue) -> FactValue | None:
    """Decide between what is known and what is now said: the newer wins if its source ranks at least as high.

    Returns None when neither may win: the fact is then not confirmed and an editor must ask.
    """
    if known.value is said.value:
        return max(known, said, key=lambda fact: (fact.confirmed_on, RANK[fact.source]))
    if said.confirmed_on < known.confirmed_on:
        known, said = said, known
    return said if RANK[said.source] >= RANK[known.source] else None
