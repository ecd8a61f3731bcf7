"""What was answered on the path may be changed: back, to and fro, or from the list, and nothing is lost."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.guiding import ANSWERS, begin, onward, opened, sealed, send, walk
from tests.web.seeking import PLACE, WORDS, address, said

pytestmark = pytest.mark.usefixtures("clock")


def test_back_keeps_everything_even_what_was_just_written_and_is_wrong(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client), **ANSWERS["enjoy"])
    there = onward(client, there, **ANSWERS["easier"])
    there = onward(client, there, place="Zzyzxville", travel="bus", go="back")
    assert there.endswith("/easier")
    page = client.get(there).get_data(as_text=True)
    assert re.search(r'name="barrier_hearing" type="radio" value="helps" checked', page)
    first = onward(client, there, **ANSWERS["easier"], go="back")
    assert WORDS in client.get(first).get_data(as_text=True)
    again = onward(client, onward(client, first, **ANSWERS["enjoy"]), **ANSWERS["easier"])
    page = client.get(again).get_data(as_text=True)
    assert 'value="Zzyzxville"' in page
    assert re.search(r'name="travel" type="radio" value="bus" checked', page)
    assert send(client, again, place="Zzyzxville").status_code == 422


def test_back_from_the_first_question_leads_to_the_form_with_every_answer(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client, place=PLACE), text=WORDS, go="back")
    page = client.get(there).get_data(as_text=True)
    assert there.endswith("/change")
    assert WORDS in page
    assert f'value="{PLACE}"' in page


def test_an_answer_shown_leads_to_its_question_and_back_here(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client), **ANSWERS["enjoy"])
    there = onward(client, onward(client, there), **ANSWERS["where"])
    page = client.get(there).get_data(as_text=True)
    chips = re.findall(r'name="go" value="(change:[^"]+)"', page)
    assert set(chips) == {f"change:{name}" for name in ("text", "interests", *ANSWERS["where"])}
    changing = onward(client, there, days=["fr"], go="change:text")
    assert changing.endswith("/enjoy?to=when#text")
    assert 'name="to" value="when"' in client.get(changing).get_data(as_text=True)
    back = onward(client, changing, text="chess", to="when")
    assert back.endswith("/when")
    assert (opened(app, back)["text"], opened(app, back)["days"]) == ("chess", ["fr"])


def test_every_answer_has_its_chip_and_each_chip_its_place_on_a_page(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = walk(client, ANSWERS, begin(client))
    chips = re.findall(r'class="kith-chip" href="([^"]+)"', client.get(there).get_data(as_text=True))
    assert len(chips) >= 10
    for chip in chips:
        path, _, anchor = chip.replace("&amp;", "&").partition("#")
        assert "?to=groups" in path
        assert f'id="{anchor}"' in client.get(path).get_data(as_text=True), chip


def test_who_came_by_the_path_changes_an_answer_there_and_is_back_at_the_list(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = walk(client, ANSWERS, begin(client))
    chips = re.findall(r'class="kith-chip" href="([^"]+)"', client.get(there).get_data(as_text=True))
    place = next(chip for chip in chips if chip.endswith("#place")).split("#")[0]
    page = client.get(place)
    assert "Back to the list" in said(page) or "Back to the list" in page.get_data(as_text=True)
    again = onward(client, place, **{**ANSWERS["where"], "place": "Sale", "to": "groups"})
    assert again.startswith("/en/find/")
    assert opened(app, again)["place"] == "Sale"


def test_who_came_by_the_form_may_change_by_the_path_and_the_other_way_round(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client, interests=["activity.music"])
    form = client.get(f"{there}/change").get_data(as_text=True)
    assert 'formaction="/en/steps"' in form
    before = re.findall(r'name="before" value="([^"]+)"', form)[0]
    path = begin(client, before=before, text=WORDS, place=PLACE, interests=["activity.music"])
    assert WORDS in client.get(path).get_data(as_text=True)
    whole = onward(client, path, text="chess", go="all")
    assert whole.endswith("/change")
    assert "chess" in client.get(whole).get_data(as_text=True)
    answer = client.post("/en/find", data={"before": whole.split("/")[3], "text": "chess"})
    assert "/change#text" in client.get(answer.headers["Location"]).get_data(as_text=True)


def test_what_goes_with_a_search_stays_when_an_answer_is_changed(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    kept = str(groups["larks"])
    before = sealed(app, {"text": WORDS, "place": PLACE, "cost_max": "3", "kept": [kept], "of_a_later_page": 1})
    assert client.get(f"/en/find/{before}").status_code == 200, "what the form does not ask is no mistake"
    answer = client.post("/en/find", data={"before": before, "text": WORDS, "place": "Sale", "for_whom": "someone"})
    assert answer.status_code == 303
    assert opened(app, answer.headers["Location"]) == {
        "text": WORDS,
        "place": "Sale",
        "for_whom": "someone",
        "kept": [kept],
        "of_a_later_page": 1,
    }
    there = onward(client, f"/en/steps/{before}/must", age="40")
    assert opened(app, there)["kept"] == [kept]


def test_answers_changed_on_a_page_that_ran_out_still_count(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert client.post("/en/find", data={"before": "x", "text": WORDS}).status_code == 303
    assert client.post("/en/steps", data={"before": "x", "text": WORDS}).status_code == 303
    wrong = client.post("/en/find", data={"before": "x", "text": WORDS, "age": "old"})
    assert wrong.status_code == 422
    assert WORDS in wrong.get_data(as_text=True)
