"""Programs that sign what they send (RFC 7523, as SMART backend services do): an assertion for an access token.

Nothing is fetched: a program's public keys are those that somebody of its organisation gave us. Only asymmetric
algorithms are read, and each key decides which one is read with it; what a token's own header says decides nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.accounts.credentials import new_access_token, token_hash
from service.accounts.models import AccessToken, ApiKey, UsedAssertion
from service.accounts.permissions import VISITOR, Actor, Role, scope_permissions
from service.accounts.queries import key_works
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.errors import Invalid, Problem, ServiceError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS384", "ES384")  # what SMART backend services must know; no others are read
TOKEN_LASTS = timedelta(minutes=5)
ASSERTION_LASTS = timedelta(minutes=5)  # at most
SKEW = timedelta(seconds=30)  # by which a program's clock may be ahead of ours
ALGORITHM = {"RSA": "RS384", "EC": "ES384"}
KINDS: Mapping[str, type[RSAKey | ECKey]] = {"RSA": RSAKey, "EC": ECKey}
CURVE = "P-384"
RSA_BITS = range(2048, 4097)
MOST_EXPONENT = 2**32  # a larger one would only make checking slow
END_OF_DATES = 4_102_444_800  # seconds since 1970: the year 2100
MOST_KEYS = 8  # in one program's set
LONGEST_SET = 20_000  # characters
LONGEST_ASSERTION = 8_000  # characters
LONGEST_ID = 255  # characters of a `jti` or of a key's name
PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}  # all that is kept of a key, beside its kind and its name
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class RefusedToken(ServiceError):
    """No access token is given; `code` is one of RFC 6749, 5.2."""

    status = 400

    def __init__(self, code: str, *, key_id: UUID | None = None) -> None:
        super().__init__(code)
        self.key_id = key_id  # whose assertion it claimed to be, if there is such a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """An assertion that is genuine; whether it was used before is seen when it is taken."""

    actor: Actor
    key_id: UUID
    scopes: tuple[str, ...]
    jti_hash: bytes
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An access token, on the one occasion on which it can be read."""

    token: str = field(repr=False)
    scopes: tuple[str, ...]
    lasts: timedelta


def key_set(text: str) -> dict[str, Any]:
    """Read a JWK set (RFC 7517) that somebody pasted, and give what is kept of it: public parts and names.

    Raises
    ------
    Invalid
        `key_set`, with a problem for `public_keys`: `jwk_unreadable`, `jwk_private`, `jwk_kind`, `jwk_names`.
    """
    try:
        given = json.loads(text) if len(text) <= LONGEST_SET else None
    except (ValueError, RecursionError):
        given = None
    found = given.get("keys", [given]) if isinstance(given, dict) else None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_KEYS:
        raise _unusable("jwk_unreadable")
    kept = [_public(one) for one in found]
    if len({one["kid"] for one in kept}) < len(kept):
        raise _unusable("jwk_names")
    return {"keys": kept}


def vouched(session: Session, *, assertion: str, scope: str | None, audience: str, now: datetime) -> Vouched:
    """Find whose assertion this is and make sure that they signed it, for us, just now. Only reads.

    Raises
    ------
    RefusedToken
        `invalid_client` for whatever is wrong with the assertion, `invalid_scope` for a scope the program has not.
    """
    claimed = _claimed_issuer(assertion)
    row = session.scalar(select(ApiKey).where(ApiKey.id == claimed, key_works(now), ApiKey.public_keys.is_not(None)))
    if row is None or row.public_keys is None:
        raise RefusedToken("invalid_client")
    claims = _signed_claims(assertion, row)
    until = _checked(claims, row.id, audience, now)
    wanted = tuple(dict.fromkeys((scope or "").split())) or tuple(row.scopes)
    if not set(wanted) <= set(row.scopes):
        raise RefusedToken("invalid_scope", key_id=row.id)
    actor = Actor(
        role=Role.API_CLIENT,
        organisation_id=row.organisation_id,
        permissions=scope_permissions(wanted),
        key_id=row.id,
    )
    named = sha256(f"{row.id}\0{claims['jti']}".encode("utf-8", "surrogatepass")).digest()
    return Vouched(actor=actor, key_id=row.id, scopes=wanted, jti_hash=named, until=until)


def grant(session: Session, *, good: Vouched, now: datetime, origin: Origin = NOWHERE) -> Granted:
    """Take an assertion, once, and give an access token for it. Of many who send the same one, one gets a token.

    Raises
    ------
    RefusedToken
        `invalid_client`: it was taken before.
    """
    if not take_once(session, good.jti_hash, until=good.until):
        raise RefusedToken("invalid_client", key_id=good.key_id)
    token = new_access_token()
    row = AccessToken(id=uuid4(), token_hash=token_hash(token), key_id=good.key_id)
    row.scopes, row.created_at, row.expires_at = list(good.scopes), now, now + TOKEN_LASTS
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=good.actor,
        action="make_token",
        subject="access_token",
        subject_id=row.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return Granted(token=token, scopes=good.scopes, lasts=TOKEN_LASTS)


