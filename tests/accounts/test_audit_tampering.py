"""Whatever is done to the audit by somebody without the key is found, and said as what it was."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.accounts.record import audit, audit_check
from service.accounts.record.audit import ENTRY, HEAD, Origin, Purpose
from service.accounts.record.audit_check import Verdict
from service.accounts.record.chain import Row
from tests.accounts import tampering
from tests.accounts.conftest import NOW
from tests.accounts.tampering import Hand

MANY = 40  # rows in the record that is tampered with
PUBLISHED = (20, 40)  # when its head was written outside
TIMES = {"sqlite": 1000, "postgresql": 240}  # what is found does not depend on the database; time does
BO = Actor(role=Role.REFERRER, user_id=UUID(int=7), organisation_id=UUID(int=8), acting_for="Dr é")


def write(session: Session, number: int, *, outcome: audit.Outcome = "done") -> None:
    """Record one deed of many kinds."""
    audit.record(
        session,
        actor=BO if number % 3 else Actor(role=Role.VISITOR),
        action=("refer", "sign_in", "edit_catalog")[number % 3],
        subject="referral",
        subject_id=uuid4() if number % 4 else None,
        outcome=outcome,
        columns=("person", "consent")[: number % 3],
        purpose=Purpose.REFER if number % 2 else None,
        now=NOW + timedelta(seconds=number, microseconds=number),
        origin=Origin(request_id=f"r{number}", address="203.0.113.7" if number % 5 else None),
    )


@pytest.fixture
def heads(engine: Engine) -> list[str]:
    """Write a record, and its heads outside; return these."""
    lines = []
    for number in range(1, MANY + 1):
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            write(session, number)
            if number in PUBLISHED:
                lines.append(audit_check.publish_head(session, None, now=NOW))
    return [line for line in lines if line is not None]


@pytest.fixture
def hand(engine: Engine, heads: list[str]) -> Iterator[Hand]:
    """Somebody in the database, all of whose work is undone afterwards."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin() as work:
        made = Hand(connection, Random(5))  # noqa: S311  # chooses rows; nothing is secret
        made.unguard()
        yield made
        work.rollback()


def verdict(connection: Connection, heads: Sequence[str] = (), start: int = 1) -> Verdict:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return audit_check.verify(session, heads=heads, start=start)


def go_back(hand: Hand, _number: int) -> str:
    """Put an older copy back, and half the time have the service go on from there."""
    newest = hand.rng.randrange(5, MANY - 1)
    hand.go_back(newest)
    on = hand.rng.choice([0, 0, MANY - newest - 1, MANY - newest + 3])
    with Session(hand.connection, join_transaction_mode="create_savepoint") as session:
        for extra in range(on):
            write(session, newest + extra)
        session.commit()
    return "and on" if on else "and left"


KINDS: dict[str, Callable[[Hand, int], str]] = {
    "edited": tampering.edit,
    "removed": tampering.remove,
    "reordered": tampering.reorder,
    "cut off": tampering.cut_off,
    "put in": tampering.put_in,
    "rolled back": go_back,
}


@pytest.mark.asvs("V16.4.2")
def test_a_thousand_tamperings_are_found(hand: Hand, heads: list[str]) -> None:
    done, missed = Counter[str](), []
    assert verdict(hand.connection, heads).whole
    for number in range(TIMES[hand.connection.dialect.name]):
        kind = list(KINDS)[number % len(KINDS)]
        with hand.connection.begin_nested() as attempt:
            how = f"{kind}: {KINDS[kind](hand, number // len(KINDS))}"
            found = verdict(hand.connection, heads)
            attempt.rollback()
        done[how] += 1
        missed += [how] if found.whole else []
    assert verdict(hand.connection, heads).whole, "what was undone is as it was"
    print(f"\naudit tamperings: {done.total()} tried, {done.total() - len(missed)} found")
    assert missed == []
    assert {f"edited: {column}" for column in Row._fields} <= set(done), "every column was changed"
    assert sum(1 for how in done if not how.startswith("edited")) == 10, "in every way"


def told(found: Verdict) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in found.findings]


def test_a_changed_row_is_named(hand: Hand, heads: list[str]) -> None:
    hand.change(17, action="nothing_happened")
    assert told(verdict(hand.connection, heads)) == [("changed", 17, 17)]


def test_a_changed_link_is_one_change(hand: Hand, heads: list[str]) -> None:
    hand.change(17, link=b"?" * 32)
    assert told(verdict(hand.connection, heads)) == [("changed", 17, 17)]


def test_missing_rows_are_numbered(hand: Hand, heads: list[str]) -> None:
    hand.take_out(5, 6, 7)
    assert told(verdict(hand.connection, heads)) == [("missing", 5, 7)]


