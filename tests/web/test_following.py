"""What somebody says of a list is followed at once, can be taken back, and is kept nowhere but in the address."""

import html
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.catalog.models import Group
from tests.web.seeking import address, further_away, many, said, slugs

pytestmark = pytest.mark.usefixtures("clock")
SONGS = {"text": "", "interests": "activity.music.singing"}


def press(client: FlaskClient, there: str, what: str, **form: Any) -> str:
    """Press a button of the list at an address and return the address it leads to."""
    answer = client.post(f"{there.partition('#')[0]}/{what}", data=form)
    assert answer.status_code == 303, said(answer)
    assert "Set-Cookie" not in answer.headers
    return str(answer.headers["Location"]).partition("#")[0]


def put_aside(client: FlaskClient, there: str, group: UUID, why: str = "other") -> str:
    return press(client, there, "put-aside", why=f"{why}:{group}")


def chips(page: TestResponse) -> list[str]:
    found = re.findall(r'<a class="kith-chip" [^>]*>(.*?)</a>', page.get_data(as_text=True), re.DOTALL)
    texts = (html.unescape(re.sub(r"<span.*?</span>|<[^>]+>", "", one)).strip() for one in found)
    return [text.replace("\u00a0", " ") for text in texts]


def listed(page: TestResponse) -> list[str]:
    """The groups that are cards or lines of the list, in its order."""
    text = page.get_data(as_text=True)
    found = re.findall(
        r'class="kith-notice__title"[^>]*>.*?/groups/([^"]+)"|<li id="n\d+"><a [^>]*/groups/([^"]+)"', text
    )
    return [first or second for first, second in found]


# not for me


def test_every_group_of_a_list_can_be_put_aside_a_weak_one_too(client: FlaskClient, groups: dict[str, UUID]) -> None:
    for form in ({}, {"text": "", "interests": "activity.sport.golf"}):
        there = address(client, **form)
        page = client.get(there).get_data(as_text=True)
        reasons = re.findall(r'form="put-aside-form" name="why" value="(other:[^"]+)"', page)
        assert reasons == [f"other:{groups[slug]}" for slug in listed(client.get(there))] != []
        after = client.get(press(client, there, "put-aside", why=reasons[-1]))
        assert listed(after) == listed(client.get(there))[:-1]


def test_a_group_that_is_put_aside_goes_and_the_others_stay_as_they_were(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client)
    before = listed(client.get(there))
    assert before
    page = client.get(put_aside(client, there, groups["owls"]))
    assert listed(page) == [slug for slug in before if slug != "owls"]
    assert "Night Owls Choir: put aside." in said(page).replace(" :", ":")
    assert "1 put aside: bring back" in said(page)
    assert page.headers["Cache-Control"] == "no-store"


def test_undo_shows_what_was_there_before(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, **SONGS)
    first = client.get(there)
    for why in ("far", "time", "cost", "kind", "many", "been", "other"):
        gone = put_aside(client, there, groups["owls"], why)
        assert "owls" not in listed(client.get(gone)), why
        back = client.get(press(client, gone, "bring-back", group=groups["owls"]))
        assert listed(back) == listed(first), why
        assert chips(back) == chips(first), why


def test_too_far_looks_nearer_and_says_so(client: FlaskClient, groups: dict[str, UUID], store: Session) -> None:
    further_away(store, "kestrels", 4.0)
    page = client.get(put_aside(client, address(client, **SONGS), every_id(store)["kestrels"], "far"))
    (chip,) = (text for text in chips(page) if text.startswith("Up to"))
    km = float(chip.split()[2])
    assert 3.0 < km < 5.0
    assert f"We now look up to {km:g} km away." in said(page)


def every_id(store: Session) -> dict[str, UUID]:
    return {row.slug: row.id for row in store.execute(select(Group.slug, Group.id))}


