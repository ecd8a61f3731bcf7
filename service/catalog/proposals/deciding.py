"""What editors do with a proposal: take all or part of it, or not; whoever asked is told. Never commits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.telling import Post, tell
from service.catalog import operations
from service.catalog.changes import GroupChanges, snapshot
from service.catalog.editing import organisations
from service.catalog.editing.keeping import Save
from service.catalog.keepers import check
from service.catalog.models import Organisation
from service.catalog.models_proposals import REASONS, Proposal
from service.catalog.proposals import comparing, queue, taking
from service.catalog.proposals.comparing import CLOSED, Offer
from service.catalog.queries import group_by_id
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, Problem

LONGEST_OUTCOME = 500  # characters
TOLD = {"accepted": "suggestion_taken", "partly": "suggestion_partly", "rejected": "suggestion_not_taken"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who decides, when, and with what."""

    actor: Actor
    now: datetime
    origin: audit.Origin
    sealer: Sealer
    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an editor takes of a proposal.

    Attributes
    ----------
    versions : tuple of int
        Of the proposal and of the listing, as they were read; of a new group the second is 0.
    texts : mapping
        Field to text, as the editor left it.
    reason : str
        For the listing's history: who or what, never by whom.
    heard : str
        The same of a group that somebody at work heard of; empty where `reason` says it.
    time_zone : str
        Of a meeting that has none yet.
    """

    versions: tuple[int, int]
    texts: Mapping[str, str] = field(repr=False)
    reason: str
    time_zone: str
    heard: str = ""


def accept(session: Session, *, proposal_id: UUID, wanted: Wanted, deed: Deed) -> UUID:
    """Put what is wanted of a proposal into the listing, and return the listing's id.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`; `proposal` or `group`.
    Conflict
        `changed_meanwhile`: somebody decided first; `stale_version`: the listing is not as it was shown.
    Invalid
        Field `take` (`needed`), or those of the form as `changes.clean` names them.
    """
    row = _open(session, proposal_id, wanted.versions[0], deed.actor, "change")
    view = group_by_id(session, row.group_id or row.id, today=deed.now.date(), public=False)
    now = snapshot(view)
    offered = comparing.offers(taking.opened(deed.sealer, row, "said"), now)
    chosen = _chosen(offered, wanted.texts)
    if view.version != wanted.versions[1]:
        raise Conflict("stale_version", current_version=view.version)
    made = comparing.changes(chosen, now, new_session=uuid4(), time_zone=wanted.time_zone)
    _save(session, view.id, view.version, made, deed, wanted.reason)
    if any(one.field == CLOSED for one in chosen):
        operations.set_status(
            session,
            group_id=view.id,
            status="archived",
            expected_version=None,
            actor=deed.actor,
            reason=wanted.reason,
            now=deed.now,
            origin=deed.origin,
        )
    _close(session, row, "accepted" if len(chosen) == len(offered) else "partly", deed)
    return view.id


def _save(session: Session, group_id: UUID, version: int, made: GroupChanges, deed: Deed, reason: str) -> None:
    if made.fields or made.sessions:
        operations.edit_group(
            session,
            group_id=group_id,
            changes=made,
            expected_version=version,
            actor=deed.actor,
            reason=reason,
            now=deed.now,
            origin=deed.origin,
        )


def accept_new(session: Session, *, proposal_id: UUID, wanted: Wanted, deed: Deed) -> UUID:
    """Make a draft of what is wanted of a proposed group, and return its id. Raises as `accept`."""
    row = _open(session, proposal_id, wanted.versions[0], deed.actor, "new")
    said = taking.opened(deed.sealer, row, "said")
    offered = comparing.offers(said, {})
    chosen = _chosen(offered, wanted.texts)
    texts = {one.field: one.value for one in chosen}
    if not texts.get("name"):
        raise Invalid("invalid", fields={"name": Problem("needed")})
    reason = wanted.heard if row.by_role and wanted.heard else wanted.reason
    made = operations.create_group(
        session,
        organisation_id=_runs(session, texts.get("runs") or texts["name"], deed, reason),
        changes=comparing.changes(chosen, {}, new_session=uuid4(), time_zone=wanted.time_zone),
        actor=deed.actor,
        reason=reason,
        now=deed.now,
        group_id=row.id,  # the same proposal never makes two
        origin=deed.origin,
    )
    row.group_id = made.id
    _close(session, row, "accepted" if len(chosen) == len(offered) else "partly", deed)
    return made.id


def _runs(session: Session, name: str, deed: Deed, reason: str) -> UUID:
    """Return the organisation of this name; one that is not there is made, listed and not vetted."""
    plain = " ".join(name.split())
    known = session.scalar(select(Organisation.id).where(Organisation.name == plain).order_by(Organisation.id))
    if known is not None:
        return known
    save = Save(actor=deed.actor, reason=reason, now=deed.now, origin=deed.origin)
    return organisations.create_organisation(session, fields={"name": plain}, save=save).id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why nothing is taken: a code of REASONS, an editor's word for other editors, and how a letter says the code."""

    reason: str
    outcome: str = field(default="", repr=False)
    why: str = ""


