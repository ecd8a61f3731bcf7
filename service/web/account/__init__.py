"""One's own account: the second step of signing in, passkeys."""

from flask import Blueprint

from service.web.account import data, passkeys, second_factor


def register(blueprint: Blueprint) -> None:
    """Add the pages of one's account."""
    for part in (second_factor, passkeys, data):
        part.register(blueprint)
