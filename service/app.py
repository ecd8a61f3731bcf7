"""The composition root: the only module that knows every other."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from apiflask import APIFlask
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from service import api, jobs, observability, tracing, web
from service.accounts.permissions import Permission
from service.accounts.record import audit
from service.backups.places import clear_left
from service.catalog.queries import catalog_sequence
from service.catalog.shown import Latest, Shown
from service.catalog.site.known import ByHeart, Here
from service.catalog.where.places import Gazetteer, Online
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.config import Settings
from service.db import db, engine, failing, leading, replicas, safe, version, watching
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable
from service.matching import Matching, Shared
from service.matching.counting import Counts, open_counts
from service.matching.meaning.understanding import Understanding, multilingual_if_installed
from service.matching.queries import CatalogSource
from service.matching.routing import TableService
from service.matching.wording import Wording
from service.outgoing import THIS_MACHINE, Ways
from service.referrals.queries import introductions_by_group
from service.web import refusals
from service.web.access import allow

MAX_BODY = 1_000_000  # bytes
PIECE = 65_536  # bytes read at once
MAX_FORM = 300_000  # bytes of a form without a file: one of percent signs takes 160 times its size to read
TITLE = "Kith"
VERSION = "1.0"  # of the API
COPIES = "kith-replicas"  # in app.extensions
# Doors that show the public's catalogue, and nothing that a visitor ever sent: see docs/decisions/0097.
COPIED = frozenset(
    {
        *("web.results", "web.kept_in_results", "web.group", "web.group_in_results", "web.group_calendar"),
        *("web.group_calendar_named", "web.sheet", "web.sheet_pdf", "web.sources", "embed.list", "embed.search"),
        *("picture", "sitemap", "sitemap_part", "api.match", "api.group"),
    }
)
COPIED_OPEN_DATA = "open_data.get_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What is made once at start and handed to the faces, which hand plain things on to the domains."""

    settings: Settings
    keys: KeyRing
    gazetteer: Gazetteer
    matching: Matching
    shown: Shown
    counts: Counts
    openapi: Callable[[], Mapping[str, Any]]
    by_heart: ByHeart

    def as_set(self, here: Here) -> "Services":
        """Return these with what an administrator set in the place of what the environment says."""
        settings = here.over(self.settings)
        if settings is self.settings:
            return self
        return replace(self, settings=settings, gazetteer=_places(self.gazetteer.root, self.gazetteer.online, settings))

    @property
    def mail_channel(self) -> str:
        """The channel of messages to e-mail addresses."""
        return self.settings.mail_channel

    def sealer(self, purpose: str) -> Sealer:
        """Return what seals and opens text for one purpose."""
        return _sealer(self.keys, purpose)

    def ways(self, *urls: str) -> Ways:
        """Return the way out to these addresses and no other, as far as the operator lets us."""
        return Ways.to(*urls, own=(*self.settings.own_hosts, *(THIS_MACHINE if self.settings.demo else ())))


@lru_cache(maxsize=64)
def _sealer(keys: KeyRing, purpose: str) -> Sealer:
    return Sealer(keys, purpose)


@lru_cache(maxsize=8)
def _places(root: Path, online: Online | None, settings: Settings) -> Gazetteer:
    return Gazetteer(root, online, (settings.country, settings.area) if settings.area else None)


class Kith(APIFlask):
    """The application; its own log tells where a request failed, never what was in it."""

    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        """Write the kind of failure and its place in the code."""
        if exc_info[0] is not None:
            observability.log_failure(exc_info)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view; one that shows the public's catalogue reads a copy of the database where one is fit."""
        copies, work = self.extensions.get(COPIES), super().dispatch_request
        if copies is None or not _may_read_copy(self):
            return work()
        answer: ResponseReturnValue = copies.read(db.session(), work)
        return answer


