"""A small caseload of invented people, for trying out a desk. Each says "(example)"; nobody is written to.

Done twice it makes nothing the second time. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.referrals.history import raise_need, renew, step
from service.referrals.lifecycle import START, Machine, Part
from service.referrals.models import Consent, Introduction, Person, Referral
from service.referrals.models_desk import CaseNote, CaseTask, ContactAttempt
from service.referrals.queries import place

NAMES = UUID("6d2f6a4e-6d7b-5c1e-9a5b-0f6a3c2b1d10")  # the same people whenever they are made
AGREED_FOR = timedelta(days=180)
GROUPS = 4  # examples that are asked


@dataclass(frozen=True, slots=True)
class Example:
    """One invented person: where their case stands, and on which day (before today) it came there."""

    name: str
    phone: str
    story: str
    path: str  # "sent 9 accepted 8 …": states, and days ago
    asked: str = ""  # the same of one group
    needs: str = ""
    notes: str = ""
    said: str = ""  # by the group
    tries: tuple[int, ...] = ()  # days ago on which nobody was reached
    task: str = ""
    raised: str = ""
    held: bool = True


EXAMPLES = (
    Example(
        "Ravi P", "01632 960001", "Plays chess. Lost touch when he stopped work.",
        "sent 20 accepted 19 in_contact 17 planned 14 introduced 13", "sent 13 accepted 11 booked 9 no_show 1",
        notes="He would like a call the evening before.", task="Ring Ravi, kindly, before twelve",
    ),
    Example(
        "Mrs Lowe", "01632 960002", "Sang in a choir for thirty years.",
        "sent 40 accepted 38 in_contact 36 planned 33 introduced 32 attending 20",
        "sent 32 accepted 30 booked 29 attended 20",
        needs="A seat near the door.", raised="safety",
    ),
    Example(
        "Joan W", "01632 960003", "Misses her sister’s kitchen. Used to run the church teas.",
        "sent 12 accepted 11 in_contact 9 planned 7 introduced 6", "sent 6 accepted 0",
        needs="Hears best on the left.", notes="“I’d like to be expected somewhere on a Tuesday.”",
        said="Tell her I’ll be in the hall.",
    ),
    Example(
        "Tomasz K", "01632 960004", "Mends clocks and radios.",
        "sent 25 accepted 24 in_contact 20 planned 15 introduced 11", "sent 11",
        task="Walk there with Tomasz the first time",
    ),
    Example("Sadia A", "01632 960005", "New here. Likes a text first.", "sent 9 accepted 8", tries=(6, 3)),
    Example(
        "Dilys M", "01632 960006", "Would walk if somebody came along.", "sent 16 accepted 15 in_contact 12",
        notes="Knee is better. Not on Fridays.",
    ),
    Example(
        "Omar H", "01632 960007", "Cooked in the army. Likes to feed people.",
        "sent 30 accepted 28 in_contact 25 planned 21 introduced 20 planned 2", "sent 20 declined 2",
    ),
    Example(
        "Wei L", "01632 960008", "Paints. Speaks little English yet.",
        "sent 45 accepted 44 in_contact 42 planned 40 introduced 39 attending 7",
        "sent 39 accepted 35 booked 30 attended 7",
    ),
    Example(
        "Ines R", "01632 960009", "Lost her husband in spring.",
        "sent 70 accepted 69 in_contact 66 planned 60 introduced 59 attending 40 settled 1",
        "sent 59 accepted 55 booked 50 attended 40 settled 1",
    ),
    Example("Femi O", "01632 960010", "Looks after his mother. Has Wednesdays free.", "sent 1", held=False),
    Example("Pat D", "01632 960011", "", "sent 4", held=False),
)  # fmt: skip


def add(session: Session, *, sealer: Sealer, actor: Actor, now: datetime) -> int:
    """Make the people of this link worker that are not there yet; return how many."""
    known = set(session.scalars(select(Referral.id).where(Referral.organisation_id == actor.organisation_id)))
    groups = _groups(session)
    missing = [one for one in EXAMPLES if uuid5(NAMES, f"case {one.name}") not in known]
    for number, one in enumerate(missing):
        _add(session, sealer, one, groups[number % len(groups)] if groups else None, actor, now)
    return len(missing)


def _groups(session: Session) -> list[UUID]:
    open_ones = (Group.is_example.is_(True), Group.status == "published", Group.joinable.is_(True))
    return list(session.scalars(select(Group.id).where(*open_ones).order_by(Group.name, Group.id).limit(GROUPS)))


def _add(session: Session, sealer: Sealer, one: Example, group_id: UUID | None, actor: Actor, now: datetime) -> None:
    row = _referral(session, sealer, one, actor, now)
    asked = _introduction(session, sealer, one, row, group_id, now) if one.asked and group_id else None
    moments = sorted(
        [
            *((ago, 0, state) for state, ago in _pairs(one.path)),
            *((ago, 1, state) for state, ago in _pairs(one.asked) if asked is not None),
        ],
        key=lambda at: -at[0],
    )
    for ago, of_group, state in moments:
        if of_group and asked is not None:
            _step_of_group(session, asked, state, actor, now - timedelta(days=ago))
        else:
            part = Part.REFERRER if state == "sent" else Part.LINK_WORKER
            step(session, row, state, part, actor, now - timedelta(days=ago))
    _written(session, sealer, one, row, actor, now)
    renew(session, row, today=now.date())


def _pairs(text: str) -> list[tuple[str, int]]:
    words = text.split()
    return [(state, int(ago)) for state, ago in zip(words[::2], words[1::2], strict=True)]


def _referral(session: Session, sealer: Sealer, one: Example, actor: Actor, now: datetime) -> Referral:
    began = now - timedelta(days=_pairs(one.path)[0][1])
    person = Person(id=uuid5(NAMES, one.name), organisation_id=actor.organisation_id, contact_rule="phone")
    person.created_at = began
    texts = {
        "preferred_name": f"{one.name} (example)",
        "contact": one.phone,
        "story": one.story,
        "needs": one.needs,
        "contact_notes": "Mornings, no voicemail.",
    }
    for column, text in texts.items():
        setattr(person, column, sealer.seal(place("person", person.id, column), text.encode()) if text else None)
    session.add(person)
    session.flush()
    row = Referral(id=uuid5(NAMES, f"case {one.name}"), person_id=person.id, organisation_id=actor.organisation_id)
    row.owner_user_id = actor.user_id if one.held else None
    row.state, row.source, row.acting_for = START[Machine.REFERRAL], "web", "Dr Bo Adeyemi (example)"
    row.created_at = row.changed_at = began
    session.add(row)
    session.flush()
    return row


def _introduction(
    session: Session, sealer: Sealer, one: Example, row: Referral, group_id: UUID, now: datetime
) -> Introduction:
    sent = now - timedelta(days=_pairs(one.asked)[0][1])
    made = Introduction(id=uuid5(NAMES, f"group {one.name}"), referral_id=row.id, group_id=group_id, sent_at=sent)
    made.state = START[Machine.INTRODUCTION]
    if one.said:
        made.note = sealer.seal(place("introduction", made.id, "note"), one.said.encode())
    consent = Consent(id=uuid5(NAMES, f"yes {one.name}"), person_id=row.person_id, group_id=group_id)
    consent.items, consent.purpose, consent.words_version = ["name", "access_needs"], "introduction", "example"
    consent.given_by, consent.method = "self", "spoken"
    consent.given_at, consent.expires_at = sent, sent + AGREED_FOR
    session.add_all([made, consent])
    session.flush()
    return made


def _step_of_group(session: Session, row: Introduction, state: str, actor: Actor, at: datetime) -> None:
    if state == "booked":
        row.first_date = (at + timedelta(days=8)).replace(hour=10, minute=0, second=0, microsecond=0)
    if state in ("accepted", "declined"):
        row.answered_at = at
        row.reason = "full" if state == "declined" else None
    if state in ("attended", "settled"):
        row.first_date = row.first_date if state == "settled" else at
        row.attended, row.last_attended_on = row.attended + 1, at.date()
    step(session, row, state, Part.LINK_WORKER if state in ("sent", "settled") else Part.LEADER, actor, at)


def _written(session: Session, sealer: Sealer, one: Example, row: Referral, actor: Actor, now: datetime) -> None:
    """Write what a link worker would have; the record of who did what holds only what somebody really did."""
    by = {"referral_id": row.id, "by_user_id": actor.user_id}
    for ago in one.tries:
        at = now - timedelta(days=ago)
        session.add(ContactAttempt(**by, channel="phone", reached=False, on_day=at.date(), at=at))
    if one.notes:
        at = now - timedelta(days=_pairs(one.path)[-1][1] + 1)
        note = CaseNote(id=uuid5(NAMES, f"note {one.name}"), **by, at=at)
        note.words = sealer.seal(place("case_note", note.id, "words"), one.notes.encode())
        session.add(note)
    if one.task:
        task = CaseTask(id=uuid5(NAMES, f"task {one.name}"), **by, who="worker", due_on=now.date(), at=now)
        task.what = sealer.seal(place("case_task", task.id, "what"), one.task.encode())
        session.add(task)
    session.flush()
    if one.raised:
        raise_need(session, row, one.raised, today=now.date())
