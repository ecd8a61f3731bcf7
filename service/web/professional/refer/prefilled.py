"""The page of referring as a record system filled it in. Opening it shows, and acts in nothing."""

from flask import Response

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.referrals import kept
from service.referrals.referring import prefilling
from service.web.access import allow, current_actor, origin
from service.web.professional.refer import fast
from service.web.professional.refer.typed import Typed, shown
from service.web.rendering import services

LINES = {
    "preferred_name": "name",
    "contact": "contact",
    "contact_rule": "rule",
    "contact_notes": "notes",
    "born": "born",
    "own_words": "words",
}


@allow(Permission.REFER)
def show(token: str) -> Response:
    """Show the page with its fields filled; they are still to be checked, and the yes is still to be asked for."""
    with committing() as unit:  # reading of a person is recorded
        filled = prefilling.read(
            unit,
            sealer=services().sealer(kept.PURPOSE),
            token=token,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    lines = {LINES[name]: shown(text) for name, text in filled.items() if name in LINES and isinstance(text, str)}
    reasons = filled.get("reasons")
    typed = Typed(
        lines={**lines, "prefill": token},
        ticks=frozenset(("safety",)) if filled.get("safety") else frozenset(),
        why=tuple(reasons) if isinstance(reasons, list) else (),
    )
    return fast.page(typed, {}, done="read")
