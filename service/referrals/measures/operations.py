"""Writes of measures: keep what somebody answered, with their yes; give them a link; note a licence. Never commits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR, Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.referrals import consent, links
from service.referrals.assessments import MODES
from service.referrals.measures import again, queries
from service.referrals.measures.definitions import MEASURES, SHEETS, SLOTS, Kind, Measure
from service.referrals.measures.queries import ITEM, Course
from service.referrals.measures.scoring import Scored, count_map, read_map, score
from service.referrals.models import Consent
from service.referrals.models_measures import Assessment, MeasureLicence
from service.referrals.queries import place

WORDS_VERSION = "2026-11"  # of what people are asked when they say that answers may be kept
MAX_STORY, MAX_LICENCE = 4000, 100  # characters
LINK_DAYS = 14  # (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """How and when answers were given.

    Attributes
    ----------
    mode : str
        One of `assessments.MODES`.
    yes : bool
        They agreed, in this sitting, that their answers are kept.
    """

    mode: str
    taken_on: date
    yes: bool = False


def read_course(
    session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> Course | None:
    """Return the measures of one person, and record the reading; None, recorded as denied, when they are not theirs."""
    try:
        found = queries.course(session, sealer=sealer, referral_id=referral_id, actor=actor, now=now)
    except NotFound:
        audit.record(
            session,
            actor=actor,
            action=Permission.WORK_CASES.value,
            subject="referral",
            subject_id=referral_id,
            outcome="denied",
            purpose=Purpose.FOLLOW_UP,
            now=now,
            origin=origin,
        )
        return None
    columns = ("assessment", "preferred_name", "story")
    record(session, actor, Permission.WORK_CASES.value, found.person_id, columns, now, origin)
    return found


def measures_of(session: Session, *, sheet: str, actor: Actor) -> tuple[Measure, ...]:
    """Return what is asked on one sheet: one of `SHEETS`, or a measure whose licence the organisation entered."""
    if sheet in SHEETS:
        return SHEETS[sheet]
    open_here = queries.licensed(session, organisation_id=actor.organisation_id)
    return tuple(one for one in SLOTS if one.code == sheet and sheet in open_here)


def take(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    measures: Sequence[Measure],
    answers: Mapping[str, str],
    sitting: Sitting,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> tuple[Scored, ...]:
    """Score answers and keep them.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `assessment`: as `scoring.score`; `nothing_answered`, `no_yes`, `unknown_choice` of the mode, or `in_future`.
    """
    person_id = queries.person_of(session, referral_id=referral_id, actor=actor).id
    here = actor.organisation_id
    if here is None:
        raise Forbidden("not_allowed")
    scored = scored_of(measures, answers, sitting, now)
    if not queries.agreed(session, person_id=person_id, organisation_id=here, now=now):
        if not sitting.yes:
            raise Invalid("assessment", fields={"yes": Problem("no_yes")})
        agree(session, person_id, here, "spoken", now)
    keep(session, sealer, person_id, here, scored, sitting, actor, now)
    record(session, actor, "measure", person_id, ("assessment",), now, origin)
    return scored


def answer(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    answers: Mapping[str, str],
    yes: bool,
    now: datetime,
    origin: Origin = NOWHERE,
) -> tuple[Scored, ...]:
    """Score what somebody answered by their own link; keep it if they say yes, use the link up either way.

    Raises
    ------
    NotFound, Gone
        As `links.find`.
    Invalid
        `assessment`: as `scoring.score`, or `nothing_answered`.
    """
    held = links.find(session, token=token, purpose=ITEM, now=now)
    sitting = Sitting(mode="self", taken_on=now.date())
    scored = scored_of(tuple(one for sheet in SHEETS.values() for one in sheet), answers, sitting, now)
    links.use_up(session, held.id, now)
    if yes and held.person_id is not None:
        if not queries.agreed(session, person_id=held.person_id, organisation_id=held.organisation_id, now=now):
            agree(session, held.person_id, held.organisation_id, "online", now)
        keep(session, sealer, held.person_id, held.organisation_id, scored, sitting, VISITOR, now)
        record(session, VISITOR, "measure", held.person_id, ("assessment",), now, origin)
    return scored


def give_link(
    session: Session, *, referral_id: UUID, token: str, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> datetime:
    """Make a person's own link to answer, in place of those still open; returns until when it works."""
    person_id = queries.person_of(session, referral_id=referral_id, actor=actor).id
    if actor.organisation_id is None:
        raise Forbidden("not_allowed")
    links.revoke(session, person_id=person_id, now=now, purpose=ITEM)
    links.give(
        session,
        person_id=person_id,
        organisation_id=actor.organisation_id,
        purpose=ITEM,
        token=token,
        now=now,
        by_user_id=actor.user_id,
        days=LINK_DAYS,
    )
    record(session, actor, "measures_link", person_id, ("person_link",), now, origin)
    return links.find(session, token=token, purpose=ITEM, now=now).expires_at


