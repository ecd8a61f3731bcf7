"""Looks whether the audit is as it was written, and signs its end into a file outside the database."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.accounts.record import audit, chain
from service.accounts.record.chain import Head, Keys, Published
from service.accounts.record.chain_walk import Finding, Walk
from service.errors import Invalid

HEADS = "audit-heads.jsonl"  # in the data folder, unless the operator names a better place
LONGEST_LINE = 1000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a walk along the chain found. Nothing wrong: no findings."""

    findings: tuple[Finding, ...]
    more: int  # findings beyond those listed
    rows: int
    heads: int  # from outside, that were compared

    @property
    def whole(self) -> bool:
        """Whether every row is as it was written, as far as the heads from outside can tell."""
        return not self.findings


def verify(session: Session, *, heads: Iterable[str] = (), start: int = 1) -> Verdict:
    """Walk along the chain from row `start`, and compare it with `heads`, the lines of a file kept outside.

    Raises
    ------
    Invalid
        `audit_start`: there is no chained row before the one to start with.
    """
    connection = session.connection()
    keys = audit.keys_of(session)
    published, wrong = _published(keys, heads)
    head = audit.head_of(connection)
    walk = Walk(keys, head, published, _follows(session, start, head) if start > 1 else None)
    walk.findings += wrong
    if _walked(connection, walk, start - 1):
        walk.end()
    return Verdict(findings=tuple(walk.findings), more=walk.more, rows=walk.rows, heads=len(published))


def _walked(connection: Connection, walk: Walk, last: int, many: int = audit.PAGE) -> bool:
    """Go to the end. False: a row holds text that is no text, and the driver gives neither it nor what is behind."""
    try:
        for row in audit.rows(connection, after=last, many=many):
            walk.take(row)
            last = row.sequence
    except SQLAlchemyError:
        if many > 1:
            return _walked(connection, walk, last, many=1)
        walk.findings.append(Finding("unreadable", last + 1, last + 1))
        return False
    return True


def publish_head(session: Session, path: Path | None, *, now: datetime) -> str | None:
    """Sign the end of the chain and add it to a file, unless the file ends with it already. None: nothing recorded yet.

    The file is worth most where whoever can write the database cannot write: on another machine, or on paper.
    """
    keys, head = audit.keys_of(session), audit.head_of(session.connection())
    if head is None or head.link is None:
        return None
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    line = chain.head_line(keys, Published(sequence=head.sequence, link=head.link, key=keys.writes, at=at))
    if path is not None and not _ends_with(path, keys, head):
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    return line


def first_without_end(session: Session, path: Path) -> datetime | None:
    """Return when the first row was recorded that no end outside the database covers; None: there is no such row.

    Asked often, so it looks at the last line of the file only.
    """
    lines = _tail(path)
    ours = chain.read_head(audit.keys_of(session), lines[-1]) if lines else None
    after = 0 if ours is None else ours.sequence
    behind = select(audit.ENTRY.c.at).where(audit.ENTRY.c.sequence > after).order_by(audit.ENTRY.c.sequence).limit(1)
    return session.execute(behind).scalar_one_or_none()


def _tail(path: Path) -> list[str]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2 * LONGEST_LINE))
        return file.read().decode("utf-8", "replace").splitlines()


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file of heads; none when there is no such file."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def _ends_with(path: Path, keys: Keys, head: Head) -> bool:
    lines = lines_of(path)
    newest = chain.read_head(keys, lines[-1]) if lines else None
    return newest is not None and (newest.sequence, newest.link) == (head.sequence, head.link)


def _published(keys: Keys, lines: Iterable[str]) -> tuple[Mapping[int, Published], list[Finding]]:
    """Return the heads by row number; and what is wrong with the file alone."""
    found, wrong = dict[int, Published](), list[Finding]()
    for number, line in enumerate(lines, start=1):
        head = chain.read_head(keys, line) if len(line) <= LONGEST_LINE else None
        if head is None:
            wrong.append(Finding("head_not_ours", number, number))
        elif found.setdefault(head.sequence, head).link != head.link:  # one number had two ends
            wrong.append(Finding("rolled_back", head.sequence, head.sequence, at=head.at))
    return found, wrong


def _follows(session: Session, start: int, head: Head | None) -> Head:
    before = session.execute(select(audit.ENTRY.c.link).where(audit.ENTRY.c.sequence == start - 1)).one_or_none()
    if before is None or before.link is None:
        raise Invalid("audit_start", start=start)
    return Head(start - 1, before.link, head.first_sequence if head else None)
