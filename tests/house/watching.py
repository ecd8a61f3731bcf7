"""Watches a whole run of the tests: what tells of a person is in no log, address, header, error page, count or file.

Loaded by hand: `python -m pytest -p tests.house.watching`. What to look for is not listed anywhere: it is whatever is
sealed, whatever is written into a column that is personal or health, and whatever a form or a program sends.
"""

import gzip
import json
import logging
import os
import re
import sqlite3
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pytest
from flask import Flask, Response, request, request_finished, template_rendered
from jinja2 import Template
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from service.db.classes import Class
from service.db.sealing import Sealer
from service.notifications import smtp
from service.observability import LOGGER, JsonLines
from tests import stores
from tests.house.spelling import spellings

TELLING = (Class.PERSONAL, Class.HEALTH)
# Columns that tell what was done or counted; who did something is what the record is for.
DRY = ("audit_head", "counter", "idempotency", "job_run", "asked_count", "ended_list", "used_assertion", "erasure")
BY_DESIGN = {"acting_for", "network", "device", "subject"}
LETTERS = ("outbox.log", "outbox.log.new")  # a demonstration's letter box: it holds letters, as a mail server would
# Listings are public and their words stand in addresses: what editors send is not looked for.
PUBLIC_FORMS = ("web.admin", "web.groups", "web.group_", "web.new_group", "web.set_up")
LINK = re.compile(r"""\b(?:href|src|action|formaction|content)=["']?(?!mailto:|tel:|sms:)([^"'>\s]+)""")
ID = r"(?![\da-f]{8}-[\da-f]{4}-|[\da-f]{32}$)"
WORD = re.compile(ID + r"(?:zqax[a-z]*|[^\s@]+@[^\s@]+|.*\d[\d ]{5,}.*|\S+(?: \S+)+)", re.DOTALL | re.IGNORECASE)
CANARY = rb"zqax"  # begins every canary of the tests
START = 8  # bytes by which a text is found first; shorter ones are not looked for
LONGEST = 200


class Watch:
    """What to look for, the lines that have been written since the last look, and what was found."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.forms: dict[bytes, list[tuple[bytes, str]]] = {}  # by their first eight bytes
        self.told: dict[str, set[bytes]] = {}
        self.files: set[str] = set()
        self.bytes: Counter[str] = Counter()
        self.count = 0
        self.hits: list[str] = []
        self.templates: list[str] = []

    def learn(self, text: object) -> None:
        """Look for each line of a text from now on, if it is one that nothing else would hold."""
        for line in text.splitlines() if isinstance(text, str) else ():
            line = line.strip()[:LONGEST]
            if len(line) >= START and line not in self.words and WORD.fullmatch(line) and "://" not in line:
                self.words.add(line)
                self.count += 1
                for form in set(spellings(line)):
                    self.forms.setdefault(form[:START], []).append((form, line))

    def forget(self) -> None:
        """Look for nothing."""
        self.words.clear()
        self.forms.clear()

    def tell(self, sink: str, said: bytes) -> None:
        """Keep what was written to a sink until the end of the test; the same line only once."""
        self.bytes[sink] += len(said)
        self.told.setdefault(sink, set()).update(said.lower().splitlines())

    def read(self, path: str) -> None:
        """Look into a file that the service wrote."""
        self.files.discard(path)
        if os.path.basename(path) not in LETTERS and os.path.isfile(path):
            with suppress(OSError):
                self.tell("file", Path(path).read_bytes())

    def look(self) -> list[str]:
        """Return what was found since the last look."""
        for path in sorted(self.files):
            self.read(path)
        found = [
            f"{sink}: {word[:60]!r} in {said[max(at - 100, 0) : at + 100]!r}"
            for sink, lines in sorted(self.told.items())
            for said in [b"\n".join(sorted(lines))]
            for word, at in [*self._known(said), *(("a canary", one.start()) for one in re.finditer(CANARY, said))]
        ]
        self.told.clear()
        self.hits += found
        return found

    def _known(self, said: bytes) -> Iterator[tuple[str, int]]:
        """Yield each known text that stands there, and where: first by eight bytes, of all of them at once."""
        starts = np.frombuffer(b"".join(self.forms), dtype="<u8")
        for shift in range(min(START, max(len(said) - START + 1, 0))):
            eights = np.frombuffer(said[shift : shift + (len(said) - shift) // START * START], dtype="<u8")
            for at in np.flatnonzero(np.isin(eights, starts)):
                place = int(at) * START + shift
                for form, word in self.forms[said[place : place + START]]:
                    if said.startswith(form, place):
                        yield word, place


WATCH = Watch()

# ---- what to look for ------------------------------------------------------------------------------------------------


def leaves(value: object) -> Iterator[object]:
    """Yield every value of what JSON may hold."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def learn_sealed(data: bytes) -> None:
    """Learn what is about to be sealed, packed or not, in JSON or not."""
    with suppress(zlib.error):
        data = zlib.decompress(data)
    with suppress(UnicodeDecodeError):
        text = data.decode()
        try:
            for leaf in leaves(json.loads(text)):
                WATCH.learn(leaf)
        except ValueError:
            WATCH.learn(text)


def learn_rows(session: Session, *_: object) -> None:
    """Learn what is about to be written into columns that tell of a person."""
    for row in [*session.new, *session.dirty]:
        for column in row.__mapper__.columns:
            if column.info.get("class") in TELLING and column.name not in BY_DESIGN:
                WATCH.learn(row.__dict__.get(column.key))


def learn_request() -> None:
    """Learn what a form or a program sent."""
    if request.method == "POST" and not (request.endpoint or "").startswith(PUBLIC_FORMS):
        with suppress(Exception):  # a body that cannot be read is the application's business
            for leaf in leaves([*request.form.values(), request.get_json(silent=True)]):
                WATCH.learn(leaf)


