"""Commands about copies of everything: take one, list them, put one back, move to PostgreSQL."""

import os
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from service.backups import checking, making, moving, places, restoring, targets
from service.backups.restoring import Restored
from service.cli.base import application, main
from service.clock import now
from service.config import Settings

MOVE_TO = "KITH_MOVE_TO"
FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where backups lie; KITH_BACKUPS if not given."
)
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@main.command()
@FOLDER
def backup(folder: Path | None) -> None:
    """Take a sealed backup of everything, restore it in a scratch place, check it, and only then keep it."""
    made = making.make(Settings.from_env(os.environ), clock=now, folder=folder)
    click.echo(f"{made.path}: {made.manifest.rows:,} rows, {made.size:,} bytes.")
    checked = made.checked
    click.echo(
        f"It was restored and checked: the same rows, {checked.record:,} of them in the record, "
        f"{checked.opened:,} sealed values opened, {checked.groups:,} groups found by search."
    )
    if checked.unopened:
        click.echo(f"{checked.unopened:,} sealed values do not open, here as in the database: see `kith keys status`.")
    if made.gone:
        click.echo(f"{made.gone} older ones were thrown away.")


@main.command("backups")
@FOLDER
def list_backups(folder: Path | None) -> None:
    """List the backups: how old each is, and whether it counts."""
    into = making.folder_of(Settings.from_env(os.environ), folder)
    table = Table(title=f"Backups in {into}")
    for heading in ("file", "taken (UTC)", "age", "bytes", "state"):
        table.add_column(heading, justify="right" if heading == "bytes" else "left", overflow="fold")
    found, at = (places.kept(into), places.unfinished(into)) if into.is_dir() else ([], []), now()
    for one in found[0]:
        table.add_row(
            one.path.name, f"{one.at:%Y-%m-%d %H:%M}", _age(at, one.at), f"{one.size:,}", "restored and checked"
        )
    for path in found[1]:
        table.add_row(path.name, "", "", f"{path.stat().st_size:,}", "not finished: counts as none")
    Console(width=130).print(table)
    if not found[0]:
        click.echo("There is no backup.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--over", metavar="NAME", help="Replace the database of this name, and all that is in it.")
def restore(file: Path, over: str | None) -> None:
    """Put the backup FILE back into an empty database, erase again who was erased since, and check it."""
    settings = Settings.from_env(os.environ)
    if not file.exists() and settings.backups_folder is not None:
        file = settings.backups_folder / file
    done = restoring.restore(file, settings, clock=now, over=over)
    _tell(done, targets.name_of(settings.database_url))
    with application() as (_, __, matching):
        held = matching.rebuild()
        checking.searched(matching, held, now())
    click.echo(f"Search works, with {held:,} groups.")
    click.echo("Now start Kith and its jobs, sign in, and look at something that you know.")
    click.echo("Letters that waited when the backup was taken go out again: some may have gone before.")


@main.command()
@click.option("--to", metavar="ADDRESS", help=f"postgresql+psycopg://… without a password; {MOVE_TO} may hold one.")
def move(to: str | None) -> None:
    """Move everything from SQLite into an empty PostgreSQL database, and compare each row. Stop Kith first."""
    settings = Settings.from_env(os.environ)
    if to is not None and targets.has_password(to):
        raise click.ClickException(f"Others see what is typed here: put an address with a password into {MOVE_TO}.")
    address = to or os.environ.get(MOVE_TO) or click.prompt("Address of the PostgreSQL database", hide_input=True)
    moved = moving.move(settings, to=address)
    click.echo(f"{moved.tables} tables with {moved.rows:,} rows were moved and read again: 0 differences.")
    click.echo("Set KITH_DATABASE_URL to that address, run `kith index rebuild`, and start Kith.")
    click.echo("Keep the SQLite file until you are sure. What is written to it from now on is not moved.")


def _tell(done: Restored, name: str) -> None:
    made = done.manifest
    click.echo(
        f"{name} holds the backup of {made.made:%Y-%m-%d %H:%M} UTC, from {KINDS[made.kind]}: {made.rows:,} rows, "
        f"each as it was; the record of {done.record:,} deeds is whole; {done.opened:,} sealed values opened."
    )
    if done.unopened:
        click.echo(f"{done.unopened:,} sealed values do not open, as before: see `kith keys status`.")
    click.echo(f"{done.erased} who were erased since were erased again. What came after that moment is not in it.")
    if done.heads_before is not None:
        click.echo(f"The ends of the record that was there before are kept in {done.heads_before}.")


def _age(at: datetime, then: datetime) -> str:
    hours = int((at - then).total_seconds()) // 3600
    return f"{hours // 24} days {hours % 24} h" if hours >= 24 else f"{hours} h"
