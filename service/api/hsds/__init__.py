"""The catalogue for other systems, without a key: HSDS 3.1 at /hsds and Open Referral UK 3.0 at /oruk."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, request
from pydantic_core import from_json

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import services
from service.api.hsds import answering, listings, package
from service.api.hsds.document import document
from service.api.hsds.lists import LISTS, every
from service.api.hsds.parameters import OF_LIST, OF_ONE, Asked, of_address, of_body
from service.api.reading import Unreadable, json_body
from service.errors import Problem

NAME = "open_data"
ROOTS = {
    "/hsds": {"version": "3.2.3", "profile": "https://docs.openreferral.org/en/latest/hsds/"},
    "/oruk": {
        "version": "HSDS-UK-3.0",
        "profile": "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md",
    },
}
UK = "/oruk"
SINGULAR = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"ETag, Last-Modified, Retry-After, X-Request-Id, {answering.IGNORED}",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}
View = Callable[..., Response]


def init_app(app: Flask) -> None:
    """Add both roots."""
    made = Blueprint(NAME, __name__)
    _add(made, "/hsds/datapackage.zip", package.view)
    _add(made, "/hsds/listings.csv", listings.as_csv)
    _add(made, "/hsds/listings.xlsx", listings.as_xlsx)
    for root in ROOTS:
        _add(made, f"{root}/", _root(root))
        _add(made, f"{root}/openapi.json", _document(root))
        for name in LISTS:
            _add(made, f"{root}/{name}", _list(root, name))
            _add(made, f"{root}/{name}/<uuid:{SINGULAR[name]}_id>", _one(root, name))
            if root != UK:
                _add(made, f"{root}/{name}", _asked_for(root, name), method="POST")
    app.register_blueprint(made)
    app.after_request(_share)


def _add(into: Blueprint, rule: str, view: View, *, method: str = "GET") -> None:
    plain, one, _ = f"{method.lower()}{rule}".replace("/", "_").replace(".", "_").partition("<")
    shown = allow(Permission.PUBLIC)(view)
    into.add_url_rule(rule, f"{plain}{'one' if one else ''}", shown, methods=[method], strict_slashes=False)


def _share(response: Any) -> Any:
    """Let pages of any site read what is here, refusals too."""
    if request.path.startswith(tuple(ROOTS)):
        response.headers.update(SHARED)
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
    return response


def _root(root: str) -> View:
    def view() -> Response:
        """Say what this is."""
        answering.count()
        about = {
            **ROOTS[root],
            "openapi_url": f"{answering.base()}{root}/openapi.json",
            "description": "Local groups that people can join, and services that help them to go.",
            "publisher": {"name": services().by_heart.here().name, "website": answering.base()},
            "sources": f"{answering.base()}/en/sources",
        }
        return answering.told(about, _asked(()), answering.version())

    return view


def _document(root: str) -> View:
    def view() -> Response:
        """Say what may be asked here and what is answered."""
        answering.count()
        made = document(root, ROOTS[root]["version"], answering.base(), posts=root != UK)
        return answering.told(made, _asked(()), answering.version())

    return view


def _list(root: str, name: str) -> View:
    def view() -> Response:
        """Answer a list by the parameters of the address."""
        answering.count()
        return _answer(root, name, _asked(OF_LIST[name]))

    return view


def _asked_for(root: str, name: str) -> View:
    def view() -> Response:
        """Answer a list by the fields of a body, so that a postcode stands in no address and no log."""
        answering.count()
        return _answer(root, name, _from_body(OF_LIST[name]))

    return view


def _one(root: str, name: str) -> View:
    def view(**ids: UUID) -> Response:
        """Answer one row with everything of it."""
        answering.count()
        asked = _asked(OF_ONE.get(name, ()))
        known = answering.version()
        if (same := answering.unchanged(known)) is not None:
            return same
        [key] = ids.values()
        return answering.told(LISTS[name].one(key, asked, answering.writer(uk=root == UK)), asked, known)

    return view


def _answer(root: str, name: str, asked: Asked) -> Response:
    known = answering.version()
    if (same := answering.unchanged(known)) is not None:
        return same
    found, writer = LISTS[name], answering.writer(uk=root == UK)
    keys = found.keys(asked, writer)
    if asked.get("format") == "ndjson":
        answering.count_whole()
        return answering.lines(every(found, keys, asked, writer), asked, known)
    if asked.get("minimal"):
        return answering.page(list(every(found, keys, asked, writer)), len(keys), asked, known, whole=True)
    here = keys[(asked.page - 1) * asked.size : asked.page * asked.size]
    return answering.page(list(found.rows(here, asked, writer)), len(keys), asked, known)


def _asked(names: tuple[str, ...]) -> Asked:
    return of_address(request.args.lists(), names)


def _from_body(names: tuple[str, ...]) -> Asked:
    try:
        body = from_json(json_body(), allow_inf_nan=False)
    except ValueError:
        raise Unreadable("json") from None
    if not isinstance(body, dict):
        raise Unreadable("parameters", fields={"(body)": Problem("wrong_type")})
    return of_body(body, names)
