"""Reads a judged collection: listings, people who were judged for, and grades. Reads the files it is given only.

A profile's analysis fields (theme, language, set, answerable) never reach the ranking.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from service.catalog import barriers, facts
from service.catalog.where.places import Gazetteer
from service.catalog.words.taxonomy import Taxonomy
from service.errors import Invalid
from service.matching.profile import MAX_LIMIT, MAX_TEXT, Profile, Where, resolve_interest

DEPTH = MAX_LIMIT
PLAIN = ("max_km", "age", "cost_max", "mode", "travel", "days", "parts", "earliest", "latest", "languages", "gender")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The files of a judged collection, read.

    Attributes
    ----------
    listings : sequence of mappings or None
        None: the catalogue is another one, of our seeds or of an installation.
    families : mapping of str to str
        A wider name for what somebody came for; without one, the words of their theme up to the first comma.
    """

    listings: Sequence[Mapping[str, Any]] | None
    people: Sequence[Mapping[str, Any]]
    qrels: Mapping[str, Mapping[str, int]]
    families: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, catalog: Path | None, profiles: Path, qrels: Path) -> "Judged":
        """Read the files; no catalogue means our own seeds.

        Raises
        ------
        Invalid
            `file`, naming the file and line that cannot be read.
        """
        return cls(
            listings=None if catalog is None else _lines(catalog), people=_people(profiles), qrels=_grades(qrels)
        )

    def only(self, kind: str) -> "Judged":
        """Return the people of one set, as `test` or `dev`, with their grades."""
        people = [person for person in self.people if person.get("set") == kind]
        ids = {str(person["id"]) for person in people}
        return replace(self, people=people, qrels={one: grades for one, grades in self.qrels.items() if one in ids})

    @property
    def unanswerable(self) -> frozenset[str]:
        """People for whom the collection says that no listing is right."""
        return frozenset(str(person["id"]) for person in self.people if person.get("answerable") is False)

    @property
    def themes(self) -> dict[str, str]:
        """What each person came for."""
        named = {str(person["id"]): str(person.get("theme") or "other") for person in self.people}
        begun = {person: re.split(r"[,;(]", theme)[0].strip() for person, theme in named.items()}
        return {person: self.families.get(theme, theme) for person, theme in begun.items()}


def read_person(person: Mapping[str, Any], taxonomy: Taxonomy, gazetteer: Gazetteer, country: str = "gb") -> Profile:
    """Read one judged person through the reader of forms and JSON; interests without a term join the free text."""

    def where(words: str) -> Where:
        found = gazetteer.resolve(words, country=country)
        return Where(
            label=found.label,
            latitude=found.latitude,
            longitude=found.longitude,
            uncertainty_km=found.uncertainty_km,
        )

    given = {name: value for name, value in _asked(person, taxonomy).items() if value is not None}
    while True:
        try:
            return Profile.from_mapping(
                given,
                strict=True,
                resolve_place=where,
                resolve_interest=lambda word: resolve_interest(taxonomy, word),
            )
        except Invalid as refused:  # one strange answer must not hide what the order does with the others
            unusable = set(refused.fields) & set(given)
            if not unusable:
                raise
            given = {name: value for name, value in given.items() if name not in unusable}


def _asked(person: Mapping[str, Any], taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the fields of a profile that a judged person fills."""
    words = [str(word) for word in person.get("interests") or ()]
    known = [word for word in words if resolve_interest(taxonomy, word)]
    text = ". ".join([str(person.get("text") or ""), *(word for word in words if word not in known)])
    life = _known((f"life.{code}" for code in person.get("life") or ()), {term.code for term in taxonomy.terms})
    return {
        **{name: person.get(name) for name in (*PLAIN, "level_limit")},
        "text": text[:MAX_TEXT],
        "interests": [*known, *life],
        "barriers": _known(person.get("barriers") or (), {*barriers.CODES, *barriers.ALIASES}),
        "needs": _known(person.get("needs") or (), {*facts.CODES, *facts.ALIASES}),
        "place": person.get("postcode") or person.get("place"),
        "limit": DEPTH,
    }


def _known(given: Iterable[str], codes: Collection[str]) -> Any:
    """Return what was stated, with its strength where one was given, without codes that we do not know."""
    if isinstance(given, Mapping):
        return {code: strength for code, strength in given.items() if code in codes}
    return [code for code in given if code in codes]


def read_run(path: Path) -> dict[str, list[str]]:
    """Read who was shown what, as `trial.write_run` and other searches write it."""
    found: dict[str, list[tuple[float, str]]] = {}
    for person, listing, rank in _threes(path):
        found.setdefault(person, []).append((float(rank), listing))
    return {person: [listing for _, listing in sorted(ranked)] for person, ranked in found.items()}


def _grades(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for person, listing, grade in _threes(path):
        found.setdefault(person, {})[listing] = int(float(grade))
    return found


def _people(path: Path) -> list[dict[str, Any]]:
    return [_read(path, number, line, _person) for number, line in _numbered(path) if line.strip()]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [_read(path, number, line, json.loads) for number, line in _numbered(path) if line.strip()]


def _person(line: str) -> Any:
    found = json.loads(line)
    if not isinstance(found, dict) or "id" not in found:
        raise ValueError(line)
    return found


def _threes(path: Path) -> list[tuple[str, str, str]]:
    numbered = [(number, line) for number, line in _numbered(path) if line.strip()]
    return [_read(path, number, line, _three) for number, line in numbered if not line.startswith("profile_id")]


def _three(line: str) -> Any:
    person, listing, grade = line.rstrip("\n").split("\t")[:3]
    float(grade)
    return person, listing, grade


def _numbered(path: Path) -> Iterable[tuple[int, str]]:
    try:
        return list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("file", file=path.name, line=0) from error


def _read(path: Path, number: int, line: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(line)
    except ValueError as error:
        raise Invalid("file", file=path.name, line=number) from error
