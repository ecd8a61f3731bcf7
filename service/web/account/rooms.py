"""What the pages of one's own account share: where they stand among the rooms."""

from flask import Response

from service.web.rooms import Area
from service.web.work import work_page


def page(template: str, room: str, **values: object) -> Response:
    """Show a page of one's account; `room` is the endpoint of the room it belongs to."""
    return work_page(f"account/{template}", Area.ACCOUNT, room, **values)
