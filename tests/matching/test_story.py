"""Reading a story: what is said suggests an answer; what is denied, or somebody else's, does not."""

from typing import Any

import pytest

from service.catalog import barriers
from service.catalog.barriers import Strength
from service.matching.story import reader as story
from tests.matching.telling import SAID, TAXONOMY, of, read

# ---- barriers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAID.items() for text in texts])
def test_what_makes_it_hard_to_go_is_heard(code: str, text: str) -> None:
    assert code in of(text).get("barriers", [])


def test_there_are_words_for_every_barrier() -> None:
    assert set(SAID) == set(barriers.CODES)


@pytest.mark.parametrize(
    "text",
    [
        "I don't mind the bus", "my hearing is fine", "I'm not shy", "the stairs are no problem",
        "crowds don't bother me",
        "money is no object", "I'm not on benefits", "I can hear well", "no mobility issues", "not anxious at all",
        "I don't use a wheelchair", "my English is fine", "I'm happy going alone", "I used to work nights",
        "I used to be shy", "I worked shifts for thirty years", "my memory is good", "I never get nervous",
        "I'm good with computers", "the kids have left home", "I do have a car",
        # false friends
        "gluten free food", "feel free to ring me", "hip hop classes", "a blind date", "turn a blind eye",
        "I'm anxious to get started", "my nervous system", "I can't remember the last time I laughed", "tone deaf",
        "I like low impact exercise", "I can't stand football", "I want to learn sign language", "playing it safe",
        "we look after ourselves", "tired of my own company", "I broke my promise", "panic buying", "memory lane",
        "English literature", "no car boot sales", "I take my dog with me", "a slice of pie", "safe to say",
        # somebody else
        "my husband is deaf", "my wife uses a wheelchair", "my friend Sue is shy and anxious",
        "my son works weekends",
        "she can't walk far", "people who are blind", "our neighbour has no car", "his memory is bad",
    ],
)  # fmt: skip
def test_what_is_denied_or_means_something_else_or_is_somebody_else_s_suggests_no_barrier(text: str) -> None:
    assert of(text, "barriers") == {}


@pytest.mark.parametrize(
    "text",
    [
        "I use a walker", "uses a walker", "I need a walker", "I walk with a walker", "I have a wheeled walker",
        "I am on a walker", "I use a rollator", "I have a zimmer frame", "I use a rollator walker",
    ],
)  # fmt: skip
def test_what_helps_somebody_to_walk_is_no_wish_to_walk(text: str) -> None:
    assert of(text, "interests") == {}
    assert of(text, "barriers") == {"barriers": ["mobility"]}
    assert of(f"{text} and like walking", "interests") == {"interests": ["activity.movement.walking"]}


@pytest.mark.parametrize("text", ["I am a keen walker", "I want to meet other walkers", "a group with walkers my age"])
def test_who_walks_for_pleasure_may_say_so(text: str) -> None:
    assert "activity.movement.walking" in of(text, "interests")["interests"]


def test_a_loss_that_somebody_tells_of_does_not_make_the_rest_somebody_else_s() -> None:
    assert of("Since my wife died I can't face new people", "barriers") == {"barriers": ["social_anxiety"]}
    assert of("my husband passed away and can't drive myself", "barriers") == {"barriers": ["transport"]}


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("I use a wheelchair", Strength.MUST),
        ("it has to be wheelchair accessible", Strength.MUST),
        ("I need somewhere quiet", Strength.MUST),
        ("Deaf, I use BSL", Strength.MUST),
        ("it must be free", Strength.MUST),
        ("somewhere quiet would be nice", Strength.HELPS),
        ("I can't drive", Strength.HELPS),
        ("I don't need a ramp", None),
    ],
)
def test_what_somebody_needs_is_told_from_what_helps(text: str, strength: Strength | None) -> None:
    found = [one.strength for one in read(text).suggestions if one.field == "barriers"]
    assert (found[0] if found else None) is strength


# ---- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tuesdays or Thursdays", {"days": ("tu", "th")}),
        ("I'm free on Friday afternoons", {"days": ("fr",), "parts": ("afternoon",)}),
        ("not Mondays", {"days": ("tu", "we", "th", "fr", "sa", "su")}),
        ("any day but Monday", {"days": ("tu", "we", "th", "fr", "sa", "su")}),
        ("not Mondays, Wednesdays or Fridays", {"days": ("tu", "th", "sa", "su")}),
        ("Mondays and Tuesdays I work, other days are fine", {"days": ("we", "th", "fr", "sa", "su")}),
        ("Monday to Friday", {"days": ("mo", "tu", "we", "th", "fr")}),
        ("at weekends", {"days": ("sa", "su")}),
        ("in the mornings", {"parts": ("morning",)}),
        ("not in the evening", {"parts": ("morning", "afternoon")}),
        ("I don't go out after dark", {"parts": ("morning", "afternoon")}),
        ("during the day", {"parts": ("morning", "afternoon")}),
        ("after work", {"parts": ("evening",)}),
        ("Friday night would be good", {"days": ("fr",), "parts": ("evening",)}),
        ("after 6", {"earliest": "18:00"}),
        ("after 6pm on Wednesdays", {"earliest": "18:00", "days": ("we",)}),
        ("not before 10.30", {"earliest": "10:30"}),
        ("nothing before 10 please", {"earliest": "10:00"}),
        ("nothing after 8 please", {"latest": "20:00"}),
        ("home by 4", {"latest": "16:00"}),
        ("until noon", {"latest": "12:00"}),
        ("from 10 to 2", {"earliest": "10:00", "latest": "14:00"}),
        ("between 10am and 2pm", {"earliest": "10:00", "latest": "14:00"}),
        (
            "in school hours",
            {"days": ("mo", "tu", "we", "th", "fr"), "earliest": "09:00", "latest": "15:00"},
        ),
        ("I work till 5", {"earliest": "17:00"}),
        # nothing of when somebody can go
        ("we used to go to bingo on Tuesdays", {}),
        ("my son works Saturdays", {}),
        ("last Tuesday I fell", {}),
        ("Good morning!", {}),
        ("after 6 months of lockdown", {}),
        ("I look after 2 and a cat", {}),
        ("no buses after six", {}),
        ("before 3 operations", {}),
        ("evenings are hard", {}),
        ("a coffee morning", {}),
        ("evenings or weekends", {}),  # days and parts would cross; the barrier of working hours says it
    ],
)
def test_times_are_read(text: str, wanted: dict[str, Any]) -> None:
    assert of(text, "days", "parts", "earliest", "latest") == wanted


