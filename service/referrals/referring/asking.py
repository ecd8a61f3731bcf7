"""What is asked when somebody is referred, or asks for help themselves, and what is wrong with it. Pure.

No problem repeats what was typed of a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from service.errors import Problem
from service.referrals.consent import METHODS
from service.referrals.intake import MAX_REASON, REASONS, ConsentIn, text_problem
from service.referrals.people.given import MAX_STORY, WORDS_VERSION, PersonGiven
from service.referrals.people.given import problems as person_problems

TO_LINK_WORKERS = frozenset({"name", "contact", "needs"})  # what a yes to link workers covers
TO_GROUPS = frozenset({"name", "contact"})
HOW_IT_WENT = frozenset({"outcome"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody who is referred, why, and what they said yes to.

    Attributes
    ----------
    given : PersonGiven
        Somebody new; of somebody known, what is kept already.
    known : UUID or None
        The person, where the organisation knows them.
    is_another : bool
        Whoever refers has seen that somebody like this is known, and says it is somebody else.
    yes, tell : bool
        Whether they may be passed on; whether the referring organisation may hear how it goes.
    service_id : UUID or None
        Whose link workers are asked; None asks those of the referring organisation.
    """

    given: PersonGiven = field(repr=False)
    known: UUID | None = None
    is_another: bool = False
    reasons: frozenset[str] = frozenset()
    words: str = field(default="", repr=False)  # the person's own
    yes: bool = False
    tell: bool = False
    method: str = "spoken"
    source: str = "web"
    service_id: UUID | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that was written freely."""
        return (self.words, self.given.story, self.given.needs, self.given.contact_notes)

    def consent(self, purpose: str, items: frozenset[str], now: datetime) -> ConsentIn:
        """Write down what they said yes to."""
        return ConsentIn(
            given=True,
            items=items,
            words_version=WORDS_VERSION,
            method=self.method,
            given_at=now,
            purpose=purpose,
        )


def problems(asking: Asking, today: date) -> dict[str, Problem]:
    """Everything that is wrong with a wish, by field; empty when nothing is."""
    found = {} if asking.known else dict(person_problems(asking.given, today))
    if not asking.reasons <= set(REASONS):
        found["reasons"] = Problem("unknown_choice")
    found |= _of_text("words", asking.words, MAX_STORY)
    if not asking.yes:
        found["yes"] = Problem("consent_needed")
    if asking.method not in METHODS:
        found["yes"] = Problem("unknown_choice")
    return found


def unvetted_problems(reason: str) -> Mapping[str, Problem]:
    """Say what is wrong with why somebody is sent to a group whose papers nobody has seen."""
    return {"unvetted": Problem("tick_needed")} if not reason.strip() else _of_text("unvetted", reason, MAX_REASON)


def _of_text(name: str, text: str, limit: int) -> dict[str, Problem]:
    wrong = text_problem(text, limit)
    return {} if wrong is None else {name: wrong}
