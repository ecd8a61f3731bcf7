"""Saving what groups share from one form: what was typed is kept, and both texts are shown where somebody was first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from flask_babel.speaklater import LazyString

from service.catalog import history
from service.catalog.changes import Snapshot
from service.catalog.editing.keeping import Save, Shared
from service.catalog.history import RevisionView
from service.clock import now
from service.db import db
from service.web.access import current_actor, origin
from service.web.admin.listing import both, forms, three_way
from service.web.admin.listing.forms import Typed

LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of thing stands in its form."""

    entity: str  # of its revisions
    write: Callable[[Snapshot], dict[str, str]]
    labels: Mapping[str, LazyString]


def typed_now() -> dict[str, str]:
    """Return what was sent."""
    return {name: forms.tidy(text) for name, text in request.form.items()}


def version_of(typed: Typed) -> int:
    """Return the version that the form was made from; -1 for none."""
    text = typed.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def saving(typed: Typed) -> Save:
    """Return who saves, why and when."""
    reason = typed.get("reason", "")[:LONGEST_REASON] or None
    return Save(actor=current_actor(), reason=reason, now=now(), origin=origin())


def again(kind: Kind, found: Shared, typed: Typed) -> dict[str, str]:
    """Lay what was typed over what somebody else saved meanwhile, but for what was chosen of theirs."""
    mine, stays = three_way.chosen(typed)
    if version_of(mine) == found.version:
        return mine
    base = _base(kind, found, _later(kind.entity, found.id, mine))
    return three_way.together(mine, base, kind.write(found.values), stays)


def conflict(kind: Kind, found: Shared, typed: Typed, action: str, here: str) -> Response:
    """Show what it was, what is saved now and what I typed, of every field that either changed."""
    later = _later(kind.entity, found.id, typed)
    return both.page(
        both.Forms(mine=typed, base=_base(kind, found, later), theirs=kind.write(found.values)),
        both.About(
            name=name_of(found),
            is_example=found.is_example,
            last=later[0] if later else None,
            action=action,
            edit_href=here,
            label=lambda name: str(kind.labels.get(name) or ""),
        ),
    )


def name_of(found: Shared) -> str:
    """Return what an organisation or a place is called."""
    return str(next((found.values[one] for one in ("name", "address_1", "city") if found.values.get(one)), ""))


def _later(entity: str, one: UUID, typed: Typed) -> tuple[RevisionView, ...]:
    saves = history.revisions(db.session(), entity, one)
    return tuple(each for each in saves if each.version > version_of(typed))


def _base(kind: Kind, found: Shared, later: tuple[RevisionView, ...]) -> dict[str, str]:
    """Return the form as it stood when the editor opened it."""
    return kind.write(history.as_of(found.values, later))
