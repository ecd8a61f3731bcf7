"""Which people of a desk somebody wants to see: codes and the number of a group, never a word about anybody. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from service.referrals.lifecycle import STATES, TERMINAL, Machine

OPEN_STATES = tuple(one for one in STATES[Machine.REFERRAL] if one not in {*TERMINAL[Machine.REFERRAL], "offered"})
OF_GROUP = ("await_answer", "asked_later", "still_waiting")  # needs that wait for a group,
OF_PERSON = ("first_visit",)  # and for the person; any other waits for whoever helps
CHOICES: Mapping[str, tuple[str, ...]] = {
    "view": ("now", "new", "waiting", "going", "settled", "everyone"),
    "state": OPEN_STATES,
    "waits": ("me", "group", "person"),
    "due": ("late", "today", "week"),
    "interpreter": ("yes",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to look at a desk; an empty text asks for nothing."""

    view: str = "now"
    state: str = ""
    waits: str = ""
    due: str = ""
    interpreter: str = ""
    group: str = ""  # its number

    @property
    def group_id(self) -> UUID | None:
        """The group, as a number."""
        return UUID(self.group) if self.group else None

    @property
    def narrows(self) -> bool:
        """Whether more is asked than one of the six views."""
        return any((self.state, self.waits, self.due, self.interpreter, self.group))


def read(typed: Mapping[str, str]) -> Filter:
    """Read what stands in an address; what is none of our codes asks for nothing.

    Examples
    --------
    >>> read({"view": "everyone", "due": "late", "state": "nonsense", "group": "x"})
    Filter(view='everyone', state='', waits='', due='late', interpreter='', group='')
    """
    known = {name: typed[name] for name, codes in CHOICES.items() if typed.get(name) in codes}
    return Filter(**known, group=_number(typed.get("group", "")))


def written(wanted: Filter) -> dict[str, str]:
    """Return it as it stands in an address; the same always comes in the same order."""
    return {one.name: text for one in fields(wanted) if (text := str(getattr(wanted, one.name)))}


def _number(text: str) -> str:
    try:
        return UUID(text).hex
    except ValueError:
        return ""
