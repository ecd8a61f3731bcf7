"""Commands about mail: whether it goes, whom it must not go to, and what never went."""

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.accounts.record import audit
from service.cli.base import application, main
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.notifications import outbox, quiet, trial
from service.notifications.addresses import for_envelope

LISTED = "do_not_contact"  # subject of audit rows


@main.group()
def mail() -> None:
    """Mail to people."""


@mail.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a trial message to ADDRESS, and say what the mail server answered."""
    for_envelope(address)
    with application() as (app, settings, _):
        if settings.mail is None:
            raise Invalid("no_mail_server")
        if quiet.wants_none(db.session(), address, sealer=app.extensions["kith"].sealer(outbox.PURPOSE)):
            raise Invalid(quiet.REASON)
        trial.send(settings.mail, address, clock=now)
    click.echo("The mail server took it. Look whether it arrived, and where.")


@mail.command("stop")
@click.argument("address")
def stop(address: str) -> None:
    """Send nothing to ADDRESS any more, whatever for."""
    with application() as (app, _, __), committing() as session:
        sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
        new = quiet.stop(session, address, sealer=sealer, now=now())
        _record(session, "mail_stop")
    click.echo("Nothing will be sent there." if new else "Nothing was sent there already.")


@mail.command("allow")
@click.argument("address")
def allow(address: str) -> None:
    """Send to ADDRESS again, because whoever reads it asked for that."""
    with application() as (app, _, __), committing() as session:
        gone = quiet.allow(session, address, sealer=app.extensions["kith"].sealer(outbox.PURPOSE))
        _record(session, "mail_allow")
    click.echo("Messages will be sent there again." if gone else "This address was not on the list.")


@mail.command("lost")
def lost() -> None:
    """Show the newest messages that were given up, and why. Their addresses and words are not kept."""
    table = Table(title="Given up")
    for heading in ("made (UTC)", "message", "tries", "reason"):
        table.add_column(heading)
    with application() as (app, _, __):
        for one in outbox.given_up(db.session(), sealer=app.extensions["kith"].sealer(outbox.PURPOSE)):
            table.add_row(f"{one.created_at:%Y-%m-%d %H:%M}", one.template, str(one.attempts), one.reason)
    Console(width=110).print(table)


def _record(session: Session, action: str) -> None:
    audit.record(session, actor=VISITOR, action=action, subject=LISTED, subject_id=None, now=now())
