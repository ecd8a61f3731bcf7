"""A program that signs what it sends, and everything one could send in its place."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from functools import cache
from json import dumps
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "https://kith.example.org/api/v1/token"


def key(kind: str, name: str = "one") -> Any:
    """Return a private key, made once for all tests."""
    return _key(kind, name)


@cache
def _key(kind: str, name: str) -> Any:
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": name})
    return ECKey.generate_key(kind, {"kid": name})


def public_set(*keys: Any) -> str:
    """Return what somebody pastes into the page."""
    return dumps({"keys": [one.as_dict(private=False) for one in keys]})


def claims(program: UUID, now: datetime, **changes: Any) -> dict[str, Any]:
    """Return what a good assertion says; `...` takes a claim out."""
    said = {
        "iss": str(program),
        "sub": str(program),
        "aud": AUDIENCE,
        "exp": int((now + timedelta(minutes=4)).timestamp()),
        "jti": str(uuid4()),
    } | changes
    return {name: value for name, value in said.items() if value is not ...}


def signed(said: dict[str, Any], signer: Any, alg: str = "ES384", **header: Any) -> str:
    """Sign claims; `header` adds to the header or changes it."""
    return jwt.encode({"alg": alg, "kid": signer.kid, **header}, said, signer, algorithms=[alg])


def unsigned(said: dict[str, Any], kid: str = "one") -> str:
    """Return a token of algorithm `none`."""
    parts = ({"alg": "none", "kid": kid, "typ": "JWT"}, said)
    return ".".join(urlsafe_b64encode(dumps(part).encode()).decode().rstrip("=") for part in parts) + "."
