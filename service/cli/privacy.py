"""Commands about what is kept of one person: give it to them, erase it, and erase it again after a restore."""

import json
import time
from uuid import UUID

import click
from flask import Flask

from service.accounts.permissions import VISITOR
from service.accounts.privacy.erasure import erase_account
from service.accounts.privacy.export import about_account
from service.accounts.record.audit import Purpose
from service.cli.base import application, main
from service.clock import now
from service.db import committing
from service.notifications import outbox
from service.referrals import clearing
from service.referrals.erasure import PERSON, erase_person, subject_of
from service.referrals.export import about_person


@main.group()
def person() -> None:
    """What is kept of one person: somebody who was referred, or somebody with an account."""


@person.command("export")
@click.argument("some_id", metavar="ID", type=click.UUID)
def export(some_id: UUID) -> None:
    """Print all that is kept of a person as JSON. ID is of the person, of a referral, or of an account."""
    with application() as (app, _, __), committing() as session:  # that it was read is recorded
        sealer = app.extensions["kith"].sealer
        found = subject_of(session, some_id)
        if found is None:
            raise click.ClickException("Nobody has this number.")
        if found[0] == PERSON:
            told = about_person(session, person_id=found[1], sealer=sealer, now=now())
        else:
            told = about_account(session, user_id=found[1], sealer=sealer, actor=VISITOR, now=now())
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@person.command("erase")
@click.argument("some_id", metavar="ID", type=click.UUID)
@click.confirmation_option(prompt="Erase all that is kept? It cannot be brought back.")
def erase(some_id: UUID) -> None:
    """Erase all that is kept of a person, everywhere. ID is of the person, of a referral, or of an account."""
    began = time.monotonic()
    with application() as (app, _, __):
        here = place(app)
        with committing() as session:
            found = subject_of(session, some_id)
            if found is None:
                raise click.ClickException("Nobody has this number.")
            address = None
            if found[0] == PERSON:
                erase_person(session, person_id=found[1], purpose=Purpose.SUBJECT_REQUEST, now=now())
            else:
                mine = here.sealer(outbox.PURPOSE)
                address = erase_account(
                    session, user_id=found[1], sealer=mine, purpose=Purpose.SUBJECT_REQUEST, now=now()
                )
        cleared = clearing.clear_up(here, [address or ""])
    click.echo(f"Erased in {time.monotonic() - began:.1f} s.")
    if not cleared:
        click.echo("Kith is busy: the database's files are rewritten within the hour.")


@main.group()
def erasures() -> None:
    """The list of what was erased, which lies outside the database."""


@erasures.command("replay")
def replay() -> None:
    """Erase again what a restored backup brought back. Safe to repeat."""
    with application() as (app, _, __):
        click.echo(f"{clearing.replay(place(app), now=now())} erased again.")


@erasures.command("publish")
def publish() -> None:
    """Write the list anew from the database: after KITH_SECRET was changed."""
    with application() as (app, _, __):
        click.echo(f"{clearing.publish(place(app), anew=True)} erasures are in the list.")


def place(app: Flask) -> clearing.Place:
    """Return where this installation keeps things."""
    made = app.extensions["kith"]
    return clearing.Place(unit=committing, sealer=made.sealer, folder=made.settings.data_folder)
