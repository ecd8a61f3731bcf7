"""A visit is counted once, the third one settles; what failed leads to the next group; an end ends everything."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.errors import Conflict, Invalid, NotFound
from service.notifications.models import OutboxMessage
from service.referrals import links
from service.referrals.following import operations, tries
from service.referrals.lifecycle import CLOSE_REASONS, Part
from service.referrals.models import Introduction, LeaderLink, Move
from tests.referrals.cast import NOW
from tests.referrals.following.conftest import DAY, Hands


def states(hands: Hands, row: Introduction) -> tuple[str, str, int]:
    return hands.referral(row).state, row.state, row.attended


def test_three_visits_and_somebody_has_found_their_group(hands: Hands) -> None:
    row = hands.booked()
    seen = []
    for week in (1, 2, 3):
        hands.now = NOW + 7 * week * DAY
        hands.mark(row, "attended")
        seen.append(states(hands, row))
    assert seen == [("attending", "attended", 1), ("attending", "attended", 2), ("settled", "settled", 3)]
    assert row.last_attended_on == (NOW + 21 * DAY).date()


def test_the_same_visit_told_by_leader_person_and_worker_is_one(hands: Hands) -> None:
    row = hands.booked()
    hands.now = NOW + 7 * DAY
    for part, actor in ((Part.LEADER, VISITOR), (Part.PERSON, VISITOR), (Part.LINK_WORKER, hands.world.lin)):
        assert hands.mark(row, "attended", part=part, actor=actor).attended == 1
    assert hands.mark(row, "attended", on=hands.now.date() - DAY).attended == 1, "nor is an older one added behind it"


def test_who_went_before_a_date_was_written_down_has_been_there(hands: Hands) -> None:
    row = hands.refer()
    hands.accept(row)
    hands.now = NOW + 3 * DAY
    assert hands.mark(row, "attended", on=hands.now.date(), part=Part.LINK_WORKER, actor=hands.world.lin).attended == 1
    assert row.first_date is not None
    assert row.first_date.date() == hands.now.date()


def test_nobody_is_settled_before_the_third_visit(hands: Hands) -> None:
    row = hands.booked()
    hands.now = NOW + 7 * DAY
    hands.mark(row, "attended")
    with pytest.raises(Conflict, match="not_allowed_from_here"):
        hands.mark(row, "settled")


@pytest.mark.parametrize(("what", "need"), [("no_show", "kind_call"), ("session_cancelled", "offer_date")])
def test_after_a_missed_visit_somebody_has_a_task_and_a_new_date_can_be_agreed(
    hands: Hands, what: str, need: str
) -> None:
    row = hands.booked()
    hands.now = NOW + 7 * DAY
    hands.mark(row, what, part=Part.LINK_WORKER, actor=hands.world.lin)
    assert hands.referral(row).need == need
    last = hands.session.scalars(select(Move).where(Move.to_state == what)).one()
    assert (last.part, last.by_role) == ("G", "link_worker"), "the group's part, by whoever wrote it down"
    again = hands.now + 7 * DAY
    operations.book(hands.session, introduction_id=row.id, at=again, part=Part.PERSON, actor=VISITOR, now=hands.now)
    assert (row.state, row.first_date, hands.referral(row).need) == ("booked", again, "first_visit")


def test_a_date_that_is_agreed_anew_is_what_is_needed_next(hands: Hands) -> None:
    row = hands.booked(NOW + 7 * DAY)
    operations.book(
        hands.session, introduction_id=row.id, at=NOW + 2 * DAY, part=Part.LEADER, actor=VISITOR, now=hands.now
    )
    referral = hands.referral(row)
    assert (referral.need, referral.due_on) == ("first_visit", (NOW + 2 * DAY).date())


def test_whoever_stops_going_gets_another_group(hands: Hands) -> None:
    row = hands.booked()
    hands.now = NOW + 7 * DAY
    hands.mark(row, "attended")
    hands.mark(row, "stopped", part=Part.PERSON)
    referral = hands.referral(row)
    assert (referral.state, referral.need, referral.need_rank) == ("planned", "next_group", 2)
    other = hands.another(row, hands.world.unchecked)
    assert (referral.state, other.state) == ("introduced", "sent")


def test_while_another_group_is_asked_one_that_failed_changes_nothing(hands: Hands) -> None:
    row = hands.booked()
    hands.another(row, hands.world.unchecked)
    operations.withdraw(hands.session, introduction_id=row.id, now=hands.now)
    assert states(hands, row)[:2] == ("introduced", "withdrawn")


@pytest.mark.parametrize("on", [NOW.date() - 2 * DAY, NOW.date() + 2 * DAY])
def test_a_visit_before_the_asking_or_to_come_is_none(hands: Hands, on: date) -> None:
    row = hands.booked()
    with pytest.raises(Invalid, match="mark") as refused:
        hands.mark(row, "attended", on=on)
    assert set(refused.value.fields) == {"on"}


@pytest.mark.parametrize("at", [NOW, NOW - DAY, NOW + timedelta(days=367)])
def test_a_date_lies_ahead_and_within_a_year(hands: Hands, at: datetime) -> None:
    row = hands.refer()
    hands.accept(row)
    with pytest.raises(Invalid, match="date"):
        operations.book(
            hands.session,
            introduction_id=row.id,
            at=at,
            part=Part.LEADER,
            actor=VISITOR,
            now=NOW,
        )


def test_what_is_not_theirs_does_not_exist(hands: Hands) -> None:
    row = hands.booked()
    with pytest.raises(NotFound, match="referral"):
        hands.mark(row, "no_show", part=Part.LINK_WORKER, actor=hands.world.dee)
    with pytest.raises(NotFound, match="referral"):
        hands.close(row, "moved_away", actor=hands.world.dee)
    assert row.state == "booked"


@pytest.mark.parametrize("reason", sorted(set(CLOSE_REASONS) - {"uncontactable"}))
def test_an_end_withdraws_what_is_open_ends_its_links_and_holds_its_messages_back(hands: Hands, reason: str) -> None:
    row = hands.booked()
    token = hands.post.last
    links.give(
        hands.session,
        person_id=hands.person(row).id,
        organisation_id=hands.world.clinic,
        purpose="check_in",
        token=token,
        now=NOW,
    )
    hands.close(row, reason)
    referral = hands.referral(row)
    assert (referral.state, referral.close_reason, referral.closed_at) == ("closed", reason, NOW)
    assert (referral.need, referral.due_on) == (None, None)
    assert row.state == "withdrawn"
    assert all(link.revoked_at for link in hands.session.scalars(select(LeaderLink)))
    with pytest.raises(NotFound):
        links.find(hands.session, token=token, purpose="check_in", now=NOW)
    assert {one.state for one in hands.session.scalars(select(OutboxMessage))} == {"failed"}


def test_after_a_death_nothing_more_is_sent_and_every_referral_of_theirs_ends(hands: Hands) -> None:
    row = hands.booked()
    other = hands.refer()
    second = hands.referral(other)
    second.person_id = hands.person(row).id
    hands.session.flush()
    hands.close(row, "died")
    assert [one.close_reason for one in (hands.referral(row), second)] == ["died", "died"]
    assert {one.state for one in hands.session.scalars(select(OutboxMessage))} == {"failed"}


def test_nobody_is_uncontactable_after_fewer_than_three_tries(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    row = hands.booked()
    for tried in range(tries.ENOUGH):
        monkeypatch.setattr(tries, "days", lambda *_, found=tried: found)
        with pytest.raises(Conflict, match="too_few_tries"):
            hands.close(row, "uncontactable")
    monkeypatch.setattr(tries, "days", lambda *_: tries.ENOUGH)
    hands.close(row, "uncontactable")
    assert hands.referral(row).state == "closed"


def test_an_end_needs_a_reason_of_the_list_and_comes_once(hands: Hands) -> None:
    row = hands.booked()
    with pytest.raises(Invalid, match="close"):
        hands.close(row, "because")
    hands.close(row, "goals_met")
    with pytest.raises(Conflict, match="not_allowed_from_here"):
        hands.close(row, "goals_met")


def test_every_deed_is_recorded_without_a_word_of_the_person(hands: Hands) -> None:
    row = hands.booked()
    hands.now = NOW + 7 * DAY
    hands.mark(row, "attended")
    hands.close(row, "moved_away")
    found = [
        (one.action, one.columns) for one in hands.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence))
    ]
    assert [action for action, _ in found] == ["refer", "book", "mark_attended", "close"]
    assert "zqax" not in repr(found)


def test_what_was_raised_stays_until_it_is_dealt_with_and_none_is_lost(hands: Hands) -> None:
    from service.referrals.history import raise_need, settle_need

    referral = hands.referral(hands.booked())
    today = NOW.date()
    for need in ("not_for_me", "asks_for_call", "safety", "asks_for_call"):
        raise_need(hands.session, referral, need, today=today)
    seen = []
    for _ in range(4):
        seen.append(referral.need)
        settle_need(hands.session, referral, today=today)
    assert seen == ["safety", "asks_for_call", "not_for_me", "first_visit"]


def test_whoever_leaves_a_waiting_list_lets_the_others_move_up(hands: Hands) -> None:
    rows = [hands.refer() for _ in range(3)]
    for number, row in enumerate(rows, start=1):
        hands.accept(row, "waitlisted")
        row.position = number
    hands.session.flush()
    operations.withdraw(hands.session, introduction_id=rows[0].id, now=hands.now)
    assert [row.position for row in rows] == [None, 1, 2]
    hands.close(rows[1], "moved_away")
    assert [row.position for row in rows] == [None, None, 1]
