"""What the shipped proxy promises on its own: encryption, whole and small requests, nothing hidden shown, no log."""

import http.client
import json
import re
import ssl
import warnings
from contextlib import suppress

import pytest

from service.app import MAX_BODY
from tests.deploy.pair import HOST, Pair

HSTS = "max-age=31536000; includeSubDomains"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_it_answers_over_tls_and_says_so(pair: Pair) -> None:
    said = pair.ask("/healthz")
    assert (said.status, json.loads(said.body)) == (200, {"status": "ok"})
    page = pair.ask("/en/")
    assert page.status == 200
    assert b"<h1" in page.body
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.asvs("V12.2.1", "V3.4.1", "V13.4.6")
@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/en/", "GET", 200), ("/en/nowhere", "GET", 404), ("/.git/HEAD", "GET", 404), ("/en/", "FOO", 405)],
)
def test_every_answer_asks_for_https_only_and_names_no_version(pair: Pair, path: str, method: str, status: int) -> None:
    line = pair.connection()
    line.request(method, path)
    answer = line.getresponse()
    headers = answer.headers
    body = answer.read().decode()
    line.close()
    assert answer.status == status
    assert headers.get_all("Strict-Transport-Security") == [HSTS], "once, whoever answers"
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get("X-Powered-By") is None
    named = " ".join(headers.get_all("Server", []))
    assert not re.search(r"\d|gunicorn|python", named, re.I)
    assert not re.search(r"nginx/\d|gunicorn", body)


@pytest.mark.asvs("V12.1.1")
@pytest.mark.parametrize(
    ("version", "works"), [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)]
)
def test_only_tls_1_2_and_1_3_are_spoken(pair: Pair, version: str, works: bool) -> None:  # noqa: FBT001
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old versions, which is why they are tried
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    line = http.client.HTTPSConnection(HOST, pair.https, timeout=10, context=context)
    try:
        line.request("GET", "/healthz")
        assert works
        assert line.getresponse().status == 200
        assert re.search(r"GCM|CHACHA20", str(line.sock.cipher()))
    except ssl.SSLError:
        assert not works
    finally:
        line.close()


@pytest.mark.asvs("V12.1.2")
def test_a_weak_cipher_is_not_spoken(pair: Pair) -> None:
    context = ssl.create_default_context(cafile=str(pair.folder / "authority" / "authority.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384")
    line = http.client.HTTPSConnection(HOST, pair.https, timeout=10, context=context)
    with pytest.raises(ssl.SSLError):
        line.request("GET", "/healthz")
    line.close()


@pytest.mark.asvs("V4.1.2", "V12.2.1")
def test_without_encryption_people_are_sent_on_and_programs_are_refused(pair: Pair) -> None:
    page = pair.ask("/en/?x=1", plain=True, headers={"Host": "eve.example.org"})
    assert (page.status, page.headers["Location"]) == (301, f"{pair.url}/en/?x=1")
    for path in ("/api/v1/places", "/api/v1/match"):
        for method in ("GET", "POST"):
            said = pair.ask(path, method, b"{}", plain=True)
            assert (said.status, said.headers.get("Location")) == (403, None), (path, method)
    assert pair.ask("/en/sign-in", "POST", b"password=x", FORM, plain=True).status == 403
    assert pair.ask("/.git/config", plain=True).status == 404


def test_another_host_s_name_is_not_ours(pair: Pair) -> None:
    said = pair.ask("/en/", headers={"Host": "eve.example.org"})
    assert said.status == 421
    assert b"eve" not in said.body


@pytest.mark.asvs("V13.4.1")
@pytest.mark.parametrize(
    "path", ["/.git/config", "/.git/HEAD", "/.env", "/en/.env", "/static/.git/config", "/%2egit/x"]
)
def test_what_begins_with_a_dot_is_not_there(pair: Pair, path: str) -> None:
    assert pair.ask(path).status == 404


@pytest.mark.asvs("V13.4.3")
@pytest.mark.parametrize("path", ["/static/", "/static/kith/", "/static/kith", "/pictures/", "/deploy/", "/instance/"])
def test_no_folder_is_listed(pair: Pair, path: str) -> None:
    said = pair.ask(path)
    assert said.status in (404, 308)
    assert b"Index of" not in said.body


@pytest.mark.asvs("V5.3.2")
@pytest.mark.parametrize(
    "path", ["/static/../../service/config.py", "/static/%2e%2e/%2e%2e/pyproject.toml", "//etc/passwd"]
)
def test_no_path_leads_out(pair: Pair, path: str) -> None:
    said = pair.raw(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    assert re.match(rb"HTTP/1\.1 (400|404|308) ", said)
    assert b"KITH_" not in said


@pytest.mark.asvs("V13.4.4", "V4.1.4")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "FOO", "PROPFIND", "get", "PURGE", "DEBUG"])
def test_methods_that_are_not_ours_are_refused(pair: Pair, method: str) -> None:
    said = pair.raw(f"{method} /en/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nX-Mark: zqaxk7\r\n\r\n".encode())
    assert re.match(rb"HTTP/1\.1 (400|405) ", said), said[:80]
    assert b"zqaxk7" not in said, "nothing is echoed"


