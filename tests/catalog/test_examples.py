"""What the example catalogue promises: every interest, barrier, mode and level can be shown, on any day it is run."""

import math
import re
import tomllib
from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from service.catalog import barriers, facts

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
EXAMPLES = SEEDS / "examples"
SALE = (53.41348, -2.34627)  # the middle of sector M33 4
PROBES = [
    date(2026, 1, 5),
    date(2026, 7, 30),
    date(2026, 12, 20),
    date(2027, 4, 1),
    date(2027, 8, 1),
    date(2028, 2, 29),
]
POPULAR = {
    "making", "music", "games", "movement", "sport", "nature", "food", "talk", "learning", "helping", "support",
    "families",
}  # fmt: skip
SMALLER = {
    "reading", "writing", "stage", "art", "faith", "digital",
}  # fmt: skip
DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
GROUP_KEYS = {
    "key", "name", "description", "what_happens", "who_for", "terms", "mode", "languages", "price_pence",
    "price_note", "group_size", "eligibility", "age_min", "age_max", "restriction", "restriction_reason",
    "how_to_join", "phone", "email", "capacity", "host", "door", "is_enabler", "removes", "area", "nationwide",
    "confirmed_days_ago", "facts", "session",
}  # fmt: skip
DOOR_KEYS = {"getting_in", "who_meets_you", "where_you_sit", "leaving"}
# Facts that would make no sense, or no lawful sense, as a no.
NEVER_NO = {
    "near_stop", "distance_from_door_m", "door_width_cm", "guide_dog_welcome", "lgbtq_affirming", "ordinary_name",
    "online_today", "no_public_list", "safe_contact", "confidential_location",
}  # fmt: skip
MEETS: dict[str, tuple[str, ...]] = {
    "transport": ("transport_provided",),
    "cost": ("concession", "pay_what_you_can", "kit_provided"),
    "social_anxiety": ("host_meets_you", "buddy_offered", "one_to_one_start"),
    "mobility": ("seated_option", "rest_stops"),
    "wheelchair": ("wheelchair_space",),
    "hearing": ("hearing_loop", "bsl", "captions"),
    "vision": ("large_print", "audio_description", "met_at_stop"),
    "sensory": ("low_sensory",),
    "language": ("interpreter_arranged", "translated_material"),
    "culture": ("women_only", "men_only", "lgbtq_affirming", "faith_based", "prayer_space"),
    "caring": ("creche", "cared_for_welcome", "ends_before_school"),
    "work_hours": ("recording", "drop_in"),
    "digital": ("no_internet_needed", "device_provided"),
    "stigma": ("no_diagnosis_needed",),
    "low_mood": ("rest_ok", "no_commitment"),
    "dementia": ("dementia_friendly",),
    "safety": ("safe_contact", "confidential_location", "no_public_list"),
    "alone": ("come_alone_usual", "phone_check_in"),
}
Row = dict[str, Any]


@cache
def groups() -> tuple[Row, ...]:
    """Return every example group, in file order."""
    files = sorted(EXAMPLES.glob("groups-*.toml"))
    return tuple(group for file in files for group in tomllib.loads(file.read_text("utf-8"))["group"])


@cache
def venues() -> dict[str, Row]:
    """Return the invented places by key."""
    rows = tomllib.loads((EXAMPLES / "venues.toml").read_text("utf-8"))["venue"]
    return {row["key"]: row for row in rows}


def sessions() -> list[tuple[Row, Row]]:
    return [(group, session) for group in groups() for session in group["session"]]


