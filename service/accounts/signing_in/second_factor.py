"""The second factor: codes that an app shows (TOTP, RFC 6238), and recovery codes for the day the phone is lost."""

import base64
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import Hasher, same
from service.accounts.limits import SECOND_ACCOUNT, Limits
from service.accounts.models import Authenticator, Passkey, RecoveryCode, User
from service.accounts.permissions import SECOND_FACTOR, Actor
from service.accounts.record import audit
from service.accounts.record.audit import Origin
from service.accounts.signing_in import sessions
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, Problem

PURPOSE = "second_factor"  # of the sealing key
STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # 160 bits, as RFC 4226 advises for SHA-1
STEPS_AROUND = (0, -1, 1)  # clocks of telephones run a little early or late
RECOVERY_CODES = 10
RECOVERY_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread (Crockford)
RECOVERY_LENGTH = 10  # letters of 5 bits: 50 bits
MISREAD = str.maketrans("ILO", "110", " -")
AUTHENTICATOR = "authenticator"  # subject of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an account has as a second factor."""

    app_since: datetime | None  # an app that shows codes
    recovery_left: int
    passkeys: int
    needed: bool  # by the role: the last one may be replaced, not given up


def state(session: Session, *, user_id: UUID, now: datetime) -> State:
    """Tell what second factor an account has."""
    since = select(func.max(Authenticator.confirmed_at)).where(Authenticator.user_id == user_id)
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    passkeys = select(func.count()).where(Passkey.user_id == user_id)
    roles = queries.roles_of(session, user_id=user_id, now=now)
    return State(
        app_since=session.scalar(since),
        recovery_left=session.scalar(left) or 0,
        passkeys=session.scalar(passkeys) or 0,
        needed=bool(roles & SECOND_FACTOR),
    )


# ---- an app that shows codes ----


def begin_app(session: Session, *, actor: Actor, sealer: Sealer, now: datetime) -> None:
    """Make a secret for an app. It counts only once a code of it was seen; one begun before is forgotten."""
    user_id = queries.owner(actor)
    session.execute(delete(Authenticator).where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_(None)))
    row = Authenticator(id=uuid4(), user_id=user_id, created_at=now)
    row.secret = sealer.seal(_place(row.id), secrets.token_bytes(SECRET_BYTES))
    session.add(row)
    session.flush()


def begun_app(session: Session, *, actor: Actor, sealer: Sealer) -> bytes | None:
    """Give the secret that waits for its first code; None when none was begun."""
    row = session.scalar(_begun(queries.owner(actor)))
    return sealer.open(_place(row.id), row.secret) if row is not None else None


def confirm_app(session: Session, *, actor: Actor, code: str, sealer: Sealer, now: datetime, origin: Origin) -> None:
    """Let an app count from now on, for it showed a good code. The app before it counts no more.

    Raises
    ------
    NotFound
        `authenticator`: none was begun.
    Invalid
        `code_wrong`.
    """
    user_id = queries.owner(actor)
    row = session.scalar(_begun(user_id))
    if row is None:
        raise NotFound("authenticator")
    step = _step_of(sealer.open(_place(row.id), row.secret), code, now)
    if step is None:
        raise Invalid("code_wrong", fields={"code": Problem("code_wrong")})
    session.execute(delete(Authenticator).where(Authenticator.user_id == user_id, Authenticator.id != row.id))
    row.confirmed_at, row.last_step = now, step
    _stay(session, user_id)  # this one is not lost
    session.flush()
    _record(session, actor, "set_up_second_factor", row.id, now, origin)


def use_code(session: Session, *, user_id: UUID, code: str, sealer: Sealer, now: datetime) -> None:
    """Take a code of an app. Each works once, also when two try it at the same moment.

    Raises
    ------
    Invalid
        `code_wrong`: not a code of this app now, or one that was used.
    """
    held = select(Authenticator).where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))
    for row in session.scalars(held.order_by(Authenticator.created_at, Authenticator.id)).all():
        step = _step_of(sealer.open(_place(row.id), row.secret), code, now)
        if step is not None:
            unused = or_(Authenticator.last_step.is_(None), Authenticator.last_step < step)
            taken = update(Authenticator).where(Authenticator.id == row.id, unused).values(last_step=step)
            if session.scalar(taken.returning(Authenticator.id)) is not None:
                return
    raise Invalid("code_wrong", fields={"code": Problem("code_wrong")})


def turn_off(session: Session, *, actor: Actor, now: datetime, origin: Origin) -> None:
    """Give up the app and the recovery codes.

    Raises
    ------
    Conflict
        `second_factor_needed`: the role asks for a second factor, and there is no other.
    """
    user_id = queries.owner(actor)
    held = state(session, user_id=user_id, now=now)
    if held.needed and not held.passkeys:
        raise Conflict("second_factor_needed")
    _forget(session, user_id)
    _record(session, actor, "turn_off_second_factor", user_id, now, origin)


