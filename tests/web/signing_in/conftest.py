"""The sign-in pages with some guarded doors, and people with passwords."""

from collections.abc import Iterator
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from service import observability
from service.accounts import operations
from service.accounts.credentials import Hasher
from service.accounts.permissions import WITHOUT_ORGANISATION, Permission, Role
from service.accounts.record import audit
from service.api import access as api_access
from service.catalog.models import Organisation
from service.catalog.site.known import UNSET
from service.catalog.where.places import Gazetteer
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.db import engine as engines
from service.db.sealing import Sealer
from service.errors import ServiceError, TooMany, Unauthenticated
from service.web import access, account, acting, forgery, headers, languages, rendering, signing_in
from service.web.rooms import ROOMS, WORK
from tests.pages import CheckedClient
from tests.web.signing_in.acting import ADA, ELI, PASSWORD


def refuse(error: ServiceError) -> ResponseReturnValue:
    answer_headers = {}
    if isinstance(error, TooMany):
        answer_headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        answer_headers["WWW-Authenticate"] = error.challenge
    return {"code": error.code}, error.status, answer_headers


def doors() -> tuple[Blueprint, Blueprint]:
    """Give one door of each kind, for browsers and for keys, and one that leads to a dangerous act."""
    pages = Blueprint("web", "service.web", url_prefix="/<lang>")
    pages.url_value_preprocessor(languages.take)
    pages.url_defaults(languages.give)
    signing_in.register(pages)
    account.register(pages)
    acting.register(pages)
    keyed = Blueprint("keyed", __name__, url_prefix="/keyed")
    for permission in Permission:
        if permission is not Permission.ACCOUNT:  # that door is there already
            pages.add_url_rule(
                f"/{permission}", f"door_{permission}", access.allow(permission)(page), methods=["GET", "POST"]
            )
        keyed.add_url_rule(f"/{permission}", permission, api_access.allow(permission)(call), methods=["GET", "POST"])
    for room in (room for area in WORK for room in ROOMS[area]):  # what the list of rooms leads to
        pages.add_url_rule(f"/rooms/{room.endpoint}", room.endpoint[1:], access.allow(room.permission)(page))
    dangerous = access.allow(Permission.ACCOUNT)(access.fresh(page))
    pages.add_url_rule("/dangerous", "dangerous", dangerous, methods=["GET", "POST"])
    pages.add_url_rule("/dangerous/act", "dangerous_act", dangerous, methods=["POST"])
    return pages, keyed


def page() -> ResponseReturnValue:
    return {"role": access.current_actor().role}


def call() -> ResponseReturnValue:
    actor = api_access.current_actor()
    return {"role": actor.role, "for": actor.acting_for, "organisation": str(actor.organisation_id)}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The sign-in pages and some guarded ones, with form tokens checked as in the whole application."""
    made = Flask("service.web")
    made.config.update(
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engines.OPTIONS,
    )
    made.test_client_class = CheckedClient
    gazetteer = Gazetteer(settings.seeds_folder / "countries", None)
    services = SimpleNamespace(
        by_heart=SimpleNamespace(here=lambda: UNSET),
        settings=settings,
        gazetteer=gazetteer,
        sealer=lambda purpose: Sealer(settings.secret, purpose),
        mail_channel="console",
    )
    services.as_set = lambda _here: services
    made.extensions["kith"] = services
    made.extensions["kith-hasher"] = Hasher(memory_kib=64, passes=1)
    observability.init_app(made)
    db.init_app(made)
    for part in (languages, headers, rendering):
        part.init_app(made)
    forgery.init_app(made, "keyed")
    for blueprint in doors():
        made.register_blueprint(blueprint)
    made.register_error_handler(ServiceError, refuse)
    with made.app_context():
        engines.prepare(db.engine)
        audit.equip(db.engine, audit.derive_keys({audit.KEY_NUMBER: settings.secret}))
    yield made
    made.extensions[rendering.LIMITS].close()
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ada(app: Flask) -> UUID:
    """An administrator with a password, and no second factor yet."""
    return _person(app, ADA, "Ada", Role.ADMIN)


@pytest.fixture
def eli(app: Flask) -> UUID:
    """A group leader with a password: a role that needs no second factor."""
    return _person(app, ELI, "Eli", Role.GROUP_LEADER)


@pytest.fixture
def organisation_id(app: Flask) -> UUID:
    made = uuid4()
    with app.app_context(), committing() as session:
        session.add(Organisation(id=made, name="Willow Surgery (example)"))
    return made


def _person(app: Flask, email: str, name: str, role: Role) -> UUID:
    kept = app.extensions["kith-hasher"].hash(PASSWORD)
    with app.app_context(), committing() as session:
        where = None
        if role not in WITHOUT_ORGANISATION:
            where = uuid4()
            session.add(Organisation(id=where, name="Sale Tables (example)"))
            session.flush()
        return operations.make_user(
            session, email=email, name=name, role=role, organisation_id=where, password_hash=kept, now=now()
        )
