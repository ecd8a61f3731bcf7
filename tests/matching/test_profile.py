"""One reader for form and JSON: every field that cannot be used is named, with what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.barriers import Strength
from service.catalog.words.taxonomy import Taxonomy
from service.errors import Invalid, Problem
from service.matching.profile import Profile, ProfileIn, Where
from service.matching.profile import resolve_interest as resolve_interest_of

HERE = Where(label="Sale", latitude=53.42, longitude=-2.32)


def resolve_place(text: str) -> Where:
    if text.strip() != "Sale":
        raise Invalid("place", fields={"place": Problem("place_unknown", {"suggestions": ["Sale"]})})
    return HERE


def resolve_interest(word: str) -> str | None:
    return {"singing": "activity.music.singing", "retired": "life.retired"}.get(word)


def read(data: dict[str, Any], *, strict: bool = True) -> Profile:
    return Profile.from_mapping(data, strict=strict, resolve_place=resolve_place, resolve_interest=resolve_interest)


def problems(data: dict[str, Any], *, strict: bool = True) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(data, strict=strict)
    return {field: problem.code for field, problem in refused.value.fields.items()}


def test_nothing_asked_is_a_profile() -> None:
    assert read({}) == Profile()


def test_a_form_and_a_json_body_say_the_same() -> None:
    said = {"text": " I like singing ", "place": "Sale", "max_km": 3, "age": 68, "cost_max": 2.5, "limit": 5}
    typed = {key: str(value) for key, value in said.items()} | {"mode": "", "gender": "", "languages": []}
    assert read(said) == read(typed, strict=False)
    assert read(said).price_limit == 250
    assert read(said).text == "I like singing"


def test_interests_of_a_stage_of_life_are_kept_apart() -> None:
    profile = read({"interests": ["singing", "retired", "singing"]})
    assert profile.interests == ("activity.music.singing",)
    assert profile.life == ("life.retired",)


def test_bare_barriers_mean_helps_and_the_old_name_is_understood() -> None:
    assert read({"barriers": ["time_evenings_only", "cost"]}).barriers == {
        "work_hours": Strength.HELPS,
        "cost": Strength.HELPS,
    }
    assert read({"barriers": {"hearing": "must"}}).must("hearing")


def test_days_and_parts_are_crossed() -> None:
    assert read({"days": ["mo", "tu"], "parts": ["morning"]}).slots == {(0, 0), (1, 0)}
    assert len(read({"days": ["su"]}).slots) == 3
    assert len(read({"parts": ["evening"]}).slots) == 7


def test_either_is_no_wish() -> None:
    assert read({"mode": "either"}).mode is None


@pytest.mark.asvs("V2.2.3", "V2.2.1")
@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"text": "x" * 10_000}, "text", "too_long"),
        ({"text": 7}, "text", "wrong_type"),
        ({"age": -1}, "age", "out_of_range"),
        ({"age": 121}, "age", "out_of_range"),
        ({"age": "old"}, "age", "wrong_type"),
        ({"age": 6.5}, "age", "wrong_type"),
        ({"max_km": 0}, "max_km", "out_of_range"),
        ({"max_km": float("nan")}, "max_km", "out_of_range"),
        ({"max_km": 1e9}, "max_km", "out_of_range"),
        ({"cost_max": -0.01}, "cost_max", "out_of_range"),
        ({"limit": 51}, "limit", "out_of_range"),
        ({"interests": ["zzz"]}, "interests", "unknown_choice"),
        ({"interests": ["singing"] * 31}, "interests", "too_many"),
        ({"barriers": ["gravity"]}, "barriers", "unknown_choice"),
        ({"barriers": {"cost": "maybe"}}, "barriers", "unknown_strength"),
        ({"barriers": "cost"}, "barriers", "wrong_type"),
        ({"barriers": [["cost"]]}, "barriers", "unknown_choice"),
        ({"needs": {"gold_taps": "must"}}, "needs", "unknown_choice"),
        ({"mode": "by_post"}, "mode", "unknown_choice"),
        ({"days": ["monday"]}, "days", "unknown_choice"),
        ({"earliest": "25:00"}, "earliest", "wrong_form"),
        ({"earliest": "18:00", "latest": "17:00"}, "latest", "times_contradict"),
        ({"languages": ["English"]}, "languages", "wrong_form"),
        ({"place": "Atlantis"}, "place", "place_unknown"),
        ({"shoe_size": 43}, "shoe_size", "unknown_field"),
    ],
)
def test_what_cannot_be_used_is_named(data: dict[str, Any], field: str, code: str) -> None:
    assert problems(data) == {field: code}


def test_a_form_is_told_what_is_no_number() -> None:
    assert problems({"age": "sixty", "max_km": "far"}, strict=False) == {
        "age": "not_a_number",
        "max_km": "not_a_number",
    }


@pytest.mark.asvs("V15.3.5")
def test_a_code_must_be_one_exactly(taxonomy: Taxonomy) -> None:
    assert resolve_interest_of(taxonomy, "activity.sport.golf") == "activity.sport.golf"
    assert resolve_interest_of(taxonomy, "activity.sport.golfx") is None
    assert resolve_interest_of(taxonomy, "golf") == "activity.sport.golf"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(sorted(ProfileIn.model_fields))


@pytest.mark.asvs("V2.2.1", "V15.3.5")
@given(st.dictionaries(FIELDS | st.text(max_size=6), JSON, max_size=6), st.booleans())
def test_any_json_is_a_profile_or_refused_by_field(data: dict[str, Any], strict: bool) -> None:  # noqa: FBT001
    try:
        read(data, strict=strict)
    except Invalid as refused:
        named = bool(refused.fields)
    else:
        named = True
    assert named
