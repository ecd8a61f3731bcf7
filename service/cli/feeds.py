"""The commands of feeds: which addresses are asked for listings each day."""

import click
from rich.console import Console
from rich.table import Table

from service.catalog.importing.feeds.keeping import add_feed, feeds, remove_feed
from service.catalog.queries import group_by_slug
from service.cli.base import application, main
from service.clock import now
from service.db import committing, db


@main.group("feeds")
def group() -> None:
    """Say which addresses are asked for listings each day."""


@group.command("add")
@click.argument("url")
@click.option("--source", required=True, help="Whose feed it is, in one word.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["hsds", "rpde", "ical"]),
    help="HSDS or Open Referral UK; OpenActive; a calendar (.ics).",
)
@click.option("--group", "slug", help="The group whose times a calendar holds: the last word of its address.")
@click.option("--trusted", is_flag=True, help="Show its listings without an editor's look.")
def add(*, url: str, source: str, kind: str, slug: str | None, trusted: bool) -> None:
    """Have URL asked each day, and no other place for it."""
    with application(), committing() as session:
        today = now().date()
        group_id = group_by_slug(session, slug, today=today, public=False).id if slug else None
        add_feed(session, source=source, kind=kind, url=url, trusted=trusted, now=now(), group_id=group_id)
    click.echo(f"{source} is asked each day, by `kith jobs`.")


@group.command("remove")
@click.argument("source")
def remove(source: str) -> None:
    """Ask the feed of SOURCE no more; what was taken in stays."""
    with application(), committing() as session:
        remove_feed(session, source)
    click.echo(f"{source} is asked no more.")


@group.command("list")
def show() -> None:
    """Show all of them, and how each went last."""
    with application():
        found = feeds(db.session())
    table = Table(title="Feeds")
    for heading in ("source", "kind", "address", "read last", "not answered"):
        table.add_column(heading)
    for one in found:
        when = f"{one.read_at:%Y-%m-%d %H:%M}" if one.read_at else "-"
        table.add_row(one.source, one.kind, one.url, when, f"{one.failures} ({one.problem})" if one.failures else "-")
    Console(width=120).print(table)
