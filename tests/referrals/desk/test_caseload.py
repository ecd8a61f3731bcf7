"""A link worker sees who needs them now, first; nobody is left out, and nobody of another organisation is there."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import event, select

from service.accounts.models import Membership
from service.accounts.permissions import Actor
from service.referrals.desk import operations as desk
from service.referrals.desk import queries
from service.referrals.desk.scope import VIEWS
from tests.referrals.cast import NOW
from tests.referrals.desk.working import TODAY, Clinic

DAY = timedelta(days=1)


def ids(clinic: Clinic, view: str = "now", by: Actor | None = None) -> list[UUID]:
    return [row.referral_id for row in clinic.desk(view, by=by).rows]


def test_the_order_is_safety_a_missed_visit_a_promise_silence_the_rest_then_the_day(clinic: Clinic) -> None:
    wanted = [(0, 0), (0, 5), (1, 3), (2, -4), (2, 0), (3, -9), (4, 0)]
    made = {pair: clinic.due(TODAY + pair[1] * DAY, pair[0]) for pair in reversed(wanted)}
    assert ids(clinic) == [made[pair] for pair in wanted]


def test_whoever_is_due_later_is_not_urgent_and_is_still_there(clinic: Clinic) -> None:
    now, later = clinic.due(TODAY), clinic.due(TODAY + DAY)
    assert ids(clinic) == [now]
    assert ids(clinic, "everyone") == [now, later]


def test_every_open_case_of_mine_stands_under_everyone_and_counts_agree(clinic: Clinic) -> None:
    for state in ("sent", "accepted", "in_contact", "planned", "introduced", "attending", "settled", "on_hold"):
        clinic.case(state, owner=clinic.lin, need="make_plan", need_rank=2, due_on=TODAY)
        clinic.case(state, owner=clinic.lou)
    for ended in ("closed", "rejected", "cancelled"):
        clinic.case(ended, owner=clinic.lin)
    clinic.case("sent")
    found = clinic.desk()
    counts = {view: found.counts[view] for view in VIEWS}
    assert counts == {"now": 8, "new": 1, "waiting": 1, "going": 1, "settled": 1, "everyone": 8}
    for view in VIEWS:
        assert len(clinic.desk(view).rows) == found.counts[view], view


def test_whom_somebody_held_who_left_is_new_to_everybody_who_helps_and_can_be_taken(clinic: Clinic) -> None:
    due = clinic.due(TODAY)
    assert ids(clinic, "new", by=clinic.lou) == []
    lin = select(Membership).where(Membership.user_id == clinic.lin.user_id)
    clinic.session.scalars(lin).one().valid_until = NOW
    clinic.session.flush()
    shown = clinic.desk("new", by=clinic.lou).rows
    assert [(one.referral_id, one.owner_user_id) for one in shown] == [(due, None)]
    desk.take(clinic.session, clinic.at(due, clinic.lou), version=clinic.row(due).version)
    assert ids(clinic, "now", by=clinic.lou) == [due]


def test_whom_nobody_holds_is_new_until_somebody_does(clinic: Clinic) -> None:
    sent = clinic.case("sent", need="take_on", need_rank=2, due_on=TODAY + DAY)
    missed = clinic.case("introduced", need="kind_call", need_rank=1, due_on=TODAY + DAY)
    clinic.case("introduced", need="await_answer", need_rank=3, due_on=TODAY + 5 * DAY)
    clinic.case("draft")
    assert ids(clinic, "new") == [missed, sent]


def test_danger_of_somebody_whom_nobody_holds_stands_first_on_every_desk_here_until_somebody_does(
    clinic: Clinic,
) -> None:
    mine = clinic.due(NOW.date(), rank=1, need="kind_call")
    sent = {"state": "sent", "raised": "safety", "need": "safety", "need_rank": 0, "due_on": NOW.date()}
    danger = clinic.case(**sent)  # type: ignore[arg-type]
    clinic.case(service_organisation_id=clinic.world.elsewhere, **sent)  # type: ignore[arg-type]
    clinic.case("sent", need="take_on", need_rank=2, due_on=NOW.date())
    assert [row.referral_id for row in clinic.desk().rows] == [danger, mine]
    assert [row.referral_id for row in clinic.desk(by=clinic.lou).rows] == [danger]
    for who in (clinic.lin, clinic.lou):
        assert clinic.desk(by=who).counts["now"] == len(clinic.desk(by=who).rows)
    clinic.row(danger).owner_user_id = clinic.lou.user_id
    clinic.session.flush()
    assert [row.referral_id for row in clinic.desk().rows] == [mine]
    assert [row.referral_id for row in clinic.desk(by=clinic.lou).rows] == [danger]


def test_what_another_organisation_helps_with_is_not_new_here(clinic: Clinic) -> None:
    clinic.case("sent", service_organisation_id=clinic.world.elsewhere)
    assert ids(clinic, "new") == []
    assert len(clinic.desk("new", by=clinic.world.dee).rows) == 1


def test_nothing_of_another_organisation_is_on_a_desk(clinic: Clinic) -> None:
    clinic.due(TODAY)
    found = clinic.desk("everyone", by=clinic.world.dee)
    assert (found.rows, found.today, found.news) == ((), (), ())
    assert set(found.counts.values()) == {0}


def test_who_may_not_work_on_cases_has_an_empty_desk(clinic: Clinic) -> None:
    clinic.case("sent", owner=clinic.world.bo)
    assert clinic.desk("everyone", by=clinic.world.bo).rows == ()


def test_pages_together_show_everybody_once(clinic: Clinic) -> None:
    made = {clinic.due(TODAY - number * DAY) for number in range(2 * queries.PAGE + 3)}
    pages = [clinic.desk(page=number).rows for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [queries.PAGE + 1, queries.PAGE + 1, 3]
    assert {row.referral_id for page in pages for row in page[: queries.PAGE]} == made


def test_a_desk_asks_the_database_few_questions_however_many_people(clinic: Clinic) -> None:
    for number in range(30):
        clinic.asked(clinic.due(TODAY - number * DAY))
    asked: list[str] = []
    connection = clinic.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *of: asked.append(of[2]))
    clinic.desk()
    assert len(asked) <= 7


def test_good_news_of_the_last_days_is_told(clinic: Clinic) -> None:
    went, old = clinic.due(TODAY), clinic.due(TODAY)
    clinic.asked(went, "accepted", answered_at=NOW - DAY)
    clinic.asked(old, "accepted", answered_at=NOW - 30 * DAY)
    assert [one.referral_id for one in clinic.desk().news] == [went]


def test_two_of_one_rank_and_day_stand_by_their_number(clinic: Clinic) -> None:
    made = [clinic.due(TODAY) for _ in range(4)]
    assert ids(clinic) == sorted(made, key=str)
