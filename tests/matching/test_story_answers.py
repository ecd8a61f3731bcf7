"""Reading a story: who somebody is, other languages, what is left out, and what always holds."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog import barriers
from service.catalog.barriers import Strength
from service.catalog.words.spotting import SKIPPED, tokens
from service.matching import Profile, Where
from service.matching.profile import MAX_TEXT
from service.matching.story import cues, cues_abroad
from service.matching.story import reader as story
from service.matching.story.reader import Story, Suggestion
from tests.matching.telling import SAID, TAXONOMY, of, read

# ---- who somebody is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "my wife died", "I'm a widow", "as a mum of three", "one of the lads", "my husband left",
        "I'm Muslim", "I go to church", "I'm gay", "my boyfriend", "I'm Polish", "I am from Pakistan", "I'm black",
        "I have cancer", "I had a stroke", "I was in prison", "I'm a disabled man's carer",
    ],
)  # fmt: skip
def test_who_somebody_is_is_never_read_from_their_words(text: str) -> None:
    for one in read(text).suggestions:
        assert one.field not in ("gender", "languages"), one
        assert one.value not in ("culture", "life.living_with_condition", "life.reintegration"), one
        assert not str(one.value).startswith(("activity.faith", "activity.talk.lgbt", "activity.talk.cultural")), one
        assert one.field != "interests" or one.value in story.HELP or "support" not in str(one.value), one


def test_a_gender_or_a_language_is_taken_as_it_is_stated() -> None:
    assert of("I'm a woman of few words", "gender") == {"gender": "woman"}
    assert of("I only speak Urdu", "languages") == {"languages": ("ur",)}
    assert of("someone who speaks Polish or Ukrainian", "languages") == {"languages": ("pl", "uk")}
    for text in (
        "I want to learn Spanish",
        "a bit of German",
        "I don't speak French",
        "Polish food",
        "my son speaks Urdu",
    ):
        assert of(text, "languages") == {}, text


def test_a_time_of_life_is_offered_for_what_they_say_of_themselves() -> None:
    assert of("retired last year", "life") == {"life": ["life.retired"]}
    assert of("I lost my keys. We look after the garden", "life") == {}
    assert of("my dad is retired", "life") == {}


def test_an_interest_is_offered_and_a_dislike_is_not() -> None:
    assert of("I like singing but no football", "interests") == {"interests": ["activity.music.singing"]}


# ---- other languages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "No tengo coche y oigo mal. Tengo 68 años, los martes por la tarde",
            {"barriers": ["transport", "hearing"], "age": 68, "days": ("tu",), "parts": ("afternoon",)},
        ),
        (
            "Nie mam samochodu, słabo słyszę, mam 71 lat",
            {"barriers": ["transport", "hearing"], "age": 71},
        ),
        (
            "Je n’ai pas de voiture, je suis timide, j’ai 70 ans",
            {"barriers": ["transport", "social_anxiety"], "age": 70},
        ),
        ("Ich bin 66, kein Auto, schwerhörig, nicht abends", {
            "barriers": ["transport", "hearing"], "age": 66, "parts": ("morning", "afternoon"),
        }),
        ("Non ho la macchina, ho 65 anni, il sabato", {"barriers": ["transport"], "age": 65, "days": ("sa",)}),
        ("Não tenho carro, tenho 70 anos, moro sozinha", {"barriers": ["transport", "alone"], "age": 70}),
        ("Dwi ddim yn gyrru, trwm fy nghlyw", {"barriers": ["transport", "hearing"]}),
        ("میرے پاس گاڑی نہیں، میری عمر 68 سال ہے", {"barriers": ["transport"], "age": 68}),
    ],
)  # fmt: skip
def test_the_commonest_words_of_other_languages_are_heard(text: str, wanted: dict[str, Any]) -> None:
    assert of(text, "barriers", "age", "days", "parts") == wanted


def test_every_barrier_has_words_in_other_languages() -> None:
    assert {code for code in cues_abroad.CUES if code.startswith("barriers.")} == {
        f"barriers.{code}" for code in barriers.CODES
    }


def test_every_cue_names_an_answer_and_keeps_its_telling_words() -> None:
    """The spotter leaves small words out: a cue of small words only would be met everywhere."""
    for phrase in cues._phrases():
        cue = cues.cue(phrase.code)
        assert cue.field != "barriers" or cue.value in barriers.CODES, phrase
        assert not {word.surface for word in tokens(phrase.words)} & {"her", "his", "their"}, phrase
        assert [word for word in tokens(phrase.words) if word.surface not in SKIPPED], phrase


# ---- what is left out ------------------------------------------------------------------------------------------------


def test_what_was_answered_is_not_asked_again() -> None:
    text = "I'm 68, no car, like singing, Tuesday mornings after 10, within 2 miles, at most £3, by bus, on zoom"
    found = read(text)
    assert len(found.suggestions) >= 10
    full = Profile(
        text=text, age=70, max_km=1.0, price_limit=0, travel="car", mode="phone", earliest=0,
        slots=frozenset({(2, 2)}), barriers={"transport": Strength.MUST, "cost": Strength.HELPS},
        interests=("activity.music.singing",), place=Where(label="Sale", latitude=53.4, longitude=-2.3),
    )  # fmt: skip
    assert story.unanswered(found, full) == Story()
    assert story.unanswered(found, Profile()) == found


def test_days_do_not_answer_parts_and_a_time_that_contradicts_is_not_asked() -> None:
    found = read("Tuesday mornings, home by 1pm")
    tuesdays = Profile(slots=frozenset((1, part) for part in range(3)))
    assert [one.field for one in story.unanswered(found, tuesdays).suggestions] == ["parts", "latest"]
    late = replace(tuesdays, earliest=18 * 60)
    assert [one.field for one in story.unanswered(found, late).suggestions] == ["parts"]


def test_words_somebody_said_no_to_are_blanked_and_the_rest_stays_in_its_place() -> None:
    text = "I like singing and chess"
    left = story.without(text, ["activity.music.singing"], TAXONOMY)
    assert (len(left), "chess" in left, "singing" in left) == (len(text), True, False)
    assert story.without(text, [], TAXONOMY) == text


# ---- what always holds -----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [text for texts in SAID.values() for text in texts]
    + [
        "not",
        "I'm 68",
        "after 6",
        "within 2 miles",
        "near Sale",
        "in",
        "£3",
        "my husband",
        ",",
        ".",
        "\n",
        "M33 4ND",
        "’",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=30).map(" ".join))


def check(text: str, found: Story) -> None:
    keys = [one.key for one in found.suggestions]
    assert len(keys) == len(set(keys))
    assert [one.start for one in found.suggestions] == sorted(one.start for one in found.suggestions)
    for one in found.suggestions:
        assert 0 <= one.start < one.end <= len(text)
        assert one.words == text[one.start : one.end]
        assert (one.strength is not None) == (one.field == "barriers")
        accepted(one)


def accepted(one: Suggestion) -> None:
    """Whatever is suggested can be sent as it is."""
    listed = one.field in ("days", "parts", "languages")
    value: Any = {
        "barriers": {one.value: one.strength}, "interests": [one.value], "life": [one.value],
    }.get(one.field, list(one.value) if listed and isinstance(one.value, tuple) else one.value)  # fmt: skip
    name = "interests" if one.field == "life" else one.field
    resolve_place: Callable[[str], Where] = lambda text: Where(label=text, latitude=0, longitude=0)  # noqa: E731
    Profile.from_mapping({name: value}, strict=True, resolve_place=resolve_place, resolve_interest=lambda code: code)


@given(text=TEXTS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_any_text_is_read_and_what_is_quoted_stands_in_it(text: str) -> None:
    found = read(text)
    check(text, found)
    assert found == read(text)


@pytest.mark.parametrize("text", [text for texts in SAID.values() for text in texts])
def test_each_example_quotes_itself_and_can_be_sent(text: str) -> None:
    check(text, read(text))


HARD = (
    "after 6 ",
    "In Sale ",
    "not ",
    "Mondays and ",
    "up to ",
    "£1",
    "aged ",
    "I'm 1",
    "a",
    "1",
    ",",
    "\n",
    "no car ",
    "A-A ",
)


@pytest.mark.parametrize("piece", HARD)
def test_the_longest_text_is_read_in_a_blink(piece: str) -> None:
    read("warm up")
    gc.collect()  # what other tests left is not swept up on this text's account
    begun = time.thread_time()
    read((piece * MAX_TEXT)[:MAX_TEXT])
    assert time.thread_time() - begun < 0.5  # seconds of this thread alone; about .01


def test_a_longer_text_is_read_from_its_beginning() -> None:
    assert of("x" * MAX_TEXT + " no car") == {}
