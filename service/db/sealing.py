"""Authenticated encryption of text that must not be readable at rest or in an address. Never logs what it opens.

Layout of sealed bytes: version (1) | key id (1) | nonce (12) | ciphertext and tag. The place the text belongs to (for a
column `table:row id:column`) is authenticated with it, so that a value moved to another row or column does not open.
AES-256-GCM by the cryptography package; keys are derived from the installation's secret with HKDF-SHA-256.
"""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.errors import Invalid

VERSION = 1
KEY_ID = 1
NONCE_BYTES = 12  # 96 bits, the length GCM is defined for (NIST SP 800-38D)


class Sealer:
    """Seals and opens text under keys derived from one secret.

    Parameters
    ----------
    secret : str
        The installation's secret, at least 32 characters.
    purpose : str
        Separates keys: what is sealed for one purpose does not open for another.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._cipher = AESGCM(_derived(secret, purpose))
        self._naming = _derived(secret, f"{purpose}:fingerprint")

    def seal(self, place: str, data: bytes) -> bytes:
        """Encrypt `data` for one `place`."""
        nonce = os.urandom(NONCE_BYTES)
        return bytes((VERSION, KEY_ID)) + nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed for this `place`.

        Raises
        ------
        Invalid
            `unsealable`: damaged, sealed for another place or under another key.
        """
        if len(sealed) < 2 + NONCE_BYTES or sealed[:2] != bytes((VERSION, KEY_ID)):
            raise Invalid("unsealable")
        nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise Invalid("unsealable") from error

    def fingerprint(self, text: str) -> bytes:
        """Return 256 bits by which a text is known again and not read (HMAC-SHA-256).

        Its key is never rotated: nobody could make the fingerprint of a forgotten text again.
        """
        return hmac.digest(self._naming, text.encode(), "sha256")

    def seal_text(self, place: str, text: str) -> str:
        """Encrypt text into letters that are safe in an address."""
        return base64.urlsafe_b64encode(self.seal(place, text.encode())).decode().rstrip("=")

    def open_text(self, place: str, sealed: str) -> str:
        """Decrypt what `seal_text` made; raises Invalid `unsealable` like `open`."""
        try:
            data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        except ValueError as error:
            raise Invalid("unsealable") from error
        return self.open(place, data).decode()


def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"kith:{purpose}".encode()).derive(secret.encode())
