"""Lin sees on the page of a person what became of each message, and what to do about one that did not arrive."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.clock import now
from service.notifications import outbox
from service.notifications.channels import Later, Never
from service.referrals.models import Referral
from tests.referrals.cast import World
from tests.web.test_caseload import Make, browse, case, clinic, send

__all__ = ["case", "clinic"]


@pytest.fixture
def written(app: Flask, engine: Engine) -> Any:
    """Put a message to the person of a case, and let the server take it, refuse it for now or for good."""
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)

    def write(referral: UUID, why: Never | Later | None | str = "queued") -> None:
        with Session(engine.execution_options(writes=True)) as unit:
            person = unit.get_one(Referral, referral).person_id
            params = {"link": "http://127.0.0.1:8000/en/own/zqaxlink", "days": 14}
            key = f"person:{person}:own:1"
            outbox.put(
                unit,
                channel="console",
                to="zqaxcai@example.org",
                template="own_link",
                params=params,
                now=now(),
                key=key,
                sealer=sealer,
            )
            if why != "queued":
                [message] = outbox.take_due(unit, now=now(), sealer=sealer)
                if why is None:
                    outbox.mark_sent(unit, message, now=now())
                elif not isinstance(why, str):
                    outbox.mark_failed(unit, message, why, now=now(), sealer=sealer)
            unit.commit()

    return write


@pytest.mark.parametrize(
    ("why", "told", "to_do"),
    [
        ("queued", "(on its way)", ""),
        (None, "(sent)", ""),
        (Never("smtp_550"), "(came back)", "Ask them how you can reach them"),
        (Never("too_late"), "(not sent)", "Tell them yourself, in the way they chose."),
        (Never("closed"), "(not sent)", "It was not to be sent any more."),
    ],
    ids=["waiting", "sent", "refused", "too late", "stopped"],
)
def test_what_became_of_a_message_stands_among_what_happened(
    app: Flask, clinic: tuple[World, Actor], case: Make, written: Any, why: Any, told: str, to_do: str
) -> None:
    lin, one, other = clinic[0].lin, case("accepted", owner=clinic[0].lin), case("accepted", owner=clinic[0].lin)
    written(one, why)
    page = browse(app, lin).get(f"/en/people/{one}").text
    assert f"Message to them: their own page {told}" in page
    assert to_do in page
    assert "zqax" not in page
    assert "Message to them" not in browse(app, lin).get(f"/en/people/{other}").text


def test_a_need_for_another_way_is_said_on_the_desk_and_the_page_and_can_be_done(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    one = case("accepted", owner=clinic[0].lin)
    with Session(engine.execution_options(writes=True)) as unit:
        row = unit.get_one(Referral, one)
        row.need, row.raised, row.raised_on, row.need_rank, row.due_on = "way", "way", now().date(), 2, now().date()
        unit.commit()
    lin = browse(app, clinic[0].lin)
    for address in ("/en/desk", f"/en/people/{one}"):
        assert "A message came back: find another way" in lin.get(address).text
    assert send(lin, one, "settle") == 303
    assert "A message came back: find another way" not in lin.get(f"/en/people/{one}").text
