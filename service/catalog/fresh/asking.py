"""Asking a group, by a link in a mail, about one thing that nobody has confirmed; everybody sees the answer.

Nobody who asked is kept or told to the group. Opening the link changes nothing. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import new_token, token_hash
from service.accounts.record.audit import Origin
from service.accounts.record.telling import Post, tell
from service.catalog.changes import GroupChanges
from service.catalog.facts import ALIASES, CODES, CONFIDENTIAL, Value
from service.catalog.fresh.deeds import LEADER
from service.catalog.models_links import AskedFact
from service.catalog.operations import edit_group
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.errors import Gone, Invalid, NotFound, Problem

TEMPLATE = "fact_asked"
LIVES = timedelta(days=30)
AGAIN = timedelta(days=14)  # a group that was asked the same lately is not asked again (proposed)
ASKABLE = tuple(code for code in CODES if code not in ALIASES and code not in (CONFIDENTIAL, "discreet_venue"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a link asks."""

    group: GroupView
    code: str


def can_ask(group: GroupView) -> bool:
    """Whether an address is known that the question could go to."""
    return group.status == "published" and group.joinable and bool(group.email or group.organisation.email)


def ask(session: Session, post: Post, *, group: GroupView, code: str, now: datetime) -> bool:
    """Ask a group about one fact; False: it was asked the same a short while ago, and is not asked again.

    Raises
    ------
    Invalid
        Field `fact`: `not_a_choice`: no such fact, or its answer is known; field `email`: `needed`.
    """
    known = any(group.value(code, place) is not Value.NOT_CONFIRMED for place in (None, *group.places))
    if code not in ASKABLE or known:
        raise Invalid("invalid", fields={"fact": Problem("not_a_choice")})
    to = group.email or group.organisation.email
    if not can_ask(group) or not to:
        raise Invalid("invalid", fields={"email": Problem("needed")})
    lately = select(AskedFact.id).where(
        AskedFact.group_id == group.id, AskedFact.code == code, AskedFact.asked_at > now - AGAIN
    )
    if session.scalars(lately.limit(1)).first() is not None:
        return False
    token = new_token()
    row = AskedFact(id=uuid4(), group_id=group.id, code=code, token_hash=token_hash(token), asked_at=now)
    row.expires_at = now + LIVES
    session.add(row)
    session.flush()
    link = f"{post.public_url}/{post.language}/asked/{token}"
    tell(session, post, to=to, template=TEMPLATE, params={"link": link, "days": LIVES.days}, now=now)
    return True


def opened(session: Session, *, token: str, now: datetime) -> Wanted:
    """Return what a link asks; nothing is used up.

    Raises
    ------
    NotFound, Gone
        `link_unknown`; `link_used`, `link_expired` with `ended`; `link_paused`: nobody sees the group just now.
    """
    row = session.scalar(select(AskedFact).where(AskedFact.token_hash == token_hash(token)))
    if row is None:
        raise NotFound("link_unknown")
    if row.used_at is not None:
        raise Gone("link_used", ended=row.used_at)
    if row.expires_at <= now:
        raise Gone("link_expired", ended=row.expires_at)
    group = group_by_id(session, row.group_id, today=now.date(), public=False)
    if group.status != "published":
        raise Gone("link_paused")
    return Wanted(group=group, code=row.code)


def answer(session: Session, *, token: str, said: Value, now: datetime, origin: Origin) -> GroupView:
    """Take the group's answer once: yes and no stand on its page with today's date; raises as `opened`."""
    wanted = opened(session, token=token, now=now)
    unused = update(AskedFact).where(AskedFact.token_hash == token_hash(token), AskedFact.used_at.is_(None))
    if session.execute(unused.values(used_at=now, answer=said.value).returning(AskedFact.id)).first() is None:
        raise Gone("link_used", ended=now)  # another took it between the two statements
    group = wanted.group
    if said is Value.NOT_CONFIRMED:
        return group
    stated = next((fact.stated for fact in group.facts if fact.code == wanted.code), None)
    if stated is said:  # an old statement that is right still: it is taken off, and said anew with today's date
        group = _say(session, group, wanted.code, Value.NOT_CONFIRMED, now, origin)
    return _say(session, group, wanted.code, said, now, origin)


def _say(session: Session, group: GroupView, code: str, said: Value, now: datetime, origin: Origin) -> GroupView:
    return edit_group(
        session,
        group_id=group.id,
        changes=GroupChanges(facts={code: said}),
        expected_version=group.version,
        actor=LEADER,
        reason=None,
        now=now,
        origin=origin,
    )
