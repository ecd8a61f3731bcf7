"""The list of erasures outside the database: a file with random ids, so that a restored copy erases them again.

One line is one erasure: when, what, its id, and an HMAC, so that nobody adds a line. It holds nothing of anybody.
"""

import hmac
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from service.accounts.privacy.erasure import Erased

NAME = "erasures"
PURPOSE = "erasures"  # of the key of the HMACs
Fingerprint = Callable[[str], bytes]


def read(file: Path, fingerprint: Fingerprint) -> tuple[Sequence[Erased], Sequence[str]]:
    """Return the erasures in the list, and the lines that are damaged or not ours."""
    good, bad = [], []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        said, _, proof = line.rpartition(" ")
        if hmac.compare_digest(proof.encode(), fingerprint(said).hex().encode()):
            at, subject, subject_id = said.split(" ")
            good.append(Erased(subject=subject, subject_id=UUID(subject_id), at=datetime.fromisoformat(at)))
        else:
            bad.append(line)
    return good, bad


def publish(file: Path, fingerprint: Fingerprint, erased: Sequence[Erased], *, anew: bool = False) -> int:
    """Add what the list does not hold yet, all at once or not at all; returns how many lines it has.

    Lines that are damaged stay, unless the list is written `anew`: after a change of the secret, from the database.
    """
    known, bad = read(file, fingerprint)
    all_of_them = {one.subject_id: one for one in (*erased, *known)}
    lines = [
        *([] if anew else bad),
        *(_line(one, fingerprint) for one in sorted(all_of_them.values(), key=lambda one: (one.at, one.subject_id))),
    ]
    if file.exists() and file.read_text(encoding="utf-8").splitlines() == lines:
        return len(lines)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in lines)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(file)
    return len(lines)


def _line(one: Erased, fingerprint: Fingerprint) -> str:
    said = f"{one.at.isoformat()} {one.subject} {one.subject_id}"
    return f"{said} {fingerprint(said).hex()}"
