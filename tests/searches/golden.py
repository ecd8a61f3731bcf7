"""What ten people were shown when somebody last looked and agreed: `python -m tests.searches.golden` writes it anew.

Read what changed before you do. Two groups that suit as well may change places, and one of five may be another.
"""

import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import stores
from tests.searches.conftest import Town, opened
from tests.searches.people import PEOPLE

FILE = Path(__file__).with_name("golden.toml")
SHOWN = 5  # groups that are remembered
OTHERS = 1  # of them, how many may be others
CLOSE = 0.02  # of the score: the first two may change places
HEAD = """# The first five groups shown to each of the ten people, best first, by their part of the address.
# `lead` is by how much the first was better than the second; 1.0 where it also fits better or is better confirmed.
# Written by `python -m tests.searches.golden`: read what changed, then run it.
"""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The first groups somebody was shown, and by how much the first was better than the second."""

    groups: tuple[str, ...]
    lead: float


def shown(town: Town, asks: Mapping[str, Any]) -> Shown:
    """Ask, and keep what is remembered."""
    answer = town.ask(asks)
    first, second = answer.matches[:2]
    alike = (first.fit, first.ask_first) == (second.fit, second.ask_first)
    slugs = [group.slug for group in town.groups(answer)[:SHOWN]]
    return Shown(groups=tuple(slugs), lead=round(first.score - second.score, 3) if alike else 1.0)


def differences(was: Shown, now: Shown) -> list[str]:
    """Say what is no longer as it was, beyond groups that suit as well; empty: all as it was."""
    gone = [slug for slug in was.groups if slug not in now.groups]
    found = []
    if len(gone) > OTHERS:
        new = [slug for slug in now.groups if slug not in was.groups]
        found.append(f"no longer among the first {SHOWN}: {', '.join(gone)}; instead: {', '.join(new)}")
    if was.groups[0] != now.groups[0] and min(was.lead, now.lead) >= CLOSE:
        found.append(f"the first was {was.groups[0]} (by {was.lead:.3f}), and is {now.groups[0]} (by {now.lead:.3f})")
    return found


def remembered() -> dict[str, Shown]:
    """Read what is remembered, by person."""
    with FILE.open("rb") as file:
        return {name: Shown(groups=tuple(one["groups"]), lead=one["lead"]) for name, one in tomllib.load(file).items()}


def written(found: Mapping[str, Shown]) -> str:
    """Return what is remembered as a file."""
    return HEAD + "".join(
        f'\n["{name}"]\nlead = {one.lead}\ngroups = {_list(one.groups)}\n' for name, one in found.items()
    )


def _list(slugs: Sequence[str]) -> str:
    return "[\n" + "".join(f'    "{slug}",\n' for slug in slugs) + "]"


def main() -> None:
    """Ask for everybody, say what changed, and remember it."""
    before = remembered() if FILE.exists() else {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with stores.running("sqlite", folder) as databases, opened(databases, folder) as town:
            found = {person.name: shown(town, person.asks) for person in PEOPLE}
    for name, one in found.items():
        for line in differences(before[name], one) if name in before else ["was not remembered"]:
            print(f"{name}: {line}")
    FILE.write_text(written(found), encoding="utf-8")


if __name__ == "__main__":
    main()
