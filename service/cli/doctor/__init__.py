"""`kith doctor`: looks at a live installation, and says in plain words what to mend. It changes nothing."""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

from service.accounts.record import audit
from service.cli.base import main
from service.cli.doctor import ground, way_in, work
from service.cli.doctor.findings import Check, Finding, Patient, mend, ok, unknown
from service.clock import now
from service.config import Settings, refusal
from service.db.looking import StoreError, opened
from service.db.safe import check_settings
from service.errors import Invalid
from service.observability import LOGGER

# In the order in which one thing stands on another. Whoever has one more thing to look at adds one more line.
CHECKS: Sequence[tuple[str, Check]] = (
    ("secrets", ground.secrets),
    ("disk", ground.disk),
    ("database", ground.database),
    ("copies", ground.copies),
    ("tables", ground.tables),
    ("clock", ground.clock),
    ("administrator", work.administrator),
    ("help lines", work.help_lines),
    ("search index", work.index),
    ("jobs", work.working),
    ("messages", work.waiting),
    ("mail server", work.mail),
    ("record", work.record),
    ("backups", work.backups),
    ("public address", way_in.answers),
    ("certificate", way_in.certificate),
    ("headers", way_in.headers),
    ("proxies", way_in.hops),
    ("files", way_in.closed),
)
SIGNS = {"ok": "ok", "mend": "mend", "unknown": "?"}


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For a program that watches.")
def doctor(as_json: bool) -> None:  # noqa: FBT001
    """Look at this installation: what is well, and what to mend. Ends with 1 if anything is to mend."""
    with _unlogged():
        found = list(look(os.environ))
    bad = [name for name, finding in found if finding.state == "mend"]
    if as_json:
        told = [{"what": name, "state": finding.state, "saw": finding.saw, "do": finding.do} for name, finding in found]
        click.echo(json.dumps({"well": not bad, "checks": told}, indent=2))
    else:
        _show(found)
        click.echo(f"To mend: {', '.join(bad)}." if bad else "Nothing to mend.")
    sys.exit(1 if bad else 0)


def look(environment: Mapping[str, str]) -> Iterator[tuple[str, Finding]]:
    """Look at everything, one after the other. Where the settings are not safe, nothing more is looked at."""
    try:
        settings = Settings.from_env(environment)
        if not settings.demo:
            check_settings(settings)
    except Invalid as error:
        yield "settings", mend(refusal(error), "Set it in /etc/kith/environment, then: systemctl reload kith")
        return
    yield "settings", ok("All that must be set is set, and safe.")
    with opened(settings.database_url) as store:
        audit.equip(store, audit.derive_keys({audit.KEY_NUMBER: settings.secret}))
        patient = Patient(settings=settings, store=store, now=now())
        for name, check in CHECKS:
            yield name, _looked(check, patient)


@contextmanager
def _unlogged() -> Iterator[None]:
    """What did not answer is told on the screen, not in a log."""
    log = logging.getLogger(LOGGER)
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


def _looked(check: Check, patient: Patient) -> Finding:
    try:
        return check(patient)
    except StoreError as error:
        if check is ground.database:
            return mend("The database does not answer.", "systemctl status postgresql; look at KITH_DATABASE_URL.")
        return unknown(f"The database did not tell ({type(error).__name__}).")
    except Exception as error:  # noqa: BLE001, RUF100  # whatever is wrong with one look, the others go on
        return unknown(f"It could not be looked at ({type(error).__name__}).")


def _show(found: Sequence[tuple[str, Finding]]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, finding in found:
        lines = finding.saw + (f"\n→ {finding.do}" if finding.do else "")
        table.add_row(SIGNS[finding.state], name, lines)
    Console(width=110).print(table)
