"""What a public holiday is called, in the reader's language. It knows no year."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

HOLIDAYS: dict[str, LazyString] = {
    "new_year": _("New Year"),
    "good_friday": _("Good Friday"),
    "easter_monday": _("Easter Monday"),
    "early_may": _("May bank holiday"),
    "spring": _("spring bank holiday"),
    "summer": _("summer bank holiday"),
    "christmas": _("Christmas"),
    "boxing": _("Boxing Day"),
    "martin_luther_king": _("Martin Luther King Day"),
    "washington": _("Washington’s birthday"),
    "memorial": _("Memorial Day"),
    "juneteenth": _("Juneteenth"),
    "independence": _("Independence Day"),
    "labor": _("Labor Day"),
    "columbus": _("Columbus Day"),
    "veterans": _("Veterans Day"),
    "thanksgiving": _("Thanksgiving"),
}


def holiday(key: str) -> str:
    """Name a holiday; one that a country's pack has and nobody has named is a public holiday."""
    return str(HOLIDAYS.get(key) or gettext("public holiday"))
