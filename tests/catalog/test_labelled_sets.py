"""The sets labelled by hand stay as they were frozen, and every label can be checked against its text."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from service.catalog.facts import CODES
from service.catalog.models import MODES
from service.catalog.words.vocabulary import load_taxonomy

FOLDER = Path(__file__).parent / "labelled"
TERMS = {term.code for term in load_taxonomy(Path(__file__).resolve().parents[2] / "seeds" / "taxonomy").terms}
FROZEN = {
    "duplicates/dev.jsonl": "02a183e24a18abb27bb3dff006404fe5e21ef468a3a5cd5f88e281923d2a367f",
    "duplicates/doubtful.jsonl": "387b4b5ded138e778684d6a9c922f857d6e4ab94ba6c018fde0ed9b16e7de02a",
    "duplicates/test.jsonl": "00850f9ddd870887b2baa9c630081db9144cad768506ee8dc5228619b92dbf1d",
    "facts/dev.jsonl": "33929083dec88b0df8f6e538341ecb100b8cff4da4ab8941e49d2e33ac23cfb2",
    "facts/made-dev.jsonl": "2bee14a9f4da4f4fea84b290437f6ac2fb5f3653cbda9d6224ed1e8f381894bd",
    "facts/made-test.jsonl": "28c243f7aaefd5487e45da067008267b7a975fe579693744d1d434ef795327ec",
    "facts/more.jsonl": "1fe2121d79d9c414d81e61a4652a4448d69645692bab407c3d16399b5427a930",
    "facts/second.jsonl": "3a6599fcdd0271c7bf0af77f4b9a24b964f560c2a3d053d181af8665a107a3fe",
    "facts/test.jsonl": "fe12d7dfe6ae0a5b207350b4d89a33dd0dffb287d126ea6ffaf765af9cf4d2ce",
    "facts/third.jsonl": "7717eb299ccf9dd63324ee2981b84702fd12de7e3a6eaf67a1b9a93a644e596f",
    "tags/dev.jsonl": "5717bd85f05526fcd14df1d747a271fee508c495516165a381203c357cf5fed1",
    "tags/test.jsonl": "44249f499b4f211fd1029aca19de3cf62ccd2dd7fe3374f905e68e13b239b1b1",
}
DAYS = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
EVERY = {"week", "2weeks", "month:1", "month:2", "month:3", "month:-1"}
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
UNLABELLED_IN_THIRD = {"time", "price", "age_min", "age_max", "phone", "size", "drop_in"}
RESERVED = re.compile(r"01632 960\d{3}")


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def _fits(kind: str, value: Any) -> bool:
    """Say whether a value may stand with a kind, by the table of the README."""
    if kind == "time":
        hours = [hour for hour in (value["start"], value["end"]) if hour]
        return set(value["days"]) <= DAYS and value["every"] in EVERY and all(map(HOUR.fullmatch, hours))
    if kind == "price":
        return value["pence"] >= 0 and value["currency"] in {"GBP", "USD"} and set(value) >= {"per", "at_least"}
    if kind in {"age_min", "age_max", "size"}:
        return isinstance(value, int) and 0 <= value <= 120
    if kind in {"phone", "url"}:
        return bool(value.strip())
    return value in MODES if kind == "mode" else kind in CODES and value in {"yes", "no"}


@pytest.mark.parametrize("name", FROZEN)
def test_a_set_is_what_was_frozen(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == FROZEN[name]


@pytest.mark.parametrize("name", [name for name in FROZEN if name.startswith("facts/")])
def test_every_label_of_a_fact_quotes_the_text_and_has_a_lawful_value(name: str) -> None:
    for row in _rows(name):
        for label in row["labels"]:
            assert row["text"][label["start"] : label["end"]] == label["words"] != "", row["id"]
            assert _fits(label["kind"], label["value"]), (row["id"], label)
            assert label["kind"] != "time" or label["value"]["days"] or label.get("doubtful"), row["id"]


@pytest.mark.parametrize("subject", ["facts", "duplicates", "tags"])
def test_what_may_be_looked_at_tells_nothing_of_what_is_scored(subject: str) -> None:
    seen, scored = (_rows(f"{subject}/{part}.jsonl") for part in ("dev", "test"))
    if subject == "facts":
        assert {row["text"] for row in seen}.isdisjoint(row["text"] for row in scored)
    elif subject == "tags":
        assert {row["id"] for row in seen}.isdisjoint(row["id"] for row in scored)
    else:
        assert {row[side]["id"] for row in seen for side in "ab"}.isdisjoint(
            row[side]["id"] for row in scored for side in "ab"
        )


def test_the_second_set_is_fresh_and_says_how_each_text_was_drawn() -> None:
    rows = _rows("facts/second.jsonl")
    others = [row for name in FROZEN if name.startswith("facts/") and "second" not in name for row in _rows(name)]
    for key in ("id", "text"):
        assert len({row[key] for row in rows}) == len(rows)
        assert {row[key] for row in rows}.isdisjoint(row[key] for row in others)
    assert all(len(row["text"]) >= 60 and set(row) == {"id", "source", "drawn", "text", "labels"} for row in rows)
    lists = Counter(row["drawn"] for row in rows)
    assert lists == Counter(random=81, money=22, drop=18, age=16, book=16, referral=15, number=14, weekday=13, www=5)


def test_the_third_set_is_fresh_and_says_how_each_text_was_drawn() -> None:
    rows = _rows("facts/third.jsonl")
    others = [row for name in FROZEN if name.startswith("facts/") and "third" not in name for row in _rows(name)]
    for key in ("id", "text"):
        assert len({row[key] for row in rows}) == len(rows)
        assert {row[key] for row in rows}.isdisjoint(row[key] for row in others)
    assert all(len(row["text"]) >= 60 and set(row) == {"id", "source", "drawn", "text", "labels"} for row in rows)
    assert Counter(row["drawn"] for row in rows) == Counter(random=275, age=10, money=10, referral=3, book=2)


@pytest.mark.parametrize("part", ["second", "third"])
def test_a_doubtful_label_of_a_later_set_never_repeats_a_sure_one(part: str) -> None:
    for row in _rows(f"facts/{part}.jsonl"):
        said: dict[bool, set[tuple[str, str]]] = {False: set(), True: set()}
        for label in row["labels"]:
            said[label.get("doubtful", False)].add((label["kind"], json.dumps(label["value"])))
        assert said[False].isdisjoint(said[True]), row["id"]


def test_the_second_set_holds_as_many_sure_labels_as_it_says() -> None:
    labels = [label for row in _rows("facts/second.jsonl") for label in row["labels"]]
    sure = Counter(label["kind"] for label in labels if not label.get("doubtful"))
    often = Counter(time=232, price=33, phone=24, phone_booking=24, booking_needed=16, drop_in=15, url=13)
    assert {kind: number for kind, number in sure.items() if number >= 5} == {
        **often,
        "children_welcome": 12,
        "mode": 11,
        "age_min": 9,
        "faith_based": 6,
    }


def test_the_third_set_holds_only_its_kinds_and_as_many_sure_labels_as_it_says() -> None:
    labels = [label for row in _rows("facts/third.jsonl") for label in row["labels"]]
    assert {label["kind"] for label in labels}.isdisjoint(UNLABELLED_IN_THIRD)
    sure = Counter(label["kind"] for label in labels if not label.get("doubtful"))
    often = Counter(faith_based=28, children_welcome=18, carer_welcome=16, url=12, mode=8, open_to_all=8)
    assert {kind: number for kind, number in sure.items() if number >= 5} == {
        **often,
        "phone_booking": 6,
        "women_only": 5,
    }


def test_the_sets_are_as_large_as_they_say() -> None:
    pairs = Counter(row["same"] for part in ("dev", "test") for row in _rows(f"duplicates/{part}.jsonl"))
    assert pairs == {True: 218, False: 626}
    assert [len(_rows(f"facts/{part}.jsonl")) for part in ("dev", "test", "second", "third")] == [60, 140, 200, 300]
    assert [len(_rows(f"tags/{part}.jsonl")) for part in ("dev", "test")] == [100, 200]


@pytest.mark.parametrize("part", ["dev", "test"])
def test_a_pair_holds_two_rows_and_no_real_telephone_number(part: str) -> None:
    for pair in _rows(f"duplicates/{part}.jsonl"):
        assert pair["a"]["id"] != pair["b"]["id"]
        assert pair["a"]["name"]
        assert pair["b"]["name"]
        for phone in filter(None, (pair["a"]["phone"], pair["b"]["phone"])):
            plain = re.sub(r"\D", "", phone.replace("+44 ", "0"))
            assert RESERVED.fullmatch(f"{plain[:5]} {plain[5:]}"), phone


@pytest.mark.parametrize("part", ["dev", "test"])
def test_every_interest_is_a_term_and_no_listing_has_more_than_four(part: str) -> None:
    for row in _rows(f"tags/{part}.jsonl"):
        codes, may, mechanisms = (set(row[key]) for key in ("codes", "may", "mechanisms"))
        assert codes | may | mechanisms <= TERMS, row["id"]
        assert len(codes) == len(row["codes"]) <= 4, row["id"]
        assert codes.isdisjoint(may), row["id"]
        assert all(code.startswith("activity.") for code in codes), row["id"]
        assert all(code.startswith("mechanism.") for code in mechanisms), row["id"]
