"""One's own account: the second step of signing in."""

from flask import Blueprint

from service.web.account import data, second_factor


def register(blueprint: Blueprint) -> None:
    """Add the pages of one's account."""
    for part in (second_factor, data):
        part.register(blueprint)
