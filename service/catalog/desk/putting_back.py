"""What a change to many can alter of a listing, kept as plain values, and put back as it was: who said it, and when."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from service.catalog import models as m

FIELDS = ("status", "phone", "url", "email", "confirmed_precision", "confirmed_by")
OF_FACT = ("value", "amount", "note", "source", "confirmed_by_role")


def rows_of(group: m.Group) -> dict[str, Any]:
    """Write down the rows as they are."""
    day = group.last_confirmed_on
    return {
        **{name: getattr(group, name) for name in FIELDS},
        "organisation_id": str(group.organisation_id),
        "last_confirmed_on": day.isoformat() if day else None,
        "facts": {fact.code: _fact(fact) for fact in group.facts},
        "terms": {term.code: [term.source, term.weight] for term in group.terms},
    }


def _fact(fact: m.Fact) -> dict[str, Any]:
    return {**{name: getattr(fact, name) for name in OF_FACT}, "confirmed_on": fact.confirmed_on.isoformat()}


def put_back(group: m.Group, was: Mapping[str, Any]) -> None:
    """Make the rows as they were."""
    for name in FIELDS:
        setattr(group, name, was[name])
    day = was["last_confirmed_on"]
    group.organisation_id, group.last_confirmed_on = (
        UUID(was["organisation_id"]),
        date.fromisoformat(day) if day else None,
    )
    facts = {fact.code: fact for fact in group.facts}
    group.facts = [_fact_row(facts.get(code), code, said) for code, said in was["facts"].items()]
    terms = {term.code: term for term in group.terms}
    group.terms = [_term_row(terms.get(code), code, said) for code, said in was["terms"].items()]


def _fact_row(row: m.Fact | None, code: str, said: Mapping[str, Any]) -> m.Fact:
    row = row or m.Fact(code=code)
    for name in OF_FACT:
        setattr(row, name, said[name])
    row.confirmed_on = date.fromisoformat(said["confirmed_on"])
    return row


def _term_row(row: m.GroupTerm | None, code: str, said: list[Any]) -> m.GroupTerm:
    row = row or m.GroupTerm(code=code)
    row.source, row.weight = said
    return row
