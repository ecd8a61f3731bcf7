"""What somebody proposes, read from a form: texts by field, and how to reach them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.catalog.changes import SHAPES
from service.errors import Invalid, Problem

FIELDS: Mapping[str, tuple[str, ...]] = {
    "change": ("name", "description", "when", "place", "cost", "how_to_join", "phone", "email", "url", "closed"),
    "new": ("name", "description", "place", "when", "cost", "phone", "email", "url", "runs"),
    "claim": ("role", "proof"),
    "heard": ("name", "description", "when", "place", "reach"),  # a new group, told of while one sits with somebody
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "change": (),
    "new": ("name", "description", "place"),
    "claim": ("proof",),
    "heard": ("name",),
}
LONGEST: Mapping[str, int] = {
    "name": 200,
    "description": 2000,
    "when": 300,
    "place": 300,
    "cost": 200,
    "how_to_join": 1000,
    "phone": 40,
    "email": 254,
    "url": 500,
    "runs": 200,
    "reach": 300,
    "role": 300,
    "your_name": 100,
    "your_email": 254,
}
LINES = frozenset(LONGEST) - {"description", "how_to_join"}
WAYS = ("mail", "phone", "other")  # how it can be proved that a group is somebody's
MONEY = re.compile(r"[£$€]? ?(\d{1,5})(?:[.,](\d{1,2}))?", re.ASCII)
FREE = frozenset({"free", "nothing", "no charge", "0"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was proposed. Its words stay out of its `repr`."""

    kind: str
    values: Mapping[str, str] = field(repr=False)
    name: str = field(default="", repr=False)  # of whoever proposes: asked only of who runs a group
    email: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """All that was written, one after another."""
        return "\n".join(self.values.values())


def said(kind: str, typed: Mapping[str, str], *, ways: tuple[str, ...] = WAYS) -> Said:
    """Read what was sent; `ways` are the proofs that this group offers.

    Raises
    ------
    Invalid
        With a problem for each field: `needed`, `too_long`, `unreadable`, `not_a_choice`, `not_url`, `not_email`,
        `not_phone`; `main` with `nothing_said` where a form says nothing.
    """
    asked = {name: _tidy(typed.get(name, "")) for name in FIELDS[kind]}
    own = {name: _tidy(typed.get(name, "")) for name in ("your_name", "your_email")}
    needed = {*NEEDED[kind], *(own if kind == "claim" else ())}
    problems = {
        name: problem for name, text in {**asked, **own}.items() if (problem := _problem(name, text, name in needed))
    }
    if kind == "claim" and "proof" not in problems and asked["proof"] not in ways:
        problems["proof"] = Problem("not_a_choice")
    values = {name: text for name, text in asked.items() if text}
    if not values and not problems:
        problems["main"] = Problem("nothing_said")
    if problems:
        raise Invalid("invalid", fields=problems)
    return Said(kind="new" if kind == "heard" else kind, values=values, name=own["your_name"], email=own["your_email"])


def pence(text: str) -> int | None:
    """Return a price as it is kept; None where it is told in words.

    >>> pence("£2.50"), pence("Free"), pence("2 pounds, tea included")
    (250, 0, None)
    """
    plain = text.strip().rstrip(".").casefold()
    if plain in FREE:
        return 0
    match = MONEY.fullmatch(plain)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else None


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _problem(name: str, text: str, needed: bool) -> Problem | None:  # noqa: FBT001
    if not text:
        return Problem("needed") if needed else None
    limit = LONGEST.get(name, 60)
    if len(text) > limit:
        return Problem("too_long", {"limit": limit})
    if _CONTROL.search(text) or (name in LINES and "\n" in text):
        return Problem("unreadable")
    shape = name.removeprefix("your_")
    looks_right = SHAPES.get(shape)
    return None if looks_right is None or looks_right(text) else Problem(f"not_{shape}")
