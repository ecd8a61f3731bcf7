"""How often a group meets, in words: the leader's own, else read from the rule. It never says what is not known."""

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from service.catalog.schedule import Meeting, describe
from service.catalog.views import GroupView, SessionView
from service.catalog.when.plan import take_apart, write
from service.web.figures import Figures
from service.web.own_words import filled, joined, theirs

_NTH = {
    1: lazy_gettext("First %(weekday)s of the month"),
    2: lazy_gettext("Second %(weekday)s of the month"),
    3: lazy_gettext("Third %(weekday)s of the month"),
    4: lazy_gettext("Fourth %(weekday)s of the month"),
    5: lazy_gettext("Fifth %(weekday)s of the month"),
    -1: lazy_gettext("Last %(weekday)s of the month"),
}

_RESTS = {
    "public_holidays": lazy_gettext("not on public holidays"),
    "outside_terms": lazy_gettext("in term time only"),
}


def say(group: GroupView, figures: Figures) -> str:
    """Return how often all its sessions meet; empty where nobody has told us."""
    text = often(group, figures)
    if text and not group.times_confirmed:
        return filled(_("%(when)s. Not confirmed lately: ask first"), when=text)
    return text


def often(group: GroupView, figures: Figures) -> str:
    """Return the same as it is stated, however old it is."""
    return joined("; ", dict.fromkeys(text for each in group.sessions if (text := _session(each, group, figures))))


def _session(session: SessionView, group: GroupView, figures: Figures) -> str:
    rests = [str(_RESTS[rest]) for rest in session.meeting.rests]
    said = of_rule(session.meeting, figures)
    return theirs(session.words, group) or ", ".join([said, *rests] if said else [])


def of_rule(meeting: Meeting, figures: Figures) -> str:
    """Say a rule that the edit form could have made; empty for any other, or when it meets once."""
    if meeting.starts_at is None or meeting.rule is None:
        return ""
    whole = take_apart(meeting.rule)
    if whole and whole.months_off:
        said = of_rule(replace(meeting, rule=write(replace(whole, months_off=()))), figures)
        months = figures.all_of(figures.month_name(month) for month in whole.months_off)
        return f"{said}, {_('not in %(months)s', months=months)}" if said else ""
    parts = describe(meeting.rule, meeting.starts_at)
    days = figures.all_of(figures.weekday(day) for day in parts.weekdays)
    if parts.repeat == "weekly":
        words = _("Every %(weekday)s") if parts.every == 1 else _("Every %(number)s weeks on %(weekday)s")
        often = str(words) % {"weekday": days, "number": parts.every}
    elif parts.repeat == "monthly" and parts.every == 1 and parts.nth in _NTH:
        often = str(_NTH[parts.nth]) % {"weekday": days}
    else:
        return ""
    return str(_("%(often)s, %(time)s", often=often, time=figures.clock(meeting.starts_at)))
