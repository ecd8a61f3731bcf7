"""The clock of the machine jumps a day ahead, and back: who was signed in is asked again, nobody is shut out for long,
what was sealed ends in words, and nothing fails.
"""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from service.accounts.limits import SIGN_IN_ADDRESS
from service.clock import now
from service.errors import TooMany
from service.web.rendering import LIMITS
from tests.faults.trying import Trying
from tests.people import settle, signed_in
from tests.web.test_admin import page_of

DAY = timedelta(days=1, minutes=5)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])
def test_a_day_ahead_or_back_breaks_nothing(app: Flask, jump: timedelta) -> None:
    trying = Trying(app, settle(app))
    with time_machine.travel(now() + jump, tick=True):
        answers = {
            "results": trying.visitor.get(trying.results).status_code,
            "editor": trying.ada.get(page_of(trying.cast)).status_code,
            "group": trying.visitor.get(f"/en/groups/{trying.cast.eli_slug}").status_code,
            "ready": trying.visitor.get("/readyz").status_code,
        }
        assert answers["results"] == 410, "an address of another day ends in words"
        assert answers["editor"] in (200, 303), "as before, or asked to sign in again"
        assert (answers["group"], answers["ready"]) == (200, 200)
        assert signed_in(app, trying.cast.ada).get(page_of(trying.cast)).status_code == 200
    assert trying.visitor.get(trying.results).status_code == 200
    assert trying.ada.get(page_of(trying.cast)).status_code in (200, 303)
    assert trying.refer().status_code == 201


def test_a_limit_that_a_clock_ahead_used_up_shuts_nobody_out_when_it_is_put_right(app: Flask) -> None:
    limits, moment = app.extensions[LIMITS], now()
    for _ in range(SIGN_IN_ADDRESS.most):
        limits.take(SIGN_IN_ADDRESS, "somebody", now=moment + DAY)
    with pytest.raises(TooMany):
        limits.take(SIGN_IN_ADDRESS, "somebody", now=moment + DAY)
    for _ in range(SIGN_IN_ADDRESS.most):
        limits.take(SIGN_IN_ADDRESS, "somebody", now=moment)
    with pytest.raises(TooMany) as refused:
        limits.take(SIGN_IN_ADDRESS, "somebody", now=moment)
    assert refused.value.retry_after <= SIGN_IN_ADDRESS.seconds
