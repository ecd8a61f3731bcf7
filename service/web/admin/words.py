"""The editor's words: labels of fields, what is wrong with them, and meetings as sentences. It decides nothing."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog.changes import SessionChange, read_prices, read_session
from service.catalog.schedule import RuleParts, describe
from service.catalog.when.plan import take_apart, write
from service.errors import Problem
from service.web import fact_words
from service.web.admin import brought
from service.web.figures import Figures

# Name in a snapshot -> label, hint, rows (0: one line), kind of field.
FIELDS: dict[str, tuple[LazyString, LazyString | str, int, str]] = {
    "name": (_("Name"), "", 0, "text"),
    "description": (_("What it is, in two sentences"), _("Say it as you would to a neighbour."), 3, "text"),
    "what_happens": (_("What happens on a first visit"), "", 3, "text"),
    "who_for": (_("Who comes"), "", 2, "text"),
    "eligibility": (_("Who may come"), _("Only what is a rule, like “over 50”."), 2, "text"),
    "age_min": (_("Youngest age"), "", 0, "number"),
    "age_max": (_("Oldest age"), "", 0, "number"),
    "price": (_("Price of one visit"), _("0 if it is free. Leave it empty if nobody has told you."), 0, "number"),
    "price_note": (_("More about the price"), "", 2, "text"),
    "group_size": (_("How many people usually come"), "", 0, "number"),
    "how_to_join": (_("How to join"), "", 2, "text"),
    "phone": (_("Phone number of the group"), "", 0, "text"),
    "email": (_("E-mail address of the group"), _("An address of the group, not of a person."), 0, "email"),
    "url": (_("Website"), "", 0, "url"),
    "host": (_("First name a newcomer may ask for"), _("Only if they agreed."), 0, "text"),
    "door.getting_in": (_("How you get in"), "", 2, "text"),
    "door.who_meets_you": (_("Who meets you"), "", 2, "text"),
    "door.where_you_sit": (_("Where you sit"), "", 2, "text"),
    "door.leaving": (_("How you leave early"), "", 2, "text"),
    "alert": (_("Short notice at the top of the page"), _("Like “Not on 24 December”."), 2, "text"),
}
# The parts of the form, each with its plain fields.
PARTS: dict[str, tuple[str, ...]] = {
    "what": ("name", "description", "what_happens", "who_for", "eligibility", "age_min", "age_max", "alert"),
    "cost": ("price", "price_note", "group_size"),
    "join": (
        *("how_to_join", "phone", "email", "url", "host"),
        *("door.getting_in", "door.who_meets_you", "door.where_you_sit", "door.leaving"),
    ),
}
MISSING: dict[str, LazyString] = {
    "name": _("Name"),
    "what": _("What it is"),
    "when": _("When it meets"),
    "where": _("Where it meets"),
    "contact": _("How to join, or whom to ask"),
}
LIFTS: dict[str, LazyString] = {
    "interests": _("Interests"),
    "when": _("When it meets"),
    "where": _("Where it meets"),
    "price": _("Price of one visit"),
    "contact": _("How to join, or whom to ask"),
    "age": _("Youngest age"),
}
OTHER_LABELS: dict[str, LazyString] = {
    "price_pence": _("Price of one visit"),
    "status": _("State"),
    "last_confirmed_on": _("Last confirmed"),
    "terms": _("Interests"),
    "languages": _("Languages"),
    "mode": _("How it meets"),
    "joinable": _("Can be joined"),
    "nationwide": _("For the whole country"),
    "restriction": _("Only for"),
    "restriction_reason": _("Why it is only for them"),
    "capacity_state": _("Places"),
    "capacity_available": _("Places free"),
    "capacity_until": _("Places known until"),
    "new_people_a_week": _("New people a week"),
    "also_known_as": _("Also known as"),
    "required_documents": _("What to bring"),
    "reason": _("Why you change it"),
    "slug": _("Address of its page"),
    "organisation": _("Organisation"),
    "split_from": _("Copied from"),
    "split_into": _("Copied into"),
    "places": _("Where it meets"),
    "prices": _("Ways to pay"),
    "language-more": _("Languages"),
    "find_term": _("Interests"),
    "find_place": _("Where it meets"),
}
TICKED = ("term_", "language_", "place_")
LIST_LABELS: dict[str, LazyString] = {
    "term_": _("Interests"),
    "language_": _("Languages"),
    "place_": _("Where it meets"),
    "price-": _("Ways to pay"),
    "new_place_": _("Add a new place"),
}
MODES: dict[str, LazyString] = {
    "in_person": _("In person"),
    "online": _("Online"),
    "hybrid": _("In person or online"),
    "phone": _("By phone"),
}
CAPACITY: dict[str, LazyString] = {
    "open": _("Has places free"),
    "waiting_list": _("Waiting list"),
    "full": _("Full at the moment"),
}
SESSION_LABELS: dict[str, LazyString] = {
    "freq": _("How often"),
    "week": _("Which week of the month"),
    "day": _("Day"),
    "start": _("Start"),
    "from": _("First day"),
    "until": _("Last day"),
    "minutes": _("Minutes"),
    "level": _("How big a step it is"),
    "words": _("When, in words"),
    "off": _("Days without a meeting"),
    "place": _("Where"),
    "rests": _("Also no meeting"),
    "rule": _("How often"),
}
FAMILIES: dict[str, LazyString] = {
    "first_visit": _("The first visit"),
    "joining": _("Joining"),
    "getting_there": _("Getting there"),
    "building": _("The building"),
    "seeing_and_hearing": _("Seeing and hearing"),
    "pace": _("Pace"),
    "people": _("Who comes"),
    "money": _("Money"),
    "support": _("Support on the spot"),
}
STATUSES: dict[str, LazyString] = {
    "draft": _("Draft"),
    "submitted": _("Waiting to be checked"),
    "published": _("Published"),
    "paused": _("Paused"),
    "held": _("On hold"),
    "archived": _("Archived"),
}
ROLES: dict[str, LazyString] = {
    "editor": _("An editor"),
    "admin": _("An administrator"),
    "group_leader": _("The group's leader"),
}
SOURCES: dict[str, LazyString] = {
    "editor_visit": _("seen on a visit"),
    "leader": _("said by the leader"),
    "editor_call": _("asked by an editor"),
    "person_report": _("said by a visitor"),
    "import": _("from the listing's source"),
    "extracted": _("read from the text"),
}
VALUES: dict[str, LazyString] = {"yes": _("Yes"), "no": _("No"), "not_confirmed": _("Not confirmed")}
REPEATS: dict[str, LazyString] = {
    "": _("No meeting"),
    "weekly": _("Every week"),
    "fortnightly": _("Every second week"),
    "monthly": _("Once a month"),
    "once": _("Once only"),
    "words": _("Only known in words"),
    "other": _("Another rhythm, as it is now"),
}
RESTS: dict[str, LazyString | str] = {
    "": "–",
    "public_holidays": _("On public holidays"),
    "outside_terms": _("Outside school terms"),
    "public_holidays outside_terms": _("On public holidays and outside school terms"),
}
REST_WORDS: dict[str, LazyString] = {
    "public_holidays": _("not on public holidays"),
    "outside_terms": _("in term time only"),
}
WEEKS: dict[str, LazyString] = {
    "1": _("First"),
    "2": _("Second"),
    "3": _("Third"),
    "4": _("Fourth"),
    "5": _("Fifth"),
    "-1": _("Last"),
}
LEVELS: tuple[LazyString, ...] = (
    _("Read, watch or hear about it"),
    _("Listen in online"),
    _("One person, known before"),
    _("A few people side by side"),
    _("A small group, mostly the same people"),
    _("Many people"),
    _("Helping or leading"),
)
CHOICES: dict[str, Mapping[str, LazyString]] = {"status": STATUSES, "mode": MODES, "capacity_state": CAPACITY}
_PROBLEMS: dict[str, LazyString] = {
    "needed": _("This is needed"),
    "too_long": _("This is too long: at most %(limit)s characters"),
    "too_many": _("That is too many: at most %(limit)s"),
    "out_of_range": _("Choose something between %(low)s and %(high)s"),
    "unreadable": _("This has signs we cannot keep. Please type it again"),
    "not_a_number": _("Write a whole number, like 12"),
    "not_money": _("Write an amount, like 2.50"),
    "not_a_time": _("Write a time, like 10:30"),
    "not_a_day": _("Write a day, like 2026-12-29"),
    "not_yet": _("This day has not come yet"),
    "before_seen": _("It ends before you saw it"),
    "papers_missing": _("What their groups do asks for more papers. They are listed on this page"),
    "not_borne": _("Nothing that was seen is enough for this"),
    "not_days": _("We could not read “%(text)s”. Write days like 2026-12-29, with a comma between"),
    "not_a_choice": _("Choose one of the list"),
    "slug_taken": _("Another group has, or had, this address. Choose other words"),
    "not_a_picture": _("We cannot read this picture. Send a JPEG, PNG or WebP file"),
    "too_large": _("This picture is too large: at most %(limit)s kilobytes. Make it smaller first"),
    "not_url": _("Write the whole web address. It starts with https://"),
    "not_email": _("Write an e-mail address. It looks like hello@example.org"),
    "not_phone": _("Write a phone number"),
    "choose_weekday": _("Choose a day"),
    "choose_nth": _("Choose a week of the month"),
    "ages_crossed": _("The oldest age is below the youngest"),
    "name_taken": _("There is one with this name"),
    "place_met_at": _("A meeting is at this place. Choose another place for the meeting first"),
    "place_unknown": _("We don’t know “%(place)s”. Try a postcode or a town"),
    "place_choice": _("We are not sure about “%(place)s”. Write one of these: %(choices)s"),
    "not_degrees": _("Write degrees, like 53.42 or -2.33"),
    "until_needed": _("Say until which day this holds, from today on"),
    "unknown_place": _("The group does not meet at this place"),
    "unknown_fact": _("We do not know this fact. Choose one of the list"),
    "unknown_field": _("A listing has nothing of this name"),
    "unknown_language": _("We do not know this language"),
    "unknown_organisation": _("We do not know this organisation"),
    "unknown_session": _("This meeting was taken away meanwhile. Load the page again"),
    "unknown_term": _("We do not know this interest. Choose one of the list"),
    "time_zone_unknown": _("We do not know this time zone. Write one like Europe/London"),
    "rule_too_long": _("This rhythm is too long: at most %(limit)s characters"),
    "rule_unreadable": _("We could not read this rhythm. Choose one of the list"),
    "rule_frequency": _("It meets each day, week, month or year"),
    "rule_part": _("We cannot keep “%(part)s” in a rhythm. Choose one of the list"),
    "rule_interval": _("We could not read how many weeks or months lie between"),
    "rule_count": _("We could not read how many times it meets"),
    "rule_until": _("We could not read the last day of this rhythm"),
    "rule_combination": _("These parts of a rhythm do not go together. Choose one of the list"),
    "status_move": _("It cannot go to this state from the one it is in"),
    "second_person": _("Whoever took it off the list cannot put it back. Ask somebody else"),
    "incomplete": _("It cannot be shown yet: something is missing"),
    "out_of_scope": _("Another team keeps this"),
    "second_pair": _("Somebody else must look at it first"),
    "stale_version": _("Somebody else changed this first"),
    "idempotency_key": _("This form cannot be sent as it is. Load the page again"),
    "idempotency_reused": _("This form was sent before with other words. Please look it over and send it again"),
}


def problem(found: Problem) -> str:
    """Say what is wrong with one field."""
    words = _PROBLEMS.get(found.code)
    return str(words) % dict(found.params) if words else str(gettext("We could not read this"))


def label(name: str) -> str:
    """Name a field of a snapshot."""
    if name.startswith("facts."):
        return fact_words.holds(name[6:])
    if name.startswith("sessions."):
        return str(gettext("Meeting"))
    known = FIELDS.get(name)
    return str(known[0] if known else OTHER_LABELS.get(name) or brought.label(name) or name)


def form_label(name: str, names: Mapping[str, str] | None = None) -> str:
    """Name a field of the form; `names` are those of interests and places, by code and id."""
    if name.startswith("fact_"):
        return fact_words.holds(name[5:])
    if name.startswith("session-"):
        return f"{gettext('Meeting')}: {SESSION_LABELS.get(name.rsplit('-', 1)[1], '')}"
    start = _several(name)
    if start:
        which = (names or {}).get(name.removeprefix(start), "")
        return f"{LIST_LABELS[start]}: {which}" if which else str(LIST_LABELS[start])
    return label(name.replace("-", ".", 1) if name.startswith("door-") else name)


def _several(name: str) -> str:
    """Return how the name of a field begins that a listing may have several of."""
    return "" if name in OTHER_LABELS else next((start for start in LIST_LABELS if name.startswith(start)), "")


def form_value(name: str, text: str, names: Mapping[str, str] | None = None) -> str:
    """Say what stands in a field of the form."""
    lists: dict[str, Mapping[str, LazyString | str]] = {"freq": REPEATS, "week": WEEKS, "rests": RESTS}
    if name.startswith("session-"):
        return (names or {}).get(text) or str(lists.get(name.rsplit("-", 1)[1], {}).get(text, text))
    if name in CHOICES:
        return str(CHOICES[name].get(text, text))
    if _several(name) in TICKED:
        return str(VALUES["yes" if text else "no"])
    return str(VALUES.get(text, text)) if name.startswith("fact_") else text


def said(name: str, value: object, figures: Figures, names: Mapping[str, str] | None = None) -> str:
    """Say a value of a snapshot; empty for none. `names` are those of interests and places, by code and id."""
    named = names or {}
    if (told := brought.said(name, value, figures, VALUES)) is not None:
        return told
    if name.startswith("sessions."):
        session = read_session(value)
        return _at(session_sentence(session, figures), named.get(str(session.location_id))) if session else ""
    if name == "prices":
        return ", ".join(f"{one.option}: {figures.money(one.amount_pence)}" for one in read_prices(value))
    if name == "price_pence" and isinstance(value, int):
        return figures.money(value) if value else str(gettext("free"))
    if isinstance(value, list):
        return ", ".join(named.get(str(each), str(each)) for each in value)
    if isinstance(value, bool):
        return str(VALUES["yes" if value else "no"])
    words = VALUES if name.startswith("facts.") else CHOICES.get(name, {})
    return "" if value is None else str(words.get(str(value), value))


def _at(sentence: str, place: str | None) -> str:
    return f"{sentence} · {place}" if place else sentence


def session_sentence(session: SessionChange, figures: Figures) -> str:
    """Say a meeting in one line."""
    parts = [rhythm(session, figures)] if session.starts_at else []
    if session.starts_at:
        parts.append(figures.clock(session.starts_at))
    if session.minutes:
        parts.append(figures.minutes(session.minutes))
    if session.exceptions:
        days = figures.all_of(figures.long_day(day) for day in session.exceptions)
        parts.append(gettext("not on %(days)s", days=days))
    parts += [str(REST_WORDS[rest]) for rest in session.rests]
    for day, at in session.moved:
        when = f"{figures.long_day(at.date())}, {figures.clock(at)}"
        parts.append(gettext("%(day)s moved to %(when)s", day=figures.long_day(day), when=when))
    if session.level is not None:
        parts.append(str(LEVELS[session.level]))
    return " · ".join([*([f"“{session.words}”"] if session.words else []), *parts])


def rhythm(session: SessionChange, figures: Figures) -> str:
    """Say how often a meeting is."""
    parts = describe(session.rule, session.starts_at)
    if parts.repeat == "once" and session.starts_at:
        return figures.long_day(session.starts_at.date())
    if parts.repeat == "other" or not parts.weekdays:
        return _involved(session, figures) or f"{REPEATS['other']} ({session.rule})"
    words = _weekly(parts, figures) if parts.repeat == "weekly" else _monthly(parts, figures)
    if parts.until is None:
        return words
    return str(gettext("%(rhythm)s until %(day)s", rhythm=words, day=figures.long_day(parts.until)))


def _involved(session: SessionChange, figures: Figures) -> str:
    """Say a rhythm that knows months without a meeting, or several weeks of the month; empty for any other."""
    whole = take_apart(session.rule or "")
    if whole is None:
        return ""
    each = [replace(whole, months_off=(), nths=(nth,)) for nth in whole.nths] or [replace(whole, months_off=())]
    said = figures.all_of(rhythm(replace(session, rule=write(one)), figures) for one in each)
    if not whole.months_off:
        return said
    months = figures.all_of(figures.month_name(month) for month in whole.months_off)
    return f"{said}, {gettext('not in %(months)s', months=months)}"


def _weekly(parts: RuleParts, figures: Figures) -> str:
    days = figures.all_of(figures.weekday(day) for day in parts.weekdays)
    return str(ngettext("Every %(days)s", "Every %(num)s weeks on %(days)s", parts.every, days=days))


def _monthly(parts: RuleParts, figures: Figures) -> str:
    days = figures.all_of(figures.weekday(day) for day in parts.weekdays)
    which = str(WEEKS[str(parts.nth)])
    words = ngettext(
        "%(which)s %(days)s of the month",
        "%(which)s %(days)s of every %(num)s months",
        parts.every,
        which=which,
        days=days,
    )
    return str(words)


def changed_first() -> str:
    """Say that somebody else was faster."""
    return str(_("Somebody else changed this first. Please look it over again"))
