"""Looking over what a list brought: which of its drafts comes next after one that was mended. Never writes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.catalog.desk.filters import Filter
from service.catalog.desk.finding import ids
from service.catalog.editing.missing import missing
from service.catalog.models_import import ImportSource
from service.catalog.queries import load_groups
from service.catalog.views import GroupView

MOST_DRAFTS = 1000  # of one source that are gone through
AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """What is left of a list; `group_id` and `name` are of the next draft that says too little to be shown, if any."""

    source: str
    group_id: UUID | None = None
    name: str = ""


def go_on(session: Session, group: GroupView, *, today: date) -> GoOn | None:
    """Return how to go on after a listing of a list; None where no list brought it, or none of its drafts is left."""
    if not session.scalar(select(exists().where(ImportSource.name == group.source))):
        return None
    drafts = ids(session, Filter(source=group.source, status="draft"), today=today, limit=MOST_DRAFTS)
    if not drafts:
        return None
    here = drafts.index(group.id) + 1 if group.id in drafts else 0
    left = [one for one in (*drafts[here:], *drafts[:here]) if one != group.id]
    for start in range(0, len(left), AT_ONCE):
        part = left[start : start + AT_ONCE]
        known = load_groups(session, part, today=today, public=False)
        for one in part:
            if one in known and missing(known[one]):
                return GoOn(source=group.source, group_id=one, name=known[one].name)
    return GoOn(source=group.source)