def _may_read_copy(app: Kith) -> bool:
    """Whoever carries a session or a key reads the main database: there they see what they wrote."""
    name = request.endpoint or ""
    is_public = name in COPIED or (name.startswith(COPIED_OPEN_DATA) and request.method in ("GET", "HEAD"))
    return (
        is_public
        and app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and "Authorization" not in request.headers
    )


def create_app(settings: Settings | None = None) -> Kith:
    """Build one application. Without settings, read the environment."""
    settings = settings or Settings.from_env(os.environ)
    app = Kith(
        __name__,
        title=TITLE,
        version=VERSION,
        static_folder=None,  # type: ignore[arg-type]  # allowed by Flask; our own view sends files, with headers
        template_folder="web/templates",
        json_errors=False,
        enable_openapi=False,
    )
    _configure(app, settings)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Werkzeug's own documentation does
        app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=settings.proxy_hops
    )
    observability.init_app(app, behind_proxy=settings.proxy_hops > 0)
    tracing.start()
    app.before_request(_no_huge_form)
    app.after_request(_read_to_the_end)
    store, latest = _open_database(app, settings)
    _find_copies(app, settings, store, latest)
    audit.equip(store, audit.derive_keys({audit.KEY_NUMBER: settings.secret}))
    app.extensions["kith"] = Services(
        settings=settings,
        keys=KeyRing(settings.secret, settings.keys_file),
        gazetteer=_gazetteer(settings),
        matching=_matching(app, settings, store, latest),
        shown=Shown(latest),
        counts=open_counts(database_url=settings.database_url, data_folder=settings.data_folder),
        openapi=lambda: api.openapi(app),
        by_heart=ByHeart(lambda: store),
    )
    _watch(app, store, settings.data_folder)
    web.init_app(app, keyed=api.NAMES)
    api.init_app(app)
    _refuse(app)
    app.before_request(_no_control_characters)
    for name, view in (("healthz", observability.healthz), ("readyz", observability.readyz)):
        app.add_url_rule(f"/{name}", name, allow(Permission.PUBLIC)(view))
    return app


def _configure(app: Kith, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret,
        TESTING=settings.testing,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.OPTIONS,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_NAME="kith" if settings.demo else "__Host-kith",
        SESSION_COOKIE_SECURE=not settings.demo,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PREFERRED_URL_SCHEME="http" if settings.demo else "https",
        PROPAGATE_EXCEPTIONS=settings.testing,
    )


def _open_database(app: Kith, settings: Settings) -> tuple[Engine, Latest]:
    db.init_app(app)
    with app.app_context():
        store = db.engine
    engine.prepare(store)
    watching.watch(store, slow_ms=settings.slow_ms)
    if not (settings.demo or settings.testing):
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        safe.check(store, settings.data_folder)
    clear_left(settings.data_folder)

    def database() -> None:
        db.session.execute(text("SELECT 1"))

    def tables() -> None:
        # Newer ones are no failure: while nodes take a version in one after another, the old one works on (0100).
        if (version.current(store) or "") < version.head():
            raise Unavailable("not_ready")

    observability.add_check(app, "database", database)
    observability.add_check(app, "tables", tables)
    return store, Latest(lambda: store)


def _find_copies(app: Kith, settings: Settings, store: Engine, latest: Latest) -> None:
    if not settings.replica_urls:
        return
    late_s = settings.replica_late_s
    found = [replicas.Replica(n, url, lambda: store, late_s) for n, url in enumerate(settings.replica_urls, 1)]
    for one in found:
        watching.watch(one.engine, slow_ms=settings.slow_ms)
    app.extensions[COPIES] = replicas.Replicas(found, lambda: latest.number()[0], catalog_sequence)


def _watch(app: Kith, store: Engine, folder: Path) -> None:
    """Have /readyz tell of what runs on a clock, outside this process."""

    def looking(look: Callable[[Session, Path, datetime], str | None]) -> Callable[[], str | None]:
        def looked() -> str | None:
            with Session(store) as session:
                return look(session, folder, now())

        return looked

    for name, look in jobs.WATCHES.items():
        observability.add_warning(app, name, looking(look))


