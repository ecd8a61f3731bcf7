"""Passkeys (WebAuthn): keys that stay in somebody's device, which checks who holds it. One is two factors.

A challenge is good for some minutes and for one answer. What a device answers is read by py_webauthn; here is decided
whose key it is, that the device itself made sure of its owner, and that the key was not copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from service.accounts import queries
from service.accounts.models import Authenticator, Passkey, User
from service.accounts.permissions import SECOND_FACTOR, VISITOR, Actor
from service.accounts.programs.assertions import take_once
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in.proving import Proved
from service.errors import Conflict, Invalid, NotFound, Problem

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10  # of one account
LONGEST_NAME = 60  # characters
LONGEST_ANSWER = 20_000  # characters
SUBJECT = "passkey"  # of audit rows
ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,  # of Windows Hello
]
UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


class RefusedPasskey(Invalid):
    """An answer that proves nothing: `passkey_refused`, or `passkey_copied` when its counter went back."""

    def __init__(self, code: str, *, passkey_id: UUID | None = None) -> None:
        super().__init__(code)
        self.passkey_id = passkey_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """For which site a passkey is good: devices show it for no other."""

    id: str
    origin: str
    name: str = "Kith"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a browser is asked, as the standard writes it, and the challenge it must answer."""

    options: str
    challenge: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyLine:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


def relying_party(public_url: str) -> RelyingParty | None:
    """Give the site that passkeys are made for; None where it is reached by a number, for which there are none.

    >>> relying_party("https://kith.example.org")
    RelyingParty(id='kith.example.org', origin='https://kith.example.org', name='Kith')
    >>> relying_party("http://127.0.0.1:8000") is None
    True
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return RelyingParty(id=host, origin=f"{parts.scheme}://{parts.netloc}")
    return None


def ask_to_register(session: Session, *, actor: Actor, site: RelyingParty) -> Asked:
    """Ask a device to make a key for somebody who is signed in: one it finds by itself, and not one twice.

    Raises
    ------
    Conflict
        `passkeys_full`.
    """
    user = _owner(session, actor)
    known = session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()
    if len(known) >= MOST_PASSKEYS:
        raise Conflict("passkeys_full")
    made = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        supported_pub_key_algs=ALGORITHMS,
    )
    return Asked(options=options_to_json(made), challenge=made.challenge)


def ask_to_prove(site: RelyingParty) -> Asked:
    """Ask whoever is there for a passkey of this site. No account is named: nothing is told of who has one."""
    made = generate_authentication_options(rp_id=site.id, user_verification=UserVerificationRequirement.REQUIRED)
    return Asked(options=options_to_json(made), challenge=made.challenge)


def register(
    session: Session,
    *,
    actor: Actor,
    site: RelyingParty,
    answer: str,
    challenge: bytes,
    name: str,
    now: datetime,
    origin: Origin = NOWHERE,
) -> UUID:
    """Keep the public half of a key that a device made.

    Raises
    ------
    RefusedPasskey
        `passkey_refused`: not an answer to this challenge, for this site, by a device that checked its owner.
    Invalid
        `passkey`, with a problem for `name`.
    Conflict
        `passkeys_full` or `passkey_known`.
    """
    called = _name(name)
    user = _owner(session, actor)
    held = session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)) or 0
    if held >= MOST_PASSKEYS:
        raise Conflict("passkeys_full")
    _use_up(session, challenge, now)
    good = _registration(answer, challenge, site)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == good.credential_id)) is not None:
        raise Conflict("passkey_known")
    row = Passkey(id=uuid4(), user_id=user.id, credential_id=good.credential_id, public_key=good.credential_public_key)
    row.sign_count, row.name, row.created_at = good.sign_count, called, now
    session.add(row)
    session.flush()
    _note(session, actor, "add_passkey", row.id, now, origin)
    return row.id


def prove(
    session: Session,
    *,
    site: RelyingParty,
    answer: str,
    challenge: bytes,
    now: datetime,
    only: UUID | None = None,
) -> Proved:
    """Find whose passkey answered this challenge; `only` is the one account it may be of, for whoever is signed in.

    Raises
    ------
    RefusedPasskey
        `passkey_refused`, or `passkey_copied`: its counter does not go on from where it was.
    """
    _use_up(session, challenge, now)
    row = _named_passkey(session, answer)
    if row is None or (only is not None and row.user_id != only):
        raise RefusedPasskey("passkey_refused", passkey_id=row.id if row is not None else None)
    count = _assertion(answer, challenge, site, row).new_sign_count
    goes_on = or_(
        Passkey.sign_count < count, and_(Passkey.sign_count == 0, literal(count) == 0)
    )  # some devices never count
    seen = update(Passkey).where(Passkey.id == row.id, goes_on).values(sign_count=count, last_used_at=now)
    if session.scalar(seen.returning(Passkey.id)) is None:
        raise RefusedPasskey("passkey_copied", passkey_id=row.id)
    return Proved(user_id=row.user_id, way="passkey", strength=2)


def refuse(session: Session, *, refused: RefusedPasskey, now: datetime, origin: Origin = NOWHERE) -> None:
    """Keep that an answer proved nothing: which passkey it named, if it is one of ours, and whether it was copied."""
    audit.record(
        session,
        actor=VISITOR,
        action=refused.code,
        subject=SUBJECT,
        subject_id=refused.passkey_id,
        outcome="failed",
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def passkeys_of(session: Session, *, actor: Actor) -> Sequence[PasskeyLine]:
    """List somebody's own passkeys, oldest first."""
    rows = select(Passkey).where(Passkey.user_id == queries.owner(actor)).order_by(Passkey.created_at, Passkey.id)
    return [
        PasskeyLine(id=row.id, name=row.name, created_at=row.created_at, last_used_at=row.last_used_at)
        for row in session.scalars(rows)
    ]


