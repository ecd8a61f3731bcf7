"""The private check: asked on one page, said in the answer, and nowhere afterwards."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect, text

from service.referrals.assessments import COMPANY, OFFERS, TIES
from service.web.self_service import check_words
from tests.web.seeking import address, said, slugs

pytestmark = pytest.mark.usefixtures("clock")

LONELY = {
    **dict.fromkeys(COMPANY.items, "often"),
    "partner": "no",
    "calls": "one",
    "meetings": "none",
    "services": "none",
    "club": "no",
}
FINE = {
    **dict.fromkeys(COMPANY.items, "hardly_ever"),
    "partner": "yes",
    "calls": "two",
    "meetings": "two",
    "services": "four_or_more",
    "club": "yes",
}
HEADINGS = {
    "talk_today": "Talk to someone today",
    "link_worker": "A person who looks with you",
    "company": "Someone to go with, or to ring you",
    "small_steps": "A gentle first step",
    "groups": "A group near you",
}


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}  # noqa: S608


def offered(page: str) -> tuple[list[str], list[str]]:
    """Return what is offered first, and what is there as well."""
    first, _, rest = page.partition("Always there as well")
    there, as_well = ([code for code in OFFERS if HEADINGS[code] in part] for part in (first, rest))
    return there, as_well


def test_the_check_is_one_page_and_each_question_may_be_left(client: FlaskClient) -> None:
    page = client.get("/en/check")
    html = page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex"' in html
    assert set(re.findall(r'name="(\w+)" type="radio"', html)) == {*COMPANY.items, *TIES.items}
    assert " checked" not in html, "nothing is answered for anybody"
    assert html.count("I’d rather not say") == len(COMPANY.items) + len(TIES.items)
    assert 'href="/en/check"' in client.get("/en/").get_data(as_text=True)


def test_what_it_says_comes_in_the_answer_and_leaves_no_trace(
    client: FlaskClient, engine: Engine, groups: dict[str, UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    before = rows(engine)
    answer = client.post("/en/check", data=LONELY)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    assert "Feeling alone: 9, on a scale from 3 to 9" in said(answer)
    assert "Ties: 0 of 4 kinds" in said(answer)
    assert rows(engine) == before
    logged = "".join(capfd.readouterr())
    assert '"rule": "/<lang>/check"' in logged
    for word in ("often", "company", "left_out", "hardly_ever", "three_or_more"):
        assert word not in logged
        for link in re.findall(r'(?:href|action|content)="([^"]*)"', html):
            assert word not in link


def test_a_high_score_brings_people_to_talk_to_first_and_a_low_one_takes_nothing_away(client: FlaskClient) -> None:
    lonely = said(client.post("/en/check", data=LONELY))
    assert offered(lonely) == (list(OFFERS), [])
    assert "116 123" in lonely
    fine = said(client.post("/en/check", data=FINE))
    assert offered(fine) == (["groups"], [code for code in OFFERS if code != "groups"])
    assert "116 123" in fine, "what helps is there for everybody"


def test_a_question_left_open_means_no_score_and_the_answer_says_so(client: FlaskClient) -> None:
    page = said(client.post("/en/check", data={**LONELY, "cut_off": ""}))
    assert "Feeling alone:" not in page
    assert "Ties: 0 of 4 kinds" in page
    assert "You left something open here" in page
    assert said(client.post("/en/check", data={})).count("You left something open here") == 2


def test_an_answer_that_was_not_offered_is_said_and_the_others_are_kept(client: FlaskClient) -> None:
    answer = client.post("/en/check", data={**LONELY, "calls": "daily"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#calls"' in html
    assert len(re.findall(r'value="often" checked', html)) == 3


def test_beside_a_search_it_leads_back_to_the_same_list_and_changes_nothing_of_it(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client)
    order = slugs(client.get(there))
    assert f'href="{there}/check"' in client.get(there).get_data(as_text=True)
    assert f'action="{there}/check"' in client.get(f"{there}/check").get_data(as_text=True)
    page = client.post(f"{there}/check", data=LONELY).get_data(as_text=True)
    leads: list[Any] = re.findall(r'href="(/en/find/[^"]+)"', page)
    assert set(leads) == {there}, "the address of the list is the one it was: nothing was added"
    assert slugs(client.get(there)) == order
    assert client.get("/en/find/x/check").status_code == 410
    assert client.post("/en/find/x/check", data=LONELY).status_code == 410


def test_every_answer_has_words_and_every_word_an_answer() -> None:
    for instrument in (COMPANY, TIES):
        for item, choices in instrument.items.items():
            assert set(check_words.ANSWERS[item]) == set(choices)
    assert set(check_words.QUESTIONS) == {*COMPANY.items, *TIES.items}
    assert set(check_words.COMPANY_SAYS) == {band.code for band in COMPANY.bands}
    assert set(check_words.TIES_SAY) == {band.code for band in TIES.bands}


def test_another_site_cannot_send_it(client: FlaskClient) -> None:
    assert client.post("/en/check", data=LONELY, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
