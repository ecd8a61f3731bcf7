"""A device that keeps passkeys, as far as a site can tell: it answers challenges the way the standard says."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # bits of what a device says of the moment


def letters(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def from_letters(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One passkey, in a device that counts how often it was used; `site` and `origin` are where its browser is."""

    site: str = "kith.example.org"
    origin: str = "https://kith.example.org"
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    owner: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, *, flags: int = PRESENT | VERIFIED) -> str:
        """Make a passkey for whoever the site names."""
        asked = json.loads(options)
        self.owner = from_letters(asked["user"]["id"])
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        known = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(cose)
        data = self._data(flags | ATTESTED) + known
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": letters(client), "attestationObject": letters(attested)})

    def prove(self, options: str, *, flags: int = PRESENT | VERIFIED, owner: bytes | None = None) -> str:
        """Answer a challenge."""
        self.count += self.counts
        data, client = self._data(flags), self._client("webauthn.get", json.loads(options)["challenge"])
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = self.owner if owner is None else owner
        return self._answer(
            {
                "clientDataJSON": letters(client),
                "authenticatorData": letters(data),
                "signature": letters(signed),
                "userHandle": letters(handle),
            }
        )

    def _data(self, flags: int) -> bytes:
        return sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        named = letters(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