def rename(
    session: Session, *, passkey_id: UUID, actor: Actor, name: str, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Call one's own passkey otherwise.

    Raises
    ------
    NotFound
        `passkey`.
    Invalid
        `passkey`, with a problem for `name`.
    """
    row = _own(session, passkey_id, actor)
    row.name = _name(name)
    session.flush()
    _note(session, actor, "rename_passkey", row.id, now, origin)


def remove(session: Session, *, passkey_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Let one's own passkey open nothing any more.

    Raises
    ------
    NotFound
        `passkey`.
    Conflict
        `last_factor`: the role asks for a second factor, and this is the only one.
    """
    row = _own(session, passkey_id, actor)
    if not may_remove(session, actor=actor, now=now):
        raise Conflict("last_factor")
    session.delete(row)
    session.flush()
    _note(session, actor, "remove_passkey", passkey_id, now, origin)


def may_remove(session: Session, *, actor: Actor, now: datetime) -> bool:
    """Say whether somebody would still have what their role asks for, with one passkey less."""
    user_id = queries.owner(actor)
    if not queries.roles_of(session, user_id=user_id, now=now) & SECOND_FACTOR:
        return True
    app = and_(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))
    if session.scalar(select(Authenticator.id).where(app).limit(1)) is not None:
        return True
    return (session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)) or 0) > 1


def _use_up(session: Session, challenge: bytes, now: datetime) -> None:
    """Take a challenge, once: an answer that somebody recorded is worth nothing later."""
    if not take_once(session, sha256(b"passkey\0" + challenge).digest(), until=now + CHALLENGE_LASTS):
        raise RefusedPasskey("passkey_refused")


def _registration(answer: str, challenge: bytes, site: RelyingParty) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except UNREADABLE as error:
        raise RefusedPasskey("passkey_refused") from error


def _named_passkey(session: Session, answer: str) -> Passkey | None:
    """Find the passkey that an answer names, if the answer also names its owner or nobody."""
    try:
        read = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        handle = read.response.user_handle
    except UNREADABLE as error:
        raise RefusedPasskey("passkey_refused") from error
    enabled = and_(Passkey.credential_id == read.raw_id, User.disabled_at.is_(None))
    row = session.scalar(select(Passkey).join(User, User.id == Passkey.user_id).where(enabled))
    return row if row is not None and handle in (None, row.user_id.bytes) else None


def _assertion(answer: str, challenge: bytes, site: RelyingParty, row: Passkey) -> VerifiedAuthentication:
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,  # compared in the database, where two at once cannot both pass
            require_user_verification=True,
        )
    except UNREADABLE as error:
        raise RefusedPasskey("passkey_refused", passkey_id=row.id) from error


def _owner(session: Session, actor: Actor) -> User:
    user = session.get(User, queries.owner(actor))
    if user is None:
        raise NotFound("user")
    return user


def _own(session: Session, passkey_id: UUID, actor: Actor) -> Passkey:
    mine = and_(Passkey.id == passkey_id, Passkey.user_id == queries.owner(actor))
    row = session.scalar(select(Passkey).where(mine))
    if row is None:
        raise NotFound("passkey")
    return row


def _name(name: str) -> str:
    called = " ".join(filter(None, "".join(filter(str.isprintable, name)).split(" ")))
    if not 0 < len(called) <= LONGEST_NAME:
        raise Invalid("passkey", fields={"name": Problem("passkey_name", {"most": LONGEST_NAME})})
    return called


def _note(session: Session, actor: Actor, action: str, row_id: UUID, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=row_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
