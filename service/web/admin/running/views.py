"""How this installation runs, on one page for administrators, and the few buttons that help it on."""

from datetime import datetime, timedelta

from babel import Locale
from babel.units import format_unit
from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service import jobs, observability, running
from service.accounts import runs
from service.accounts.permissions import Permission
from service.accounts.record import audit
from service.clock import now
from service.db import db, writes
from service.notifications import outbox
from service.notifications.queue import Stuck
from service.running import JobSeen, Storage
from service.web.access import allow, current_actor, origin
from service.web.admin.listing.pages import figures
from service.web.admin.running import words
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.moments import moment
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page

UNITS = (("gigabyte", 1_000_000_000), ("megabyte", 1_000_000), ("kilobyte", 1_000))
DATABASE = "kith.sqlite"  # told as a whole already
SECOND = timedelta(seconds=1)


def register(blueprint: Blueprint) -> None:
    """Add the page and what its buttons lead to."""
    blueprint.add_url_rule("/admin/running", "admin_running", show)
    blueprint.add_url_rule("/admin/running/jobs", "admin_running_job", run_now, methods=["POST"])
    blueprint.add_url_rule("/admin/running/mail", "admin_running_mail", help_on, methods=["POST"])


@allow(Permission.MANAGE)
def show() -> Response:
    """Show everything at one glance, then part by part."""
    settings, at, engine, session = services().settings, now(), db.engine, db.session()
    mail, room, index = running.mail(session, now=at), running.storage(engine, settings), running.index(settings)
    return work_page(
        "admin/running.html",
        Area.ORGANISATION,
        ".admin_running",
        troubles=_troubles(at),
        jobs=[_job(one, at) for one in running.job_list(session, now=at)],
        job_action=url_for(".admin_running_job"),
        mail_action=url_for(".admin_running_mail"),
        states=[(str(words.STATES[state]), _number(count)) for state, count in mail.states.items()],
        mail=_mail(mail, at, settings.mail_channel),
        stuck=[_stuck(one) for one in mail.waiting],
        given_up=[_stuck(one) for one in mail.given_up],
        index=None if index is None else (_number(index.groups), moment(index.written_at), index.sequence),
        storage=_storage(room, at),
        copies=[(_number(one.number), words.copy(one.code)) for one in running.replicas(engine, settings)],
        versions=[one for one in running.versions(engine).items() if one[1]],
        nodes=[(name, moment(seen)) for name, seen in runs.nodes(session, now=at).items()],
    )


@allow(Permission.MANAGE)
@writes
def run_now() -> ResponseReturnValue:
    """Have a job run at the next look of the loop: never in this request, which somebody waits for."""
    name = request.form.get("job", "")
    if name not in {one.name for one in jobs.JOBS}:
        return redirect(url_for(".admin_running"), 303)
    runs.ask(db.session(), name, now=now())
    _record("run_job", "job_run")
    return redirect(url_for(".admin_running", _anchor=f"job-{name}"), 303)


@allow(Permission.MANAGE)
@writes
def help_on() -> ResponseReturnValue:
    """Try messages of one kind again at once, or give them up."""
    template, act = request.form.get("template", ""), request.form.get("act", "")
    if template not in {one.template for one in running.mail(db.session(), now=now()).waiting}:
        return redirect(url_for(".admin_running"), 303)  # it went meanwhile
    if act == "stop":
        outbox.stop_trying(db.session(), template=template, sealer=services().sealer(outbox.PURPOSE))
        _record("mail_given_up", "outbox_message")
    else:
        outbox.try_again(db.session(), template=template, now=now())
        _record("mail_again", "outbox_message")
    return redirect(url_for(".admin_running", _anchor="mail"), 303)


def _record(action: str, subject: str) -> None:
    audit.record(
        db.session(),
        actor=current_actor(),
        action=action,
        subject=subject,
        subject_id=None,
        now=now(),
        origin=origin(),
    )


