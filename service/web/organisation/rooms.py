"""What the pages of whoever runs an organisation share: their frame, the record of refusals, and days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.accounts.record import audit
from service.clock import now
from service.db import committing
from service.errors import NotFound
from service.web.access import current_actor, origin
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack
from service.web.rooms import Area
from service.web.work import work_page

LAST_PAGE = 10_000
Handler = Callable[..., ResponseReturnValue]


def page(template: str, room: str, **values: object) -> Response:
    """Show a page; `room` is the endpoint of the room it is the first page of, or empty inside a room."""
    return work_page(f"organisation/{template}", Area.ORGANISATION, room, **values)


@contextmanager
def out_of_sight(permission: Permission, subject: str, subject_id: UUID | None) -> Iterator[None]:
    """Keep that somebody asked for what is not there, or not theirs to run: which of the two nobody learns.

    Put it outside the unit of work, which rolls back.
    """
    try:
        yield
    except NotFound:
        with committing() as unit:
            audit.record(
                unit,
                actor=current_actor(),
                action=permission.value,
                subject=subject,
                subject_id=subject_id,
                outcome="denied",
                now=now(),
                origin=origin(),
            )
        raise


def own_and_others(
    blueprint: Blueprint, path: str, name: str, show: Handler, show_form: Handler, make: Handler
) -> None:
    """Add a list and the form of a new line: of one's own organisation, and of another one for administrators."""
    for end, where in ((name, path), (f"{name}_of", f"{path}/in/<uuid:organisation_id>")):
        blueprint.add_url_rule(where, end, show)
        blueprint.add_url_rule(f"{where}/new", f"{end}_new", show_form)
        blueprint.add_url_rule(f"{where}/new", f"{end}_new_post", make, methods=["POST"])


def day(at: datetime) -> str:
    """Say a day."""
    pack = country_pack()
    here = at.astimezone(ZoneInfo(pack.time_zone)).date()
    return str(format_date(here, "long", locale=locale_of(current_language(), pack.code)))
