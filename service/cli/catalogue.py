"""Commands about what is in the catalogue: tables, starter listings, examples, the search index, counts."""

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from service.catalog import queries, seeding
from service.cli.base import application, main
from service.clock import now
from service.config import Settings
from service.db import committing, db, migrations, version
from service.matching import Matching
from service.referrals.queries import groups_in_use


@main.group("db")
def database() -> None:
    """Change the tables."""


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to REVISION (the newest, unless said)."""
    with application():
        migrations.upgrade(db.engine, revision)
        click.echo(f"The tables are at {version.current(db.engine)}.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION; `base` empties the database."""
    with application():
        migrations.downgrade(db.engine, revision)
        click.echo(f"The tables are at {version.current(db.engine) or 'base'}.")


@database.command("revision")
@click.argument("words")
def revision(words: str) -> None:
    """Write the migration that makes the tables agree with the models; read it before you keep it."""
    with application():
        migrations.write(db.engine, words, f"{int(version.head()) + 1:04}")


@main.command()
@click.option("--examples/--no-examples", default=True, help="Load the invented groups too.")
def seed(examples: bool) -> None:  # noqa: FBT001
    """Load the starter listings; twice is the same as once."""
    with application() as (_, settings, matching):
        load(settings, examples=examples)
        rebuild(matching)


def load(settings: Settings, *, examples: bool) -> None:
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


def rebuild(matching: Matching) -> None:
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
            gone = seeding.remove_examples(session, now=now(), keep=groups_in_use(session))
        click.echo(f"{gone} invented groups are gone.")
        rebuild(matching)


@main.group()
def index() -> None:
    """The search index."""


@index.command("rebuild")
def rebuild_index() -> None:
    """Build the search index anew."""
    with application() as (_, __, matching):
        rebuild(matching)


@main.command()
def count() -> None:
    """Count listings by source: how many can be joined, are placed, and carry their source and year."""
    table = Table(title="Published listings")
    for heading in ("source", "listings", "joinable", "placed", "with source and year"):
        table.add_column(heading, justify="left" if heading == "source" else "right")
    with application():
        counts = queries.count_by_source(db.session())
    for found in counts:
        table.add_row(found.source, *(str(n) for n in (found.listings, found.joinable, found.placed, found.dated)))
    Console(width=110).print(table)
    real = [found for found in counts if not found.is_example]
    joinable, placed = sum(found.joinable for found in real), sum(found.placed for found in real)
    click.echo(f"Real and joinable: {joinable}; placed: {placed} ({placed / max(1, joinable):.1%}).")
