"""What somebody who is helped sees and does by their own link, without an account. Flushes, never commits.

Where a day of birth is kept it is asked first; whoever said it right is given a proof, good for half an hour, that each
act of the page brings along. Said wrong three times it ends the link.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor, Role
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post, tell
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid
from service.notifications import outbox
from service.referrals import links, safe
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.links import Held
from service.referrals.models import Introduction, Person, PersonLink, Referral
from service.referrals.models_people import ASKS, PersonAsk
from service.referrals.people import queries, taking_back
from service.referrals.people.given import PersonGiven, problems
from service.referrals.people.operations import note, reach, write
from service.referrals.people.queries import ConsentView
from service.referrals.queries import unseal

OWN = "own"  # the purpose of the link
TRIES = 3  # wrong days of birth that a link bears
PROVEN_FOR = timedelta(minutes=30)
ANSWER_WITHIN = timedelta(days=30)  # a copy or an erasure: one month (UK GDPR, article 12(3))
REACHED = frozenset({"contact", "contact_rule", "contact_notes"})  # what somebody changes themselves
THEMSELVES = Actor(role=Role.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One group that was asked, as the person may read it."""

    group_name: str
    is_example: bool
    state: str
    first_date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """All that somebody's own page shows."""

    preferred_name: str
    organisation_id: UUID
    version: int
    given: PersonGiven = field(repr=False)
    consents: tuple[ConsentView, ...]  # those that hold, then those that do not
    steps: tuple[Step, ...]
    going_on: bool  # anything to say no to
    asked: frozenset[str]  # of ASKS: what they are owed
    until: datetime


def wants_birthday(session: Session, *, token: str, now: datetime) -> bool:
    """Tell whether the day of birth is asked before this link shows anything. Uses nothing up.

    Raises
    ------
    NotFound, Gone
        As `links.find`.
    """
    _held, person = _theirs(session, token, now)
    return person.born is not None


def prove(session: Session, *, sealer: Sealer, token: str, born: str, now: datetime) -> str | None:
    """Give a proof for the right day of birth; None for a wrong one, of which the third ends the link."""
    held, person = _theirs(session, token, now)
    if unseal(sealer, person, "born") == born:
        return sealer.seal_text(_place(held), (now + PROVEN_FOR).isoformat())
    tried = update(PersonLink).where(PersonLink.id == held.id).values(tries=PersonLink.tries + 1)
    if (session.scalar(tried.returning(PersonLink.tries)) or TRIES) >= TRIES:
        links.revoke(session, person_id=person.id, now=now, purpose=OWN)
    return None


def see(session: Session, *, sealer: Sealer, token: str, proof: str, now: datetime, origin: Origin = NOWHERE) -> Own:
    """Show somebody their own page, and record that it was read.

    Raises
    ------
    NotFound, Gone, Forbidden
        As `links.find` · `born_needed`: the day of birth has not been said, or too long ago.
    """
    held, person = _open(session, sealer, token, proof, now)
    note(session, "see_own", person.id, sorted(queries.ALL), Purpose.SUBJECT_REQUEST, THEMSELVES, now, origin)
    given = queries.consents(session, person_id=person.id, now=now)
    owed = select(PersonAsk.kind).where(PersonAsk.person_id == person.id, PersonAsk.done_at.is_(None))
    return Own(
        preferred_name=unseal(sealer, person, "preferred_name") or "",
        organisation_id=person.organisation_id,
        version=person.version,
        given=queries.given_of(sealer, person),
        consents=tuple(sorted(given, key=lambda one: not one.holds)),
        steps=_steps(session, person.id),
        going_on=bool(_referrals(session, person.id)),
        asked=frozenset(session.scalars(owed)),
        until=held.expires_at,
    )


