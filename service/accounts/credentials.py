"""Passwords, tokens and e-mail addresses as text: hash, make, compare, normalise.

Never stores anything. Pure but for the randomness of new secrets.
"""

import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.accounts.guessable import guessable
from service.errors import Invalid, Problem, Unavailable

MEMORY_KIB = 19 * 1024  # 19 MiB, two passes, one lane: the least OWASP advises for argon2id
PASSES = 2
LANES = 1
AT_ONCE = 2  # hashes at the same time in one process: sign-in must not starve search
WAIT_SECONDS = 5.0  # for a free place, then "busy"

TOKEN_BYTES = 32  # 256 bits
KEY_MARK = "kith_"
ACCESS_MARK = "kithaccess_"
SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 256  # characters; more only costs time
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3

EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,253}")


class Hasher:
    """Hashes passwords with argon2id, a few at a time.

    Parameters
    ----------
    memory_kib, passes : int
        The cost of one hash. Only tests lower it.
    """

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._argon.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def hash(self, password: str) -> str:
        """Hash a password for keeping."""
        with self._place():
            return self._argon.hash(_bytes(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Compare a password with a kept hash; without one, spend the same time and say no."""
        with self._place():
            try:
                self._argon.verify(kept or self._nobody, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("busy")
        try:
            yield
        finally:
            self._places.release()


@lru_cache(maxsize=1)
def standard_hasher() -> Hasher:
    """Give this process's one hasher at full cost."""
    return Hasher()


def check_password(password: str, *, email: str, name: str = "", context: Iterable[str] = ()) -> None:
    """Refuse a password that is short, endless or easily guessed. Any letters are welcome, and none is asked for.

    `context` holds further words that somebody would try, such as the organisation's name.

    Raises
    ------
    Invalid
        `password`, with a problem for the field `password`.
    """
    owner = normal_email(email)
    problem = None
    if len(password) < SHORTEST_PASSWORD:
        problem = Problem("password_too_short", {"least": SHORTEST_PASSWORD})
    elif len(password) > LONGEST_PASSWORD:
        problem = Problem("password_too_long", {"most": LONGEST_PASSWORD})
    elif guessable(password, (owner, owner.partition("@")[0], name, *context)):
        problem = Problem("password_common")
    if problem is not None:
        raise Invalid("password", fields={"password": problem})


def normal_email(text: str) -> str:
    """Give one form to all spellings of an address: NFKC, small letters, no blanks around.

    Raises
    ------
    Invalid
        `email`, with a problem for the field `email`.

    >>> normal_email(" Ada@Example.org ")
    'ada@example.org'
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if len(plain) > LONGEST_EMAIL or not EMAIL.fullmatch(plain):
        raise Invalid("email", fields={"email": Problem("email")})
    return plain


def limit_email(text: str) -> str:
    """Give the form under which attempts are counted: also without the plus part; never refuses.

    >>> limit_email("ADA+news@example.org")
    'ada@example.org'
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    name, at, host = plain.rpartition("@")
    return name.partition("+")[0] + at + host


def new_token() -> str:
    """Make a secret of 256 bits, in letters that are safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """Hash a token of ours for keeping. It is random, so one fast hash is enough."""
    return sha256(_bytes(token)).digest()


def new_api_key() -> tuple[str, str]:
    """Make an API key: the prefix that may be shown, and the whole key that is shown once."""
    prefix = KEY_MARK + secrets.token_hex(4)
    return prefix, f"{prefix}_{new_token()}"


def new_access_token() -> str:
    """Make what a program holds for some minutes; its beginning tells it from a key, and scanners for leaks find it."""
    return ACCESS_MARK + new_token()


def same(left: bytes, right: bytes) -> bool:
    """Compare two secrets in a time that tells nothing about where they differ."""
    return hmac.compare_digest(left, right)


def _bytes(text: str) -> bytes:
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace")
