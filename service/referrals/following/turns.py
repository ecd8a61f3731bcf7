"""The job that goes through all that is due, one unit of work for each thing; and how its messages leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from service.accounts.credentials import new_token
from service.catalog.when import rests
from service.catalog.where.packs import load_pack
from service.db.sealing import Sealer
from service.db.units import Tools
from service.notifications import outbox
from service.referrals.following import rounds
from service.referrals.following.letters import Letters
from service.referrals.kept import PURPOSE

AROUND = range(-60, 61)  # days about today whose public holidays a run may ask for


class Sealing(Tools, Protocol):
    """What a job about people works with."""

    @property
    def sealer(self) -> Callable[[str], Sealer]:
        """Give what seals for one purpose."""


def letters(tools: Sealing) -> Letters:
    """Return how messages about people leave this installation."""
    settings, sealer, now = tools.settings, tools.sealer, tools.clock()
    pack = load_pack(settings.seeds_folder / "countries", settings.country)
    zone = ZoneInfo(pack.time_zone)
    part, today = rests.BY_ZONE.get(pack.time_zone, pack.code), now.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in AROUND)
    return Letters(
        sealer=sealer(PURPOSE),
        post=sealer(outbox.PURPOSE),
        new_token=new_token,
        public_url=settings.public_url,
        mail=settings.mail_channel,
        texts=settings.demo,  # a demonstration shows its texts; there is no gateway to send them by
        zone=zone,
        off=frozenset(day for day in days if rests.is_public_holiday(part, day)),
    )


def follow(tools: Sealing) -> int:
    """Remind of dates, ask how it went, break a silence, end what nobody moves; returns how many things were done."""
    made = letters(tools)
    with tools.reading() as session:
        found = rounds.due(session, made, now=tools.clock())
    number = 0
    for one in found:
        with tools.writing() as session:
            number += rounds.do(session, made, one, now=tools.clock())
    return number
