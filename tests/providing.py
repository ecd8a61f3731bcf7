"""A real OpenID provider in a process of its own, and somebody who signs in there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener, urlopen

from tests.journeys.serving import eventually, free_port

STARTED_WITHIN = 180  # seconds; a machine that does other work as well
PEOPLE: dict[str, dict[str, Any]] = {
    "lin": {"email": "lin@example.org", "email_verified": True, "name": "Lin Example"},
    "mia": {"email": "mia@example.org", "email_verified": True, "name": "Mia Example", "amr": ["pwd", "mfa"]},
    "una": {"email": "una@example.org", "email_verified": False, "name": "Una Example"},
}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """Follow nothing: where it leads is what is asked for."""


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str

    def signs_in(self, address: str, who: str) -> dict[str, str]:
        """Sign somebody in at the address they were sent to; return what they bring back."""
        sent = Request(address, data=urlencode({"sub": who}).encode())  # noqa: S310  # our own address
        opener: OpenerDirector = build_opener(_Stay)
        try:
            opener.open(sent, timeout=20)
        except HTTPError as answer:
            with answer:
                there = answer.headers["Location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}


@contextmanager
def provider() -> Iterator[Provider]:
    """Start a provider that knows some people; stop it in the end."""
    port = free_port()
    claims = [part for sub, more in PEOPLE.items() for part in ("--user-claims", json.dumps({"sub": sub, **more}))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1", *claims],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = Provider(f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: _ready(made, process), STARTED_WITHIN)
        yield made
    finally:
        process.terminate()
        process.wait(20)


def _ready(made: Provider, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, "the provider did not start"
    try:
        with urlopen(f"{made.issuer}/.well-known/openid-configuration", timeout=5) as answer:  # noqa: S310
            return True if answer.status == 200 else None
    except OSError:  # not yet: refused, or too busy to answer in time
        return None
