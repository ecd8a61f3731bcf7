"""What a record system calls somebody: a mark of it is kept, by which they are found again; the number is not."""

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.errors import Problem
from service.referrals.models import Person

REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
PUBLIC_NUMBER = re.compile(r"[0-9]{9,}", re.ASCII)  # a telephone's, a state's or a health service's, not a system's own


def mark(sealer: Sealer, organisation_id: UUID, reference: str) -> bytes:
    """Return the mark by which one organisation's record system finds somebody again by a number of its own."""
    return sealer.fingerprint(f"{organisation_id}:reference:{reference.strip()}")


def known_as(session: Session, *, sealer: Sealer, reference: str, organisation_id: UUID) -> UUID | None:
    """Return who has this number already, inside one organisation."""
    known = select(Person.id).where(
        Person.organisation_id == organisation_id, Person.reference_hash == mark(sealer, organisation_id, reference)
    )
    return session.scalar(known)


def problems(session: Session, sealer: Sealer, reference: str, organisation_id: UUID) -> dict[str, Problem]:
    """Say why nobody can be kept under this number: its form, or somebody has it already."""
    wrong = reference_problem(reference) if reference else None
    if wrong is not None:
        return {"reference": wrong}
    had = known_as(session, sealer=sealer, reference=reference, organisation_id=organisation_id)
    return {"reference": Problem("reference_taken", {"choices": [had]})} if reference and had else {}


def reference_problem(reference: str) -> Problem | None:
    """Say why something cannot be what a record system calls somebody: it stands in addresses, so it may name nobody.

    Examples
    --------
    >>> reference_problem("pat-0017"), reference_problem("9434765919")
    (None, Problem(code='public_number', params={}))
    """
    if not REFERENCE.fullmatch(reference):
        return Problem("wrong_form")
    return Problem("public_number") if PUBLIC_NUMBER.fullmatch(reference) else None
