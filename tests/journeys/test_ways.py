"""What people come for, walked in every way: narrow and wide, without a script, by keys alone, enlarged."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.serving import Demo
from tests.journeys.walking import WAYS, Walker, Way

pytestmark = pytest.mark.browser

WORDS, PLACE = "lonely since I retired, like singing", "M33 4ND"
ELSEWHERE = "https://www.wikipedia.org/"
Walk = Callable[[Way], Walker]


def ways(first: int) -> pytest.MarkDecorator:
    """Every way; the one that `make test` walks too differs from journey to journey."""
    quick = WAYS[first % len(WAYS)]
    marked = [pytest.param(way, id=way.name, marks=[] if way is quick else [pytest.mark.slow]) for way in WAYS]
    return pytest.mark.parametrize("way", marked)


@pytest.fixture
def walk(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """Send somebody on their way; when the test is done, nothing may have gone wrong."""
    there: list[Walker] = []

    def begin(way: Way) -> Walker:
        there.append(Walker(browser, demo.url, way, request.node.originalname.removeprefix("test_")))
        return there[-1]

    yield begin
    for walker in there:
        walker.arrive()


def find(walker: Walker, told: str, button: str = "Show me groups") -> None:
    """Send the form, and see a list whose first group has one of these words."""
    walker.press("button", button)
    expect(walker.page.locator("article").first).to_contain_text(re.compile(told, re.IGNORECASE))
    walker.see()


def ask(walker: Walker) -> None:
    """Come to the list of a search in one's own words."""
    walker.begin()
    walker.fill("In your own words", WORDS)
    walker.fill("Where are you?", PLACE)
    find(walker, "sing")


@ways(0)
def test_own_words_lead_to_a_group(walk: Walk, way: Way) -> None:
    walker = walk(way)
    ask(walker)
    walker.act(walker.page.locator("article").first.get_by_role("link").first)
    expect(walker.page.get_by_role("heading", name="Why we showed you this")).to_be_visible()
    walker.see()


@ways(1)
def test_a_wish_is_changed(walk: Walk, way: Way) -> None:
    walker = walk(way)
    ask(walker)
    walker.press("link", "Change my answers")
    expect(walker.page.get_by_label("In your own words")).to_have_value(WORDS)
    walker.see()
    walker.fill("In your own words", "a book club")
    find(walker, "book|read")


@pytest.mark.asvs("V14.3.1")
@ways(2)
def test_somebody_leaves_in_a_hurry(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    ask(walker)
    told: list[str | None] = []
    page.on(
        "request", lambda request: told.append(request.header_value("referer")) if ELSEWHERE in request.url else None
    )
    page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="another place", content_type="text/html"))
    walker.press("link", "Leave this page")
    page.wait_for_url(ELSEWHERE)
    expect(page.locator("body")).to_have_text("another place")
    assert set(told) == {None}, "nobody is told where somebody came from"
    assert walker.context.cookies() == []
    if way.javascript:
        with page.expect_navigation(url=ELSEWHERE):
            page.evaluate("history.back()")
        expect(page.locator("body")).to_have_text("another place")
    # The other place is asked for: that is what was wanted. Nothing else went wrong.
    assert set(walker.trouble) == {f"asked elsewhere: {ELSEWHERE}"}
    walker.trouble.clear()


