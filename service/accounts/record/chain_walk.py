"""A walk along the chain of the audit, row after row: what was changed, put in, taken out, moved or cut off. Pure.

Any such thing breaks a link; the rest of this file is about saying in a way that helps what was done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.accounts.record.chain import Genesis, Head, Keys, Published, Row, link

FURTHEST = 64  # by how many rows an insertion or removal may have moved the others and still be told from a change
LISTED = 100  # findings; beyond them they are only counted
Kind = Literal[
    "changed",
    "inserted",
    "missing",
    "moved",
    "without_link",
    "wrong_key",
    "unreadable",
    "head",
    "cut_off",
    "rolled_back",
    "head_not_ours",
]


@dataclass(slots=True)
class Finding:
    """What is wrong, with the first and last row it is about; `other` is where a row stands that belongs at `first`."""

    kind: Kind
    first: int
    last: int
    other: int | None = None
    at: str | None = None  # when the published head was written that tells


@dataclass(slots=True)
class _Misfit:
    """A row whose link does not fit: which link it should follow, and what was said of it."""

    row: Row
    before: bytes
    finding: Finding


class Walk:
    """Goes along the chain, in memory that does not grow with it.

    Parameters
    ----------
    keys : Keys
        The installation's keys.
    head : Head or None
        What the database says is the end; None when it has no head.
    published : mapping of int to Published
        Heads from outside, by row number.
    follows : Head or None
        Where to begin when not at the beginning: the row before is taken as it is.
    """

    def __init__(
        self, keys: Keys, head: Head | None, published: Mapping[int, Published], follows: Head | None = None
    ) -> None:
        self._keys, self._head, self._published = keys, head, published
        self._genesis: Genesis | None = None if follows else Genesis()
        self._last = follows.sequence if follows else 0
        self._before = (follows.link if follows else None) or b""
        self._computed = self._before  # what the last link should be: differs when only the link was changed
        self._begins: int | None = head.first_sequence if head and follows else None
        self._shift = 0  # by how much the rows here were renumbered
        self._misfits: list[_Misfit] = []
        self.findings: list[Finding] = []
        self.more = 0  # findings that are not listed
        self.rows = self.linked = self.fitting = 0

    def take(self, row: Row) -> None:
        """Look at the next row; rows come in the order of their numbers."""
        self.rows += 1
        try:
            if self._genesis is not None and row.link is None:
                self._genesis.take(row)
            else:
                self._look(row, gap=self._gap(row))
        except (ValueError, TypeError):
            self._say("unreadable", row.sequence)
            self._computed = self._before
        self._last = row.sequence
        published = self._published.get(row.sequence)
        if published is not None and published.link != row.link:
            self._say("rolled_back", row.sequence, at=published.at)

    def end(self) -> None:
        """Look at what stands at the end of the chain, and at what should; and whether any row fitted at all."""
        head, last = self._head, self._last
        reached = max((number for number in self._published if number > last), default=None)
        cut = head is not None and head.sequence > last
        if head is not None and cut:
            self._say("cut_off", last + 1, head.sequence)
        elif (head or Head(0, None, None)) != Head(last, self._before or None, self._begins) and (head or self.linked):
            self._say("head", last)
        if reached is not None:
            self._say("cut_off" if cut else "rolled_back", last + 1, reached, at=self._published[reached].at)
        if self.linked > 1 and not self.fitting:
            self.findings, self.more = [Finding("wrong_key", self._begins or 1, last)], 0

    def _gap(self, row: Row) -> bool:
        """Begin the chain where it begins, and see whether rows are missing before this one."""
        wanted = self._last + 1
        if self._genesis is not None:
            self._before = self._computed = self._genesis.link()
            self._genesis, self._begins = None, row.sequence
            wanted = (self._head.first_sequence if self._head else None) or wanted
        if row.sequence <= wanted:
            return False
        self._begins = wanted if self._begins == row.sequence else self._begins
        self._say("missing", wanted, row.sequence - 1)
        return True

    def _look(self, row: Row, *, gap: bool) -> None:
        self.linked += 1
        before, self._before = self._before, row.link or b""
        key = self._keys.rows.get(row.chain_key) if row.chain_key is not None else None
        if row.link is None or key is None:
            self._say("without_link" if row.link is None else "wrong_key", row.sequence)
            self._computed = self._before
            return
        expected = link(key, before, row)
        if row.link == expected or (before != self._computed and row.link == link(key, self._computed, row)):
            self.fitting += 1
            self._computed = row.link
            return
        self._computed = expected
        if not gap:  # after a gap nobody can know which link was before
            self._misfit(row, key, before)

    def _misfit(self, row: Row, key: bytes, before: bytes) -> None:
        """Tell a row that was moved or renumbered from one that was changed."""
        for held in () if self.more else self._misfits:
            if row.link == link(key, held.before, row, held.row.sequence):
                self._moved(row, key, held)
                return
        for shift in self._shifts():
            if shift and row.link == link(key, before, row, row.sequence + shift):
                self._shifted(row.sequence, shift)
                return
        # Nobody can say which of the rows from before the chain was changed: its first link covers them all.
        said = self._say("changed", 1 if row.sequence == self._begins else row.sequence, row.sequence)
        if len(self._misfits) < LISTED:
            self._misfits.append(_Misfit(row, before, said))

    def _shifts(self) -> tuple[int, ...]:
        if self.more:
            return (self._shift,)
        return (self._shift, *(sign * by for by in range(1, FURTHEST + 1) for sign in (-1, 1)))

    def _moved(self, row: Row, key: bytes, held: _Misfit) -> None:
        """The row that belongs where `held` was found stands here: they changed places, or `held` was put in."""
        self.fitting += 1
        next_to = row.sequence - held.row.sequence == 1
        if next_to and held.row.link != link(key, row.link or b"", held.row, row.sequence):
            held.finding.kind, self._shift = "inserted", -1
            return
        held.finding.kind, held.finding.other = "moved", row.sequence
        self._computed = held.row.link or b""
        for beside in self._misfits:  # the row behind is as it was: it only missed the one before it
            follows = beside.row.sequence == held.row.sequence + 1
            if (
                follows
                and beside.row.link == link(key, row.link or b"", beside.row)
                and beside.finding in self.findings
            ):
                self.findings.remove(beside.finding)

    def _shifted(self, sequence: int, shift: int) -> None:
        """Say that rows were put in or taken out before this one, and the others renumbered: it fits elsewhere."""
        self.fitting += 1
        if shift == self._shift:
            return
        kind: Kind = "missing" if shift > self._shift else "inserted"
        self._shift = shift
        newest = self.findings[-1] if self.findings else None
        if newest is not None and newest.kind == "changed" and newest.last == sequence - 1:
            newest.kind = kind
        else:
            self._say(kind, sequence)

    def _say(self, kind: Kind, first: int, last: int | None = None, *, at: str | None = None) -> Finding:
        """Keep a finding; rows next to each other with the same fault are one."""
        made = Finding(kind, first, first if last is None else last, at=at)
        newest = self.findings[-1] if self.findings else None
        joins = newest is not None and newest.kind == kind in ("without_link", "wrong_key", "unreadable")
        if newest is not None and joins and newest.last == first - 1:
            newest.last = made.last
            return newest
        if len(self.findings) < LISTED:
            self.findings.append(made)
        else:
            self.more += 1
        return made
