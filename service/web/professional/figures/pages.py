"""The figures of whoever looks: a funnel with its denominators, told apart by one thing at a time, and as a file."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Response, request, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import db
from service.referrals.figures import counting, hiding, queries
from service.referrals.figures.counting import STEPS, By, Journey, Waits
from service.referrals.figures.hiding import SMALLEST
from service.referrals.kept import PURPOSE
from service.referrals.measures.definitions import UCLA3
from service.web import moments
from service.web.access import allow, current_actor
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.professional.figures import words
from service.web.rendering import country_pack, private, services
from service.web.rooms import Area
from service.web.work import work_page

YEAR = timedelta(days=365)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@allow(Permission.FIGURES)
def show() -> Response:
    """Show how far people came in the last year."""
    by, since = _by(), _since()
    found = queries.journeys(db.session(), actor=current_actor(), since=since)
    rows = counting.table(found, by)
    shown, on_top = hiding.of_table(rows)
    total = hiding.whole(rows) if rows else [0] * len(STEPS)
    on_top = on_top or [False] * len(STEPS)
    return work_page(
        "professional/figures/figures.html",
        Area.FIGURES,
        ".figures",
        since=moments.day(since),
        all=total[0],
        settled=total[-1] if on_top[-1] else None,
        known=on_top[0],
        enough=total[0] >= counting.ENOUGH,
        bars=_bars(total, on_top),
        steps=[str(words.STEPS[step]) for step in STEPS],
        stops=_stops(found, total, on_top),
        change=_change(since),
        waits=_waits(since),
        table=_table(rows, shown, total, on_top, by),
        by_title=str(words.BY[by]),
        ways=[_way(one, by) for one in By],
        csv_href=url_for(".figures_csv", by=by.value),
    )


@allow(Permission.FIGURES)
def as_csv() -> Response:
    """Give the same table to other programs; what is hidden on the page is empty here."""
    rows = counting.table(queries.journeys(db.session(), actor=current_actor(), since=_since()), _by())
    shown, on_top = hiding.of_table(rows)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([_by().value, *STEPS])
    for name, row in rows.items():
        sheet.writerow([_plain(name), *_cells(row, shown[name])])
    sheet.writerow(["all", *_cells(hiding.whole(rows), on_top)] if rows else ["all"])
    made = private(written.getvalue(), mimetype="text/csv; charset=utf-8")
    made.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return made


def _by() -> By:
    """Return what is told apart; by quarter where nothing, or nothing known, was asked for."""
    wanted = request.args.get("by", "")
    return By(wanted) if wanted in set(By) else By.TIME


def _since() -> datetime:
    """Return the first moment of the month a year ago: one that does not move from day to day."""
    return (now() - YEAR).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _way(one: By, current: By) -> dict[str, Any]:
    return {"text": str(words.BY[one]), "href": url_for(".figures", by=one.value), "current": one is current}


def _bars(figures: list[int], shown: list[bool]) -> list[dict[str, Any]]:
    last = len(STEPS) - 1
    return [
        words.bar(str(words.STEPS[step]), figure, figures[0], shown=fine, first=number == 0, last=number == last)
        for number, (step, figure, fine) in enumerate(zip(STEPS, figures, shown, strict=True))
    ]


def _stops(found: list[Journey], total: list[int], on_top: list[bool]) -> list[dict[str, str]]:
    """Say where people stopped; nothing where the whole is hidden."""
    if not on_top[0]:
        return []
    cells = counting.stops(found)
    fine = hiding.parts(
        {**cells, "settled": total[-1]}, told_elsewhere=frozenset({"settled"}) if on_top[-1] else frozenset()
    )
    return [
        {"label": str(words.STOPS[stop]), "count": words.told(count, shown=stop in fine)}
        for stop, count in cells.items()
    ]


def _change(since: datetime) -> dict[str, Any] | None:
    """Return how those who answered twice felt, before and after; None of fewer than ten."""
    sealer = services().sealer(PURPOSE)
    pairs = queries.before_and_after(db.session(), sealer=sealer, actor=current_actor(), since=since, now=now())
    scale = UCLA3.scales[0]
    found = counting.change(pairs, scale.lowest, scale.highest)
    if found.both < SMALLEST:
        return None
    ways = {"less": found.less, "same": found.same, "more": found.more}
    fine = hiding.parts(ways)
    before, after = ({str(value): count for value, count in one.items()} for one in (found.before, found.after))
    seen = hiding.parts(before), hiding.parts(after)
    return {
        "both": found.both,
        **{name: words.told(count, shown=name in fine) for name, count in ways.items()},
        "rows": [
            {
                "value": value,
                "before": words.told(before[value], shown=value in seen[0]),
                "after": words.told(after[value], shown=value in seen[1]),
            }
            for value in before
        ],
    }


def _waits(since: datetime) -> list[dict[str, str]]:
    found = queries.waits(db.session(), actor=current_actor(), since=since)
    rows = []
    for (start, end), days in found.items():
        taken = counting.waits(days) if len(days) >= SMALLEST else None
        name = f"{words.WAITS[start]} – {words.WAITS[end]}"
        rows.append({"label": name, "text": _wait(taken) if taken else str(words.HIDDEN)})
    return rows


def _wait(taken: Waits) -> str:
    manner = locale_of(current_language(), country_pack().code)
    lower, median, upper = (
        format_decimal(round(one, 1), locale=manner) for one in (taken.lower, taken.median, taken.upper)
    )
    return str(_("%(median)s days (half of all took %(lower)s to %(upper)s)", median=median, lower=lower, upper=upper))


def _table(
    rows: hiding.Table, shown: hiding.Shown, total: list[int], on_top: list[bool], by: By
) -> list[dict[str, Any]]:
    lines = [{"name": _name(name, by), "cells": _told(row, shown[name])} for name, row in rows.items()]
    return [*lines, {"name": str(_("All together")), "cells": _told(total, on_top)}] if rows else []


def _name(name: str, by: By) -> str:
    """Return what a part is called; a quarter as it is written here."""
    if by is not By.TIME:
        return name or "–"
    year, number = name.split("-")
    first = date(int(year), 3 * int(number) - 2, 1)
    return str(format_date(first, "QQQ y", locale=locale_of(current_language(), country_pack().code)))


def _told(figures: hiding.Funnel, shown: list[bool]) -> list[str]:
    return [str(figure) if fine else "–" for figure, fine in zip(figures, shown, strict=True)]


def _cells(figures: hiding.Funnel, shown: list[bool]) -> list[str]:
    return [str(figure) if fine else "" for figure, fine in zip(figures, shown, strict=True)]


def _plain(name: str) -> str:
    """Return a name that no table program takes for a formula."""
    return f"'{name}" if name.startswith(FORMULAS) else name
