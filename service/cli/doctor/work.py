"""Looks at what an installation does: jobs, mail, the search index, help lines, the record."""

from contextlib import closing
from datetime import timedelta

from sqlalchemy.orm import Session

from service import clock, jobs
from service.accounts import beginning
from service.backups import places
from service.catalog.site.known import ByHeart
from service.catalog.where.packs import load_pack
from service.cli.doctor.findings import Finding, Patient, mend, ok, unknown
from service.matching.index import generation
from service.matching.queries import CatalogSource
from service.notifications import outbox
from service.notifications.channels import NotSent
from service.notifications.smtp import Email

OLD_BACKUP = timedelta(days=2)  # one is taken each night
BEHIND = 5_000  # changes that every start lays over the index anew
MAIL = {
    "smtp_certificate": "Its certificate is not trusted: set KITH_SMTP_CA_FILE, or have it mended.",
    "smtp_silent": "It does not answer in time: look at KITH_SMTP_HOST and KITH_SMTP_PORT, and at the firewall.",
    "smtp_away": "Nothing answers there: look at KITH_SMTP_HOST and KITH_SMTP_PORT, and at the firewall.",
    "smtp_no_starttls_or_login": "It offers no safe line, or no sign-in: look at KITH_SMTP_TLS.",
    "smtp_535": "It does not know the name or the password: look at KITH_SMTP_USER and its password.",
}


def working(patient: Patient) -> Finding:
    """The loop of jobs is alive, and each job's last run ended well."""
    with Session(patient.store) as session:
        trouble = jobs.WATCHES["jobs"](session, patient.settings.data_folder, patient.now)
        known = jobs.runs(session)
        failed = sorted(name for name, row in known.items() if row.outcome not in (jobs.DONE, None))
    if trouble == "not_running":
        return mend(
            "No job was begun for two hours: no mail goes and nothing is forgotten.", "systemctl restart kith-jobs"
        )
    if failed:
        do = f"journalctl -u kith-jobs says where; kith jobs run {failed[0]} tries it now."
        return mend(f"The last run did not end well: {', '.join(failed)}.", do)
    return ok(f"{len(known)} jobs ran, and each ended well.")


def waiting(patient: Patient) -> Finding:
    """No message waits for longer than it should."""
    with Session(patient.store) as session:
        late = outbox.is_late(session, now=patient.now)
    if late:
        return mend("A message waits for longer than a quarter of an hour.", "kith mail lost; journalctl -u kith-jobs")
    return ok("No message waits too long.")


def mail(patient: Patient) -> Finding:
    """The mail server takes our name. Nothing is sent."""
    server = patient.settings.mail
    if server is None:
        return ok("Mail is off: KITH_MAIL=off. Nobody gets a link or an invitation by mail.")
    with closing(Email(server, clock=clock.now)) as line:
        try:
            line.greet()
        except NotSent as error:
            do = MAIL.get(error.code, f"It answered {error.code.removeprefix('smtp_')}: ask whoever runs it.")
            return mend("The mail server cannot be used.", do)
    return ok("The mail server lets us in. (kith mail test ADDRESS sends a message.)")


def index(patient: Patient) -> Finding:
    """A generation of the search index is published, and not far behind the catalogue."""
    name = generation.pointed(patient.settings.index_folder)
    if not name:
        return mend("There is no search index: the first search waits for it.", "kith index rebuild")
    behind = CatalogSource(lambda: patient.store, clock.now).sequence() - int(name.split("-")[1])
    if behind > BEHIND:
        return mend(f"The search index is {behind} changes behind: each start is slow.", "kith index rebuild")
    if behind < 0:
        return mend("The search index is of a newer catalogue than the database holds.", "kith index rebuild")
    return ok(f"The search index is there, {behind} changes behind the catalogue; each search takes those in as well.")


def help_lines(patient: Patient) -> Finding:
    """Somebody rang the help lines, says so in the settings, and no line of the pack is marked otherwise."""
    settings = patient.settings
    if not settings.help_lines_confirmed:
        return mend("Nobody has said that the help lines answer.", "Ring each, then KITH_HELP_LINES_CONFIRMED=yes")
    here = ByHeart(lambda: patient.store).here()
    country = here.over(settings).country
    pack = load_pack(settings.seeds_folder / "countries", country)
    silent = [line.name for line in pack.help_lines if not line.confirmed]
    if silent and here.country is None:  # who chooses the country on the page says that they rang
        pack_file = settings.seeds_folder / "countries" / country / "pack.toml"
        return unknown(
            f"Not marked as rung: {', '.join(silent)}.", f"Set confirmed = true in {pack_file} once each answered."
        )
    return ok(f"{len(pack.help_lines)} help lines are marked as rung.")


def record(patient: Patient) -> Finding:
    """Where the record ends is kept outside the database, not long ago. `kith audit verify` looks at each row."""
    with Session(patient.store) as session:
        trouble = jobs.WATCHES["record"](session, patient.settings.data_folder, patient.now)
    if trouble:
        return mend(
            "For hours nothing was written of where the record ends.", "systemctl restart kith-jobs; kith audit head"
        )
    return ok("Where the record of who did what ends is kept outside the database.")


def backups(patient: Patient) -> Finding:
    """A backup that was restored and checked is there, and not old."""
    folder = patient.settings.backups_folder
    if folder is None:
        return mend("No backup is taken by itself.", "Name a folder, best on another disk: KITH_BACKUPS")
    age = places.newest_age(folder, patient.now)
    if age is None:
        return mend(f"There is no backup in {folder}.", "kith backup")
    if age > OLD_BACKUP:
        days = age // timedelta(days=1)
        return mend(f"The last backup is {days} days old.", "journalctl -u kith-jobs; kith backup")
    return ok("A backup of the last two days was restored and checked.")


def administrator(patient: Patient) -> Finding:
    """Somebody runs this installation."""
    with Session(patient.store) as session:
        there = beginning.has_administrator(session, now=patient.now)
    if there:
        return ok("There is an administrator.")
    return mend("Nobody runs this Kith yet.", "kith admin code, then open /en/set-up")
