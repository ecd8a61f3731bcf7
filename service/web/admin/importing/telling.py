"""What a page tells of a list: what was not taken, each reason once with its rows, and where its drafts go on."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from service.catalog.desk import filters
from service.catalog.desk.filters import Filter
from service.web.admin.desk import finding
from service.web.admin.importing import wording


def told(remarks: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return each reason with its rows and what stands there, in the order of the first row."""
    found: dict[tuple[str, str, bool], list[dict[str, Any]]] = {}
    for row, column, code, params, refused, *said in remarks:
        named = wording.column(column)
        rows = found.setdefault((named, wording.why(code, params), refused), [])
        rows.append({"row": row or "", "said": "".join(said)})
    return [
        {"column": column, "why": why, "refused": refused, "rows": rows}
        for (column, why, refused), rows in found.items()
    ]


def drafts(source: str) -> dict[str, Any]:
    """Return the way to the drafts of a source, and the form that shows which of them can be published."""
    wanted = Filter(source=source, status="draft")
    wish = (("kind", "status"), ("what", "published"), ("reason", ""))
    return {
        "href": finding.address(wanted),
        "action": url_for(".admin_together_check"),
        "sent": [*filters.written(wanted), *wish],
    }
