"""What somebody who keeps groups is promised: no account, nothing stored, a link that ends when they say so."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.operations import touch
from service.clock import now
from service.errors import Gone, Invalid
from service.web import keeping
from service.web.self_service import keep
from tests.house.test_get_never_writes import tables
from tests.web.seeking import NOW, address, said

pytestmark = pytest.mark.usefixtures("clock")


def keep_one(client: FlaskClient, slug: str = "larks", **form: Any) -> str:
    """Keep a group from its public page; return the address that follows."""
    answer = client.post(f"/en/groups/{slug}/keep", data=form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def keep_found(client: FlaskClient, there: str, group: UUID, **form: Any) -> str:
    """Press Keep in a search; return the address that follows."""
    answer = client.post(f"{there}/keep", data={"group": group.hex, **form})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def link_of(page: str) -> str:
    """Return the path of the link a list shows."""
    found = re.search(r'<textarea[^>]* id="link"[^>]*>([^<]+)</textarea>', page)
    assert found
    return html.unescape(found[1]).strip().removeprefix("http://localhost")


def order(page: str) -> list[str]:
    """Return the names on a list, in its order."""
    return re.findall(r'id="kept-[^"]+"><a[^>]*><bdi>([^<]+)</bdi>', page)


# in a search


def test_a_kept_group_travels_with_the_search_and_the_place_on_the_page_is_kept(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client)
    assert "My list" not in client.get(there).text
    after = keep_found(client, there, groups["larks"], back="results")
    path, _, anchor = after.partition("#")
    page = client.get(path)
    assert "My list (1)" in page.text
    assert f'id="{anchor}"' in page.text, "the page opens where it was left"
    assert "On your list" in page.text
    again = keep_found(client, path, groups["owls"], back="results").partition("#")[0]
    assert "My list (2)" in client.get(again).text
    fewer = keep_found(client, again, groups["larks"], back="results", off="1").partition("#")[0]
    assert "My list (1)" in client.get(fewer).text


def test_the_list_of_a_search_says_how_far_and_leads_back(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = keep_found(client, address(client), groups["larks"]).partition("#")[0]
    page = client.get(f"{there}/list")
    assert page.headers["Cache-Control"] == "no-store"
    assert "From you" in said(page)
    assert f'href="{there}"' in page.text
    off = keep_found(client, there, groups["larks"], off="1", back="list")
    assert off.endswith("/list")
    assert "Nothing is on your list yet" in said(client.get(off))


def test_what_is_kept_stays_when_an_answer_is_changed(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = keep_found(client, address(client), groups["larks"]).partition("#")[0]
    form = client.get(f"{there}/change").text
    before = re.search(r'name="before" value="([^"]+)"', form)
    assert before
    changed = client.post("/en/find", data={"text": "singing", "place": "Sale", "before": before[1]})
    assert "My list (1)" in client.get(changed.headers["Location"]).text


def test_the_link_does_not_hold_the_search(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = keep_found(client, address(client), groups["larks"]).partition("#")[0]
    shown = client.get(f"{there}/list").text
    kept = keeping.unseal(sealer(app), link_of(shown).rpartition("/")[2], now=now())
    assert kept.groups == (groups["larks"],)
    page = client.get(link_of(shown)).text
    assert there.rpartition("/")[2] not in page, "whoever has the link learns nothing of the search"
    assert "From you" not in said(client.get(link_of(shown)))


def test_ending_the_list_of_a_search_ends_every_link_it_showed_before(
    client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    there = keep_found(client, address(client), groups["larks"]).partition("#")[0]
    shared = link_of(client.get(f"{there}/list").text)
    clock.shift(timedelta(hours=1))
    there = keep_found(client, there, groups["owls"]).partition("#")[0]
    later = client.get(f"{there}/list").text
    [end] = re.findall(r'action="([^"]+/end)"', later)
    assert client.post(end).status_code == 303
    for link in (shared, link_of(later)):
        assert client.get(link).status_code == 410
    anew = link_of(client.get(f"{there}/list").text)
    assert client.get(anew).status_code == 200, "the search goes on, and has a new link"


# a list of its own


def test_a_group_can_be_kept_from_its_page_without_a_search_a_script_or_a_cookie(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = keep_one(client)
    page = client.get(there)
    assert page.status_code == 200
    assert order(page.text) == ["The Larks"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in page.headers
    assert "larks" not in there
    assert "20 December 2026" in said(page), "the day on which it ends, in words"


def test_the_soonest_date_comes_first_and_what_has_none_last(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = made(app, [groups["rooks"], groups["larks"], groups["owls"]])
    assert order(client.get(there).text) == ["Night Owls Choir", "The Larks", "Urmston Rooks"]


def test_a_group_can_be_taken_off_and_nothing_is_left_to_guess(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = made(app, [groups["larks"], groups["owls"]])
    answer = client.post(f"{there}/change", data={"group": groups["owls"].hex, "off": "1"})
    assert order(client.get(answer.headers["Location"]).text) == ["The Larks"]
    assert len(order(client.get(there).text)) == 2, "Back still shows the list as it was"
    assert client.post(f"{there}/change", data={"group": "no id"}).status_code == 404


def test_a_search_can_go_on_with_the_list(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = made(app, [groups["larks"]])
    form = client.get(client.get(f"{there}/more").headers["Location"])
    before = re.search(r'name="before" value="([^"]+)"', form.text)
    assert before
    found = client.post("/en/find", data={"text": "singing", "place": "Sale", "before": before[1]})
    assert "My list (1)" in client.get(found.headers["Location"]).text


@pytest.mark.parametrize("status", ["held", "archived", "paused"])
def test_a_group_that_went_away_is_said_and_not_named(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID], status: str
) -> None:
    there = made(app, [groups["larks"], groups["owls"]])
    gone = store.get(m.Group, groups["owls"])
    assert gone
    gone.status = status
    touch(store, [gone.id], now=NOW)
    store.commit()
    page = client.get(there)
    assert "not in our catalogue any more" in said(page)
    assert "Night Owls" not in page.text
    assert order(page.text) == ["The Larks"]
    leaflet = client.get(f"{there}/leaflet")
    assert "1 group on the list is not in our catalogue any more" in said(leaflet)
    assert "Night Owls" not in leaflet.text


# the link


def sealer(app: Flask) -> Any:
    return app.extensions["kith"].sealer(keeping.PURPOSE)


def made(app: Flask, ids: list[UUID], by: str = "") -> str:
    """Return the address of a list."""
    return f"/en/list/{keeping.seal(sealer(app), keeping.begin(ids, now=now(), by=by))}"


PARTS = ("", "/leaflet", "/leaflet-large", "/leaflet.pdf", "/leaflet-large.pdf", "/dates.ics", "/dates-with-names.ics")


def test_a_link_works_for_thirty_days(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    there = made(app, [groups["larks"]])
    clock.shift(timedelta(days=30))
    assert client.get(there).status_code == 200
    clock.shift(timedelta(seconds=1))
    for part in PARTS:
        answer = client.get(there + part)
        assert answer.status_code == 410, part
        assert "This link has ended" in said(answer)


def test_a_changed_address_and_the_seal_of_another_purpose_open_nothing(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    sealed = made(app, [groups["larks"]]).rpartition("/")[2]
    flipped = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    search = address(client).rpartition("/")[2]
    sheet = client.post("/en/sheet", data={"place": "Sale"}).headers["Location"].rpartition("/")[2]
    for other in (flipped, sealed[:-1], sealed + "A", "x", "A" * 7500, search, sheet):
        for part in PARTS:
            assert client.get(f"/en/list/{other}{part}").status_code == 410, part
        for part in ("change", "end", "leaflet"):
            assert client.post(f"/en/list/{other}/{part}").status_code == 410, part
    assert client.get(f"/en/find/{sealed}").status_code == 410, "a list is no search"
    assert client.get(f"/en/sheet/{sealed}").status_code == 410


def test_ending_a_link_ends_every_page_of_the_list_however_it_was_changed(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = made(app, [groups["larks"], groups["owls"]])
    shorter = client.post(f"{there}/change", data={"group": groups["owls"].hex}).headers["Location"]
    other = made(app, [groups["larks"]])
    answer = client.post(f"{shorter}/end")
    assert answer.status_code == 303
    for part in PARTS:
        for one in (there, shorter):
            page = client.get(one + part)
            assert page.status_code == 410
            assert "This list was ended" in said(page)
    assert client.post(f"{there}/end").status_code == 410
    assert client.get(other).status_code == 200, "another list goes on"


def test_of_an_ended_list_only_a_hash_is_kept_and_only_until_its_links_run_out(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    from sqlalchemy import select

    from service.accounts.models import EndedList

    client.post(f"{made(app, [groups['larks']])}/end")
    (row,) = store.scalars(select(EndedList)).all()
    assert len(row.id_hash) == 32
    assert row.until == NOW + timedelta(days=30)
    store.rollback()
    clock.shift(timedelta(days=31))
    client.post(f"{made(app, [groups['owls']])}/end")
    rows = store.scalars(select(EndedList)).all()
    assert len(rows) == 1
    assert rows[0].until > NOW + timedelta(days=31), "the old one has gone"


@pytest.mark.asvs("V14.2.1")
def test_keeping_changing_and_printing_store_nothing(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    searched = address(client)  # a search is counted, see tests/web/test_counting.py
    before = tables(app)
    there = keep_one(client)
    client.get(f"{keep_found(client, searched, groups['owls'], back='list')}")
    client.post(f"{there}/leaflet", data={"by": "Bo"})
    for part in PARTS:
        client.get(there + part)
    client.post(f"{there}/change", data={"group": groups["larks"].hex})
    client.get(f"{there}/more")
    assert tables(app) == before


def test_nobody_ends_lists_endlessly(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    answers = {client.post(f"{made(app, [groups['larks']])}/end").status_code for _ in range(61)}
    assert answers == {303, 429}


# how much


def test_two_hundred_groups_fit_and_no_more(app: Flask) -> None:
    ids = [uuid4() for _ in range(keeping.MOST)]
    sealed = keeping.seal(sealer(app), keeping.begin(ids, now=now(), by="x" * 500))
    assert len(sealed) < 7000
    assert keeping.unseal(sealer(app), sealed, now=now()).groups == tuple(ids)
    with pytest.raises(Invalid, match="list_full"):
        keeping.begin([*ids, uuid4()], now=now())
    typed: dict[str, object] = {keep.KEPT: [one.hex for one in ids]}
    with pytest.raises(Invalid, match="list_full"):
        keep.changed(typed, uuid4(), keep=True)
    assert len(keep.kept_of(keep.changed(typed, ids[0], keep=True))) == keeping.MOST, "one is kept once"


def test_a_full_list_says_so_and_the_search_goes_on(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    from service.web.self_service import state

    services = app.extensions["kith"]
    typed = {"text": "singing", keep.KEPT: [uuid4().hex for _ in range(keeping.MOST)]}
    there = f"/en/find/{state.seal(services.sealer(state.PURPOSE), typed, now=now())}"
    answer = client.post(f"{there}/keep", data={"group": groups["larks"].hex})
    assert answer.status_code == 422
    assert "Your list is full" in said(answer)
    assert client.get(there).status_code == 200


def test_who_prepared_it_is_one_short_line(app: Flask) -> None:
    kept = keeping.begin([], now=now(), by="  Bo,\n\x00 surgery\u202e  " + "x" * 200)
    assert kept.by.startswith("Bo, surgery x")
    assert len(kept.by) <= keeping.LONGEST_BY
    with pytest.raises(Gone, match="list_gone"):
        keeping.unseal(sealer(app), "x", now=now())
