"""Nobody learns by the clock whether an address has an account: what is asked takes as long either way."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.accounts import limits as limiting
from tests.web.signing_in.acting import ELI, TOKEN

PAIRS = 400
AS_CHANCE = 0.55  # the share of pairs in which the slower one would be named rightly; 0.5 tells nothing


def area(here: list[float], away: list[float]) -> float:
    """Return how well a time tells the two apart: the area under the curve, at least one half.

    >>> area([1.0, 2.0], [3.0, 4.0]), area([1.0, 2.0], [1.0, 2.0])
    (1.0, 0.5)
    """
    higher = sum((a > b) + (a == b) / 2 for a in here for b in away) / (len(here) * len(away))
    return max(higher, 1 - higher)


def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this test ask more often than anybody may."""
    monkeypatch.setattr(limiting.Limits, "take", _generous(limiting.Limits.take))


def _generous(take: Callable[..., None]) -> Callable[..., None]:
    def counted(self: limiting.Limits, limit: limiting.Limit, *args: object, **named: object) -> None:
        take(self, replace(limit, most=10**9), *args, **named)

    return counted


@pytest.mark.slow
@pytest.mark.asvs("V6.3.8")
@pytest.mark.parametrize("way", ["password", "link"])
@pytest.mark.usefixtures("eli")
def test_four_hundred_pairs_tell_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    unlimited(monkeypatch)
    client = FlaskClient(app, app.response_class)
    path = "/en/sign-in" if way == "password" else "/en/sign-in/link"
    found = TOKEN.search(client.get(path).get_data(as_text=True))
    assert found
    form = {"csrf_token": found[1], "password": "not the password", "purpose": "sign_in"}
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(PAIRS + 20):
        for known in (True, False) if number % 2 else (False, True):
            email = ELI if known else f"{'abc'[number % 3]}li@example.org"
            began = time.perf_counter()
            answer = client.post(path, data={**form, "email": email}, buffered=True)
            took = time.perf_counter() - began
            assert answer.status_code == (422 if way == "password" else 303)
            if number >= 20:  # the first ones fill caches
                times[known].append(took)
    told = area(times[True], times[False])
    with capsys.disabled():
        print(f"\n{way}: AUC {told:.3f} over {PAIRS} pairs")
    assert told <= AS_CHANCE
