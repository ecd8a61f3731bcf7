"""Limits are exact: through the pair, with one to four workers, whatever a client says of itself, over a restart."""

import re
import signal
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from service.accounts.credentials import standard_hasher
from service.accounts.limits import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS
from service.accounts.models import User
from service.accounts.queries import user_by_email
from service.app import create_app
from service.config import Settings
from service.db import committing
from tests import stores
from tests.deploy.pair import HOST, Pair, Said, running
from tests.journeys.serving import eventually

LET_THROUGH, REFUSED = 422, 429
AT_ONCE = 8
RIGHT, WRONG = "seven quiet otters", "seven wrong otters"
FORGED: tuple[dict[str, str], ...] = (
    {},
    {"X-Forwarded-For": "203.0.113.1"},
    {"X-Forwarded-For": "203.0.113.2, 127.0.0.1, 10.0.0.1"},
    {"Forwarded": 'for="[2001:db8::1]";proto=https;host=eve.example.org'},
    {"X-Real-IP": "203.0.113.3"},
    {"True-Client-IP": "203.0.113.4", "CF-Connecting-IP": "203.0.113.5"},
    {"X-Client-IP": "203.0.113.6", "Client-IP": "203.0.113.7", "X_Forwarded_For": "203.0.113.8"},
    {"X-Forwarded-Host": "eve.example.org", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "80"},
    {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-for": "203.0.113.10", "x-forwarded-for": "203.0.113.11"},
)


def spelt(name: str) -> Iterator[str]:
    """The same address in many spellings, again and again."""
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter for letter in name)
    number = 0
    while True:
        yield f"{name}@example.org"
        yield f"{name.upper()}@Example.ORG"
        yield f" {name}@example.org "
        yield f"{name}+{number}@example.org"
        yield f"{name.title()}+a+{number}@EXAMPLE.org"
        yield f"{wide}@example.org"
        yield unicodedata.normalize("NFD", f"{name}@example.org")
        yield f"{name}@ｅxample.org"
        number += 1


class Browser:
    """Somebody at one address of this machine, with the form open."""

    def __init__(self, pair: Pair, source: str) -> None:
        self.pair, self.source = pair, source
        page = pair.ask("/en/sign-in", source=source)
        assert page.status == 200, pair.log("app")[-3000:]
        [self.token] = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())[:1]
        cookie: SimpleCookie = SimpleCookie(page.headers["Set-Cookie"])
        self.cookie = "; ".join(f"{name}={one.value}" for name, one in cookie.items())

    def guess(self, email: str, forged: dict[str, str], password: str = WRONG) -> Said:
        """Try one password."""
        body = urlencode({"email": email, "password": password, "csrf_token": self.token}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, **forged}
        return self.pair.ask("/en/sign-in", "POST", body, headers, source=self.source)


def guessed(browsers: list[Browser], emails: list[str]) -> Counter[int]:
    """Try all at once; every refusal says in words how long to wait."""

    def one(number: int) -> Said:
        return browsers[number % len(browsers)].guess(emails[number], dict(FORGED[number % len(FORGED)]))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = list(pool.map(one, range(len(emails))))
    for answer in said:
        if answer.status == REFUSED:
            assert 0 < int(answer.headers["Retry-After"]) <= SIGN_IN_ACCOUNT.seconds
            assert b"<h1" in answer.body
    return Counter(answer.status for answer in said)


@pytest.fixture(scope="module")
def limited(migrated: Path) -> Iterator[Pair]:
    """A pair of its own: the others need not wait an hour."""
    with running(migrated, workers=1) as made:
        yield made