def test_times_that_contradict_each_other_are_not_both_suggested() -> None:
    assert of("after 6, home by 4", "earliest", "latest") == {"earliest": "18:00"}


# ---- place, distance, way --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I live in Sale and like singing", "Sale"),
        ("near Altrincham", "Altrincham"),
        ("at home in M33 4ND", "M33 4ND"),
        ("m33 4nd", "M33 4ND"),
        ("my postcode is M33", "M33"),
        ("I was born in Bury but moved to Urmston", "Urmston"),
        ("near Sale Water Park", "Sale"),
        ("i live in stockport, no car", "Stockport"),
        ("living in Reading", "Reading"),
        ("At Christmas in Bury", "Bury"),
        ("I like reading in March", None),
        ("reading in bed, sale shopping, a bath", None),
        ("i live in hope", None),
        ("I live in Hope of better days", None),
        ("My daughter lives in Leeds", None),
        ("I was born in Bury", None),
        ("I worked in Manchester", None),
        ("in English, at Christmas, near Mum", None),
        ("Sale", None),
    ],
)
def test_only_what_looks_like_their_place_and_is_known_is_a_place(text: str, place: str | None) -> None:
    assert of(text).get("place") == place


def test_without_somebody_who_looks_places_up_there_is_no_place() -> None:
    assert not story.read("I live in Sale, M33 4ND", taxonomy=TAXONOMY).suggestions


def test_few_names_are_looked_up_however_many_there_are() -> None:
    asked: list[str] = []
    story.read("near Sale, in Bury, at Home Farm. " * 60, taxonomy=TAXONOMY, find_place=lambda name: asked.append(name))
    assert len(asked) <= 16


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("within 2 miles", {"max_km": 3.2}),
        ("no more than 3 km", {"max_km": 3}),
        ("a mile at most", {"max_km": 1.6}),
        ("up to half a mile", {"max_km": 0.8}),
        ("walking distance", {"travel": "walk"}),
        ("I can't go far", {}),
        ("I walk 5 miles every day and run up to 3 miles", {}),
        ("I moved 200 miles", {}),
        ("I drive", {"travel": "car"}),
        ("I don't drive", {}),
        ("I'd come by bus", {"travel": "bus"}),
        ("I don't mind the bus", {}),
        ("I get about on a mobility scooter", {"travel": "wheel"}),
        ("on my bike", {"travel": "cycle"}),
        ("something on Zoom", {"mode": "online"}),
        ("not online", {"mode": "in_person"}),
        ("sick of zoom, I want real people", {"mode": "in_person"}),
        ("a chat over the phone", {"mode": "phone"}),
        ("I work from home", {}),
    ],
)
def test_how_far_and_which_way_are_read(text: str, wanted: dict[str, Any]) -> None:
    assert of(text, "max_km", "travel", "mode") == wanted


# ---- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("I'm 68", 68), ("I am 68 and retired", 68), ("I’m 68, on my own", 68), ("aged 71, widowed", 71),
        ("a 68 year old in Sale", 68), ("68-year-old", 68), ("I've just turned 70", 70),
        ("I'm 45 and my son is 12", 45),
        ("in my seventies", None), ("my mum is 82", None), ("my husband, aged 71", None),
        ("my 12 year old loves it", None),
        ("I'm 20 minutes away", None), ("I'm 100% sure", None), ("I'm 6 foot", None),
        ("I am 30 weeks pregnant", None),
        ("aged 60 and over", None), ("I'm 50+", None), ("since I was 20", None), ("I'm 24/7 indoors", None),
    ],
)  # fmt: skip
def test_an_age_is_taken_only_as_it_is_stated(text: str, age: int | None) -> None:
    assert of(text).get("age") == age


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("can't pay more than £3", 3), ("up to £2.50 a time", 2.5), ("£5 max", 5), ("5 pounds at most", 5),
        ("it must be free", 0), ("something free", 0), ("free groups", 0), ("free of charge", 0),
        ("I'm free on Tuesdays", None), ("anything free on Mondays?", None), ("feel free", None),
        ("gluten free", None),
        ("I have free time", None), ("I get £80 a week", None), ("no more than £20 a month", None),
        ("a free spirit", None),
        ("sugar must be free from nuts", None),
    ],
)  # fmt: skip
def test_what_it_may_cost_is_read(text: str, most: float | None) -> None:
    assert of(text).get("cost_max") == most
