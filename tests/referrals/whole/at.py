"""Starts a program of ours at a time that a file tells: `python -m tests.referrals.whole.at FILE gunicorn …`.

The service asks one function for the time. Here it is put in its place before anything else of ours is loaded; there
is no setting by which an installation could do so.
"""

import os
import runpy
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from service import clock


def told_by(file: Path) -> Callable[[], datetime]:
    """Return a clock that shows what the file says, and goes on from there."""

    def now() -> datetime:
        shown, since = file.read_text().split()
        return datetime.fromisoformat(shown) + timedelta(seconds=time.time() - float(since))

    return now


def set_to(file: Path, shown: datetime) -> None:
    """Put the hands of the clock, for all that look at it."""
    other = file.with_suffix(".new")
    other.write_text(f"{shown.isoformat()} {time.time()}")
    os.replace(other, file)


if __name__ == "__main__":
    clock.now = told_by(Path(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
