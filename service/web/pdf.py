"""A page of ours as a tagged PDF. It fetches nothing but our own static files, and says when it cannot be made here."""

import logging
import mimetypes
import threading
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from service.errors import Unavailable
from service.web.headers import STATIC

BASE = "https://static.invalid/"  # never asked: addresses below it stand for our own files
VARIANT = "pdf/ua-1"  # tagged, with language and alternative texts (ISO 14289-1)
PATIENCE = 30  # seconds to wait for another PDF to be finished; one is made at a time, for it takes a whole core
BREAKS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")  # ends of lines that stop the library
NO_GLYPH = ".notdef glyph"  # how the library's log begins where no font has a letter
_one_at_a_time = threading.Lock()
_room = threading.BoundedSemaphore(2)  # one is made and one waits: whoever comes then leaves the server to the others


class NotHere(Unavailable):
    """No PDF can be made here: `no_library` (weasyprint or Pango is missing) or `no_font` (no font has a letter)."""


def make(page: str) -> bytes:
    """Return a page as PDF.

    Raises
    ------
    NotHere
        Print the page instead.
    Unavailable
        `busy`: others are making theirs.
    """
    weasyprint = _library()
    if not _room.acquire(blocking=False):
        raise Unavailable("busy")
    try:
        if not _one_at_a_time.acquire(timeout=PATIENCE):
            raise Unavailable("busy")
        try:
            return _made(page, weasyprint)
        finally:
            _one_at_a_time.release()
    finally:
        _room.release()


def _made(page: str, weasyprint: Any) -> bytes:
    heard = _Listener()
    log = logging.getLogger("weasyprint")
    log.propagate = False  # what it says may hold words of the page
    log.addHandler(heard)
    try:
        document = weasyprint.HTML(string=page.translate(BREAKS), base_url=BASE, url_fetcher=_fetcher(weasyprint))
        made: bytes = document.write_pdf(pdf_variant=VARIANT)
    finally:
        log.removeHandler(heard)
    if heard.missing:
        raise NotHere("no_font")
    return made


def is_possible() -> bool:
    """Tell whether PDFs can be made here at all."""
    try:
        _library()
    except NotHere:
        return False
    return True


def _library() -> Any:
    """Load the library when it is first needed: it, and what it needs of the system, may be missing."""
    try:
        import weasyprint
        from PIL import ImageFile

        ImageFile.LOAD_TRUNCATED_IMAGES = False  # it lets the whole process take pictures that were cut off
    except (ImportError, OSError) as error:
        raise NotHere("no_library") from error
    return weasyprint


class _Listener(logging.Handler):
    """Hears whether a letter could not be drawn, and keeps no word of it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing = False

    def emit(self, record: logging.LogRecord) -> None:
        """Look at the kind of the message only."""
        self.missing = self.missing or str(record.msg).startswith(NO_GLYPH)


def _fetcher(weasyprint: Any) -> Any:
    """Return what reads our own static files and refuses every other address."""

    class Ours(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002, RUF100
            """Read one file."""
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return weasyprint.urls.URLFetcherResponse(url, BytesIO(own_file(url)), {"Content-Type": kind})

    return Ours()


def own_file(url: str) -> bytes:
    """Return a static file by its address, /static/<build>/<path>; raises ValueError for any other address."""
    path = PurePosixPath(urlsplit(url).path)
    if not url.startswith(f"{BASE}static/") or ".." in path.parts:
        msg = "only our own files"
        raise ValueError(msg)
    return (STATIC / PurePosixPath(*path.parts[3:])).read_bytes()
