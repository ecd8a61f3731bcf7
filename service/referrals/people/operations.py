"""Writes of people: add, change, take a yes, take it back. Flushes, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dateutil.relativedelta import relativedelta
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.notifications.forgetting import forget_to
from service.referrals.models import Consent, Person
from service.referrals.people import queries, references, taking_back
from service.referrals.people.given import PersonGiven, Yes, problems, yes_problems
from service.referrals.people.queries import ALL, PLAIN, SEALED, PersonView, Same
from service.referrals.queries import place, unseal

SUBJECT = "person"


def add(
    session: Session,
    *,
    sealer: Sealer,
    given: PersonGiven,
    actor: Actor,
    now: datetime,
    person_id: UUID | None = None,
    reference: str = "",
    origin: Origin = NOWHERE,
) -> UUID:
    """Keep somebody, for the actor's own organisation. Who looks the same was asked before: `look_for_same`.

    `person_id` is the id to keep them under, where somebody asked for it with an idempotency key. `reference` is what
    a record system calls them: only a mark of it is kept, by which they are found again.

    Raises
    ------
    Forbidden, Invalid
        `person`, with every problem at once; nothing is kept then.
    """
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    _check(given, now, references.problems(session, sealer, reference, actor.organisation_id))
    row = Person(
        id=person_id or uuid4(),
        organisation_id=actor.organisation_id,
        added_by_user_id=actor.user_id,
        created_at=now,
        changed_at=now,
    )
    columns = write(sealer, row, given, ALL, now)
    if reference:
        row.reference_hash = references.mark(sealer, actor.organisation_id, reference)
    session.add(row)
    session.flush()
    note(session, "add_person", row.id, columns, Purpose.REFER, actor, now, origin)
    return row.id


def change(
    session: Session,
    *,
    sealer: Sealer,
    person_id: UUID,
    given: PersonGiven,
    version: int,
    post: Post,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Change what is kept of somebody, as far as the actor may see it.

    Who must not be written to any more, or elsewhere from now on, gets none of the messages that wait.

    Raises
    ------
    NotFound, Invalid, Conflict
        `person` · `person`, with every problem at once · `stale`: somebody changed it meanwhile.
    """
    row = queries.find(session, person_id=person_id, actor=actor, now=now, lock=True)
    if row.version != version:
        raise Conflict("stale")
    shown = queries.shown_of(session, row, actor, now)
    _check(given, now)
    reach(session, sealer, row, given, shown, post, now)
    columns = write(sealer, row, given, shown, now)
    session.flush()
    note(session, "change_person", row.id, columns, Purpose.FOLLOW_UP, actor, now, origin)


def changed(found: PersonView, changes: Mapping[str, Any]) -> PersonGiven:
    """Join what is kept of somebody with what changes of it.

    Raises
    ------
    Forbidden
        `not_allowed`: another organisation keeps them.
    """
    if found.shown != ALL:
        raise Forbidden("not_allowed")
    return replace(found.given, **changes)


def _check(given: PersonGiven, now: datetime, also: Mapping[str, Problem] | None = None) -> None:
    wrong = problems(given, now.date()) | dict(also or {})
    if wrong:
        raise Invalid("person", fields=wrong)


def reach(
    session: Session,
    sealer: Sealer,
    row: Person,
    given: PersonGiven,
    shown: frozenset[str],
    post: Post,
    now: datetime,
) -> None:
    """Stop what waits to go to an address that is no longer the one they chose. Call it before `write`."""
    before = (unseal(sealer, row, "contact") or "").strip()
    changed = given.contact.strip() != before or given.contact_rule != row.contact_rule
    if before and changed and {"contact", "contact_rule"} <= shown:
        forget_to(session, before, sealer=post.sealer)


def write(sealer: Sealer, row: Person, given: PersonGiven, shown: frozenset[str], now: datetime) -> tuple[str, ...]:
    """Write those columns of somebody that may be written, with the marks they are known by; returns what changed."""
    changed = []
    for name in SEALED:
        text = given.care(now.date()) if name == "care" else getattr(given, name).strip()
        if name in shown and text != (unseal(sealer, row, name) or ""):
            setattr(row, name, sealer.seal(place("person", row.id, name), text.encode()) if text else None)
            changed.append(name)
    for name in PLAIN:
        said = getattr(given, name) or None
        if name in shown and said != getattr(row, name):
            setattr(row, name, said)
            changed.append(name)
    row.name_hash, row.contact_hash = queries.fingerprints(sealer, row.organisation_id, queries.given_of(sealer, row))
    row.changed_at = now
    return tuple(changed)


