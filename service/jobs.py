"""What runs on a clock: a table of jobs and one loop over it. Each job is safe to run twice, and two loops share them.

A job is claimed in the database before it runs, so that of many loops one runs it. The claim of a loop that was killed
runs out, and the job begins again.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from service import metrics
from service.accounts import runs as claims
from service.accounts.limits import open_limits
from service.accounts.permissions import VISITOR
from service.accounts.record import audit_check
from service.accounts.record.telling import Post
from service.accounts.signing_in import asking, taking_off
from service.backups import turns as copies
from service.catalog.desk import batches, counted
from service.catalog.desk import turns as desk
from service.catalog.editing.keeping import Save
from service.catalog.fresh import chase, renewing, sample
from service.catalog.importing import turns as lists
from service.catalog.importing.lists import keeping, working
from service.catalog.importing.runs.sources import forget_lines
from service.catalog.reading import likely, teaching
from service.catalog.site import known as site
from service.catalog.site.known import NAME
from service.catalog.trust import papers
from service.config import Settings
from service.db.sealing import Sealer
from service.db.units import Unit
from service.errors import Conflict
from service.matching.counting import open_counts
from service.matching.meaning.understanding import meaning_of
from service.notifications import outbox
from service.notifications.channels import Channel, Console, Off
from service.notifications.smtp import Email
from service.observability import logger, named_run, told
from service.referrals import not_open
from service.referrals.clearing import Place, forget
from service.referrals.desk import incidents
from service.referrals.events import delivering
from service.referrals.following import turns
from service.referrals.following.before import may_go
from service.referrals.following.letters import TEXT
from service.referrals.queries import introductions_by_group
from service.tracing import span

PAUSE = 1.0  # seconds between two looks at the table
UNKEPT = timedelta(hours=3)  # after which a row should be covered by an end outside: one goes there every hour
SILENT = timedelta(hours=2)  # since anything began: then the hourly job was missed, and no loop runs
UNDOABLE = timedelta(days=90)  # a change to many listings can be taken back so long
DONE = claims.DONE
runs = claims.known  # what is known of the last run of each job


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What jobs work with.

    Attributes
    ----------
    settings : Settings
    sealer : callable
        Gives what seals for one purpose.
    reading, writing : callable
        Open a unit of work; the second commits.
    clock : callable
        Gives the time.
    name : str
        What the service is called.
    """

    settings: Settings
    sealer: Callable[[str], Sealer]
    reading: Unit
    writing: Unit
    clock: Callable[[], datetime]
    name: str = NAME  # of the service


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the table.

    Attributes
    ----------
    name : str
    every : timedelta
        From the beginning of one run to the next.
    run : callable
        Does it, and says with how many things it dealt.
    longest : timedelta
        After that a run is taken to have been killed.
    at_start : bool
        Runs when the loop begins as well, whenever it ran last.
    waits : callable, optional
        Whether there is anything to do; a job that is asked often need not be claimed for nothing.
    """

    name: str
    every: timedelta
    run: Callable[[Tools], int]
    longest: timedelta = timedelta(minutes=30)
    at_start: bool = False
    waits: Callable[[Session, datetime], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run came to: `outcome` is "done" or the class of what went wrong."""

    outcome: str
    count: int


def send(tools: Tools) -> int:
    """Send the messages that are due, over one connection."""
    sealer = tools.sealer(outbox.PURPOSE)
    channels: dict[str, Channel] = {"console": _console(tools), asking.CHANNEL: _link_writer(tools)}
    channels[TEXT] = channels["console"] if tools.settings.demo else Off()
    before = may_go(turns.letters(tools))
    if tools.settings.mail is None:
        done = outbox.send_due(tools.writing, channels, sealer=sealer, clock=tools.clock, before=before)
    else:
        with closing(Email(tools.settings.mail, clock=tools.clock, service=tools.name)) as email:
            channels["email"] = email
            done = outbox.send_due(tools.writing, channels, sealer=sealer, clock=tools.clock, before=before)
    metrics.mailed("sent", done.sent)
    for reason, count in sorted(Counter(done.reasons).items()):
        metrics.mailed(reason, count)
        logger().warning("messages not sent", extra={"job": "send", "error": reason, "count": count})
    return done.sent


def _console(tools: Tools) -> Console:
    return Console(tools.settings.data_folder / "outbox.log", printed=tools.settings.demo, name=tools.name)


def _link_writer(tools: Tools) -> asking.LinkWriter:
    """Return what answers whoever asked for a link: the mail it writes goes in the next round."""
    return asking.LinkWriter(unit=tools.writing, post=_post(tools), clock=tools.clock)


def _post(tools: Tools) -> Post:
    settings = tools.settings
    return Post(channel=settings.mail_channel, sealer=tools.sealer(outbox.PURPOSE), public_url=settings.public_url)


def tidy(tools: Tools) -> int:
    """Forget what is kept for a time, as docs/data.md says, and erase again what a restored copy brought back."""
    moment, settings = tools.clock(), tools.settings
    gone = forget(Place(unit=tools.writing, sealer=tools.sealer, folder=settings.data_folder), now=moment)
    counts = open_counts(database_url=settings.database_url, data_folder=settings.data_folder)
    limits = open_limits(database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret)
    with closing(counts), closing(limits):
        limits.forget_old(now=moment)
        _forget_import_lines(tools, moment)
        return sum(gone.values()) + counts.forget_old(today=moment.date())


