"""A new installation has nobody in it; its first administrator is made once, by whoever knows its secret."""

import pytest

from service.accounts import beginning
from service.accounts.limits import SET_UP_ALL, Limits
from service.accounts.permissions import Role
from service.errors import Invalid, NotFound, TooMany
from tests.accounts.conftest import NOW, SECRET, Unit, at_once
from tests.accounts.membership import accounts, person, roles


def begin(unit: Unit, email: str = "ada@example.org") -> None:
    with unit() as session:
        beginning.make_first_administrator(session, email=email, name="Ada", password_hash="kept", now=NOW)


@pytest.mark.asvs("V6.3.2")
def test_a_new_installation_has_no_account_and_no_default_password(unit: Unit) -> None:
    assert accounts(unit) == 0
    with unit() as session:
        assert not beginning.has_administrator(session, now=NOW)


@pytest.mark.asvs("V6.4.1")
def test_of_many_who_begin_at_once_one_does(unit: Unit) -> None:
    def press() -> bool:
        try:
            begin(unit)
        except NotFound:
            return False
        return True

    assert at_once(20, press).count(True) == 1
    assert accounts(unit) == 1
    with pytest.raises(NotFound):
        begin(unit, "eve@example.org")


def test_other_people_do_not_make_it_begun(unit: Unit) -> None:
    eda = person(unit, "eda", Role.EDITOR, None)
    with unit() as session:
        assert not beginning.has_administrator(session, now=NOW)
    begin(unit)
    assert roles(unit, eda) == [Role.EDITOR]


def test_the_code_is_this_installation_s_alone_and_may_be_typed_loosely(limits: Limits) -> None:
    code = beginning.set_up_code(SECRET)
    assert code != beginning.set_up_code(SECRET + "!")
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        beginning.check_code(typed, secret=SECRET, limits=limits, now=NOW)
    for typed in ("", code[:-1], code + "A", beginning.set_up_code("another")):
        with pytest.raises(Invalid):
            beginning.check_code(typed, secret=SECRET, limits=limits, now=NOW)


def test_nobody_tries_codes_for_long(limits: Limits) -> None:
    for _ in range(SET_UP_ALL.most):
        with pytest.raises(Invalid):
            beginning.check_code("ABCD", secret=SECRET, limits=limits, now=NOW)
    with pytest.raises(TooMany):
        beginning.check_code(beginning.set_up_code(SECRET), secret=SECRET, limits=limits, now=NOW)
