"""What an installation is called, who runs it, where it is and how it looks: a page each, behind "Set up Kith"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.catalog.site import colours, known, logos, setting
from service.catalog.where.packs import countries, load_pack
from service.catalog.where.places import Gazetteer
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.errors import Conflict, Invalid, Problem
from service.web.access import allow, current_actor, origin
from service.web.figures import locale_of
from service.web.languages import NAMES, current_language
from service.web.rendering import country_pack, given, here, look_again, services
from service.web.rooms import Area
from service.web.work import work_page

Values = Mapping[str, object]
TITLES: Mapping[str, LazyString] = {
    "name": _l("Name of the service"),
    "operator": _l("Who runs it"),
    "country": _l("The country"),
    "area": _l("Your area"),
    "languages": _l("The languages"),
    "colour": _l("The main colour"),
    "logo": _l("The logo"),
}
PALETTE: Mapping[str, LazyString] = {
    colours.OURS: _l("Plum"),
    "#1f3f77": _l("Dark blue"),
    "#0f5c8c": _l("Blue"),
    "#0b5a5e": _l("Teal"),
    "#23613a": _l("Green"),
    "#7a4a00": _l("Brown"),
    "#9c2f1a": _l("Brick red"),
    "#4c2c92": _l("Violet"),
    "#3c4a57": _l("Slate"),
}
OTHER = "other"
SENTENCES: Mapping[str, LazyString] = {
    "needed": _l("This is needed"),
    "too_long": _l("This is too long: at most %(limit)s characters"),
    "unprintable": _l("There is a sign in it that cannot be shown. Type it anew"),
    "contact_unreadable": _l("Write an e-mail address, a number of this country, or a web address with https://"),
    "not_a_choice": _l("Choose one of the list"),
    "not_rung": _l("Ring each help line first. They stand on every page, for people in danger"),
    "area_unknown": _l("We do not know this place. Try a postcode or a larger town"),
    "area_several": _l("There is more than one of this name. Type one of these: %(choices)s"),
    "not_a_colour": _l("Write a colour as # and six signs, such as #1f3f77"),
    "colour_pale": _l(
        "White words on this colour, or words in it, are hard to read: %(ratio)s to 1, and %(least)s is needed. "
        "The nearest that works is %(nearest)s"
    ),
    "logo_large": _l("This file is too large: at most %(limit)s kilobytes"),
    "logo_svg": _l("This is an SVG. It can hold programs, so we do not take it. Save it as a PNG, and send that"),
    "logo_kind": _l("This is no PNG or JPEG that we can read"),
    "logo_wide": _l("This picture is too large: at most %(limit)s pixels on each side"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one part is read from its form, and what its page shows of what is set."""

    taken: Callable[[], Values]
    shown: Callable[[], Values]


def register(blueprint: Blueprint) -> None:
    """Add a page for each part."""
    for part in setting.PARTS:
        address, named = f"/organisation/set-up/{part}", {"part": part}
        blueprint.add_url_rule(address, f"set_up_{part}", show, defaults=named)
        blueprint.add_url_rule(address, f"set_up_{part}_post", take, defaults=named, methods=["POST"])


@allow(Permission.MANAGE)
def show(part: str) -> ResponseReturnValue:
    """Show what is set, and the form."""
    look_again()
    return _page(part, PARTS[part].shown(), {})


@allow(Permission.MANAGE)
def take(part: str) -> ResponseReturnValue:
    """Take what was set; it holds from the next page on, in every process within seconds."""
    look_again()
    version = request.form.get("version", type=int)
    try:
        values = PARTS[part].taken()
        with committing() as unit:
            save = setting.Save(version=version, actor=current_actor(), now=now(), origin=origin())
            setting.keep(unit, part, values, save)
    except Invalid as refused:
        return _page(part, _typed(), _sentences(refused.fields), refused.fields)
    except Conflict:
        db.session.rollback()
        look_again()
        return _page(part, _typed(), {"save": _("Somebody else changed this first")}, status=409)
    look_again()
    return redirect(url_for(".set_up_steps", done=part), 303)


