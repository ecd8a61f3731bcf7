"""Suggestions out of a listing's own text, and an editor's answers: yes is saved, no is remembered. Never commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.changes import clean
from service.catalog.facts import Source
from service.catalog.keepers import check
from service.catalog.models_reading import InterestLook, RefusedSuggestion, TermProposal
from service.catalog.operations import edit_group
from service.catalog.reading.extraction import read_facts
from service.catalog.reading.proposed import changes_of, key_of, text_of
from service.catalog.reading.suggestion import Suggestion
from service.catalog.snapshots import Difference, GroupChanges, difference, preview, snapshot
from service.catalog.views import GroupView
from service.errors import Forbidden, Invalid

LONGEST_KEY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One suggestion that would change something; `fact` is None for an interest, `code` for all others.

    `words` made an interest; there are none where others like the listing have it.
    """

    key: str
    confidence: float
    changed: Difference
    fact: Suggestion | None = None
    code: str | None = None
    words: tuple[str, ...] = ()


def offers(session: Session, group: GroupView, *, now: datetime, time_zone: str) -> list[Offer]:
    """Return what the text suggests and nobody has refused, facts in the order of the text, interests after them."""
    refused = set(session.scalars(select(RefusedSuggestion.key).where(RefusedSuggestion.group_id == group.id)))
    before, found = snapshot(group), []
    for one in read_facts(text_of(group)):
        changes = changes_of(group, [one], today=now.date(), time_zone=time_zone)
        changed = _difference(before, changes, now) if key_of(one) not in refused else {}
        if changed:
            found.append(Offer(key=key_of(one), confidence=one.confidence, changed=changed, fact=one))
    carried = {term.code for term in group.terms}
    look = session.get(InterestLook, group.id)
    query = select(TermProposal).where(TermProposal.group_id == group.id)
    for row in session.scalars(query.order_by(TermProposal.confidence.desc(), TermProposal.code)):
        key = term_key(row.code)
        if row.code not in carried and key not in refused:
            changed = {"terms": [sorted(carried), sorted({*carried, row.code})]}
            words = tuple(look.words.get(row.code, ())) if look else ()
            found.append(Offer(key=key, confidence=row.confidence, changed=changed, code=row.code, words=words))
    return found


def term_key(code: str) -> str:
    """Return under what the refusal of an interest is known again."""
    return f"t{sha256(code.encode()).hexdigest()[: LONGEST_KEY - 1]}"


def _difference(before: dict[str, object], changes: GroupChanges, now: datetime) -> Difference:
    """Return what would change; nothing where it could not be kept."""
    try:
        wanted = clean(changes, before=before, today=now.date())
    except Invalid:
        return {}
    return difference(before, preview(before, wanted, today=now.date()))


def answer(
    session: Session,
    group: GroupView,
    *,
    yes: Collection[str],
    no: Collection[str],
    expected_version: int,
    time_zone: str,
    actor: Actor,
    reason: str,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Save what an editor agreed to, and remember what they refused; keys that stand for nothing are passed over.

    Raises as `edit_group`.
    """
    _permitted(session, group, actor)
    open_now = offers(session, group, now=now, time_zone=time_zone)
    for one in open_now:
        if one.key in no:
            session.merge(RefusedSuggestion(group_id=group.id, key=one.key, at=now))
            if one.code is not None:
                asked = (TermProposal.group_id == group.id, TermProposal.code == one.code)
                session.execute(delete(TermProposal).where(*asked))
    agreed = [one for one in open_now if one.key in yes and one.key not in no]
    if not agreed:
        session.flush()
        return group
    changes = _all(group, agreed, now, time_zone)
    saved = edit_group(
        session,
        group_id=group.id,
        changes=changes,
        expected_version=expected_version,
        actor=actor,
        reason=reason,
        now=now,
        origin=origin,
    )
    read = (m.Fact.group_id == group.id, m.Fact.code.in_(list(changes.facts)))
    session.execute(update(m.Fact).where(*read).values(source=Source.EXTRACTED.value))  # read, not asked
    return saved


def _permitted(session: Session, group: GroupView, actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    check.listing(session, group.id, actor)


def _all(group: GroupView, agreed: Collection[Offer], now: datetime, time_zone: str) -> GroupChanges:
    found = changes_of(group, [one.fact for one in agreed if one.fact], today=now.date(), time_zone=time_zone)
    codes = [one.code for one in agreed if one.code]
    terms = tuple(sorted({*(term.code for term in group.terms), *codes})) if codes else None
    return GroupChanges(
        fields=found.fields, facts=found.facts, sessions=found.sessions, prices=found.prices, terms=terms
    )
