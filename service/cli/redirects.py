"""The command of a cut-over: addresses of an old directory, and the listings they lead to from now on."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click
from flask import Flask
from rich.console import Console
from rich.table import Table
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from service.catalog.importing.files.formulas import unmarked
from service.catalog.importing.files.tables import rows_of
from service.catalog.importing.runs.sources import check_name
from service.catalog.old_addresses import Judged, Wanted, forget, judge, keep
from service.cli.base import application, main
from service.cli.importing import OPERATOR, SOME_REFUSED
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.errors import Invalid

MOST_LINES = 20  # of each kind that are shown
MOST_ROWS = 200_000
OUTCOMES = {
    "found": "lead to a listing",
    "same": "lead there already",
    "doubtful": "may mean one or more: say which by its number or address",
    "twice": "are in the file with two listings: leave one",
    "not_found": "have no listing here",
    "ours": "are pages of this site: they stay",
    "no_path": "are no address of a site",
}
PROGRAMS = ("/api/", "/hsds/", "/oruk/", "/static/")
EASY = "-easy"  # ends the first part of an address in easy language
NOT_FOUND = 404
TAKEN = ("found", "same")


@main.command("redirects")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Whose list the numbers in the second column are of, as it was imported.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--forget", "back", is_flag=True, help="Take the addresses of FILE back.")
def redirects(*, file: Path, source: str | None, dry_run: bool, back: bool) -> None:
    """Lead addresses of an old directory to its listings here.

    FILE is a CSV with two columns: the old address, and the listing by its number in the list it came from, its address
    here, or its name. Ends with 3 where some lines lead nowhere.
    """
    if source is not None:
        check_name(source)
    with application() as (app, _, __):
        wanted = list(_read(file))
        if back:
            _forget(wanted, dry_run=dry_run)
            return
        judged = judge(db.session(), wanted, source=source, is_ours=_ours(app))
        db.session.rollback()
        _show(judged)
        if not dry_run:
            with committing() as session:
                keep(session, judged, actor=OPERATOR, now=now())
        click.echo("Nothing was changed." if dry_run else "Kept. Each leads to its listing from now on.")
    if any(one.outcome not in TAKEN for one in judged):
        raise SystemExit(SOME_REFUSED)


def _forget(wanted: Sequence[Wanted], *, dry_run: bool) -> None:
    if dry_run:
        raise click.UsageError("--forget has no dry run.")
    with committing() as session:
        gone = forget(session, wanted, actor=OPERATOR, now=now())
    click.echo(f"{gone} addresses lead nowhere any more.")


def _read(file: Path) -> Iterator[Wanted]:
    """Give each line; a first line whose first cell is no address is a heading."""
    if not file.is_file():
        raise Invalid("file_missing")
    for row in islice(rows_of(file), MOST_ROWS):
        cells = [" ".join(unmarked(cell).split()) for cell in row.cells[:2]]
        if row.problem is not None or not any(cells):
            continue
        address, listing = (*cells, "")[:2]
        if row.line > 1 or "/" in address:
            yield Wanted(line=row.line, address=address, listing=listing)


def _ours(app: Flask) -> Callable[[str], bool]:
    """Return what tells whether a page of this site stands at a path."""
    known = app.url_map.bind("localhost")

    def is_ours(path: str) -> bool:
        bare = path.partition("?")[0]
        return bare.startswith(PROGRAMS) or any(_matches(known, one) for one in (bare, f"{bare}/"))

    return is_ours


def _matches(known: MapAdapter, path: str) -> bool:
    try:
        _, found = known.match(path, method="GET")
    except RequestRedirect:
        return False  # with the slash it is asked again
    except HTTPException as error:
        return error.code != NOT_FOUND
    return str(found.get("lang", LANGUAGES[0])).removesuffix(EASY) in LANGUAGES


def _show(judged: Sequence[Judged]) -> None:
    counts, console = Counter(one.outcome for one in judged), Console(width=120)
    table = Table(title="Old addresses")
    table.add_column("")
    table.add_column("addresses")
    for code, words in OUTCOMES.items():
        if counts[code]:
            table.add_row(words, str(counts[code]))
    console.print(table)
    for code, words in OUTCOMES.items():
        shown = [one for one in judged if one.outcome == code][:MOST_LINES]
        if not shown or code == "same":
            continue
        lines = Table(title=words.capitalize())
        for heading in ("line", "old address", "listing", "here"):
            lines.add_column(heading)
        for one in shown:
            lines.add_row(str(one.line), one.address[:60], one.listing[:40], one.name[:40])
        console.print(lines)
