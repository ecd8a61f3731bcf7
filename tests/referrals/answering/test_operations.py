"""A leader's link tells nothing until it is asked to, is used up by an answer and by nothing else, and then is gone."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.catalog.models import Group
from service.errors import Conflict, Gone, Invalid, NotFound
from service.referrals import operations, queries
from service.referrals.answering import operations as answers
from service.referrals.answering.operations import Answered, Seen
from service.referrals.answering.replies import Reply
from service.referrals.lifecycle import DECLINED_REASONS
from service.referrals.models import Consent, Introduction, LeaderLink, Move
from tests.referrals.cast import CONTACT, NAME, NEEDS, NOW, SEALER, Post, World, consent, person, refer, request

LATER = NOW + timedelta(days=1)
MEANS = Post().means


def see(store: Session, token: str) -> Seen:
    return answers.see(store, sealer=SEALER, token=token, now=LATER)


def say(store: Session, token: str, reply: Reply | None = None) -> Answered:
    if reply is None:
        reply = Reply(kind="accept", version=queries.asked(store, token=token, now=LATER).version)
    return answers.answer(store, means=MEANS, token=token, reply=reply, now=LATER)


def no(store: Session, token: str, reason: str) -> Answered:
    version = queries.asked(store, token=token, now=LATER).version
    return say(store, token, Reply(kind="decline", reason=reason, version=version))


@pytest.fixture
def token(store: Session, cast: World, post: Post) -> str:
    refer(store, post, cast.bo, request(cast.group))
    return post.last


def test_opening_the_link_a_hundred_times_tells_nothing_and_uses_nothing_up(store: Session, token: str) -> None:
    for _ in range(100):
        opened = queries.asked(store, token=token, now=LATER)
    assert opened.group_name == "Evening Singers"
    assert "zqax" not in repr(opened)
    assert not store.dirty
    assert say(store, token).accepted


def test_the_button_shows_first_name_and_needs_only_and_uses_nothing_up(store: Session, token: str) -> None:
    for _ in range(2):
        seen = see(store, token)
    assert (seen.preferred_name, seen.needs) == (NAME, NEEDS)
    assert CONTACT not in repr(seen)
    assert say(store, token).accepted


def test_needs_are_shown_only_if_the_person_agreed(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group, said=consent(items=frozenset({"name", "contact"}))))
    assert see(store, post.last).needs is None


def test_a_yes_gives_the_contact_and_moves_the_introduction(store: Session, token: str) -> None:
    told = say(store, token)
    assert (told.preferred_name, told.contact, told.contact_rule) == (NAME, CONTACT, "any")
    row = store.scalars(select(Introduction)).one()
    assert (row.state, row.answered_at, row.reason) == ("accepted", LATER, None)
    last = store.scalars(select(Move).where(Move.to_state == "accepted", Move.entity == "introduction")).one()
    assert (last.part, last.by_role) == ("G", "group_leader")


def test_the_contact_of_somebody_who_must_not_be_contacted_is_never_told(
    store: Session, cast: World, post: Post
) -> None:
    refer(store, post, cast.bo, request(cast.group, who=person(contact_rule="none")))
    told = say(store, post.last)
    assert (told.contact, told.contact_rule) == (None, "none")


@pytest.mark.parametrize("reason", DECLINED_REASONS)
def test_not_suitable_is_kept_with_its_reason_and_the_referral_returns_to_planning(
    store: Session, cast: World, token: str, reason: str
) -> None:
    told = no(store, token, reason)
    assert (told.accepted, told.contact, told.contact_rule) == (False, None, None)
    found = queries.referrals(store, sealer=SEALER, actor=cast.bo)[0]
    assert found.state == "planned"
    assert [(one.state, one.reason) for one in found.introductions] == [("declined", reason)]


def test_a_line_the_leader_adds_is_sealed_and_shown_to_whoever_referred(
    store: Session, cast: World, post: Post
) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    version = queries.asked(store, token=post.last, now=LATER).version
    say(store, post.last, Reply(kind="decline", reason="wrong_time", note=" zqaxnote: mornings? ", version=version))
    row = store.scalars(select(Introduction)).one()
    assert b"zqaxnote" not in (row.note or b"")
    found = queries.referral(store, sealer=SEALER, referral_id=made.id, actor=cast.bo)
    assert found
    assert [one.note for one in found.introductions] == ["zqaxnote: mornings?"]


def test_a_line_that_is_too_long_is_refused_and_the_link_still_works(store: Session, token: str) -> None:
    version = queries.asked(store, token=token, now=LATER).version
    with pytest.raises(Invalid) as refused:
        say(store, token, Reply(kind="accept", note="x" * 301, version=version))
    assert set(refused.value.fields) == {"note"}
    assert say(store, token).accepted


@pytest.mark.parametrize("reason", [None, "", "because", "accepted"])
def test_without_a_known_reason_nothing_is_answered_and_the_link_still_works(
    store: Session, token: str, reason: str | None
) -> None:
    version = queries.asked(store, token=token, now=LATER).version
    with pytest.raises(Invalid) as refused:
        say(store, token, Reply(kind="decline", reason=reason, version=version))
    assert set(refused.value.fields) == {"reason"}
    assert say(store, token).accepted


def test_an_answer_to_an_older_state_is_refused(store: Session, token: str) -> None:
    for version in (None, 0, 99):
        with pytest.raises(Conflict, match="stale"):
            say(store, token, Reply(kind="accept", version=version))
    assert say(store, token).accepted


def test_a_link_answers_once(store: Session, token: str) -> None:
    say(store, token)
    with pytest.raises(Gone, match="link_used"):
        see(store, token)
    with pytest.raises(Gone, match="link_used"):
        say(store, token, Reply(kind="accept", version=1))
    assert store.scalar(select(func.count()).select_from(Move).where(Move.entity == "introduction")) == 2


def test_a_link_runs_out_after_ten_days(store: Session, token: str) -> None:
    end = NOW + timedelta(days=operations.LINK_DAYS)
    assert operations.LINK_DAYS <= 10
    assert queries.asked(store, token=token, now=end - timedelta(seconds=1)).group_name
    with pytest.raises(Gone, match="link_expired"):
        queries.asked(store, token=token, now=end)
    with pytest.raises(Gone, match="link_expired"):
        answers.answer(store, means=MEANS, token=token, reply=Reply(kind="accept", version=1), now=end)


def test_a_revoked_link_and_an_unknown_one_tell_nothing(store: Session, token: str) -> None:
    with pytest.raises(NotFound, match="link_unknown"):
        see(store, token + "x")
    store.scalars(select(LeaderLink)).one().revoked_at = NOW
    store.flush()
    with pytest.raises(Gone, match="link_revoked"):
        see(store, token)


def test_once_consent_is_withdrawn_or_has_run_out_nobody_is_shown(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group, said=consent(expires_at=NOW + timedelta(hours=2))))
    with pytest.raises(Gone, match="link_revoked"):
        see(store, post.last)
    refer(store, post, cast.bo, request(cast.group))
    newest = store.scalars(select(Consent).order_by(Consent.expires_at.desc())).first()
    assert newest
    newest.withdrawn_at = NOW
    store.flush()
    with pytest.raises(Gone, match="link_revoked"):
        see(store, post.last)
    with pytest.raises(Gone, match="link_revoked"):
        say(store, post.last)


def test_while_a_group_is_on_hold_its_links_wait(store: Session, cast: World, token: str) -> None:
    group = store.get_one(Group, cast.group)
    group.status = "held"
    store.flush()
    with pytest.raises(Gone, match="link_paused"):
        see(store, token)
    group.status = "published"
    store.flush()
    assert see(store, token).preferred_name


def test_what_a_leader_does_is_recorded_without_a_word_of_the_person(store: Session, token: str) -> None:
    see(store, token)
    say(store, token)
    rows = store.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
    assert [(row.action, row.role) for row in rows] == [
        ("refer", "referrer"),
        ("see_person", "group_leader"),
        ("accept", "group_leader"),
        ("see_person", "group_leader"),
    ]
    assert "zqax" not in repr([(row.columns, row.subject) for row in rows])


def test_of_answers_at_the_same_moment_one_wins(store: Session, engine: Engine, token: str) -> None:
    store.commit()
    version = queries.asked(store, token=token, now=LATER).version
    store.rollback()
    outcomes: list[str] = []
    together = threading.Barrier(8)

    def one(number: int) -> None:
        reply = (
            Reply(kind="decline", reason="full", version=version)
            if number % 2
            else Reply(kind="accept", version=version)
        )
        together.wait()
        with Session(engine.execution_options(writes=True)) as mine:
            try:
                answers.answer(mine, means=MEANS, token=token, reply=reply, now=LATER)
                mine.commit()
                outcomes.append("won")
            except (Gone, Conflict) as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["link_used"] * 7 + ["won"]
    moves = select(func.count()).select_from(Move).where(Move.entity == "introduction", Move.from_state == "sent")
    assert store.scalar(moves) == 1
