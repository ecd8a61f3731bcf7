"""Turns of the loop of jobs: changes to many listings, and figures that take long. Opens units that are handed in."""

from collections.abc import Callable
from datetime import datetime

from service.catalog.desk import batches, counted
from service.db.units import Unit

Clock = Callable[[], datetime]


def change_many(reading: Unit, writing: Unit, clock: Clock) -> int:
    """Go on with changes to many listings, piece by piece; returns how many pieces."""
    with reading() as session:
        waiting = batches.begun(session)
    pieces = 0
    for edit_id in waiting:
        left = True
        while left:
            with writing() as session:
                left = batches.go_on(session, edit_id, now=clock())
            pieces += 1
    return pieces


def count_coverage(reading: Unit, writing: Unit, clock: Clock) -> int:
    """Count what is known of the listings; only keeping it holds anybody up. Returns how many visitors see."""
    with reading() as session:
        found = counted.count(session, now=clock())
    with writing() as session:
        counted.keep(session, found)
    many: int = found.figures["whole"]["listings"]
    return many
