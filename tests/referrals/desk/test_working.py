"""What a link worker writes stands where colleagues who help find it, once, and is refused where it is not theirs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.accounts.models import AuditEntry
from service.accounts.record.audit import Purpose
from service.errors import Conflict, Invalid, NotFound
from service.referrals.desk import cases, reading
from service.referrals.desk import operations as desk
from service.referrals.desk.cases import CaseView
from service.referrals.desk.operations import At
from service.referrals.desk.reading import Closed
from service.referrals.desk_choices import CHANNELS, MAX_NOTE, WHY
from service.referrals.erasure import erase_person
from service.referrals.history import raise_need
from service.referrals.lifecycle import CLOSE_REASONS
from service.referrals.models_desk import CaseNote
from tests.referrals.cast import NOW, SEALER
from tests.referrals.desk.working import TODAY, Clinic, hand

DAY = timedelta(days=1)


def read(clinic: Clinic, at: At) -> CaseView | Closed | None:
    return reading.read_case(
        clinic.session, sealer=SEALER, referral_id=at.referral_id, actor=at.actor, now=at.now, origin=at.origin
    )


def view(clinic: Clinic, at: At) -> CaseView:
    found = read(clinic, at)
    assert isinstance(found, CaseView)
    return found


def test_notes_calls_and_moves_stand_in_one_line_newest_first(clinic: Clinic) -> None:
    case = clinic.case("sent")
    desk.take(clinic.session, clinic.at(case), version=clinic.row(case).version)
    desk.attempt(clinic.session, clinic.at(case, now=NOW + DAY), channel="phone", reached=False)
    desk.attempt(
        clinic.session, clinic.at(case, now=NOW + 2 * DAY), channel="text", reached=True, words="Misses the kitchen"
    )
    found = view(clinic, clinic.at(case))
    assert [step.kind for step in found.steps][-1] in ("move", "hand_over")
    assert [step.words for step in found.steps if step.kind == "note"] == ["Misses the kitchen"]
    assert [step.at for step in found.steps] == sorted((step.at for step in found.steps), reverse=True)
    assert (found.state, found.owner, found.tries) == ("in_contact", "Lin", 1)


@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_first_talk_puts_a_case_in_contact_and_a_try_does_not(
    clinic: Clinic, channel: str, *, reached: bool
) -> None:
    case = clinic.case("accepted", owner=clinic.lin)
    desk.attempt(clinic.session, clinic.at(case), channel=channel, reached=reached)
    assert clinic.row(case).state == ("in_contact" if reached else "accepted")


def test_tries_of_one_day_count_once(clinic: Clinic) -> None:
    case = clinic.case("accepted", owner=clinic.lin, need="first_call", need_rank=2, due_on=TODAY)
    for day in (0, 0, 1, 2, 2):
        desk.attempt(clinic.session, clinic.at(case), channel="phone", reached=False, on=TODAY + day * DAY)
    assert clinic.desk().rows[0].tries == 3


def test_a_talk_settles_what_was_asked_for_and_not_a_worry_about_safety(clinic: Clinic) -> None:
    for need, left in (("asks_for_call", None), ("safety", "safety")):
        case = clinic.case("in_contact", owner=clinic.lin)
        raise_need(clinic.session, clinic.row(case), need, today=TODAY)
        desk.attempt(clinic.session, clinic.at(case), channel="phone", reached=True)
        assert clinic.row(case).raised == left
    desk.settle(clinic.session, clinic.at(case), need="question")
    assert clinic.row(case).raised == "safety"
    desk.settle(clinic.session, clinic.at(case), need="safety")
    assert clinic.row(case).raised is None


def test_tasks_of_today_and_before_are_on_the_desk_until_they_are_done(clinic: Clinic) -> None:
    case = clinic.case("planned", owner=clinic.lin)
    for what, days in (("Ring the hall", 0), ("Ask for the bus times", 3)):
        desk.task(clinic.session, clinic.at(case), what=what, who="worker", due_on=TODAY + days * DAY)
    (first,) = clinic.desk().today
    assert first.what == "Ring the hall"
    desk.done(clinic.session, clinic.at(case), task_id=first.id)
    assert clinic.desk().today == ()
    assert [one.what for one in view(clinic, clinic.at(case)).tasks] == ["Ask for the bus times", "Ring the hall"]


def test_a_task_of_another_case_is_not_there(clinic: Clinic) -> None:
    mine, other = clinic.case(owner=clinic.lin), clinic.case(owner=clinic.lin)
    desk.task(clinic.session, clinic.at(mine), what="Ring", who="worker", due_on=TODAY)
    with pytest.raises(Invalid):
        desk.done(clinic.session, clinic.at(other), task_id=clinic.desk().today[0].id)


@pytest.mark.parametrize(
    ("what", "who", "days", "wrong"),
    [
        ("", "worker", 1, {"what"}),
        ("x" * 301, "nobody", -9, {"what", "who", "due_on"}),
        ("x", "worker", 400, {"due_on"}),
    ],
)
def test_a_task_needs_words_somebody_and_a_day(clinic: Clinic, what: str, who: str, days: int, wrong: set[str]) -> None:
    case = clinic.case(owner=clinic.lin)
    with pytest.raises(Invalid) as refused:
        desk.task(clinic.session, clinic.at(case), what=what, who=who, due_on=TODAY + days * DAY)
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize("words", ["", "  \n", "x" * (MAX_NOTE + 1), "a\x00b"])
def test_an_empty_or_endless_note_is_not_kept(clinic: Clinic, words: str) -> None:
    case = clinic.case(owner=clinic.lin)
    with pytest.raises(Invalid):
        desk.note(clinic.session, clinic.at(case), words=words)


@pytest.mark.parametrize("to", ["rejected", "closed"])
def test_an_end_needs_a_reason_of_the_list(clinic: Clinic, to: str) -> None:
    case = clinic.case("sent" if to == "rejected" else "planned", owner=clinic.lin)
    with pytest.raises(Invalid):
        desk.move(clinic.session, clinic.at(case), to=to, reason="because")
    desk.move(clinic.session, clinic.at(case), to=to, reason=CLOSE_REASONS[0])
    assert (clinic.row(case).state, clinic.row(case).close_reason) == (to, CLOSE_REASONS[0])


def test_to_wait_needs_words_and_moves_that_are_not_there_are_refused(clinic: Clinic) -> None:
    case = clinic.case("sent", owner=clinic.lin)
    with pytest.raises(Invalid):
        desk.move(clinic.session, clinic.at(case), to="on_hold")
    with pytest.raises(Conflict, match="not_allowed_from_here"):
        desk.move(clinic.session, clinic.at(case), to="planned")
    with pytest.raises(Conflict, match="stale"):
        desk.move(clinic.session, clinic.at(case), to="accepted", version=clinic.row(case).version + 1)


def test_of_two_who_take_somebody_on_one_does(clinic: Clinic) -> None:
    case = clinic.case("sent")
    desk.take(clinic.session, clinic.at(case), version=clinic.row(case).version)
    desk.take(clinic.session, clinic.at(case), version=clinic.row(case).version)  # the second press of one button
    with pytest.raises(NotFound):  # Lou would have to say why
        desk.take(clinic.session, clinic.at(case, clinic.lou), version=clinic.row(case).version)
    desk.explain(clinic.session, clinic.at(case, clinic.lou), why="asked")
    with pytest.raises(Conflict, match="taken"):
        desk.take(clinic.session, clinic.at(case, clinic.lou), version=clinic.row(case).version)
    assert clinic.row(case).owner_user_id == clinic.lin.user_id


def test_a_case_handed_over_is_on_the_other_desk_only(clinic: Clinic) -> None:
    case = clinic.due(TODAY)
    hand(clinic, case, clinic.lou)
    assert clinic.desk("everyone").rows == ()
    assert [row.referral_id for row in clinic.desk("everyone", by=clinic.lou).rows] == [case]
    assert isinstance(read(clinic, clinic.at(case)), Closed)


def test_a_case_is_handed_to_link_workers_of_the_same_house_only(clinic: Clinic) -> None:
    case = clinic.due(TODAY)
    for other in (clinic.world.dee, clinic.world.bo, clinic.lin):
        with pytest.raises(Invalid):
            hand(clinic, case, other)


def test_who_covers_sees_the_desk_and_the_cases_until_the_day(clinic: Clinic) -> None:
    case = clinic.due(TODAY)
    desk.cover(clinic.session, by=clinic.lou.user_id, until=TODAY + DAY, actor=clinic.lin, now=NOW)
    assert [row.referral_id for row in clinic.desk(by=clinic.lou).rows] == [case]
    assert view(clinic, clinic.at(case, clinic.lou)).owner == "Lin"
    assert clinic.desk(by=clinic.lou, now=NOW + 2 * DAY).rows == ()
    desk.end_cover(clinic.session, actor=clinic.lin, now=NOW)
    assert clinic.desk(by=clinic.lou).rows == ()


@pytest.mark.parametrize("days", [-1, 61])
def test_a_cover_has_an_end_that_is_near(clinic: Clinic, days: int) -> None:
    with pytest.raises(Invalid):
        desk.cover(clinic.session, by=clinic.lou.user_id, until=TODAY + days * DAY, actor=clinic.lin, now=NOW)


@pytest.mark.parametrize("why", WHY)
def test_a_colleague_says_once_why_they_read_and_then_reads(clinic: Clinic, why: str) -> None:
    case = clinic.case(owner=clinic.lin)
    at = clinic.at(case, clinic.lou)
    assert isinstance(read(clinic, at), Closed)
    with pytest.raises(NotFound):
        desk.note(clinic.session, at, words="Not mine to write")
    desk.explain(clinic.session, at, why=why)
    assert view(clinic, at).name == "Cai"
    deeds = clinic.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert deeds == ["explain_case", "read_case"]


def test_another_house_finds_nothing_and_the_asking_is_kept(clinic: Clinic) -> None:
    case = clinic.case(owner=clinic.lin)
    at = clinic.at(case, clinic.world.dee)
    assert read(clinic, at) is None
    assert read(clinic, clinic.at(uuid4(), clinic.world.dee)) is None
    assert clinic.session.scalars(select(AuditEntry.outcome)).all() == ["denied", "denied"]
    with pytest.raises(NotFound):
        desk.note(clinic.session, at, words="x")
    with pytest.raises(NotFound):
        desk.take(clinic.session, at, version=1)
    with pytest.raises(NotFound):
        desk.explain(clinic.session, at, why="asked")
    with pytest.raises(NotFound):
        desk.move(clinic.session, at, to="closed", reason="died")


def test_who_is_erased_takes_all_that_was_written_along(clinic: Clinic) -> None:
    case = clinic.case("sent")
    desk.take(clinic.session, clinic.at(case), version=clinic.row(case).version)
    desk.attempt(clinic.session, clinic.at(case), channel="phone", reached=True, words="zqax")
    desk.task(clinic.session, clinic.at(case), what="Ring", who="worker", due_on=TODAY)
    person = clinic.row(case).person_id
    assert erase_person(clinic.session, person_id=person, purpose=Purpose.RETENTION, now=NOW)
    assert clinic.session.scalars(select(CaseNote)).all() == []
    assert cases.newest_of(clinic.session, person_id=person, actor=clinic.lin) is None


def test_words_are_sealed_in_their_row(clinic: Clinic) -> None:
    case = clinic.case(owner=clinic.lin)
    desk.note(clinic.session, clinic.at(case), words="zqaxnote")
    kept = clinic.session.scalars(select(CaseNote.words)).one()
    assert b"zqax" not in kept
