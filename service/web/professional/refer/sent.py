"""Thank you: it is sent, and this is what happens next. Reading it is recorded, as it is of a person."""

from uuid import UUID

from flask import Response, url_for

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import NotFound
from service.referrals import danger, kept, operations
from service.referrals.answering import hearing
from service.web.access import allow, current_actor, origin
from service.web.professional import later
from service.web.professional.refer import next_steps
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.REFER)
def show(referral_id: UUID) -> Response:
    """Say that it is sent, and what happens by when."""
    with committing() as unit:  # reading of a person is recorded, also when refused
        found = operations.read_status(
            unit,
            sealer=services().sealer(kept.PURPOSE),
            referral_id=referral_id,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    if found is None:
        raise NotFound("referral")
    asked = found.introductions[0] if found.introductions else None
    unwritten = hearing.unwritten(db.session(), referral_id=referral_id)
    asks_on = asked.asks_on if asked else None
    at_risk = danger.is_raised(db.session(), referral_id=referral_id)
    return work_page(
        "professional/refer/sent.html",
        Area.REFERRALS,
        person=found.preferred_name,
        group=asked.group_name if asked else "",
        at_risk=at_risk,
        worry_href=url_for(".worry_about", referral_id=referral_id),
        unwritten=unwritten,
        heard_href=url_for(".refer_heard", referral_id=referral_id),
        later=later.sentence(asked.new_people_a_week, asks_on) if asked else "",
        steps=next_steps.lines(
            found.created_at, to_group=asked is not None, asks_on=asks_on, by_phone=unwritten is not None
        ),
        referral_href=url_for(".referral", referral_id=referral_id),
        again_href=url_for(".refer"),
    )
