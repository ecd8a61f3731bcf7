"""One group, opened from a list or by itself: why it is shown, what is known of it, and no more than may be told."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.web.seeking import address, said, slugs

pytestmark = pytest.mark.usefixtures("clock")


def test_a_group_opened_from_a_list_says_why_and_leads_back(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, barrier_transport="helps")
    page = client.get(f"{there}/groups/larks")
    text = said(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert f'href="{there}"' in page.get_data(as_text=True)
    assert "Why we showed you this" in text
    assert "What you asked for: Singing and choirs" in text
    assert "Hop In Lifts" in text
    assert "Ring two days before" in text


def test_a_group_page_tells_what_is_known_and_what_is_not(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get("/en/groups/larks"))
    assert "Why we showed you this" not in text
    assert "Yes: a way in without steps" in text
    assert "Not confirmed: a hearing loop" in text
    assert "Off: no meeting" in text
    assert "Tue 1 Dec 10:00–12:00" in text
    assert "Lantern Hall Lantern Yard, Sale" in text
    assert "Slip out." in text


def test_a_place_known_only_roughly_shows_no_address(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, text="chess")
    for page in (client.get("/en/groups/rooks"), client.get(f"{there}/groups/rooks"), client.get(there)):
        for secret in ("Contact Close", "Secretary", "M41"):
            assert secret not in page.get_data(as_text=True)
        assert "Based in Urmston, venue not confirmed" in said(page)
        assert "From 2018 open data, not confirmed since" in said(page)
    assert "Open Government Licence v3.0" in said(client.get("/en/groups/rooks"))


def test_a_group_nobody_can_join_says_so(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert "fund" not in slugs(client.get(address(client)))
    text = said(client.get("/en/groups/fund"))
    assert "You cannot join this one." in text
    assert "It gives money to others" in text


def test_an_unknown_group_is_not_found(client: FlaskClient, groups: dict[str, UUID]) -> None:
    for path in ("/en/groups/nobody", "/en/groups/%00", "/xx/groups/larks"):
        assert client.get(path).status_code == 404


def test_an_address_that_is_no_web_page_becomes_no_link(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    from service.catalog import models as m

    group = store.get_one(m.Group, groups["larks"])
    group.url, group.name = "javascript:alert(1)", "<b>Larks</b>"
    store.commit()
    page = client.get("/en/groups/larks").get_data(as_text=True)
    assert 'href="javascript' not in page.lower()
    assert "<b>Larks" not in page
