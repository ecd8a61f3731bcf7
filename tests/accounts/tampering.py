"""What somebody with the database in their hands, and no key, could do to the audit. Works inside one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from service.accounts.record.audit import ENTRY, HEAD
from service.accounts.record.chain import Row

FAR = 1_000_000  # where rows wait while others take their numbers


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody at work on one database."""

    connection: Connection
    rng: Random

    def unguard(self) -> None:
        """Take the triggers off, as the owner of a database can."""
        if self.connection.dialect.name == "sqlite":
            for deed in ("update", "delete"):
                self.connection.exec_driver_sql(f"DROP TRIGGER audit_entry_no_{deed}")
        else:
            self.connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")

    def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.connection.execute(select(ENTRY).order_by(ENTRY.c.sequence)).mappings()]

    def change(self, number: int, /, **values: object) -> None:
        self.connection.execute(update(ENTRY).where(ENTRY.c.sequence == number).values(**values))

    def take_out(self, *sequences: int) -> None:
        self.connection.execute(delete(ENTRY).where(ENTRY.c.sequence.in_(sequences)))

    def renumber(self, start: int, by: int) -> None:
        """Move the numbers of all rows from `start` on."""
        for step in (FAR, by - FAR):
            beyond = ENTRY.c.sequence >= (start if step == FAR else FAR)
            self.connection.execute(update(ENTRY).where(beyond).values(sequence=ENTRY.c.sequence + step))

    def put_in(self, sequence: int, like: int) -> None:
        """Put in a row that looks like another, under a free number."""
        row = next(row for row in self.rows() if row["sequence"] == like)
        self.connection.execute(insert(ENTRY), {**row, "sequence": sequence, "action": "put_in"})

    def exchange(self, one: int, other: int) -> None:
        for before, after in ((one, FAR), (other, one), (FAR, other)):
            self.change(before, sequence=after)

    def mend_head(self) -> None:
        """Have the head say what now stands at the end."""
        end = self.connection.execute(select(ENTRY).order_by(ENTRY.c.sequence.desc()).limit(1)).one()
        self.connection.execute(update(HEAD).values(sequence=end.sequence, link=end.link))

    def go_back(self, newest: int) -> None:
        """Make of it what a copy was that was taken when `newest` was the newest row."""
        self.take_out(*range(newest + 1, len(self.rows()) + 1))
        self.mend_head()


def edit(hand: Hand, number: int) -> str:
    """Change one column of one row; each column has its turn."""
    column = Row._fields[number % len(Row._fields)]
    row = hand.rng.choice(hand.rows())
    hand.change(row["sequence"], **{column: other(row, column, hand.rng)})
    return column


def other(row: dict[str, Any], column: str, rng: Random) -> object:
    """Return another value that the column can hold."""
    was = row[column]
    made: dict[str, Callable[[], object]] = {
        "sequence": lambda: FAR + rng.randrange(FAR),
        "at": lambda: was.replace(microsecond=(was.microsecond + rng.randrange(1, 10)) % 1_000_000),
        "columns": lambda: [*was, "contact"],
        "outcome": lambda: "denied" if was == "done" else "done",
        "chain_key": lambda: rng.choice([None, 2]),
        "link": lambda: rng.choice([None, rng.randbytes(32)]),
    }
    if column in made:
        return made[column]()
    if column.endswith("_id") and column != "request_id":
        return UUID(int=rng.getrandbits(128)) if was is None or rng.random() < 0.7 else None
    return rng.choice(["x", f"{was} "]) if was is not None else "x"


def remove(hand: Hand, _number: int) -> str:
    """Take rows out of the middle, and half the time close the gap."""
    many = len(hand.rows())
    start = hand.rng.randrange(1, many - 6)
    length = hand.rng.randint(1, 5)
    hand.take_out(*range(start, start + length))
    if hand.rng.random() < 0.5:
        hand.renumber(start, -length)
        hand.mend_head()
    return "closed" if len(hand.rows()) == hand.rows()[-1]["sequence"] else "open"


def reorder(hand: Hand, _number: int) -> str:
    """Have two rows change places, or three go round."""
    places = hand.rng.sample(range(1, len(hand.rows()) + 1), hand.rng.choice([2, 3]))
    for one, another in zip(places, places[1:], strict=False):
        hand.exchange(one, another)
    hand.mend_head()
    return f"{len(places)} rows"


def cut_off(hand: Hand, _number: int) -> str:
    """Take rows off the end, and half the time have the head agree."""
    many = len(hand.rows())
    hand.take_out(*range(many - hand.rng.randint(1, 10) + 1, many + 1))
    if hand.rng.random() < 0.5:
        hand.mend_head()
        return "with its head"
    return "without its head"


def put_in(hand: Hand, _number: int) -> str:
    """Put rows in, at the end or in the middle with the others renumbered."""
    many, times = len(hand.rows()), hand.rng.randint(1, 3)
    start = hand.rng.choice([many + 1, hand.rng.randrange(1, many)])
    like = hand.rng.randrange(1, many + 1)
    if start <= many:
        hand.renumber(start, times)
        like += times if like >= start else 0
    for extra in range(times):
        hand.put_in(start + extra, like)
    hand.mend_head()
    return "at the end" if start > many else "in the middle"
