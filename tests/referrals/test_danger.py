"""Words of danger in what is written of somebody: first on the desk, a lead is asked once, nothing is held up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.record.telling import Post as Letter
from service.db.sealing import Sealer
from service.notifications.models import OutboxMessage
from service.referrals import danger, queries
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.desk import incidents, leads
from service.referrals.desk.incidents import Here
from service.referrals.models import Introduction, Referral
from service.referrals.models_desk import Incident
from service.referrals.people.given import PersonGiven
from service.referrals.referring import arriving, operations
from service.referrals.referring import queries as services
from service.referrals.referring.asking import Asking
from tests.referrals.cast import NOW, SEALER, SECRET, Post, World, person, refer, request

SAID = "zqaxstory. She says she wants to end her life"
LETTER = Letter(channel="console", sealer=Sealer(SECRET, "outbox"), public_url="https://kith.example.org")


def wish(words: str, **given: Any) -> Asking:
    somebody = PersonGiven(preferred_name="Joan", contact="01632 960187", contact_rule="phone", **given)
    return Asking(given=somebody, yes=True, words=words)


def by_service(store: Session, cast: World, _post: Post, words: str) -> UUID:
    made = uuid4()
    operations.refer_to_service(
        store, sealer=SEALER, referral_id=made, request=wish("", needs=words), actor=cast.bo, now=NOW
    )
    return made


def by_group(store: Session, cast: World, post: Post, words: str) -> UUID:
    made, common = uuid4(), {"sealer": SEALER, "mail": post.mail, "actor": cast.bo, "now": NOW}
    operations.refer_to_group(
        store, referral_id=made, request=wish(words), group_id=cast.group, unvetted="", **common  # type: ignore[arg-type]
    )  # fmt: skip
    return made


def by_program(store: Session, cast: World, post: Post, words: str) -> UUID:
    return refer(store, post, cast.bo, request(cast.group, who=person(needs=words))).id


def themselves(store: Session, cast: World, _post: Post, words: str) -> UUID:
    service, made = services.services(store, organisation_id=cast.clinic, now=NOW)[0], uuid4()
    way = arriving.Way(organisation_id=cast.clinic, service=service, source="self")
    arriving.ask(store, sealer=SEALER, referral_id=made, way=way, request=wish(words), now=NOW)
    return made


def by_an_answer(store: Session, cast: World, post: Post, words: str) -> UUID:
    made = by_program(store, cast, post, "")
    version = queries.asked(store, token=post.last, now=NOW).version
    reply = Reply(kind="question", version=version, note=words)
    answers.answer(store, means=post.means, token=post.last, reply=reply, now=NOW)
    return made


WAYS = (by_service, by_group, by_program, themselves, by_an_answer)


def manager(who: Actor) -> Actor:
    return replace(who, role=Role.ORG_MANAGER, permissions=GRANTS[Role.ORG_MANAGER])


def lead(store: Session, cast: World) -> Actor:
    leads.name_lead(store, user_id=cast.lin.user_id, actor=manager(cast.bo), now=NOW)
    return cast.lin


@pytest.mark.parametrize("way", WAYS)
def test_they_stand_first_and_a_lead_is_asked_to_look(
    store: Session, cast: World, post: Post, way: Callable[[Session, World, Post, str], UUID]
) -> None:
    lin, made = lead(store, cast), way(store, cast, post, SAID)
    row = store.get_one(Referral, made)
    assert (row.need, row.need_rank, row.due_on) == ("safety", 0, NOW.date())
    assert danger.is_raised(store, referral_id=made)
    for hours in (1, 2):
        assert incidents.tell_leads(store, LETTER, now=NOW + timedelta(hours=hours)) == 1
    [letter] = store.scalars(select(OutboxMessage).where(OutboxMessage.template == "something_waits"))
    assert letter.to_sealed is not None
    [line] = incidents.read_list(store, Here(sealer=SEALER, actor=lin, now=NOW)) or ()
    found = incidents.read_one(store, Here(sealer=SEALER, actor=lin, now=NOW), incident_id=line.id)
    assert found is not None
    assert (found.referral_id, found.words, found.line.by) == (made, "", ""), "no word is copied to a second place"
    assert incidents.unsaid(store, NOW) == (), "it was read"
    assert incidents.told_by(store, Here(sealer=SEALER, actor=cast.bo, now=NOW)) == (), "nobody is said to have told it"


@pytest.mark.parametrize("way", WAYS)
def test_everyday_words_raise_nothing(
    store: Session, cast: World, post: Post, way: Callable[[Session, World, Post, str], UUID]
) -> None:
    made = way(store, cast, post, "He hurt himself in a fall, and likes murder mysteries")
    assert not danger.is_raised(store, referral_id=made)
    assert store.scalars(select(Incident)).all() == []


def test_nothing_is_held_up_and_a_lead_is_asked_once_however_often_it_is_written(
    store: Session, cast: World, post: Post
) -> None:
    lin = Here(sealer=SEALER, actor=lead(store, cast), now=NOW)
    made = by_group(store, cast, post, SAID)
    [asked] = store.scalars(select(Introduction).where(Introduction.referral_id == made))
    assert asked.state == "sent", "the group is asked as it would have been"
    assert post.tokens
    danger.look(store, SEALER, store.get_one(Referral, made), (None, "", SAID), now=NOW + timedelta(hours=1))
    [one] = store.scalars(select(Incident))
    assert one.organisation_id == cast.clinic
    incidents.close(store, lin, incident_id=one.id, outcome="Rang her; her sister is with her")
    danger.look(store, SEALER, store.get_one(Referral, made), (SAID,), now=NOW + timedelta(days=2))
    assert len(store.scalars(select(Incident)).all()) == 2, "closed is over: what is written later is new"


def test_whoever_helps_hears_of_it_and_not_the_leads_of_whoever_referred(store: Session, cast: World) -> None:
    lead(store, cast)
    row = store.get_one(Referral, by_service(store, cast, Post(), ""))
    row.service_organisation_id = cast.elsewhere
    danger.look(store, SEALER, row, (SAID,), now=NOW)
    assert store.scalars(select(Incident)).all() == []
    leads.name_lead(store, user_id=cast.dee.user_id, actor=manager(cast.dee), now=NOW)
    danger.look(store, SEALER, row, (SAID,), now=NOW)
    assert store.scalars(select(Incident.organisation_id)).all() == [cast.elsewhere]


def test_where_nobody_is_a_lead_they_stand_first_and_nothing_waits_for_ever(
    store: Session, cast: World, post: Post
) -> None:
    made = by_program(store, cast, post, SAID)
    assert danger.is_raised(store, referral_id=made)
    assert store.scalars(select(Incident)).all() == [], "an open worry would keep them from being forgotten"
