"""What is done to many listings, in words."""

from flask_babel import lazy_gettext as _

from service.catalog.desk.bulk import Wish
from service.web import fact_words
from service.web.admin import words
from service.web.rendering import services

KINDS = {
    "add_term": _("Add an interest"),
    "take_term": _("Take an interest away"),
    "fact": _("Say what is true of them"),
    "status": _("Change the state"),
    "organisation": _("Give them to another organisation"),
    "confirm": _("All of it was asked today and is right"),
    "replace": _("Replace words in a number or address"),
}
OWN = _("Interests that their texts speak of")  # each listing its own, so that none is chosen for all


def deed(wish: Wish) -> str:
    """Say one wish in a line."""
    told = [str(KINDS.get(wish.kind, OWN)), _about(wish)]
    return ": ".join(part for part in told if part)


def _about(wish: Wish) -> str:
    if wish.kind in ("add_term", "take_term"):
        term = services().matching.taxonomy.get(wish.what)
        return term.label if term else wish.what
    if wish.kind == "fact":
        return f"{fact_words.holds(wish.what)}: {words.VALUES[wish.value]}"
    if wish.kind == "status":
        return str(words.STATUSES[wish.what])
    return f"{words.label(wish.what)}: “{wish.find}” → “{wish.value}”" if wish.kind == "replace" else ""
