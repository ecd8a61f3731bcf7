"""What a reader is promised: every code that can be on a page has its own plain words, and none falls back."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog import barriers, facts, models
from service.catalog.barriers import Strength
from service.catalog.facts import Value
from service.catalog.queries import group_by_slug
from service.catalog.schedule import Meeting
from service.catalog.views import AreaView, FactView, TermView
from service.crisis import PHRASES, may_be_at_risk
from service.errors import Problem
from service.matching import Profile, Where, explanation, profile, relaxation, steps
from service.matching.explanation import Point
from service.matching.filters import GATES
from service.matching.relaxation import Relaxed
from service.matching.scorers import PARTS, SCORERS
from service.web import rhythm
from service.web.figures import Figures, locale_of
from service.web.rendering import country_pack
from service.web.self_service import (
    answer_words,
    asking,
    choosing,
    form,
    group_page,
    notices,
    problems,
    reading,
    small_steps,
    sums,
    words,
)
from service.web.self_service.fact_lines import fact_lines
from service.web.self_service.scene import Scene, Voice, scene
from tests.web.seeking import NOW, catalogue

ENGLISH = Figures(locale=locale_of("en", "gb"), miles=True, currency="GBP")
PARAMS = {
    "wanted": "activity.music",
    "offered": "activity.music.singing",
    "words": "songs",
    "term": "life.retired",
    "way": "online",
    "mode": "online",
    "km": 1.2,
    "minutes": 19,
    "travel": "bus",
    "max_km": 1.0,
    "pence": 450,
    "limit": 200,
    "fact": "hearing_loop",
    "languages": "pl,ur",
    "people": 6,
    "level": 4,
    "year": 2018,
}
CODE = re.compile(r"[a-z]+_[a-z_]+|%\(")


@pytest.fixture
def spoken(app: Flask) -> Iterator[Voice]:
    """Speak English, and return the voice."""
    with app.test_request_context("/en/"):
        from service.web.self_service.search import voice

        yield replace(voice(), figures=ENGLISH)


@pytest.fixture
def larks(store: Session) -> Scene:
    """A choir that meets on Tuesdays at ten, beside somebody who is free on Friday evenings."""
    catalogue(store)
    wishes = Profile(
        slots=frozenset({(4, 2)}),
        place=Where(label="Sale", latitude=53.4, longitude=-2.3),
        max_km=2.0,
        price_limit=200,
        mode="online",
    )
    return scene(group_by_slug(store, "larks", today=NOW.date()), wishes, now=NOW)


def codes_in(module: Path, call: str) -> set[str]:
    """Return every code that a module can give to `call(code=…)`, names of capacity and restriction among them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call:
            for keyword in node.keywords:
                if keyword.arg == "code":
                    found |= {text.value for text in _values(keyword.value) if isinstance(text.value, str)}
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            found |= {text.value for text in _values(node.value.value) if isinstance(text.value, str)}
    return found


def _values(node: ast.AST) -> Iterator[ast.Constant]:
    """Return the constants an expression can give: either side of a choice, the values of a table, not its keys."""
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from (*_values(node.body), *_values(node.orelse))
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _values(value)


def test_every_point_of_the_ranking_has_a_sentence() -> None:
    known = codes_in(Path(explanation.__file__), "Point") | {"women_only", "men_only", "full", "waiting_list"}
    assert len(known) > 25
    assert known - {"woman", "man"} == set(words.SENTENCES)


def test_every_sentence_of_a_point_is_plain(spoken: Voice, larks: Scene) -> None:
    for code in words.SENTENCES:
        text = words.point(Point(kind="fit", code=code, weight=1.0, params=PARAMS), larks, spoken)
        assert text[:1].isupper() or text.startswith("£"), code
        assert not CODE.search(text), text
        assert len(text.split()) <= 15, text


def test_points_say_the_figures(spoken: Voice, larks: Scene) -> None:
    def say(code: str, **params: object) -> str:
        found = Point(kind="fit", code=code, weight=1.0, params={**PARAMS, **params})
        return words.point(found, larks, spoken).replace("\u00a0", " ")

    assert say("near", km=0.8, minutes=13) == "About 0.5 miles away, 13 minutes on foot"
    assert say("far", km=8.0, minutes=52) == "About 5 miles away, 52 minutes by bus or tram"
    assert say("near", km=8.0, minutes=21, travel="car") == "About 5 miles away, 21 minutes by car"
    assert say("beyond_reach", km=4.0, max_km=2.0) == "About 2.5 miles away. You said 1.2 miles at most"
    assert say("price_above") == "It costs £4.50 a time. You said £2 at most"
    assert say("price_above", limit=0) == "It costs £4.50 a time. You asked for free"
    assert say("times_misfit") == "You asked for evenings, Friday. This meets on Tuesday at 10:00"
    assert say("speaks") == "Someone there speaks Polish or Urdu"
    assert say("fact_no") == "No hearing loop"
    assert say("fact_not_confirmed") == "Not confirmed: a hearing loop"
    assert say("not_confirmed_since") == "Not confirmed since 2018"


