"""When each job ran: one row a job, by which many loops agree on who runs it. It knows no job, only names and times."""

from datetime import datetime, timedelta
from platform import node

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.accounts.models import JobRun

DONE = "done"
AGAIN = timedelta(minutes=10)  # after a run that failed, where the next would come later than that
LATELY = timedelta(days=1)  # a machine that began nothing for longer is not counted


def known(session: Session) -> dict[str, JobRun]:
    """Return what is known of the last run of each job, by its name."""
    return {row.name: row for row in session.scalars(select(JobRun).order_by(JobRun.name))}


def nodes(session: Session, *, now: datetime) -> dict[str, datetime]:
    """Return the machines that ran a job lately, and when each last began one."""
    found = select(JobRun.node, JobRun.started_at).where(JobRun.node.is_not(None), JobRun.started_at > now - LATELY)
    in_order = session.execute(found.order_by(JobRun.started_at))
    return {node: began for node, began in in_order if node is not None and began is not None}


def is_due(session: Session, name: str, *, every: timedelta, longest: timedelta, now: datetime) -> bool:
    """Whether its time has come, and nobody runs it."""
    if session.get(JobRun, name) is None:
        return True
    return session.scalar(select(JobRun.name).where(_is_due(name, every, longest, now))) is not None


def ask(session: Session, name: str, *, now: datetime) -> None:
    """Have a job run at the next look of a loop, whether its time has come or not."""
    session.execute(_insert(session).values(name=name, done=0, failures=0).on_conflict_do_nothing())
    session.execute(update(JobRun).where(JobRun.name == name).values(asked_at=now))


def is_asked(session: Session, name: str) -> bool:
    """Whether somebody wants it to run now."""
    asked = select(JobRun.name).where(JobRun.name == name, JobRun.asked_at.is_not(None))
    return session.scalar(asked) is not None


def next_at(row: JobRun | None, *, every: timedelta, now: datetime) -> datetime:
    """Return when a job comes next, as far as it stands on its row; what is overdue comes now."""
    if row is None or row.started_at is None or row.started_at > now or row.asked_at is not None:
        return now
    times = [row.started_at + every]
    if row.finished_at is None:
        times.append(row.claimed_until or now)
    elif row.outcome != DONE:
        times.append(row.finished_at + AGAIN)
    return max(now, min(times))


def claim(
    session: Session, name: str, *, every: timedelta, longest: timedelta, now: datetime, forced: bool = False
) -> bool:
    """Claim one run. It is one statement, so of many who try at once one gets it.

    A run before that never ended was killed, and counts as a failure.
    """
    session.execute(_insert(session).values(name=name, done=0, failures=0).on_conflict_do_nothing())
    wanted = _is_free(longest, now) if forced else _is_due(name, every, longest, now)
    killed = and_(JobRun.started_at.is_not(None), JobRun.finished_at.is_(None))
    taken = update(JobRun).where(JobRun.name == name, wanted)
    taken = taken.values(
        started_at=now,
        finished_at=None,
        claimed_until=now + longest,
        asked_at=None,
        node=node()[:80],
        failures=case((killed, JobRun.failures + 1), else_=JobRun.failures),
    )
    return session.execute(taken.returning(JobRun.name)).first() is not None


def release(session: Session, name: str, *, began: datetime, outcome: str, done: int, now: datetime) -> None:
    """Note what a run came to, unless its claim had run out and another took the job over."""
    # When it began names the claim: had it been taken by another, that would differ.
    ours = update(JobRun).where(JobRun.name == name, JobRun.started_at == began)
    good = {"failures": 0, "succeeded_at": now} if outcome == DONE else {"failures": JobRun.failures + 1}
    session.execute(ours.values(finished_at=now, claimed_until=None, outcome=outcome, done=done, **good))


def _insert(session: Session) -> postgresql.Insert | sqlite.Insert:
    return (postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert)(JobRun)


def _is_free(longest: timedelta, now: datetime) -> ColumnElement[bool]:
    """Nobody runs it: not claimed, or the claim has run out, or was made by a clock that was ahead."""
    return or_(JobRun.claimed_until.is_(None), JobRun.claimed_until <= now, JobRun.claimed_until > now + longest)


def _is_due(name: str, every: timedelta, longest: timedelta, now: datetime) -> ColumnElement[bool]:
    began, ended = JobRun.started_at, JobRun.finished_at
    time_has_come = or_(began.is_(None), began <= now - every, began > now)
    to_be_repeated = or_(ended.is_(None), and_(JobRun.outcome != DONE, ended <= now - AGAIN))
    wanted = or_(time_has_come, to_be_repeated, JobRun.asked_at.is_not(None))
    return and_(JobRun.name == name, _is_free(longest, now), wanted)