def _forget_import_lines(tools: Tools, moment: datetime) -> None:
    """What became of the rows of an old import is kept for a year: so long it can be taken back."""
    with tools.writing() as session:
        forget_lines(session, now=moment)
        batches.forget_rows(session, before=moment - UNDOABLE)
        keeping.forget_old(session, now=moment)


def take_second_factors(tools: Tools) -> int:
    """Take off the second factors whose day of notice is over."""
    post = _post(tools)
    with tools.reading() as session:
        found = taking_off.due(session, now=tools.clock())
    for user_id in found:
        with tools.writing() as session:
            taking_off.if_due(session, post, user_id=user_id, now=tools.clock())
    return len(found)


def tell_of_closings(tools: Tools) -> int:
    """Tell whoever introduced somebody to a group that is not open any more."""
    with tools.writing() as session:
        return not_open.tell_of_closings(session, _post(tools), now=tools.clock())


def tell_leads(tools: Tools) -> int:
    """Tell safeguarding leads that something waits which Kith itself put before them."""
    with tools.writing() as session:
        return incidents.tell_leads(session, _post(tools), now=tools.clock())


def end_papers(tools: Tools) -> int:
    """Bring down the level of bodies whose papers ran out; every worker and the open data hear of it."""
    with tools.reading() as session:
        found = papers.due(session, today=tools.clock().date())
    for organisation_id in found:
        with tools.writing() as session:
            save = Save(actor=VISITOR, reason="Papers ran out", now=tools.clock())
            papers.demote(session, organisation_id=organisation_id, save=save)
    return len(found)


def ask_leaders(tools: Tools) -> int:
    """Ask groups by mail whether their listing is still right, where it is time."""
    return chase.ask_all(tools.writing, _post(tools), now=tools.clock()) if tools.settings.ask_leaders else 0


def prepare_calls(tools: Tools) -> int:
    """Write down whom to ring about which listing, and draw the sample of the month."""
    moment = tools.clock()
    with tools.reading() as session:
        lately = {group: many for group, (_, _, many) in introductions_by_group(session, now=moment).items()}
    sample.draw(tools.reading, tools.writing, size=tools.settings.truth_sample, now=moment)
    return renewing.refresh(tools.reading, tools.writing, referrals=lately, now=moment)


class AuditTamperedError(Conflict):
    """The record of who did what is not as it was written; `kith audit verify` says where."""


def publish_audit_end(tools: Tools) -> int:
    """Write where the record ends into a file outside the database, and into the log, which may leave this machine."""
    with tools.reading() as session:
        file = tools.settings.data_folder / audit_check.HEADS
        line = audit_check.publish_head(session, file, now=tools.clock())
    if line is not None:
        logger().info("the record ends here", extra={"job": "audit_end", "head": line})
    return int(line is not None)


def check_audit(tools: Tools) -> int:
    """Look whether the record is as it was written; returns how many rows it has."""
    with tools.reading() as session:
        heads = audit_check.lines_of(tools.settings.data_folder / audit_check.HEADS)
        found = audit_check.verify(session, heads=heads)
    if not found.whole:
        raise AuditTamperedError("audit_tampered")
    return found.rows


def change_many(tools: Tools) -> int:
    """Go on with changes to many listings, piece by piece."""
    return desk.change_many(tools.reading, tools.writing, tools.clock)


def count_coverage(tools: Tools) -> int:
    """Count what is known of the listings, where they are too many for a page to count."""
    return desk.count_coverage(tools.reading, tools.writing, tools.clock)


