"""A batch of rows against what is known: for each, its group, what was said last, and what to write. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files.incoming import (
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingIdentifier,
    RefusedRow,
    Remark,
)
from service.catalog.importing.runs.freeing import Free, free_ids
from service.catalog.importing.runs.knowing import chunks, standing, taken_ids
from service.catalog.importing.runs.saying import STATUS, Own, Setting, made_id, own_id, spoken
from service.catalog.importing.runs.targets import first_word
from service.catalog.importing.runs.weighing import Decision, weigh, with_taken_back
from service.catalog.models_import import Imported

NOTHING = Decision()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What becomes of one row.

    Attributes
    ----------
    outcome : {'new', 'changed', 'same', 'kept', 'refused', 'removed'}
        `kept`: nothing is written, and an editor's words stand against the source's.
    said : mapping
        All that the source now says.
    base : mapping or None
        What it said before; None for a new one.
    """

    row: int
    identifier: str | None
    outcome: str
    group_id: UUID | None = None
    name: str = ""
    body: IncomingBody | None = None
    decision: Decision = NOTHING
    said: dict[str, Any] | None = None
    base: dict[str, Any] | None = None
    remarks: tuple[Remark, ...] = ()
    again: bool = False  # it had gone from the source, and is back
    own_places: tuple[str, ...] = ()  # places under the list's own ids
    numbers: Mapping[UUID, IncomingIdentifier] = field(default_factory=dict)  # of its places, in registers
    known: UUID | None = None  # the row that remembers what was said


def decide(
    session: Session, rows: Sequence[Incoming], setting: Setting, source_id: UUID | None, *, hold: bool
) -> list[Decided]:
    """Return what becomes of each row, in their order."""
    groups = [row for row in rows if isinstance(row, IncomingGroup)]
    known = _known(session, source_id, [group.source_id for group in groups])
    for group in groups:
        if group.into is not None and group.source_id not in known:
            known[group.source_id] = first_word(session, source_id, group.into)
    ids = _ids(session, groups, known, setting.source)
    free = free_ids(session, groups, ids, setting.source)
    now = standing(session, [one.group_id for one in known.values()], hold=hold)
    made = []
    for row in rows:
        if isinstance(row, RefusedRow):
            made.append(Decided(row=row.row, identifier=row.source_id, outcome="refused", remarks=row.remarks))
        else:
            made.append(_one(row, ids[row.source_id], known.get(row.source_id), now, setting, free))
    return made


def _known(session: Session, source_id: UUID | None, identifiers: Sequence[str]) -> dict[str, Imported]:
    found: dict[str, Imported] = {}
    if source_id is None:
        return found
    for part in chunks(identifiers):
        query = select(Imported).where(Imported.source_id == source_id, Imported.identifier.in_(part))
        for row in session.scalars(query):
            found[row.identifier] = row
    return found


def _ids(session: Session, groups: Sequence[IncomingGroup], known: dict[str, Imported], source: str) -> dict[str, UUID]:
    """Return the id of each group: the known one, the source's own where that is one and free, or one made from it."""
    fresh = {group.source_id: own_id(group.source_id) for group in groups if group.source_id not in known}
    taken = taken_ids(session, m.Group, [one for one in fresh.values() if one is not None])
    ids = {key: row.group_id for key, row in known.items()}
    for key, own in fresh.items():
        ids[key] = own if own is not None and own not in taken else made_id("group", source, key)
    return ids


def _one(
    row: IncomingGroup,
    group_id: UUID,
    known: Imported | None,
    now: dict[UUID, dict[str, object]],
    setting: Setting,
    free: Free,
) -> Decided:
    own = Own(places=free.places, parts=free.parts_of(group_id), before=known.said if known else {})
    heard = spoken(row, group_id, setting, own)
    same = {"row": row.row, "identifier": row.source_id, "remarks": heard.remarks}
    if heard.refused:
        return Decided(outcome="refused", **same)  # type: ignore[arg-type]  # one mapping of three kinds
    listed = heard.values.get("places")
    mine = tuple(one["id"] for one in listed if one["id"] in free.places) if isinstance(listed, list) else ()
    same |= {"group_id": group_id, "own_places": mine, "body": row.organisation, "name": str(heard.values["name"])}
    if known is None:
        return _new(row, heard.values, same | {"numbers": heard.numbers})
    base = dict(known.said)
    said = with_taken_back(heard.values, base, complete=row.complete, sessions=row.sessions is not None)
    decision = weigh({"status": "draft", **base}, now.get(group_id, {}), said)  # each began as a draft
    status = now.get(group_id, {}).get("status")
    if known.gone and known.status_before and status == "archived":
        decision.changes["status"] = ["archived", known.status_before]
        decision.kept.pop("status", None)
    merged = {name: value for name, value in {**base, **said}.items() if value is not None}
    outcome = "changed" if decision.changes else "kept" if decision.kept or decision.conflicts else "same"
    return Decided(outcome=outcome, decision=decision, said=merged, base=base, again=known.gone, known=known.id, **same)  # type: ignore[arg-type]


def _new(row: IncomingGroup, said: dict[str, object], same: dict[str, Any]) -> Decided:
    filled = {name: value for name, value in said.items() if value is not None}
    changes = {name: [None, value] for name, value in sorted(filled.items())}
    changes.setdefault("status", [None, "archived" if STATUS[row.state] == "archived" else "draft"])
    return Decided(outcome="new", decision=Decision(changes=changes), said=filled, **same)
