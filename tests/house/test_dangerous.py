"""What is dangerous asks for a new proof after five minutes: each real door, for each role that may open it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from service.accounts.permissions import GRANTS
from service.clock import now
from tests.house import canaries
from tests.people import signed_in
from tests.walk import address, rules

# One's own ways in and data, roles and accounts of others, programs, sign-in services, what is given out or erased.
OWN = {"data", "data/file", "email", "password", "passkeys/new", "passkeys/<uuid:passkey_id>"}
OWN |= {"second-factor", "second-factor/app", "second-factor/codes", "second-factor/off"}
OTHERS = {"members/<uuid:member_id>", "people/<uuid:user_id>", "keys/new", "keys/<uuid:key_id>"}
OTHERS |= {"safety", "sign-in/new", "sign-in/<uuid:login_id>"}
OTHERS |= {f"privacy/<uuid:referral_id>{rest}" for rest in ("", "/all", "/file", "/erase")}
MUST = {f"/account/{one}" for one in OWN} | {f"/organisation/{one}" for one in OTHERS}


def dangerous(app: Flask) -> set[str]:
    """Return the addresses that ask for a new proof."""
    return {
        rule.rule.removeprefix("/<lang>")
        for rule in rules(app)
        if getattr(app.view_functions[rule.endpoint], "fresh", False)
    }


@pytest.mark.asvs("V7.5.1", "V7.5.3")
def test_every_dangerous_door_asks_again_after_five_minutes(app: Flask) -> None:
    house, seen = canaries.settle(app)[canaries.OURS], 0
    for role, granted in GRANTS.items():
        if role.value not in house.users:
            continue
        ids = {**{name: pair[0] for name, pair in house.ids.items()}, **house.own.get(role.value, {})}
        client = signed_in(app, house.users[role.value])
        token = client.get("/en/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        with time_machine.travel(now() + timedelta(minutes=6), tick=False):
            for rule in rules(app):
                view = app.view_functions[rule.endpoint]
                if getattr(view, "fresh", False) and getattr(view, "permission", None) in granted:
                    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                        answer = client.open(address(app, rule, **ids), method=method, data={"csrf_token": token})
                        assert answer.status_code == 303, (role, rule.rule, method)
                        assert answer.location.startswith("/en/sign-in/again"), (role, rule.rule, method)
                        seen += 1
    assert seen > 60


@pytest.mark.asvs("V7.5.1", "V7.5.3")
def test_what_must_ask_again_does(app: Flask) -> None:
    assert dangerous(app) >= MUST
