"""Letters to somebody who may be reached by post: what waits to be said, and one letter of it. Never commits.

A letter says what the message would say. Its link is made with it and kept as a hash; the same form makes the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.catalog.models import Organisation
from service.catalog.short_codes import ALPHABET
from service.errors import Invalid, NotFound, Problem
from service.referrals import links
from service.referrals.desk import cases, reading
from service.referrals.desk.operations import At
from service.referrals.following.checking_in import ABOUT
from service.referrals.following.letters import CHECK_IN, LINK_DAYS, agreed
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Person, PersonLink, Referral
from service.referrals.models_following import FollowUp
from service.referrals.people.own import OWN
from service.referrals.queries import unseal
from service.referrals.safe import address_of, by_post

OWN_PAGE = "own_link"
TEMPLATES = {"remind": "appointment", "check_in": "check_in", "waiting": "still_waiting"}
DAYS = {OWN: links.LINK_DAYS, CHECK_IN: LINK_DAYS + timedelta(days=7).days}  # the post takes its time (proposed)
PATHS = {OWN: "my", CHECK_IN: "check-in"}
LETTERS, AT_ONCE = 28, 4  # of a secret that is typed: 133 bits, in sevens of four


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What may be said to somebody by letter: `about` names it, `template` is the message it stands for."""

    about: str
    template: str
    at: datetime | None = None  # of a reminder: the date it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, as it is printed. What is personal stays out of its `repr`."""

    template: str
    language: str
    sender: str
    name: str = field(repr=False)
    address: str = field(repr=False)  # empty where none is kept
    params: Mapping[str, object] = field(repr=False)


def waiting(session: Session, at: At) -> tuple[Waits, ...]:
    """Return what may be said by letter now; nothing where no letter may go. Raises NotFound `referral`."""
    referral, person = _of(session, at)
    if not by_post(person) or referral.state in TERMINAL[Machine.REFERRAL]:
        return ()
    found = (
        select(FollowUp, Introduction)
        .join(Introduction, Introduction.id == FollowUp.introduction_id)
        .where(Introduction.referral_id == referral.id, FollowUp.way == "task", FollowUp.answered_at.is_(None))
        .where(FollowUp.kind.in_(TEMPLATES))
        .order_by(FollowUp.at.desc(), FollowUp.id)
    )
    said = [
        Waits(about=done.id.hex, template=TEMPLATES[done.kind], at=row.first_date if done.kind == "remind" else None)
        for done, row in session.execute(found)
        if _is_so(session, done, row, person, at.now)
    ]
    return (*said, Waits(about=OWN_PAGE, template=OWN_PAGE))


def _is_so(session: Session, done: FollowUp, row: Introduction, person: Person, now: datetime) -> bool:
    """Tell whether it still says what is so, and what the person agreed to."""
    if row.state not in ABOUT[done.kind] or not agreed(session, row, person.id, now):
        return False
    return done.kind != "remind" or (row.first_date is not None and row.first_date > now)


def write(session: Session, at: At, *, about: str, nonce: str, public_url: str, zone: ZoneInfo) -> Letter:
    """Write a letter, with a link of its own; the same form sent again writes the very same.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `about`: nothing that may be said by letter now.
    """
    wanted = next((one for one in waiting(session, at) if one.about == about), None)
    if wanted is None:
        raise Invalid("letter", fields={"about": Problem("not_a_choice")})
    _referral, person = _of(session, at)
    purpose = OWN if about == OWN_PAGE else CHECK_IN
    token = _token(at.sealer.fingerprint(f"letter:{at.referral_id}:{about}:{nonce}"))
    _give(session, at, person, purpose, token, None if purpose == OWN else UUID(about))
    params: dict[str, object] = {"link": f"{public_url}/{person.language}/{PATHS[purpose]}/{token}"}
    params["days"] = DAYS[purpose]
    if wanted.at is not None:
        params["at"] = wanted.at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
    reading.note(session, "write_letter", at.referral_id, at.actor, at.now, at.origin, ("preferred_name", "contact"))
    sender = session.get(Organisation, at.actor.organisation_id) if at.actor.organisation_id else None
    return Letter(
        template=wanted.template,
        language=person.language,
        sender=sender.name if sender else "",
        name=unseal(at.sealer, person, "preferred_name") or "",
        address=address_of(at.sealer, person),
        params=params,
    )


def _give(session: Session, at: At, person: Person, purpose: str, token: str, subject_id: UUID | None) -> None:
    if session.scalar(select(PersonLink.id).where(PersonLink.token_hash == token_hash(token))) is not None:
        return
    if purpose == OWN:
        links.revoke(session, person_id=person.id, now=at.now, purpose=OWN)
    links.give(
        session,
        person_id=person.id,
        organisation_id=person.organisation_id,
        purpose=purpose,
        token=token,
        now=at.now,
        subject_id=subject_id,
        by_user_id=at.actor.user_id,
        days=DAYS[purpose],
    )


def _of(session: Session, at: At) -> tuple[Referral, Person]:
    row = cases.row_of(session, referral_id=at.referral_id, actor=at.actor)
    if cases.needs_a_reason(session, row=row, actor=at.actor, now=at.now):
        raise NotFound("referral")
    return row, session.get_one(Person, row.person_id)


def _token(secret: bytes) -> str:
    """Write a secret so that it can be typed from paper.

    >>> _token(bytes(32))
    '2222-2222-2222-2222-2222-2222-2222'
    """
    number, letters = int.from_bytes(secret, "big"), []
    for _place in range(LETTERS):
        number, one = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[one])
    return "-".join("".join(letters[start : start + AT_ONCE]) for start in range(0, LETTERS, AT_ONCE))
