"""Commands about who may act, and the secret of this installation."""

import os
import secrets

import click

from service.accounts import beginning, queries
from service.accounts import operations as accounts
from service.accounts.credentials import check_password, standard_hasher
from service.accounts.permissions import VISITOR
from service.accounts.record.telling import Post
from service.accounts.signing_in import proving, taking_off
from service.cli.base import application, main
from service.clock import now
from service.config import Settings
from service.db import committing, engine
from service.errors import NotFound
from service.given import SECRET_BYTES
from service.notifications import outbox


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


@admin.command("second-step")
@click.argument("email")
def admin_second_step(email: str) -> None:
    """Take the second step and the passkeys of EMAIL off at once. Make sure first that it is really them who ask."""
    with application() as (app, settings, _), committing() as session:
        user = queries.user_by_email(session, email)
        if user is None:
            raise NotFound("user")
        sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
        post = Post(channel=settings.mail_channel, sealer=sealer, public_url=settings.public_url)
        taking_off.at_once(session, post, user_id=user.id, actor=VISITOR, now=now())
    click.echo("It is off. They are told by mail, and set up another when they sign in.")


@admin.command("code")
def admin_code() -> None:
    """Print the code that makes the first administrator on the page /en/set-up, while there is none."""
    settings = Settings.from_env(os.environ)  # without the application: this runs at each start of the server
    with engine.reading(settings.database_url) as session:
        there = beginning.has_administrator(session, now=now())
    if there:
        raise click.ClickException("There is an administrator: the code opens nothing any more.")
    code = beginning.set_up_code(settings.secret)
    click.echo(f"Nobody runs this Kith yet. Open {settings.public_url}/en/set-up and type this code:\n\n    {code}\n")


@main.command()
def secret() -> None:
    """Print a new secret for KITH_SECRET."""
    click.echo(secrets.token_urlsafe(SECRET_BYTES))
