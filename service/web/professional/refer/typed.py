"""The page of referring as it was filled in, and what it asks for. It shows nothing and keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from flask import request

from service.catalog.proposals import saying
from service.catalog.telephone import Telephone
from service.errors import Invalid, Problem
from service.referrals.people.given import PersonGiven
from service.referrals.referring import pasted
from service.referrals.referring.asking import Asking

LONGEST_TYPED = 3000  # characters of a field that a page repeats
LINES = ("known", "name", "rule", "contact", "notes", "born", "words", "to", "group", "group_name", "unvetted", "same")
FILLED = "prefill"  # the link by which a record system filled the page in
TOLD = tuple(f"new_{name}" for name in saying.FIELDS["heard"])  # of a group that is not listed
TICKS = ("yes", "tell", "safety")
TO_GROUP, ANOTHER = "group", "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """All that was filled in, as it was."""

    lines: Mapping[str, str] = field(repr=False)
    ticks: frozenset[str] = frozenset()
    why: tuple[str, ...] = ()
    pasted: str = field(default="", repr=False)

    def __getitem__(self, name: str) -> str:
        """Return one line, empty where nothing was written."""
        return self.lines.get(name, "")

    def having(self, **lines: str) -> "Typed":
        """Return the same with other lines."""
        return replace(self, lines={**self.lines, **lines})

    @property
    def body(self) -> dict[str, object]:
        """All of it as plain values, to know it again."""
        return {**self.lines, "ticks": sorted(self.ticks), "why": sorted(self.why)}

    @property
    def person(self) -> UUID | None:
        """Whom of the people that are known it is about: chosen first, or said to be the same."""
        return identity(self["known"]) or identity(self["same"])

    @property
    def group(self) -> UUID | None:
        """The group that was chosen, where one is asked for."""
        return identity(self["group"]) if self["to"] == TO_GROUP else None


def now_typed() -> Typed:
    """Read the page that was sent."""
    form = request.form
    return Typed(
        lines={name: shown(form.get(name, "")).strip()[:LONGEST_TYPED] for name in (*LINES, FILLED, *TOLD)},
        ticks=frozenset(name for name in TICKS if form.get(name)),
        why=tuple(form.getlist("why"))[:20],
        pasted=shown(form.get("pasted", ""))[: pasted.LONGEST],
    )


def shown(text: str) -> str:
    """Leave out what no page can show."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\r\t")


def filled_in(typed: Typed, telephone: Telephone, today: date) -> Typed:
    """Put what was read from pasted text into the fields; what stood there and was not found stays."""
    found = pasted.read(typed.pasted, telephone, today)
    read = {"name": found.name, "contact": found.phone, "born": found.born}
    lines = {name: text for name, text in read.items() if text}
    if found.phone and typed["rule"] not in ("phone", "text"):
        lines["rule"] = "phone"
    return replace(typed.having(**lines), pasted="")


def asked(typed: Typed, *, language: str) -> Asking:
    """Return what the page asks for.

    Raises
    ------
    Invalid
        `referral`, with problems of fields that contradict each other or cannot be read.
    """
    problems: dict[str, Problem] = {}
    if identity(typed["known"]) and typed["name"]:
        problems["known"] = Problem("one_of_both")
    born = pasted.day(typed["born"]) if typed["born"] else None
    if typed["born"] and born is None:
        problems["born"] = Problem("no_day")
    if typed["to"] == TO_GROUP and typed.group is None:
        problems["group_name"] = Problem("group_needed")
    if problems:
        raise Invalid("referral", fields=problems)
    return Asking(
        given=PersonGiven(
            preferred_name=typed["name"],
            contact=typed["contact"],
            contact_rule=typed["rule"],
            contact_notes=typed["notes"],
            born=born.isoformat() if born else "",
            language=language,
            safety="safety" in typed.ticks,
        ),
        known=typed.person,
        is_another=typed["same"] == ANOTHER,
        reasons=frozenset(typed.why),
        words=typed["words"],
        yes="yes" in typed.ticks,
        tell="tell" in typed.ticks,
        service_id=identity(typed["to"]),
    )


def identity(text: str) -> UUID | None:
    """Read an id; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
