"""What the pages of referring say: ways, reasons, and what is wrong with a field. It holds words only."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.errors import Problem

RULES: Mapping[str, LazyString] = {
    "phone": _l("By phone"),
    "text": _l("By text message"),
    "email": _l("By e-mail"),
    "letter": _l("By letter"),
    "none": _l("Not at all: only through me"),
}
WAYS: Mapping[str, LazyString] = {**RULES, "any": _l("Any way")}
REASONS: Mapping[str, LazyString] = {
    "lonely": _l("Lonely or cut off"),
    "lost_someone": _l("Lost someone"),
    "carer": _l("Cares for someone"),
    "new_here": _l("New to the area"),
    "low_mood": _l("Low mood or worry"),
    "moving": _l("Wants to get moving"),
}
PROBLEMS: Mapping[str, LazyString] = {
    "missing": _l("Write what to call them"),
    "contact_needed": _l("Write how to reach them"),
    "no_email": _l("Write a whole e-mail address, with an @"),
    "no_text": _l("Write the number, with figures only"),
    "no_phone": _l("Write the number, with figures only"),
    "no_day": _l("Write the day like 4/3/1955"),
    "consent_needed": _l("Ask first. Tick this when they say yes"),
    "already_open": _l("They were referred before, and that is still open"),
    "known_already": _l("Somebody like this is known here. Is it the same person?"),
    "one_of_both": _l("Choose somebody, or write who it is: not both"),
    "tick_needed": _l("Nobody has checked this group. Say why it is right all the same"),
    "unknown_group": _l("Choose a group first. Look it up by its name."),
    "group_not_joinable": _l("You cannot join this one. It is listed so that nobody asks in vain."),
    "group_full": _l("The group is full at the moment."),
    "group_not_checked": _l("Nobody has checked this group, so it is not for them. Choose another"),
    "group_needed": _l("Choose a group first. Look it up by its name."),
    "needed": _l("Write the name of the group"),
    "unreadable": _l("This has signs we cannot keep. Please type it again"),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
    "unknown_choice": _l("Pick one of the answers that are here."),
    "consent_expired": _l("This yes is over a year old, or not given yet. Ask again"),
    "columns_missing": _l("One line for each person you help already. The first line names the columns:"),
    "too_many": _l("Say it in fewer words"),
    "lines_wrong": _l("One more thing before we go on"),
    "idempotency_key": _l("This form cannot be sent as it is. Load the page again"),
    "idempotency_reused": _l("This form was sent before with other words. Please look it over and send it again"),
}
FIELDS = {
    "preferred_name": "name",
    "contact_rule": "rule",
    "contact_notes": "notes",
    "reasons": "why",
    "idempotency_key": "main",
    "service": "to",
    "same": "same",
}


def sentences(problems: Mapping[str, Problem]) -> dict[str, str]:
    """Say what is wrong, by the fields of the page."""
    return {FIELDS.get(name, name): str(PROBLEMS[problem.code]) for name, problem in problems.items()}
