"""`kith demo`: example data, example people with one-time links, and the server, on this machine alone."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session
from werkzeug.utils import import_string

from service.accounts import operations as accounts
from service.accounts.permissions import GRANTS, SCOPES, VISITOR, Actor, Role
from service.accounts.programs import keys
from service.accounts.signing_in import proving
from service.catalog import seeding
from service.catalog.organisations import organisation_named
from service.cli.base import ROOT, application, main, need_source
from service.cli.catalogue import load, rebuild
from service.cli.jobs import work
from service.clock import now
from service.config import Settings
from service.db import committing, db, migrations
from service.db.sealing import Sealer
from service.referrals.desk import examples
from service.referrals.operations import PURPOSE

EXAMPLES_NEAR = "M33"  # the example groups lie around here
SURGERY = "Willow Surgery (example)"


@main.command()
@click.option("--port", default=8000, show_default=True, help="On which port of this machine to listen.")
def demo(port: int) -> None:
    """Start with example data on this machine alone."""
    _need_free(port)
    os.environ.update(KITH_MODE="demo", KITH_BIND=f"127.0.0.1:{port}")
    os.environ.setdefault("KITH_PUBLIC_URL", f"http://localhost:{port}")  # a name: passkeys need one
    os.environ.setdefault("KITH_AREA", EXAMPLES_NEAR)
    with application() as (app, settings, matching):
        settings.data_folder.chmod(0o700)
        migrations.upgrade(db.engine)
        with committing() as session:
            loaded = seeding.up_to_date(session, settings.seeds_folder)
        if not loaded:
            load(settings, examples=True)
        if not matching.is_ready():
            rebuild(matching)
        _greet(settings, app.extensions["kith"].sealer(PURPOSE))
    _clockwork()
    _serve()


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            say = f"Something else already listens on port {port}: try `kith demo --port {port + 1}`."
            raise click.ClickException(say) from error


def _greet(settings: Settings, sealer: Sealer) -> None:
    with committing() as session:
        surgery = organisation_named(session, SURGERY, ("referring", "link_work"))
        people = (
            ("Ada", "edits listings", Role.ADMIN, None),
            ("Bo", f"refers people for {SURGERY}", Role.REFERRER, surgery),
            ("Lin", f"helps people for {SURGERY}", Role.LINK_WORKER, surgery),
        )
        links = [(name, what, _link(session, settings, name, role, body)) for name, what, role, body in people]
        _caseload(session, sealer, surgery)
        key = _demo_key(session, settings.data_folder / "demo-api-key", surgery)
    click.echo(f"\nKith runs at {settings.public_url}\n")
    for name, what, link in links:
        click.echo(f"  {name} {what}. Sign in once, in the next ten minutes:\n    {link}")
    click.echo(f"  A program of the surgery uses this API key:\n    {key}")
    click.echo(f"\nMessages to groups appear here and in {settings.data_folder / 'outbox.log'}. Stop with Ctrl-C.\n")


def _link(session: Session, settings: Settings, name: str, role: Role, organisation_id: Any) -> str:
    email, at = f"{name.lower()}@example.org", now()
    accounts.make_user(
        session, email=email, name=name, role=role, organisation_id=organisation_id, password_hash=None, now=at
    )
    token = proving.create_sign_in_link(session, email=email, now=at, purpose="demo")
    return f"{settings.public_url}/en/sign-in/{token}"


def _caseload(session: Session, sealer: Sealer, organisation_id: Any) -> None:
    """Put a few invented people on the desk of a link worker."""
    role, at = Role.LINK_WORKER, now()
    user_id = accounts.make_user(
        session,
        email="lin@example.org",
        name="Lin",
        role=role,
        organisation_id=organisation_id,
        password_hash=None,
        now=at,
    )
    lin = Actor(role=role, user_id=user_id, organisation_id=organisation_id, permissions=GRANTS[role])
    examples.add(session, sealer=sealer, actor=lin, now=at)


def _demo_key(session: Session, path: Path, organisation_id: Any) -> str:
    """Return this demonstration's key: kept in its folder, readable by its owner only, so that it stays the same."""
    if path.exists():
        return path.read_text()
    made = keys.create_api_key(
        session, organisation_id=organisation_id, name="demonstration", scopes=SCOPES, actor=VISITOR, now=now()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(made.key)
    return made.key


def _clockwork() -> None:
    """Start the loop of jobs: a child that shares what is loaded already, and ends when we do."""
    parent = os.getpid()
    if os.fork() == 0:
        work(child_of=parent)
        os._exit(0)


def _serve() -> None:
    """Become gunicorn in this very process, so that everything is loaded once."""
    configuration = ROOT / "deploy" / "gunicorn.conf.py"
    need_source(configuration, "The configuration of gunicorn")
    sys.argv = ["gunicorn", "-c", str(configuration), "--chdir", str(ROOT), "wsgi:app"]
    import_string("gunicorn.app.wsgiapp:run")()