def test_distances_follow_the_country_and_stay_with_their_unit(spoken: Voice, larks: Scene) -> None:
    there = replace(spoken, figures=replace(spoken.figures, miles=False))
    found = Point(kind="fit", code="near", weight=1.0, params={**PARAMS, "km": 0.8, "minutes": 13, "travel": "walk"})
    assert words.point(found, larks, there) == "About 0.8\u00a0km away, 13\u00a0minutes on foot"


def test_every_question_is_one(spoken: Voice, larks: Scene) -> None:
    for code in (code for code in words.SENTENCES if "not_confirmed" in code):
        said = asking.question(Point(kind="not_confirmed", code=code, weight=1.0, params=PARAMS), larks, spoken)
        assert said.endswith("?"), code
        assert len(said.split()) <= 15
    area = AreaView(name="Sale", latitude=None, longitude=None, radius_km=None)
    there = replace(larks, group=replace(larks.group, areas=(area,)))
    assert asking.questions((), there, spoken) == ["Do you take people from Sale?"]
    assert asking.questions((), larks, spoken) == ["Is there anything I should know first?"]


def test_every_wish_that_can_be_let_go_is_named(app: Flask) -> None:
    with app.test_request_context("/en/"):
        for code in relaxation.ORDER:
            for wishes in (Profile(), Profile(max_km=3.0, price_limit=500, mode="phone")):
                text = answer_words.relaxed(Relaxed(code=code, more=4), wishes, ENGLISH)
                assert "4 more groups" in text
                assert "%" not in text


def test_every_barrier_has_the_words_of_the_form_and_a_helper(client: FlaskClient, app: Flask) -> None:
    page = client.get("/en/").get_data(as_text=True)
    assert set(answer_words.BARRIERS) == set(answer_words.HELP) == set(barriers.CODES)
    with app.test_request_context("/en/"):
        for code in barriers.CODES:
            label = str(answer_words.BARRIERS[code])
            assert f"<strong>{label}</strong>" in page
            assert answer_words.barrier(code, Strength.MUST) == f"{label}: I need this"
    for fact in facts.CODES:
        assert f">{fact}<" not in page


def test_every_family_of_interests_has_a_tile(client: FlaskClient, app: Flask) -> None:
    page = client.get("/en/").get_data(as_text=True)
    with app.test_request_context("/en/"):
        from service.web.rendering import services

        for family in services().matching.taxonomy.families():
            assert f'name="interests" type="checkbox" value="{family.code}"' in page
    for code in form.SPOKEN:
        assert f'name="languages" type="checkbox" value="{code}"' in page


def test_every_state_of_a_group_has_words() -> None:
    assert set(answer_words.CAPACITY) == set(models.CAPACITY)
    assert set(answer_words.VETTING) == set(models.VETTING)
    assert set(answer_words.MODES) == set(models.MODES)
    assert set(answer_words.TRAVEL) == set(get_args(profile.Travel))
    assert set(answer_words.GENDERS) == set(get_args(profile.Gender))


def test_every_reason_why_nobody_can_join_has_words() -> None:
    from service.catalog.importing import joinable

    source = Path(joinable.__file__).read_text()
    assert set(re.findall(r'(?:return|else) "([a-z_]+)"', source)) <= set(group_page.NOT_JOINABLE)


