"""What the pages of whoever keeps the listings share: where they stand among the rooms."""

from flask import Response

from service.web.rooms import ROOMS, Area
from service.web.work import work_page


def page(template: str, room: str, **values: object) -> Response:
    """Show a page; `room` is the endpoint of the room it is the first page of, or empty inside a room."""
    whole = any(one.endpoint == room for one in ROOMS[Area.CATALOGUE])
    return work_page(f"admin/{template}", Area.CATALOGUE if whole else Area.LISTINGS, room, **values)
