"""Commands about what runs on a clock: the loop, what it did last, one job now."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service import jobs as timed
from service.cli.base import application, main
from service.clock import now
from service.db import committing, db


@main.group(invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """Run every job when it is due, until stopped: mail goes out, old things are forgotten."""
    if context.invoked_subcommand is None:
        work()


@jobs.command("list")
def list_jobs() -> None:
    """Show each job, how often it runs, and what its last run came to."""
    table = Table(title="Jobs")
    for heading in ("job", "every", "last began (UTC)", "outcome", "count"):
        table.add_column(heading, justify="right" if heading == "count" else "left")
    with application(), reading() as session:
        known = timed.runs(session)
        for job in timed.JOBS:
            row = known.get(job.name)
            began = f"{row.started_at:%Y-%m-%d %H:%M:%S}" if row and row.started_at else "never"
            outcome = (row.outcome or "killed or running") if row else ""
            table.add_row(job.name, str(job.every), began, outcome, str(row.done) if row else "")
    Console(width=110).print(table)


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
    with application() as (app, _, __):
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
