"""What needs an editor today: one line for each kind, told while there is any. Each part of the house adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Actor, Permission
from service.catalog.desk.today import Today, today_of
from service.catalog.keepers.check import scope_of
from service.catalog.proposals import queue
from service.catalog.reading import tagging
from service.db import db
from service.referrals.ringing import count_waiting
from service.web.admin import words
from service.web.admin.heard.reports import WRONG
from service.web.rendering import services


@dataclass(frozen=True)
class Asked:
    """Who asks, and on which day; what is counted for several lines is counted once."""

    actor: Actor
    today: date

    @cached_property
    def listings(self) -> Today:
        """Counts of listings and of what visitors report."""
        keeps = scope_of(db.session(), self.actor)
        return today_of(db.session(), user_id=self.actor.user_id, today=self.today, keeps=keeps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One line: what it is, how many, and where one sees to it. `note` says more, or nothing."""

    label: LazyString
    icon: str
    count: Callable[[Asked], int]
    href: Callable[[], str]
    permission: Permission = Permission.EDIT_CATALOG
    note: Callable[[Asked], str] = lambda _asked: ""


def _listings(**wanted: str) -> Callable[[], str]:
    return lambda: url_for(".admin", **wanted)  # type: ignore[arg-type]  # what stands in an address is its own


def _may_lift(asked: Asked) -> str:
    return str(_("You may put back %(num)s. The others need somebody else.", num=asked.listings.may_lift))


def _to_ring(_asked: Asked) -> int:
    return count_waiting(db.session()) if services().settings.ring_back else 0


# The most pressing first. Another part of the house adds a line here; it is shown while its count is not zero.
NEEDS: tuple[Need, ...] = (
    Need(
        label=WRONG["unsafe"],
        icon="warning",
        count=lambda asked: asked.listings.unsafe,
        href=lambda: url_for(".admin_reports"),
    ),
    Need(
        label=_l("Something is wrong"),
        icon="flag",
        count=lambda asked: asked.listings.reports,
        href=lambda: url_for(".admin_reports"),
    ),
    Need(
        label=_l("Suggestions"),
        icon="message",
        count=lambda _asked: queue.count_waiting(db.session()),
        href=lambda: url_for(".admin_suggestions"),
    ),
    Need(
        label=_l("To ring"),
        icon="phone",
        count=_to_ring,
        href=lambda: url_for(".admin_ring_back"),
        permission=Permission.RING_BACK,
    ),
    Need(
        label=words.STATUSES["submitted"],
        icon="eye",
        count=lambda asked: asked.listings.submitted,
        href=_listings(status="submitted"),
    ),
    Need(
        label=words.STATUSES["draft"],
        icon="edit",
        count=lambda asked: asked.listings.drafts,
        href=_listings(status="draft"),
    ),
    Need(
        label=words.STATUSES["held"],
        icon="shield",
        count=lambda asked: asked.listings.held,
        href=_listings(status="held"),
        note=_may_lift,
    ),
    Need(
        label=_l("Interests to look at"),
        icon="search",
        count=lambda _asked: tagging.count_to_look_at(db.session()),
        href=lambda: url_for(".admin_interests"),
    ),
    Need(
        label=_l("Not confirmed for a year"),
        icon="clock",
        count=lambda asked: asked.listings.overdue,
        href=_listings(status="published", confirmed="stale", sort="confirmed"),
    ),
    Need(
        label=_l("Soon a year old"),
        icon="calendar",
        count=lambda asked: asked.listings.soon,
        href=_listings(status="published", confirmed="soon", sort="confirmed"),
    ),
)


def waiting(asked: Asked) -> list[dict[str, object]]:
    """Return the lines that are not zero and that this person may see to."""
    found = []
    for need in NEEDS:
        many = need.count(asked) if asked.actor.may(need.permission) else 0
        if many:
            line = {"label": str(need.label), "icon": need.icon, "count": many, "href": need.href()}
            found.append({**line, "note": need.note(asked)})
    return found