def _matching(app: Kith, settings: Settings, store: Engine, latest: Latest) -> Matching:
    taxonomy, source = load_taxonomy(settings.seeds_folder / "taxonomy"), CatalogSource(lambda: store, now, latest)
    understanding = Understanding(settings.seeds_folder / "vectors", settings.data_folder / "vectors")
    observability.add_warning(app, "meaning", understanding.warning)
    multilingual = multilingual_if_installed(
        settings.seeds_folder / "vectors" / "multilingual", settings.data_folder / "vectors" / "multilingual"
    )
    if multilingual is not None:
        observability.add_warning(app, "languages", multilingual.warning)

    def counted() -> Mapping[UUID, tuple[int, int, int]]:
        with Session(store) as session:
            return introductions_by_group(session, now=now())

    return Matching(
        settings.index_folder,
        source,
        taxonomy,
        understanding,
        TableService(settings.routing_url) if settings.routing_url else None,
        counted,
        multilingual,
        Wording(taxonomy, source).current,
        Shared(settings.shared_index, lambda: leading.alone(store, leading.INDEX)) if settings.shared_index else None,
    )


def _gazetteer(settings: Settings) -> Gazetteer:
    return _places(settings.seeds_folder / "countries", _online(settings), settings)


def _online(settings: Settings) -> Online | None:
    if not settings.online_geocoder:
        return None
    from service.catalog.where import geocoding

    return geocoding.asking(geocoding.online_geocoder(settings.online_geocoder, f"Kith ({settings.public_url})"))


def _no_huge_form() -> None:
    """Read less of a form than of a body that is read piece by piece."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = MAX_FORM


def _read_to_the_end(response: Response) -> Response:
    """Read what is left of a body that was refused early: to hang up on a proxy that still writes loses the answer."""
    told = request.content_length or 0  # without a length there is no end that one could read to
    left = told if response.status_code >= 400 and told <= MAX_BODY else 0
    while left > 0 and (read := request.environ["wsgi.input"].read(min(left, PIECE))):
        left -= len(read)
    return response


def _no_control_characters() -> None:
    """Refuse an address with a character that no address of ours has, and that PostgreSQL cannot hold."""
    if any(ord(letter) < 32 for letter in request.path):
        raise NotFound("page")


def _refuse(app: Kith) -> None:
    """Say every refusal in the manner of the face that was asked: a problem document, or a page."""

    def ours(error: ServiceError) -> ResponseReturnValue:
        refusals.record(error)
        return api.problem(error) if _asked_api() else web.moved(error.status) or web.error_page(error)

    def of_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        if _asked_api():
            return api.status_problem(status, kept)
        page = web.moved(status) or web.status_page(status)
        page.headers.update(kept)
        return page

    def unexpected(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        app.log_exception((type(error), error, error.__traceback__))
        return api.status_problem(500) if _asked_api() else web.status_page(500)

    def store_failed(error: SQLAlchemyError) -> ResponseReturnValue:
        failed = _unavailable(error)
        return ours(failed) if failed else unexpected(error)

    app.register_error_handler(ServiceError, ours)
    app.register_error_handler(SQLAlchemyError, store_failed)
    app.register_error_handler(DataError, lambda _error: ours(Invalid("unusable_text")))
    app.register_error_handler(StaleDataError, lambda _error: ours(Conflict("changed_meanwhile")))
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, unexpected)


def _unavailable(error: SQLAlchemyError) -> Unavailable | None:
    """Say what a failure of the database means, and write its name there; None: the fault is ours."""
    code = failing.meaning(error)
    if code is None:
        return None
    observability.log_failure((type(error), error, error.__traceback__), failing.exact(error) or code)
    return Unavailable(code)


def _asked_api() -> bool:
    return request.path.startswith(api.ROOTS)
