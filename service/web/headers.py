"""The safety headers of every answer, and the static files. No answer leaves without them."""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, send_from_directory

STATIC = Path(__file__).parent / "static"
YEAR = 31_536_000  # seconds
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox"
FRAMES = "X-Kith-Framed-By"  # a note of a view to the guard, which takes it off: who may show the answer in a frame
ALWAYS = {
    "Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}
PAGES = ("text/html", "text/css", "text/javascript", "image/svg+xml", "font/woff2", "image/png")


def init_app(app: Flask) -> None:
    """Put the headers on whatever leaves: pages, errors, redirects, files."""
    mimetypes.add_type("font/woff2", ".woff2")
    mimetypes.add_type("text/javascript", ".js")
    app.after_request(guard)
    app.jinja_env.globals["asset"] = asset


def framed_by(response: Response, sites: tuple[str, ...]) -> Response:
    """Let some other sites show this one answer in a frame, and nobody else."""
    response.headers[FRAMES] = " ".join(sites)
    return response


def guard(response: Response) -> Response:
    """Add the headers of rule 18. What nobody marked as cacheable is kept by nobody."""
    response.headers.update(ALWAYS)
    page = response.mimetype in PAGES or not response.mimetype
    sites = response.headers.pop(FRAMES, "'none'")
    response.headers["Content-Security-Policy"] = f"{PAGE_POLICY if page else DATA_POLICY}; frame-ancestors {sites}"
    shared = response.headers.get("Access-Control-Allow-Origin") == "*" or sites != "'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    if "Cache-Control" not in response.headers or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=1)
def build() -> str:
    """Return a short digest of all static files: it stands in their addresses, so that they may be kept for ever."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """Return the address of a static file."""
    return f"/static/{build()}/{path}"


def static(version: str, filename: str) -> Response:
    """Send a static file: for ever when its address is of this build, else to be asked for again."""
    response = send_from_directory(STATIC, filename, conditional=True)
    fresh = version == build()
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    response.headers.pop("Content-Disposition", None)
    return response