def test_a_dear_group_lowers_what_it_may_cost(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(put_aside(client, address(client, **SONGS), groups["owls"], "cost"))
    assert "Up to £4 a time" in chips(page)
    assert "We now look for what costs up to £4." in said(page)


def test_what_is_free_is_not_too_dear_and_what_has_no_distance_not_too_far(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = client.get(address(client, place="", **SONGS)).get_data(as_text=True)
    reasons = re.findall(r'name="why" value="(\w+):([^"]+)"', page)
    assert ("cost", str(groups["owls"])) in reasons
    assert ("cost", str(groups["larks"])) not in reasons
    assert "far" not in {why for why, _ in reasons}


def test_the_wrong_day_can_be_left_out_with_one_press(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(put_aside(client, address(client, **SONGS), groups["owls"], "time"))
    text = page.get_data(as_text=True)
    assert "Not on Thursday" in text
    (form,) = re.findall(r'<form id="not-on-1".*?</form>', text, re.DOTALL)
    days = re.findall(r'name="days" value="(\w+)"', form)
    assert "th" not in days
    after = client.get(press(client, action(form), "small-change", question="days", days=days))
    assert "Any day but Thursday" in chips(after)
    assert "owls" not in listed(after), "still put aside"


def action(form: str) -> str:
    """The address of the list that a form of it belongs to."""
    (found,) = re.findall(r'action="([^"]+)/small-change"', form)
    return str(found)


def test_not_my_kind_of_thing_never_refuses_what_was_asked_for(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(put_aside(client, address(client, **SONGS), groups["larks"], "kind"))
    assert "You asked for this kind of thing, so we still look for it." in said(page)
    assert "owls" in listed(page)
    page = client.get(put_aside(client, address(client, **SONGS), groups["rooks"], "kind"))
    assert "Rather not: Chess" in chips(page)
    assert "We now put this lower: Chess." in said(page)


def test_too_many_people_puts_smaller_groups_higher(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(put_aside(client, address(client, **SONGS), groups["larks"], "many"))
    assert "A smaller group" in chips(page)
    assert "We now put smaller groups higher." in said(page)


@pytest.mark.parametrize("wish", ["like", "size", "avoid-0"])
def test_what_was_changed_can_be_taken_away(client: FlaskClient, groups: dict[str, UUID], wish: str) -> None:
    there = address(client, **SONGS)
    before = chips(client.get(there))
    changed = {
        "like": lambda: press(client, there, "more-like", group=groups["owls"]),
        "size": lambda: put_aside(client, there, groups["larks"], "many"),
        "avoid-0": lambda: put_aside(client, there, groups["rooks"], "kind"),
    }[wish]()
    assert chips(client.get(changed)) != before
    back = client.get(f"{changed}/without/{wish}")
    assert back.status_code == 303
    assert chips(client.get(back.headers["Location"])) == before
    assert client.get(f"{there}/without/{wish}").status_code == 404


def test_all_come_back_at_once(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, **SONGS)
    first = client.get(there)
    gone = put_aside(client, put_aside(client, there, groups["owls"], "cost"), groups["larks"], "many")
    page = client.get(gone)
    assert "2 put aside: bring back" in said(page)
    assert listed(client.get(press(client, gone, "bring-back", group="all"))) == listed(first)


def test_a_page_on_which_all_is_put_aside_still_leads_back(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, **SONGS)
    for slug in listed(client.get(there)):
        there = put_aside(client, there, groups[slug])
    page = client.get(there)
    assert listed(page) == []
    assert "Nothing fits all of that yet" in said(page)
    assert "bring back" in said(page)
    assert "Or start something small" in said(page)
    assert "Would a person help?" in said(page)


def test_what_is_put_aside_stays_so_when_an_answer_is_changed(client: FlaskClient, groups: dict[str, UUID]) -> None:
    gone = put_aside(client, address(client, **SONGS), groups["owls"])
    form = client.get(f"{gone}/change").get_data(as_text=True)
    before = re.search(r'name="before" value="([^"]+)"', form)
    assert before
    changed = address(client, **SONGS, travel="walk", before=before[1])
    assert "owls" not in listed(client.get(changed))


def test_an_old_page_or_a_second_press_changes_nothing(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client)
    for why in ("", "far", f"far:{UUID(int=1)}", "far:x", f"dull:{groups['owls']}", f"far:{groups['fund']}"):
        assert press(client, there, "put-aside", why=why) == there
    gone = put_aside(client, there, groups["owls"])
    assert press(client, gone, "put-aside", why=f"other:{groups['owls']}") == gone
    assert listed(client.get(press(client, gone, "bring-back", group="nobody"))) == listed(client.get(gone))
    for what in ("put-aside", "bring-back", "more-like", "small-change"):
        assert client.get(f"{there}/{what}").status_code == 405, "only a press changes something"
        assert client.post(f"/en/find/x/{what}").status_code == 410


def test_nothing_that_was_said_is_readable_in_an_address(client: FlaskClient, groups: dict[str, UUID]) -> None:
    gone = put_aside(
        client, put_aside(client, address(client, **SONGS), groups["rooks"], "kind"), groups["owls"], "far"
    )
    page = client.get(gone).get_data(as_text=True)
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page)) + gone
    for word in ("chess", "far", "kind", str(groups["rooks"]), str(groups["owls"])):
        assert not re.search(rf"[/=?&]{word}\b", links), word


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(("far", "time", "cost", "many", "been", "other"))), max_size=4
    )
)
def test_what_is_put_aside_is_on_no_list_no_map_and_in_no_count(
    client: FlaskClient, flock: dict[str, UUID], said_of: list[tuple[int, str]]
) -> None:
    there = address(client, **SONGS)
    aside: list[str] = []
    for place, why in said_of:
        shown = listed(client.get(there))
        slug = shown[min(place, len(shown) - 1)]
        there = put_aside(client, there, flock[slug], why)
        aside.append(slug)
    page = client.get(there)
    text = page.get_data(as_text=True)
    assert not set(aside) & set(listed(page))
    on_map = set(re.findall(r'<a href="#n\d+" aria-label="\d+\. ([^"]+)"', text))
    assert len(on_map) <= len(listed(page))
    names = re.findall(r'<p role="status"><strong><bdi>([^<]+)</bdi>', text)
    assert not set(names) & on_map
    if aside and all(why in ("time", "been", "other") for _, why in said_of):
        assert len(listed(page)) == len(flock) - len(aside)


