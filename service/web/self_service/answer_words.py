"""The words around a list: what was let go, what else was looked for, what helps, what is known of a group's state."""

from collections.abc import Callable

from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from service.catalog.barriers import Strength
from service.catalog.freshness import Freshness
from service.catalog.views import GroupView
from service.matching import Answer, Profile
from service.matching.relaxation import Relaxed
from service.web.figures import Figures
from service.web.self_service.scene import Voice

COUNTED = 30
# What would make it easier to go: the same words as on the form (macros/barriers.html).
BARRIERS: dict[str, LazyString] = {
    "social_anxiety": lazy_gettext("Gentle with nerves"),
    "alone": lazy_gettext("Someone to go with"),
    "transport": lazy_gettext("Close by, or a lift"),
    "cost": lazy_gettext("Free or very cheap"),
    "low_mood": lazy_gettext("Short and easy"),
    "work_hours": lazy_gettext("Evenings or weekends"),
    "mobility": lazy_gettext("Seats, and time to rest"),
    "wheelchair": lazy_gettext("No steps"),
    "hearing": lazy_gettext("Help with hearing"),
    "vision": lazy_gettext("Help with seeing"),
    "sensory": lazy_gettext("Calm and quiet"),
    "dementia": lazy_gettext("Help with memory"),
    "language": lazy_gettext("My language"),
    "culture": lazy_gettext("Right for who I am"),
    "caring": lazy_gettext("I can bring who I care for"),
    "digital": lazy_gettext("No internet needed"),
    "stigma": lazy_gettext("An ordinary place"),
    "safety": lazy_gettext("A safe place"),
}
# What of a visit an enabler helps with; the name of the service and what it does follow.
HELP: dict[str, LazyString] = {
    "social_anxiety": lazy_gettext("If you are nervous about going:"),
    "alone": lazy_gettext("Someone to go with:"),
    "transport": lazy_gettext("Getting there:"),
    "cost": lazy_gettext("Help with the cost:"),
    "low_mood": lazy_gettext("If it is hard to get going:"),
    "work_hours": lazy_gettext("If the hours are wrong:"),
    "mobility": lazy_gettext("Moving about there:"),
    "wheelchair": lazy_gettext("Getting in without steps:"),
    "hearing": lazy_gettext("Hearing what is said:"),
    "vision": lazy_gettext("Finding your way there:"),
    "sensory": lazy_gettext("If it gets too loud or too much:"),
    "dementia": lazy_gettext("Help with memory:"),
    "language": lazy_gettext("Help with the language:"),
    "culture": lazy_gettext("Feeling welcome there:"),
    "caring": lazy_gettext("Care while you are out:"),
    "digital": lazy_gettext("Joining without the internet:"),
    "stigma": lazy_gettext("To talk first, in private:"),
    "safety": lazy_gettext("Feeling safe there:"),
}
MODES: dict[str, LazyString] = {
    "in_person": lazy_gettext("In person"),
    "online": lazy_gettext("Online, from home"),
    "phone": lazy_gettext("By phone"),
    "hybrid": lazy_gettext("In person or online"),
}
TRAVEL: dict[str, LazyString] = {
    "walk": lazy_gettext("On foot"),
    "wheel": lazy_gettext("In a wheelchair, or slowly"),
    "cycle": lazy_gettext("By bike"),
    "bus": lazy_gettext("By bus, tram or train"),
    "car": lazy_gettext("By car, or a lift"),
}
GENDERS: dict[str, LazyString] = {
    "woman": lazy_gettext("A woman"),
    "man": lazy_gettext("A man"),
    "other": lazy_gettext("Neither, or another word"),
}
WHOM: dict[str, LazyString] = {
    "me": lazy_gettext("For me"),
    "someone": lazy_gettext("For someone I care for"),
}
CAPACITY: dict[str, LazyString] = {
    "open": lazy_gettext("Has places free"),
    "waiting_list": lazy_gettext("Waiting list"),
    "full": lazy_gettext("Full at the moment"),
}
VETTING: dict[str, LazyString] = {
    "listed": lazy_gettext("We have not checked who runs it yet."),
    "contacted": lazy_gettext("We have spoken with someone who runs it."),
    "checked": lazy_gettext("Our editor has seen their papers."),
    "trusted": lazy_gettext("Our editor has seen their papers and been there."),
}


def barrier(code: str, strength: Strength) -> str:
    """Say one thing that would make it easier, and how much it matters."""
    label = str(BARRIERS[code])
    return str(_("%(thing)s: I need this", thing=label)) if strength is Strength.MUST else label


def relaxed(found: Relaxed, profile: Profile, figures: Figures) -> str:
    """Say which wish was let go, and what that brought."""
    return str(_RELAXED[found.code](profile, figures)) % {"more": more_groups(found.more)}