def _troubles(at: datetime) -> list[dict[str, str]]:
    """Return what wants somebody, the worst first."""
    failed, warnings = observability.looked()
    found = [(words.trouble("failed"), name) for name in failed]
    found += [
        (words.trouble(name, code), "" if words.trouble(name, code) is not words.OTHER else f"{name}: {code}")
        for name, code in warnings.items()
        if (name, code) != ("jobs", "failing")  # told below, by name
    ]
    own = running.troubles(db.session(), db.engine, services().settings, now=at)
    found += [(words.trouble(code), figures().all_of(words.job(name) for name in names)) for code, names in own.items()]
    return [{"title": str(one.title), "about": about, "do": str(one.do)} for one, about in found]


def _job(one: JobSeen, at: datetime) -> dict[str, object]:
    return {
        "code": one.name,
        "name": words.job(one.name),
        "failed": one.failures > 0,
        "state": _state(one),
        "last": _last(one),
        "next": _next(one, at),
    }


def _state(one: JobSeen) -> str:
    if one.running:
        return str(_("Runs now"))
    if one.failures:
        return str(ngettext("%(num)s failure in a row", "%(num)s failures in a row", one.failures))
    return "" if one.began or one.waits else str(_("Never ran"))


def _last(one: JobSeen) -> str:
    if one.began is None:
        return ""
    told = [_("Last: %(when)s.", when=moment(one.began))]
    if one.lasted is not None:
        told.append(_("Took %(time)s.", time=_span(one.lasted)))
    if one.outcome == runs.DONE:
        told.append(ngettext("%(num)s thing done.", "%(num)s things done.", one.count))
    elif one.outcome is not None:
        told.append(_("It failed (%(code)s).", code=one.outcome))
    elif not one.running:
        told.append(_("It was stopped on the way."))
    return " ".join(told)


def _next(one: JobSeen, at: datetime) -> str:
    if one.running:
        return ""
    if one.asked or (one.next_at <= at and not one.waits):
        return str(_("Next: as soon as the loop looks."))
    if one.waits:
        return str(_("Next: when there is something to do."))
    return str(_("Next: %(when)s.", when=moment(one.next_at)))


def _mail(mail: running.Mail, at: datetime, channel: str) -> list[tuple[str, str]]:
    ways = {"email": _("By a mail server"), "console": _("Kept in a file on the server")}
    told = [(_("How it goes"), ways.get(channel, channel))]
    told.append((_("Last sent"), moment(mail.last_sent) if mail.last_sent else _("Nothing yet")))
    waits = _span(at - mail.oldest_due) if mail.oldest_due else _("Nothing waits")
    told.append((_("The oldest that is due waits"), waits))
    return told


def _stuck(one: Stuck) -> dict[str, str]:
    return {
        "template": one.template,
        "many": ngettext("%(num)s message", "%(num)s messages", one.count),
        "why": words.reason(one.reason),
        "code": one.reason,
        "since": moment(one.oldest),
    }


def _storage(room: Storage, at: datetime) -> list[tuple[str, str]]:
    backup = running.last_backup(services().settings, now=at)
    told = [(_("Free on the disk"), _("%(free)s of %(whole)s", free=_size(room.free), whole=_size(room.whole)))]
    if room.database is not None:
        told.append((_("Database"), _size(room.database)))
    told.append((_("Last backup"), _span(backup) if backup is not None else _("Not known")))
    told += [(str(words.PARTS[name]), _size(size)) for name, size in room.parts if name in words.PARTS]
    others = sum(size for name, size in room.parts if name not in words.PARTS and not name.startswith(DATABASE))
    return [*told, (_("Other files"), _size(others))]


def _number(value: int) -> str:
    return figures().number(value)


def _size(count: int) -> str:
    unit, size = next((one for one in UNITS if count >= one[1]), UNITS[-1])
    return str(format_unit(round(count / size, 1), f"digital-{unit}", "short", locale=_locale()))


def _span(lasted: timedelta) -> str:
    if lasted >= timedelta(days=2):
        return str(ngettext("%(num)s day", "%(num)s days", lasted.days))
    if lasted >= timedelta(minutes=2):
        return figures().minutes(int(lasted.total_seconds() // 60))
    return str(format_unit(round(lasted / SECOND, 1), "duration-second", "short", locale=_locale()))


def _locale() -> Locale:
    return locale_of(current_language(), country_pack().code)
