"""What a professional sends when they refer somebody, and everything that can be wrong with it, told at once. Pure.

The group's standing is passed in. Nothing here is stored or logged, and no problem repeats what was typed of a person.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service.errors import Problem
from service.referrals import consent as consents

CONTACT_RULES = ("any", "phone", "text", "email", "letter", "none")
SOURCES = ("web", "api", "slip", "self", "list")  # where a referral came from
REASONS = ("lonely", "lost_someone", "carer", "new_here", "low_mood", "moving")  # why somebody is referred
WANTS = ("triage", "first_visit", "week_12", "close")  # steps a referrer may want to hear of
MAX_NAME = 100  # characters, here and below
MAX_CONTACT = 200
MAX_NEEDS = 1000
MAX_REPRESENTATIVE = 300
MAX_REASON = 500
CLOCKS_DIFFER = timedelta(minutes=5)  # how far ahead the sender's clock may be
CHECKED = ("checked", "trusted")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NUMBER = re.compile(r"\+?[0-9][0-9 ()\-]{5,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIn:
    """The least that a group needs to welcome somebody."""

    preferred_name: str
    contact: str | None = None
    contact_rule: str = "any"
    needs: str | None = None
    under_18: bool = False
    safety: bool = False

    @property
    def in_care(self) -> bool:
        """Whether only a checked organisation may be told of this person."""
        return self.under_18 or self.safety


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentIn:
    """What the person said yes to. Without `expires_at` it holds for the longest time allowed."""

    given: bool
    items: frozenset[str]
    words_version: str
    method: str
    given_at: datetime
    given_by: str = "self"
    representative: str | None = None
    purpose: str = "introduction"
    expires_at: datetime | None = None
    group_id: UUID | None = None

    @property
    def ends(self) -> datetime:
        """The instant it stops to hold."""
        return self.expires_at or consents.latest_expiry(self.given_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One referral as it was sent."""

    group_id: UUID
    person: PersonIn
    consent: ConsentIn
    acknowledge_unvetted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a group decides whether somebody may be referred to it today."""

    published: bool
    joinable: bool
    full: bool
    checked: bool


TEXTS = {
    "preferred_name": MAX_NAME,
    "contact": MAX_CONTACT,
    "needs": MAX_NEEDS,
}


def problems(request: Request, group: Standing | None, now: datetime) -> dict[str, Problem]:
    """Everything that stands in the way of this referral, by field; empty when nothing does."""
    return {
        **person_problems(request.person),
        **consent_problems(request.consent, needed_items(request.person), now),
        **_recipient_problems(request),
        **_group_problems(request, group),
    }


def person_problems(person: PersonIn) -> dict[str, Problem]:
    """Everything that is wrong with what is said of somebody, by field."""
    found: dict[str, Problem] = {}
    if not person.preferred_name.strip():
        found["person.preferred_name"] = Problem("missing")
    if person.contact_rule not in CONTACT_RULES:
        found["person.contact_rule"] = Problem("unknown_choice")
    if not (person.contact or "").strip() and person.contact_rule != "none":
        found["person.contact"] = Problem("contact_needed")
    for name, limit in TEXTS.items():
        wrong = text_problem(getattr(person, name), limit)
        if wrong is not None:
            found[f"person.{name}"] = wrong
    return found


def text_problem(text: str | None, limit: int) -> Problem | None:
    """Why a text of a person cannot be kept, or None."""
    if text is None:
        return None
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in "".join(text.split())):
        return Problem("wrong_form")
    return Problem("too_long", {"max_length": limit}) if len(text) > limit else None


def needed_items(person: PersonIn) -> frozenset[str]:
    """What the consent must cover so that the group can answer."""
    return frozenset({"name"} if person.contact_rule == "none" else {"name", "contact"})


def consent_problems(given: ConsentIn, needed: frozenset[str], now: datetime) -> dict[str, Problem]:
    """Everything that is wrong with a consent, by field; `needed` is what it must cover."""
    found = dict[str, Problem]()
    if not given.given:
        return {"consent.given": Problem("consent_needed")}
    if given.given_at > now + CLOCKS_DIFFER:
        found["consent.given_at"] = Problem("in_the_future")
    elif given.ends <= now or consents.latest_expiry(given.given_at) <= now:
        found["consent.expires_at"] = Problem("consent_expired")
    elif not given.given_at < given.ends <= consents.latest_expiry(given.given_at):
        found["consent.expires_at"] = Problem("out_of_range", {"max_months": consents.MAX_MONTHS})
    missing = needed - given.items
    if missing:
        found["consent.items"] = Problem("consent_items_missing", {"items": sorted(missing)})
    decider = _decider_problem(given)
    return found if decider is None else {**found, "consent.representative": decider}


def _recipient_problems(request: Request) -> dict[str, Problem]:
    wrong = request.consent.given and request.consent.group_id not in (None, request.group_id)
    return {"consent.group_id": Problem("consent_for_another_group")} if wrong else {}


def _decider_problem(given: ConsentIn) -> Problem | None:
    """Why it is not clear who decided: a representative is named with the reason, and only a representative."""
    if (given.given_by == "representative") != bool((given.representative or "").strip()):
        return Problem("representative_needed")
    return text_problem(given.representative, MAX_REPRESENTATIVE)


def _group_problems(request: Request, group: Standing | None) -> dict[str, Problem]:
    return group_problems(group, request.acknowledge_unvetted, in_care=request.person.in_care)


def group_problems(group: Standing | None, acknowledged: str | None, *, in_care: bool) -> dict[str, Problem]:
    """Everything that speaks against sending somebody to this group today."""
    if group is None or not group.published:
        return {"group_id": Problem("unknown_group")}
    if not group.joinable:
        return {"group_id": Problem("group_not_joinable")}
    if group.full:
        return {"group_id": Problem("group_full")}
    if group.checked:
        return {}
    if in_care:
        return {"group_id": Problem("group_not_checked")}
    reason = (acknowledged or "").strip()
    if not reason:
        return {"acknowledge_unvetted": Problem("tick_needed")}
    wrong = text_problem(reason, MAX_REASON)
    return {} if wrong is None else {"acknowledge_unvetted": wrong}
