"""How the open data is answered: counted, kept by whoever has it already, in pages or line by line."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from flask import Response, request, stream_with_context

from service.accounts.limits import OPEN_ADDRESS, OPEN_WHOLE, Limit, limit_address
from service.api.access import limits
from service.api.doors import services
from service.api.hsds.parameters import Asked
from service.catalog import sharing
from service.catalog.where import packs
from service.clock import now
from service.db import db
from service.interop.hsds import Vocabulary, Writer, vocabulary

REVISION = 1  # goes up when the same catalogue is written otherwise
IGNORED = "X-Ignored-Parameters"
NDJSON = "application/x-ndjson"
PIECE = 65_536  # bytes sent at once
Thing = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which state of the catalogue an answer is of."""

    tag: str
    changed: datetime


def base() -> str:
    """Return how our own addresses begin; a demonstration is wherever it was opened."""
    settings = services().settings
    return request.url_root.rstrip("/") if settings.demo else settings.public_url


def words() -> Vocabulary:
    """Return our lists and terms."""
    return vocabulary(services().matching.taxonomy, base())


def writer(*, uk: bool) -> Writer:
    """Return what services are written with today."""
    pack = packs.load_pack(services().gazetteer.root, services().settings.country)
    return Writer(base=base(), vocabulary=words(), today=now().date(), uk=uk, telephone=pack.telephone)


def count(limit: Limit = OPEN_ADDRESS) -> None:
    """Count one question of this address; TooMany when there were enough."""
    limits().take(limit, limit_address(request.remote_addr), now=now())


def count_whole() -> None:
    """Count one question for everything."""
    count(OPEN_WHOLE)


def version() -> Version:
    """Return which version this question would be answered with: what is told of a group also depends on the day."""
    number, changed = sharing.state(db.session())
    day = datetime.combine(now().astimezone(UTC).date(), time.min, UTC)
    asked = (
        f"{REVISION}\0{number}\0{changed}\0{day}\0{base()}\0{request.full_path}\0{services().matching.taxonomy.digest}"
    )
    return Version(tag=hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:32], changed=max(day, changed))


def unchanged(known: Version) -> Response | None:
    """Return the answer for somebody who has this version already, else None."""
    if request.method not in ("GET", "HEAD"):
        return None
    answer = marked(Response(), known)
    answer.make_conditional(request)
    return answer if answer.status_code == 304 else None


def marked(answer: Response, known: Version) -> Response:
    """Say which version an answer is of; whoever keeps it asks again each time."""
    if request.method in ("GET", "HEAD"):
        answer.set_etag(known.tag, weak=True)
        answer.last_modified = known.changed
        answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def told(thing: Thing | Sequence[Thing], asked: Asked, known: Version) -> Response:
    """Answer one thing as JSON."""
    answer = Response(_json(thing), mimetype="application/json")
    if asked.ignored:
        answer.headers[IGNORED] = ", ".join(asked.ignored)
    return marked(answer, known)


def page(rows: Sequence[Thing], total: int, asked: Asked, known: Version, *, whole: bool = False) -> Response:
    """Answer one page of a list, or all of it on one."""
    size = max(total, 1) if whole else asked.size
    pages = -(-total // size)
    number = 1 if whole else asked.page
    body = {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(rows),
        "first_page": number == 1,
        "last_page": number == max(pages, 1),
        "empty": not rows,
        "contents": list(rows),
    }
    return told(body, asked, known)


def lines(rows: Iterable[Thing], asked: Asked, known: Version) -> Response:
    """Answer every row, one a line."""
    return marked(streamed((f"{_json(row)}\n".encode() for row in rows), asked, NDJSON), known)


def streamed(rows: Iterable[bytes], asked: Asked, kind: str) -> Response:
    """Answer rows as they are read; packed on its way for whoever understands that."""
    packed = request.accept_encodings["gzip"] > 0 and "Cookie" not in request.headers
    pieces = _pieces(rows)
    answer = Response(stream_with_context(_packed(pieces) if packed else pieces), content_type=kind)
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    if asked.ignored:
        answer.headers[IGNORED] = ", ".join(asked.ignored)
    return answer


def _pieces(found: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for line in found:
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        if ready := packer.compress(piece):
            yield ready
    yield packer.flush()


def _json(thing: Mapping[str, Any] | Sequence[Thing]) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
