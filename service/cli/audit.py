"""Commands about the record of who did what: is it whole, and where does it end."""

import sys
import time
from pathlib import Path

import click

from service.accounts.record import audit_check
from service.accounts.record.chain_walk import Finding
from service.cli.base import application, main
from service.clock import now
from service.db import db

ONE, MANY = 0, 1
# One row, several rows.
WORDS = {
    "changed": ("Row {first} is not as it was written.", "A row among {first} to {last} is not as it was written."),
    "inserted": ("Row {first} was put in.", "Rows {first} to {last} were put in."),
    "missing": ("Row {first} is missing.", "Rows {first} to {last} are missing."),
    "moved": ("Rows {first} and {other} have changed places.",) * 2,
    "without_link": ("Row {first} was not written by Kith.", "Rows {first} to {last} were not written by Kith."),
    "wrong_key": (
        "Row {first} was linked with another secret than this installation's.",
        "No row from {first} to {last} was linked with this installation's secret.",
    ),
    "unreadable": ("Row {first} cannot be read.", "Rows {first} to {last} cannot be read."),
    "head": ("The end that the database keeps is not that of row {first}.",) * 2,
    "cut_off": (
        "The last row was cut off: it had number {first}.",
        "The last rows were cut off, from {first} to {last}.",
    ),
    "rolled_back": (
        "An older copy was put back: on {at} there was another row {first}.",
        "An older copy was put back: on {at} the record had reached row {last}, now it ends before row {first}.",
    ),
    "head_not_ours": ("Line {first} of the file of ends was not written by Kith, or was changed.",) * 2,
}


@main.group("audit")
def record() -> None:
    """The record of who did what."""


@record.command("verify")
@click.option(
    "--heads", type=click.Path(path_type=Path), help="The file of ends; KITH_DATA/audit-heads.jsonl if not given."
)
@click.option("--from", "start", type=click.IntRange(min=1), default=1, help="The row to begin with.")
def verify(heads: Path | None, start: int) -> None:
    """Look whether the record is as it was written; exit status 1 when it is not."""
    with application() as (_, settings, __):
        file = heads or settings.data_folder / audit_check.HEADS
        if heads is not None and not heads.exists():
            raise click.ClickException(f"There is no file {heads}.")
        began = time.monotonic()
        found = audit_check.verify(db.session(), heads=audit_check.lines_of(file), start=start)
        took = max(time.monotonic() - began, 1e-6)
    for one in found.findings:
        click.echo(sentence(one))
    if found.more:
        click.echo(f"And {found.more:,} more.")
    click.echo(
        f"{found.rows:,} rows, {found.rows / took:,.0f} a second; compared with {found.heads:,} ends kept outside."
    )
    if not found.heads:
        click.echo("Without an end kept outside, rows cut off at the end or an older copy put back cannot be seen.")
    click.echo("The record is as it was written." if found.whole else "The record was tampered with.")
    sys.exit(0 if found.whole else 1)


@record.command("head")
@click.option(
    "--to", type=click.Path(path_type=Path), help="Add it to this file; KITH_DATA/audit-heads.jsonl if not given."
)
def head(to: Path | None) -> None:
    """Print where the record ends, signed, and add it to a file. Keep it where the database's owner cannot write."""
    with application() as (_, settings, __):
        line = audit_check.publish_head(db.session(), to or settings.data_folder / audit_check.HEADS, now=now())
    if line is None:
        raise click.ClickException("Nothing was recorded yet.")
    click.echo(line)


def sentence(finding: Finding) -> str:
    """Say what is wrong."""
    words = WORDS[finding.kind][ONE if finding.first == finding.last else MANY]
    return words.format(first=finding.first, last=finding.last, other=finding.other, at=finding.at)