def _page(
    part: str, values: Values, errors: dict[str, str], fields: Mapping[str, Problem] | None = None, status: int = 200
) -> ResponseReturnValue:
    pale = (fields or {}).get("colour")
    shown = work_page(
        "set_up_part.html",
        Area.ORGANISATION,
        part=part,
        title=TITLES[part],
        values=values,
        errors=errors,
        version=here().version,
        form_action=url_for(f".set_up_{part}_post"),
        back_href=url_for(".set_up_steps"),
        nearest=pale.params.get("nearest") if pale else None,
        offered=CHOICES[part](),
    )
    shown.status_code = 422 if errors and status == 200 else status
    return shown


def _typed() -> dict[str, object]:
    """Return what was typed, so that nothing of it is lost."""
    return {**request.form.to_dict(), "ticked": request.form.getlist("languages")}


def _sentences(fields: Mapping[str, Problem]) -> dict[str, str]:
    return {field: str(SENTENCES[one.code]) % _figures(one.params) for field, one in fields.items()}


def _figures(params: Mapping[str, object]) -> dict[str, object]:
    said = dict(params)
    if isinstance(said.get("ratio"), float):
        said["ratio"] = f"{int(float(str(said['ratio'])) * 10) / 10:g}"  # never rounded up to what is needed
    if "choices" in said:
        said["choices"] = "; ".join(str(one) for one in said["choices"])  # type: ignore[attr-defined]  # a tuple
    return said


def _name() -> Values:
    return setting.name(request.form.get("name", ""))


def _operator() -> Values:
    typed = request.form
    return setting.operator(typed.get("operator", ""), typed.get("contact", ""), country_pack().telephone)


def _country() -> Values:
    root, rung = services().gazetteer.root, request.form.get("rung") == "yes"
    return setting.country(request.form.get("country", ""), root, rung=rung)


def _area() -> Values:
    made = services()
    # Without the area that is set now: one name must not mean what is near the place that is left.
    return setting.area(request.form.get("area", ""), Gazetteer(made.gazetteer.root), country=made.settings.country)


def _languages() -> Values:
    return setting.languages(request.form.getlist("languages"))


def _colour() -> Values:
    chosen = request.form.get("colour", "")
    return setting.colour(request.form.get("own", "") if chosen == OTHER else chosen)


def _logo() -> Values:
    if request.form.get("act") == "remove":
        return setting.NO_LOGO
    sent = request.files.get("logo")
    return setting.logo(sent.read(logos.LARGEST + 1) if sent else b"")


def _colour_now() -> Values:
    now_set = here().colour or colours.OURS
    return {"colour": now_set} if now_set in PALETTE else {"colour": OTHER, "own": now_set}


PARTS: Mapping[str, Part] = {
    "name": Part(taken=_name, shown=lambda: {"name": here().name}),
    "operator": Part(taken=_operator, shown=lambda: {"operator": here().operator, "contact": here().contact}),
    "country": Part(taken=_country, shown=lambda: {"country": services().settings.country.lower()}),
    "area": Part(taken=_area, shown=lambda: {"area": here().area or ""}),
    "languages": Part(taken=_languages, shown=lambda: {"ticked": here().languages}),
    "colour": Part(taken=_colour, shown=_colour_now),
    "logo": Part(taken=_logo, shown=dict),
}


def country_name(code: str) -> str:
    """Return what a country is called in the reader's language."""
    names = locale_of(current_language(), country_pack().code).territories
    return str(names.get(code.upper()) or load_pack(services().gazetteer.root, code).name)


def _country_choices() -> dict[str, object]:
    root = services().gazetteer.root
    rows = [(code.lower(), country_name(code), _lines(code)) for code in countries(root)]
    return {"choices": rows, "environment": country_name(given().settings.country)}


def _lines(code: str) -> str:
    """Say the help lines that come with a country."""
    lines = load_pack(services().gazetteer.root, code).help_lines
    said = [line.name if line.number in line.name else f"{line.name} {line.number}" for line in lines]
    return str(_("Help lines: %(lines)s", lines=", ".join(said)))


CHOICES: Mapping[str, Callable[[], dict[str, object]]] = {
    "name": lambda: {"longest": setting.LONGEST_NAME, "default": known.NAME},
    "operator": dict,
    "country": _country_choices,
    "area": lambda: {"environment": given().settings.area or "", "country": country_name(country_pack().code)},
    "languages": lambda: {"choices": [(code, NAMES[code]) for code in LANGUAGES[1:]]},
    "colour": lambda: {"palette": list(PALETTE.items()), "other": OTHER},
    "logo": lambda: {"largest": logos.LARGEST // 1000, "side": logos.SIDE},
}
