"""The words of the forms for what is right, for a new group and for whoever runs one. It decides nothing."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.catalog.proposals.saying import FIELDS
from service.errors import Problem

# Field -> label, rows (0: one line), kind of field.
LABELS: Mapping[str, tuple[LazyString, int, str]] = {
    "name": (_l("Name"), 0, "text"),
    "description": (_l("What it is, in two sentences"), 3, "text"),
    "when": (_l("The day or the time"), 0, "text"),
    "place": (_l("The place"), 0, "text"),
    "cost": (_l("What it costs"), 0, "text"),
    "how_to_join": (_l("How to join"), 2, "text"),
    "phone": (_l("Phone number of the group"), 0, "tel"),
    "email": (_l("E-mail address of the group"), 0, "email"),
    "url": (_l("Website"), 0, "url"),
    "runs": (_l("Who runs it"), 0, "text"),
}
HINTS: Mapping[str, LazyString] = {
    "place": _l("A name, a street, a town or a postcode"),
    "when": _l("Like “Every Tuesday, 10 to 12”"),
}
WAYS: Mapping[str, LazyString] = {
    "mail": _l("We write to the group’s own e-mail address"),
    "phone": _l("We ring the group’s own number"),
    "other": _l("An editor asks the group in another way"),
}
NEXT: Mapping[str, tuple[LazyString, ...]] = {
    "wrong": (
        _l("An editor reads it, and asks the group."),
        _l("The page is put right, or the group is taken off the list."),
    ),
    "unsafe": (
        _l("An editor first reads what may have hurt someone."),
        _l("The page is put right, or the group is taken off the list."),
    ),
    "change": (_l("An editor reads it, and asks the group."), _l("The page is put right.")),
    "new": (_l("An editor reads it, and asks the group."), _l("When it is all right, everybody can find it here.")),
    "claim_mail": (
        _l("We write to the group’s own e-mail address. Please open the link that is in it."),
        _l("Then you get an invitation by e-mail."),
    ),
    "claim_phone": (_l("We ring the group’s own number"), _l("Then you get an invitation by e-mail.")),
    "claim_other": (_l("An editor asks the group in another way"), _l("Then you get an invitation by e-mail.")),
}
PROBLEMS: Mapping[str, LazyString] = {
    "nothing_said": _l("Write at least one thing"),
    "needed": _l("This is needed"),
    "too_long": _l("This is too long: at most %(limit)s characters"),
    "unreadable": _l("This has signs we cannot keep. Please type it again"),
    "not_a_choice": _l("Choose one of the list"),
    "not_url": _l("Write the whole web address. It starts with https://"),
    "not_email": _l("Write an e-mail address. It looks like hello@example.org"),
    "not_phone": _l("Write a phone number"),
}


def fields(kind: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the fields of a form as they were typed, each with what is wrong with it."""
    return [
        {
            "name": name,
            "label": LABELS[name][0],
            "hint": HINTS.get(name, ""),
            "rows": LABELS[name][1],
            "kind": LABELS[name][2],
            "value": typed.get(name, ""),
            "error": errors.get(name, ""),
        }
        for name in FIELDS[kind]
        if name in LABELS
    ]


def ways(offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the ways to prove that a group is somebody's."""
    return [(way, str(WAYS[way])) for way in offered]


def following(kind: str) -> list[str]:
    """Say what happens next."""
    return [str(words) for words in NEXT[kind]]


def sentences(kind: str, problems: Mapping[str, Problem]) -> dict[str, str]:
    """Say what is wrong with each field, in the order of the page."""
    order = ("main", *FIELDS[kind], "your_name", "your_email")
    ordered = sorted(problems, key=lambda name: order.index(name) if name in order else len(order))
    return {name: str(PROBLEMS[problems[name].code]) % dict(problems[name].params) for name in ordered}
