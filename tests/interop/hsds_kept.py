"""What is kept of the official HSDS example, and what is dropped and why: seen by taking it over and giving it out.

`python -m tests.interop.hsds_kept` writes docs/hsds-kept.md anew.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests import stores
from tests.taken import WHOLE, empty, given, taken

PAGE = Path("docs/hsds-kept.md")
EXAMPLES = Path(__file__).parents[1] / "catalog/imports/data/hsds"
# Each tells of the same service from another side: what a path begins with there, and in a service.
SIDES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "service_full.json": (("", ""),),
    "organization_full.json": (("services[].", ""), ("", "organization.")),
    "service_at_location_full.json": (("service.", ""), ("", "service_at_locations[].")),
}
PLACE = "service_at_locations[].location"
# The example says many things at every place where they can be said: what comes first is looked at.
PARTS = ("contacts[].", "phones[].", "schedules[].", "service_areas[].")
AGAIN = {
    "organization.locations[].": f"{PLACE}.",
    f"{PLACE}.languages[].": "languages[].",
    "organization.funding[].": "funding[].",
    "organization.programs[].": "program.",
}
# Why something is dropped.
REASONS = {
    "person": "It tells of a person, or leads to one. No person comes in with a list, and none is given out.",
    "passed": "It held until a day that has passed. It would be read as if it still held.",
    "impossible": "It cannot be so: a latitude of 100 is nowhere, and of a position both halves are needed.",
    "contradiction": "A rule that repeats weekly may not name days of the month (RFC 5545). Its words are kept.",
    "in_our_words": "It is kept as one of our own words: how people meet is in person, online, either, or by phone.",
    "made_anew": "We write it ourselves: the id of a part, a moment or a kind of our own row.",
    "one_only": "We keep one of these, and another is kept.",
    "other_words": "It is a term of a list that is not ours. Its name becomes our term where we know the word.",
    "shape": "We keep a circle, and no outline. The name of the area is kept.",
    "says_nothing": "It says nothing: nobody is too old at 100.",
    "no_field": "We have no field for it. None of our pages shows it, nobody searches by it.",
    "history": "It is the history of another system. Our own is kept from the import on.",
}
# Kept under another name: what, and where. The value there must hold the value here.
MOVED = {
    "interpretation_services": "description",
    "accreditations": "description",
    "service_areas[].description": "eligibility_description",
    f"{PLACE}.accessibility[].description": f"{PLACE}.description",
    f"{PLACE}.accessibility[].details": f"{PLACE}.description",
}
# Each line is needed: a test knows. The first that fits says why.
DROPPED = {
    "contacts[].*": "person",
    f"{PLACE}.addresses[].attention": "person",
    "assurer_email": "person",
    "metadata[].*": "history",
    "cost_options[].*": "passed",
    "capacities[].*": "passed",
    f"{PLACE}.latitude": "impossible",
    f"{PLACE}.longitude": "impossible",
    "schedules[].attending_type": "in_our_words",
    "schedules[].schedule_link": "made_anew",
    "schedules[].*": "contradiction",
    "service_areas[].extent*": "shape",
    "service_areas[].uri": "no_field",
    "attributes[].*": "other_words",
    "maximum_age": "says_nothing",
    "last_modified": "made_anew",
    "organization.organization_identifiers[].identifier_type": "made_anew",
    f"{PLACE}.addresses[].address_type": "made_anew",
    f"{PLACE}.addresses[].state_province": "one_only",
    "additional_urls[].*": "one_only",
    "organization.additional_websites[].*": "one_only",
    "fees": "one_only",
    "program.*": "no_field",
    "*.id": "made_anew",
    "phones[].description": "no_field",
    "phones[].languages[].*": "no_field",
    "languages[].note": "no_field",
    "required_documents[].uri": "no_field",
    "service_at_locations[].description": "no_field",
    f"{PLACE}.accessibility[].url": "no_field",
    f"{PLACE}.alternate_name": "no_field",
    f"{PLACE}.url": "no_field",
    "organization.alternate_name": "no_field",
    "organization.parent_organization_id": "no_field",
    "organization.tax_status": "no_field",
    "organization.uri": "no_field",
    "organization.year_incorporated": "no_field",
    "licenses": "no_field",
    "wait_time": "no_field",
}
LONG = 20  # letters of a text that cannot be in another by chance


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the example: kept as it is, kept elsewhere (`where`), or dropped (`reason`) by a line of the table."""

    field: str
    where: str = ""
    reason: str = ""
    like: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is still told."""
        return not self.reason


def leaves(thing: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every value with the names that lead to it, all of a list under one name."""
    if isinstance(thing, dict):
        for name, one in thing.items():
            yield from leaves(one, f"{path}.{name}" if path else name)
    elif isinstance(thing, list):
        for one in thing:
            yield from leaves(one, f"{path}[]")
    else:
        yield path, plain(thing)


