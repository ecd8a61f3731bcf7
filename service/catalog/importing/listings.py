"""A listing of open data, read into a draft: what it is, whether one can join, where, when, for whom. Pure.

One function serves the seeds and every judged catalogue of the same shape: a mapping with the keys `id, source, name,
description, category, address, postcode, lat, lon, geo_from, price, age_min, age_max, schedule, access, url` and, where
known, `postcode_district, year, updated, phone, charity_number, company_number, legal_form`. A key that is missing or
null is not known, and what is not known is never guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from service.catalog.importing import eligibility, joinable, timetable
from service.catalog.importing.drafts import DraftFact, DraftGroup, DraftSession, DraftTerm, Restriction
from service.catalog.importing.placing import Placer
from service.catalog.importing.wording import plain_text, tidy_name, tidy_text
from service.catalog.words.objects import without_objects

Spot = Callable[[str], Mapping[str, float]]  # text to term codes with weights in (0, 1]; STRONG and above are sure

MOST_TERMS = 6
MOST_HINTS = 2
STRONG = 0.6
IN_TEXT = 0.8  # what stands only in the text counts less than what stands in the name
OLDEST_STATED = 99
HINT = 0.5  # where the source states a category, a hint in a name is a place or a saint ("Chapel Golf Club")
BOWLING_NAME = re.compile(r"(?<!ten pin )(?<!ten-pin )(?<!tenpin )(?<!ice )\bbowling\b(?! (alley|centre|lanes))", re.I)
BROKEN_BOWLING = re.compile(r"\b(b owling|bo wling|bow ling)\b", re.I)  # as a fixed-width list cut it
BOWLS = ("activity.sport.bowls", 1.0)
TABLE_TENNIS = re.compile(r"\btable[- ]tennis\b", re.I)
BOWLS_OR_GOLF = re.compile(r"\b(bowl(s|ing)|golf)\b", re.I)
VETERANS = re.compile(r"\bveterans?'?s?'?\b", re.I)  # of bowls and golf: older players, not people who served
ACCESS = {
    "disability_toilets": "accessible_toilet",
    "disability_parking": "blue_badge_parking",
    "car_park": "parking",
    "nursery": "creche",
}
ENTRANCE = ("disability_finding_reaching_entrance", "disability_doorways")
SUPPORT = {
    "visual impairment": "support_vision",
    "hearing impairment": "support_hearing",
    "physical impairment": "support_physical",
    "learning disability": "support_learning",
    "mental health issues": "support_mental_health",
    "social or communication impairment": "support_social",
}
SUGGESTED = (
    ("drop_in", re.compile(r"\bdrop[- ]?ins?\b", re.I)),
    ("referral_only", re.compile(r"\b(referral only|agency referral|foodbank vouchers?|Referral: referral$)\b", re.I)),
    ("self_referral", re.compile(r"\bself[- ]refer", re.I)),
    ("booking_needed", re.compile(r"\b(by appointment|must book|booking essential|please ring)\b", re.I)),
    ("open_to_all", re.compile(r"\b(open to (all|everyone|anyone)|open door)\b", re.I)),
)
# Who says that volunteers do the work takes volunteers.
VOLUNTEERS = re.compile(
    r"\b(unpaid|trained|recruit\w*|by) volunteers\b|\bvolunteers (are|needed|wanted|welcome)|\bwe volunteer\b", re.I
)
VOLUNTEERING = ("activity.helping.volunteering", 0.7)
FORMATS = (
    ("format.drop_in", re.compile(r"\bdrop[- ]?ins?\b", re.I)),
    ("format.one_to_one", re.compile(r"\bone[- ]to[- ]one\b|\b1:1\b|\b1 to 1\b", re.I)),
    ("format.course", re.compile(r"\b\d+[- ]week course|\bcourses?\b", re.I)),
)


def draft(row: Mapping[str, Any], *, placer: Placer, spot: Spot) -> DraftGroup:
    """Read one listing.

    Parameters
    ----------
    row : mapping
        A listing of the shape described above.
    placer : Placer
        Of the country the listing is in.
    spot : callable
        Finds terms in words.

    Raises
    ------
    KeyError
        Without `id`, `source` or `name`: such a row is no listing.
    """
    rules = placer.rules
    name = tidy_name(row["name"], rules.acronyms) or str(row["id"])
    text, schedule = plain_text(row.get("description")), plain_text(row.get("schedule"))
    category = str(row.get("category") or "")
    reason = joinable.not_joinable_reason(name, text, schedule, charity=category == "charity")
    age_min, age_max = _ages(row, name, text)
    pence, note = eligibility.price(row.get("price"), text)
    confirmed, precision = _confirmed(row)
    return DraftGroup(
        source=row["source"],
        source_id=row["id"],
        name=name,
        source_name=row["name"],
        description=tidy_text(row.get("description"), rules.proper, rules.acronyms),
        category=category or None,
        joinable=reason is None,
        not_joinable_reason=reason,
        mode=eligibility.mode(text),
        place=placer.place(row, name),
        area=placer.area(row, name, text, at_home=eligibility.comes_home(f"{name}. {text}")),
        nationwide=placer.nationwide(name, text),
        age_min=age_min,
        age_max=age_max,
        restriction=_restriction(row, name, text),
        price_pence=pence,
        price_note=note,
        url=row.get("url"),
        phone=row.get("phone"),
        charity_number=row.get("charity_number"),
        company_number=row.get("company_number"),
        legal_form=row.get("legal_form"),
        year=int(row["year"]) if row.get("year") else None,
        confirmed_on=confirmed,
        confirmed_precision=precision,
        removes=_removes(name, placer, spot),
        facts=_facts(row, f"{text} {schedule}"),
        terms=_terms(name, text, category, placer, spot),
        sessions=_sessions(schedule, text),
    )


def _ages(row: Mapping[str, Any], name: str, text: str) -> tuple[int | None, int | None]:
    low, high = row.get("age_min"), row.get("age_max")
    if low is None and high is None:
        return eligibility.ages(name, text)
    high = None if high is not None and high >= OLDEST_STATED else high
    return (low, high) if low is None or high is None or low <= high else (None, None)


def _restriction(row: Mapping[str, Any], name: str, text: str) -> Restriction | None:
    stated = str((row.get("access") or {}).get("gender_restriction") or "").rpartition("#")[2].casefold()
    if stated in ("female", "male"):
        return "women_only" if stated == "female" else "men_only"
    return eligibility.restriction(name, text)


def _sessions(schedule: str, text: str) -> tuple[DraftSession, ...]:
    """Return the sessions; a single past date is none."""
    return () if joinable.PAST.search(schedule) else timetable.sessions(schedule or None, text)


def _confirmed(row: Mapping[str, Any]) -> tuple[date | None, Literal["day", "year"]]:
    """Return the date of the row, or else the first day of its source's year."""
    try:
        return date.fromisoformat(str(row.get("updated"))[:10]), "day"
    except ValueError:
        return (date(int(row["year"]), 1, 1) if row.get("year") else None), "year"


