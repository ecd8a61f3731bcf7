"""Who works here and what there is to join, before the first day: a surgery, its people, a record system, groups."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts import operations
from service.accounts.credentials import standard_hasher
from service.accounts.permissions import VISITOR, Role
from service.accounts.programs import keys
from service.app import create_app
from service.catalog.models import Organisation
from service.config import Settings
from service.db import committing
from tests import stores
from tests.catalog import making

BEFORE = datetime(2026, 2, 20, 9, 0, tzinfo=UTC)
CONFIRMED: date = BEFORE.date()
PASSWORD = "kettle-lantern-harbour-7"
LANTERN, CORNER, SINGERS = "Jigsaw and Tea Table", "Puzzle Corner", "Harbour Singers"
MAIL = {LANTERN: "lantern@example.org", CORNER: "corner@example.org", SINGERS: "singers@example.org"}


@dataclass(frozen=True)
class Settled:
    """What those outside need to know: the keys of two record systems."""

    key: str
    key_elsewhere: str


def settle(env: Mapping[str, str]) -> Settled:
    """Write all of it, and the index by which groups are found, into files of their owner alone."""
    before = os.umask(0o077)
    try:
        return _settled(env)
    finally:
        os.umask(before)


def _settled(env: Mapping[str, str]) -> Settled:
    app = create_app(Settings.from_env(env))
    password = standard_hasher().hash(PASSWORD)
    with app.app_context(), committing() as session:
        surgery = Organisation(id=uuid4(), name="Oak Surgery", acts_as=["referring", "link_work"])
        elsewhere = Organisation(id=uuid4(), name="Elm Surgery", acts_as=["referring"])
        tables, singers = (Organisation(id=uuid4(), name=name, vetting="checked") for name in ("Sale Tables", "Quay"))
        session.add_all([surgery, elsewhere, tables, singers])
        session.flush()
        _group(session, LANTERN, tables)
        _group(session, CORNER, tables)
        _group(session, SINGERS, singers, terms=[], hall=_hall(city="Leeds", latitude=53.7997, longitude=-1.5492))
        for name, role, organisation in (
            ("Ada", Role.ADMIN, None),
            ("Bo", Role.REFERRER, surgery.id),
            ("Lin", Role.LINK_WORKER, surgery.id),
            ("Gil", Role.GROUP_LEADER, tables.id),
            ("Hal", Role.GROUP_LEADER, singers.id),
        ):
            _user(session, name, role, organisation, password)
        made = Settled(_key(session, surgery.id), _key(session, elsewhere.id))
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    stores.close(app)
    return made


def _hall(**more: object) -> object:
    facts = [making.fact(code, on=CONFIRMED) for code in ("step_free", "toilets")]
    return making.location(facts=facts, **more)


def _group(session: Session, name: str, organisation: Organisation, **more: object) -> None:
    known = {
        "hall": _hall(),
        "facts": [making.fact("host_meets_you", on=CONFIRMED), making.fact("booking_needed", "no", on=CONFIRMED)],
        "email": MAIL[name],
        "last_confirmed_on": CONFIRMED,
        "created_at": BEFORE,
        "changed_at": BEFORE,
    }
    making.group(session, name, organisation=organisation, **{**known, **more})


def _user(session: Session, name: str, role: Role, organisation_id: UUID | None, password: str) -> None:
    operations.make_user(
        session,
        email=f"{name.lower()}@example.org",
        name=name,
        role=role,
        organisation_id=organisation_id,
        password_hash=password,
        now=BEFORE,
    )


def _key(session: Session, organisation_id: UUID) -> str:
    made = keys.create_api_key(
        session,
        organisation_id=organisation_id,
        name="record system",
        scopes=["refer.read"],
        actor=VISITOR,
        now=BEFORE,
    )
    return made.key
