"""What was refused stands in the record, once a window: a flood fills nothing. No value that was sent is kept."""

from contextlib import suppress

from flask import request

from service.accounts.limits import FORGED_ADDRESS, FORGED_ALL, limit_address
from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit
from service.clock import now
from service.db import StoreError, committing
from service.errors import ServiceError, TooMany
from service.web.access import current_actor, origin
from service.web.rendering import limits

FORGED = ("form_token", "other_site")  # codes of a form that is not ours


def record(error: ServiceError) -> None:
    """Record a refusal that tells of an attack: a limit that is reached, a form that is not ours.

    What was refused stays refused if that cannot be written.
    """
    with suppress(ServiceError, StoreError):
        if isinstance(error, TooMany):
            _limit(error)
        elif error.code in FORGED:
            _forged()


def _limit(error: TooMany) -> None:
    if error.first_of is not None:
        _add("limit", error.first_of, VISITOR)


def _forged() -> None:
    """Of forms that are not ours a few are told for each address and in all; then one row says that there are more."""
    try:
        limits().take(FORGED_ADDRESS, limit_address(request.remote_addr), now=now())
    except TooMany:  # of each address no more is told: addresses are cheap
        return
    try:
        limits().take(FORGED_ALL, "", now=now())
    except TooMany as enough:
        _limit(enough)
        return
    _add("forged_form", request.url_rule.rule if request.url_rule is not None else "", current_actor())


def _add(action: str, subject: str, actor: Actor) -> None:
    with committing() as unit:
        audit.record(
            unit,
            actor=actor,
            action=action,
            subject=subject,
            subject_id=None,
            outcome="denied",
            purpose=audit.Purpose.SECURITY,
            now=now(),
            origin=origin(),
        )
