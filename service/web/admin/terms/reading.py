"""Reads an act from a form: as it was typed on the page of a term, or as it was checked. It decides nothing."""

from collections.abc import Mapping

from service.catalog.terms.operations import Wanted
from service.catalog.words.overlay import ENGLISH

# For each act the field of the form that holds its value, its second term, and its language.
TYPED: Mapping[str, Mapping[str, str]] = {
    "word_add": {"value": "word", "language": "word_language"},
    "word_refuse": {"value": "word", "language": "word_language"},
    "word_remove": {"value": "gone", "language": "gone_language"},
    "label": {"value": "label", "language": "label_language"},
    "definition": {"value": "definition"},
    "add": {"value": "narrower"},
    "move": {"under": "broader"},
    "merge_into": {"under": "into"},
    "retire": {"under": "retire"},
    "map_open_active": {"value": "active_id", "match": "active_match"},
    "map_open_eligibility": {"value": "eligibility_id", "match": "eligibility_match"},
}
LONGEST = 600  # characters of a field; what is too long for its place is said there


def typed(form: Mapping[str, str], code: str) -> Wanted:
    """Return what was typed on the page of a term."""
    act = form.get("act", "")[:LONGEST]
    fields = TYPED.get(act, {})
    held = {part: form.get(name, "")[:LONGEST] for part, name in fields.items() if part != "match"}
    if "match" in fields:
        match = form.get(fields["match"], "")[:LONGEST]
        held["value"] = f"{match} {held['value']}" if match else ""
    return _wanted(code, act, held)


def checked(form: Mapping[str, str], code: str) -> Wanted:
    """Return what was shown before it is saved."""
    held = {part: form.get(part, "")[:LONGEST] for part in ("value", "language", "under")}
    return _wanted(code, form.get("act", "")[:LONGEST], held)


def field_of(act: str, part: str) -> str:
    """Return the field of the page that a problem stands beside."""
    fields = TYPED.get(act, {})
    return fields.get(part) or next(iter(fields.values()), "word")


def _wanted(code: str, act: str, held: Mapping[str, str]) -> Wanted:
    language = held.get("language") or ENGLISH
    return Wanted(
        code=code,
        act=act,
        value=held.get("value", ""),
        language=ENGLISH if act == "word_refuse" else language,
        under=held.get("under", ""),
    )
