"""The short word in a group's address that one can read out, type and print: `k7m3-p2xd`. Pure.

It is made from the group's id, so that the same group always gets the same. Letters that are taken for others are left
out (0 and O, 1, I and L), and so are vowels, lest a code should spell something.
"""

import re
from hashlib import sha256
from uuid import UUID

ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = (
    8  # 27 ** 8 = 2.8e11: among 75,000 groups two are alike once in a hundred catalogues, and then one is asked anew
)


def short_code(group_id: UUID, *, attempt: int = 0) -> str:
    """Return the code of a group; another `attempt` gives another one, should the first be taken.

    Examples
    --------
    >>> short_code(UUID(int=1)), short_code(UUID(int=1), attempt=1)
    ('d3fq9v4h', 'pbm7vxrr')
    """
    number = int.from_bytes(sha256(f"{attempt}:{group_id.hex}".encode()).digest()[:16], "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def written(code: str) -> str:
    """Return a code as it is shown: in two halves.

    Examples
    --------
    >>> written("k7m3p2xd")
    'k7m3-p2xd'
    """
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read(text: str) -> str | None:
    """Return the code somebody typed, however they wrote it; None if it cannot be one.

    Examples
    --------
    >>> read("K7M3 p2xd"), read("k7m3-p2x0")
    ('k7m3p2xd', None)
    """
    plain = re.sub(r"[\s_.-]", "", text).lower()
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None
