"""Referring: with consent, once, sealed, in one transaction with its message, and seen by its own organisation only."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, func, make_url, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor, Role
from service.catalog.models import Group, Organisation
from service.db import Base
from service.errors import Forbidden, Invalid
from service.notifications.models import OutboxMessage
from service.referrals import operations, queries
from service.referrals.models import Consent, Introduction, LeaderLink, Move, Person, PersonLink, Referral, RingRequest
from tests.referrals.cast import (
    CONTACT,
    NAME,
    NEEDS,
    NOW,
    SEALER,
    Post,
    World,
    consent,
    person,
    reader,
    refer,
    request,
)

TABLES = (Person, Consent, Referral, Introduction, LeaderLink, PersonLink, Move, RingRequest, OutboxMessage, AuditEntry)


def counts(store: Session) -> dict[str, int]:
    return {table.__tablename__: store.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def status(store: Session, referral_id: UUID, actor: Actor) -> queries.ReferralView | None:
    return operations.read_status(store, sealer=SEALER, referral_id=referral_id, actor=actor, now=NOW)


def test_a_referral_is_stored_sent_and_recorded_together(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    assert (made.state, made.preferred_name) == ("introduced", NAME)
    assert [(one.group_id, one.state) for one in made.introductions] == [(cast.group, "sent")]
    assert counts(store) == {
        "person": 1,
        "consent": 1,
        "referral": 1,
        "introduction": 1,
        "leader_link": 1,
        "person_link": 0,
        "move": 6,
        "ring_request": 0,
        "outbox_message": 1,
        "audit_entry": 1,
    }
    link = store.scalars(select(LeaderLink)).one()
    assert link.expires_at == NOW + timedelta(days=10)
    assert post.last.encode() not in link.token_hash


@pytest.mark.asvs("V2.3.3")
def test_the_message_falls_with_the_referral(store: Session, engine: Engine, cast: World, post: Post) -> None:
    store.commit()
    refer(store, post, cast.bo, request(cast.group))
    store.rollback()
    assert set(counts(store).values()) == {0}
    refer(store, post, cast.bo, request(cast.group))
    store.commit()
    with Session(engine) as other:
        assert counts(other)["referral"] == counts(other)["outbox_message"] == 1


def test_every_step_says_who_took_which_part(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    steps = [(move.entity, move.from_state, move.to_state, move.part) for move in store.scalars(select(Move))]
    assert set(steps) == {
        ("referral", "draft", "sent", "R"),
        ("referral", "sent", "accepted", "L"),
        ("referral", "accepted", "in_contact", "L"),
        ("referral", "in_contact", "planned", "L"),
        ("introduction", "proposed", "sent", "L"),
        ("referral", "planned", "introduced", "L"),
    }
    assert {move.by_role for move in made.moves} == {"referrer"}


@pytest.mark.parametrize(
    "said",
    [
        consent(given=False),
        consent(items=frozenset({"name"})),
        consent(expires_at=NOW - timedelta(days=1)),
        consent(group_id=uuid4()),
    ],
)
def test_without_consent_nothing_is_stored(store: Session, cast: World, post: Post, said: object) -> None:
    with pytest.raises(Invalid) as refused:
        refer(store, post, cast.bo, request(cast.group, said=said))  # type: ignore[arg-type]
    assert refused.value.code == "referral"
    assert set(counts(store).values()) == {0}
    assert post.tokens == []


def _hold(group: Group, _organisation: Organisation) -> None:
    group.status = "held"


def _not_joinable(group: Group, _organisation: Organisation) -> None:
    group.joinable = False


def _full(group: Group, _organisation: Organisation) -> None:
    group.capacity_state, group.capacity_until = "full", NOW.date()


def _unchecked_since_yesterday(_group: Group, organisation: Organisation) -> None:
    organisation.vetting_until = NOW.date() - timedelta(days=1)


@pytest.mark.parametrize("change", [_hold, _not_joinable, _full, _unchecked_since_yesterday])
def test_a_group_that_may_not_take_anybody_today_gets_nobody(
    store: Session, cast: World, post: Post, change: Callable[[Group, Organisation], None]
) -> None:
    group = store.get_one(Group, cast.group)
    change(group, store.get_one(Organisation, group.organisation_id))
    store.flush()
    with pytest.raises(Invalid):
        refer(store, post, cast.bo, request(cast.group))
    assert set(counts(store).values()) == {0}


def test_a_group_that_was_full_until_yesterday_is_not_full(store: Session, cast: World, post: Post) -> None:
    group = store.get_one(Group, cast.group)
    group.capacity_state, group.capacity_until = "full", NOW.date() - timedelta(days=1)
    store.flush()
    assert refer(store, post, cast.bo, request(cast.group)).state == "introduced"


def test_an_unchecked_group_is_ticked_with_a_reason_kept_sealed(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.unchecked, tick="zqaxreason"))
    row = store.scalars(select(Introduction)).one()
    assert row.unvetted_reason
    assert b"zqaxreason" not in row.unvetted_reason
    where = queries.place("introduction", row.id, "unvetted_reason")
    assert SEALER.open(where, row.unvetted_reason) == b"zqaxreason"
    assert store.scalars(select(AuditEntry.action)).all() == ["refer_unvetted"]


@pytest.mark.parametrize("role", [Role.VISITOR, Role.EDITOR, Role.ADMIN, Role.ORG_MANAGER, Role.INSIGHT])
def test_only_those_who_refer_can_refer(store: Session, cast: World, post: Post, role: Role) -> None:
    with pytest.raises(Forbidden):
        refer(store, post, Actor(role=role, organisation_id=cast.clinic), request(cast.group))
    assert set(counts(store).values()) == {0}


@pytest.mark.asvs("V8.4.1", "V8.2.2")
def test_no_organisation_sees_another_s_person(store: Session, cast: World, post: Post) -> None:
    mine = refer(store, post, cast.bo, request(cast.group))
    theirs = refer(store, post, cast.dee, request(cast.group, who=person(preferred_name="Dee's person")))
    for actor, own, foreign in ((cast.lin, mine, theirs), (cast.dee, theirs, mine), (cast.bo, mine, theirs)):
        assert status(store, own.id, actor) is not None
        assert status(store, foreign.id, actor) is None
        listed = operations.read_list(store, sealer=SEALER, actor=actor, now=NOW)
        assert [one.id for one in listed] == [own.id]


def test_a_referrer_sees_own_people_and_a_link_worker_those_of_the_organisation(
    store: Session, cast: World, post: Post
) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    assert status(store, made.id, cast.bo)
    assert status(store, made.id, cast.beth) is None
    assert status(store, made.id, cast.lin)
    assert status(store, made.id, reader(cast.clinic))
    assert status(store, made.id, reader(cast.elsewhere)) is None


@pytest.mark.parametrize("role", [Role.VISITOR, Role.EDITOR, Role.ADMIN, Role.ORG_MANAGER, Role.INSIGHT])
def test_other_roles_of_the_same_organisation_see_no_case(store: Session, cast: World, post: Post, role: Role) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    nosy = Actor(role=role, organisation_id=cast.clinic)
    assert status(store, made.id, nosy) is None
    assert operations.read_list(store, sealer=SEALER, actor=nosy, now=NOW) == ()


@pytest.mark.asvs("V14.2.6", "V15.3.1")
def test_the_status_tells_no_contact_and_no_needs(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    shown = repr(status(store, made.id, cast.bo))
    assert NAME in shown
    assert CONTACT not in shown
    assert NEEDS not in shown


def test_who_reads_of_a_person_is_recorded_also_when_refused(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    status(store, made.id, cast.lin)
    status(store, made.id, cast.dee)
    operations.read_list(store, sealer=SEALER, actor=cast.lin, now=NOW)
    rows = store.scalars(select(AuditEntry).where(AuditEntry.action == "read_referrals").order_by(AuditEntry.sequence))
    seen = [(row.user_id, row.subject_id, row.outcome) for row in rows]
    assert seen == [
        (cast.lin.user_id, made.id, "done"),
        (cast.dee.user_id, made.id, "denied"),
        (cast.lin.user_id, None, "done"),
    ]
    last = store.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert last
    assert f"id:{made.id}" in last.columns


def test_lists_are_newest_first_in_pages(
    store: Session, cast: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    made = [refer(store, post, cast.lin, request(cast.group), now=NOW + timedelta(minutes=n)) for n in range(3)]
    first = queries.referrals(store, sealer=SEALER, actor=cast.lin)
    second = queries.referrals(store, sealer=SEALER, actor=cast.lin, page=2)
    newest = [one.id for one in reversed(made)]
    assert [one.id for one in first] == newest
    assert [one.id for one in second] == newest[2:]


def test_a_longer_list_asks_the_database_no_more_often(store: Session, cast: World, post: Post) -> None:
    def asked() -> int:
        store.expire_all()
        statements: list[str] = []

        def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        event.listen(store.get_bind(), "before_cursor_execute", count)
        queries.referrals(store, sealer=SEALER, actor=cast.lin)
        event.remove(store.get_bind(), "before_cursor_execute", count)
        return len(statements)

    refer(store, post, cast.lin, request(cast.group))
    short = asked()
    for _ in range(5):
        refer(store, post, cast.lin, request(cast.group))
    assert asked() == short <= 3


def at_rest(engine: Engine, database_url: str) -> bytes:
    """All bytes of an SQLite file and its log; of a server, all that its columns hold."""
    if engine.dialect.name == "sqlite":
        file = Path(str(make_url(database_url).database))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    with engine.connect() as connection:
        rows = [connection.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    return repr(rows).encode()


@pytest.mark.asvs("V11.3.2")
def test_nothing_personal_can_be_read_in_the_database(
    store: Session, engine: Engine, database_url: str, cast: World, post: Post
) -> None:
    made = refer(store, post, cast.bo, request(cast.unchecked, tick="zqaxreason"))
    decided = consent(given_by="representative", representative="zqaxsister, may decide")
    refer(store, post, cast.bo, request(cast.group, said=decided))
    status(store, made.id, cast.bo)
    store.commit()
    held = at_rest(engine, database_url)
    assert b"Evening Singers" in held, "the test looks at the right bytes"
    for canary in ("zqax", "01632", *post.tokens):
        assert canary.encode() not in held


@pytest.mark.asvs("V11.3.3")
def test_text_sealed_for_one_person_does_not_open_for_another(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group))
    refer(store, post, cast.bo, request(cast.group))
    one, other = store.scalars(select(Person)).all()
    other.preferred_name = one.preferred_name
    with pytest.raises(Invalid, match="unsealable"):
        queries.unseal(SEALER, other, "preferred_name")
    with pytest.raises(Invalid, match="unsealable"):
        SEALER.open(queries.place("person", one.id, "contact"), one.preferred_name)


def test_the_tables_of_this_domain_are_all_looked_at() -> None:
    ours = {mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__module__ == Person.__module__}
    assert ours <= set(TABLES)
