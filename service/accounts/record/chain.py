"""The chain of the audit: what exactly is linked to what, and how its end is signed for outside. Pure.

Each row carries HMAC-SHA-256(key, link of the row before + this row). Whoever changes, removes, adds or reorders rows
and has no key cannot make links that fit. What was cut off at the end, or put back from an older copy, shows only
beside a head that was published elsewhere. Rows from before there was a chain are covered by its first link.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

ROW_FORM, HEAD_FORM = "kith-audit-1", "kith-audit-head-1"
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Row(NamedTuple):
    """One audit row as a database gives it: ids as text or UUID, the time as text or datetime, columns as JSON text."""

    sequence: int
    at: datetime | str
    user_id: UUID | str | None
    role: str
    organisation_id: UUID | str | None
    key_id: UUID | str | None
    acting_for: str | None
    action: str
    purpose: str | None
    subject: str
    subject_id: UUID | str | None
    columns: str
    outcome: str
    request_id: str | None
    network: str | None
    chain_key: int | None
    link: bytes | None


class Head(NamedTuple):
    """The end of the chain: the newest row's number and link; where the chain begins."""

    sequence: int
    link: bytes | None
    first_sequence: int | None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that are known by their numbers, and the one that links new rows."""

    rows: Mapping[int, bytes] = field(repr=False)
    heads: Mapping[int, bytes] = field(repr=False)
    writes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A head as it was written outside the database."""

    sequence: int
    link: bytes
    key: int
    at: str


def _hex(value: UUID | str | None) -> str | None:
    return value.hex if isinstance(value, UUID) else value


def _instant(value: datetime | str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat(timespec="microseconds")


def canonical(row: Row, sequence: int | None = None) -> bytes:
    """Return the one spelling of a row, whichever database it is in: a JSON list of all columns but the link."""
    plain = (
        ROW_FORM,
        row.sequence if sequence is None else sequence,
        _instant(row.at),
        _hex(row.user_id),
        row.role,
        _hex(row.organisation_id),
        _hex(row.key_id),
        row.acting_for,
        row.action,
        row.purpose,
        row.subject,
        _hex(row.subject_id),
        json.loads(row.columns),
        row.outcome,
        row.request_id,
        row.network,
        row.chain_key,
    )
    return _json(plain).encode()


def link(key: bytes, before: bytes, row: Row, sequence: int | None = None) -> bytes:
    """Return the link of a row that follows the link `before`."""
    return hmac.digest(key, before + canonical(row, sequence), "sha256")


class Genesis:
    """What the first link follows: a digest of all rows from before there was a chain, often none."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"kith-audit-before-1\n")

    def take(self, row: Row) -> None:
        """Add one row; they come in order."""
        self._digest.update(canonical(row) + b"\n")

    def link(self) -> bytes:
        """Return the digest."""
        return self._digest.digest()


# ---- heads outside the database ----


def head_line(keys: Keys, head: Published) -> str:
    """Return a head as one line of a file, signed so that nobody else can write such a line."""
    said = {"sequence": head.sequence, "link": head.link.hex(), "key": head.key, "at": head.at}
    return json.dumps({**said, "mac": _mac(keys.heads[head.key], head).hex()})


def read_head(keys: Keys, line: str) -> Published | None:
    """Return the head in one line; None when it is not one of ours, or was changed."""
    try:
        said = json.loads(line)
        found = Published(
            sequence=int(said["sequence"]), link=bytes.fromhex(said["link"]), key=int(said["key"]), at=str(said["at"])
        )
        ours = hmac.compare_digest(_mac(keys.heads[found.key], found), bytes.fromhex(said["mac"]))
    except (ValueError, KeyError, TypeError):
        return None
    return found if ours else None


def _mac(key: bytes, head: Published) -> bytes:
    said = _json((HEAD_FORM, head.sequence, head.link.hex(), head.key, head.at))
    return hmac.digest(key, said.encode(), "sha256")