def reject(session: Session, *, proposal_id: UUID, version: int, refused: Refused, deed: Deed) -> None:
    """Take nothing of a proposal, and note why. Fields of Invalid: `reason`, `outcome`."""
    queue.permitted(deed.actor)
    word = refused.outcome.strip()
    problems = {} if refused.reason in REASONS else {"reason": Problem("not_a_choice")}
    if len(word) > LONGEST_OUTCOME:
        problems["outcome"] = Problem("too_long", {"limit": LONGEST_OUTCOME})
    elif not word and refused.reason == "other":
        problems["outcome"] = Problem("needed")
    if problems:
        raise Invalid("invalid", fields=problems)
    row = _open(session, proposal_id, version, deed.actor, "")
    row.reason = refused.reason
    row.outcome = taking.seal(deed.sealer, row.id, "outcome", {"word": word} if word else {})
    _close(session, row, "rejected", deed, why=refused.why)


def close_claim(session: Session, *, proposal_id: UUID, version: int, deed: Deed) -> None:
    """Note that whoever runs a group was invited: the invitation tells them, so nothing else does."""
    row = _open(session, proposal_id, version, deed.actor, "claim")
    _close(session, row, "accepted", deed, silent=True)


def _open(session: Session, proposal_id: UUID, version: int, actor: Actor, kind: str) -> Proposal:
    queue.permitted(actor)
    row = queue.row_of(session, proposal_id)
    if row.version != version or row.state != "open" or kind not in ("", row.kind):
        raise Conflict("changed_meanwhile")
    if row.group_id is not None:
        check.listing(session, row.group_id, actor)
    return row


def _chosen(offered: tuple[Offer, ...], texts: Mapping[str, str]) -> tuple[Offer, ...]:
    """Return the offers that are wanted, in the words the editor left them in."""
    chosen = []
    for one in offered:
        if one.field in texts:
            text = texts[one.field].replace("\r\n", "\n").strip()
            chosen.append(
                Offer(
                    field=one.field,
                    target=one.target,
                    before=one.before,
                    value=text or one.value,
                    by_hand=one.by_hand,
                )
            )
    if offered and not chosen:
        raise Invalid("invalid", fields={"take": Problem("needed")})
    return tuple(chosen)


def _close(session: Session, row: Proposal, state: str, deed: Deed, *, why: str = "", silent: bool = False) -> None:
    """End a proposal: whoever asked for it is told, and how to reach them is erased in the same moment."""
    email = taking.opened(deed.sealer, row, "contact").get("email", "")
    row.state, row.closed_at, row.closed_by = state, deed.now, deed.actor.user_id
    row.contact = row.token_hash = row.link_until = None
    session.flush()
    if email and not silent and row.doubt is None:
        tell(
            session,
            deed.post,
            to=email,
            template=TOLD[state],
            params={"why": why},
            now=deed.now,
            key=f"proposal:{row.id}:told",
        )
    audit.record(
        session,
        actor=deed.actor,
        action="close_proposal",
        subject=taking.TABLE,
        subject_id=row.id,
        columns=["state", "contact"],
        purpose=audit.Purpose.CORRECT,
        now=deed.now,
        origin=deed.origin,
    )