def test_every_rule_and_weight_of_the_ranking_is_said_openly(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert set(choosing.WEIGHTS) == {scorer.code for scorer in SCORERS}
        assert set(sums.PARTS) == {scorer.code for scorer in PARTS}
        assert len(choosing.gates()) == len(GATES)
        assert sum(int(str(row["share"])) for row in choosing.weights()) in range(98, 103)


def test_every_step_of_a_way_has_words() -> None:
    assert set(small_steps.WHEN) == set(get_args(steps.Why))
    assert len(small_steps.ASKS) == 7, "levels 0 to 6"


def test_every_problem_of_an_answer_has_a_way_out(app: Flask) -> None:
    sources = [Path(profile.__file__), Path("service/catalog/where/places.py"), Path(reading.__file__)]
    text = "".join(path.read_text() for path in sources)
    known = set(re.findall(r'(?:Problem|Invalid|PydanticCustomError)\(\s*"([a-z_]+)"', text)) - {"profile"}
    known |= set(re.findall(r'": "([a-z_]+)",', text)) | {"not_a_number", "wrong_type"}
    with app.test_request_context("/en/"):
        for code in known:
            said = problems.sentence("x", Problem(code, {"suggestions": ("Sale",)}), {"place": "Sail"}, ENGLISH)
            assert said.endswith((".", "?")), code
            assert "%" not in said


def test_a_rule_reads_as_people_say_it(app: Flask) -> None:
    start = datetime(2026, 1, 6, 19, 30, tzinfo=UTC).replace(tzinfo=None)
    with app.test_request_context("/en/"):
        for rule, said in (
            ("FREQ=WEEKLY;BYDAY=TU", "Every Tuesday, 19:30"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "Every 2 weeks on Tuesday and Thursday, 19:30"),
            ("FREQ=MONTHLY;BYDAY=1TU", "First Tuesday of the month, 19:30"),
            ("FREQ=MONTHLY;BYDAY=-1TU", "Last Tuesday of the month, 19:30"),
            ("FREQ=YEARLY", ""),
            (None, ""),
        ):
            meeting = Meeting(rule=rule, starts_at=start, minutes=60, time_zone="Europe/London")
            assert rhythm.of_rule(meeting, ENGLISH) == said


def test_words_of_danger_are_heard_in_each_language_and_everyday_words_are_not() -> None:
    for phrases in PHRASES.values():
        for phrase in phrases.split("|"):
            assert may_be_at_risk(f"hello, {phrase.strip().upper()}! and chess"), phrase
    for calm in (
        "killing time with chess", "murder mystery evenings", "I hit a tennis ball", "a dying art: lace",
        "life drawing", "my knees hurt", "the end of the week", "self help", "hungry for company",
        "lonely since I retired", "",
    ):  # fmt: skip
        assert not may_be_at_risk(calm), calm


def test_a_money_amount_carries_the_sign_on_the_price() -> None:
    for language, price in (("en", "£4.50"), ("pl", "4,50 £"), ("ur", "\u2066£4.50\u2069")):
        figures = Figures(locale=locale_of(language, "gb"), miles=True, currency="GBP")
        assert figures.money(450).replace("\u00a0", " ").replace("\u200e", "") == price
    assert ENGLISH.money(0) == "£0"


def test_a_picture_shows_what_a_group_does_rather_than_that_it_talks(larks: Scene) -> None:
    def of(*codes: str) -> str:
        terms = tuple(TermView(code=code, weight=1.0, source="editor") for code in codes)
        return notices.picture(replace(larks.group, terms=terms))

    football = ("activity.sport.football", "activity.support.mental_health", "activity.talk.mens_group")
    assert of(*football, "format.medium") == "activity.sport.football"
    assert of(*football[1:]) == "activity.talk.mens_group"
    assert of("format.medium") == ""


def test_a_fact_of_a_list_that_gives_only_its_year_is_dated_by_the_year(larks: Scene, spoken: Voice) -> None:
    day = date(2026, 1, 1)
    fact = FactView(
        code="taster", value=Value.YES, stated=Value.YES, source="extracted", confirmed_on=day,
        amount=None, note=None, role=None,
    )  # fmt: skip
    listed = replace(larks.group, facts=(fact,), last_confirmed_on=day, confirmed_precision="year")
    for group, note in (
        (listed, "Read from their own words, 2026"),
        (replace(listed, confirmed_precision="day"), "Read from their own words, January 2026"),
    ):
        assert fact_lines(group, None, larks.profile, spoken.figures)[0]["note"] == note


def test_an_age_is_said_once(larks: Scene, spoken: Voice) -> None:
    def of(eligibility: str | None, least: int | None, most: int | None = None) -> list[str]:
        group = replace(larks.group, who_for=None, eligibility=eligibility, age_min=least, age_max=most)
        shown = group_page.page(replace(larks, group=group), None, spoken, country_pack(), now=NOW)
        return list(shown["group"]["who_for"])

    assert of("Anyone over 18", 18) == ["Anyone over 18"]
    assert of("Ages 18 to 30", 18, 30) == ["Ages 18 to 30"]
    assert of("Under-14s come with an adult.", 8) == ["Under-14s come with an adult.", "For ages 8 and over"]
    assert of(None, 18) == ["For ages 18 and over"]
    assert of("Everyone", None) == ["Everyone"]


def test_how_fresh_a_listing_is_is_said(spoken: Voice, larks: Scene) -> None:
    assert answer_words.confirmed(larks.group, spoken.figures) == "Confirmed on 2 November 2026."
    old = replace(larks.group, source="gm-libraries", source_year=2018, last_confirmed_on=None)
    assert answer_words.confirmed(old, spoken.figures) == "From 2018 open data, not confirmed since."
    assert answer_words.confirmed(replace(larks.group, last_confirmed_on=None), spoken.figures).startswith("Nobody")


def test_figures_keep_their_order_in_a_text_that_runs_from_right_to_left(app: Flask) -> None:
    with app.test_request_context("/ur/"):
        urdu = Figures(locale=locale_of("ur", "gb"), miles=False, currency="GBP")
        assert urdu.clock(NOW) == "\u2066" + "10:00\u00a0AM" + "\u2069"
        assert urdu.short_minutes(29) == "29\u00a0منٹ"
        assert urdu.distance(0.24).startswith("0.2\u00a0کلو")


def test_portuguese_is_that_of_portugal(app: Flask) -> None:
    assert str(locale_of("pt", "gb")) == "pt_PT"
    assert str(locale_of("pt", "br")) == "pt_BR"


def test_a_group_next_door_takes_a_minute_not_none(app: Flask) -> None:
    figures = Figures(locale=locale_of("en", "gb"), miles=False, currency="GBP")
    with app.test_request_context("/en/"):
        assert words.away(0.02, 0, "walk", figures, short=True).replace("\u00a0", " ").startswith("1 min walk")
        assert "1 minute on foot" in words.away(0.02, 0, "walk", figures).replace("\u00a0", " ")
