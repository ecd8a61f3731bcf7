"""How somebody looks at their desk: the form that narrows a list, and the views they keep. It writes nothing."""

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.db import db
from service.referrals.desk import filtering, views
from service.referrals.desk.filtering import OPEN_STATES, Filter
from service.referrals.desk.queries import Caseload
from service.web.access import current_actor
from service.web.professional.desk import words

WAITS: dict[str, LazyString] = {"me": _l("Us"), "group": _l("A group"), "person": _l("The person")}
DUE: dict[str, LazyString] = {"late": _l("Their day is over"), "today": _l("Today"), "week": _l("In the next 7 days")}
INTERPRETER: dict[str, LazyString] = {"yes": _l("An interpreter is needed")}
ANYTHING = ("", "–")
NARROW = "narrow"  # in an address: the form is asked for


def asked() -> Filter:
    """Read how somebody wants to look: of the address, or of a form that was sent."""
    return filtering.read(request.values)


def address(wanted: Filter, **more: object) -> str:
    """Return the address of a desk that is looked at in this way."""
    return url_for(".desk", **filtering.written(wanted), **more)  # type: ignore[arg-type]  # what stands in an address is its own


def parts(wanted: Filter, found: Caseload, *, panel: bool) -> dict[str, object]:
    """Return what the form and the links need; `panel`: the form is asked for."""
    mine, typed = views.kept_by(db.session(), current_actor()), request.form.get("name", "")
    return {
        "wanted": wanted,
        "narrows": wanted.narrows,
        "panel": panel or wanted.narrows,
        "panel_href": address(wanted, **{NARROW: "yes"}),
        "sent": list(filtering.written(wanted).items()),
        "choices": {
            "state": [ANYTHING, *((code, str(words.STATES[code])) for code in OPEN_STATES if code in words.STATES)],
            "waits": [ANYTHING, *((code, str(text)) for code, text in WAITS.items())],
            "due": [ANYTHING, *((code, str(text)) for code, text in DUE.items())],
            "interpreter": [ANYTHING, *((code, str(text)) for code, text in INTERPRETER.items())],
            "group": [ANYTHING, *((group_id.hex, name) for group_id, name in found.groups)],
        },
        "all_href": address(Filter(view=wanted.view)),
        "kept": [
            {
                "id": one.id.hex,
                "name": one.name,
                "href": address(one.wanted),
                "current": one.wanted == wanted,
            }
            for one in mine
        ],
        "keeps": not any(one.wanted == wanted for one in mine),
        "keep_action": url_for(".desk_keep"),
        "forget_action": url_for(".desk_forget"),
        "view_name": typed if typed.isprintable() else "",
    }
