"""Rows of somebody who is referred: themselves, what they agreed to, the referral, the question to a group. Flushes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.permissions import Actor
from service.db.sealing import Sealer
from service.notifications import outbox
from service.referrals.intake import ConsentIn, PersonIn
from service.referrals.lifecycle import START, Machine
from service.referrals.models import Consent, Introduction, LeaderLink, Person, Referral
from service.referrals.people.given import PersonGiven
from service.referrals.people.queries import fingerprints
from service.referrals.queries import place

LINK_DAYS = 10  # a group has this long to answer (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How the leader's link is made and sent.

    Attributes
    ----------
    sealer : Sealer
        The outbox's own.
    new_token : callable
        Makes a secret of at least 128 bits.
    link : callable
        Turns that secret into an address.
    channel : str
        What carries messages to e-mail addresses here.
    zone : ZoneInfo
        Of the clocks on the walls here: weeks are counted by them.
    """

    sealer: Sealer
    new_token: Callable[[], str]
    link: Callable[[str], str]
    channel: str
    zone: ZoneInfo


def sealed(sealer: Sealer, table: str, row_id: UUID, column: str, text: str | None) -> bytes | None:
    """Seal a text for its row and column; None for nothing but blanks."""
    plain = (text or "").strip()
    return sealer.seal(place(table, row_id, column), plain.encode()) if plain else None


def add_person(session: Session, sealer: Sealer, given: PersonIn, organisation_id: UUID, now: datetime) -> Person:
    """Keep somebody new."""
    person = Person(id=uuid4(), organisation_id=organisation_id, contact_rule=given.contact_rule, created_at=now)
    care = [name for name, holds in (("under_18", given.under_18), ("safety", given.safety)) if holds]
    texts = {"contact": given.contact, "needs": given.needs, "care": " ".join(care)}
    person.preferred_name = sealed(sealer, "person", person.id, "preferred_name", given.preferred_name) or b""
    for column, text in texts.items():
        setattr(person, column, sealed(sealer, "person", person.id, column, text))
    known_by = PersonGiven(preferred_name=given.preferred_name, contact=given.contact or "")
    person.name_hash, person.contact_hash = fingerprints(sealer, organisation_id, known_by)
    session.add(person)
    session.flush()
    return person


def add_consent(
    session: Session,
    sealer: Sealer,
    given: ConsentIn,
    *,
    person_id: UUID,
    now: datetime,
    group_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> None:
    """Keep what somebody agreed to share with one group, or with one organisation.

    It takes the place of an earlier yes: whoever takes back their newest leaves none behind that they forgot.
    """
    session.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.purpose == given.purpose, Consent.withdrawn_at.is_(None))
        .where(Consent.group_id == group_id if group_id else Consent.organisation_id == organisation_id)
        .values(withdrawn_at=now)
    )
    row = Consent(
        id=uuid4(),
        person_id=person_id,
        group_id=group_id,
        organisation_id=organisation_id,
        items=sorted(given.items),
        purpose=given.purpose,
        words_version=given.words_version,
        given_by=given.given_by,
        method=given.method,
        given_at=min(given.given_at, now),  # the sender's clock may be a little ahead of ours
        expires_at=given.ends,
    )
    row.representative = sealed(sealer, "consent", row.id, "representative", given.representative)
    session.add(row)


def add_referral(
    session: Session,
    *,
    referral_id: UUID,
    person_id: UUID,
    organisation_id: UUID,
    actor: Actor,
    source: str,
    now: datetime,
) -> Referral:
    """Keep a referral that nobody has sent yet."""
    referral = Referral(
        id=referral_id,
        person_id=person_id,
        organisation_id=organisation_id,
        requested_by_user_id=actor.user_id,
        requested_by_key_id=actor.key_id,
        acting_for=actor.acting_for,
        source=source,
        wants=[],
        state=START[Machine.REFERRAL],
        created_at=now,
        changed_at=now,
    )
    session.add(referral)
    session.flush()
    return referral


def add_introduction(
    session: Session, *, referral_id: UUID, group_id: UUID, now: datetime, introduction_id: UUID | None = None
) -> Introduction:
    """Keep that a group is to be asked."""
    row = Introduction(id=introduction_id or uuid4(), referral_id=referral_id, group_id=group_id, sent_at=now)
    row.state = START[Machine.INTRODUCTION]
    session.add(row)
    session.flush()
    return row


def ask_leader(session: Session, mail: Mail, introduction_id: UUID, to: str, now: datetime) -> None:
    """Make the leader's link and put the message that carries it. The person is not written to, and not named."""
    token = mail.new_token()
    link = LeaderLink(
        introduction_id=introduction_id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    session.add(link)
    outbox.put(
        session,
        channel=mail.channel,
        to=to,
        template="group_answer_link",
        params={"link": mail.link(token), "days": LINK_DAYS},
        now=now,
        key=f"introduction:{introduction_id}:ask",
        sealer=mail.sealer,
    )
