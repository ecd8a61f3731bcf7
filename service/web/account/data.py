"""All that is kept about somebody with an account, for themselves: to read, and as a file."""

from flask import Blueprint, Response, url_for

from service.accounts.permissions import Permission
from service.accounts.privacy.export import about_account
from service.clock import now
from service.db import committing
from service.errors import Unauthenticated
from service.web import kept_words
from service.web.access import allow, fresh, origin, whose
from service.web.account import rooms
from service.web.rendering import services

ROOM = ".own_data"


def register(blueprint: Blueprint) -> None:
    """Add the page and the file."""
    blueprint.add_url_rule("/account/data", "own_data", show)
    blueprint.add_url_rule("/account/data/file", "own_data_file", give)


@allow(Permission.ACCOUNT)
@fresh
def show() -> Response:
    """Show all of it, to be read or printed."""
    told = _told()
    return rooms.page(
        "data.html",
        ROOM,
        sections=kept_words.sections(told),
        lookers=[],
        organisation="",
        back_href="",
        file_href=url_for(".own_data_file"),
    )


@allow(Permission.ACCOUNT)
@fresh
def give() -> Response:
    """Give all of it as a file that programs read."""
    return kept_words.as_file(_told())


def _told() -> kept_words.Told:
    actor = whose().actor
    if actor.user_id is None:
        raise Unauthenticated("session_ended")
    with committing() as unit:  # that it was read is recorded
        return about_account(
            unit, user_id=actor.user_id, sealer=services().sealer, actor=actor, now=now(), origin=origin()
        )
