"""A form that is sent twice acts once: its nonce is claimed for whoever is signed in."""

from collections.abc import Mapping

from flask import request

from service.accounts.once import Fresh, Replay, idempotent
from service.clock import now
from service.db import db
from service.web.access import current_actor


def claim(route: str, body: Mapping[str, object]) -> Fresh | Replay:
    """Claim the form's nonce for one address. Raises Invalid where there is none, or it came with another body."""
    key = request.form.get("nonce")
    return idempotent(db.session(), actor=current_actor(), route=route, key=key, body=body, now=now())


def was_sent(route: str, body: Mapping[str, object]) -> bool:
    """Tell whether this very form was taken before."""
    return isinstance(claim(route, body), Replay)
