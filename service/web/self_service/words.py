"""Every reason and every misfit in plain words. It only says what the ranking found; it finds nothing itself."""

from collections.abc import Callable, Sequence
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service.catalog.schedule import Occurrence
from service.matching.explanation import Point
from service.matching.profile import Profile, Travel
from service.matching.travel import way_of
from service.web import fact_words
from service.web.figures import Figures
from service.web.own_words import filled, theirs
from service.web.self_service.scene import Scene, Voice, wanted_slots

Say = Callable[[Point, Scene, Voice], str]

_AWAY = {
    "walk": lazy_gettext("About %(distance)s away, %(time)s on foot"),
    "wheel": lazy_gettext("About %(distance)s away, %(time)s in a wheelchair or slowly"),
    "cycle": lazy_gettext("About %(distance)s away, %(time)s by bike"),
    "bus": lazy_gettext("About %(distance)s away, %(time)s by bus or tram"),
    "car": lazy_gettext("About %(distance)s away, %(time)s by car"),
}
_AWAY_SHORT = {
    "walk": lazy_gettext("%(time)s walk, %(distance)s"),
    "wheel": lazy_gettext("%(time)s slowly, %(distance)s"),
    "cycle": lazy_gettext("%(time)s by bike, %(distance)s"),
    "bus": lazy_gettext("%(time)s by bus, %(distance)s"),
    "car": lazy_gettext("%(time)s by car, %(distance)s"),
}
PARTS = (lazy_gettext("mornings"), lazy_gettext("afternoons"), lazy_gettext("evenings"))
_HOME = {
    "online": lazy_gettext("You can join from home, online"),
    "phone": lazy_gettext("You can join from home, by phone"),
}
_WISHED_WAY = {
    "in_person": lazy_gettext("You asked to meet in person. This does not"),
    "online": lazy_gettext("You asked for online. This is not online"),
    "phone": lazy_gettext("You asked for the phone. This is not by phone"),
}
_FOR_ONE = {"women_only": lazy_gettext("For women only"), "men_only": lazy_gettext("For men only")}


def point(found: Point, scene: Scene, voice: Voice) -> str:
    """Say one reason or misfit."""
    return SENTENCES[found.code](found, scene, voice)


def away(km: float, minutes: int, travel: str, figures: Figures, *, short: bool = False) -> str:
    """Say how far it is; who goes by bus walks where that is quicker, and the figure tells which of the two it was."""
    way, minutes = way_of(cast(Travel, travel), km, minutes), max(1, minutes)
    if short:
        return str(_AWAY_SHORT[way]) % {"distance": figures.short_distance(km), "time": figures.short_minutes(minutes)}
    return str(_AWAY[way]) % {"distance": figures.distance(km), "time": figures.minutes(minutes)}


def weekly(coming: Occurrence, figures: Figures) -> str:
    """Say a weekday and a time: Tuesday at 19:00."""
    day = figures.weekday(coming.starts.weekday())
    return str(_("%(weekday)s at %(time)s", weekday=day, time=figures.clock(coming.starts)))


def wanted_times(profile: Profile, figures: Figures) -> str:
    """Say when somebody is free, as they said it."""
    said = []
    slots = wanted_slots(profile)
    if slots and not profile.slots:
        said.append(str(_("evenings or weekends")))
    elif slots:
        parts = sorted({part for _day, part in slots})
        days = sorted({day for day, _part in slots})
        said += [figures.one_of(str(PARTS[part]) for part in parts)] if len(parts) < len(PARTS) else []
        said += [_days(days, figures)] if len(days) < 7 else []
    if profile.earliest is not None:
        said.append(str(_("not before %(time)s", time=_clock(profile.earliest))))
    if profile.latest is not None:
        said.append(str(_("over by %(time)s", time=_clock(profile.latest))))
    return ", ".join(said)


def _days(days: Sequence[int], figures: Figures) -> str:
    """Name some days of the week, or the one that is left out."""
    if len(days) == 6:
        return str(_("any day but %(day)s", day=figures.weekday(next(day for day in range(7) if day not in days))))
    return figures.one_of(figures.weekday(day) for day in days)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def based_in(scene: Scene) -> str:
    """Say where a group is based whose venue nobody has confirmed."""
    area = area_of(scene)
    return str(_("Based in %(area)s, venue not confirmed", area=area)) if area else str(_("Venue not confirmed"))


def area_of(scene: Scene) -> str:
    """Return the town or quarter of the place; empty where it is not known."""
    return (scene.place.city or scene.place.region or "") if scene.place else ""


def since(scene: Scene, year: object) -> str:
    """Say how old the listing is, and that it comes from a list when it does."""
    group = scene.group
    if group.source_year and group.source != "local":
        return str(_("From %(year)s open data, not confirmed since", year=group.source_year))
    return str(_("Not confirmed since %(year)s", year=year))


def _interest(found: Point, _scene: Scene, voice: Voice) -> str:
    wanted, offered = str(found.params["wanted"]), str(found.params["offered"])
    if wanted == offered:
        return str(_("What you asked for: %(thing)s", thing=voice.label(wanted)))
    return str(_("%(offered)s. You asked for: %(wanted)s", offered=voice.label(offered), wanted=voice.label(wanted)))


def is_rough(scene: Scene) -> bool:
    """Tell whether the venue is not confirmed: then nobody can say how long the way takes."""
    return scene.place is not None and scene.place.precision in ("named", "district", "town")


