"""What was read from somebody's words is shown to them, counts when they say yes, and is gone when they say no."""

import html
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from service.catalog.barriers import Strength
from service.matching.story.reader import Suggestion
from service.web.self_service import suggested
from service.web.self_service.reading import MOST_DECLINED
from tests.web.seeking import address, find, said

pytestmark = pytest.mark.usefixtures("clock")

STORY = "I'm 68 and live in Sale, no car, and I like singing. Tuesday mornings"
OPEN = (
    "age:68", "place:Sale", "barriers:transport", "interests:activity.music.singing", "days:tu", "parts:morning",
)  # fmt: skip


def open_keys(page: TestResponse) -> list[str]:
    """Return what a page offers to confirm, in its order."""
    text = page.get_data(as_text=True)
    return [html.unescape(key) for key in re.findall(r'name="no" value="([^"]+)"', text)]


def press(client: FlaskClient, page: TestResponse, **button: str) -> TestResponse:
    """Press a button of the panel, and return the list it leads to."""
    action = re.search(r'<form method="post" action="(/en/find/[^"]+/your-words)"', page.get_data(as_text=True))
    assert action
    answer = client.post(action[1], data=button)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#your-words")
    return client.get(answer.headers["Location"].partition("#")[0])


def start(client: FlaskClient, text: str = STORY, **form: str) -> TestResponse:
    return client.get(address(client, text=text, **{"place": "", **form}))


