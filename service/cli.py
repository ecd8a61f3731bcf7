"""The `kith` command: start, set up, load, send, measure. It says what it did, and holds no rules of its own."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import Flask
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy.orm import Session
from werkzeug.utils import import_string

from service.accounts import operations as accounts
from service.accounts.credentials import check_password, standard_hasher
from service.accounts.permissions import SCOPES, VISITOR, Role
from service.catalog import seeding
from service.catalog.organisations import organisation_named
from service.clock import now
from service.config import SECRET_BYTES, Settings
from service.db import committing, db, migrations
from service.db.sealing import Sealer
from service.errors import ServiceError
from service.matching import Matching, trial
from service.notifications import outbox
from service.notifications.channels import Console as ConsoleChannel

ROOT = Path(__file__).parent.parent
JUDGED = ROOT / "tests" / "judged"
EXAMPLES_NEAR = "M33"  # the example groups lie around here
SURGERY = "Willow Surgery (example)"
SENTENCES = {
    "settings": "{variable} {why}.",
    "file": "{file} cannot be read, at line {line}.",
    "online_geocoder": "KITH_ONLINE_GEOCODER must be one of: {known}.",
    "user": "Nobody has this address.",
    "email": "This is not an e-mail address.",
    "password_too_short": "A password has at least {least} characters.",
    "password_too_long": "A password has at most {most} characters.",
    "password_common": "This password is too easy to guess.",
    "api_key": "A key needs one or more of these scopes: " + ", ".join(SCOPES) + ".",
}


class Friendly(click.Group):
    """Says a refusal in one sentence instead of a traceback, and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            raise click.ClickException(sentence(error)) from error


def sentence(error: ServiceError) -> str:
    """Return what a refusal says: of its first field if it names one."""
    found = next(iter(error.fields.values()), None)
    code, params = (found.code, found.params) if found else (error.code, error.params)
    words = SENTENCES.get(code)
    return words.format_map(params) if words else f"That cannot be done ({code})."


@click.group(cls=Friendly)
@click.version_option(package_name="kith", message="%(package)s %(version)s")
def main() -> None:
    """Kith finds groups that suit a person, and says why."""
    os.umask(0o077)  # what is written is its owner's alone


@contextmanager
def application() -> Iterator[tuple[Flask, Settings, Matching]]:
    """Open the application. The root is named, not imported: it stands above the faces."""
    app = import_string("service.app:create_app")()
    with app.app_context():
        made = app.extensions["kith"]
        try:
            yield app, made.settings, made.matching
        finally:
            db.session.remove()
            db.engine.dispose()