def write_story(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    words: str,
    version: int | None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Keep what somebody says matters to them, in their own words.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `assessment`: the words are `too_long`.
    Conflict
        `changed_meanwhile`.
    """
    person = queries.person_of(session, referral_id=referral_id, actor=actor)
    text = words.strip()
    if len(text) > MAX_STORY:
        raise Invalid("assessment", fields={"story": Problem("too_long")})
    if version != person.version:
        raise Conflict("changed_meanwhile", version=person.version)
    person.story = sealer.seal(place("person", person.id, "story"), text.encode()) if text else None
    person.changed_at = now
    record(session, actor, "write_story", person.id, ("story",), now, origin)
    session.flush()


def forget(session: Session, *, person_id: UUID, organisation_id: UUID) -> int:
    """Erase what an organisation keeps of somebody's answers: they took their yes back."""
    theirs = delete(Assessment).where(Assessment.person_id == person_id, Assessment.organisation_id == organisation_id)
    return len(session.execute(theirs.returning(Assessment.id)).all())


def enter_licence(
    session: Session, *, instrument: str, number: str, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Note, or with an empty number take away, an organisation's licence of a measure.

    Raises
    ------
    Forbidden
        `not_allowed`: no organisation, or not whoever runs it.
    Invalid
        `assessment`: `unknown_choice` or `too_long`.
    """
    here, text = actor.organisation_id, " ".join(number.split())
    if here is None or not actor.may(Permission.PRIVACY):
        raise Forbidden("not_allowed")
    if instrument not in {one.code for one in SLOTS}:
        raise Invalid("assessment", fields={"instrument": Problem("unknown_choice")})
    if len(text) > MAX_LICENCE:
        raise Invalid("assessment", fields={"number": Problem("too_long")})
    session.execute(
        delete(MeasureLicence).where(MeasureLicence.organisation_id == here, MeasureLicence.instrument == instrument)
    )
    if text:
        session.add(
            MeasureLicence(
                organisation_id=here, instrument=instrument, number=text, by_user_id=actor.user_id, entered_at=now
            )
        )
    audit.record(
        session,
        actor=actor,
        action="licence",
        subject="measure_licence",
        subject_id=here,
        columns=(instrument,),
        purpose=Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
    session.flush()


def scored_of(
    measures: Sequence[Measure], answers: Mapping[str, str], sitting: Sitting, now: datetime
) -> tuple[Scored, ...]:
    """Score answers, or say everything that is wrong with them at once."""
    wrong: dict[str, Problem] = {}
    found = []
    for measure in measures:
        try:
            found.append(score(measure, answers))
        except Invalid as refused:
            wrong |= refused.fields
    if sitting.mode not in MODES:
        wrong["mode"] = Problem("unknown_choice")
    if sitting.taken_on > now.date():
        wrong["taken_on"] = Problem("in_future")
    kept = tuple(one for one in found if not one.empty)
    if not wrong and not kept:
        wrong[_first_field(measures)] = Problem("nothing_answered")
    if wrong:
        raise Invalid("assessment", fields=wrong)
    return kept


def _first_field(measures: Sequence[Measure]) -> str:
    first = measures[0]
    return {Kind.MAP: "name_1", Kind.TOTAL: "total"}.get(first.kind) or next(iter(first.items))


def agree(session: Session, person_id: UUID, organisation_id: UUID, method: str, now: datetime) -> None:
    """Note that this organisation may keep the answers: a yes of its own, that runs out as every other."""
    session.add(
        Consent(
            id=uuid4(),
            person_id=person_id,
            organisation_id=organisation_id,
            items=[ITEM],
            purpose=ITEM,
            words_version=WORDS_VERSION,
            given_by="self",
            method=method,
            given_at=now,
            expires_at=consent.latest_expiry(now),
        )
    )
    session.flush()


def keep(
    session: Session,
    sealer: Sealer,
    person_id: UUID,
    organisation_id: UUID,
    scored: Sequence[Scored],
    sitting: Sitting,
    actor: Actor,
    now: datetime,
    assessment_id: UUID | None = None,
) -> None:
    """Keep what was scored, sealed."""
    for one in scored:
        row = Assessment(
            id=assessment_id or uuid4(),
            person_id=person_id,
            organisation_id=organisation_id,
            instrument=one.measure.code,
            version=one.measure.version,
            wording=one.measure.wording.value,
            mode=sitting.mode,
            taken_on=sitting.taken_on,
            by_user_id=actor.user_id,
            created_at=now,
        )
        for column, values in (("answers", dict(one.kept)), ("scores", _figures(one))):
            setattr(row, column, sealer.seal(place("assessment", row.id, column), json.dumps(values).encode()))
        session.add(row)
    session.flush()
    again.answered(session, person_id=person_id, organisation_id=organisation_id, today=now.date())


def _figures(scored: Scored) -> dict[str, int]:
    if scored.measure is MEASURES["groups_map"]:
        counted = count_map(read_map(scored.kept))
        return {"now": counted.now, "restart": counted.restart, "join": counted.join}
    return {one.scale.code: one.value for one in scored.figures}


def record(
    session: Session, actor: Actor, action: str, person_id: UUID, columns: Sequence[str], now: datetime, origin: Origin
) -> None:
    """Record what was done with somebody's answers, and no word of them."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="person",
        subject_id=person_id,
        columns=columns,
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
