"""Authenticated encryption of text that must not be readable at rest or in an address. Never logs what it opens.

Layout of sealed bytes: version (1) | key id (1) | nonce (12) | ciphertext and tag. The place the text belongs to (for a
column `table:row id:column`) is authenticated with it, so that a value moved to another row or column does not open.
AES-256-GCM by the cryptography package; the keys are those of the ring: the newest writes, all of them read.
"""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.db.keyring import FIRST, KeyRing
from service.errors import Invalid

VERSION = 1
NONCE_BYTES = 12  # 96 bits, the length GCM is defined for (NIST SP 800-38D)


class Sealer:
    """Seals and opens text under the keys of one installation.

    Parameters
    ----------
    secret : str or KeyRing
        The installation's secret, at least 32 characters; or that and further keys.
    purpose : str
        Separates keys: what is sealed for one purpose does not open for another.
    """

    def __init__(self, secret: str | KeyRing, purpose: str) -> None:
        self._ring = secret if isinstance(secret, KeyRing) else KeyRing(secret)
        self._purpose = purpose
        self._ciphers: dict[int, AESGCM] = {}

    def seal(self, place: str, data: bytes) -> bytes:
        """Encrypt `data` for one `place`, under the newest key."""
        nonce, key_id = os.urandom(NONCE_BYTES), self._ring.newest
        return bytes((VERSION, key_id)) + nonce + self._cipher(key_id).encrypt(nonce, data, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed for this `place`.

        Raises
        ------
        Invalid
            `unsealable`: damaged, sealed for another place or another purpose. `sealing_key_unknown`: sealed under a
            key that is not on the ring.
        """
        if len(sealed) < 2 + NONCE_BYTES or sealed[0] != VERSION:
            raise Invalid("unsealable")
        nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        try:
            return self._cipher(sealed[1]).decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise Invalid("unsealable") from error

    def fingerprint(self, text: str) -> bytes:
        """Return 256 bits by which a text is known again and not read (HMAC-SHA-256).

        Its key is that of the secret, and never rotated: nobody could make the fingerprint of a forgotten text again.
        """
        return hmac.digest(self._ring.key(FIRST, f"{self._purpose}:fingerprint"), text.encode(), "sha256")

    def _cipher(self, key_id: int) -> AESGCM:
        if key_id not in self._ciphers:
            self._ciphers[key_id] = AESGCM(self._ring.key(key_id, self._purpose))
        return self._ciphers[key_id]

    def seal_text(self, place: str, text: str) -> str:
        """Encrypt text into letters that are safe in an address."""
        return base64.urlsafe_b64encode(self.seal(place, text.encode())).decode().rstrip("=")

    def open_text(self, place: str, sealed: str) -> str:
        """Decrypt what `seal_text` made; raises Invalid like `open`."""
        try:
            data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        except ValueError as error:
            raise Invalid("unsealable") from error
        return self.open(place, data).decode()
