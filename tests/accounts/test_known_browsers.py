"""A browser in which somebody signed in before is not locked out by strangers, and gives nobody more guesses."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts import operations, people
from service.accounts.credentials import Hasher, new_token
from service.accounts.limits import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_ALL, SIGN_IN_KNOWN, Limits
from service.accounts.models import KnownBrowser
from service.accounts.permissions import VISITOR, Role
from service.accounts.signing_in import known_browsers, proving, sessions
from service.errors import Invalid, TooMany
from tests import stores
from tests.accounts.acting import ADA
from tests.accounts.conftest import NOW, PASSWORD, Unit, at_once

BO = "bo@example.org"
WRONG = "seven wrong otters"  # nobody's
Said = str


@pytest.fixture
def bo(unit: Unit, hasher: Hasher) -> UUID:
    kept = hasher.hash(PASSWORD)
    with unit() as session:
        return operations.make_user(
            session, email=BO, name="Bo", role=Role.EDITOR, organisation_id=None, password_hash=kept, now=NOW
        )


class Doors:
    """The sign-in, told in one word: in, wrong or stopped."""

    def __init__(self, unit: Unit, limits: Limits, hasher: Hasher) -> None:
        self.unit, self.limits, self.hasher = unit, limits, hasher
        self.seen = 0

    def try_(
        self, password: str, *, email: str = ADA, browser: str | None = None, after: timedelta = timedelta()
    ) -> Said:
        """Try from an address that nobody used before, so that only the account's limit can stop it."""
        self.seen += 1
        try:
            with self.unit() as session:
                proving.authenticate(
                    session,
                    email=email,
                    password=password,
                    address=f"2001:db8:{self.seen:x}::1",
                    limits=self.limits,
                    hasher=self.hasher,
                    now=NOW + after,
                    browser=browser,
                )
        except TooMany:
            return "stopped"
        except Invalid:
            return "wrong"
        return "in"

    def know(self, user_id: UUID, token: str | None = None, after: timedelta = timedelta()) -> str:
        """Sign somebody in, in a browser."""
        with self.unit() as session:
            return known_browsers.remember(session, user_id=user_id, token=token, now=NOW + after)


@pytest.fixture
def doors(unit: Unit, limits: Limits, hasher: Hasher) -> Doors:
    return Doors(unit, limits, hasher)


@pytest.mark.asvs("V6.3.1")
def test_a_thousand_forged_cookies_give_no_guess_more_and_the_owner_gets_in(doors: Doors, ada: UUID) -> None:
    hers = doors.know(ada)
    forged = [hers[:-1], hers.swapcase(), f"{hers} ", "", "\x00", "é" * 50, *(new_token() for _ in range(994))]
    said = Counter(doors.try_(WRONG, browser=one) for one in forged)
    assert said == {"wrong": SIGN_IN_ACCOUNT.most, "stopped": 1000 - SIGN_IN_ACCOUNT.most}
    assert doors.try_(PASSWORD) == "stopped", "elsewhere the account's tries are used up"
    assert doors.try_(PASSWORD, browser=hers) == "in"


@pytest.mark.asvs("V6.3.1")
def test_a_cookie_is_worth_nothing_for_another_account(doors: Doors, ada: UUID, bo: UUID) -> None:
    his = doors.know(bo)
    said = Counter(doors.try_(WRONG, browser=his) for _ in range(30))
    assert said["wrong"] == SIGN_IN_ACCOUNT.most
    assert doors.try_(PASSWORD, email=BO, browser=his) == "in"
    assert ada != bo


def test_guesses_in_a_known_browser_are_counted_too_and_use_up_nobody_elses(doors: Doors, ada: UUID) -> None:
    hers = doors.know(ada)
    said = [doors.try_(WRONG, browser=hers) for _ in range(15)]
    assert said == ["wrong"] * SIGN_IN_KNOWN.most + ["stopped"] * 5
    assert doors.try_(PASSWORD) == "in", "another browser's tries are untouched"
    assert doors.try_(PASSWORD, browser=hers, after=timedelta(hours=1)) == "in"


def test_ten_thousand_guesses_at_others_do_not_stop_a_known_browser(doors: Doors, ada: UUID, limits: Limits) -> None:
    hers = doors.know(ada)
    for number in range(SIGN_IN_ALL.most):
        limits.take(SIGN_IN_ALL, "", now=NOW + timedelta(seconds=number % 2))
    assert doors.try_(PASSWORD) == "stopped"
    assert doors.try_(PASSWORD, browser=hers) == "in"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["stranger", "forged", "known", "in"]), max_size=60))
