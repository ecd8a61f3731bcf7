"""What the clock does about copies: a backup each night, and every hour the list of erasures beside them."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.accounts.models import JobRun
from service.backups import making
from service.db.units import Tools
from service.errors import ServiceError
from service.observability import logger

JOB = "backup"
NIGHT = range(1, 5)  # hours of UTC
MISSED = timedelta(hours=26)  # since the last backup began


def take(tools: Tools) -> int:
    """Take a backup, restore it, check it; only then it counts. Returns how many rows it has."""
    if tools.settings.backups_folder is None:
        return 0
    try:
        return making.make(tools.settings, clock=tools.clock).manifest.rows
    except ServiceError as error:
        what = f"{error.code} {error.params.get('what', '')}".strip()
        logger().error("backup failed", extra={"job": JOB, "error": what})
        raise


def at_night(session: Session, now: datetime) -> bool:
    """Tell whether it is time: at night, and at any hour where a night was missed or the last one failed."""
    row = session.get(JobRun, JOB)
    if row is None or row.started_at is None or row.outcome != "done":
        return True
    return now.hour in NIGHT or row.started_at <= now - MISSED


def keep_erasures(tools: Tools) -> int:
    """Lay the list of erasures beside the backups; returns its length."""
    folder = tools.settings.backups_folder
    return making.keep_erasures(tools.settings, folder) if folder is not None else 0
