"""The command that imports a list: what it would do, what it did, what it left out and how to mend it; and back."""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.importing.files.incoming import Remark
from service.catalog.importing.files.opening import Opened
from service.catalog.importing.runs import sources
from service.catalog.importing.runs.planning import Plan, plan
from service.catalog.importing.runs.preparing import prepare
from service.catalog.importing.runs.quality import ASKED
from service.catalog.importing.runs.running import Ran, Work, run_import
from service.catalog.importing.runs.undoing import undo_run
from service.catalog.terms.queries import now_standing
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from service.cli.base import application, main
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.errors import Invalid

OPERATOR = Actor(role=Role.ADMIN, permissions=GRANTS[Role.ADMIN])
SOME_REFUSED = 3  # the exit code where rows were refused, and the rest went in
MOST_LINES = 20
OUTCOMES = {
    "new": "new",
    "changed": "changed",
    "same": "as before",
    "kept": "as an editor put it right",
    "removed": "no more in the list",
    "refused": "refused",
    "removal_held": "missing, and left: is it only a part of the list?",
}
# What is wrong with a cell or a row, and what helps.
REMARKS = {
    "all_day": "it says no time: only its days were kept; give it a time in the calendar",
    "calendar_empty": "no meeting in this calendar: nothing was changed",
    "dates_alike": "these {count} dates look like a habit: taken as one group; look at it",
    "event_cut_off": "the event breaks off: send the whole calendar",
    "event_off": "the calendar says that it is called off",
    "happens_once": "it happens once: a listing is something one can come back to",
    "not_an_end": "not an end that fits its beginning: how long it lasts was left out",
    "rule_combination": "parts of the rule that do not go together: say it anew in the calendar",
    "rule_count": "a count that cannot be kept: give the rule a last day",
    "rule_frequency": "repeats by the hour or faster: only days, weeks, months and years can be kept",
    "rule_interval": "an interval that cannot be kept: write a number of weeks or months",
    "rule_never": "a rule that never comes: say it anew in the calendar",
    "rule_part": "a part of the rule that cannot be kept ({part}): say it anew in the calendar",
    "rule_too_long": "a rule of more than {limit} characters",
    "rule_unreadable": "not a rule: write FREQ=WEEKLY;BYDAY=TU",
    "rule_until": "not a last day: write UNTIL=20261231",
    "rule_unusual": "too many rules of an unusual kind in one file: send it in parts",
    "ages_crossed": "the lowest age is above the highest: swap them",
    "cell_too_large": "far too much text: look for a quotation mark that is not closed",
    "column_needed": "no column gives this",
    "cut": "too long: cut at {limit} characters",
    "duplicate_id": "an earlier row has this id: give each its own",
    "encoding": "letters that cannot be read: save the file as UTF-8",
    "formula_broken": "a formula that gives an error: mend it",
    "far_from_postcode": "far from its postcode: the position was not used",
    "half_row": "the row ends here: fill it, or leave the cells empty",
    "id_needed": "it has no id",
    "in_future": "a day that is still to come",
    "json_damaged": "not JSON",
    "name_needed": "it has no name",
    "needed": "this is needed",
    "not_a_choice": "not a word that is known here",
    "not_a_date": "not a date: write 2026-03-31",
    "not_a_list": "not a list",
    "not_a_position": "not a position: write 53.4252",
    "not_a_price": "not one price: write 3.50, or free; the words were kept",
    "not_a_record": "not a record",
    "not_a_time": "not a time: write 19:30",
    "not_a_weekday": "not days of the week: write Tuesday, Thursday",
    "not_an_age": "not an age: write 18, or 13-25",
    "not_email": "not an e-mail address",
    "not_phone": "not a telephone number",
    "not_taken": "about people or programmes: not taken",
    "not_text": "not text",
    "not_url": "not a web address: write https://example.org",
    "not_yes_or_no": "neither yes nor no: not confirmed",
    "only_name": "nothing but a name: taken for a note",
    "place_unknown": "{place}: nobody knows where that is; write a postcode, or a position",
    "nowhere": "0, 0 is in the sea: the position was not used",
    "out_of_range": "not between {low} and {high}",
    "shape_left_out": "the outline of an area: only its name was kept",
    "passed": "it held until a day that has passed: left out",
    "source_says_closed": "closed, says the list: look at it",
    "status_missing": "no status: taken as open",
    "time_zone_unknown": "not a time zone",
    "too_long": "longer than {limit} characters",
    "too_many": "more than {limit}: the rest was left out",
    "too_many_cells": "more cells than headings: look for a comma outside quotation marks",
    "too_many_columns": "more columns than can be read",
    "unknown_language": "not a language code: write en, ur, pl",
    "unknown_terms": "{count} words that are not in the taxonomy",
    "unreadable": "cannot be kept as it is",
}