def withdraw(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    proof: str,
    consent_id: UUID,
    post: Post,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Take one yes back: sharing stops at once. Raises as `see`, and NotFound `consent`."""
    _held, person = _open(session, sealer, token, proof, now)
    taking_back.take_back(
        session, person_id=person.id, consent_id=consent_id, post=post, actor=THEMSELVES, now=now, origin=origin
    )
    _tell_helpers(session, person, post, now)


def stop(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    proof: str,
    post: Post,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Go on no further: every open referral closes, with all that is out for it. Raises as `see`."""
    _held, person = _open(session, sealer, token, proof, now)
    _tell_helpers(session, person, post, now)
    for referral in _referrals(session, person.id):
        taking_back.leave(session, referral, "declined", THEMSELVES, now)
    note(session, "stop", person.id, ("state", "close_reason"), Purpose.SUBJECT_REQUEST, THEMSELVES, now, origin)


def ask(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    proof: str,
    kind: str,
    post: Post,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Ask for a copy of all that is kept, or for its erasure. Asked again while it is owed, it is asked once.

    Raises
    ------
    Invalid
        `unknown_choice`; and as `see`.
    """
    _held, person = _open(session, sealer, token, proof, now)
    if kind not in ASKS:
        raise Invalid("unknown_choice")
    owed = select(PersonAsk.id).where(
        PersonAsk.person_id == person.id, PersonAsk.kind == kind, PersonAsk.done_at.is_(None)
    )
    if session.scalar(owed) is not None:
        return
    session.add(
        PersonAsk(id=uuid4(), person_id=person.id, organisation_id=person.organisation_id, kind=kind, asked_at=now)
    )
    note(session, f"ask_{kind}", person.id, (), Purpose.SUBJECT_REQUEST, THEMSELVES, now, origin)
    _tell_helpers(session, person, post, now)


def change_reach(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    proof: str,
    given: PersonGiven,
    version: int,
    post: Post,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Change how somebody is reached, or that they are not to be; what waits for the old address goes nowhere.

    Raises
    ------
    Invalid, Conflict
        As `operations.change`, of what can be changed here; and as `see`.
    """
    _held, person = _open(session, sealer, token, proof, now)
    if person.version != version:
        raise Conflict("stale")
    checked(given, now)
    reach(session, sealer, person, given, REACHED, post, now)
    columns = write(sealer, person, given, REACHED, now)
    session.flush()
    note(session, "change_person", person.id, columns, Purpose.SUBJECT_REQUEST, THEMSELVES, now, origin)


def send_link(
    session: Session,
    *,
    sealer: Sealer,
    person_id: UUID,
    token: str,
    link: str,
    post: Post,
    actor: Actor,
    now: datetime,
    texts: bool = False,
    origin: Origin = NOWHERE,
) -> bool:
    """Send somebody the link to their own page, by the way they chose; earlier ones end.

    False: they may not be written to, or only by text and `texts` cannot be sent here; and nothing was made.

    Raises
    ------
    NotFound
        `person`.
    """
    person = queries.find(session, person_id=person_id, actor=actor, now=now, lock=True)
    way = safe.way_for(sealer, person) if "contact" in queries.shown_of(session, person, actor, now) else None
    if way is None or (way.kind == "text" and not texts):
        return False
    links.revoke(session, person_id=person.id, now=now, purpose=OWN)
    given = links.give(
        session,
        person_id=person.id,
        organisation_id=person.organisation_id,
        purpose=OWN,
        token=token,
        now=now,
        by_user_id=actor.user_id,
    )
    outbox.put(
        session,
        channel=post.channel if way.kind == "email" else way.kind,
        to=way.address,
        template="own_link",
        params={"link": link, "days": links.LINK_DAYS},
        now=now,
        key=f"person:{person.id}:own:{given}",
        sealer=post.sealer,
        language=person.language,
    )
    note(session, "send_own_link", person.id, ("contact",), Purpose.FOLLOW_UP, actor, now, origin)
    return True


def checked(given: PersonGiven, now: datetime) -> None:
    """Refuse what cannot be kept of how somebody is reached."""
    wrong = {name: problem for name, problem in problems(given, now.date()).items() if name in REACHED}
    if wrong:
        raise Invalid("person", fields=wrong)


def _theirs(session: Session, token: str, now: datetime) -> tuple[Held, Person]:
    held = links.find(session, token=token, purpose=OWN, now=now)
    return held, session.get_one(Person, held.person_id)


def _open(session: Session, sealer: Sealer, token: str, proof: str, now: datetime) -> tuple[Held, Person]:
    """Return whose link this is, with the row locked, when it has been shown that it is them."""
    held, person = _theirs(session, token, now)
    session.refresh(person, with_for_update=True)
    if person.born is not None and not _proven(sealer, held, proof, now):
        raise Forbidden("born_needed")
    return held, person


def _proven(sealer: Sealer, held: Held, proof: str, now: datetime) -> bool:
    try:
        until = datetime.fromisoformat(sealer.open_text(_place(held), proof))
    except (Invalid, ValueError):
        return False
    return now < until


def _place(held: Held) -> str:
    return f"person_link:{held.id}:proof"


def _referrals(session: Session, person_id: UUID) -> list[Referral]:
    """Return what is still open of somebody, oldest first."""
    going_on = select(Referral).where(
        Referral.person_id == person_id, Referral.state.not_in(TERMINAL[Machine.REFERRAL])
    )
    return list(session.scalars(going_on.order_by(Referral.created_at, Referral.id)))


def _steps(session: Session, person_id: UUID) -> tuple[Step, ...]:
    """Return the groups that were asked, newest first; those nobody asked yet are nobody's business here."""
    found = (
        select(Introduction, Group.name, Group.is_example)
        .join(Referral, Referral.id == Introduction.referral_id)
        .join(Group, Group.id == Introduction.group_id)
        .where(Referral.person_id == person_id, Introduction.state != "proposed")
        .where(Referral.state != "entered_in_error")
        .order_by(Introduction.sent_at.desc(), Introduction.id)
    )
    return tuple(
        Step(group_name=name, is_example=is_example, state=row.state, first_date=row.first_date)
        for row, name, is_example in session.execute(found)
    )


def _tell_helpers(session: Session, person: Person, post: Post, now: datetime) -> None:
    """Write to whoever helps somebody, or else referred them, that there is something to see: once a day at most."""
    going_on = _referrals(session, person.id)
    ids = {one.owner_user_id or one.requested_by_user_id for one in going_on} | {person.added_by_user_id}
    emails = select(User.email).where(User.id.in_([one for one in ids if one])).order_by(User.email)
    for address in session.scalars(emails):
        tell(
            session,
            post,
            to=address,
            template="person_said",
            params={"link": f"{post.public_url}/{post.language}/people/{person.id}/consents"},
            now=now,
            key=f"person:{person.id}:said:{now.date().isoformat()}:{address}",
        )
