"""`kith metrics`: what Prometheus is told, printed once, for somebody who looks or for a collector of text files."""

import sys

from service.cli.base import application, main
from service.clock import now
from service.db import db
from service.running.exposing import Exposed


@main.command("metrics")
def show() -> None:
    """Print what Prometheus is told when it asks. What the loop of jobs counts itself is told by that loop alone."""
    with application() as (_, settings, __):
        sys.stdout.write(Exposed(engine=db.engine, settings=settings, clock=now, own=False).text().decode())
