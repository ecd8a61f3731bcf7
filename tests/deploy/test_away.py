"""When the application is away people are told so in words, and the proxy writes nothing about them."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path

import pytest

from service.catalog.where.packs import countries, load_pack
from tests.authority import certify
from tests.deploy.pair import HOST, end, filled, names, places, start_proxy
from tests.journeys.serving import ROOT, eventually

MARK = "zqaxpathk7"


@pytest.fixture
def alone() -> Iterator[tuple[Path, int]]:
    """The proxy with nothing behind it: its folder, and the port on which it speaks plainly, as if from inside."""
    home = Path(tempfile.mkdtemp(prefix="kith-alone-"))
    named = names(home, certify(home / "authority", HOST))
    # The server of this file without encryption, so that bytes can be written by hand.
    text = filled(named).replace(" ssl default_server;", " default_server;")
    proxy = start_proxy(home, text)
    port = int(named["KITH_HTTPS"])
    try:
        eventually(lambda: True if _listens(port) else None, 20)
        yield home, port
    finally:
        end(proxy)
        shutil.rmtree(home, ignore_errors=True)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def asked(port: int, path: str = f"/en/find/{MARK}?{MARK}") -> bytes:
    heard = b""
    with socket.create_connection((HOST, port), timeout=20) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nReferer: {MARK}\r\n".encode())
        line.sendall(b"Connection: close\r\n\r\n")
        while got := line.recv(65_536):
            heard += got
    return heard


@pytest.mark.asvs("V16.2.5", "V16.5.1")
@pytest.mark.parametrize("behind", ["nothing", "refuses", "hangs up", "half an answer"])
def test_who_asks_meanwhile_is_told_to_wait_and_leaves_no_trace(alone: tuple[Path, int], behind: str) -> None:
    home, port = alone
    with socket.socket(socket.AF_UNIX) as listening:
        if behind != "nothing":
            listening.bind(str(home / "kith.sock"))
            (home / "kith.sock").chmod(0o666)
        if behind not in ("nothing", "refuses"):
            listening.listen()
            threading.Thread(target=_serve, args=(listening, behind), daemon=True).start()
        said = asked(port)
        if behind == "half an answer":
            assert MARK.encode() not in said
        else:
            assert said.startswith(b"HTTP/1.1 503 "), said[:60]
            assert b"\r\nRetry-After: 30\r\n" in said
            assert b"try again in half a minute" in said
            assert (
                b'If you need a person now, ring: <strong dir="ltr">999, NHS 111, Samaritans 116 123</strong>' in said
            )
            assert b"\r\nContent-Type: text/html" in said
            assert b"\r\nStrict-Transport-Security: " in said
    assert MARK not in (home / "proxy.log").read_text()
    assert not [path for path in (home / "proxy").rglob("*") if path.is_file()]


def _serve(listening: socket.socket, behind: str) -> None:
    answers = {
        "hangs up": b"",
        "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf",
    }
    with suppress(OSError):
        while True:
            line, _ = listening.accept()
            line.recv(65_536)
            line.sendall(answers[behind])
            line.close()


def test_the_page_speaks_the_language_of_what_was_asked_for(alone: tuple[Path, int]) -> None:
    _, port = alone
    assert '<html lang="pl">' in asked(port, "/pl-easy/find/x").decode()
    assert "zadzwoń: <strong" in asked(port, "/pl/").decode()
    assert '<html lang="ur" dir="rtl">' in asked(port, "/ur/").decode()
    assert '<html lang="en">' in asked(port, "/unheard-of/").decode()


@pytest.mark.parametrize("country", countries(ROOT / "seeds/countries"))
def test_the_proxy_reads_every_country_as_kith_does(tmp_path: Path, country: str) -> None:
    lines = load_pack(ROOT / "seeds/countries", country).help_lines
    said = [one.name if one.number in one.name else f"{one.name} {one.number}" for one in lines]
    assert _checked(tmp_path, {"KITH_COUNTRY": country}).returncode == 0
    assert f">{escape(', '.join(said))}</strong>" in (tmp_path / "nginx.conf").read_text(encoding="utf-8")


@pytest.mark.parametrize(("country", "lines"), [("", "999, NHS 111, Samaritans 116 123"), ("US", "911, 988")])
def test_the_page_has_the_help_lines_of_the_country(tmp_path: Path, country: str, lines: str) -> None:
    done = _checked(tmp_path, {"KITH_COUNTRY": country} if country else {})
    assert done.returncode == 0, done.stderr
    assert f">{lines}</strong>" in (tmp_path / "nginx.conf").read_text(encoding="utf-8")


def test_a_country_that_is_not_known_is_refused_in_words(tmp_path: Path) -> None:
    done = _checked(tmp_path, {"KITH_COUNTRY": "XX"})
    assert done.returncode == 1
    assert done.stderr.startswith("KITH_COUNTRY: there is no ")


def _checked(home: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    named = names(home, certify(home / "authority", HOST))
    given = {name: value for name, value in named.items() if name not in ("KITH_HOST", "KITH_HELP", *places())}
    env = {"PATH": os.environ["PATH"], "KITH_BIND": f"unix:{home / 'kith.sock'}", **given, **settings}
    command = [str(ROOT / "deploy/proxy.sh"), "check"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_programs_are_told_in_their_own_way(alone: tuple[Path, int]) -> None:
    _, port = alone
    _told(asked(port, "/api/v1/taxonomy"), 503, "not_ready", 30)
    said = [asked(port, "/api/v1/taxonomy") for _ in range(500)]
    _told(next(one for one in said if one.startswith(b"HTTP/1.1 429 ")), 429, "too_often", 5)


def _told(said: bytes, status: int, code: str, seconds: int) -> None:
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    for line in (f"Retry-After: {seconds}", "Content-Type: application/problem+json", "Cache-Control: no-store"):
        assert line.encode() in head.split(b"\r\n"), head
    told = json.loads(body)
    assert (told["status"], told["code"], told["errors"]) == (status, code, [])


def test_a_flood_from_one_address_is_told_to_wait_in_words(alone: tuple[Path, int]) -> None:
    _, port = alone
    said = [asked(port) for _ in range(500)]
    refused = [one for one in said if one.startswith(b"HTTP/1.1 429 ")]
    assert refused
    assert all(b"\r\nRetry-After: 5\r\n" in one and b"Wait five seconds" in one for one in refused)