@ways(3)
def test_one_question_at_a_time(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    walker.begin()
    walker.press("button", "One question at a time")
    walker.see()
    walker.choose(page.get_by_role("checkbox", name="Music and singing"))
    walker.press("button", "Next")
    walker.see()
    walker.choose(page.locator("[name=barrier_cost][value=helps]"))
    walker.press("button", "Back")
    expect(page.get_by_role("checkbox", name="Music and singing")).to_be_checked()
    walker.press("button", "Next")
    expect(page.locator("[name=barrier_cost][value=helps]")).to_be_checked()
    walker.press("button", "Next")
    walker.fill("Where are you?", PLACE)
    walker.see()
    find(walker, "sing|music|song", "Just show me groups")


@ways(4)
def test_all_questions_are_answered_one_by_one(walk: Walk, way: Way) -> None:
    walker = walk(way)
    walker.begin()
    walker.press("button", "One question at a time")
    walker.fill("In your own words", WORDS)
    walker.press("button", "Next")
    walker.press("button", "Next")
    walker.fill("Where are you?", PLACE)
    for _ in range(3):
        walker.press("button", "Next")
        walker.see()
    find(walker, "sing")
    expect(walker.page.get_by_role("link", name=f"Near {PLACE}")).to_be_visible()


def keep(walker: Walker) -> None:
    """Come to the list of what was kept: the first group of a search."""
    ask(walker)
    walker.press("button", re.compile("^Keep"))
    walker.press("link", re.compile("My list"))
    expect(walker.page.get_by_role("heading", level=1)).to_have_text("My list")
    walker.see()


@ways(5)
def test_groups_are_kept_on_a_list_that_can_be_ended(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    keep(walker)
    assert page.locator("article").count() == 1
    link = page.locator("textarea").filter(has_text=f"{walker.url}/en/list/").first.input_value()
    walker.act(page.locator("summary").filter(has_text="End this link now"))
    walker.act(page.locator("details").get_by_role("button").last)
    walker.see()
    page.goto(link)
    assert walker.status() == 410
    walker.see()


@ways(6)
def test_a_leaflet_is_made(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    keep(walker)
    pdf = page.get_by_role("link", name="Save as a PDF", exact=True)
    answer = page.request.get(str(pdf.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    walker.press("link", "Print a page")
    walker.see()
    expect(page.get_by_role("heading").filter(has_text="Lantern").first).to_be_visible()


@ways(7)
def test_dates_are_put_in_a_calendar(walk: Walk, way: Way) -> None:
    walker = walk(way)
    keep(walker)
    with walker.page.expect_download() as download:
        walker.press("link", re.compile("Put all dates in my calendar"))
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "BEGIN:VEVENT" in text
    assert "Lantern" not in text.partition("SUMMARY")[2].partition("\n")[0], "the name of a group is nobody's business"


@ways(8)
def test_somebody_tells_us_that_something_is_wrong(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    ask(walker)
    walker.act(page.locator("article").first.get_by_role("link").first)
    walker.press("link", "Something is wrong")
    walker.see()
    walker.choose(page.get_by_role("radio").first)
    walker.fill("your own words", "It starts at eleven now.")
    walker.act(page.locator("main form").get_by_role("button").last)
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    walker.see()


@ways(1)
def test_a_group_is_not_for_me(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    ask(walker)
    first = page.locator("article").first.get_by_role("link").first.inner_text()
    walker.act(page.locator("article").first.locator("summary").filter(has_text="Not for me"))
    walker.see()
    walker.act(
        page.locator("article").first.get_by_role("button", name=re.compile("been|another|other", re.IGNORECASE)).first
    )
    expect(page.locator("article").first).not_to_contain_text(first)


@ways(6)
def test_more_like_one_and_back_to_ones_own_wishes(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    ask(walker)
    first = page.locator("article").first
    name = first.get_by_role("heading").get_by_role("link").inner_text()
    walker.press("button", re.compile("^More like this"), within=first)
    expect(page.get_by_role("status").filter(has_text=name)).to_be_visible()
    walker.see()
    walker.press("link", "Back to my own wishes")
    expect(page.locator("article").first).to_contain_text(name)
    walker.see()


@ways(7)
def test_how_far_is_changed_on_the_list_and_the_map_leads_to_a_card(walk: Walk, way: Way) -> None:
    walker = walk(way)
    page = walker.page
    ask(walker)
    walker.act(page.locator("summary", has_text="Change how far"))
    page.get_by_label("How far, at most?").select_option("5")
    walker.press("button", "Show me groups")
    expect(page.get_by_role("link", name="Up to 5 km")).to_be_visible()
    pin = page.locator("svg.kith-map a").first
    number = str(pin.get_attribute("href"))
    walker.act(pin)
    expect(page.locator(number)).to_be_in_viewport()
    walker.see()
