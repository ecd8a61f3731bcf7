"""A cache that stands between people and the pair never shows one of them what belongs to another."""

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from service.accounts.queries import user_by_email
from service.accounts.signing_in import sessions
from service.app import create_app
from service.clock import now
from service.config import Settings
from service.db import committing
from service.web.access import COOKIE_KEY
from tests import stores
from tests.deploy.pair import HOST, Pair, Said, end, start_proxy
from tests.journeys.serving import eventually, free_port

CACHE = """
user {user};
error_log stderr;
pid {home}/cache.pid;
events {{}}
http {{
    access_log off;
    proxy_cache_path {home}/kept keys_zone=kept:1m;
    proxy_temp_path {home}/cache-temp; client_body_temp_path {home}/cache-body;
    fastcgi_temp_path {home}/cache-f; uwsgi_temp_path {home}/cache-u; scgi_temp_path {home}/cache-s;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {url};
            proxy_ssl_trusted_certificate {home}/authority/authority.pem;
            proxy_ssl_verify on;
            proxy_ssl_name localhost;  # nginx looks for names, not for addresses
            proxy_set_header Host 127.0.0.1;
            proxy_cache kept;
            proxy_cache_key $request_uri;  # nothing of who asks: the most careless cache there is
            add_header X-Cached $upstream_cache_status always;
        }}
    }}
}}
"""
TRICKS = (
    "/en/admin/x.css",
    "/en/admin.css",
    "/en/admin?x=.js",
    "/en/referrals/x.png",
    "/en/admin;x.css",
    "/en/nowhere",
)


@pytest.fixture
def cache(pair: Pair) -> Iterator[int]:
    """A caching proxy in front of the pair: its port."""
    port = free_port()
    (pair.folder / "kept").mkdir()
    process = start_proxy(
        pair.folder, CACHE.format(home=pair.folder, port=port, url=pair.url, user=getpass.getuser()), "cache"
    )
    try:
        eventually(lambda: _up(port, pair, process), 20)
        yield port
    finally:
        end(process)
        shutil.rmtree(pair.folder / "kept")


def _up(port: int, pair: Pair, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, pair.log("cache")
    try:
        return True if ask(port, "/healthz", "").status == 200 else None
    except OSError:
        return None


def ask(port: int, path: str, cookie: str) -> Said:
    line = HTTPConnection(HOST, port, timeout=40)
    line.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = line.getresponse()
    said = Said(answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read())
    line.close()
    return said


@pytest.fixture
def ada(pair: Pair) -> tuple[str, list[str]]:
    """The cookie of somebody who has signed in, and every page there is that needs to know nothing more."""
    made = create_app(Settings.from_env(pair.settings))
    with made.app_context(), committing() as unit:
        somebody = user_by_email(unit, "ada@example.org")
        assert somebody is not None
        token = sessions.open_session(unit, user_id=somebody.id, now=now(), strength=2)
    client = made.test_client()
    with client.session_transaction(base_url=pair.url) as cookie:
        cookie[COOKIE_KEY] = token
    kept = client.get_cookie("__Host-kith", domain=HOST)
    plain = [
        rule.rule for rule in made.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.arguments == {"lang"}
    ]
    stores.close(made)
    assert kept is not None
    return f"__Host-kith={kept.value}", [rule.replace("<lang>", "en") for rule in plain]


@pytest.mark.asvs("V14.3.2", "V14.2.5", "V14.2.2")
def test_what_a_cache_keeps_is_nobody_s(pair: Pair, cache: int, ada: tuple[str, list[str]]) -> None:
    cookie, pages = ada
    hers = {path: ask(cache, path, cookie) for path in (*pages, *TRICKS)}
    for path, said in hers.items():
        again = ask(cache, path, "")
        assert again.headers["X-Cached"] != "HIT", path
        if said.status == 200 and b"Ada" in said.body:
            assert b"Ada" not in again.body, path
        assert "no-store" in said.headers.get("Cache-Control", "no-store"), path
    seen = [path for path, said in hers.items() if said.status == 200 and b"Ada" in said.body]
    assert len(seen) > 4, "she was signed in"
    print(f"{len(hers)} pages through a careless cache, {len(seen)} with her name: shown to another 0")
    kept = [path.read_bytes() for path in Path(pair.folder / "kept").rglob("*") if path.is_file()]
    assert not [one for one in kept if b"Ada" in one or b"kith=" in one.lower()]


def test_the_cache_of_this_test_does_keep_files(pair: Pair, cache: int) -> None:
    [sheet] = sheets(ask(cache, "/en/", "").body.decode())[:1]
    assert [ask(cache, sheet, "").headers["X-Cached"] for _ in range(2)] == ["MISS", "HIT"]


def sheets(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:] if part.partition('"')[0].endswith(".css")]
