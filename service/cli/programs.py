"""Commands about programs that may act: make a key, list them, replace one, end one."""

from datetime import timedelta
from uuid import UUID

import click

from service.accounts.permissions import GRANTS, SCOPES, Actor, Role
from service.accounts.programs import keys
from service.catalog.organisations import organisation_named
from service.cli.base import application, main
from service.clock import now
from service.db import committing, db

# Whoever may run commands on the server may do what an administrator may; no account is behind it.
OPERATOR = Actor(role=Role.ADMIN, permissions=GRANTS[Role.ADMIN])
OVERLAP_DAYS = 7


@main.group()
def key() -> None:
    """Keys of programs."""


@key.command("create")
@click.option("--organisation", required=True, help="Its name; it is made if there is none.")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, default=tuple(SCOPES), show_default=True)
@click.option("--days", default=keys.KEY_LASTS.days, show_default=True, help="How long it works; a year at most.")
def create_key(organisation: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make an API key and print it, this once."""
    with application(), committing() as session:
        made = keys.create_api_key(
            session,
            organisation_id=organisation_named(session, organisation),
            name=name,
            scopes=scopes,
            actor=OPERATOR,
            now=now(),
            lasts=timedelta(days=days),
        )
    _print_once(made)


@key.command("list")
def list_keys() -> None:
    """Show which programs may act: beginning of the key, until when, last used, name."""
    with application():
        page, more = 1, True
        while more:
            found = keys.keys_of(db.session(), actor=OPERATOR, now=now(), page=page)
            for line in found[: keys.PAGE]:
                click.echo(_line(line))
            page, more = page + 1, len(found) > keys.PAGE


@key.command("rotate")
@click.argument("key_id", type=click.UUID)
@click.option("--overlap", default=OVERLAP_DAYS, show_default=True, help="Days for which the old key works on.")
def rotate_key(key_id: UUID, overlap: int) -> None:
    """Make the key that replaces KEY_ID and print it, this once."""
    with application(), committing() as session:
        made = keys.rotate_api_key(session, key_id=key_id, actor=OPERATOR, now=now(), overlap=timedelta(days=overlap))
    _print_once(made)
    click.echo(f"The old one works for {overlap} more days at most.", err=True)


@key.command("end")
@click.argument("key_id", type=click.UUID)
def end_key(key_id: UUID) -> None:
    """End KEY_ID, and every access token of its program, from the next request on."""
    with application(), committing() as session:
        keys.revoke_api_key(session, key_id=key_id, actor=OPERATOR, now=now())
    click.echo("It opens nothing any more.")


def _print_once(made: keys.NewKey) -> None:
    click.echo(made.key)
    click.echo(f"It works until {made.expires_at:%d %B %Y} and cannot be shown again.", err=True)


def _line(line: keys.KeyLine) -> str:
    state = "replaced" if line.replaced and line.works else "works" if line.works else "ended"
    used = f"{line.last_used_on:%Y-%m-%d}" if line.last_used_on else "never"
    kind = "signs" if line.signs else line.prefix
    return f"{line.id}  {kind:<13}  {state:<8}  until {line.expires_at:%Y-%m-%d}  used {used:<10}  {line.name}"
