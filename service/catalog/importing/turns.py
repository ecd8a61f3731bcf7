"""Turns of the loop of jobs: lists that were sent, and feeds that are due, no longer than others can wait."""

import time
from datetime import datetime

from sqlalchemy.orm import Session

from service.catalog.importing.feeds import reading
from service.catalog.importing.lists import working
from service.catalog.terms.queries import now_standing
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from service.db.units import Tools
from service.outgoing import THIS_MACHINE

SECONDS = 60.0  # of one turn: mail waits so long


def take_lists(tools: Tools) -> int:
    """Look at lists that editors sent, and take them in piece by piece."""
    return working.work(_tool(tools))


def feeds_due(session: Session, now: datetime) -> bool:
    """Tell whether any feed's time has come."""
    return bool(reading.due(session, now))


def read_feeds(tools: Tools) -> int:
    """Ask the feeds that are due, page by page."""
    own = (*tools.settings.own_hosts, *(THIS_MACHINE if tools.settings.demo else ()))
    return reading.read_due(_tool(tools), own)


def _tool(tools: Tools) -> working.Tool:
    until = time.monotonic() + SECONDS
    settings = tools.settings
    with tools.reading() as session:
        taxonomy = now_standing(session, load_taxonomy(settings.seeds_folder / "taxonomy"))
    return working.Tool(
        reading=tools.reading,
        writing=tools.writing,
        pack=load_pack(settings.seeds_folder / "countries", settings.country),
        now=tools.clock(),
        taxonomy=taxonomy,
        going=lambda: time.monotonic() < until,
    )