def look_for_same(
    session: Session,
    *,
    sealer: Sealer,
    given: PersonGiven,
    actor: Actor,
    now: datetime,
    besides: UUID | None = None,
    origin: Origin = NOWHERE,
) -> tuple[Same, ...]:
    """Look for people of the actor's own organisation who look the same, and record whose names were shown."""
    found = queries.same(session, sealer=sealer, given=given, actor=actor, besides=besides)
    if found:
        columns = ["preferred_name", *(f"id:{one.person_id}" for one in found)]
        note(session, "look_for_same", None, columns, Purpose.REFER, actor, now, origin)
    return found


def read(
    session: Session, *, sealer: Sealer, person_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> PersonView | None:
    """Read somebody and record the reading; None, recorded as denied, when they are not the actor's to see."""
    try:
        found = queries.person(session, sealer=sealer, person_id=person_id, actor=actor, now=now)
    except NotFound:
        note(session, "read_person", person_id, (), Purpose.FOLLOW_UP, actor, now, origin, outcome="denied")
        return None
    note(session, "read_person", person_id, sorted(found.shown), Purpose.FOLLOW_UP, actor, now, origin)
    return found


def give_consent(
    session: Session,
    *,
    sealer: Sealer,
    person_id: UUID,
    yes: Yes,
    actor: Actor,
    now: datetime,
    consent_id: UUID | None = None,
    origin: Origin = NOWHERE,
) -> UUID:
    """Keep what somebody said yes to. It takes the place of an earlier yes for the same recipient and purpose.

    `consent_id` is the id to keep it under, as `person_id` in `add`.

    Raises
    ------
    NotFound, Invalid
        `person` · `consent`, with every problem at once.
    """
    row = queries.find(session, person_id=person_id, actor=actor, now=now, lock=True)
    wrong = yes_problems(yes)
    group_id = yes.recipient if yes.purpose == "introduction" else None
    offered = queries.recipients(session, person_id=row.id, actor=actor, group_id=group_id)
    if (yes.purpose, yes.recipient) not in {(one.purpose, one.id) for one in offered}:
        wrong = {**wrong, "recipient": Problem("unknown_choice")}
    if wrong:
        raise Invalid("consent", fields=wrong)
    column = Consent.group_id if group_id else Consent.organisation_id
    earlier = update(Consent).where(
        Consent.person_id == row.id,
        Consent.purpose == yes.purpose,
        column == yes.recipient,
        Consent.withdrawn_at.is_(None),
    )
    session.execute(earlier.values(withdrawn_at=now))
    made = _consent(sealer, consent_id or uuid4(), row.id, yes, now)
    session.add(made)
    session.flush()
    note(session, "take_consent", row.id, (yes.purpose, *sorted(yes.items)), Purpose.REFER, actor, now, origin)
    return made.id


def _consent(sealer: Sealer, consent_id: UUID, person_id: UUID, yes: Yes, now: datetime) -> Consent:
    made = Consent(
        id=consent_id,
        person_id=person_id,
        items=sorted(yes.items),
        purpose=yes.purpose,
        words_version=yes.words_version,
        given_by=yes.given_by,
        method=yes.method,
        given_at=now,
        expires_at=now + relativedelta(months=yes.months),
    )
    made.group_id = yes.recipient if yes.purpose == "introduction" else None
    made.organisation_id = None if made.group_id else yes.recipient
    if yes.representative.strip():
        where = place("consent", made.id, "representative")
        made.representative = sealer.seal(where, yes.representative.strip().encode())
    return made


def withdraw(
    session: Session,
    *,
    person_id: UUID,
    consent_id: UUID,
    post: Post,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Take a yes back, as the person told the actor: sharing stops at once. Done twice it does nothing more.

    Raises
    ------
    NotFound
        `person` or `consent`.
    """
    row = queries.find(session, person_id=person_id, actor=actor, now=now, lock=True)
    taking_back.take_back(
        session, person_id=row.id, consent_id=consent_id, post=post, actor=actor, now=now, origin=origin
    )


def note(
    session: Session,
    action: str,
    person_id: UUID | None,
    columns: Sequence[str],
    purpose: Purpose,
    actor: Actor,
    now: datetime,
    origin: Origin,
    *,
    outcome: audit.Outcome = "done",
) -> None:
    """Record what was done with somebody's data, and no word of it."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=person_id,
        outcome=outcome,
        columns=columns,
        purpose=purpose,
        now=now,
        origin=origin,
    )