def plain(value: Any) -> str:
    """Return a value without what does not differ: blanks around it, marks of quotation, seconds of nought."""
    said = " ".join(str(value).split()).strip("\"' ")
    return said.removesuffix(":00") if said.count(":") == 2 else said


def example(name: str) -> dict[str, set[str]]:
    """Return the values of an example by their fields, named as in a service."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, value in leaves(json.loads((EXAMPLES / name).read_text(encoding="utf-8"))):
        begins, instead = next((old, new) for old, new in SIDES[name] if path.startswith(old))
        found[f"{instead}{path.removeprefix(begins)}"].add(value)
    return dict(found)


def given_out(name: str) -> dict[str, set[str]]:
    """Take an example into an empty system, and return the values of what it gives out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder, stores.running("sqlite", Path(folder)) as kept:
        app = empty(kept, Path(folder))
        try:
            assert taken(app, EXAMPLES / name).counts == {"new": 1}
            for path, value in leaves(json.loads(given(app, WHOLE))):
                found[path].add(value)
        finally:
            stores.close(app)
    return dict(found)


def first(field: str) -> str:
    """Return where the example says the same first."""
    for part in PARTS:
        if part in field:
            return part + field.partition(part)[2]
    for begins, instead in AGAIN.items():
        if field.startswith(begins):
            return first(instead + field.removeprefix(begins))
    return field


def judged(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> Iterator[Line]:
    """Give for each field of an example what has become of it; what is said again is looked at once."""
    for field, values in before.items():
        if first(field) != field and values <= before.get(first(field), set()):
            continue
        if _holds(after.get(field, set()), values):
            yield Line(field)
        elif field in MOVED and _holds(after.get(MOVED[field], set()), values):
            yield Line(field, where=MOVED[field])
        else:
            like = next((one for one in DROPPED if fnmatchcase(*_literal(field, one))), "")
            yield Line(field, reason=DROPPED.get(like, "?"), like=like)


def _holds(there: set[str], values: set[str]) -> bool:
    """Tell whether every value is there, as it was or as a part of a text."""
    return all(value in there or (len(value) >= LONG and any(value in one for one in there)) for value in values)


def _literal(field: str, like: str) -> tuple[str, str]:
    """Return both so that brackets are plain signs of a pattern."""
    return field.replace("[]", "()"), like.replace("[]", "()")


def lines() -> list[Line]:
    """Return every field of every example, once: as it is kept where it is kept."""
    found: dict[str, Line] = {}
    for name in SIDES:
        for line in judged(example(name), given_out(name)):
            if line.field not in found or line.kept:
                found[line.field] = line
    return [found[field] for field in sorted(found)]


HEAD = """# What is kept of HSDS, and what is dropped and why

The official example of HSDS 3.2.3 is taken in as any list is (`kith import`), and given out again at `/hsds/`. This
page says of each field of the example what has become of it. A program writes it
(`python -m tests.interop.hsds_kept`), and `tests/interop/test_hsds_kept.py` fails when it is no longer so.

The example is a file of Open Referral (CC BY-SA 4.0, see `tests/catalog/imports/data/hsds/SOURCE.md`). It was made to
show each field once, not to make sense: some of it cannot be so, and some passed years ago. What we drop of it for
such a reason we keep of a list where it holds. What the example says at several places is listed once, where it comes
first. While a list is taken in, what is not taken as it stands is told, with its row and what helps.
"""


def page(found: list[Line]) -> str:
    """Return the page as Markdown."""
    kept, dropped = [one for one in found if one.kept], [one for one in found if not one.kept]
    made = [HEAD, f"Of {len(found)} fields {len(kept)} are kept and {len(dropped)} are dropped.", ""]
    made += ["## Why something is dropped", "| reason | what it means | fields |", "| --- | --- | --- |"]
    for code, words in REASONS.items():
        made.append(f"| {code} | {words} | {sum(1 for one in dropped if one.reason == code)} |")
    made += ["", "## Kept", "| field | where |", "| --- | --- |"]
    made += [f"| {one.field} | {one.where or 'as it was'} |" for one in kept]
    made += ["", "## Dropped", "| field | why |", "| --- | --- |"]
    made += [f"| {one.field} | {one.reason} |" for one in dropped]
    return "\n".join(made) + "\n"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
