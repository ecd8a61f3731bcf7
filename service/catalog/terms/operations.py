"""Changing the taxonomy: one act, checked as a whole, kept with who and why; listings go along. Never commits."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.keepers import check
from service.catalog.models_terms import TermChange
from service.catalog.operations import touch
from service.catalog.terms import queries, retagging
from service.catalog.words.overlay import ENGLISH, GIVES_WAY, Change, Overlaid, new_code, overlaid, tidy
from service.catalog.words.taxonomy import Taxonomy, Term
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

SUBJECT = "term"
LONGEST_REASON = 500
# The field of the form that a problem stands beside.
FIELDS = {"no_broader": "under", "circle": "under", "family_stays": "under", "no_language": "language"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an editor wants done. `code` is the term it is about; to add one, its broader term."""

    code: str
    act: str
    value: str = ""
    language: str = ENGLISH
    under: str = ""

    def change(self, number: int, taken: Overlaid) -> Change:
        """Return it as an act of this number."""
        code, under, act = self.code, self.under, self.act
        if act == "add":
            held = {*(term.code for term in taken.terms), *taken.retired}
            code, under = new_code(self.value, self.code, held), self.code
        elif act == "retire":
            known = {term.code: term.broader for term in taken.terms}
            under = known.get(code) or ""
        value = " ".join(self.value.split())
        return Change(number=number, code=code, act=act, value=value, language=self.language, under=under)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act as it was kept: its number, the term to look at now, and how many listings went along."""

    number: int
    code: str
    moved: int


def previewed(session: Session, ground: Taxonomy, wanted: Wanted) -> tuple[Change, Overlaid]:
    """Return an act as it would be, and the tree as it would stand. Writes nothing. Raises as `act`."""
    known = queries.changes(session)
    before = overlaid(ground.terms, known)
    if wanted.code not in {term.code for term in before.terms}:
        raise NotFound("term")
    change = wanted.change(max((one.number for one in known), default=0) + 1, before)
    after = overlaid(ground.terms, [*known, change])
    if problem := after.left_out.get(change.number):
        raise Invalid("invalid", fields={FIELDS.get(problem, "value"): Problem(problem)})
    return change, after


def act(
    session: Session,
    *,
    ground: Taxonomy,
    wanted: Wanted,
    expected_version: int,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> Done:
    """Do one act.

    Parameters
    ----------
    ground : Taxonomy
        Of the files.
    expected_version : int
        `queries.version` of the term when the editor read it.

    Raises
    ------
    Forbidden
        `edit_catalog`.
    NotFound
        `term`.
    Conflict
        `stale_version`: somebody changed the term since.
    Invalid
        Field `value`, `under` or `language`: what `service.catalog.words.overlay` finds wrong.
    """
    number = _begun(session, wanted.code, actor, expected_version, now)
    change, after = previewed(session, ground, wanted)
    change = replace(change, number=number)
    session.execute(
        insert(TermChange).values(
            number=number,
            stamp=number,
            code=change.code,
            act=change.act,
            value=change.value,
            language=change.language,
            under=change.under,
            actor_id=actor.user_id,
            actor_role=actor.role.value,
            reason=_reason(reason),
            at=now,
        )
    )
    _keep_terms(session, after)
    moved = 0
    if change.act in GIVES_WAY:
        moved = retagging.move(session, change, actor=actor, reason=reason, now=now)
    _record(session, change.act, actor, now, origin)
    gone = change.act in GIVES_WAY
    return Done(number=number, code=change.under if gone else change.code, moved=moved)


def undo(
    session: Session,
    *,
    ground: Taxonomy,
    number: int,
    code: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> Done:
    """Take one act back; others stay as they are, and listings that went along come back.

    Raises
    ------
    Forbidden, Conflict
        As `act`; `code` is the term whose history was read.
    NotFound
        `term_change`: no such act, or it was taken back already.
    Conflict
        `term_change_needed`: a later act, or a listing, builds on it.
    """
    stamp = _begun(session, code, actor, expected_version, now)
    row = session.scalar(select(TermChange).where(TermChange.number == number))
    if row is None or row.undone_at is not None or code not in (row.code, row.under):
        raise NotFound("term_change")
    known = queries.changes(session)
    before, change = overlaid(ground.terms, known), next(one for one in known if one.number == number)
    after = overlaid(ground.terms, [replace(one, undone=one.undone or one.number == number) for one in known])
    carried = change.act == "add" and queries.count_carriers(session, [change.code])
    if carried or set(after.left_out) - set(before.left_out):
        raise Conflict("term_change_needed")
    row.stamp, row.undone_at, row.undone_by = stamp, now, actor.user_id
    session.flush()
    _keep_terms(session, after)
    moved = 0
    if change.act in GIVES_WAY:
        moved = retagging.give_back(session, change, actor=actor, now=now)
    _record(session, "undo", actor, now, origin)
    return Done(number=number, code=change.under if change.act == "add" else change.code, moved=moved)


def _begun(session: Session, code: str, actor: Actor, expected_version: int, now: datetime) -> int:
    """Let one editor at a time on, by the row that all workers watch; return the number of this change."""
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    check.whole(session, actor)
    number = touch(session, (), now=now)
    current = queries.version(session, code)
    if current != expected_version:
        raise Conflict("stale_version", current_version=current)
    return number


def _keep_terms(session: Session, tree: Overlaid) -> None:
    """Make the table of terms say what the tree says; a retired one stays, and names what stands for it."""
    stored = {row.code: row for row in session.scalars(select(m.Term))}
    for term in sorted(tree.terms, key=lambda one: one.code not in stored):
        wanted = _columns(term)
        if term.code not in stored:
            session.execute(insert(m.Term).values(code=term.code, **wanted))
        else:
            row = stored[term.code]
            for name, value in wanted.items():
                if getattr(row, name) != value:
                    setattr(row, name, value)
    for old, new in tree.retired.items():
        if old in stored and stored[old].replaced_by != new:
            session.execute(update(m.Term).where(m.Term.code == old).values(replaced_by=new))
    session.flush()


def _columns(term: Term) -> dict[str, str | None]:
    return {
        "facet": term.facet,
        "label": term.label,
        "definition": term.definition,
        "broader": term.broader,
        "open_active": term.open_active,
        "open_eligibility": term.open_eligibility,
        "replaced_by": None,
    }


def _reason(text: str | None) -> str | None:
    return tidy(text or "")[:LONGEST_REASON] or None


def _record(session: Session, what: str, actor: Actor, now: datetime, origin: audit.Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject=SUBJECT,
        subject_id=None,
        columns=[what],
        now=now,
        origin=origin,
    )
