"""Reaching a group that is asked: by link where there is an address, else whoever helps rings it. Never commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.referrals import history, rows
from service.referrals.clocks import RING
from service.referrals.models import Introduction, Referral
from service.referrals.queries import GroupToRefer
from service.referrals.rows import Mail


def ask(
    session: Session, mail: Mail, introduction: Introduction, referral: Referral, group: GroupToRefer, now: datetime
) -> None:
    """Send the leader's link; where nobody can be written to, put before whoever helps that the group is to be rung."""
    if group.email:
        rows.ask_leader(session, mail, introduction.id, group.email, now)
    else:
        history.raise_need(session, referral, RING, today=now.astimezone(mail.zone).date())
