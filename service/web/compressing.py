"""Making text smaller on its way, where that can tell nothing: never where a secret and another's words could meet.

An attacker who can have a browser ask for pages with chosen words, and see how long the answers are, can guess a secret
on them letter by letter (BREACH). So nothing is compressed for whoever sends a cookie or a key, nor a page with a form
token: what is left are pages that anybody could ask for, and those of a sealed search, whose words nobody else can put
together with words of their own.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, g, request

TEXT = frozenset(
    {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "application/ld+json"}
)
PROTECTED = "csrf_token"  # how Flask-WTF notes that a page was given a form token
LEAST = 1000  # bytes: below that the answer fits into one packet anyway
LEVEL = 6  # more costs time and saves almost nothing


def init_app(app: Flask) -> None:
    """Compress what leaves, where it may be. To be added after the guard, which then has the last word on headers."""
    app.after_request(compressed)


def compressed(response: Response) -> Response:
    """Compress an answer if its reader understands that and it holds nothing that must not be guessed."""
    if response.mimetype not in TEXT or response.status_code in (204, 206, 304):
        return response
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or request.accept_encodings["gzip"] <= 0 or _may_hold_a_secret(response):
        return response
    immutable = "immutable" in response.headers.get("Cache-Control", "")
    response.direct_passthrough = False  # a file is read into the answer
    plain = response.get_data()
    if len(plain) < LEAST:
        return response
    response.set_data(_kept(plain) if immutable else _smaller(plain))
    response.headers["Content-Encoding"] = "gzip"
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        response.set_etag(tag, weak=True)  # the same page, other bytes
    return response


def _may_hold_a_secret(response: Response) -> bool:
    """Tell whether it was made for somebody: a cookie or a key came with the question, or a form token is on it."""
    if "Set-Cookie" in response.headers or PROTECTED in g:
        return True
    return request.endpoint != "static" and ("Cookie" in request.headers or "Authorization" in request.headers)


def _smaller(plain: bytes) -> bytes:
    return gzip.compress(plain, LEVEL, mtime=0)


@lru_cache(maxsize=64)
def _kept(plain: bytes) -> bytes:
    """Compress a file of ours once a process."""
    return gzip.compress(plain, 9, mtime=0)