@main.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Whose list it is, in one word; always the same for the same list.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option(
    "--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Heading to field, in JSON or TOML."
)
@click.option("--trusted", is_flag=True, help="Show its listings without an editor's look.")
@click.option("--undo", type=int, help="Take the run of this number back.")
def import_list(
    *, file: Path | None, source: str, dry_run: bool, mapping: Path | None, trusted: bool, undo: int | None
) -> None:
    """Import FILE: a table (CSV or Excel), a calendar (.ics), or HSDS as JSON, lines of JSON, or tables.

    The tables of HSDS may be in a folder or zip file.

    Twice is the same as once. New listings are drafts. Ends with 3 where rows were refused.
    """
    if (file is None) == (undo is None):
        raise click.UsageError("Give a FILE, or --undo with the number of a run.")
    sources.check_name(source)
    with application() as (_, settings, __):
        if undo is not None:
            _undo(source, undo)
            return
        assert file is not None  # noqa: S101  # one of the two is there
        refused = _import(file, source, settings, _read_mapping(mapping), dry_run=dry_run, trusted=trusted)
    if refused:
        raise SystemExit(SOME_REFUSED)


def _import(
    file: Path, source: str, settings: Settings, said: Mapping[str, str], *, dry_run: bool, trusted: bool
) -> int:
    pack = load_pack(settings.seeds_folder / "countries", settings.country)
    moment = now()
    taxonomy = now_standing(db.session(), load_taxonomy(settings.seeds_folder / "taxonomy"))
    made = prepare(
        db.session(),
        file,
        source=source,
        pack=pack,
        today=moment.date(),
        said=said,
        trusted=trusted,
        taxonomy=taxonomy,
    )
    opened, setting = made.opened, made.setting
    db.session.rollback()
    if dry_run:
        coming = plan(db.session(), opened, setting)
        _show_plan(opened, coming)
        return coming.counts["refused"]
    ran = run_import(committing, Work(opened=opened, setting=setting, actor=OPERATOR, now=moment))
    _show_run(ran, source)
    return ran.counts.get("refused", 0)


def _undo(source: str, number: int) -> None:
    back = undo_run(committing, source=source, number=number, actor=OPERATOR, now=now())
    click.echo(f"Run {number} of {source} is taken back: {back.restored} as before, {back.archived} archived.")
    if back.kept:
        table = Table(title="Left as somebody changed them since")
        for heading in ("id", "fields"):
            table.add_column(heading)
        for one in back.kept[:MOST_LINES]:
            table.add_row(one.identifier or "", ", ".join(one.fields))
        Console(width=110).print(table)


def _read_mapping(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        read = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("mapping_file") from None
    if not isinstance(read, dict):
        raise Invalid("mapping_file")
    return {str(heading): str(field) for heading, field in read.items()}


def _show_plan(opened: Opened, made: Plan) -> None:
    if opened.mapping:
        _table("Columns", ("heading", "read as"), [(head, field or "-") for head, field in opened.mapping.items()])
    _counts("This would happen", made.counts)
    rows = made.quality.rows
    _table(
        "The list", ("rows", str(rows)), [(name.replace("_", " "), str(made.quality.counts[name])) for name in ASKED]
    )
    told = [(str(one.row), one.column, _words(one)) for one in made.told[:MOST_LINES]]
    if told:
        _table("Not taken as it stands", ("row", "column", "why"), told)
    stays = [
        (one.name[:40], field, str(said)[:30], str(stands)[:30])
        for one in made.shown
        for field, (said, stands) in {**one.decision.kept, **one.decision.conflicts}.items()
    ]
    if stays:
        _table("An editor's words stay", ("listing", "field", "the list says", "stays"), stays[:MOST_LINES])
    click.echo("Nothing was changed.")


def _show_run(ran: Ran, source: str) -> None:
    if ran.resumed_at:
        click.echo(f"Went on after row {ran.resumed_at}.")
    _counts(f"Run {ran.number} of {source}", Counter(ran.counts))
    click.echo(f"To take it back: kith import --source {source} --undo {ran.number}")


def _counts(title: str, counts: Mapping[str, int]) -> None:
    _table(
        title, ("listings", ""), [(words, str(counts[name])) for name, words in OUTCOMES.items() if counts.get(name)]
    )


def _words(remark: Remark) -> str:
    words = REMARKS.get(remark.code, remark.code)
    known = {name: str(value) for name, value in remark.params.items()}
    try:
        return words.format_map(known)
    except KeyError:
        return remark.code


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    Console(width=110).print(table)
