"""How a group is named on the pages. It knows no list."""

import re

from service.catalog.views import GroupView

EXAMPLE = re.compile(r"(?<!\s)\s*\(example\)$", re.IGNORECASE)


def display_name(group: GroupView) -> str:
    """Return the name without the mark of an example: the page sets that beside it."""
    return EXAMPLE.sub("", group.name) if group.is_example else group.name