def _facts(row: Mapping[str, Any], text: str) -> tuple[DraftFact, ...]:
    """Return what the access columns say, and suggestions from the text for a person to confirm."""
    access: Mapping[str, Any] = row.get("access") or {}
    found = {
        code: DraftFact(code=code, value=access[key])
        for key, code in ACCESS.items()
        if isinstance(access.get(key), bool)
    }
    if all(access.get(key) is True for key in ENTRANCE):
        found["step_free"] = DraftFact(code="step_free", value=True, note=access.get("disability_notes"))
    if (wheelchair := str(access.get("wheelchair") or "").casefold()) in ("yes", "no"):
        found["step_free"] = DraftFact(code="step_free", value=wheelchair == "yes")
    for need in access.get("support_for") or ():
        if code := SUPPORT.get(str(need).casefold()):
            found[code] = DraftFact(code=code, value=True)
    for code, pattern in SUGGESTED:
        if code not in found and (match := pattern.search(text)):
            found[code] = DraftFact(code=code, value=True, suggested=True, note=match[0])
    return tuple(found.values())


def _terms(name: str, text: str, category: str, placer: Placer, spot: Spot) -> tuple[DraftTerm, ...]:
    """Return the likeliest terms: the category's and the name's first, hints only where nothing is sure."""
    name = BROKEN_BOWLING.sub("Bowling", name)
    stated = _stated(name, category, placer)
    text = without_objects(text)
    if BOWLS_OR_GOLF.search(f"{name} {category}"):
        name, text = VETERANS.sub("", name), VETERANS.sub("", text)
    read = {code: weight * IN_TEXT for code, weight in spot(text).items()} if text else {}
    added = [*([VOLUNTEERING] if VOLUNTEERS.search(text) else []), *([BOWLS] if BOWLING_NAME.search(name) else [])]
    for code, weight in (*spot(name).items(), *added):
        read[code] = max(read.get(code, 0), weight)
    merged = {**read, **{code: max(weight, read.get(code, 0)) for code, weight in stated.items()}}
    merged = {code: weight for code, weight in merged.items() if not _said_better(code, merged)}
    least = HINT if stated else IN_TEXT * HINT
    sure = {code: weight for code, weight in merged.items() if weight > least or code in stated}
    merged, most = (sure, MOST_TERMS) if sure else (merged, MOST_HINTS)
    best = sorted(merged, key=lambda code: (-merged[code], code))[:most]
    formats = [code for code, pattern in FORMATS if pattern.search(text)]
    return tuple(
        DraftTerm(code=code, weight=round(merged[code], 3), source="import" if code in stated else "extracted")
        for code in best
    ) + tuple(DraftTerm(code=code, weight=0.5, source="extracted") for code in formats if code not in best)


def _stated(name: str, category: str, placer: Placer) -> dict[str, float]:
    """Return the terms of the category, but for one that the name corrects."""
    stated = placer.rules.terms_of(category)
    if TABLE_TENNIS.search(name):
        stated.pop("activity.sport.tennis", None)
    return stated


def _said_better(code: str, terms: Mapping[str, float]) -> bool:
    """Return whether a narrower term of the same family is at least as sure, so that the broad one adds nothing."""
    return any(other.startswith(f"{code}.") and weight >= terms[code] for other, weight in terms.items())


def _removes(name: str, placer: Placer, spot: Spot) -> tuple[str, ...]:
    """Return the barriers that a service takes away, when its very name says what it does."""
    enablers = placer.rules.enablers
    sure = [code for code, weight in spot(name).items() if weight >= STRONG and code in enablers]
    return tuple(dict.fromkeys(barrier for code in sure for barrier in enablers[code]))
