"""The organisations behind new groups: the one a source named before, or a new one. Adds rows to a batch."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from service.catalog import models as m
from service.catalog.importing.files.incoming import IncomingBody
from service.catalog.importing.runs.deciding import Decided
from service.catalog.importing.runs.freeing import scheme
from service.catalog.importing.runs.knowing import chunks, taken_ids
from service.catalog.importing.runs.saying import Setting, made_id, own_id
from service.catalog.importing.runs.writing import Batch


def bodies_of(batch: Batch, decided: Sequence[Decided], setting: Setting) -> dict[UUID, UUID]:
    """Return the organisation of each new group; those nobody knows yet are added, and every id is kept."""
    source = setting.source
    wanted = {one.body.key: one.body for one in decided if one.body is not None}
    known = _known(batch, list(wanted), source)
    own = {key: own_id(key) for key in wanted if key not in known}
    taken = taken_ids(batch.session, m.Organisation, [one for one in own.values() if one is not None])
    for key, given in own.items():
        known[key] = given if given is not None and given not in taken else made_id("organisation", source, key)
        _add(batch, known[key], wanted[key], setting)
        _name(batch, "organisation", known[key], source, key)
    of_group = {}
    for one in decided:
        if one.group_id is not None and one.body is not None and one.identifier is not None:
            of_group[one.group_id] = known[one.body.key]
            _name(batch, "group", one.group_id, source, one.identifier)
    return of_group


def _known(batch: Batch, keys: Sequence[str], source: str) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for part in chunks(keys):
        mine = (m.ExternalId.scheme == scheme(source), m.ExternalId.entity == "organisation")
        query = select(m.ExternalId.identifier, m.ExternalId.entity_id).where(*mine, m.ExternalId.identifier.in_(part))
        for identifier, entity_id in batch.session.execute(query):
            found[identifier] = entity_id
    return found


def _add(batch: Batch, key: UUID, body: IncomingBody, setting: Setting) -> None:
    row: dict[str, object] = {"id": key, "name": body.name, "summary": body.summary, "website": body.website}
    row |= {"email": body.email, "logo_url": body.logo_url, "legal_form": body.legal_form}
    if setting.trusted and body.vetting in m.VETTING:  # how far it was checked is believed to those alone
        row["vetting"] = body.vetting
    batch.rows[m.Organisation].append(row)
    for number in body.identifiers:
        batch.beside.number("organisation", key, number)


def _name(batch: Batch, entity: str, entity_id: UUID, source: str, identifier: str) -> None:
    key = made_id("external", entity, source, identifier)
    row = {"entity": entity, "entity_id": entity_id, "scheme": scheme(source), "identifier": identifier}
    batch.rows[m.ExternalId].append({"id": key, **row})
