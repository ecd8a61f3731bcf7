"""Two servers that read one request differently let a second one in. These two do not."""

import re

import pytest

from tests.deploy.pair import HOST, Pair

SECOND = f"GET /en/ HTTP/1.1\r\nHost: {HOST}\r\nX-Mark: second\r\n\r\n"
START = f"POST /en/sign-in HTTP/1.1\r\nHost: {HOST}\r\n"
CHUNKED = "0\r\n\r\n"
LONG, BOTH = len(SECOND), len(CHUNKED + SECOND)
CASES = {
    "length and chunks": f"Content-Length: {BOTH}\r\nTransfer-Encoding: chunked\r\n\r\n{CHUNKED}{SECOND}",
    "chunks and length": f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{CHUNKED}{SECOND}",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "two lengths that agree": f"Content-Length: 0\r\nContent-Length: 0\r\n\r\n{SECOND}",
    "two lengths in one": f"Content-Length: 0, {LONG}\r\n\r\n{SECOND}",
    "chunks in a folded line": f"Transfer-Encoding:\r\n chunked\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "a length in a folded line": f"X-A: b\r\n Content-Length: {LONG}\r\nContent-Length: 0\r\n\r\n{SECOND}",
    "chunks with a blank before the colon": f"Transfer-Encoding : chunked\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "chunks with a tab": f"Transfer-Encoding:\tchunked\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "chunks twice": f"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n{CHUNKED}{SECOND}",
    "chunks and something": f"Transfer-Encoding: chunked, identity\r\n\r\n{CHUNKED}{SECOND}",
    "chunks misspelt": f"Transfer-Encoding: xchunked\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "chunks with a vertical tab": f"Transfer-Encoding: \x0bchunked\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "chunks after a bare line end": f"X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{SECOND}",
    "a length with a null": f"Content-Length: 0\x00\r\n\r\n{SECOND}",
    "a length with an underscore": f"Content_Length: 0\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "a chunk of negative size": f"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n{CHUNKED}{SECOND}",
    "a chunk of immense size": f"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n{CHUNKED}{SECOND}",
    "a chunk with no number": f"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n{CHUNKED}{SECOND}",
    "two hosts": f"Host: eve.example.org\r\nContent-Length: {LONG}\r\n\r\n{SECOND}",
    "chunks by the old version": f"Transfer-Encoding: chunked\r\n\r\n{CHUNKED}{SECOND}",
}
HARMLESS = {"a length with an underscore"}  # both leave that line out; what follows is the body of the first


def test_a_second_request_that_is_one_would_be_seen(pair: Pair) -> None:
    before = len(pair.requests())
    pair.raw(f"{START}Content-Length: 0\r\n\r\n{SECOND}".encode(), seconds=3)
    assert "/<lang>/" in [line["rule"] for line in pair.requests()[before:]]


@pytest.mark.asvs("V4.2.1")
@pytest.mark.parametrize("which", CASES)
def test_no_second_request_is_seen(pair: Pair, which: str) -> None:
    start = START.replace("HTTP/1.1", "HTTP/1.0") if which.endswith("old version") else START
    before = len(pair.requests())
    said = pair.raw((start + CASES[which]).encode("latin-1"), seconds=3)
    rules = [str(line["rule"]) for line in pair.requests()[before:]]
    assert "/<lang>/" not in rules, "the second request was seen"
    first = re.match(rb"HTTP/1\.1 (\d{3}) ", said)
    assert first is not None
    if which not in HARMLESS:
        assert first[1] in (b"400", b"501"), said[:100]
        assert rules == [], "the first was refused, and by the proxy"
