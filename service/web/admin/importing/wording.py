"""What is said of a list: what its columns may mean, what became of its rows, and what helps."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog.importing.files import columns
from service.errors import Problem
from service.web.admin import words

# In the order in which a page tells them.
OUTCOMES: Mapping[str, LazyString] = {
    "new": _("New"),
    "changed": _("Changed"),
    "same": _("As before"),
    "kept": _("Your words stay"),
    "removed": _("No more in the list"),
    "removal_held": _("Missing, and left"),
    "refused": _("Not taken"),
}
FIELDS: Mapping[str, LazyString] = {
    "id": _("Its number in their list"),
    "organisation": _("Who runs it"),
    "organisation_id": _("Number of who runs it"),
    "place": _("The place"),
    "address_1": _("Street"),
    "address_2": _("Second line of the address"),
    "city": _("Town"),
    "region": _("County"),
    "postal_code": _("Postcode"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "when": _("When, in words"),
    "meets": _("When, a line for each meeting"),
    "day": _("Day"),
    "start": _("Starts at"),
    "end": _("Ends at"),
    "ages": _("Ages"),
    "price": _("Cost"),
    "currency": _("Currency"),
    "removes": _("What it helps with"),
    "country": _("Country, two letters"),
    "status": _("Open or closed"),
    "confirmed_on": _("Last confirmed"),
    "facts_on": _("When each fact was confirmed"),
    "terms": _("Interests"),
    "languages": _("Languages"),
    "contact": _("Whom to ask: name, number, e-mail"),
}
# The lines of a calendar that a table has no columns for.
OF_CALENDAR: Mapping[str, str] = {
    "DTSTART": "start",
    **dict.fromkeys(("DTEND", "DURATION"), "end"),
    **dict.fromkeys(("RRULE", "EXRULE", "RDATE", "EXDATE"), "when"),
    "GEO": "place",
    "UID": "id",
}
# What columns may mean, in the order in which a listing tells it; all others are facts.
PARTS: Mapping[LazyString, tuple[str, ...]] = {
    _("What it is"): (
        *("name", "description", "terms", "what_happens", "also_known_as", "languages"),
        *("organisation", "organisation_id", "id", "status", "confirmed_on", "alert", "group_size", "removes"),
    ),
    _("Who may come"): ("who_for", "eligibility", "ages", "age_min", "age_max", "restriction"),
    _("Where"): (
        *("place", "address_1", "address_2", "city", "region", "postal_code"),
        *("country", "latitude", "longitude", "mode", "nationwide"),
    ),
    _("When"): ("when", "day", "start", "end", "meets"),
    _("Cost"): ("price", "price_note", "currency"),
    _("How to join"): ("contact", "how_to_join", "phone", "email", "url", "required_documents"),
}
QUALITY: Mapping[str, LazyString] = {
    "described": _("say what it is"),
    "placed": _("say where"),
    "with_times": _("say when"),
    "with_contact": _("say whom to ask"),
    "with_price": _("say what it costs"),
    "too_old": _("are older than two years"),
    "duplicates": _("look like one before them"),
}
# The same words as beside a field of a form, where these fit.
SAME: Mapping[str, str] = {
    "name_needed": "needed",
    "id_needed": "needed",
    "encoding": "unreadable",
    "not_text": "unreadable",
    "not_a_date": "not_a_day",
    "not_a_price": "not_money",
    "not_a_weekday": "choose_weekday",
    "not_an_age": "not_a_number",
    "cut": "too_long",
    "unknown_terms": "unknown_term",
}
WHY: Mapping[str, LazyString] = {
    "all_day": _("It says no time, so we kept only its days. Give it a time in the calendar"),
    "calendar_empty": _("This calendar has no meeting. We changed nothing"),
    "dates_alike": _("These dates look like a habit. We took them as one group: look at it"),
    "event_cut_off": _("This event breaks off. Send the whole calendar"),
    "event_off": _("The calendar says that it is called off"),
    "happens_once": _("It happens once. We list what one can come back to"),
    "not_an_end": _("This end does not fit its start. We left out how long it lasts"),
    "rule_frequency": _("We keep what comes by the day, week, month or year. Say it anew in the calendar"),
    "rule_never": _("This never comes. Say in the calendar again when it is"),
    "rule_unusual": _("Too many odd rules in one file. Send it in parts"),
    "cell_too_large": _("Far too much text. Is a quotation mark left open?"),
    "column_needed": _("Choose which column holds the name of the group"),
    "duplicate_id": _("A row above has the same number. Give each its own"),
    "far_from_postcode": _("This position cannot be right. We left it out"),
    "formula_broken": _("This formula gives an error. Mend it"),
    "half_row": _("This row ends too soon. Fill it, or leave cells empty"),
    "in_future": _("This day is still to come"),
    "only_name": _("This row has nothing but a name. We think it is a note"),
    "not_a_list": _("This is not written as it should be"),
    "not_taken": _("This is about people. We do not take it"),
    "not_yes_or_no": _("Write yes or no"),
    "shape_left_out": _("We kept only the name of this area"),
    "passed": _("This day is past. We left it out"),
    "source_says_closed": _("The list says it has closed. Look at it"),
    "status_missing": _("It does not say if it is open. We think it is"),
    "too_many_cells": _("This row has too many cells. Look for a comma too many"),
    "field_twice": _("Two columns cannot mean the same"),
    "source_name": _("Use small letters and numbers, with no blank, like “library”"),
}
ALIKE: Mapping[str, str] = {
    "nowhere": "far_from_postcode",
    "not_a_position": "far_from_postcode",
    "json_damaged": "not_a_list",
    "not_a_record": "not_a_list",
    "too_many_columns": "too_many_cells",
}
FILES: Mapping[str, LazyString] = {
    "file_empty": _("There is nothing in this file"),
    "file_locked": _("This file has a password. Save it without one"),
    "file_too_large": _("This file is too large to be sent here"),
    "calendar_empty": _("This calendar has no meeting. We changed nothing"),
    "file_missing": _("This file is here no more. Send it again"),
    "services_missing": _("We find no groups in this file"),
}
UNREADABLE = _("We cannot read this file. Save it as Excel or CSV and send it again")


def why(code: str, params: Mapping[str, Any]) -> str:
    """Say what is wrong with a cell or a row, and what helps."""
    code = ALIKE.get(code, code)
    if code in WHY:
        return str(WHY[code])
    if code == "cut":
        params = {"limit": params.get("limit", "")}
    return words.problem(Problem(SAME.get(code, code), dict(params)))


def of_file(code: str) -> str:
    """Say why a file cannot be read."""
    return str(FILES.get(code, UNREADABLE))


def field(name: str) -> str:
    """Name what a column may mean."""
    return str(FIELDS[name]) if name in FIELDS else words.label(name)


def column(name: str) -> str:
    """Name a column as it stands in a list: a line of a calendar in plain words."""
    known = OF_CALENDAR.get(name, name)
    return field(known) if known.islower() else known


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return everything that a column may mean, in the order of a listing; first that it means nothing."""
    known = {name for names in PARTS.values() for name in names}
    facts = sorted((field(name), name) for name in columns.fields() - known)
    parts = [(str(title), [(name, field(name)) for name in names]) for title, names in PARTS.items()]
    return [
        ("", [("", str(gettext("Leave it out")))]),
        *parts,
        (str(gettext("Facts")), [(name, text) for text, name in facts]),
    ]


def counted(counts: Mapping[str, int]) -> list[dict[str, object]]:
    """Return what became of rows, in order, without what is none."""
    return [
        {"code": code, "text": str(text), "count": counts[code]} for code, text in OUTCOMES.items() if counts.get(code)
    ]


def in_short(counts: Mapping[str, int]) -> str:
    """Say in one line what a run did."""
    told = [f"{one['text']}: {one['count']}" for one in counted(counts)]
    return " · ".join(told) or str(ngettext("%(num)s change", "%(num)s changes", 0))