def test_missing_first_rows_are_numbered(hand: Hand, heads: list[str]) -> None:
    hand.take_out(1, 2)
    assert told(verdict(hand.connection, heads)) == [("missing", 1, 2)]


def test_a_closed_gap_is_a_gap(hand: Hand) -> None:
    hand.take_out(9, 10)
    hand.renumber(9, -2)
    hand.mend_head()
    assert told(verdict(hand.connection)) == [("missing", 9, 9)]


@pytest.mark.parametrize(("one", "other"), [(5, 9), (5, 6), (1, 39), (12, 14)])
def test_rows_that_changed_places_are_named_together(hand: Hand, one: int, other: int) -> None:
    hand.exchange(one, other)
    (found,) = verdict(hand.connection).findings
    assert (found.kind, found.first, found.other) == ("moved", one, other)


def test_a_row_put_in_is_named(hand: Hand) -> None:
    hand.renumber(12, 1)
    hand.put_in(12, 3)
    hand.mend_head()
    assert told(verdict(hand.connection)) == [("inserted", 12, 12)]


def test_rows_cut_off_show_by_the_head_in_the_database(hand: Hand) -> None:
    hand.take_out(39, 40)
    assert told(verdict(hand.connection)) == [("cut_off", 39, 40)]


def test_an_older_copy_shows_only_beside_a_head_from_outside(hand: Hand, heads: list[str]) -> None:
    hand.go_back(30)
    assert verdict(hand.connection).whole, "it is a whole record, of an earlier day"
    (found,) = verdict(hand.connection, heads).findings
    assert (found.kind, found.first, found.last, found.at) == ("rolled_back", 31, 40, NOW.isoformat())


def test_a_head_that_points_elsewhere_is_told(hand: Hand) -> None:
    for values in ({"sequence": 39}, {"link": b"?" * 32}, {"first_sequence": 2}):
        with hand.connection.begin_nested() as attempt:
            hand.connection.execute(update(HEAD).values(**values))
            assert told(verdict(hand.connection)) == [("head", 40, 40)]
            attempt.rollback()


def test_rows_linked_with_another_secret_are_not_ours(hand: Hand, heads: list[str]) -> None:
    other = audit.derive_keys({audit.KEY_NUMBER: "another secret of thirty-two letters"})
    stranger = hand.connection.execution_options(**{audit.KEYS: other})
    assert told(verdict(stranger)) == [("wrong_key", 1, 40)]
    assert [kind for kind, *_ in told(verdict(stranger, heads))] == ["wrong_key"]


def test_what_no_reader_can_read_is_told(hand: Hand) -> None:
    if hand.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no such value")
    for column, value in (("at", "'some day'"), ("columns", "'[1'"), ("action", "CAST(X'ff' AS TEXT)")):
        with hand.connection.begin_nested() as attempt:
            hand.connection.exec_driver_sql(f"UPDATE audit_entry SET {column} = {value} WHERE sequence = 8")  # noqa: S608
            assert told(verdict(hand.connection))[0] == ("unreadable", 8, 8), column
            attempt.rollback()


def test_a_line_that_nobody_with_the_key_wrote_is_told(hand: Hand, heads: list[str]) -> None:
    forged = heads[0].replace('"sequence": 20', '"sequence": 19')
    assert told(verdict(hand.connection, [heads[1], forged, "{}", "x" * 5000])) == [
        ("head_not_ours", number, number) for number in (2, 3, 4)
    ]


def test_a_walk_may_begin_later(hand: Hand, heads: list[str]) -> None:
    found = verdict(hand.connection, heads, start=31)
    assert (found.whole, found.rows) == (True, 10)
    hand.change(5, action="nothing_happened")
    assert verdict(hand.connection, heads, start=31).whole
    hand.change(35, action="nothing_happened")
    assert told(verdict(hand.connection, heads, start=31)) == [("changed", 35, 35)]


def test_rows_from_before_the_chain_are_covered_by_its_first_link(engine: Engine) -> None:
    old = {"role": "visitor", "action": "sign_in", "subject": "x", "columns": [], "outcome": "done", "at": NOW}
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for sequence in (1, 2, 5):  # PostgreSQL's counter left holes in those days
            connection.execute(ENTRY.insert(), {**old, "sequence": sequence})
    with Session(engine.execution_options(writes=True)) as session, session.begin():
        write(session, 1)
        write(session, 2)
    with engine.connect().execution_options(writes=True) as connection:
        hand = Hand(connection, Random(1))  # noqa: S311  # chooses rows
        assert [row["sequence"] for row in hand.rows()] == [1, 2, 5, 6, 7]
        assert verdict(connection).whole
        hand.unguard()
        hand.change(2, outcome="denied")
        assert told(verdict(connection)) == [("changed", 1, 6)]
