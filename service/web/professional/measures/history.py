"""The measures of one person over time, and what they say matters to them. That it was read is recorded."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound
from service.referrals.desk import cases
from service.referrals.kept import PURPOSE
from service.referrals.measures import course as courses
from service.referrals.measures import operations
from service.referrals.measures.definitions import MEASURES, SHEETS, SLOTS, Kind, Measure
from service.referrals.measures.queries import Course, Taken
from service.referrals.measures.scoring import COMFORT, read_map
from service.web import measure_words, moments
from service.web.access import allow, current_actor, origin
from service.web.figures import locale_of
from service.web.languages import current_language, current_segment
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.WORK_CASES)
def show(referral_id: UUID) -> Response:
    """Show what was asked, when, and what came of it."""
    return page(referral_id)


@allow(Permission.WORK_CASES)
def write(referral_id: UUID) -> ResponseReturnValue:
    """Keep what matters to somebody, in their own words."""
    read(referral_id)
    words = request.form.get("story", "")
    try:
        with committing() as unit:
            operations.write_story(
                unit,
                sealer=sealer(),
                referral_id=referral_id,
                words=words,
                version=request.form.get("version", type=int),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return page(referral_id, errors=wrong(refused), typed=words)
    return redirect(url_for(".measures", referral_id=referral_id), 303)


@allow(Permission.WORK_CASES)
def give_link(referral_id: UUID) -> Response:
    """Make a link by which somebody answers by themselves, and show it this once."""
    read(referral_id)
    token = new_token()
    with committing() as unit:
        until = operations.give_link(
            unit, referral_id=referral_id, token=token, actor=current_actor(), now=now(), origin=origin()
        )
    address = f"{services().settings.public_url}/{current_segment()}/your-answers/{token}"
    return page(referral_id, link=address, until=moments.day(until))


def read(referral_id: UUID) -> Course:
    """Read the measures of one person; raises NotFound, which is recorded, where they are not the actor's to see.

    Of a case that a colleague holds, the page of the person asks why first.
    """
    if _must_say_why(referral_id):
        abort(redirect(url_for(".case", referral_id=referral_id), 303))
    with committing() as unit:  # reading of a person is recorded, also when refused
        found = operations.read_course(
            unit, sealer=sealer(), referral_id=referral_id, actor=current_actor(), now=now(), origin=origin()
        )
    if found is None:
        raise NotFound("referral")
    return found


def _must_say_why(referral_id: UUID) -> bool:
    actor = current_actor()
    try:
        row = cases.row_of(db.session(), referral_id=referral_id, actor=actor)
    except NotFound:
        return False  # which is recorded where the reading is refused
    return cases.needs_a_reason(db.session(), row=row, actor=actor, now=now())


def page(
    referral_id: UUID,
    *,
    errors: Mapping[str, str] | None = None,
    typed: str | None = None,
    link: str = "",
    until: str = "",
) -> Response:
    """Show the history, with what is to be put right or handed on."""
    found = read(referral_id)
    due = courses.due_on(one.taken_on for one in found.taken if one.instrument == "ucla3")
    shown = work_page(
        "professional/measures/history.html",
        AREA,
        person=found.preferred_name,
        story=found.story if typed is None else typed,
        version=found.version,
        agreed=found.agreed,
        measures=[_measure(code, rows) for code, rows in _by_measure(found).items()],
        ways=_ways(referral_id),
        back_href=back(referral_id),
        due=_day(due) if due else "",
        due_now=due is not None and due <= now().date(),
        comfort=_comfort(found),
        errors=dict(errors or {}),
        link=link,
        until=until,
        links={name: url_for(f".measures_{name}", referral_id=referral_id) for name in ("story", "link")},
        paper_href=url_for(".measures_paper"),
    )
    shown.status_code = 422 if errors else 200
    return shown


AREA = Area.CASES


def back(referral_id: UUID) -> str:
    """Return where one came from: the person's page at the desk."""
    return url_for(".case", referral_id=referral_id)