def _near(found: Point, scene: Scene, voice: Voice) -> str:
    if is_rough(scene):
        return str(_("About %(distance)s away")) % {"distance": voice.figures.distance(float(str(found.params["km"])))}
    km, minutes = float(str(found.params["km"])), int(str(found.params["minutes"]))
    return away(km, minutes, str(found.params["travel"]), voice.figures)


def _beyond_reach(found: Point, _scene: Scene, voice: Voice) -> str:
    far, most = float(str(found.params["km"])), float(str(found.params["max_km"]))
    words = _("About %(far)s away. You said %(most)s at most")
    return str(words) % {"far": voice.figures.distance(far), "most": voice.figures.distance(most)}


def _covers_area(_found: Point, scene: Scene, _voice: Voice) -> str:
    area = scene.group.areas[0].name if len(scene.group.areas) == 1 else ""
    return str(_("For people in %(area)s", area=area)) if area else str(_("For people in your area"))


def _price(found: Point, scene: Scene, voice: Voice) -> str:
    return str(_("%(price)s a time", price=_money(found, "pence", scene, voice)))


def _price_above(found: Point, scene: Scene, voice: Voice) -> str:
    price, most = _money(found, "pence", scene, voice), _money(found, "limit", scene, voice)
    if not int(str(found.params["limit"])):
        return str(_("It costs %(price)s a time. You asked for free", price=price))
    return str(_("It costs %(price)s a time. You said %(most)s at most", price=price, most=most))


def _money(found: Point, name: str, scene: Scene, voice: Voice) -> str:
    return voice.figures.money(int(str(found.params[name])), scene.group.currency)


def _times_fit(_found: Point, scene: Scene, voice: Voice) -> str:
    coming = scene.free_date()
    if coming is None:
        return str(_("Meets when you are free"))
    return str(_("Meets when you are free: %(when)s", when=weekly(coming, voice.figures)))


def _times_misfit(_found: Point, scene: Scene, voice: Voice) -> str:
    wish = wanted_times(scene.profile, voice.figures)
    if not scene.dates:
        return str(_("You asked for %(wish)s. This meets at another time", wish=wish))
    when = weekly(scene.dates[0], voice.figures)
    return str(_("You asked for %(wish)s. This meets on %(when)s", wish=wish, when=when))


def _fact(words: Callable[[str], str]) -> Say:
    return lambda found, _scene, _voice: words(str(found.params["fact"]))


def _languages(words: Callable[[], str]) -> Say:
    def say(found: Point, _scene: Scene, voice: Voice) -> str:
        codes = str(found.params["languages"]).split(",")
        return words() % {"languages": voice.figures.one_of(voice.figures.language(code) for code in codes)}

    return say


def _small_group(found: Point, _scene: Scene, _voice: Voice) -> str:
    people = int(str(found.params["people"]))
    return str(ngettext("A small group: about %(num)s person", "A small group: about %(num)s people", people))


def _only(words: Callable[[], str]) -> Say:
    return lambda _found, _scene, _voice: words()


SENTENCES: dict[str, Say] = {
    "interest": _interest,
    "words": lambda found, scene, _voice: filled(
        _("It speaks of: %(words)s"), words=theirs(str(found.params["words"]), scene.group)
    ),
    "named": _only(lambda: str(_("The group you named"))),
    "other_way": lambda found, _scene, _voice: str(_WISHED_WAY[str(found.params["mode"])]),
    "wish_unmet": lambda found, _scene, voice: str(
        _("Not this wish: %(thing)s", thing=voice.label(str(found.params["wanted"])))
    ),
    "interest_weak": _only(lambda: str(_("Not what you asked for"))),
    "avoided": _only(lambda: str(_("You said you would rather not do this"))),
    "life": lambda found, _scene, voice: str(
        _("For people like you: %(term)s", term=voice.label(str(found.params["term"])))
    ),
    "from_home": lambda found, _scene, _voice: str(_HOME[str(found.params["way"])]),
    "near": _near,
    "far": _near,
    "beyond_reach": _beyond_reach,
    "covers_area": _covers_area,
    "place_not_confirmed": _only(lambda: str(_("Nobody has told us where it meets"))),
    "venue_not_confirmed": lambda _found, scene, _voice: based_in(scene),
    "free": _only(lambda: str(_("Free"))),
    "price": _price,
    "price_above": _price_above,
    "price_not_confirmed": _only(lambda: str(_("Nobody has told us the price"))),
    "times_fit": _times_fit,
    "times_misfit": _times_misfit,
    "times_not_confirmed": _only(lambda: str(_("Nobody has told us when it meets"))),
    "fact_yes": _fact(fact_words.holds),
    "fact_no": _fact(fact_words.missing),
    "fact_not_confirmed": _fact(fact_words.not_confirmed),
    "speaks": _languages(lambda: str(_("Someone there speaks %(languages)s"))),
    "language_not_spoken": _languages(lambda: str(_("They speak other languages, not %(languages)s"))),
    "language_not_confirmed": _languages(lambda: str(_("Not confirmed: someone who speaks %(languages)s"))),
    "women_only": lambda found, _scene, _voice: str(_FOR_ONE[found.code]),
    "men_only": lambda found, _scene, _voice: str(_FOR_ONE[found.code]),
    "full": _only(lambda: str(_("Full at the moment"))),
    "waiting_list": _only(lambda: str(_("There is a waiting list"))),
    "small_group": _small_group,
    "bigger_step": _only(lambda: str(_("A bigger first step than you asked for"))),
    "not_confirmed_since": lambda found, scene, _voice: since(scene, found.params["year"]),
}