def reset_second_factor(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    """Take every second factor from somebody who lost theirs, so that they set up another when they next sign in.

    Only for whoever knows that it is really them. Ends their sessions; the password is asked for as before.

    Raises
    ------
    NotFound
        `user`.
    """
    if session.get(User, user_id) is None:
        raise NotFound("user")
    _forget(session, user_id)
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))
    sessions.end_all_sessions(session, user_id=user_id, now=now)
    _record(session, actor, "reset_second_factor", user_id, now, origin)


def _forget(session: Session, user_id: UUID) -> None:
    for table in (Authenticator, RecoveryCode):
        session.execute(delete(table).where(table.user_id == user_id))
    _stay(session, user_id)


def _stay(session: Session, user_id: UUID) -> None:
    """Nothing is left to be taken off."""
    session.execute(update(User).where(User.id == user_id).values(second_factor_off_at=None))


# ---- recovery codes ----


def new_recovery_codes() -> list[str]:
    """Make ten codes, to be shown once."""
    return ["".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def keep_recovery_codes(
    session: Session, *, actor: Actor, hashes: Sequence[str], now: datetime, origin: Origin
) -> None:
    """Keep new recovery codes as hashes, made before this unit of work; those before them work no more."""
    user_id = queries.owner(actor)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(id=uuid4(), user_id=user_id, code_hash=kept, created_at=now) for kept in hashes)
    session.flush()
    _record(session, actor, "make_recovery_codes", user_id, now, origin)


def looks_like_recovery(typed: str) -> bool:
    """Say whether this may be a recovery code rather than one of an app."""
    return len(_plain(typed)) == RECOVERY_LENGTH


def find_recovery_code(session: Session, *, user_id: UUID, code: str, hasher: Hasher) -> UUID:
    """Find which code this is. Only reads, and hashes: call it outside any writing unit of work.

    Raises
    ------
    Invalid
        `code_wrong`.
    """
    held = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    for row in session.scalars(held.order_by(RecoveryCode.created_at, RecoveryCode.id)).all():
        if hasher.matches(row.code_hash, _plain(code)):
            return row.id
    raise Invalid("code_wrong", fields={"code": Problem("code_wrong")})


def use_recovery_code(session: Session, *, code_id: UUID, now: datetime) -> None:
    """Use a recovery code up. Of many who try at once, one gets through.

    Raises
    ------
    Invalid
        `code_wrong`.
    """
    unused = (RecoveryCode.id == code_id, RecoveryCode.used_at.is_(None))
    taken = update(RecoveryCode).where(*unused).values(used_at=now).returning(RecoveryCode.id)
    if session.scalar(taken) is None:
        raise Invalid("code_wrong", fields={"code": Problem("code_wrong")})


# ---- tries ----


def count_try(limits: Limits, *, user_id: UUID, now: datetime) -> None:
    """Count one try before it is looked at; raises TooMany when there were enough."""
    limits.take(SECOND_ACCOUNT, str(user_id), now=now)


def forgive_try(limits: Limits, *, user_id: UUID) -> None:
    """Take a try off again: it was good."""
    limits.give_back(SECOND_ACCOUNT, str(user_id))


def record_failed(session: Session, *, actor: Actor, now: datetime, origin: Origin) -> None:
    """Keep that a wrong code was tried."""
    audit.record(
        session,
        actor=actor,
        action="second_factor",
        subject=AUTHENTICATOR,
        subject_id=actor.user_id,
        outcome="failed",
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


# ---- arithmetic ----


def in_words(secret: bytes) -> str:
    """Write a secret as people type it into an app: base32, in fours."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address_for_app(secret: bytes, *, email: str, issuer: str) -> str:
    """Write a secret as the address that a square code holds for an app."""
    return _totp(secret).get_provisioning_uri(email, issuer)


def code_at(secret: bytes, moment: datetime) -> str:
    """Give the code that an app shows at a moment."""
    return _totp(secret).generate(int(moment.timestamp())).decode()


def _step_of(secret: bytes, code: str, now: datetime) -> int | None:
    typed = unicodedata.normalize("NFKC", code).replace(" ", "").encode("utf-8", "replace")
    here = int(now.timestamp()) // STEP_SECONDS
    found = [step for step in (here + away for away in STEPS_AROUND) if same(_code(secret, step), typed)]
    return found[0] if found else None


def _code(secret: bytes, step: int) -> bytes:
    return _totp(secret).generate(step * STEP_SECONDS)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # what every app speaks (RFC 6238)


def _plain(code: str) -> str:
    return unicodedata.normalize("NFKC", code).upper().translate(MISREAD)


def _begun(user_id: UUID) -> Select[Authenticator]:
    return select(Authenticator).where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_(None))


def _place(authenticator_id: UUID) -> str:
    return f"authenticator:{authenticator_id}:secret"


def _record(session: Session, actor: Actor, action: str, subject_id: UUID, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=AUTHENTICATOR,
        subject_id=subject_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