@pytest.fixture
def flock(client: FlaskClient, store: Session, groups: dict[str, UUID]) -> dict[str, UUID]:
    many(store, 4)
    return {slug: key for slug, key in every_id(store).items() if slug != "fund"}


# more like this


def test_more_like_one_says_so_and_keeps_the_rest(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, text="chess", max_distance="5", cost_max="5", barrier_hearing="helps")
    page = client.get(press(client, there, "more-like", group=groups["owls"]))
    assert listed(page)[0] == "larks"
    assert "owls" not in listed(page)
    assert chips(page)[0] == "More like Night Owls Choir"
    assert {"Near M33 4", "Up to 5 km", "Up to £5 a time", "Help with hearing"} <= {
        chip.replace("M33 4ND", "M33 4") for chip in chips(page)
    }
    assert not any("chess" in chip for chip in chips(page))
    assert "You see groups like this one: Night Owls Choir . That is: Singing and choirs." in said(page)


def test_other_wishes_end_more_like_this(client: FlaskClient, groups: dict[str, UUID]) -> None:
    alike = press(client, address(client, text="chess"), "more-like", group=groups["owls"])
    before = alike.rpartition("/")[2]
    same = client.get(address(client, text="chess", travel="walk", before=before))
    other = client.get(address(client, text="cards", before=before))
    assert chips(same)[0] == "More like Night Owls Choir"
    assert not any(chip.startswith("More like") for chip in chips(other))


# a small change, and the next ones


def test_a_small_change_keeps_all_else(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = put_aside(client, address(client, barrier_hearing="helps", max_distance="2"), groups["rooks"])
    questions = ["max_distance", "cost_max", "days", "parts"]
    changed = press(
        client, there, "small-change", question=questions, max_distance="5", cost_max="0", days=["mo", "tu"]
    )
    shown = chips(client.get(changed))
    assert {"Up to 5 km", "Free only", "Help with hearing", "Monday or Tuesday"} <= set(shown)
    assert any("singing" in chip for chip in shown)
    assert "1 put aside" in said(client.get(changed))
    undone = press(client, changed, "small-change", question=questions, max_distance="", cost_max="")
    assert not {"Up to 5 km", "Free only", "Monday or Tuesday"} & set(chips(client.get(undone)))
    bad = press(client, there, "small-change", question=questions, max_distance="far away")
    assert bad == there, "what cannot be used changes nothing"


def test_the_next_ones_come_below_the_first(client: FlaskClient, groups: dict[str, UUID], store: Session) -> None:
    many(store, 60)
    there = address(client, **SONGS)
    first = listed(client.get(there))
    assert len(first) == 10
    assert "Show 10 more" in said(client.get(there))
    answer = client.get(f"{there}/more")
    assert answer.headers["Location"].endswith("#n11")
    longer = listed(client.get(answer.headers["Location"]))
    assert longer[:10] == first
    assert len(longer) == 20
    for _turn in range(3):
        there = str(client.get(f"{answer.headers['Location'].partition('#')[0]}/more").headers["Location"])
        answer = client.get(f"{there.partition('#')[0]}/more")
    last = client.get(there.partition("#")[0])
    assert len(listed(last)) == 50
    assert "This list ends here" in said(last)


# the map


def test_the_map_has_the_numbers_of_the_cards(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(address(client)).get_data(as_text=True)
    on_map = set(re.findall(r'<a href="#(n\d+)" aria-label', page))
    assert on_map
    for anchor in on_map:
        assert f'id="{anchor}"' in page
    assert '<title id="map-title">' in page
    assert "North is up" in page


def test_a_rough_place_is_drawn_as_such(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = client.get(address(client, text="chess")).get_data(as_text=True)
    assert "Urmston Rooks" in text
    assert 'rect class="rough"' in text
    assert "we know only roughly where" in text


def test_a_list_without_places_has_no_map_and_one_without_a_person_has_no_rings(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    text = client.get(address(client, place="")).get_data(as_text=True)
    assert 'class="ring"' not in text
    assert 'class="bar"' in text
    for slug in slugs(client.get(address(client, **SONGS))):
        assert f"/groups/{slug}" in text
