"""OpenID Connect, as the side that asks: where a service answers, sending somebody there, believing what comes back.

Authorization code with PKCE, state and nonce. Everything is fetched by the one way out (`service.outgoing`). Whose
account somebody is, is decided in `logins`; here only whether the service really said so, to us, just now.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from service.accounts.credentials import new_token, same
from service.errors import Invalid
from service.outgoing import THIS_MACHINE, Answer, Ways, ask

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")  # never `none`, never a secret
SCOPE = "openid email profile"
DISCOVERY = "/.well-known/openid-configuration"
ATTEMPT_LASTS = timedelta(minutes=10)
SKEW_SECONDS = 30  # by which the service's clock may be off
TOKEN_AGE_SECONDS = 600  # the oldest a token may be that somebody was just given
AGAIN_SECONDS = 300  # how lately somebody must have signed in there, where we ask them to prove themselves again
LONGEST_SUBJECT = 255  # characters
LONGEST_ISSUER = 500
MOST_KEYS = 50
# Words of services for more than one factor: RFC 8176; OpenID's extended authentication profile; PAPE; REFEDS; NIST.
STRONG_WAYS = frozenset({"mfa"})
STRONG_CLASSES = frozenset(
    {
        "phr",
        "phrh",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        "https://refeds.org/profile/mfa",
        "AAL2",
        "AAL3",
    }
)


class Disbelieved(Invalid):
    """What came back is not believed; `params["why"]` is a code for the record."""

    def __init__(self, why: str) -> None:
        super().__init__("disbelieved", why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a sign-in service answers, as it says itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    basic: bool  # whether the secret travels in a header
    names_itself: bool  # its answers carry `iss` (RFC 9207)
    ways: Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What we are to a service."""

    id: str
    secret: str | None = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What binds an answer to the browser that asked."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    again: bool = False  # somebody who is signed in proves themselves anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a service says of somebody, once it is believed."""

    issuer: str
    subject: str = field(repr=False)
    email: str | None = field(repr=False)  # only if the service says that it checked it
    name: str = field(repr=False)
    strong: bool  # a second factor was shown there


def new_attempt(*, again: bool = False) -> Attempt:
    """Make what one attempt is known by."""
    return Attempt(state=new_token(), nonce=new_token(), verifier=new_token(), again=again)


def issuer_fits(issuer: str, *, demo: bool) -> bool:
    """Say whether this may be a service's name: https, nothing but a place; in the demonstration also this machine."""
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and bool(parts.hostname)
    near = demo and parts.hostname in THIS_MACHINE
    return plain and len(issuer) <= LONGEST_ISSUER and (parts.scheme == "https" or (near and parts.scheme == "http"))


