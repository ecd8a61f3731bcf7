"""Commands about who may act, their keys, the messages that go out, and what is forgotten in time."""

import os
import secrets
import time
from contextlib import suppress

import click

from service.accounts import operations as accounts
from service.accounts import proving
from service.accounts.credentials import check_password, standard_hasher
from service.accounts.limits import open_limits
from service.catalog import reports
from service.cli.base import application, main
from service.clock import now
from service.config import SECRET_BYTES, Settings
from service.db import committing, db
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.matching.counting import open_counts
from service.notifications import outbox
from service.notifications.channels import Console as ConsoleChannel
from service.referrals import ringing

TIDY_EVERY = 3600.0  # seconds


@main.group()
def admin() -> None:
    """People who manage this installation."""


@admin.command("create")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.password_option()
def create_admin(email: str, name: str, password: str) -> None:
    """Make an administrator, or give one a new password."""
    check_password(password, email=email)
    hashed = standard_hasher().hash(password)
    with application(), committing() as session:
        accounts.make_administrator(session, email=email, name=name, password_hash=hashed, now=now())
    click.echo(f"{name} may sign in with {email}.")


@admin.command("link")
@click.argument("email")
def admin_link(email: str) -> None:
    """Print a link that signs EMAIL in once, within ten minutes."""
    with application() as (_, settings, __), committing() as session:
        token = proving.create_sign_in_link(session, email=email, now=now())
        click.echo(f"{settings.public_url}/en/sign-in/{token}")


@main.command()
def secret() -> None:
    """Print a new secret for KITH_SECRET."""
    click.echo(secrets.token_urlsafe(SECRET_BYTES))


@main.group("outbox")
def messages() -> None:
    """Messages that wait to be sent."""


@messages.command("send")
@click.option("--every", type=float, help="Seconds between rounds; ends with the process that started it.")
def send(every: float | None) -> None:
    """Send what is due, once or again and again."""
    if every is None:
        with application() as (_, settings, __):
            done = _send(settings)
        click.echo(f"{done.sent} sent, {done.failed} to be tried again.")
        return
    with suppress(KeyboardInterrupt):
        send_again_and_again(every, os.getppid())


def send_again_and_again(every: float, parent: int) -> None:
    with application() as (_, settings, __):
        tidied = -TIDY_EVERY
        while os.getppid() == parent:
            _send(settings)
            if time.monotonic() - tidied >= TIDY_EVERY:
                _tidy(settings)
                tidied = time.monotonic()
            db.session.remove()
            time.sleep(every)


def _send(settings: Settings) -> outbox.Sent:
    sealer = Sealer(KeyRing(settings.secret, settings.keys_file), outbox.PURPOSE)
    channels = {"console": ConsoleChannel(settings.data_folder / "outbox.log")}
    return outbox.send_due(committing, channels, sealer=sealer, clock=now)


@main.command()
def tidy() -> None:
    """Forget what is kept for a time: whom nobody reached, who told of a mistake, counts, tries. Safe to repeat."""
    with application() as (_, settings, __):
        numbers, counted, told = _tidy(settings)
    click.echo(f"{numbers} numbers nobody reached and {counted} old counts were removed, {told} reports emptied.")


def _tidy(settings: Settings) -> tuple[int, int, int]:
    moment = now()
    with committing() as session:
        numbers = ringing.forget_old(session, now=moment)
        told = reports.forget(session, now=moment)
    counts = open_counts(database_url=settings.database_url, data_folder=settings.data_folder)
    limits = open_limits(database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret)
    try:
        limits.forget_old(now=moment)
        return numbers, counts.forget_old(today=moment.date()), told
    finally:
        counts.close()
        limits.close()
