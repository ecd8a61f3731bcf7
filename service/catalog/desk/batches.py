"""Changing many listings at once: shown first, done in pieces that each go on after being killed, taken back as one.

Each listing is changed by the operation that changes one, with its revision. Taking all of it back leaves alone what
somebody changed since, and says so. Nothing here commits: whoever works commits after each piece.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Permission, Role
from service.accounts.record import audit
from service.catalog import approving
from service.catalog import models as m
from service.catalog.changes import Difference
from service.catalog.desk import bulk, putting_back
from service.catalog.desk.bulk import Wish
from service.catalog.desk.today import held_by
from service.catalog.editing.keeping import Save
from service.catalog.editing.missing import missing
from service.catalog.editing.moving import move_group
from service.catalog.editing.publishing import UNSHOWN, publish
from service.catalog.history import revision
from service.catalog.keepers import check
from service.catalog.models_desk import BulkEdit, BulkLine
from service.catalog.operations import ENTITY, MOVES, edit_group, keep, locked, set_status
from service.catalog.queries import group_by_id, load_groups
from service.catalog.views import GroupView
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem, ServiceError

PIECE = 20  # listings changed in one unit of work
MOST = 1000
SHOWN = 30  # on the list of what was done
WORKING = {"running": "waiting", "undoing": "done"}  # what a piece takes up


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one listing would become: its difference, or why it stays; neither where nothing is different."""

    group: GroupView
    difference: Difference
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change to many listings, as far as it has come; `told` are those it left, by why."""

    id: UUID
    wish: Wish
    reason: str | None
    state: str
    made_at: datetime
    counts: Mapping[str, int]
    told: Sequence[tuple[UUID, str, str, str]]


def show(
    session: Session, ids: Sequence[UUID], wish: Wish, *, reason: str, actor: Actor, today: date
) -> tuple[Line, ...]:
    """Say what each listing would become. Raises Forbidden, or Invalid as `bulk.check`."""
    _permitted(actor)
    bulk.check(wish, reason=reason, terms=session.scalars(select(m.Term.code)).all())
    name = _organisation(session, wish)
    views = load_groups(session, ids, today=today, public=False)
    shown = [views[one] for one in ids if one in views]
    barred = _barred(session, wish, shown, actor)
    theirs = check.among(session, [view.id for view in shown], actor)
    others = [Line(group=view, difference={}, problem="out_of_scope") for view in shown if view.id not in theirs]
    lines = {line.group.id: line for line in others}
    return tuple(lines.get(view.id) or _line(view, wish, name, today, barred) for view in shown)


def _line(view: GroupView, wish: Wish, name: str, today: date, barred: Collection[UUID]) -> Line:
    try:
        changed = bulk.difference_of(wish, view, organisation=name, today=today)
    except Invalid as refused:
        return Line(group=view, difference={}, problem=_code(refused))
    if wish.kind == "status" and changed and wish.what not in MOVES[view.status]:
        return Line(group=view, difference={}, problem="status_move")
    if view.id in barred:
        return Line(group=view, difference={}, problem="second_person" if view.status == "held" else "second_pair")
    if wish.what == "published" and changed and view.status in UNSHOWN and missing(view):
        return Line(group=view, difference={}, problem="incomplete")
    return Line(group=view, difference=changed, problem="")


def _barred(session: Session, wish: Wish, views: Sequence[GroupView], actor: Actor) -> set[UUID]:
    """Return the listings that somebody else must show on the list."""
    if wish.kind != "status":
        return set()
    held = [view.id for view in views if view.status == "held"]
    mine = {one for one, holder in held_by(session, held).items() if holder == actor.user_id} if held else set()
    if wish.what == "published" and approving.second_pair(session):
        drafts = [view.id for view in views if view.status in approving.UNPUBLISHED]
        mine |= {one for one in drafts if not approving.may_publish(session, one, actor)}
    return mine


def _organisation(session: Session, wish: Wish) -> str:
    if wish.kind != "organisation":
        return ""
    row = session.get(m.Organisation, UUID(wish.what))
    if row is None:
        raise Invalid("invalid", fields={"what": Problem("unknown_organisation")})
    return row.name


def begin(
    session: Session,
    *,
    edit_id: UUID,
    wish: Wish,
    reason: str,
    shown: Sequence[Line],
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> None:
    """Write down what shall be done: to those that would differ, at the version that was shown. `go_on` does it.

    Raises
    ------
    Forbidden
        `edit_catalog`.
    Invalid
        Field `kind`: `too_many`, `needed` where nothing would differ.
    """
    _permitted(actor)
    wanted = [line for line in shown if line.difference]
    if not wanted or len(wanted) > MOST:
        raise Invalid("invalid", fields={"kind": Problem("too_many", {"limit": MOST}) if wanted else Problem("needed")})
    edit = BulkEdit(
        id=edit_id,
        wish=bulk.as_json(wish),
        reason=reason.strip() or None,
        state="running",
        actor_id=actor.user_id,
        actor_role=actor.role.value,
        made_at=now,
    )
    session.add(edit)
    session.flush()
    for position, line in enumerate(wanted):
        session.add(
            BulkLine(
                id=uuid4(),
                edit_id=edit_id,
                position=position,
                group_id=line.group.id,
                seen=line.group.version,
                state="waiting",
            )
        )
    session.flush()
    _record(session, "change_many", edit_id, actor, now, origin)


def take_back(
    session: Session, *, edit_id: UUID, actor: Actor, now: datetime, origin: audit.Origin = audit.NOWHERE
) -> None:
    """Begin to take all of it back. Raises Forbidden, NotFound `bulk_edit`, Conflict `changed_meanwhile`."""
    _permitted(actor)
    edit = _edit(session, edit_id)
    if edit.state != "done":
        raise Conflict("changed_meanwhile")
    edit.state, edit.undone_by, edit.undone_role, edit.finished_at = "undoing", actor.user_id, actor.role.value, None
    session.flush()
    _record(session, "undo_many", edit_id, actor, now, origin)


def is_waiting(session: Session) -> bool:
    """Tell whether any change is not done yet."""
    return session.scalar(select(BulkEdit.id).where(BulkEdit.state.in_(WORKING)).limit(1)) is not None


def begun(session: Session) -> list[UUID]:
    """Return the changes that are not done yet, oldest first."""
    waiting = select(BulkEdit.id).where(BulkEdit.state.in_(WORKING))
    return list(session.scalars(waiting.order_by(BulkEdit.made_at, BulkEdit.id)))


def go_on(session: Session, edit_id: UUID, *, now: datetime) -> bool:
    """Do one piece, and tell whether any is left. Two at once take turns; a killed piece leaves nothing behind."""
    edit = _edit(session, edit_id)
    if edit.state not in WORKING:
        return False
    mine = select(BulkLine).where(BulkLine.edit_id == edit_id, BulkLine.state == WORKING[edit.state])
    lines = session.scalars(mine.order_by(BulkLine.position).limit(PIECE)).all()
    for line in lines:
        _do(session, edit, line, now)
    session.flush()
    if len(lines) == PIECE:
        return True
    edit.state, edit.finished_at = ("done" if edit.state == "running" else "undone"), now
    session.flush()
    return False


def _do(session: Session, edit: BulkEdit, line: BulkLine, now: datetime) -> None:
    try:
        with session.begin_nested():
            _change(session, edit, line, now) if edit.state == "running" else _undo(session, edit, line, now)
    except ServiceError as refused:
        line.state, line.problem = ("refused" if edit.state == "running" else "left"), _code(refused)


def _change(session: Session, edit: BulkEdit, line: BulkLine, now: datetime) -> None:
    actor = _actor(edit.actor_id, edit.actor_role)
    group = locked(session, line.group_id, actor, line.seen)
    line.before = putting_back.rows_of(group)
    wish = Wish(**edit.wish)
    known = {"group_id": line.group_id, "expected_version": line.seen, "actor": actor, "reason": edit.reason}
    if wish.kind == "status" and wish.what == "published":
        saving = Save(actor=actor, reason=edit.reason, now=now)
        saved = publish(session, group_id=line.group_id, expected_version=line.seen, save=saving)
    elif wish.kind == "status":
        saved = set_status(session, status=wish.what, now=now, **known)  # type: ignore[arg-type]  # as it takes them
    elif wish.kind == "organisation":
        saved = move_group(session, organisation_id=UUID(wish.what), now=now, **known)  # type: ignore[arg-type]  # the same
    else:
        view = group_by_id(session, line.group_id, today=now.date(), public=False)
        changes = bulk.changes_of(wish, view)
        assert changes is not None  # noqa: S101  # the other kinds were dealt with
        saved = edit_group(session, changes=changes, now=now, **known)  # type: ignore[arg-type]  # the same
    if saved.version == line.seen:
        line.state, line.before = "same", None
    else:
        line.state, line.made = "done", saved.version


def _undo(session: Session, edit: BulkEdit, line: BulkLine, now: datetime) -> None:
    actor = _actor(edit.undone_by, edit.undone_role or "")
    group = locked(session, line.group_id, actor, line.made)
    made = revision(session, ENTITY, line.group_id, line.made or 0)
    with session.no_autoflush:
        putting_back.put_back(group, line.before or {})
    keep(
        session,
        group,
        {name: [new, old] for name, (old, new) in made.difference.items()},
        actor,
        None,
        now,
        audit.NOWHERE,
    )
    line.state = "undone"


def of(session: Session, edit_id: UUID) -> Done:
    """Return how far one has come; NotFound `bulk_edit`."""
    row = session.get(BulkEdit, edit_id, populate_existing=True)
    if row is None:
        raise NotFound("bulk_edit")
    by_state = select(BulkLine.state, func.count()).where(BulkLine.edit_id == edit_id).group_by(BulkLine.state)
    left = (
        select(BulkLine.group_id, m.Group.name, BulkLine.state, BulkLine.problem)
        .join(m.Group, m.Group.id == BulkLine.group_id)
        .where(BulkLine.edit_id == edit_id, BulkLine.state.in_(("refused", "left")))
        .order_by(BulkLine.position)
    )
    return Done(
        id=row.id,
        wish=Wish(**row.wish),
        reason=row.reason,
        state=row.state,
        made_at=row.made_at,
        counts=Counter({one[0]: one[1] for one in session.execute(by_state)}),
        told=[(one[0], one[1], one[2], one[3] or "") for one in session.execute(left)],
    )


def lately(session: Session) -> list[Done]:
    """Return the last ones, newest first."""
    newest = select(BulkEdit.id).order_by(BulkEdit.made_at.desc(), BulkEdit.id).limit(SHOWN)
    return [of(session, one) for one in session.scalars(newest)]


def forget_rows(session: Session, *, before: datetime) -> int:
    """Forget what is needed to take an old change back; what was done stays in the revisions."""
    old = select(BulkEdit.id).where(BulkEdit.made_at < before, BulkEdit.state.in_(("done", "undone")))
    lines = update(BulkLine).where(BulkLine.edit_id.in_(old), BulkLine.before.is_not(None))
    return len(session.scalars(lines.values(before=None).returning(BulkLine.id)).all())


def _edit(session: Session, edit_id: UUID) -> BulkEdit:
    row = session.get(BulkEdit, edit_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("bulk_edit")
    return row


def _code(refused: ServiceError) -> str:
    of_field = next((problem.code for problem in refused.fields.values()), refused.code)
    return refused.code if refused.code == "incomplete" else of_field


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def _actor(user_id: UUID | None, role: str) -> Actor:
    return Actor(role=Role(role), user_id=user_id, permissions=GRANTS[Role(role)])


def _record(session: Session, action: str, edit_id: UUID, actor: Actor, now: datetime, origin: audit.Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="bulk_edit",
        subject_id=edit_id,
        columns=["state"],
        now=now,
        origin=origin,
    )
