"""Only our own pages may change something: a token in every form, and no request that another site started."""

from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from service.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HOURS_12 = 12 * 3600  # seconds; as long as a session of someone who sees personal data may last


def without_token(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a form that is sent as nobody and needs no cookie: no right is used, so none can be borrowed."""
    view.without_token = True  # type: ignore[attr-defined]  # read below and by tests/house
    return view


def init_app(app: Flask, keyed: Collection[str]) -> None:
    """Check every request that could change something, but those of the blueprints `keyed`, which read no cookie.

    The extension's referrer check stays off, for our own pages send no referrer: `Sec-Fetch-Site` and `Origin` tell.
    """
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=HOURS_12)
    protection = CSRFProtect(app)

    def check() -> None:
        if request.method not in CHANGING or request.endpoint is None or request.blueprint in keyed:
            return
        _refuse_other_sites()
        if not getattr(current_app.view_functions[request.endpoint], "without_token", False):
            try:
                protection.protect()
            except CSRFError as error:
                raise Forbidden("form_token") from error

    app.before_request(check)


def _refuse_other_sites() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("other_site")
    origin = request.headers.get("Origin", "null")  # a browser writes null for a form of a page without referrer
    if origin != "null" and urlsplit(origin).netloc != request.host:
        raise Forbidden("other_site")
