"""All that is kept about somebody, as a page they can read: what each column is called, and its values in words."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Response, make_response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Role
from service.referrals.retention import TABLE
from service.web.account_words import ROLES
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services

Section = dict[str, Any]
Told = Mapping[str, Any]
# What is shown, in this order. Whatever else is kept is in the file that programs read.
LABELS: Mapping[str, tuple[LazyString, Mapping[str, LazyString]]] = {
    "person": (
        _l("Who you are"),
        {
            "preferred_name": _l("First name"),
            "contact": _l("How to reach you"),
            "contact_notes": _l("When is it safe?"),
            "born": _l("Born"),
            "representative": _l("Who decided for you"),
            "story": _l("What matters to you?"),
            "needs": _l("What helps you"),
            "care": _l("To take care of"),
            "created_at": _l("Kept since"),
        },
    ),
    "consent": (
        _l("What you said yes to"),
        {
            "group_id": _l("Group"),
            "items": _l("What may be shared"),
            "representative": _l("Who decided for you"),
            "given_at": _l("Said on"),
            "expires_at": _l("Until"),
            "withdrawn_at": _l("Taken back on"),
        },
    ),
    "referral": (
        _l("Who referred you"),
        {"acting_for": _l("By"), "reasons": _l("Why"), "created_at": _l("Referred on")},
    ),
    "introduction": (
        _l("Groups that were asked"),
        {
            "group_id": _l("Group"),
            "sent_at": _l("Asked on"),
            "answered_at": _l("Answered on"),
            "note": _l("What the group said"),
            "host": _l("Who meets you"),
            "own_words": _l("In your own words"),
            "unvetted_reason": _l("Why this group, which nobody had checked"),
        },
    ),
    "user_account": (
        _l("Your account"),
        {"name": _l("Your name"), "email": _l("E-mail"), "created_at": _l("Kept since")},
    ),
    "membership": (_l("Your roles"), {"role": _l("Role"), "valid_from": _l("Since"), "valid_until": _l("Until")}),
    "signed_in_session": (
        _l("Where you signed in"),
        {"device": _l("Device"), "network": _l("Network"), "created_at": _l("Since"), "ended_at": _l("Ended on")},
    ),
    "passkey": (_l("Your passkeys"), {"name": _l("Name"), "created_at": _l("Since")}),
    "external_identity": (_l("You at your organisation"), {"subject": _l("Number"), "created_at": _l("Since")}),
    "invitation": (
        _l("Invitations"),
        {"name": _l("Your name"), "email": _l("E-mail"), "role": _l("Role"), "created_at": _l("Since")},
    ),
}
ITEMS: Mapping[str, LazyString] = {
    "name": _l("First name"),
    "contact": _l("How to reach you"),
    "needs": _l("What you need"),
    "access_needs": _l("What helps you"),
    "measures": _l("Answers to questions"),
    "outcome": _l("How it went"),
}
# What is said of each kind of data to everybody, and how its time is said. Kinds that name nobody are not told of.
KINDS: Mapping[str, tuple[LazyString, LazyString]] = {
    "referrals": (_l("Your referral: name, contact, what helps you, what groups said"), _l("%(time)s after it ends")),
    "prefills": (_l("What your doctor’s computer fills in on our form"), _l("Ten minutes at most")),
    "ring_requests": (_l("Your wish to be rung"), _l("%(time)s at most")),
    "reports": (_l("What you tell us is wrong with a group’s page"), _l("%(time)s after we have looked at it")),
    "messages": (_l("Messages we send. Your address goes as soon as they are sent"), _l("%(time)s at most")),
    "sessions": (_l("Where you are signed in"), _l("%(time)s after you sign out")),
    "invitations": (_l("An invitation to work here"), _l("%(time)s after it ends")),
    "accounts": (_l("An account that nobody uses"), _l("%(time)s at most")),
    "audit": (
        _l("Who looked at what is kept: role and day, and no word of yours"),
        _l("As long as this site is there"),
    ),
}
CARE: Mapping[str, LazyString] = {"under_18": _l("Under 18"), "safety": _l("Safety")}


def times() -> list[tuple[str, str]]:
    """Say of each kind of data what it is and how long it is kept, from the table that the timer keeps to."""
    rings = services().settings.ring_back
    return [
        (str(what), str(said) % {"time": _days(TABLE[kind].days or 0)})
        for kind, (what, said) in KINDS.items()
        if rings or kind != "ring_requests"
    ]


def _days(days: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", days))


def sections(told: Told) -> list[Section]:
    """Return what is kept, one section a table, one list of lines a row; empty values and empty tables are left out."""
    groups: Mapping[str, str] = told.get("groups", {})
    shown = []
    for table, (title, labels) in LABELS.items():
        rows = [_lines(row, labels, groups) for row in told["kept"].get(table, ())]
        if any(rows):
            shown.append({"title": str(title), "rows": [row for row in rows if row]})
    return shown


def lookers(told: Told) -> list[dict[str, str]]:
    """Return who looked, newest first."""
    return [
        {"when": _day(row["at"]), "who": _role(row["role"]), "organisation": row["organisation"] or ""}
        for row in told.get("who_looked", ())
    ]


def as_file(told: Told) -> Response:
    """Return what is kept as a file of JSON, which no cache keeps."""
    answer = make_response(json.dumps(told, ensure_ascii=False, indent=2))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = 'attachment; filename="kept.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lines(row: Mapping[str, Any], labels: Mapping[str, LazyString], groups: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"label": str(label), "value": _said(column, row[column], groups)}
        for column, label in labels.items()
        if row.get(column)
    ]


def _said(column: str, value: Any, groups: Mapping[str, str]) -> str:
    if column.endswith("_at") or column in ("valid_from", "valid_until"):
        return _day(value)
    if column == "group_id":
        return groups.get(value, "")
    if column == "role":
        return _role(value)
    if column == "items":
        return _listed(value, ITEMS)
    return _listed(value.split(), CARE) if column == "care" else str(value)


def _listed(codes: Sequence[str], words: Mapping[str, LazyString]) -> str:
    known = [str(said) for code, said in words.items() if code in codes]
    return ", ".join([*known, *(code for code in codes if code not in words)])


def _role(code: str) -> str:
    known = {role.value: words for role, words in ROLES.items()}
    if code == Role.API_CLIENT.value:
        return str(_("A program"))
    return str(known[code]) if code in known and code != Role.PERSON.value else str(_("Kith itself"))


def _day(at: str) -> str:
    pack = country_pack()
    here = datetime.fromisoformat(at).astimezone(ZoneInfo(pack.time_zone)).date()
    return str(format_date(here, "long", locale=locale_of(current_language(), pack.code)))