def test_each_suggestion_stands_beside_the_words_it_comes_from(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = start(client)
    assert open_keys(page) == list(OPEN)
    text = said(page)
    assert "From your words" in text
    for thing, words in (
        ("68 years old", "I'm 68"), ("Near Sale", "Sale"), ("Close by, or a lift", "no car"),
        ("Singing and choirs", "(like )?singing"), ("Tuesday", "Tuesday"), ("Mornings", "mornings"),
    ):  # fmt: skip
        assert re.search(f"{thing} You wrote: {words} Yes, that’s right : {thing} No : {thing}", text)
    assert "Yes to all 6" in text


def test_nothing_counts_before_somebody_says_yes(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = start(client)
    form = client.get(re.findall(r'href="([^"#]+/change)', page.get_data(as_text=True))[0]).get_data(as_text=True)
    assert 'value="68"' not in form
    assert not re.search(r'name="barrier_transport" type="radio" value="helps" checked', form)
    assert "Hard to get there? Ask" not in said(page)


def test_a_yes_becomes_an_answer_of_the_form_and_is_not_asked_again(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = press(client, start(client), yes="barriers:transport")
    assert "barriers:transport" not in open_keys(page)
    assert "Change: Close by, or a lift" in said(page)
    assert "Getting there:" in said(page), "the list was made anew with it"
    assert "Change: 68 years old" not in said(page)


def test_yes_to_all_answers_every_question_at_once(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = press(client, start(client), yes="all")
    assert open_keys(page) == []
    assert "From your words" not in re.sub("From your words we also looked for", "", said(page))
    for chip in ("Near Sale", "Singing and choirs", "Close by, or a lift", "Mornings, Tuesday", "68 years old"):
        assert f"Change: {chip}" in said(page)


def test_a_no_is_gone_for_the_whole_search_also_when_answers_are_changed(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = press(client, start(client), no="age:68")
    assert "age:68" not in open_keys(page)
    assert "68 years old" not in said(page)
    page = press(client, page, yes="days:tu")
    assert "age:68" not in open_keys(page)
    form = client.get(re.findall(r'href="([^"#]+/change)', page.get_data(as_text=True))[0]).get_data(as_text=True)
    assert '<input type="hidden" name="declined" value="age:68">' in form
    again = client.get(address(client, text=STORY, place="", declined="age:68", cost_max="5"))
    assert "age:68" not in open_keys(again)
    assert "barriers:transport" in open_keys(again)


def test_an_interest_that_is_refused_is_not_looked_for_any_more(client: FlaskClient, groups: dict[str, UUID]) -> None:
    before = start(client)
    page = press(client, before, no="interests:activity.music.singing")
    assert "What you asked for: Singing and choirs" in said(before)
    assert "What you asked for: Singing and choirs" not in said(page)
    assert "You said no to: Singing and choirs. We leave that out." in said(page)
    assert "“I'm 68 and live in Sale, no car, and I like" in said(page), "their own words are shown as they wrote them"
    group = client.get(re.findall(r'href="(/en/find/[^"]+/groups/larks)"', page.get_data(as_text=True))[0])
    assert "What you asked for: Singing and choirs" not in said(group)


def test_an_interest_that_is_chosen_after_all_counts_again(client: FlaskClient, groups: dict[str, UUID]) -> None:
    refused = {"declined": "interests:activity.music.singing"}
    page = start(client, **refused, interests="activity.music.singing")
    assert "What you asked for: Singing and choirs" in said(page)
    assert "You said no to" not in said(page)


def test_what_was_answered_already_is_not_suggested(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = start(client, age="70", place="Sale", barrier_transport="must", days="we")
    assert open_keys(page) == ["interests:activity.music.singing", "parts:morning"]


def test_an_old_page_or_a_second_press_changes_nothing(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = start(client)
    for button in ({"yes": "barriers:wheelchair"}, {"no": "age:99"}, {"yes": ""}, {}, {"yes": "all!", "no": "all"}):
        assert open_keys(press(client, page, **button)) == list(OPEN)
    twice = press(client, press(client, page, yes="age:68"), yes="age:68")
    assert open_keys(twice) == list(OPEN[1:])


def test_danger_in_the_words_brings_help_first_although_words_were_refused(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = press(client, start(client, f"{STORY}. I want to die"), no="interests:activity.music.singing")
    assert said(page).startswith("You matter. Please talk to someone now.")


def test_a_name_that_several_places_share_is_asked_back(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = start(client, "I live in Ashton")
    assert open_keys(page) == ["place:Ashton"]
    action = re.findall(r'action="(/en/find/[^"]+/your-words)"', page.get_data(as_text=True))[0]
    there = client.post(action, data={"yes": "place:Ashton"}).headers["Location"].partition("#")[0]
    asked = client.get(there)
    assert asked.status_code == 422
    assert "Did you mean one of these?" in said(asked)


def test_a_page_where_nothing_fits_asks_too(client: FlaskClient) -> None:
    page = start(client)
    assert "Nothing fits all of that yet" in said(page)
    assert open_keys(page) == list(OPEN)
    press(client, page, yes="all")


def test_nothing_typed_stands_in_an_address_or_in_the_log(
    client: FlaskClient, groups: dict[str, UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    page = start(client)
    action = re.findall(r'action="(/en/find/[^"]+/your-words)"', page.get_data(as_text=True))[0]
    answer = client.post(action, data={"yes": "place:Sale"})
    client.post(action, data={"no": "barriers:transport"})
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page.get_data(as_text=True)))
    logged = "".join(capfd.readouterr())
    for place in (answer.headers["Location"], links, logged):
        for word in ("Sale", "singing", "transport", "68 "):
            assert word not in place
    assert "Set-Cookie" not in answer.headers


def test_another_site_cannot_press_the_button_and_a_damaged_address_is_gone(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = start(client)
    action = re.findall(r'action="(/en/find/[^"]+/your-words)"', page.get_data(as_text=True))[0]
    assert client.post(action, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/en/find/AAAA/your-words", data={"yes": "all"}).status_code == 410


def test_many_refusals_still_fit_an_address(client: FlaskClient, groups: dict[str, UUID]) -> None:
    answer = find(client, text=STORY, place="", declined=[f"interests:{'x' * 200}{n}" for n in range(500)])
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


def test_each_kind_of_suggestion_is_said_in_plain_words(app: Flask) -> None:
    def say(field: str, value: object, strength: Strength | None = None) -> str:
        made = Suggestion(field=field, value=value, strength=strength, words="", start=0, end=0)  # type: ignore[arg-type]
        return suggested.say(made, voice()).replace("\u00a0", " ")

    with app.test_request_context("/en/"):
        from service.web.self_service.search import voice

        for field, value, words in (
            ("days", ("mo", "tu", "we", "th", "fr"), "Monday to Friday"),
            ("days", ("tu", "we", "th", "fr", "sa", "su"), "Any day but Monday"),
            ("days", ("sa", "su"), "Saturday or Sunday"),
            ("parts", ("morning", "evening"), "Mornings or evenings"),
            ("languages", ("pl", "uk"), "Someone who speaks Polish or Ukrainian"),
            ("earliest", "18:00", "Not before 18:00"),
            ("latest", "15:00", "Over by 15:00"),
            ("max_km", 3.2, "Up to 3.2 km"),
            ("cost_max", 2.5, "Up to £2.50 a time"),
            ("cost_max", 0, "Free only"),
            ("travel", "wheel", "In a wheelchair, or slowly"),
            ("mode", "online", "Online, from home"),
            ("gender", "woman", "A woman"),
            ("life", "life.retired", "Retired"),
        ):
            assert say(field, value) == words
        assert say("barriers", "mobility", Strength.MUST) == "No steps, seats, and time to rest: I need this"
        assert say("barriers", "cost", Strength.HELPS) == "Free or very cheap"


def test_refusals_are_kept_to_a_number_that_an_address_can_hold() -> None:
    one = Suggestion(field="age", value=68, strength=None, words="", start=0, end=0)
    typed: dict[str, object] = {"declined": [str(number) for number in range(MOST_DECLINED)]}
    left = suggested.answered(typed, [one], MultiDict({"no": "age:68"}))
    assert left["declined"] == [*(str(number) for number in range(1, MOST_DECLINED)), "age:68"]
