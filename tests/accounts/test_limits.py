"""A limit of ten lets ten through: whatever the number of threads, processes, spellings and addresses."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.accounts.limits import (
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_ALL,
    Limit,
    Limits,
    audit_network,
    limit_address,
)
from service.errors import TooMany, Unavailable
from tests.accounts.conftest import NOW, SECRET, at_once, bytes_of

TEN = Limit(scope="test", most=10, seconds=3600)


def let_through(limits: Limits, key: str = "ada") -> bool:
    try:
        limits.take(TEN, key, now=NOW)
    except TooMany:
        return False
    return True


HAMMER = """
import sys
from datetime import datetime
from pathlib import Path
from service.accounts.limits import Limit, open_limits
from service.errors import TooMany
url, folder, secret, now, times = sys.argv[1:]
limits, through = open_limits(database_url=url, data_folder=Path(folder), secret=secret), 0
for _ in range(int(times)):
    try:
        limits.take(Limit(scope="test", most=10, seconds=3600), "ada", now=datetime.fromisoformat(now))
        through += 1
    except TooMany:
        pass
print(through)
"""


def hammer(database_url: str, folder: Path, times: int, processes: int) -> list[int]:
    """Try many times from processes side by side, and say how often each was let through."""
    words = [database_url, str(folder), SECRET, NOW.isoformat(), str(times)]
    command = [sys.executable, "-c", HAMMER, *words]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return [int(process.communicate(timeout=60)[0]) for process in started]


def test_the_promised_limits() -> None:
    assert (SIGN_IN_ACCOUNT.most, SIGN_IN_ACCOUNT.seconds) == (10, 3600)
    assert (SIGN_IN_ADDRESS.most, SIGN_IN_ADDRESS.seconds) == (20, 3600)
    assert (SIGN_IN_ALL.most, SIGN_IN_ALL.seconds) == (1000, 300)


@pytest.mark.asvs("V2.4.1", "V15.4.1")
def test_threads_together_get_ten(limits: Limits) -> None:
    assert sum(at_once(60, lambda: let_through(limits))) == 10


@pytest.mark.asvs("V2.4.1")
def test_four_processes_together_get_ten(database_url: str, tmp_path: Path) -> None:
    assert sum(hammer(database_url, tmp_path / "instance", times=25, processes=4)) == 10


def test_the_refusal_says_when_to_come_back(limits: Limits) -> None:
    for _ in range(10):
        limits.take(TEN, "ada", now=NOW)
    with pytest.raises(TooMany) as refusal:
        limits.take(TEN, "ada", now=NOW + timedelta(minutes=20))
    assert refusal.value.retry_after == 2400
    with pytest.raises(TooMany):
        limits.take(TEN, "ada", now=NOW + timedelta(seconds=3599))
    limits.take(TEN, "ada", now=NOW + timedelta(seconds=3600))


def test_keys_and_scopes_are_counted_apart(limits: Limits) -> None:
    assert sum(let_through(limits) for _ in range(12)) == 10
    assert let_through(limits, "bo")
    limits.take(Limit(scope="other", most=1, seconds=60), "ada", now=NOW)


def test_a_good_try_does_not_use_up_the_limit(limits: Limits) -> None:
    for _ in range(30):
        limits.take(TEN, "ada", now=NOW)
        limits.give_back(TEN, "ada")
    assert let_through(limits)


def test_counts_survive_a_restart(limits: Limits, database_url: str, tmp_path: Path) -> None:
    assert hammer(database_url, tmp_path / "instance", times=8, processes=1) == [8]
    assert sum(let_through(limits) for _ in range(8)) == 2


def test_old_counters_are_forgotten(limits: Limits) -> None:
    assert sum(let_through(limits) for _ in range(12)) == 10
    limits.forget_old(now=NOW + timedelta(hours=1))
    assert not let_through(limits)
    limits.forget_old(now=NOW + timedelta(days=2))
    assert let_through(limits)


@pytest.mark.asvs("V16.2.5")
def test_the_counters_name_nobody(limits: Limits, database_url: str, tmp_path: Path) -> None:
    limits.take(SIGN_IN_ACCOUNT, "zqaxlimitk7@example.org", now=NOW)
    limits.take(SIGN_IN_ADDRESS, "203.0.113.77", now=NOW)
    url = f"sqlite:///{tmp_path}/instance/limits.sqlite" if database_url.startswith("sqlite") else database_url
    kept = bytes_of(url)
    assert b"sign_in.account" in kept
    assert b"zqaxlimitk7" not in kept
    assert b"203.0.113" not in kept


@pytest.mark.asvs("V16.5.3")
def test_without_counters_nothing_is_let_through(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.accounts.limits.TAKE", text("SELECT n, window_start FROM no_such_table"))
    with pytest.raises(Unavailable):
        limits.take(TEN, "ada", now=NOW)


@pytest.mark.parametrize(
    ("cut", "address", "expected"),
    [
        (limit_address, "203.0.113.77", "203.0.113.77/32"),
        (limit_address, "2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"),
        (limit_address, "::ffff:203.0.113.77", "203.0.113.77/32"),
        (limit_address, "not an address", "unknown"),
        (limit_address, None, "unknown"),
        (audit_network, "203.0.113.77", "203.0.113.0/24"),
        (audit_network, "2001:db8:1:2ff:3::4", "2001:db8:1::/48"),
        (audit_network, None, None),
    ],
)
def test_addresses_are_cut(cut: Callable[[str | None], str | None], address: str | None, expected: str | None) -> None:
    assert cut(address) == expected