def test_however_tries_are_mixed_each_limit_stands_by_itself(
    unit: Unit, hasher: Hasher, acts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Wrong tries that were looked at: at most one limit of strangers', and one of the known browser's."""
    from service.accounts import limits as limiting

    folder = tmp_path_factory.mktemp("limits")
    counters = limiting.open_limits(database_url="sqlite://", data_folder=folder, secret="x" * 40)
    doors = Doors(unit, counters, hasher)
    with unit() as session:
        user = operations.make_administrator(
            session, email=ADA, name="Ada", password_hash=hasher.hash(PASSWORD), now=NOW
        )
    hers, looked_at = doors.know(user), Counter[str]()
    for act in acts:
        browser = {"known": hers, "in": hers, "forged": new_token()}.get(act)
        said = doors.try_(PASSWORD if act == "in" else WRONG, browser=browser)
        kind = "known" if browser == hers else "stranger"
        looked_at[kind] += said == "wrong"
        assert said == "stopped" or (said == "in") is (act == "in")
        if said == "stopped":
            assert looked_at[kind] == (SIGN_IN_KNOWN if kind == "known" else SIGN_IN_ACCOUNT).most
    counters.close()
    assert max(looked_at.values(), default=0) <= 10


def change_password(session: Session, user_id: UUID) -> None:
    sessions.end_all_sessions(session, user_id=user_id, now=NOW)  # as each change of a password does


def disable(session: Session, user_id: UUID) -> None:
    operations.make_administrator(session, email="zed@example.org", name="Zed", password_hash=None, now=NOW)
    people.disable(session, user_id=user_id, actor=VISITOR, now=NOW)


def sign_out(session: Session, user_id: UUID) -> None:
    people.sign_out(session, user_id=user_id, actor=VISITOR, now=NOW)


def use_up(doors: Doors, after: timedelta = timedelta()) -> None:
    for _ in range(SIGN_IN_ACCOUNT.most):
        doors.try_(WRONG, after=after)


@pytest.mark.parametrize("act", [change_password, disable, sign_out])
def test_what_ends_every_session_ends_that_a_browser_is_known(
    doors: Doors, ada: UUID, unit: Unit, act: Callable[[Session, UUID], None]
) -> None:
    hers = doors.know(ada)
    use_up(doors)
    with unit() as session:
        act(session, ada)
    assert doors.try_(PASSWORD, browser=hers) == "stopped"


def test_it_is_known_for_half_a_year_and_its_token_until_the_next_sign_in(doors: Doors, ada: UUID) -> None:
    hers = doors.know(ada)
    newer = doors.know(ada, hers)
    use_up(doors)
    assert doors.try_(PASSWORD, browser=hers) == "stopped"
    assert doors.try_(PASSWORD, browser=newer) == "in"
    late = known_browsers.KNOWN_FOR
    use_up(doors, late)
    assert doors.try_(PASSWORD, browser=newer, after=late) == "stopped"


def test_two_people_at_one_desk_are_both_known_there(doors: Doors, ada: UUID, bo: UUID) -> None:
    first = doors.know(ada)
    both = doors.know(bo, first)
    for email in (ADA, BO):
        for _ in range(SIGN_IN_ACCOUNT.most):
            doors.try_(WRONG, email=email)
        assert doors.try_(PASSWORD, email=email, browser=both) == "in"


def test_ten_browsers_of_one_account_are_known_and_no_token_is_kept(doors: Doors, ada: UUID, unit: Unit) -> None:
    tokens = [doors.know(ada, after=timedelta(minutes=number)) for number in range(15)]
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(KnownBrowser)) == known_browsers.MOST
        found = [known_browsers.find(session, email=ADA, token=one, now=NOW) is not None for one in tokens]
        kept = session.scalars(select(KnownBrowser.token_hash)).all()
    assert found == [False] * 5 + [True] * 10
    assert not {one.encode() for one in tokens} & set(kept)


def test_signed_in_in_one_browser_at_the_same_moment_it_stays_known(doors: Doors, ada: UUID) -> None:
    tokens = at_once(5, lambda: doors.know(ada, "the same token"))
    assert len(set(tokens)) == 5


@pytest.mark.slow
@pytest.mark.asvs("V6.3.1")
def test_ten_thousand_different_pairs_are_counted_exactly_in_rows_that_end(limits: Limits, tmp_path: Path) -> None:
    """Each from its own address at its own account: the limit of all holds to the guess, and the counts stay small."""
    if stores.KIND != "sqlite":
        pytest.skip("the file of counts is SQLite's")
    through = 0
    for number in range(10_000):
        try:
            for limit, key in ((SIGN_IN_ADDRESS, f"{number}"), (SIGN_IN_ACCOUNT, f"{number}"), (SIGN_IN_ALL, "")):
                limits.take(limit, key, now=NOW)
        except TooMany:
            continue
        through += 1
    size = sum(file.stat().st_size for file in (tmp_path / "instance").glob("limits.sqlite*"))
    print(f"10,000 pairs: {through} let through (limit {SIGN_IN_ALL.most}), {size / 1e6:.1f} MB")
    assert through == SIGN_IN_ALL.most
    assert size < 10_000_000
    limits.forget_old(now=NOW + timedelta(days=1, seconds=1))
    limits.take(SIGN_IN_ALL, "", now=NOW + timedelta(days=1, seconds=1))
    with closing(sqlite3.connect(tmp_path / "instance" / "limits.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM counter").fetchone() == (1,)