def wrong(refused: Invalid) -> dict[str, str]:
    """Say what is to be put right, field by field."""
    return {name: str(measure_words.PROBLEMS[found.code]) for name, found in refused.fields.items()}


def sealer() -> Sealer:
    """Return what seals what is kept of people who are helped."""
    return services().sealer(PURPOSE)


def _ways(referral_id: UUID) -> list[dict[str, str]]:
    actor = current_actor()
    sheets = [*SHEETS, *(one.code for one in SLOTS)]
    open_here = [sheet for sheet in sheets if operations.measures_of(db.session(), sheet=sheet, actor=actor)]
    return [
        {"text": measure_words.title(sheet), "href": url_for(".measure", referral_id=referral_id, sheet=sheet)}
        for sheet in open_here
    ]


def _by_measure(found: Course) -> dict[str, list[Taken]]:
    """Put together what may be set side by side: the latest version of each measure, in the order of the sheets."""
    rows: dict[str, list[Taken]] = {code: [] for code in MEASURES}
    for one in found.taken:
        if one.version == MEASURES[one.instrument].version:
            rows[one.instrument].append(one)
    return {code: taken for code, taken in rows.items() if taken}


def _measure(code: str, rows: list[Taken]) -> dict[str, Any]:
    measure = MEASURES[code]
    if measure.kind is Kind.MAP:
        return {"title": measure_words.title("groups"), "curves": [], "map": _map(rows[-1])}
    if not measure.scales:
        said = [(one, str(measure_words.ANSWERS["lonely"][one.answers["lonely"]])) for one in rows]
        curve = {"label": "", "drawing": (), "rows": [_row(*one) for one in said]}
        return {"title": measure_words.FIGURES[code], "curves": [curve], "map": None}
    return {"title": measure_words.FIGURES[code], "curves": _curves(measure, rows), "map": None}


def _curves(measure: Measure, rows: list[Taken]) -> list[dict[str, Any]]:
    found = []
    for scale in measure.scales:
        told = [(one, one.figures[scale.code]) for one in rows if scale.code in one.figures]
        drawn = courses.points([(one.taken_on, value) for one, value in told], scale.lowest, scale.highest)
        figures = [_row(one, _("%(score)s of %(highest)s", score=value, highest=scale.highest)) for one, value in told]
        open_ones = [_row(one, str(measure_words.OPEN)) for one in rows if scale.code not in one.figures]
        label = str(measure_words.QUESTIONS.get(scale.code, ""))
        found.append({"label": label, "drawing": drawn if len(drawn) > 1 else (), "rows": figures + open_ones})
    return found


def _row(one: Taken, figure: str) -> dict[str, str]:
    return {"on": _day(one.taken_on), "figure": figure, "mode": str(measure_words.MODES[one.mode])}


def _map(one: Taken) -> dict[str, Any]:
    words = measure_words.ANSWERS
    lines = [
        {
            "name": line.name,
            "weight": line.weight,
            "often": str(words["often"][line.often]) if line.often else "",
            "wish": str(words["wish"][line.wish]) if line.wish else "",
        }
        for line in read_map(one.answers)
    ]
    return {"on": _day(one.taken_on), "lines": lines, "counts": dict(one.figures)}


def _comfort(found: Course) -> bool:
    """Say whether the last answers of any kind call for kind words; they change nothing else."""
    last = {one.instrument: one for one in found.taken}.values()
    return any(_hard(one) for one in last)


def _hard(one: Taken) -> bool:
    if one.instrument == "ons_direct":
        return one.answers.get("lonely") in COMFORT["ons_direct"]
    bands = {scale.code: scale.band(one.figures[scale.code]) for scale in _scales(one)}
    return any(band in COMFORT.get(code, COMFORT.get(one.instrument, frozenset())) for code, band in bands.items())


def _scales(one: Taken) -> list[Any]:
    return [scale for scale in MEASURES[one.instrument].scales if scale.code in one.figures]


def _day(day: date | datetime) -> str:
    return str(format_date(day, "long", locale=locale_of(current_language(), country_pack().code)))