def more_groups(number: int) -> str:
    """Say how many groups a wish that is let go brings; beyond a good handful, nobody counts."""
    if number > COUNTED:
        return str(_("many more groups"))
    return str(ngettext("%(num)s more group", "%(num)s more groups", number))


def _reach(profile: Profile, figures: Figures) -> str:
    if profile.max_km is None:
        return str(_("There is little close by, so we looked further: %(more)s."))
    words = _("There is little within %(far)s, so we looked twice as far: %%(more)s.")
    return str(words) % {"far": figures.distance(profile.max_km)}


def _price(profile: Profile, figures: Figures) -> str:
    if not profile.price_limit:
        return str(_("Few are free, so we looked at groups that cost something: %(more)s."))
    words = _("Few cost %(price)s or less, so we looked at dearer ones: %%(more)s.")
    return str(words) % {"price": figures.money(profile.price_limit)}


_FEW: dict[str, LazyString] = {
    "in_person": lazy_gettext("Few of these meet in person, so we looked online and by phone too: %(more)s."),
    "online": lazy_gettext("Few of these meet online, so we looked at other ways to meet too: %(more)s."),
    "phone": lazy_gettext("Few of these work by phone, so we looked at other ways to meet too: %(more)s."),
}
_RELAXED: dict[str, Callable[[Profile, Figures], object]] = {
    "reach": _reach,
    "reach_wide": lambda _profile, _figures: _("There is still little near by, so we looked everywhere: %(more)s."),
    "mode": lambda profile, _figures: _FEW[profile.mode or "in_person"],
    "price": _price,
}


def words_only(answer: Answer, figures: Figures) -> str:
    """Say that somebody wrote in a language of which we know words only; '' where we read it."""
    if not answer.words_only:
        return ""
    try:
        language = Locale.parse(answer.language).get_language_name(figures.locale)
    except (UnknownLocaleError, ValueError):
        language = None
    if language is None:
        return str(
            _(
                "We cannot read the language you wrote in. For better answers try English words, or ask somebody to"
                " help."
            )
        )
    return str(
        _(
            "We looked for words we know in %(language)s. For better answers try English words, or ask somebody to"
            " help.",
            language=language,
        )
    )


def notes(answer: Answer, voice: Voice) -> list[str]:
    """Say what was read from somebody's words: wishes, dislikes, slips of the pen."""
    found = []
    if answer.corrected:
        pairs = [_("“%(typed)s” as “%(read)s”", typed=typed, read=read) for typed, read in answer.corrected.items()]
        found.append(_("We read %(pairs)s.", pairs=voice.figures.all_of(map(str, pairs))))
    if answer.understood:
        labels = dict.fromkeys(voice.label(wish.code) for wish in answer.understood)
        found.append(_("From your words we also looked for: %(things)s.", things=", ".join(labels)))
    if answer.avoided:
        labels = dict.fromkeys(voice.label(code) for code in answer.avoided)
        found.append(_("You would rather not: %(things)s. We put that lower.", things=", ".join(labels)))
    return [str(text) for text in found]


def capacity(group: GroupView, figures: Figures) -> str:
    """Say whether there is room, for as long as that holds; empty where nobody has told us."""
    state = group.capacity_state
    if state is None:
        return ""
    if state == "full" and group.capacity_until:
        return str(_("Full until %(day)s", day=figures.day(group.capacity_until)))
    if state == "open" and group.capacity_available:
        number = group.capacity_available
        return str(ngettext("%(num)s place free", "%(num)s places free", number))
    return str(CAPACITY[state])


def confirmed(group: GroupView, figures: Figures) -> str:
    """Say when the listing was last confirmed, and how old a list it comes from; what is too old, that it is not."""
    day = group.last_confirmed_on
    year = group.source_year if group.source != "local" and not group.is_example else None
    if year and (day is None or day.year <= year):
        return str(_("From %(year)s open data, not confirmed since.", year=year))
    if day is None:
        return str(_("Nobody has confirmed this yet."))
    known = str(day.year) if group.confirmed_precision == "year" else figures.month(day)
    if group.freshness is Freshness.STALE:
        return str(_("Not confirmed since %(when)s.", when=known))
    if group.confirmed_precision == "day":
        return str(_("Confirmed on %(when)s.", when=figures.long_day(day)))
    return str(_("Confirmed in %(when)s.", when=known))


def cost(group: GroupView, figures: Figures) -> str:
    """Say the price of a visit as a tab; empty where it is not known."""
    if group.price_pence is None:
        return ""
    price = str(_("Free")) if group.price_pence == 0 else figures.money(group.price_pence, group.currency)
    return price if group.price_confirmed else str(_("%(price)s, not confirmed", price=price))