@pytest.mark.asvs("V6.3.1", "V4.1.3", "V2.4.1")
def test_no_guess_is_let_through_beyond_the_limit(limited: Pair) -> None:
    for run, workers in enumerate((1, 2, 4), start=1):
        while _workers(limited) < workers:
            before = _workers(limited)
            limited.app.send_signal(signal.SIGTTIN)
            eventually(lambda before=before: _workers(limited) > before or None, 60)  # type: ignore[misc]
            eventually(limited.ready, 60)
        spread = [Browser(limited, f"127.0.{run}.{number}") for number in range(1, 11)]
        names = spelt(f"ada{run}")
        account = guessed(spread, [next(names) for _ in range(80)])
        alone = [Browser(limited, f"127.0.{run}.100")]
        address = guessed(alone, [f"somebody{number}.{run}@example.org" for number in range(80)])
        print(
            f"{workers} workers: of 80 guesses at one account {account[LET_THROUGH]} let through (limit "
            f"{SIGN_IN_ACCOUNT.most}), of 80 from one address {address[LET_THROUGH]} (limit {SIGN_IN_ADDRESS.most})"
        )
        assert account == {LET_THROUGH: SIGN_IN_ACCOUNT.most, REFUSED: 80 - SIGN_IN_ACCOUNT.most}
        assert address == {LET_THROUGH: SIGN_IN_ADDRESS.most, REFUSED: 80 - SIGN_IN_ADDRESS.most}
    limited.restart_app()
    names = spelt("ada1")
    after = guessed([Browser(limited, "127.0.9.1")], [next(names) for _ in range(8)])
    same = guessed([Browser(limited, "127.0.1.100")], [f"new{number}@example.org" for number in range(8)])
    print(f"after a kill and a restart: {after[LET_THROUGH] + same[LET_THROUGH]} more let through")
    assert after == same == {REFUSED: 8}


def _workers(pair: Pair) -> int:
    children = Path(f"/proc/{pair.app.pid}/task/{pair.app.pid}/children").read_text().split()
    return len(children)


@pytest.mark.asvs("V4.1.3", "V15.3.4")
def test_the_machine_of_the_proxy_is_not_taken_for_the_client(limited: Pair) -> None:
    """Two people behind two addresses have tries of their own."""
    one, other = Browser(limited, "127.0.20.1"), Browser(limited, "127.0.20.2")
    assert guessed([one], [f"x{number}@example.org" for number in range(25)])[REFUSED] == 5
    assert guessed([other], ["y@example.org"]) == {LET_THROUGH: 1}
    assert HOST not in (one.source, other.source)


@pytest.fixture
def bo(limited: Pair) -> str:
    """Somebody with a password: their address."""
    made = create_app(Settings.from_env(limited.settings))
    with made.app_context(), committing() as unit:
        somebody = user_by_email(unit, "bo@example.org")
        assert somebody is not None
        unit.get_one(User, somebody.id).password_hash = standard_hasher().hash(RIGHT)
    stores.close(made)
    return "bo@example.org"


@pytest.mark.asvs("V6.3.1", "V6.1.1", "V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4")
def test_who_signed_in_here_before_is_not_locked_out_by_strangers(limited: Pair, bo: str) -> None:
    """By a cookie that a real browser would keep for this host alone, and no script may read."""
    hers = Browser(limited, "127.0.30.1")
    entered = hers.guess(bo, {}, RIGHT)
    assert entered.status == 303
    given: SimpleCookie = SimpleCookie()
    for cookie in entered.cookies:
        given.load(cookie)
    assert set(given) == {"__Host-kith", "__Host-kith-browser"}
    for one in given.values():
        assert (one["secure"], one["httponly"], one["samesite"], one["path"]) == (True, True, "Lax", "/")
        assert one["domain"] == ""
    assert given["__Host-kith-browser"]["max-age"] == "15552000"
    known = f"__Host-kith-browser={given['__Host-kith-browser'].value}"

    strangers = [Browser(limited, f"127.0.31.{number}") for number in range(1, 4)]
    assert guessed(strangers, [bo] * 20) == {LET_THROUGH: SIGN_IN_ACCOUNT.most, REFUSED: 20 - SIGN_IN_ACCOUNT.most}
    elsewhere, again = Browser(limited, "127.0.30.2"), Browser(limited, "127.0.30.3")
    assert elsewhere.guess(bo, {}, RIGHT).status == REFUSED
    again.cookie = f"{again.cookie}; {known}"
    assert again.guess(bo, {}).status == LET_THROUGH, "a wrong try of theirs is looked at"
    assert again.guess(bo, {}, RIGHT).status == 303, "and they get in"
    forged = Browser(limited, "127.0.30.4")
    forged.cookie = f"{forged.cookie}; {known}x"
    assert forged.guess(bo, {}, RIGHT).status == REFUSED