@pytest.mark.asvs("V5.2.1")
def test_a_body_that_is_too_large_is_refused_before_it_is_read(pair: Pair) -> None:
    assert pair.ask("/en/sign-in", "POST", b"x" * (MAX_BODY + 1), FORM).status == 413
    told = f"POST /en/sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n".encode()
    assert pair.raw(told).startswith(b"HTTP/1.1 413 "), "nothing of it had to be sent"
    chunked = f"POST /en/sign-in HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunks = b"".join(b"8000\r\n" + b"x" * 0x8000 + b"\r\n" for _ in range(MAX_BODY // 0x8000 + 1))
    assert pair.raw(chunked + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    said = pair.ask("/en/sign-in", "POST", b"x" * MAX_BODY, FORM)
    assert "X-Request-Id" in said.headers, "just small enough: the application itself says what it thinks of it"


@pytest.mark.parametrize("length", ["-1", "+5", "5, 5", "0x5", "5 5", "99999999999999999999", "five", "1e3"])
def test_a_length_that_lies_is_refused(pair: Pair, length: str) -> None:
    before = len(pair.requests())
    sent = f"POST /en/sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n\r\nhello"
    assert re.match(rb"HTTP/1\.1 (400|413) ", pair.raw(sent.encode()))
    assert len(pair.requests()) == before


def test_headers_that_are_too_large_are_refused(pair: Pair) -> None:
    before = len(pair.requests())
    for path, headers, statuses in (
        ("/en/", {"X-Long": "x" * 40_000}, (400, 431, 494)),
        ("/en/" + "x" * 40_000, {}, (414,)),
    ):
        with suppress(OSError):  # the proxy may have answered and closed the line while we were still writing
            assert pair.ask(path, headers=headers).status in statuses
    assert len(pair.requests()) == before, "none of it reached the application"


@pytest.mark.asvs("V16.2.5", "V14.2.1")
def test_neither_writes_down_who_asked_for_what(pair: Pair) -> None:
    """Not when it works, when it is wrong, when it is cut short, and when it is not encrypted."""
    marks = {"Referer": "https://zqaxrefererk7/", "User-Agent": "zqaxagentk7", "X-Forwarded-For": "203.0.113.77"}
    for path in ("/en/find/zqaxpathk7?zqaxqueryk7=1", "/en/groups/zqaxpathk7", "/.zqaxpathk7", "/static/zqaxpathk7"):
        for plain in (False, True):
            pair.ask(path, headers=marks, plain=plain)
    pair.ask("/en/find", "POST", b"text=zqaxbodyk7", FORM)
    pair.raw(b"GET /zqaxpathk7 HTTP/1.1\r\nHost: zqax\r\nBad Header: zqaxheaderk7\r\n\r\n")
    pair.raw(b"\x16zqaxpathk7\r\n\r\n")
    for name in ("app", "proxy"):
        for mark in ("zqax", "203.0.113", "203.0.112"):
            assert mark not in pair.log(name)
    assert list((pair.folder / "body").iterdir()) == list((pair.folder / "proxy").iterdir()) == []