def take_once(session: Session, named: bytes, *, until: datetime) -> bool:
    """Say whether this is the first time that something good for one use is seen; of many at once, one is the first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    taken = insert(UsedAssertion).values(jti_hash=named, until=until).on_conflict_do_nothing()
    return session.scalar(taken.returning(UsedAssertion.jti_hash)) is not None


def refuse(session: Session, *, key_id: UUID | None, now: datetime, origin: Origin = NOWHERE) -> None:
    """Keep that an assertion was refused: whose it claimed to be if there is such a program, never what was in it."""
    audit.record(
        session,
        actor=VISITOR,
        action="make_token",
        subject="api_key",
        subject_id=key_id,
        outcome="failed",
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def _public(given: object) -> dict[str, str]:
    """Give the public part of one key, after making sure that the library can use it."""
    if not isinstance(given, dict) or not all(isinstance(given.get(name), str) for name in ("kty", "kid")):
        raise _unusable("jwk_names")
    if PRIVATE & set(given):
        raise _unusable("jwk_private")
    if not 0 < len(given["kid"]) <= LONGEST_ID or not given["kid"].isprintable():
        raise _unusable("jwk_names")
    kept = {name: given.get(name) for name in ("kty", "kid", *PUBLIC.get(given["kty"], ()))}
    fits = given.get("use", "sig") == "sig" and given.get("alg", ALGORITHM.get(given["kty"])) in ALGORITHMS
    if not fits or not _usable(kept):
        raise _unusable("jwk_kind")
    return {name: str(value) for name, value in kept.items()}


def _usable(kept: Mapping[str, Any]) -> bool:
    try:
        if kept["kty"] == "RSA":
            numbers = RSAKey.import_key(dict(kept)).public_key.public_numbers()
            return numbers.n.bit_length() in RSA_BITS and numbers.e <= MOST_EXPONENT
        return kept.get("crv") == CURVE and ECKey.import_key(dict(kept)).public_key is not None
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _unusable(code: str) -> Invalid:
    return Invalid("key_set", fields={"public_keys": Problem(code, {"most": MOST_KEYS})})


def _claimed_issuer(assertion: str) -> UUID:
    """Read whose assertion it says it is. Nothing is believed yet."""
    if len(assertion) > LONGEST_ASSERTION:
        raise RefusedToken("invalid_client")
    try:
        return UUID(str(_claims(jws.extract_compact(assertion.encode("ascii")).payload).get("iss")))
    except (JoseError, ValueError) as error:
        raise RefusedToken("invalid_client") from error


def _signed_claims(assertion: str, row: ApiKey) -> dict[str, Any]:
    """Check the signature with the key that the header names, if it is one of this program's, and its one algorithm."""
    refused = RefusedToken("invalid_client", key_id=row.id)
    try:
        named = jws.extract_compact(assertion.encode("ascii")).headers().get("kid")
        known = next((one for one in (row.public_keys or {})["keys"] if one["kid"] == named), None)
        if known is None:
            raise refused
        key = KINDS[known["kty"]].import_key(dict(known))
        return _claims(jws.deserialize_compact(assertion, key, [ALGORITHM[known["kty"]]]).payload)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise refused from error


def _claims(payload: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(payload or b"")
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(found, dict):
        raise ValueError
    return found


def _checked(claims: Mapping[str, Any], key_id: UUID, audience: str, now: datetime) -> datetime:
    """Make sure that the assertion is of this program, for us alone and of now; return until when it would be good."""
    refused = RefusedToken("invalid_client", key_id=key_id)
    if not claims.get("iss") == claims.get("sub") == str(key_id):
        raise refused
    if claims.get("aud") not in (audience, [audience]):
        raise refused
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_ID:
        raise refused
    second = now.timestamp()
    until = _moment(claims.get("exp"))
    starts = [_moment(claims[name]) for name in ("iat", "nbf") if name in claims]
    if until is None or not second < until <= second + (ASSERTION_LASTS + SKEW).total_seconds():
        raise refused
    if any(start is None or start > second + SKEW.total_seconds() for start in starts):
        raise refused
    return datetime.fromtimestamp(until, UTC)


def _moment(value: object) -> float | None:
    """Read a NumericDate; whatever is none of this century is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < END_OF_DATES:
        return None
    return float(value)
