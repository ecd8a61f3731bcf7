"""Two changed one form: what it was, what somebody else saved, what I typed; what I chose is laid together. Pure.

Fields that make sense together are one part: all of a meeting, or one way to pay with its amount.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from service.web.admin.listing.forms import LOOKED_UP, Typed, merged, tidy

CHOICE = "choose-"  # before the name of a part, in the form that asks
THEIRS: Final = "theirs"
MINE: Final = "mine"
Who = Literal["both", "theirs", "mine"]
_PARTS = re.compile(r"(session-[0-9a-f-]{36}|price-\d)-.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that somebody changed: its fields that now differ, and who changed it."""

    name: str
    fields: tuple[str, ...]
    who: Who


def parts(mine: Typed, base: Typed, theirs: Typed) -> tuple[Part, ...]:
    """Return what either changed since `base`, in the order of the form; what both made the same is theirs."""
    found: dict[str, list[str]] = {}
    for field in dict.fromkeys((*base, *theirs, *mine)):
        if (field in base or field in theirs) and field not in LOOKED_UP:
            found.setdefault(part_of(field), []).append(field)
    made = (_part(name, fields, mine, base, theirs) for name, fields in found.items())
    return tuple(one for one in made if one is not None)


def part_of(field: str) -> str:
    """Return the part of the form that a field belongs to.

    >>> part_of("price-0-amount"), part_of("description")
    ('price-0', 'description')
    """
    together = _PARTS.fullmatch(field)
    return together[1] if together else field


def _part(name: str, fields: Sequence[str], mine: Typed, base: Typed, theirs: Typed) -> Part | None:
    by_me = [one for one in fields if one in mine and _text(mine, one) != _text(base, one)]
    by_them = [one for one in fields if _text(theirs, one) != _text(base, one)]
    apart = [one for one in fields if _text(theirs, one) != (_text(mine, one) if one in mine else _text(base, one))]
    differ = tuple(one for one in fields if one in by_me or one in by_them)
    if by_me and by_them and apart:
        return Part(name=name, fields=differ, who="both")
    if by_them:
        return Part(name=name, fields=differ, who=THEIRS)
    return Part(name=name, fields=differ, who=MINE) if by_me else None


def _text(form: Typed, field: str) -> str:
    return tidy(form.get(field, ""))


def chosen(sent: Typed) -> tuple[dict[str, str], frozenset[str]]:
    """Return what was typed without the choices, and the parts where what somebody else saved is to stay."""
    typed = {name: text for name, text in sent.items() if not name.startswith(CHOICE)}
    stays = (name.removeprefix(CHOICE) for name, text in sent.items() if name.startswith(CHOICE) and text == THEIRS)
    return typed, frozenset(stays)


def together(mine: Typed, base: Typed, theirs: Typed, stays: Collection[str] = ()) -> dict[str, str]:
    """Lay what I typed over what is saved now; of the parts that both changed, all of the one that was chosen."""
    made = merged(mine, base, theirs)
    for part in parts(mine, base, theirs):
        if part.who != "both":
            continue
        fields = [one for one in (*theirs, *mine) if part_of(one) == part.name]
        kept: Mapping[str, str] = theirs if part.name in stays else {**base, **mine}
        made |= {one: kept.get(one, "") for one in fields}
    return made
