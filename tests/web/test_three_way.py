"""Two editors who changed one listing are promised: all three texts are shown, each part is chosen, none is lost."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service.web.admin.listing.three_way import CHOICE, parts, together
from tests.people import Cast
from tests.web.test_adding import saved
from tests.web.test_admin import form_of, group_now, opened, page_of, session_field

KEY = "308825d9-a736-5265-99f0-761ecdeb3431"
FIELDS = ("name", "phone", "term_tea", "price-0-option", "price-0-amount", f"session-{KEY}-day", f"session-{KEY}-start")
FORM = st.fixed_dictionaries({name: st.sampled_from(("", "a", "b", "c")) for name in FIELDS})
TOGETHER = (FIELDS[3:5], FIELDS[5:7])


@given(FORM, FORM, FORM, st.booleans())
def test_every_text_stays_or_is_one_that_was_not_chosen(
    mine: dict[str, str], base: dict[str, str], theirs: dict[str, str], keep_theirs: Any
) -> None:
    found = {part.name: part for part in parts(mine, base, theirs)}
    both = {name for name, part in found.items() if part.who == "both"}
    made = together(mine, base, theirs, both if keep_theirs else ())
    kept = theirs if keep_theirs else mine
    for name in FIELDS:
        part = next((one for one in found.values() if name in one.fields), None)
        if part is None:
            assert made[name] in (mine[name], theirs[name])
            assert base[name] in (mine[name], theirs[name])
        elif part.who == "both":
            assert made[name] == kept[name]
        else:
            assert made[name] == (mine if part.who == "mine" else theirs)[name]


@given(FORM, FORM, FORM)
def test_a_meeting_and_a_price_are_never_mixed_of_two(
    mine: dict[str, str], base: dict[str, str], theirs: dict[str, str]
) -> None:
    for names in TOGETHER:
        for stays in ((), ("price-0", f"session-{KEY}")):
            made = together(mine, base, theirs, stays)
            changed = [[one[name] != base[name] for name in names] for one in (mine, theirs)]
            if all(map(any, changed)):
                assert [made[name] for name in names] in ([one[name] for name in names] for one in (mine, theirs))


def said(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_page_shows_what_it_was_what_is_saved_and_what_was_typed(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    saved(ada, str(cast.eli_group), description="It was so.", phone="01632 960401")
    typed = opened(ada, cast)
    mine = typed | {"description": "It is mine.", "email": "mine@example.org", session_field(typed, "start"): "09:15"}
    saved(ada, str(cast.eli_group), description="It is theirs.", phone="01632 960402")
    page = ada.post(page_of(cast, "/check"), data=mine)
    assert page.status_code == 409
    assert re.search("Before It was so. .*Saved now It is theirs. .*Yours It is mine.", said(page.text))
    assert re.search(
        "They changed this too.*01632 960401.*01632 960402.*Only you changed this.*mine@example.org", said(page.text)
    )
    choices = re.findall(rf'name="{CHOICE}([\w-]+)"[^>]* value="(\w+)"( checked)?', page.text)
    assert choices == [("description", "theirs", ""), ("description", "mine", " checked")]

    again = ada.post(page_of(cast, "/check"), data=form_of(page.text) | {"step": "again"}).text
    assert form_of(again)["description"] == "It is mine."
    chosen = {"step": "again", f"{CHOICE}description": "theirs"}
    again = ada.post(page_of(cast, "/check"), data=form_of(page.text) | chosen).text
    left = form_of(again)
    assert (left["description"], left["phone"], left["email"]) == ("It is theirs.", "01632 960402", "mine@example.org")
    assert left[session_field(typed, "start")] == "09:15"
    assert not [name for name in left if name.startswith(CHOICE)]
    assert ada.post(page_of(cast, "/save"), data=left).status_code == 303
    assert group_now(app, cast).email == "mine@example.org"
