"""A group may ask before it answers: whoever helps the person answers, and a new link shows what they said."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from service.referrals import queries
from service.referrals.answering import operations as answers
from service.referrals.answering import questions
from service.referrals.answering.replies import Reply
from service.referrals.models import Introduction, Referral
from service.referrals.models_answering import GroupQuestion
from tests.referrals.answering.conftest import LATER
from tests.referrals.cast import SEALER, Post, World, reader

ASKED, TOLD = "zqaxasked: can they manage two steps?", "zqaxtold: yes, with a rail"


@pytest.fixture
def asked(store: Session, post: Post, token: str) -> UUID:
    """Ask a question by the link; return the referral's id."""
    version = queries.asked(store, token=token, now=LATER).version
    reply = Reply(kind="question", note=f" {ASKED} ", version=version)
    answers.answer(store, means=post.means, token=token, reply=reply, now=LATER)
    return store.scalars(select(Referral.id)).one()


def question(store: Session) -> questions.Talk:
    return questions.of_referral(store, sealer=SEALER, referral_id=store.scalars(select(Referral.id)).one())[0]


def tell(store: Session, post: Post, referral: UUID, who: Actor, words: str = TOLD, which: UUID | None = None) -> None:
    questions.reply(
        store,
        means=post.means,
        referral_id=referral,
        question_id=which or question(store).id,
        words=words,
        actor=who,
        now=LATER,
    )


def test_a_question_waits_for_whoever_helps_and_uses_the_link_up(
    store: Session, token: str, asked: UUID, post: Post
) -> None:
    assert (question(store).words, question(store).answer) == (ASKED, None)
    assert b"zqax" not in store.scalars(select(GroupQuestion.words)).one()
    assert store.scalars(select(Introduction.state)).one() == "sent"
    assert store.get_one(Referral, asked).need == "question"
    with pytest.raises(Gone, match="link_used"):
        queries.asked(store, token=token, now=LATER)


def test_the_answer_comes_with_a_new_link_and_the_group_can_say_yes(
    store: Session, cast: World, post: Post, asked: UUID
) -> None:
    tell(store, post, asked, cast.bo)
    assert store.get_one(Referral, asked).need == "await_answer"
    seen = answers.see(store, sealer=SEALER, token=post.last, now=LATER)
    assert [(one.words, one.answer) for one in seen.talked] == [(ASKED, TOLD)]
    reply = Reply(kind="accept", version=seen.asked.version)
    assert answers.answer(store, means=post.means, token=post.last, reply=reply, now=LATER).accepted
    assert "zqax" not in repr([row.columns for row in store.scalars(select(AuditEntry))])


def test_of_somebody_on_the_waiting_list_nothing_is_asked_any_more(store: Session, post: Post, token: str) -> None:
    version = queries.asked(store, token=token, now=LATER).version
    answers.answer(store, means=post.means, token=token, reply=Reply(kind="waitlist", version=version), now=LATER)
    version = queries.asked(store, token=post.last, now=LATER).version
    reply = Reply(kind="question", note=ASKED, version=version)
    unit = store.begin_nested()
    with pytest.raises(Conflict, match="not_allowed_from_here"):
        answers.answer(store, means=post.means, token=post.last, reply=reply, now=LATER)
    unit.rollback()
    assert queries.asked(store, token=post.last, now=LATER).version == version, "the link still gives a place"


def test_each_question_is_answered_once(store: Session, cast: World, post: Post, asked: UUID) -> None:
    tell(store, post, asked, cast.lin)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        tell(store, post, asked, cast.bo)
    assert len(post.tokens) == 2


@pytest.mark.parametrize(("words", "problem"), [("  ", "missing"), ("x" * 501, "too_long")])
def test_an_answer_that_cannot_be_kept_is_refused(
    store: Session, cast: World, post: Post, asked: UUID, words: str, problem: str
) -> None:
    with pytest.raises(Invalid) as refused:
        tell(store, post, asked, cast.bo, words)
    assert refused.value.fields["words"].code == problem


def test_nobody_else_learns_of_it_or_answers_it(store: Session, cast: World, post: Post, asked: UUID) -> None:
    for stranger in (cast.beth, cast.dee):
        with pytest.raises(NotFound, match="referral"):
            tell(store, post, asked, stranger)
    with pytest.raises(Forbidden):
        tell(store, post, asked, reader(cast.clinic))
    with pytest.raises(NotFound, match="question"):
        tell(store, post, asked, cast.bo, which=uuid4())
