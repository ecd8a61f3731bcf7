"""Figures in words: the steps, where people stopped, what they are told apart by. It counts nothing."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.referrals.figures.counting import By, wilson

STEPS: dict[str, LazyString] = {
    "offered": _l("Offered help"),
    "referred": _l("Referred"),
    "contacted": _l("Reached"),
    "accepted": _l("A group said yes"),
    "first_visit": _l("First visit"),
    "third_visit": _l("Third visit"),
    "settled": _l("Settled"),
}
STOPS: dict[str, LazyString] = {
    "choice": _l("said no, or not now: their own choice"),
    "lost": _l("we lost touch"),
    "unmet": _l("wanted a group that is not there"),
    "other": _l("Another reason"),
    "on_the_way": _l("still on the way"),
}
BY: dict[By, LazyString] = {
    By.TIME: _l("By quarter"),
    By.AREA: _l("By area"),
    By.GROUP: _l("By group"),
    By.REFERRER: _l("By referrer"),
}
WAITS: dict[str, LazyString] = {
    "sent": _l("Referred"),
    "accepted": _l("Taken on"),
    "in_contact": _l("Reached"),
    "planned": _l("Planned"),
    "introduced": _l("Introduced"),
}
HIDDEN = _l("Hidden: too few people")
SENT = _l("Referred")  # to one group


def bar(name: str, count: int, of: int, *, shown: bool, first: bool, last: bool) -> dict[str, Any]:
    """Return one bar of a funnel: its name, length and words. The first is the whole; a hidden one has no length."""
    if not shown or not of:
        return {"label": name, "share": 0, "low": 0, "high": 0, "text": str(HIDDEN), "shown": False, "key": last}
    if first:
        return {"label": name, "share": 100, "low": 100, "high": 100, "text": str(count), "shown": True, "key": True}
    low, high = (round(100 * end) for end in wilson(count, of))
    share = round(100 * count / of)
    text = gettext(
        "%(count)s of %(all)s, %(share)s in 100 (%(low)s to %(high)s)",
        count=count,
        all=of,
        share=share,
        low=low,
        high=high,
    )
    return {"label": name, "share": share, "low": low, "high": high, "text": text, "shown": True, "key": last}


def told(count: int, *, shown: bool) -> str:
    """Return a count; a hidden one is a dash, which the page explains."""
    return str(count) if shown else "–"
