"""Commands about the keys that seal: make one, seal everything under it, see what older ones still seal, remove one."""

import os
from pathlib import Path

import click

from service.cli.base import application, main
from service.db import Base, committing, db, keyring, rotating
from service.errors import Invalid


@main.group("keys")
def sealing_keys() -> None:
    """Keys under which people's data is sealed."""


@sealing_keys.command("new")
def new_key() -> None:
    """Make a key and add it to the file KITH_KEYS_FILE; from then on it writes, and all others read."""
    number = keyring.add(_file())
    click.echo(f"Key {number} is made. Start Kith anew, then run `kith keys rotate`.")


@sealing_keys.command("rotate")
def rotate() -> None:
    """Seal everything under the newest key. Safe to stop and to repeat."""
    done = unopened = 0
    with application() as (app, _, __):
        ring = app.extensions["kith"].keys
        for column in rotating.rotate(committing, ring, Base.metadata):
            if column.done or column.unopened:
                click.echo(f"{column.column}: {column.done} sealed anew{_left(column.unopened)}")
            done, unopened = done + column.done, unopened + column.unopened
    click.echo(f"{done} values are sealed anew under key {ring.newest}{_left(unopened)}.")
    if unopened:
        raise SystemExit(1)


@sealing_keys.command("status")
def status() -> None:
    """Count what each key seals."""
    with application() as (app, _, __):
        ring = app.extensions["kith"].keys
        counted = rotating.count(db.session(), Base.metadata)
    for number in sorted({*ring.ids, *counted}):
        what = "writes" if number == ring.newest else "reads" if number in ring.ids else "is missing"
        click.echo(f"key {number} ({what}): {sum(counted.get(number, {}).values())} values")
        for column, many in sorted(counted.get(number, {}).items()):
            click.echo(f"  {column}: {many}")


@sealing_keys.command("remove")
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Remove key NUMBER, under which nothing is sealed any more."""
    file = _file()
    with application():
        left = sum(rotating.count(db.session(), Base.metadata).get(number, {}).values())
    if left:
        raise click.ClickException(f"{left} values are still sealed under key {number}: run `kith keys rotate`.")
    keyring.remove(file, number)
    click.echo(f"Key {number} is removed. Addresses of searches and lists that were sealed under it no longer open.")


def _left(unopened: int) -> str:
    return f", {unopened} could not be opened" if unopened else ""


def _file() -> Path:
    named = os.environ.get(keyring.VARIABLE)
    if not named:
        why = "must name the file in which further keys stand, apart from the database"
        raise Invalid("settings", variable=keyring.VARIABLE, why=why)
    return Path(named).absolute()
