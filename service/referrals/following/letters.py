"""How messages about a referral leave: one function for each of those who may be written to. Puts rows, sends nothing.

Each asks for itself whether the message may go: consent, the way the person chose, and whether it went before.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.models import User
from service.db.sealing import Sealer
from service.notifications import outbox
from service.referrals import consent, links, queries
from service.referrals.following.operations import NEWS
from service.referrals.models import Introduction, LeaderLink, Person, Referral
from service.referrals.models_following import FollowUp
from service.referrals.safe import Way, way_for

CHECK_IN = "check_in"  # the purpose of a person's link in these messages
TEXT = "text"  # the channel of texts
LINK_DAYS = 14  # a link in one of these messages works so long (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What writing to anybody needs.

    Attributes
    ----------
    sealer, post : Sealer
        Of referrals, and of the outbox.
    new_token : callable
        Makes a secret of at least 128 bits.
    public_url, language : str
        Where our pages stand, and the language of those who have none of their own.
    mail : str
        The channel of messages to e-mail addresses.
    texts : bool
        Whether texts can be sent here at all.
    zone : ZoneInfo
        Of the clocks on the walls here.
    off : collection of date
        Public holidays.
    """

    sealer: Sealer
    post: Sealer
    new_token: Callable[[], str]
    public_url: str
    mail: str
    zone: ZoneInfo
    texts: bool = False
    language: str = "en"
    off: Collection[date] = field(default=frozenset(), repr=False)

    def way(self, person: Person) -> tuple[str, Way] | None:
        """Return the channel and the address by which this person may be written to from here."""
        found = way_for(self.sealer, person)
        if found is None or (found.kind == TEXT and not self.texts):
            return None
        return (TEXT if found.kind == TEXT else self.mail), found

    def today(self, now: datetime) -> date:
        """Return the day by the clocks here."""
        return now.astimezone(self.zone).date()


def agreed(session: Session, introduction: Introduction, person_id: UUID, now: datetime) -> bool:
    """Tell whether the person's yes to this group holds."""
    given = queries.agreements(session, person_id=person_id, recipient=introduction.group_id)
    return "name" in consent.check(given, introduction.group_id, ["name"], now)


def was_done(session: Session, introduction_id: UUID, kind: str, which: str) -> bool:
    """Tell whether this was done before, also when its message was forgotten since."""
    of_this = (FollowUp.introduction_id == introduction_id, FollowUp.kind == kind, FollowUp.which == which)
    return session.scalar(select(FollowUp.id).where(*of_this)) is not None


def to_person(
    session: Session,
    letters: Letters,
    introduction: Introduction,
    person: Person,
    *,
    kind: str,
    which: str,
    template: str,
    params: Mapping[str, object],
    now: datetime,
) -> FollowUp:
    """Write to the person by the way they chose; where there is none, somebody has a task instead."""
    way = letters.way(person)
    done = FollowUp(id=uuid4(), introduction_id=introduction.id, kind=kind, which=which, at=now)
    done.way = "task" if way is None else "message"
    session.add(done)
    session.flush()
    if way is not None:
        channel, found = way
        outbox.put(
            session,
            channel=channel,
            to=found.address,
            template=template,
            params={"link": _link(session, letters, person, done, now), "days": LINK_DAYS, **params},
            now=now,
            key=f"person:{person.id}:{kind}:{introduction.id}:{which}",
            sealer=letters.post,
            language=person.language,
        )
    return done


def _link(session: Session, letters: Letters, person: Person, done: FollowUp, now: datetime) -> str:
    token = letters.new_token()
    links.give(
        session,
        person_id=person.id,
        organisation_id=person.organisation_id,
        purpose=CHECK_IN,
        token=token,
        now=now,
        subject_id=done.id,
        days=LINK_DAYS,
    )
    return f"{letters.public_url}/{person.language}/check-in/{token}"


def to_group(
    session: Session,
    letters: Letters,
    introduction: Introduction,
    *,
    kind: str,
    which: str,
    template: str,
    purpose: str,
    path: str,
    until: datetime,
    now: datetime,
) -> FollowUp:
    """Write to whoever leads the group, with a link for one purpose; where it has no address, somebody has a task."""
    address = queries.address_of_group(session, introduction.group_id)
    done = FollowUp(id=uuid4(), introduction_id=introduction.id, kind=kind, which=which, at=now)
    done.way = "message" if address else "task"
    session.add(done)
    if address:
        token = letters.new_token()
        link = LeaderLink(introduction_id=introduction.id, purpose=purpose, token_hash=token_hash(token))
        link.created_at, link.expires_at = now, until
        session.add(link)
        outbox.put(
            session,
            channel=letters.mail,
            to=address,
            template=template,
            params={
                "link": f"{letters.public_url}/{letters.language}/{path}/{token}",
                "days": max((until - now) // timedelta(days=1), 1),
            },
            now=now,
            key=f"introduction:{introduction.id}:{kind}:{which}",
            sealer=letters.post,
            language=letters.language,
        )
    session.flush()
    return done


def to_referrer(session: Session, letters: Letters, referral: Referral, *, about: str, now: datetime) -> bool:
    """Tell whoever referred that there is news, once for each step they wanted to hear of, if the person agreed."""
    user = session.get(User, referral.requested_by_user_id) if referral.requested_by_user_id else None
    if user is None or user.disabled_at is not None or not may_tell(session, referral, now):
        return False
    outbox.put(
        session,
        channel=letters.mail,
        to=user.email,
        template=NEWS,
        params={"link": f"{letters.public_url}/{letters.language}/referrals/{referral.id}/news"},
        now=now,
        key=f"news:{referral.id}:{about}",
        sealer=letters.post,
        language=letters.language,
    )
    return True


def may_tell(session: Session, referral: Referral, now: datetime) -> bool:
    """Tell whether the person agreed that the referring organisation hears how it goes; of the dead nobody is told."""
    if referral.close_reason == "died":
        return False
    to = referral.organisation_id
    given = queries.agreements(session, person_id=referral.person_id, recipient=to)
    return "outcome" in consent.check(given, to, ["outcome"], now, purpose="tell_referrer")
