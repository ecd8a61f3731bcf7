"""Messages to somebody that came back or were given up: whoever helps is asked for another way to reach them, once.

What was written down as done by a message becomes a task. Of a message that was stopped on purpose nothing follows.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.notifications import outbox
from service.referrals import history
from service.referrals.following.before import ID
from service.referrals.following.letters import Letters
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Referral
from service.referrals.models_following import FollowUp

NEED = "way"
WITHIN = timedelta(days=14)  # later it is no news
KEY = re.compile(rf"^person:{ID}:([a-z_]+):({ID}):(.+)$")


def came_back(reason: str) -> bool:
    """Tell whether a message was given up because its address does not take it, and not on purpose.

    Examples
    --------
    >>> came_back("smtp_550"), came_back("closed")
    (True, False)
    """
    return reason.startswith(("smtp_5", "address"))


def failed(reason: str) -> bool:
    """Tell whether somebody who should have heard of something did not."""
    return came_back(reason) or reason == "too_late"


def find(session: Session, letters: Letters, now: datetime) -> Iterator[UUID]:
    """Find what was to be told by a message that failed, and that nobody was given to do since."""
    for key in outbox.given_up_keys(session, prefix="person:", since=now - WITHIN, why=failed, sealer=letters.post):
        named = KEY.match(key)
        if named is None:
            continue
        of_this = (FollowUp.kind == named[1], FollowUp.introduction_id == UUID(named[2]), FollowUp.which == named[3])
        yield from session.scalars(select(FollowUp.id).where(*of_this, FollowUp.way == "message"))


def ask_for_another_way(session: Session, letters: Letters, follow_up_id: UUID, now: datetime) -> bool:
    """Make it a task of whoever helps, and put before them that another way is needed."""
    done = session.get(FollowUp, follow_up_id, with_for_update=True)
    if done is None or done.way != "message":
        return False
    asked = session.get_one(Introduction, done.introduction_id)
    referral = session.get_one(Referral, asked.referral_id, with_for_update=True)
    done.way = "task"
    session.flush()
    if referral.state in TERMINAL[Machine.REFERRAL]:
        return False
    history.raise_need(session, referral, NEED, today=letters.today(now))
    return True
