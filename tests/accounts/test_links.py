"""One-time links sign in once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.accounts import queries
from service.accounts.signing_in import proving
from service.errors import Gone, NotFound
from tests.accounts.acting import ADA, MINUTE, disable
from tests.accounts.conftest import NOW, Unit, at_once, bytes_of

# ---- sign-in links ----


def make_link(unit: Unit) -> str:
    with unit() as session:
        return proving.create_sign_in_link(session, email=ADA, now=NOW)


def use_link(unit: Unit, token: str, *, now: datetime = NOW) -> UUID:
    with unit() as session:
        return proving.use_sign_in_link(session, token=token, now=now).user_id


def test_looking_at_a_link_does_not_use_it(unit: Unit, ada: UUID, database_url: str) -> None:
    token = make_link(unit)
    assert token.encode() not in bytes_of(database_url)
    for _ in range(3):
        with unit() as session:
            queries.check_link(session, token=token, now=NOW)
    assert use_link(unit, token) == ada


@pytest.mark.asvs("V6.4.1", "V6.5.1")
@pytest.mark.usefixtures("ada")
def test_a_link_works_once(unit: Unit) -> None:
    token = make_link(unit)
    use_link(unit, token)
    for attempt in (lambda: use_link(unit, token), lambda: queries_check(unit, token, NOW)):
        with pytest.raises(Gone) as refusal:
            attempt()
        assert refusal.value.code == "link_used"


@pytest.mark.asvs("V6.4.1", "V6.5.5")
def test_a_link_works_for_ten_minutes(unit: Unit, ada: UUID) -> None:
    token, late = make_link(unit), NOW + 10 * MINUTE
    for attempt in (lambda: use_link(unit, token, now=late), lambda: queries_check(unit, token, late)):
        with pytest.raises(Gone) as refusal:
            attempt()
        assert refusal.value.code == "link_expired"
    assert use_link(unit, token, now=late - timedelta(seconds=1)) == ada


def queries_check(unit: Unit, token: str, now: datetime) -> None:
    with unit() as session:
        queries.check_link(session, token=token, now=now)


def test_a_link_nobody_made_is_not_found(unit: Unit, ada: UUID) -> None:
    with pytest.raises(NotFound):
        use_link(unit, "made-up")
    disable(unit, ada)
    with pytest.raises(NotFound):
        make_link(unit)


@pytest.mark.asvs("V2.3.4", "V6.5.1", "V15.4.2")
@pytest.mark.usefixtures("ada")
def test_of_fifty_who_press_at_once_one_gets_in(unit: Unit) -> None:
    token = make_link(unit)

    def press() -> bool:
        try:
            use_link(unit, token)
        except Gone:
            return False
        return True

    assert sum(at_once(50, press)) == 1