JOBS: Sequence[Job] = (
    Job(
        name="send",
        every=timedelta(seconds=2),
        run=send,
        longest=timedelta(minutes=4),
        waits=lambda session, now: outbox.is_waiting(session, now=now),
    ),
    Job(
        name="second_factors",
        every=timedelta(minutes=10),
        run=take_second_factors,
        waits=lambda session, now: bool(taking_off.due(session, now=now, limit=1)),
    ),
    Job(name="change_many", every=timedelta(seconds=2), run=change_many, waits=lambda s, _now: batches.is_waiting(s)),
    Job(
        name="not_open",
        every=timedelta(minutes=1),
        run=tell_of_closings,
        waits=lambda session, now: bool(not_open.pending(session, now=now)),
    ),
    Job(name="danger", every=timedelta(minutes=1), run=tell_leads, waits=lambda s, now: bool(incidents.unsaid(s, now))),
    Job(name="follow", every=timedelta(minutes=1), run=turns.follow),
    Job(
        name="papers",
        every=timedelta(hours=1),
        run=end_papers,
        waits=lambda session, now: bool(papers.due(session, today=now.date(), limit=1)),
    ),
    Job(
        name="lists",
        every=timedelta(seconds=2),
        run=lists.take_lists,
        waits=lambda session, _now: working.is_waiting(session),
    ),
    Job(name="feeds", every=timedelta(minutes=1), run=lists.read_feeds, waits=lists.feeds_due),
    Job(name="webhooks", every=timedelta(seconds=2), run=delivering.run, waits=delivering.is_waiting),
    Job(name="coverage", every=timedelta(minutes=10), run=count_coverage, waits=counted.is_stale),
    Job(name="tidy", every=timedelta(hours=1), run=tidy),
    Job(name="audit_end", every=timedelta(hours=1), run=publish_audit_end, at_start=True),
    Job(name="ask_leaders", every=timedelta(days=1), run=ask_leaders),
    Job(name="prepare_calls", every=timedelta(days=1), run=prepare_calls),
    Job(name="compare_listings", every=timedelta(days=1), run=likely.look),
    Job(name="interests", every=timedelta(minutes=1), run=lambda t: teaching.look(t, meaning_of), waits=teaching.waits),
    Job(name="learn_interests", every=timedelta(days=1), run=lambda t: teaching.learn_anew(t, meaning_of)),
    Job(name="compare_lists", every=timedelta(minutes=1), run=likely.look, waits=likely.lists_came),
    Job(name="audit_check", every=timedelta(days=1), run=check_audit),
    Job(name="backup", every=timedelta(hours=12), run=copies.take, longest=timedelta(hours=2), waits=copies.at_night),
    Job(name="erasures_beside", every=timedelta(hours=1), run=copies.keep_erasures),
)


def work(
    tools: Tools, stop: threading.Event, *, jobs: Sequence[Job] = JOBS, wanted: Callable[[], bool] = lambda: True
) -> None:
    """Run every job when it is due, until `stop` is set or the loop is not wanted any more."""
    for job in jobs:
        if job.at_start:
            run_if_due(tools, job, forced=True)
    while wanted() and not stop.is_set():
        for job in jobs:
            if not stop.is_set():
                run_if_due(tools, job)
        stop.wait(PAUSE)


def run_if_due(tools: Tools, job: Job, *, forced: bool = False) -> Ran | None:
    """Run a job if its time has come (or `forced`) and nobody else runs it. A failure is told in the log, no more."""
    try:
        with tools.reading() as session:
            due = forced or _waits(session, job, tools.clock())
        return run(tools, job, forced=forced) if due else None
    except Exception as error:  # noqa: BLE001, RUF100  # the database is away: so is the table of jobs
        logger().error("jobs cannot be claimed", extra={"job": job.name, **told(type(error), error.__traceback__)})
        return None


def run(tools: Tools, job: Job, *, forced: bool = True) -> Ran | None:
    """Run a job now, unless another loop runs it: then None. `forced` asks not whether its time has come."""
    began = tools.clock()
    with tools.writing() as session:
        if not claims.claim(session, job.name, every=job.every, longest=job.longest, now=began, forced=forced):
            return None
    with named_run(), span("job", job=job.name):
        ran = _done(tools, job)
    metrics.ran(job.name, done=ran.outcome == DONE)
    with tools.writing() as session:
        claims.release(session, job.name, began=began, outcome=ran.outcome, done=ran.count, now=tools.clock())
    return ran


def _done(tools: Tools, job: Job) -> Ran:
    try:
        ran = Ran(outcome=DONE, count=job.run(_as_set(tools)))
        logger().info("job", extra={"job": job.name, "count": ran.count})
    except Exception as error:  # noqa: BLE001, RUF100  # one job's failure is not the next one's
        ran = Ran(outcome=type(error).__name__[:60], count=0)
        logger().error("job failed", extra={"job": job.name, **told(type(error), error.__traceback__)})
    return ran


def _as_set(tools: Tools) -> Tools:
    """Return the tools with what an administrator set on the page, in the place of what the environment says."""
    with tools.reading() as session:
        here = site.read(session)
    return replace(tools, settings=here.over(tools.settings), name=here.name)


def _jobs_trouble(session: Session, _folder: Path, now: datetime) -> str | None:
    known = claims.known(session).values()
    begun = [row.started_at for row in known if row.started_at is not None]
    if not begun or max(begun) <= now - SILENT:
        return "not_running"
    return "failing" if any(row.outcome not in (DONE, None) for row in known) else None


def _mail_trouble(session: Session, _folder: Path, now: datetime) -> str | None:
    return "waits" if outbox.is_late(session, now=now) else None


def _record_trouble(session: Session, folder: Path, now: datetime) -> str | None:
    first = audit_check.first_without_end(session, folder / audit_check.HEADS)
    return "end_not_kept" if first is not None and first <= now - UNKEPT else None


# What an operator should know of: each looks, and returns a code, or None where all is well.
WATCHES: Mapping[str, Callable[[Session, Path, datetime], str | None]] = {
    "jobs": _jobs_trouble,
    "mail": _mail_trouble,
    "record": _record_trouble,
}


def _waits(session: Session, job: Job, now: datetime) -> bool:
    idle = job.waits is not None and not job.waits(session, now)
    if idle and not claims.is_asked(session, job.name):
        return False
    return claims.is_due(session, job.name, every=job.every, longest=job.longest, now=now)
