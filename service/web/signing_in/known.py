"""The cookie of a browser in which somebody signed in before: a random token that opens nothing, for half a year."""

from flask import Response, current_app, request

from service.accounts.signing_in.known_browsers import KNOWN_FOR


def shown() -> str | None:
    """Return the token that this browser shows, if it has one."""
    return request.cookies.get(_name())


def keep(answer: Response, token: str) -> None:
    """Give this browser its token."""
    answer.set_cookie(
        _name(),
        token,
        max_age=KNOWN_FOR,
        path="/",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"
