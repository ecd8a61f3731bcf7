"""What an editor is promised of the list: a filter finds the listings of which all that was asked for is true."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from service.accounts import operations as accounts
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.desk import filters, finding, saved
from service.catalog.desk.filters import CONFIRMED, MISSING, SORTS, STATUSES, Filter
from service.catalog.desk.today import held_by, today_of
from service.catalog.freshness import within
from service.catalog.operations import set_status
from service.errors import Invalid
from tests.catalog.editing import ADA, DEE
from tests.catalog.making import NOW, TERM, TODAY, group, location

NAMES = ("Tea Table", "Night Walk", "Garden 100%", "tea and talk", "Chess_Club")
TOWNS = (("Sale", "M33 4"), ("Altrincham", "WA14 1AA"), ("Stretford", "M33"), (None, None))
DAYS = (None, 0, 100, 181, 183, 334, 336, 364, 366, 900)

texts = st.sampled_from(("", "tea", "TEA ta", "100%", "_", "zither", "sale tables", "other", "d"))
wanted_filters = st.builds(
    Filter,
    q=texts,
    status=st.sampled_from(("", *STATUSES)),
    organisation=st.sampled_from(("", "tables", "Other", "no such")),
    area=st.sampled_from(("", "sale", "ALTRINCHAM", "m33", "WA14", "WA1", "Trafford")),
    term=st.sampled_from(("", TERM, "making", "Jigsaws", "no such")),
    confirmed=st.sampled_from(("", *CONFIRMED)),
    source=st.sampled_from(("", "local", "council")),
    missing=st.lists(st.sampled_from(MISSING), unique=True, max_size=2).map(tuple),
    reported=st.booleans(),
    sort=st.sampled_from(SORTS),
)


@pytest.fixture
def many(store: Session) -> Session:
    """Forty listings, each with something else of its own."""
    other = m.Organisation(id=uuid4(), name="Other Hands")
    store.add(other)
    store.flush()
    for number in range(40):
        town, code = TOWNS[number % 4]
        hall = location(city=town, postal_code=code, region="Trafford" if number % 5 == 0 else None)
        hall.latitude = None if number % 3 == 0 else hall.latitude
        days = DAYS[number % len(DAYS)]
        made = group(
            store,
            NAMES[number % 5],
            hall=hall,
            status=STATUSES[number % 6],
            last_confirmed_on=None if days is None else TODAY - timedelta(days=days),
            source="council" if number % 7 == 0 else "local",
            mode="online" if number % 8 == 0 else "in_person",
            nationwide=number % 9 == 0,
            changed_at=NOW - timedelta(minutes=number % 6),
            **({"organisation": other} if number % 4 == 1 else {}),
        )
        _take_some(store, made, number)
    store.flush()
    store.expunge_all()
    return store


def _take_some(store: Session, made: m.Group, number: int) -> None:
    made.phone = None if number % 3 else "01632 960001"
    if number % 4 == 0:
        made.sessions[0].rule = made.sessions[0].starts_at = None
    if number % 5 == 1:
        made.price_pence, made.prices = None, []
    if number % 6 == 2:
        made.terms = []
    if number % 6 == 3:
        made.terms = [m.GroupTerm(code="activity.making")]
    if number % 5 == 3:
        store.add(m.Report(group_id=made.id, wrong="cost", state="open" if number % 2 else "done", created_at=NOW))


def is_meant(one: m.Group, wanted: Filter, above: Mapping[str, str | None], labels: Mapping[str, str]) -> bool:
    """Say in plain words what a filter means."""
    organisation = one.organisation.name.lower()
    tests = [
        all(word.lower() in one.name.lower() or word.lower() in organisation for word in wanted.words),
        wanted.status in ("", one.status),
        wanted.organisation.lower() in organisation,
        wanted.source in ("", one.source),
        not wanted.area or any(_lies_in(place.location, wanted.area) for place in one.places),
        not wanted.term or any(_is_term(term.code, wanted.term, above, labels) for term in one.terms),
        not wanted.confirmed or _is_confirmed(one.last_confirmed_on, wanted.confirmed),
        all(_lacks(one, what) for what in wanted.missing),
    ]
    return all(tests)


def _lies_in(place: m.Location, area: str) -> bool:
    code = place.postal_code or ""
    named = area.lower() in ((place.city or "").lower(), (place.region or "").lower())
    return named or code == area.upper() or code.startswith(f"{area.upper()} ")


def _is_term(code: str, wanted: str, above: Mapping[str, str | None], labels: Mapping[str, str]) -> bool:
    at: str | None = code
    while at is not None:
        if wanted == at or wanted.lower() == labels[at].lower():
            return True
        at = above[at]
    return False


def _is_confirmed(day: date | None, choice: str) -> bool:
    half, year, almost = (within(day, months, TODAY) for months in (6, 12, 11))
    said = {"fresh": half, "ageing": year and not half, "soon": year and not almost, "stale": not year}
    return day is None if choice == "never" else said[choice]


def _lacks(one: m.Group, what: str) -> bool:
    placed = any(place.location.latitude is not None for place in one.places)
    known = {
        "times": any(session.starts_at for session in one.sessions),
        "position": placed or one.nationwide or one.mode == "online",
        "cost": one.price_pence is not None or bool(one.prices),
        "contact": bool(one.phone or one.email or one.url),
    }
    return not known[what]


def test_a_filter_finds_what_a_plain_reading_of_every_row_finds(many: Session) -> None:
    rows = many.scalars(select(m.Group).options(selectinload(m.Group.places))).all()
    terms = many.scalars(select(m.Term)).all()
    above, labels = {term.code: term.broader for term in terms}, {term.code: term.label for term in terms}
    reported = set(many.scalars(select(m.Report.group_id).where(m.Report.state == "open")))

    @settings(max_examples=300, deadline=None)
    @given(wanted=wanted_filters)
    def found(wanted: Filter) -> None:
        meant = {row.id for row in rows if is_meant(row, wanted, above, labels)}
        meant &= reported if wanted.reported else meant
        assert set(finding.ids(many, wanted, today=TODAY, limit=1000)) == meant
        seen = finding.look(many, wanted, today=TODAY)
        assert (seen.total, seen.more, {one.id for one in seen.groups}) == (len(meant), False, meant)

    found()


def test_every_order_is_total_and_pages_follow_one_another(many: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 7)
    for sort in SORTS:
        wanted = Filter(sort=sort)
        pages = [finding.look(many, wanted, today=TODAY, page=page) for page in range(1, 7)]
        seen = [one.id for page in pages for one in page.groups]
        assert seen == finding.ids(many, wanted, today=TODAY, limit=1000)
        assert [page.is_last for page in pages] == [False] * 5 + [True]
    oldest = finding.look(many, Filter(sort="confirmed"), today=TODAY).groups
    assert oldest[0].last_confirmed_on is None


def test_above_so_many_it_says_more_and_does_not_count(many: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST", 8)
    monkeypatch.setattr(finding, "PAGE", 3)
    seen = finding.look(many, Filter(q="t"), today=TODAY, page=4)
    assert (seen.total, seen.more, len(seen.groups)) == (8, True, 3)
    assert finding.look(many, Filter(), today=TODAY).total == 40


@given(wanted=wanted_filters)
def test_a_filter_is_read_as_it_was_written(wanted: Filter) -> None:
    sent: dict[str, list[str]] = {}
    for name, text in filters.written(wanted):
        sent.setdefault(name, []).append(text)
    assert {*filters.read(sent).missing} == {*wanted.missing}
    assert filters.written(filters.read(filters_sorted(sent))) == filters.written(filters.read(sent))
    assert filters.read(sent).words == wanted.words


def filters_sorted(sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted(sent[name]) for name in sorted(sent)}


@given(days=st.integers(0, 3000), months=st.sampled_from((6, 11, 12)))
def test_the_first_day_that_counts_is_the_first_that_counts(days: int, months: int) -> None:
    today = date(2024, 1, 1) + timedelta(days=days)
    first = filters.oldest(months, today)
    assert within(first, months, today)
    assert not within(first - timedelta(days=1), months, today)


def test_what_waits_is_counted_and_who_may_put_back_what_is_held(many: Session) -> None:
    ids = finding.ids(many, Filter(status="published"), today=TODAY, limit=3)
    for one, actor in zip(ids, (ADA, ADA, DEE), strict=True):
        set_status(many, group_id=one, status="held", expected_version=None, actor=actor, reason="They rang", now=NOW)
    told = today_of(many, user_id=ADA.user_id, today=TODAY)
    by_filter = [
        len(finding.ids(many, wanted, today=TODAY, limit=1000))
        for wanted in (
            Filter(status="draft"),
            Filter(status="submitted"),
            Filter(status="held"),
            Filter(status="published", confirmed="stale"),
            Filter(status="published", confirmed="soon"),
        )
    ]
    assert [told.drafts, told.submitted, told.held, told.overdue, told.soon] == by_filter
    assert told.may_lift == told.held - 2
    assert held_by(many)[ids[2]] == DEE.user_id


def test_filters_are_kept_each_by_their_own_editor(engine: Engine, store: Session) -> None:
    bea, cyd = (_editor(store, name) for name in ("bea", "cyd"))
    saved.keep(store, name=" Old  ones ", query="confirmed=stale", actor=bea, now=NOW)
    saved.keep(store, name="Old ones", query="confirmed=never", actor=bea, now=NOW)
    saved.keep(store, name="Mine", query="q=tea", actor=cyd, now=NOW)
    kept = saved.kept_by(store, bea.user_id)
    assert [(one.name, one.query) for one in kept] == [("Old ones", "confirmed=never")]
    saved.forget(store, filter_id=kept[0].id, actor=cyd)
    assert saved.kept_by(store, bea.user_id) == kept
    saved.forget(store, filter_id=kept[0].id, actor=bea)
    assert saved.kept_by(store, bea.user_id) == ()
    assert [one.name for one in saved.kept_by(store, cyd.user_id)] == ["Mine"]


@pytest.mark.parametrize(("name", "code"), [("  ", "needed"), ("x" * 61, "too_long"), ("one too many", "too_many")])
def test_a_name_that_cannot_be_kept_is_told(store: Session, name: str, code: str) -> None:
    bea = _editor(store, "bea")
    for number in range(saved.MOST):
        saved.keep(store, name=f"Number {number}", query="", actor=bea, now=NOW)
    with pytest.raises(Invalid) as refused:
        saved.keep(store, name=name, query="", actor=bea, now=NOW)
    assert refused.value.fields["name"].code == code


def _editor(store: Session, name: str) -> Actor:
    made: UUID = accounts.make_user(
        store,
        email=f"{name}@example.org",
        name=name.title(),
        role=Role.EDITOR,
        organisation_id=None,
        password_hash=None,
        now=NOW,
    )
    return Actor(role=Role.EDITOR, user_id=made, permissions=GRANTS[Role.EDITOR])
