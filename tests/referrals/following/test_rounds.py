"""What time alone asks for is done once: reminders, questions, silence, ends. Nothing goes where it may not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from service.accounts.models import User
from service.accounts.permissions import VISITOR
from service.catalog.models import Group
from service.errors import Gone
from service.notifications.forgetting import forget_old
from service.notifications.models import OutboxMessage
from service.referrals.following import operations, rounds
from service.referrals.following.letters import Letters
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Consent, Introduction
from service.referrals.models_following import FollowUp
from tests.referrals.cast import NOW
from tests.referrals.following.conftest import DAY, MAIL, POST, Hands

HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)  # a Thursday


def run(hands: Hands, letters: Letters, at: datetime) -> list[str]:
    """Let the job run once; tell what it did."""
    hands.now = at
    found = rounds.due(hands.session, letters, now=at)
    return [one.kind for one in found if rounds.do(hands.session, letters, one, now=at)]


def written(hands: Hands, template: str) -> list[OutboxMessage]:
    wanted = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(hands.session.scalars(wanted.order_by(OutboxMessage.created_at, OutboxMessage.id)))


def words_of(row: OutboxMessage) -> dict[str, str]:
    assert row.params_sealed
    found: dict[str, str] = json.loads(POST.open(f"outbox_message:{row.id}:params", row.params_sealed))
    return found


def to(row: OutboxMessage) -> str:
    assert row.to_sealed
    return POST.open(f"outbox_message:{row.id}:to", row.to_sealed).decode()


def hours(start: datetime, many: int) -> list[datetime]:
    return [start + number * HOUR for number in range(many)]


# ---- reminders -------------------------------------------------------------------------------------------------------


def test_a_date_is_reminded_of_three_days_and_one_day_before_and_never_again(hands: Hands, letters: Letters) -> None:
    hands.booked(AT)
    for at in hours(AT - 4 * DAY, 24 * 4):
        run(hands, letters, at)
    sent = written(hands, "appointment")
    assert [AT - one.created_at for one in sent] == [3 * DAY, DAY]
    assert [to(one) for one in sent] == [MAIL, MAIL]
    assert [words_of(one)["at"] for one in sent] == ["2026-03-12T10:30"] * 2
    assert "zqax" not in json.dumps([{**words_of(one), "link": ""} for one in sent])


def test_what_was_past_when_the_date_was_agreed_is_skipped(hands: Hands, letters: Letters) -> None:
    hands.now = AT - 2 * DAY
    hands.booked(AT)
    for at in hours(AT - 2 * DAY, 48):
        run(hands, letters, at)
    assert [AT - one.created_at for one in written(hands, "appointment")] == [DAY]


@pytest.mark.parametrize("rule", ["phone", "letter", "text"])
def test_where_no_message_may_go_somebody_is_asked_to_ring(hands: Hands, letters: Letters, rule: str) -> None:
    row = hands.booked(AT, contact="01632 960123", contact_rule=rule)
    for at in (AT - 3 * DAY, AT - 3 * DAY + HOUR):
        run(hands, letters, at)
    assert written(hands, "appointment") == []
    assert hands.referral(row).need == "remind"
    assert [one.way for one in hands.session.scalars(select(FollowUp))] == ["task"]


def test_whoever_wants_no_contact_is_left_alone_also_by_tasks(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT, contact_rule="none")
    run(hands, letters, AT - 3 * DAY)
    assert written(hands, "appointment") == []
    assert hands.referral(row).need == "first_visit"


def test_a_text_goes_where_texts_can_be_sent(hands: Hands, letters: Letters) -> None:
    hands.booked(AT, contact="+44 7700 900123", contact_rule="text")
    run(hands, replace(letters, texts=True), AT - 3 * DAY)
    [message] = written(hands, "appointment")
    assert (message.channel, to(message)) == ("text", "+44 7700 900123")


def test_nobody_is_reminded_who_took_their_yes_back(hands: Hands, letters: Letters) -> None:
    hands.booked(AT)
    for consent in hands.session.scalars(select(Consent)):
        consent.withdrawn_at = NOW
    hands.session.flush()
    for at in hours(AT - 4 * DAY, 24 * 6)[::4]:
        run(hands, letters, at)
    assert written(hands, "appointment") + written(hands, "outcome_wanted") == []


def test_a_date_that_was_moved_is_reminded_of_anew(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT)
    run(hands, letters, AT - 3 * DAY)
    later = AT + 7 * DAY
    operations.book(hands.session, introduction_id=row.id, at=later, part=Part.LEADER, actor=VISITOR, now=AT - 2 * DAY)
    assert run(hands, letters, AT - DAY) == []
    assert run(hands, letters, later - 3 * DAY) == ["remind"]


# ---- questions -------------------------------------------------------------------------------------------------------


def test_after_a_date_the_leader_is_asked_once_and_it_is_seen_that_nobody_knows(hands: Hands, letters: Letters) -> None:
    hands.session.get_one(Group, hands.world.group).email = "eli@example.org"
    row = hands.booked(AT)
    for at in hours(AT + HOUR / 4, 48):
        run(hands, letters, at)
    [message] = written(hands, "outcome_wanted")
    assert (message.created_at, to(message)) == (AT + 3.25 * HOUR, "eli@example.org")
    assert "/en/came/" in words_of(message)["link"]
    referral = hands.referral(row)
    assert (referral.need, referral.due_on) == ("ask_outcome", (AT + 4 * DAY).date()), "two working days"


def test_how_it_goes_is_asked_after_one_four_and_twelve_weeks(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT)
    hands.now = AT + HOUR
    hands.mark(row, "attended")
    for at in hours(AT, 24 * 7 * 14)[::12]:
        run(hands, letters, at)
    days = [(one.created_at.date() - AT.date()).days for one in written(hands, "check_in")]
    assert days == [7, 28, 84]


def test_who_waits_for_a_place_is_asked_every_twenty_working_days(hands: Hands, letters: Letters) -> None:
    row = hands.refer()
    hands.accept(row, "waitlisted")
    for at in hours(NOW, 24 * 70)[::12]:
        run(hands, letters, at)
    days = [(one.created_at.date() - NOW.date()).days for one in written(hands, "still_waiting")]
    assert days == [28, 56]
    assert hands.referral(row).need == "still_waiting"


def test_a_silent_group_is_asked_again_after_three_working_days_and_left_after_ten(
    hands: Hands, letters: Letters
) -> None:
    hands.session.get_one(Group, hands.world.group).email = "eli@example.org"
    row = hands.refer()
    first = hands.post.last
    done = [(at, kind) for at in hours(NOW, 24 * 16) for kind in run(hands, letters, at)]
    assert [((at - NOW).days, kind) for at, kind in done] == [(2, "again"), (13, "again")]
    [message] = written(hands, "group_answer_again")
    assert (message.created_at - NOW).days == 2, "Monday, and on Thursday morning the third working day has begun"
    assert (row.state, hands.referral(row).state, hands.referral(row).need) == ("expired", "planned", "next_group")
    from service.referrals import queries

    with pytest.raises(Gone):
        queries.asked(hands.session, token=first, now=NOW + DAY)


# ---- ends ------------------------------------------------------------------------------------------------------------


def test_what_nobody_moves_for_ninety_days_ends_and_what_waits_on_purpose_does_not(
    hands: Hands, letters: Letters
) -> None:
    row, other = hands.booked(AT), hands.refer()
    held = hands.referral(other)
    held.state = "on_hold"
    other.state = "expired"
    hands.session.flush()
    hands.mark(row, "attended")
    begun = hands.referral(row).changed_at
    assert "lapse" not in run(hands, letters, begun + 90 * DAY - HOUR)
    assert "lapse" in run(hands, letters, begun + 90 * DAY)
    assert (hands.referral(row).close_reason, held.state) == ("lapsed", "on_hold")


def test_what_is_left_of_a_referral_that_ended_otherwise_is_taken_back(hands: Hands, letters: Letters) -> None:
    row = hands.refer()
    step(hands.session, hands.referral(row), "entered_in_error", Part.REFERRER, hands.world.bo, NOW)
    assert run(hands, letters, NOW + HOUR) == ["left"]
    assert row.state == "withdrawn"
    assert {one.state for one in hands.session.scalars(select(OutboxMessage))} == {"failed"}
    assert run(hands, letters, NOW + 2 * HOUR) == []


# ---- news ------------------------------------------------------------------------------------------------------------


def agree_to_tell(hands: Hands, row: Introduction) -> None:
    said = Consent(
        person_id=hands.person(row).id,
        organisation_id=hands.world.clinic,
        items=["outcome"],
        purpose="tell_referrer",
        words_version="2026-01",
        given_by="self",
        method="spoken",
        given_at=NOW,
        expires_at=NOW + 180 * DAY,
    )
    hands.session.add(said)
    hands.referral(row).wants = ["first_visit", "close"]
    hands.session.flush()


def test_the_referrer_hears_of_the_steps_they_asked_for_once_each_and_no_more(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT)
    agree_to_tell(hands, row)
    assert run(hands, letters, NOW + HOUR) == []
    hands.now = AT + HOUR
    hands.mark(row, "attended")
    assert run(hands, letters, AT + 2 * HOUR) == ["news"]
    hands.close(row, "settled_in_group")
    assert [run(hands, letters, AT + number * HOUR) for number in (3, 4)] == [["news"], []]
    sent = written(hands, "news")
    assert [one.key.rpartition(":")[2] for one in sent] == ["first_visit", "close"]
    assert {to(one) for one in sent} == {"bo@example.org"}
    assert {words_of(one)["link"] for one in sent} == {f"http://127.0.0.1:8000/en/referrals/{row.referral_id}/news"}


def test_what_was_told_is_not_told_again_when_its_message_is_forgotten(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT)
    agree_to_tell(hands, row)
    hands.now = AT + HOUR
    hands.mark(row, "attended")
    before = hands.referral(row).version
    assert run(hands, letters, AT + 2 * HOUR) == ["news"]
    assert hands.referral(row).version == before, "nobody's open page is outdated by it"
    hands.now = AT + 100 * DAY
    assert forget_old(hands.session, now=hands.now, kept=90 * DAY)
    hands.mark(row, "attended")
    assert "news" not in run(hands, letters, hands.now + HOUR)
    hands.close(row, "settled_in_group")
    run(hands, letters, hands.now + 2 * HOUR)
    assert [one.key.rpartition(":")[2] for one in written(hands, "news")] == ["close"]


@pytest.mark.parametrize("why", ["not agreed", "taken back", "died", "left"])
def test_without_the_person_s_yes_the_referrer_hears_nothing(hands: Hands, letters: Letters, why: str) -> None:
    row = hands.booked(AT)
    agree_to_tell(hands, row)
    told = hands.session.scalars(select(Consent).where(Consent.purpose == "tell_referrer")).one()
    if why == "not agreed":
        hands.session.delete(told)
    elif why == "taken back":
        told.withdrawn_at = NOW
    elif why == "left":
        hands.session.get_one(User, hands.world.bo.user_id).disabled_at = NOW
    hands.now = AT + HOUR
    hands.mark(row, "attended")
    hands.close(row, "died" if why == "died" else "moved_away")
    run(hands, letters, AT + 2 * HOUR)
    assert written(hands, "news") == []


def test_going_through_everything_twice_at_once_does_nothing_twice(hands: Hands, letters: Letters) -> None:
    hands.booked(AT)
    hands.now = AT - 3 * DAY
    found = rounds.due(hands.session, letters, now=hands.now)
    done = [rounds.do(hands.session, letters, one, now=hands.now) for one in (*found, *found)]
    assert done == [True, False]
    assert hands.session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_the_zone_is_the_installation_s(hands: Hands, letters: Letters) -> None:
    far = replace(letters, zone=ZoneInfo("America/New_York"))
    hands.booked(AT)
    run(hands, far, AT - 3 * DAY + 6 * HOUR)
    assert [words_of(one)["at"] for one in written(hands, "appointment")] == ["2026-03-12T06:30"]
