"""What every command stands on: the command group, the application it opens, and refusals as one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.utils import import_string

from service.accounts.permissions import SCOPES
from service.config import Settings
from service.db import db
from service.errors import ServiceError
from service.matching import Matching

ROOT = Path(__file__).parents[2]
SENTENCES = {
    "settings": "{variable} {why}.",
    "file": "{file} cannot be read, at line {line}.",
    "online_geocoder": "KITH_ONLINE_GEOCODER must be one of: {known}.",
    "keys_full": "There are no more numbers for keys.",
    "sealing_key_unknown": "There is no key {key}.",
    "sealing_key_newest": "Key {key} is the one that writes: make a new one first.",
    "audit_start": "There is no linked row before row {start}.",
    "user": "Nobody has this address.",
    "person": "Nobody has this number.",
    "email": "This is not an e-mail address.",
    "password_too_short": "A password has at least {least} characters.",
    "password_too_long": "A password has at most {most} characters.",
    "password_common": "This password is too easy to guess.",
    "key_name": "A key needs a name of at most {most} characters.",
    "key_lasts": "A key works for a year at most.",
    "key_overlap": "The old key may work on for {most_days} days at most.",
    "key_ended": "This key has ended.",
    "key_replaced": "This key was replaced before.",
    "address": "This is no address that a mail server could be told.",
    "no_mail_server": "No mail server is set: see KITH_SMTP_HOST in the administrator's guide.",
    "do_not_contact": "Nothing is sent there: `kith mail stop` was told so.",
    "edit_catalog": "Whoever runs this may not change listings.",
    "source_name": "A source is one word of small letters, figures and hyphens, such as leeds-council.",
    "file_missing": "There is no such file.",
    "file_empty": "The file is empty.",
    "calendar_empty": "No event is in this calendar.",
    "not_a_calendar": "This is no calendar (.ics).",
    "group": "There is no such group.",
    "file_unknown": "This is no table (CSV or Excel), no calendar, no HSDS and no zip file of HSDS tables.",
    "file_too_large": "The file, or what is packed in it, is larger than {most} bytes.",
    "file_damaged": "The zip file is damaged.",
    "file_locked": "The zip file needs a password.",
    "too_many_files": "There are more than {most} files in it.",
    "too_many_rows": "There are more than {most} rows in it.",
    "headings_unreadable": "The first row must hold the headings of the columns.",
    "services_missing": "No services are in it.",
    "json_damaged": "It is not JSON.",
    "json_too_deep": "Its JSON is nested too deep.",
    "mapping": "The columns cannot be read so.",
    "mapping_file": "The mapping must be JSON or TOML: a heading and the field it means.",
    "unknown_field": "There is no field {field}.",
    "field_twice": "Two columns are read as {field}: say with --mapping which it is.",
    "column_needed": "No column is read as {field}: say with --mapping which it is.",
    "feed": "There is no such feed.",
    "feed_kind": "A feed is hsds, rpde or ical; only a calendar holds the times of one group.",
    "feed_there": "This source has a feed already.",
    "feed_url": "This is no address of the web.",
    "not_a_choice": "This is none of the choices.",
    "not_url": "This is no address of the web.",
    "import_running": "This list is being imported now.",
    "import_run": "There is no such run.",
    "import_source": "There is no such source.",
    "import_undone": "This run was taken back before.",
    "import_later_run": "Take back run {number} first.",
    "mail_not_sent": "It did not go ({reason}).",
    "backup_not_ours": "This is no backup of Kith.",
    "backup_missing": "There is no backup {name}.",
    "backup_damaged": "The backup is damaged or cut short: use another one.",
    "backup_other_secret": "The backup was made with another KITH_SECRET, or its beginning is damaged.",
    "backup_newer": "The backup was made by a newer Kith: its tables are {schema}, this one knows {newest}.",
    "copy_running": "Another backup, restore or check is running now.",
    "copy_no_room": "A disk is full: nothing was kept.",
    "copy_not_written": "A file or the database could not be read or written: nothing was kept.",
    "copy_unusable": "It does not restore as it should ({what}), so it does not count.",
    "no_tables": "The database has no tables of this Kith: run `kith db upgrade`.",
    "tables_busy": "Somebody held a table for a minute: try again. Nothing was changed, and people went on working.",
    "tables_differ": "The table {table} is not as this Kith knows it.",
    "column_unknown": "The column {column} of {table} is of a kind that Kith does not know.",
    "text_with_nul": "A text in {table}.{column} holds a NUL, which PostgreSQL cannot keep. Nothing was changed.",
    "row_refused": "The database does not take a value of {table}.{column} ({why}). Nothing was changed.",
    "target_not_empty": "The database {name} is not empty. To replace all that is in it: --over {name}.",
    "other_name": "The database here is {name}: type that name to replace it.",
    "target_in_use": "Something uses the database {name}: stop Kith and its jobs first.",
    "source_in_use": "Somebody writes to {name}: stop Kith and its jobs first.",
    "move_from": "KITH_DATABASE_URL must lead to an SQLite database that is there.",
    "move_to": "The address must begin with postgresql+psycopg://.",
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
            yield app, made.as_set(made.by_heart.here()).settings, made.matching
        finally:
            db.session.remove()
            db.engine.dispose()


def need_source(path: Path, what: str) -> None:
    if not path.exists():
        raise click.ClickException(f"{what} comes with the source of Kith, and is not here.")