# ---- where to look ---------------------------------------------------------------------------------------------------


def heard(record: logging.LogRecord) -> None:
    """Keep a line as it is written: ours by its formatter, others' with all their arguments."""
    line = JsonLines().format(record) if record.name == LOGGER else record.getMessage()
    WATCH.tell("log", line.encode("utf-8", "replace"))


def answered(_: Flask, response: Response, **__: object) -> None:
    """Keep the addresses and headers of an answer, and all of it when it is a refusal."""
    learn_request()
    headers = "\n".join(
        f"{name}: {value}" for name, value in response.headers if name not in ("Set-Cookie", "Location")
    )
    WATCH.tell("header", headers.encode())
    WATCH.tell("address", "\n".join(made_of_ours([response.headers.get("Location", "")])).encode())
    templates, WATCH.templates = WATCH.templates, []
    if response.is_streamed or response.direct_passthrough:
        return
    packed = response.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(response.get_data()) if packed else response.get_data()
    if response.mimetype == "text/html":
        WATCH.tell("address", "\n".join(made_of_ours(LINK.findall(body.decode()))).encode())
    if response.status_code >= 400 and (response.mimetype != "text/html" or templates in ([], ["error.html"])):
        for part in here():
            body = body.replace(quote(part).encode(), b"")
        WATCH.tell("error page", body)


def here() -> set[str]:
    """Return where the visitor is, in whichever language, and where they said that they come from."""
    own = {request.path.strip("/"), request.path.lstrip("/").partition("/")[2], request.args.get("next", "")}
    with suppress(Exception):  # a form that is too large is never read
        own.add(request.form.get("next", ""))
    return {part for part in own if len(part) > 1}


def made_of_ours(links: list[str]) -> list[str]:
    """Leave out the links that only lead back."""
    own = here()
    return [link for link in links if not any(part in unquote(link) for part in own)]


def rendered(_: Flask, template: Template, **__: object) -> None:
    """Remember which page is being made."""
    WATCH.templates.append(template.name or "")


def posted(made: Any) -> Any:
    """Keep the headers of a mail but the address it goes to."""
    told = "\n".join(f"{name}: {value}" for name, value in made.items() if name != "To")
    WATCH.tell("mail header", told.encode("utf-8", "replace"))
    return made


def counted(url: str) -> None:
    """Keep the rows of tables that count and tell what was done, before a test's database goes."""
    if url.startswith("sqlite") and Path(path := str(make_url(url).database)).is_file():
        with closing(sqlite3.connect(path)) as line:
            for table in DRY:
                with suppress(sqlite3.Error):  # a test of migrations may have none
                    WATCH.tell("count", repr(line.execute(f"SELECT * FROM {table}").fetchall()).encode())  # noqa: S608


def opened(name: str, given: tuple[Any, ...]) -> None:
    """Note which files the service itself writes, and read them before they are removed."""
    if name == "open" and isinstance(given[0], str) and _writes(*given[1:3]) and _ours():
        WATCH.files.add(os.path.abspath(given[0]))
    elif name in ("os.remove", "os.rename", "shutil.rmtree") and WATCH.files:
        gone = os.path.abspath(os.fsdecode(given[0])) if isinstance(given[0], str | bytes | Path) else ""
        for path in [path for path in WATCH.files if gone and (path == gone or path.startswith(gone + os.sep))]:
            WATCH.read(path)


def _writes(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _ours() -> bool:
    """Whether the service opens it, and not a test."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if "/tests/" in name or "/service/" in name and "site-packages" not in name:
            return "/service/" in name
        frame = frame.f_back
    return False


# ---- pytest's doors --------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Stand at every door."""
    seal, email, drop, handle = Sealer.seal, smtp.email, stores.Stores.drop, logging.Logger.handle

    def sealing(self: Sealer, place: str, data: bytes) -> bytes:
        learn_sealed(data)
        return seal(self, place, data)

    def dropping(self: stores.Stores, url: str) -> None:
        counted(url)
        drop(self, url)

    def handling(self: logging.Logger, record: logging.LogRecord) -> None:
        heard(record)
        handle(self, record)

    Sealer.seal = sealing  # type: ignore[method-assign]
    smtp.email = lambda message, **given: posted(email(message, **given))
    stores.Stores.drop = dropping  # type: ignore[method-assign]
    logging.Logger.handle = handling  # type: ignore[method-assign]
    event.listen(Session, "before_flush", learn_rows)
    request_finished.connect(answered)
    template_rendered.connect(rendered)
    sys.addaudithook(opened)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Look when a test and all that it began is over; its words are forgotten with its file."""
    yield
    found = WATCH.look()
    if nextitem is None or nextitem.path != item.path:
        WATCH.forget()
    assert not found, "\n".join(found[:5])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what one worker saw."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["watch"] = (WATCH.count, dict(WATCH.bytes), len(WATCH.hits))


def pytest_testnodedown(node: Any, error: object) -> None:
    """Add up what the workers saw."""
    count, sizes, hits = getattr(node, "workeroutput", {}).get("watch", (0, {}, 0))
    WATCH.count += count
    WATCH.bytes.update(sizes)
    WATCH.hits += ["on a worker"] * hits


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much was looked at."""
    sizes = ", ".join(f"{size} in {sink}" for sink, size in sorted(WATCH.bytes.items()))
    total = sum(WATCH.bytes.values())
    terminalreporter.write_line(f"watched: {WATCH.count} texts, {total} bytes ({sizes}): {len(WATCH.hits)} hits")
