"""One's own account: where one is signed in, password, second step, passkeys, what is kept."""

from flask import Blueprint

from service.web.account import activity, data, email, passkeys, password, places, second_factor


def register(blueprint: Blueprint) -> None:
    """Add the pages of one's account."""
    for part in (places, password, email, second_factor, passkeys, data, activity):
        part.register(blueprint)