def said(row: Row) -> dict[str, str]:
    """Return code -> yes or no, amounts laid aside."""
    return {code: value["value"] if isinstance(value, dict) else value for code, value in row["facts"].items()}


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the flat distance, good enough inside one borough."""
    east = (a[1] - b[1]) * math.cos(math.radians(a[0]))
    return 111.2 * math.hypot(a[0] - b[0], east)


def place(session: Row) -> tuple[float, float]:
    venue = venues()[session["location"]]
    return venue["latitude"], venue["longitude"]


def prose(group: Row) -> list[str]:
    names = ("description", "what_happens", "who_for", "how_to_join", "eligibility", "price_note", "restriction_reason")
    return [group[name] for name in names if name in group] + list(group.get("door", {}).values())


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def family(group: Row) -> set[str]:
    return {term.split(".")[1] for term in group["terms"] if term.startswith("activity.")}


def test_there_are_about_150_groups_and_each_says_that_it_is_an_example() -> None:
    rows = groups()
    assert 145 <= len(rows) <= 190
    for name in ("key", "name", "description", "what_happens"):
        assert len({row[name] for row in rows}) == len(rows)
    assert all(row["name"].endswith(" (example)") for row in rows)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"]) for row in rows)
    owner = tomllib.loads((EXAMPLES / "organisation.toml").read_text("utf-8"))["organisation"]
    assert owner["name"] == "Kith Example Neighbours (example)"


def test_no_field_is_unknown_or_of_the_wrong_kind() -> None:
    for row in groups():
        assert set(row) <= GROUP_KEYS, row["key"]
        assert set(row.get("door", DOOR_KEYS)) == DOOR_KEYS, row["key"]
        assert row["mode"] in {"in_person", "online", "hybrid", "phone"}
        assert all(re.fullmatch(r"[a-z]{2}", code) for code in row["languages"]), row["key"]
        assert 5 <= row["confirmed_days_ago"] <= 700
        assert row.get("price_pence", 0) >= 0
        assert row.get("age_min", 0) <= row.get("age_max", 120)
        capacity = row.get("capacity", {"state": "open", "available": 0, "maximum": 0})
        assert capacity["state"] in {"open", "waiting_list", "full"}
        assert capacity["available"] <= capacity["maximum"]
        assert capacity["state"] == "open" or capacity["available"] == 0


def test_contacts_can_reach_nobody_real() -> None:
    phones = [row["phone"] for row in groups() if "phone" in row]
    assert all(re.fullmatch(r"01632 960 \d{3}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert all(row["email"] == f"{row['key']}@example.org" for row in groups() if "email" in row)


def test_terms_exist_and_every_interest_family_has_enough_groups() -> None:
    known = set(tomllib.loads((SEEDS / "taxonomy" / "terms.toml").read_text("utf-8")))
    for row in groups():
        assert set(row["terms"]) <= known, (row["key"], set(row["terms"]) - known)
        assert family(row), row["key"]
    counts = Counter(name for row in groups() for name in family(row))
    assert set(counts) == POPULAR | SMALLER
    assert {name: n for name, n in counts.items() if n < (8 if name in POPULAR else 4)} == {}


@pytest.mark.parametrize("theme", ["life", "mechanism"])
def test_every_life_stage_and_way_of_helping_is_shown(theme: str) -> None:
    known = set(tomllib.loads((SEEDS / "taxonomy" / "terms.toml").read_text("utf-8")))
    used = Counter(term for row in groups() for term in row["terms"] if term.startswith(theme + "."))
    assert {term for term in known if term.startswith(theme + ".") and used[term] < 3} == set()


def test_places_are_near_sale_and_no_full_postcode_is_given() -> None:
    rows = venues().values()
    assert 30 <= len(rows) <= 45
    assert all(re.fullmatch(r"(M|WA)\d{2} \d", row["postal_code"]) for row in rows)
    assert all(km(SALE, (row["latitude"], row["longitude"])) < 9 for row in rows)
    assert sum(row["postal_code"].startswith("M33") for row in rows) >= 12
    assert sum(km(SALE, (row["latitude"], row["longitude"])) <= 1.5 for row in rows) >= 4
    used = {session.get("location") for _, session in sessions()}
    assert set(venues()) - used == set()


def test_facts_use_the_shared_codes_and_a_group_never_contradicts_its_place() -> None:
    for row in (*groups(), *venues().values()):
        assert set(said(row)) <= set(facts.CODES), row["key"]
        assert set(said(row).values()) <= {"yes", "no"}, row["key"]
    for group, session in sessions():
        if "location" in session:
            here = said(venues()[session["location"]])
            own = said(group)
            assert {code for code in own if here.get(code, own[code]) != own[code]} == set(), group["key"]


def test_a_listing_does_not_contradict_itself() -> None:
    pairs = [("drop_in", "booking_needed"), ("women_only", "mixed"), ("men_only", "mixed"), ("women_only", "men_only")]
    for row in groups():
        stated = said(row)
        for one, other in [*pairs, ("referral_only", "self_referral")]:
            assert (stated.get(one), stated.get(other)) != ("yes", "yes"), (row["key"], one, other)
        assert (stated.get("women_only") == "yes") == (row.get("restriction") == "women_only"), row["key"]
        assert (stated.get("men_only") == "yes") == (row.get("restriction") == "men_only"), row["key"]
        assert ("restriction" in row) == ("restriction_reason" in row)
        assert "Equality Act" in row.get("restriction_reason", "Equality Act")


def test_every_fact_code_is_shown_as_yes_and_where_sensible_as_no() -> None:
    rows = [said(row) for row in (*groups(), *venues().values())]
    yes = {code for row in rows for code, value in row.items() if value == "yes"}
    no = {code for row in rows for code, value in row.items() if value == "no"}
    assert set(facts.CODES) - yes == set()
    support = {code for code in facts.CODES if code.startswith("support_")}
    assert set(facts.CODES) - no - NEVER_NO - support == set()


@pytest.mark.parametrize("code", barriers.CODES)
def test_each_barrier_is_met_by_five_groups_and_removed_by_a_service(code: str) -> None:
    met = [row for row in groups() if any(said(row).get(fact) == "yes" for fact in MEETS[code])]
    assert len([row for row in met if not row.get("is_enabler")]) >= 5
    assert [row for row in groups() if row.get("is_enabler") and code in row["removes"]]


def test_services_that_remove_a_barrier_name_it_and_say_where_they_work() -> None:
    for row in groups():
        assert bool(row.get("is_enabler")) == bool(row.get("removes")), row["key"]
        assert set(row.get("removes", [])) <= set(barriers.CODES)
        placed = all("location" in session for session in row["session"])
        assert placed or "area" in row or row.get("nationwide"), row["key"]


def test_every_mode_and_every_step_of_the_ladder_is_there() -> None:
    modes = Counter(row["mode"] for row in groups())
    assert min(modes[mode] for mode in ("in_person", "online", "hybrid", "phone")) >= 5
    levels: dict[int, set[str]] = {level: set() for level in range(7)}
    for group, session in sessions():
        levels[session["level"]].add(group["key"])
    assert {level: len(keys) for level, keys in levels.items() if len(keys) < 4} == {}


def test_many_languages_women_only_and_men_only_groups_are_there() -> None:
    spoken = {code for row in groups() for code in row["languages"]}
    assert {"en", "pl", "ur", "ar", "pa", "es", "cy", "de", "fr", "it", "pt"} <= spoken
    kinds = Counter(row.get("restriction") for row in groups())
    assert kinds["women_only"] >= 3
    assert kinds["men_only"] >= 3


@pytest.mark.parametrize("probe", PROBES, ids=str)
def test_each_session_has_a_coming_date_whenever_it_is_run(probe: date) -> None:
    after = datetime.combine(probe, time())
    for group, session in sessions():
        rule = rrulestr(session["rrule"], dtstart=datetime.fromisoformat(session["start"]))
        off = set(session.get("exdates", []))
        dates = rule.between(after, after + timedelta(days=45))
        assert [day for day in dates if day.date().isoformat() not in off], group["key"]


def test_first_meetings_and_days_off_lie_on_their_rule() -> None:
    for group, session in sessions():
        start = datetime.fromisoformat(session["start"])
        rule = rrulestr(session["rrule"], dtstart=start)
        assert not re.search("UNTIL|COUNT", session["rrule"]), group["key"]
        assert rule.after(start - timedelta(days=1)) == start, group["key"]
        for day in session.get("exdates", []):
            when = datetime.combine(date.fromisoformat(day), start.time())
            assert rule.after(when, inc=True) == when, (group["key"], day)


def clock(when: datetime) -> str:
    if (when.hour, when.minute) == (12, 0):
        return "noon"
    minutes = f":{when.minute}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes} {'am' if when.hour < 12 else 'pm'}"


def test_the_words_of_a_session_say_its_days_and_times() -> None:
    for group, session in sessions():
        words, start = session["words"], datetime.fromisoformat(session["start"])
        days = set(re.findall("MO|TU|WE|TH|FR|SA|SU", session["rrule"].split("BYDAY=")[1].split(";")[0]))
        if "day to " in words or "very weekday" in words or re.search("every (day|evening)", words, re.I):
            assert len(days) >= 5, group["key"]
        else:
            assert {DAYS[day] for day in days} == {day for day in DAYS.values() if day in words}, group["key"]
        if session["minutes"] > 20:
            end = start + timedelta(minutes=session["minutes"])
            first = words[: words.rindex(" to ")]
            assert first.endswith((clock(start), clock(start)[:-3])), (group["key"], words)
            assert clock(end) in words, (group["key"], words, clock(end))
    assert {session["rrule"].split(";")[0] for _, session in sessions()} == {"FREQ=WEEKLY", "FREQ=MONTHLY"}


def test_every_part_of_the_week_is_covered() -> None:
    parts: Counter[str] = Counter()
    for _, session in sessions():
        start = datetime.fromisoformat(session["start"])
        parts["weekend" if start.weekday() > 4 else "weekday"] += 1
        end = start + timedelta(minutes=session["minutes"])
        parts["morning"] += start.hour < 12
        parts["lunchtime"] += start.hour < 14 and end.hour >= 12 and session["minutes"] <= 120
        parts["afternoon"] += 13 <= start.hour < 17
        parts["evening"] += start.hour >= 17
    assert min(parts[name] for name in ("weekend", "morning", "lunchtime", "afternoon", "evening")) >= 20


def singing() -> list[tuple[Row, Row]]:
    return [
        (group, session)
        for group, session in sessions()
        if "activity.music.singing" in group["terms"] and group["mode"] == "in_person"
    ]


def test_a_retired_singer_without_a_car_finds_a_free_daytime_group_on_foot() -> None:
    found = [
        group
        for group, session in singing()
        if group.get("price_pence") == 0
        and km(SALE, place(session)) <= 1.2
        and "life.retired" in group["terms"]
        and 9 <= datetime.fromisoformat(session["start"]).hour < 16
        and datetime.fromisoformat(session["start"]).weekday() < 5
    ]
    assert [group for group in found if group["capacity"]["state"] == "open" and said(group)["host_meets_you"] == "yes"]


def test_other_singing_groups_differ_in_price_size_hour_and_distance() -> None:
    rows = singing()
    assert len({group["key"] for group, _ in rows}) >= 4
    assert len({group["price_pence"] for group, _ in rows}) >= 4
    assert len({group["group_size"] for group, _ in rows}) >= 4
    starts = [datetime.fromisoformat(session["start"]) for _, session in rows]
    assert {start.hour >= 17 for start in starts} == {True, False}
    assert {start.weekday() >= 5 for start in starts} == {True, False}
    assert max(km(SALE, place(session)) for _, session in rows) > 2.5


def test_misfits_can_be_seen() -> None:
    states = Counter(row["capacity"]["state"] for row in groups() if "capacity" in row)
    assert min(states["full"], states["waiting_list"]) >= 3
    assert sum(row["confirmed_days_ago"] > 365 for row in groups()) >= 4
    assert sum("price_pence" not in row for row in groups()) >= 2
    assert sum("door" in row for row in groups()) >= len(groups()) / 2


def syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))))


def test_every_listing_is_short_plain_and_its_own() -> None:
    seen: Counter[str] = Counter()
    for row in groups():
        lines = [line for text in prose(row) for line in sentences(text)]
        assert [line for line in lines if len(line.split()) > 15] == [], row["key"]
        seen.update(line for name in ("description", "what_happens") for line in sentences(row[name]))
    assert [line for line, times in seen.items() if times > 1] == []


def test_an_eleven_year_old_can_read_it() -> None:
    """Flesch-Kincaid grade + 5 of the running text of all listings together is at most 11."""
    lines = [line for row in groups() for text in prose(row) for line in sentences(text)]
    words = [word for line in lines for word in re.findall(r"[\w'’]+", line)]
    grade = 0.39 * len(words) / len(lines) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade + 5 <= 11