def discover(issuer: str, *, demo: bool) -> Provider:
    """Ask a service where it answers.

    Raises
    ------
    OutsideError
        It does not answer, or lies where we do not ask.
    Disbelieved
        `issuer` (not the one that was asked), `endpoints`, or `unreadable`.
    """
    if not issuer_fits(issuer, demo=demo):
        raise Disbelieved("issuer")
    host = urlsplit(issuer).hostname or ""
    own = frozenset({host}) if demo and host in THIS_MACHINE else frozenset()
    found = _read(ask(issuer.rstrip("/") + DISCOVERY, ways=Ways.to(issuer, own=own)))
    if found.get("issuer") != issuer:
        raise Disbelieved("issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = [found.get(name) for name in names]
    if not all(isinstance(place, str) and _endpoint_fits(place, own) for place in places):
        raise Disbelieved("endpoints")
    door, token, keys = map(str, places)
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(
        issuer=issuer,
        authorization_endpoint=door,
        token_endpoint=token,
        jwks_uri=keys,
        basic="client_secret_basic" in methods,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        ways=Ways.to(token, keys, own=own),
    )


def address(provider: Provider, client: Client, attempt: Attempt) -> str:
    """Give the address at the service to which a browser is sent."""
    more = {"max_age": AGAIN_SECONDS, "prompt": "login"} if attempt.again else {}
    made: str = prepare_grant_uri(
        provider.authorization_endpoint,
        client_id=client.id,
        response_type="code",
        redirect_uri=client.redirect_uri,
        scope=SCOPE,
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
        **more,
    )
    return made


def check_state(attempt: Attempt, *, state: str) -> None:
    """Make sure that an answer belongs to this attempt.

    Raises
    ------
    Disbelieved
        `state`.
    """
    if not same(attempt.state.encode(), state.encode("utf-8", "replace")):
        raise Disbelieved("state")


def check_issuer(provider: Provider, *, issuer: str | None) -> None:
    """Make sure that an answer comes from the service that was asked (RFC 9207).

    Raises
    ------
    Disbelieved
        `mixed_up`.
    """
    if issuer != provider.issuer and (issuer is not None or provider.names_itself):
        raise Disbelieved("mixed_up")


def redeem(provider: Provider, client: Client, attempt: Attempt, *, code: str, now: datetime) -> Said:
    """Give a code to the service and believe the ID token it answers with, if everything in it is as it must be.

    Raises
    ------
    OutsideError
        The service does not answer.
    Disbelieved
        `code` (it does not take it), `unreadable`, `signature`, `claims` or `too_long_ago`.
    """
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": attempt.verifier,
        "client_id": client.id,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if client.secret is not None and provider.basic:
        headers["Authorization"] = _basic(client.id, client.secret)
    elif client.secret is not None:
        sent["client_secret"] = client.secret
    body = urlencode(sent).encode()
    answer = ask(provider.token_endpoint, ways=provider.ways, method="POST", headers=headers, body=body)
    if answer.status != 200:
        raise Disbelieved("code")
    token = _read(answer).get("id_token")
    if not isinstance(token, str):
        raise Disbelieved("unreadable")
    keys = _keys(_read(ask(provider.jwks_uri, ways=provider.ways)))
    return believed(token, keys, provider.issuer, client.id, attempt, now)


def believed(token: str, keys: KeySet, issuer: str, client_id: str, attempt: Attempt, now: datetime) -> Said:
    """Check an ID token (OpenID Connect Core, 3.1.3.7) and give what it says.

    Raises
    ------
    Disbelieved
        `signature`, `claims` or `too_long_ago`.
    """
    try:
        read = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Disbelieved("signature") from error
    options: Any = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": attempt.nonce, "client_id": client_id, "max_age": AGAIN_SECONDS if attempt.again else None}
    second = int(now.timestamp())
    try:
        CodeIDToken(read.claims, read.header, options, params).validate(second, SKEW_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise Disbelieved("claims") from error
    if read.claims["iat"] < second - TOKEN_AGE_SECONDS:
        raise Disbelieved("too_long_ago")
    if attempt.again and read.claims["auth_time"] < second - AGAIN_SECONDS - SKEW_SECONDS:
        raise Disbelieved("too_long_ago")
    return _said(read.claims, issuer)


def _said(claims: Mapping[str, Any], issuer: str) -> Said:
    subject, email, ways = claims["sub"], claims.get("email"), claims.get("amr") or []
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Disbelieved("claims")
    checked = claims.get("email_verified") is True and isinstance(email, str)
    strong = any(way in STRONG_WAYS for way in ways if isinstance(way, str)) or claims.get("acr") in STRONG_CLASSES
    name = claims.get("name")
    return Said(
        issuer=issuer,
        subject=subject,
        email=str(email) if checked else None,
        name=" ".join("".join(filter(str.isprintable, name)).split()) if isinstance(name, str) else "",
        strong=strong,
    )


def _endpoint_fits(place: str, own: frozenset[str]) -> bool:
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in own)
    return secure and bool(parts.hostname) and not parts.fragment and place.isascii() and place.isprintable()


def _read(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Disbelieved("unreadable")
    return found


def _keys(found: Mapping[str, Any]) -> KeySet:
    """Read the keys that can sign for us, and leave all others out."""
    made: list[Any] = []
    kinds: dict[object, Any] = {"RSA": RSAKey, "EC": ECKey}
    given = found.get("keys")
    for one in given[:MOST_KEYS] if isinstance(given, list) else []:
        if isinstance(one, dict) and one.get("kty") in kinds and one.get("use", "sig") == "sig":
            try:
                made.append(kinds[one["kty"]].import_key({name: one[name] for name in one if name != "d"}))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not made:
        raise Disbelieved("unreadable")
    return KeySet(made)


def _basic(client_id: str, secret: str) -> str:
    """Write the header of RFC 6749, 2.3.1: both parts are form-encoded before they are joined."""
    return "Basic " + b64encode(f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()).decode()