@main.command()
@click.option("--port", default=8000, show_default=True, help="On which port of this machine to listen.")
def demo(port: int) -> None:
    """Start with example data on this machine alone."""
    _need_free(port)
    os.environ.update(KITH_MODE="demo", KITH_BIND=f"127.0.0.1:{port}")
    os.environ.setdefault("KITH_PUBLIC_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("KITH_AREA", EXAMPLES_NEAR)
    with application() as (_, settings, matching):
        settings.data_folder.chmod(0o700)
        migrations.upgrade(db.engine)
        with committing() as session:
            loaded = seeding.up_to_date(session, settings.seeds_folder)
        if not loaded:
            _seed(settings, examples=True)
        if not matching.is_ready():
            _rebuild(matching)
        _greet(settings)
    _sender()
    _serve()


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            say = f"Something else already listens on port {port}: try `kith demo --port {port + 1}`."
            raise click.ClickException(say) from error


def _greet(settings: Settings) -> None:
    with committing() as session:
        surgery = organisation_named(session, SURGERY)
        people = (
            ("Ada", "edits listings", Role.ADMIN, None),
            ("Bo", f"refers people for {SURGERY}", Role.REFERRER, surgery),
        )
        links = [(name, what, _link(session, settings, name, role, body)) for name, what, role, body in people]
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
    return f"{settings.public_url}/en/sign-in/{accounts.create_sign_in_link(session, email=email, now=at)}"


def _demo_key(session: Session, path: Path, organisation_id: Any) -> str:
    """Return this demonstration's key: kept in its folder, readable by its owner only, so that it stays the same."""
    if path.exists():
        return path.read_text()
    made = accounts.create_api_key(
        session, organisation_id=organisation_id, name="demonstration", scopes=SCOPES, actor=VISITOR, now=now()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(made.key)
    return made.key


def _sender() -> None:
    """Start what sends messages: a child that shares what is loaded already, and ends when we do."""
    parent = os.getpid()
    if os.fork() == 0:
        with suppress(KeyboardInterrupt):
            _send_again_and_again(2, parent)
        os._exit(0)


def _serve() -> None:
    """Become gunicorn in this very process, so that everything is loaded once."""
    configuration = ROOT / "deploy" / "gunicorn.conf.py"
    _need_source(configuration, "The configuration of gunicorn")
    sys.argv = ["gunicorn", "-c", str(configuration), "--chdir", str(ROOT), "wsgi:app"]
    import_string("gunicorn.app.wsgiapp:run")()


def _need_source(path: Path, what: str) -> None:
    if not path.exists():
        raise click.ClickException(f"{what} comes with the source of Kith, and is not here.")


@main.group("db")
def database() -> None:
    """Change the tables."""


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to REVISION (the newest, unless said)."""
    with application():
        migrations.upgrade(db.engine, revision)
        click.echo(f"The tables are at {migrations.current(db.engine)}.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION; `base` empties the database."""
    with application():
        migrations.downgrade(db.engine, revision)
        click.echo(f"The tables are at {migrations.current(db.engine) or 'base'}.")


@database.command("revision")
@click.argument("words")
def revision(words: str) -> None:
    """Write the migration that makes the tables agree with the models; read it before you keep it."""
    with application():
        migrations.write(db.engine, words, f"{int(migrations.head()) + 1:04}")


@main.command()
@click.option("--examples/--no-examples", default=True, help="Load the invented groups too.")
def seed(examples: bool) -> None:  # noqa: FBT001
    """Load the starter listings; twice is the same as once."""
    with application() as (_, settings, matching):
        _seed(settings, examples=examples)
        _rebuild(matching)


def _seed(settings: Settings, *, examples: bool) -> None:
    with Progress(transient=True) as bar, committing() as session:
        task = bar.add_task("Loading listings", total=None)
        report = seeding.seed(
            session,
            settings.seeds_folder,
            now=now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            examples=examples,
        )
    click.echo(
        f"Listings: {report.inserted} new, {report.updated} changed, {report.unchanged + report.kept} as before."
    )


def _rebuild(matching: Matching) -> None:
    with Progress(transient=True) as bar:
        held = matching.rebuild(lambda groups: bar.track(groups, description="Building the search index"))
    click.echo(f"Search index: {held} groups.")


@main.group()
def examples() -> None:
    """The invented groups."""


@examples.command("remove")
def remove_examples() -> None:
    """Remove every invented group."""
    with application() as (_, __, matching):
        with committing() as session:
            gone = seeding.remove_examples(session, now=now())
        click.echo(f"{gone} invented groups are gone.")
        _rebuild(matching)


@main.group()
def index() -> None:
    """The search index."""


@index.command("rebuild")
def rebuild_index() -> None:
    """Build the search index anew."""
    with application() as (_, __, matching):
        _rebuild(matching)


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
        token = accounts.create_sign_in_link(session, email=email, now=now())
        click.echo(f"{settings.public_url}/en/sign-in/{token}")


@main.group()
def key() -> None:
    """Keys of programs."""


@key.command("create")
@click.option("--organisation", required=True, help="Its name; it is made if there is none.")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, default=tuple(SCOPES), show_default=True)
def create_key(organisation: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make an API key and print it, this once."""
    with application(), committing() as session:
        made = accounts.create_api_key(
            session,
            organisation_id=organisation_named(session, organisation),
            name=name,
            scopes=scopes,
            actor=VISITOR,
            now=now(),
        )
    click.echo(made.key)
    click.echo(f"It works until {made.expires_at:%d %B %Y} and cannot be shown again.", err=True)


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
        _send_again_and_again(every, os.getppid())


def _send_again_and_again(every: float, parent: int) -> None:
    with application() as (_, settings, __):
        while os.getppid() == parent:
            _send(settings)
            db.session.remove()
            time.sleep(every)


def _send(settings: Settings) -> outbox.Sent:
    sealer = Sealer(settings.secret, outbox.PURPOSE)
    channels = {"console": ConsoleChannel(settings.data_folder / "outbox.log")}
    return outbox.send_due(committing, channels, sealer=sealer, clock=now)


@main.command()
@click.option("--catalog", type=click.Path(path_type=Path), default=JUDGED / "catalog.jsonl")
@click.option("--profiles", type=click.Path(path_type=Path), default=JUDGED / "public" / "profiles.jsonl")
@click.option("--qrels", type=click.Path(path_type=Path), default=JUDGED / "public" / "qrels.tsv")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write who was shown what, for any scorer.")
@click.option("--json", "as_json", is_flag=True, help="Print figures for machines.")
def evaluate(catalog: Path, profiles: Path, qrels: Path, run_file: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Tell how well the order serves people whose needs were judged by hand, beside plain searches."""
    judged = trial.Judged.read(catalog, profiles, qrels)
    seeds = Path(os.environ.get("KITH_SEEDS", ROOT / "seeds"))  # no installation is needed to judge the order
    found = trial.evaluate(judged, seeds, now=now())
    if run_file is not None:
        trial.write_run(found.run, run_file)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1))
    else:
        Console(width=110).print(_figures(found))


def _figures(found: trial.Trial) -> Table:
    table = Table(title=f"{found.people} people; one match takes {found.p50_ms:.1f} ms (p95 {found.p95_ms:.1f} ms)")
    names = [name for name in asdict(found.figures) if isinstance(getattr(found.figures, name), int | float)]
    for heading in ("", *names):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, figures in (("Kith", found.figures), *found.baselines.items()):
        values = [getattr(figures, column) for column in names]
        table.add_row(name, *(f"{value:.3f}" if isinstance(value, float) else str(value) for value in values))
    return table


@main.command()
def bench() -> None:
    """Tell how fast a match is, beside other ways to search, in one run on this machine."""
    _need_source(ROOT / "tests" / "benchmarks" / "speed.py", "The benchmark")
    command = [sys.executable, "-m", "tests.benchmarks.speed"]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603  # our own module


if __name__ == "__main__":
    main()
