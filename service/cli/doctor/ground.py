"""Looks at what an installation stands on: its files, database, disk and clock."""

import ctypes
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from service import jobs
from service.cli.doctor.findings import Finding, Patient, mend, ok, unknown
from service.db import looking, replicas, version
from service.db.keyring import KeyRing
from service.errors import Invalid

LEAST_FREE = 1_000_000_000  # bytes: a new index beside the old ones, a day's log, a copy of a small database
LEAST_SHARE = 0.05
AHEAD = timedelta(minutes=5)
SEALED_WITH = "KITH_SECRET_FILE", "KITH_KEYS_FILE", "KITH_SMTP_PASSWORD_FILE", "KITH_DATABASE_PASSWORD_FILE"
CODE = Path(__file__).parents[3]
COPIES = {
    replicas.AWAY: "does not answer.",
    replicas.LATE: "is later than KITH_REPLICA_LATE allows.",
    replicas.NO_REPLICA: "is no copy: it takes writes of its own.",
    replicas.CUT_OFF: "gets nothing from the main database.",
}
DO = {
    replicas.AWAY: "systemctl status postgresql on its machine; look at KITH_REPLICA_URL, in its order.",
    replicas.LATE: "On its machine: is the disk or the processor used up, or does a long question hold it back?",
    replicas.NO_REPLICA: "After a fail-over: make a new copy (docs/scaling.md), and name it in KITH_REPLICA_URL.",
    replicas.CUT_OFF: "On its machine: primary_conninfo must lead to the main database. Its log says more.",
}
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def secrets(patient: Patient) -> Finding:
    """Files that hold a secret are read by Kith and its group alone, and the keys of sealing are there."""
    named = [Path(os.environ[name]) for name in SEALED_WITH if os.environ.get(name)]
    open_to_all = [str(path) for path in named if path.exists() and path.stat().st_mode & 0o007]
    if open_to_all:
        return mend(f"Everybody on this machine may read {', '.join(open_to_all)}.", f"chmod o-rwx {open_to_all[0]}")
    try:
        KeyRing(patient.settings.secret, patient.settings.keys_file)
    except Invalid as error:
        return mend(f"{error.params['variable']} {error.params['why']}.", "Put the file of keys back: docs/keys.md.")
    written = [str(path) for path in named if os.access(path, os.W_OK)]
    if written:
        return ok(f"Only Kith and its group may read its secrets; it may also write {written[0]}, which it need not.")
    return ok("Only Kith and its group may read its secrets.")


def database(patient: Patient) -> Finding:
    """The store answers, and keeps what it said it kept when the power fails."""
    name, lost = looking.loses(patient.store), "what was acknowledged can be lost when the power fails"
    if looking.is_sqlite(patient.store):
        if name:
            return mend(
                f"SQLite does not keep {name}: {lost}.", "Put KITH_DATA on a local disk, not on a network share."
            )
        return ok("SQLite answers, and writes through to the disk (WAL, synchronous FULL).")
    if name:
        do = f"Set {name} = on in postgresql.conf, then: systemctl restart postgresql"
        return mend(f"PostgreSQL has {name} off: {lost}.", do)
    if not looking.holds_every_letter(patient.store):
        return mend("The database cannot hold every letter.", "Make it anew with --encoding UTF8, and move the data.")
    return ok("PostgreSQL answers, and writes through to the disk.")


def copies(patient: Patient) -> Finding:
    """Copies that only read follow the main database."""
    late_s = patient.settings.replica_late_s
    found = replicas.seen(patient.store, patient.settings.replica_urls, most_late_s=late_s)
    if not found:
        return ok("Everything is read from the database itself; there is no copy.")
    for one in found:
        if one.code:
            return mend(f"Copy {one.number} {COPIES[one.code]} Kith reads the main database meanwhile.", DO[one.code])
    return ok(f"{len(found)} of {len(found)} copies of the database may be read from.")


def tables(patient: Patient) -> Finding:
    """The tables are those this version of Kith expects."""
    there, wanted = version.current(patient.store), version.head()
    if there == wanted:
        return ok(f"The tables are at {there}, as this version wants them.")
    if there is None:
        return mend("There are no tables yet.", "kith db upgrade")
    if there > wanted:
        return mend(f"The tables are at {there}, newer than this version ({wanted}).", "Install the newer Kith again.")
    return mend(f"The tables are at {there}, this version wants {wanted}.", "kith db upgrade")


def disk(patient: Patient) -> Finding:
    """There is room to write, in the data folder."""
    found = shutil.disk_usage(patient.settings.data_folder)
    said = f"{found.free / 1e9:.1f} GB of {found.total / 1e9:.1f} are free where Kith keeps its files."
    if found.free < LEAST_FREE or found.free < LEAST_SHARE * found.total:
        return mend(said, "Make room: what fills up first is often old logs (journalctl --disk-usage) or old backups.")
    return ok(said)


def clock(patient: Patient) -> Finding:
    """The clock is not before the code or behind what was done, and something keeps it right."""
    newest = max(path.stat().st_mtime for path in version.VERSIONS.glob("*.py"))
    if patient.now < datetime.fromtimestamp(newest, UTC) - timedelta(days=1):
        return mend("The clock is behind the day this version was put here.", "Set it: timedatectl set-ntp true")
    has_jobs = looking.has_table(patient.store, "job_run")
    if has_jobs and (last := _last_begun(patient)) and last > patient.now + AHEAD:
        return mend("Jobs were begun later than the clock says it is now.", "Set it: timedatectl set-ntp true")
    if _kept_right() is False:
        return unknown("The time is likely, but nothing on this machine says that it keeps it right.", "timedatectl")
    return ok("The time is likely, and something keeps it right.")


def _last_begun(patient: Patient) -> datetime | None:
    with Session(patient.store) as session:
        begun = [row.started_at for row in jobs.runs(session).values() if row.started_at]
    return max(begun, default=None)


def _kept_right() -> bool | None:
    """Ask the kernel whether a time service corrects its clock; None: it does not say."""
    try:
        said = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)))
    except (OSError, AttributeError):
        return None
    return None if said < 0 else said != UNSYNCHRONISED
