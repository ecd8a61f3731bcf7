"""What lists of others bring beside the fields of the form, said in words: for histories and for lists."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.web import fact_words
from service.web.figures import Figures

OF_BODY: Mapping[str, LazyString] = {
    "name": _("Name"),
    "summary": _("What it is, in two sentences"),
    "website": _("Website"),
    "email": _("E-mail address"),
    "logo_url": _("Logo"),
    "legal_form": _("Legal form"),
}
LABELS: Mapping[str, LazyString] = {
    "areas": _("People from which area"),
    "place_facts": _("What is known of the place"),
    "funding": _("Who pays for it"),
    "currency": _("Currency"),
    "capacity_maximum": _("Most people it takes"),
    "removes": _("What it makes easier"),
    "confirmed_precision": _("How exact this day is"),
}


def label(name: str) -> str:
    """Name a field of a difference that no form has; empty for all others."""
    first, _, rest = name.partition(".")
    if first == "organisation" and rest:
        return f"{gettext('Organisation')}: {OF_BODY.get(rest, rest)}"
    if first == "facts_on":
        return f"{fact_words.holds(rest)}: {gettext('Last confirmed')}"
    return str(LABELS.get(name, ""))


def said(name: str, value: object, figures: Figures, answers: Mapping[str, object]) -> str | None:
    """Say a value of such a field, and of places as lists bring them; None where it is said as any other.

    `answers` are the words for yes, no and not confirmed.
    """
    if name.startswith("facts_on.") and isinstance(value, str):
        return figures.long_day(date.fromisoformat(value[:10]))
    if name == "place_facts" and isinstance(value, dict):
        told = ((code, fact) for facts in value.values() for code, (fact, *_rest) in facts.items())
        return "; ".join(f"{fact_words.holds(code)}: {answers.get(fact, fact)}" for code, fact in told)
    if name in ("places", "areas") and isinstance(value, list):
        return "; ".join(_where(one) for one in value if isinstance(one, Mapping)) or None
    return None


def _where(place: Mapping[str, object]) -> str:
    parts = (place.get(part) for part in ("name", "address_1", "city", "postal_code"))
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))
