"""Commands about what runs on a clock: the loop, what it did last, one job now."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service import jobs as timed
from service.cli.base import application, main
from service.clock import now
from service.db import committing, db
from service.running import JobSeen, job_list
from service.running.exposing import Exposed, serve


@main.group(invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """Run every job when it is due, until stopped: mail goes out, old things are forgotten."""
    if context.invoked_subcommand is None:
        work()


@jobs.command("list")
def list_jobs() -> None:
    """Show each job: what its last run came to, how often it failed in a row, and when it runs next."""
    table = Table(title="Jobs")
    for heading in ("job", "every", "last began (UTC)", "took", "outcome", "count", "failures", "next (UTC)"):
        table.add_column(heading, justify="right" if heading in ("count", "failures") else "left")
    with application(), reading() as session:
        for one in job_list(session, now=now()):
            table.add_row(*_cells(one))
    Console(width=130).print(table)


def _cells(one: JobSeen) -> tuple[str, ...]:
    began = f"{one.began:%Y-%m-%d %H:%M:%S}" if one.began else "never"
    took = "" if one.lasted is None else f"{one.lasted.total_seconds():.1f} s"
    ended = one.outcome or ("running" if one.running else "killed") if one.began else ""
    following = "now" if one.running or one.asked else f"{one.next_at:%Y-%m-%d %H:%M:%S}"
    if one.waits:
        following = "when something waits"
    return one.name, str(one.every), began, took, ended, str(one.count), str(one.failures), following


@jobs.command("run")
@click.argument("name", type=click.Choice([job.name for job in timed.JOBS]))
def run_job(name: str) -> None:
    """Run the job NAME now, whether it is due or not."""
    [job] = [job for job in timed.JOBS if job.name == name]
    with application() as (app, _, __):
        ran = timed.run(tools(app), job)
    if ran is None:
        raise click.ClickException(f"{name} is running already.")
    if ran.outcome != timed.DONE:
        raise click.ClickException(f"{name} failed ({ran.outcome}); the log says where.")
    click.echo(f"{name}: {ran.count} done.")


def work(child_of: int | None = None) -> None:
    """Run the loop until this process is told to end, or the parent it belongs to is gone. What runs is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with application() as (app, settings, _):
        door = settings.metrics
        answering = serve(door, Exposed(engine=db.engine, settings=settings, clock=now)) if door else nullcontext()
        with answering or nullcontext():
            timed.work(tools(app), stop, wanted=lambda: child_of in (None, os.getppid()))


def tools(app: Flask) -> timed.Tools:
    """Return what jobs work with in this application."""
    made = app.extensions["kith"]
    return timed.Tools(settings=made.settings, sealer=made.sealer, reading=reading, writing=committing, clock=now)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads, and let go of it."""
    try:
        yield db.session()
    finally:
        db.session.remove()
