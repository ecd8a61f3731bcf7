"""What is kept for a time goes when its time is over, not before; what is kept for good stays. The clock is moved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from service.accounts.models import (
    AccessToken,
    ApiKey,
    AuditEntry,
    EmailChange,
    EndedList,
    Erasure,
    Idempotency,
    Invitation,
    KnownBrowser,
    Membership,
    SignedInSession,
    SignInLink,
    UsedAssertion,
    User,
)
from service.accounts.permissions import Actor, Role
from service.accounts.record import audit
from service.catalog.models import Report
from service.catalog.models_desk import EditDraft
from service.catalog.models_links import ListingLink
from service.db import Base
from service.db.sealing import Sealer
from service.notifications.models import OutboxMessage
from service.referrals import forgetting
from service.referrals.models import Consent, Introduction, LeaderLink, Move, Person, Referral, RingRequest
from service.referrals.models_prefills import Prefill
from service.referrals.retention import LAPSED, TABLE
from tests.referrals.cast import LONG_AGO, NOW, SEALER, SECRET, Post, World, refer, request

OUTBOX = Sealer(SECRET, "outbox")
SECOND = timedelta(seconds=1)
Make = Callable[[Session, World], Base]


def user(session: Session, **more: object) -> User:
    made = User(id=uuid4(), email=f"{uuid4().hex}@example.org", name="Fay", **{"created_at": NOW, **more})
    session.add(made)
    session.flush()
    return made


def session_row(session: Session, _cast: World) -> Base:
    return SignedInSession(
        token_hash=b"s" * 32, user_id=user(session).id, created_at=NOW, last_seen_at=NOW, confirmed_at=NOW, ends_at=NOW
    )


def link(session: Session, _cast: World) -> Base:
    return SignInLink(token_hash=b"l" * 32, user_id=user(session).id, created_at=NOW, expires_at=NOW)


def invitation(**more: object) -> Make:
    def make(_session: Session, cast: World) -> Base:
        times = {"created_at": LONG_AGO, "expires_at": NOW + timedelta(days=365), **more}
        return Invitation(
            token_hash=b"i" * 32, email="gus@example.org", name="Gus", role=Role.REFERRER.value,
            organisation_id=cast.clinic, **times,
        )  # fmt: skip

    return make


def program(session: Session, cast: World, **more: object) -> ApiKey:
    times = {"created_at": LONG_AGO, "expires_at": NOW + timedelta(days=900), **more}
    made = ApiKey(
        prefix=uuid4().hex[:12], key_hash=uuid4().bytes * 2, name="x", organisation_id=cast.clinic, scopes=[], **times
    )
    session.add(made)
    session.flush()
    return made


def token(session: Session, cast: World) -> Base:
    key = program(session, cast)
    return AccessToken(token_hash=b"a" * 32, key_id=key.id, scopes=[], created_at=NOW, expires_at=NOW)


def message(_session: Session, _cast: World) -> Base:
    return OutboxMessage(
        message_id="<m@kith>", key="m", channel="console", template="sign_in_link", language="en", state="sent",
        created_at=NOW, due_at=NOW, attempts=1,
    )  # fmt: skip


def rung(_session: Session, _cast: World) -> Base:
    return RingRequest(suits="any", language="en", may_leave_message=False, state="reached", asked_at=NOW)


AT_ITS_END: dict[str, tuple[str, Make]] = {
    "prefill": (
        "prefills",
        lambda _session, cast: Prefill(
            id=uuid4(),
            organisation_id=cast.clinic,
            token_hash=b"p" * 32,
            filled=b"x",
            created_at=LONG_AGO,
            expires_at=NOW,
        ),
    ),
    "session": ("sessions", session_row),
    "link": ("sessions", link),
    "known browser": (
        "browsers",
        lambda session, _cast: KnownBrowser(
            id=uuid4(), token_hash=b"w" * 32, user_id=user(session).id, created_at=LONG_AGO, until=NOW
        ),
    ),
    "new address": (
        "sessions",
        lambda session, _cast: EmailChange(
            id=uuid4(), token_hash=b"n" * 32, user_id=user(session).id, email=b"x", created_at=LONG_AGO, expires_at=NOW
        ),
    ),
    "link of a listing": (
        "listing_links",
        lambda _session, cast: ListingLink(
            group_id=cast.group, purpose="off", token_hash=b"l" * 32, made_at=LONG_AGO, expires_at=NOW
        ),
    ),
    "draft of an editor": (
        "edit_drafts",
        lambda session, cast: EditDraft(
            group_id=cast.group, user_id=user(session).id, version=1, typed={"name": "x"}, kept_at=NOW
        ),
    ),
    "ended list": ("links", lambda _session, _cast: EndedList(id_hash=b"e" * 32, until=NOW)),
    "invitation that ran out": ("invitations", invitation(expires_at=NOW)),
    "invitation accepted": ("invitations", invitation(accepted_at=NOW)),
    "invitation withdrawn": ("invitations", invitation(revoked_at=NOW)),
    "token": ("tokens", token),
    "assertion": ("tokens", lambda _session, _cast: UsedAssertion(jti_hash=b"j" * 32, until=NOW)),
    "repeat": (
        "repeats",
        lambda _session, _cast: Idempotency(
            actor="x", route="/", key_hash=b"k" * 32, body_hash=b"b" * 32, resource_id=uuid4(), created_at=NOW
        ),
    ),
    "program that ran out": ("programs", lambda session, cast: program(session, cast, expires_at=NOW)),
    "program ended": ("programs", lambda session, cast: program(session, cast, revoked_at=NOW)),
    "message": ("messages", message),
    "who was rung": ("rung", rung),
    "unused account": ("accounts", lambda session, _cast: user(session)),
    "closed account": ("closed_accounts", lambda session, _cast: user(session, disabled_at=NOW)),
}


def there(session: Session, table: Table, key: object) -> bool:
    column = next(iter(table.primary_key))
    return session.scalar(select(column).where(column == key)) is not None


@pytest.mark.asvs("V14.2.4", "V14.2.7")
@pytest.mark.parametrize("what", AT_ITS_END)
def test_each_kind_goes_when_its_time_is_over_and_not_before(store: Session, cast: World, what: str) -> None:
    kind, make = AT_ITS_END[what]
    row = make(store, cast)
    store.add(row)
    store.flush()
    table = Base.metadata.tables[row.__tablename__]
    key = getattr(row, next(iter(table.primary_key)).name)
    end = NOW + forgetting.KEPT[kind]
    forgetting.run(store, sealer=OUTBOX, now=end - SECOND)
    assert there(store, table, key), "still its time"
    told = forgetting.run(store, sealer=OUTBOX, now=end + SECOND)
    assert not there(store, table, key)
    assert told.total >= 1
    assert forgetting.run(store, sealer=OUTBOX, now=end + SECOND).total == 0, "twice is the same as once"


# ---- people ----------------------------------------------------------------------------------------------------------


def people(session: Session) -> int:
    tables = (Person, Consent, Referral, Introduction, LeaderLink, OutboxMessage)
    return sum(len(session.scalars(select(table)).all()) for table in tables)


def referred(store: Session, cast: World, post: Post, state: str) -> UUID:
    view = refer(store, post, cast.bo, request(cast.group))
    row = store.get_one(Referral, view.id)
    row.state, row.changed_at = state, NOW
    store.flush()
    return view.person_id


@pytest.mark.asvs("V14.2.4", "V14.2.7")
@pytest.mark.parametrize("state", ["closed", "rejected", "cancelled", "entered_in_error", "declined_offer"])
def test_a_person_is_forgotten_half_a_year_after_the_end(store: Session, cast: World, post: Post, state: str) -> None:
    referred(store, cast, post, state)
    end = NOW + timedelta(days=183)
    forgetting.run(store, sealer=OUTBOX, now=end - SECOND)
    assert len(store.scalars(select(Person)).all()) == 1
    assert forgetting.run(store, sealer=OUTBOX, now=end + SECOND).counts["referrals"] == 1
    assert people(store) == 0
    assert store.scalars(select(Move)).first() is not None


@pytest.mark.parametrize("state", ["draft", "sent", "introduced", "attending", "on_hold", "settled"])
def test_a_referral_that_nobody_moved_ends_and_is_forgotten_too(
    store: Session, cast: World, post: Post, state: str
) -> None:
    person = referred(store, cast, post, state)
    end = NOW + timedelta(days=183 + LAPSED)
    forgetting.run(store, sealer=OUTBOX, now=end - SECOND)
    assert store.get(Person, person) is not None
    forgetting.run(store, sealer=OUTBOX, now=end + SECOND)
    assert people(store) == 0


def test_somebody_who_is_still_helped_is_kept_whole(store: Session, cast: World, post: Post) -> None:
    person = referred(store, cast, post, "closed")
    again = Referral(
        id=uuid4(), person_id=person, organisation_id=cast.clinic, state="accepted",
        created_at=NOW, changed_at=NOW + timedelta(days=180),
    )  # fmt: skip
    store.add(again)
    store.flush()
    assert forgetting.run(store, sealer=OUTBOX, now=NOW + timedelta(days=400)).counts["referrals"] == 0
    assert len(store.scalars(select(Referral)).all()) == 2


def test_forgetting_is_recorded_and_noted_and_the_record_stays(store: Session, cast: World, post: Post) -> None:
    person = referred(store, cast, post, "closed")
    before = store.scalars(select(AuditEntry.sequence)).all()
    forgetting.run(store, sealer=OUTBOX, now=NOW + timedelta(days=4000))
    rows = store.scalars(select(AuditEntry).where(AuditEntry.subject_id == person, AuditEntry.action == "erase")).all()
    assert [row.purpose for row in rows] == ["retention"]
    assert person in store.scalars(select(Erasure.subject_id)).all()
    assert set(before) <= set(store.scalars(select(AuditEntry.sequence))), "the record is kept"
    assert TABLE["audit"].days is None


# ---- accounts --------------------------------------------------------------------------------------------------------


def long_after(row_at: datetime) -> datetime:
    return row_at + forgetting.KEPT["accounts"] + timedelta(days=1)


@pytest.mark.parametrize("what", ["did something", "is signed in", "keeps the house"])
def test_an_account_in_use_and_an_administrator_s_stay(store: Session, cast: World, what: str) -> None:
    mine, late = user(store), long_after(NOW)
    if what == "did something":
        audit.record(
            store, actor=Actor(role=Role.REFERRER, user_id=mine.id), action="x", subject="x", subject_id=None, now=late
        )
    elif what == "is signed in":
        store.add(
            SignedInSession(
                token_hash=b"s" * 32,
                user_id=mine.id,
                created_at=late,
                last_seen_at=late,
                confirmed_at=late,
                ends_at=late,
            )
        )
    else:
        store.add(Membership(user_id=mine.id, role=Role.ADMIN.value, valid_from=LONG_AGO))
    store.flush()
    forgetting.run(store, sealer=OUTBOX, now=late)
    assert store.get(User, mine.id) is not None


# ---- what visitors said ----------------------------------------------------------------------------------------------


def test_a_report_s_words_and_its_outcome_go_after_it_was_closed(store: Session, cast: World) -> None:
    row = Report(id=uuid4(), group_id=cast.group, wrong="times", created_at=NOW, state="done", closed_at=NOW)
    row.words, row.outcome = (SEALER.seal("x", b"words"), SEALER.seal("x", b"outcome"))
    store.add(row)
    store.flush()
    end = NOW + forgetting.KEPT["reports"]
    forgetting.run(store, sealer=OUTBOX, now=end - SECOND)
    store.refresh(row)
    assert row.words
    forgetting.run(store, sealer=OUTBOX, now=end + SECOND)
    store.refresh(row)
    assert not any((row.words, row.outcome, row.contact))


def test_whom_nobody_reached_is_forgotten_after_a_fortnight(store: Session, cast: World) -> None:
    row = RingRequest(id=uuid4(), suits="any", language="en", may_leave_message=True, asked_at=NOW)
    row.number = row.name = b"x"
    store.add(row)
    store.flush()
    end = NOW + forgetting.KEPT["ring_requests"]
    forgetting.run(store, sealer=OUTBOX, now=end - SECOND)
    store.refresh(row)
    assert row.number
    forgetting.run(store, sealer=OUTBOX, now=end + SECOND)
    store.refresh(row)
    assert (bool(row.number or row.name), row.state) == (False, "ran_out")


def test_the_table_says_what_the_code_does() -> None:
    timed = {kind for kind, line in TABLE.items() if line.days is not None}
    by_others = {
        "tries",
        "counts",
        "ring_requests",
        "reports",
        "referrals",
    }  # limits and counts have files of their own
    assert timed == {kind for kind, _make in AT_ITS_END.values()} | by_others
    assert forgetting.KEPT.keys() == timed
