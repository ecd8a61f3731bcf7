"""What somebody said yes to, whom they may be asked about, and the link to their own page."""

import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.referrals.desk import cases
from service.referrals.people import operations, own, queries
from service.referrals.people.given import COVERS, WORDS_VERSION, Yes
from service.referrals.people.queries import ConsentView, Recipient
from service.web import moments
from service.web.access import allow, current_actor, origin
from service.web.posting import post_office
from service.web.professional.people import words
from service.web.professional.people.keeping import known_here, reading, sealer, sentences
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

MONTHS = (12, 6, 3, 1)  # for how long a yes may be given
TOKEN_BYTES = 32
LONGEST_TYPED = 1000


@allow(Permission.REFER)
def show(person_id: UUID) -> Response:
    """Show what somebody said yes to, and whom else they could say yes to."""
    return _page(person_id)


@allow(Permission.REFER)
def act(person_id: UUID) -> ResponseReturnValue:
    """Take a yes, take one back, or send somebody the link to their own page."""
    wish = request.form.get("act")
    try:
        done = {"withdraw": _withdraw, "link": _send_link}.get(wish or "", _agree)(person_id)
    except Invalid as error:
        return _page(person_id, errors=sentences(error), asked=request.form.get("asked", ""), status=422)
    return redirect(url_for(".person_consents", person_id=person_id, done=done), 303)


def _agree(person_id: UUID) -> str:
    purpose, _sign, recipient = request.form.get("asked", "").partition(":")
    items = request.form.getlist("items")
    yes = Yes(
        purpose=purpose,
        recipient=_id(recipient),
        items=frozenset(items if len(COVERS.get(purpose, ())) > 1 else COVERS.get(purpose, ())),
        method=request.form.get("method", ""),
        words_version=request.form.get("words_version", ""),
        given_by=request.form.get("given_by", ""),
        representative=request.form.get("representative", "")[:LONGEST_TYPED].strip(),
        months=request.form.get("months", 0, type=int),
    )
    with known_here(person_id, "take_consent"), committing() as unit:
        operations.give_consent(
            unit, sealer=sealer(), person_id=person_id, yes=yes, actor=current_actor(), now=now(), origin=origin()
        )
    return "yes"


def _withdraw(person_id: UUID) -> str:
    with known_here(person_id, "withdraw_consent"), committing() as unit:
        operations.withdraw(
            unit,
            person_id=person_id,
            consent_id=_id(request.form.get("consent", "")),
            post=post_office(),
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    return "withdraw"


def _send_link(person_id: UUID) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with known_here(person_id, "send_own_link"), committing() as unit:
        sent = own.send_link(
            unit,
            sealer=sealer(),
            person_id=person_id,
            token=token,
            texts=services().settings.demo,  # a demonstration shows its texts; there is no gateway to send them by
            link=f"{services().settings.public_url}{url_for('.own', token=token)}",
            post=post_office(),
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    return "link" if sent else "no_link"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nobody's: what is not there is refused like what is not theirs


def _page(person_id: UUID, *, errors: Mapping[str, str] | None = None, asked: str = "", status: int = 200) -> Response:
    seen = reading(person_id)
    unit, actor = db.session(), current_actor()
    given = queries.consents(unit, person_id=person_id, now=now())
    group_id = request.args.get("group", type=_id)
    offered = queries.recipients(unit, person_id=person_id, actor=actor, group_id=group_id)
    area, back_href = _back(seen.referrals)
    shown = work_page(
        "professional/people/consents.html",
        area,
        form_action=url_for(".person_consents_post", person_id=person_id, group=group_id),
        change_href=url_for(".person_change", person_id=person_id),
        back_href=back_href,
        person=seen.given.preferred_name,
        consents=[_line(one) for one in given],
        offers=[_offer(one, given) for one in offered],
        words_version=WORDS_VERSION,
        always=words.ALWAYS,
        methods=list(words.METHODS.items()),
        deciders=list(words.GIVEN_BY.items()),
        months=[(many, ngettext("%(num)s month", "%(num)s months", many)) for many in MONTHS],
        done=_done(request.args.get("done", "")) if not errors else "",
        not_sent=request.args.get("done") == "no_link",
        asked=asked,
        values=request.form,
        errors=errors or {},
    )
    shown.status_code = status
    return shown


def _back(referrals: Sequence[UUID]) -> tuple[Area, str]:
    """Lead whoever helps somebody back to their page, and whoever refers to the referral."""
    if not referrals:
        return Area.REFERRALS, url_for(".referrals")
    session, actor = db.session(), current_actor()
    if actor.may(Permission.WORK_CASES):
        row = cases.row_of(session, referral_id=referrals[0], actor=actor)
        if not cases.needs_a_reason(session, row=row, actor=actor, now=now()):
            return Area.CASES, url_for(".case", referral_id=row.id)
    return Area.REFERRALS, url_for(".referral", referral_id=referrals[0])


def _line(one: ConsentView) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.recipient.name,
        "is_example": one.recipient.is_example,
        "kind": str(words.KINDS[one.recipient.purpose]),
        "shared": ", ".join(str(words.ITEMS[item]) for item in one.items),
        "holds": one.holds,
        "until": moments.day(one.expires_at),
        "taken_back": moments.day(one.withdrawn_at) if one.withdrawn_at else "",
    }


def _offer(one: Recipient, given: Sequence[ConsentView]) -> dict[str, object]:
    """Say whom somebody can be asked about, in the words that are read out to them."""
    covers = COVERS[one.purpose]
    has = any(yes.holds and (yes.recipient.id, yes.recipient.purpose) == (one.id, one.purpose) for yes in given)
    return {
        "asked": f"{one.purpose}:{one.id}",
        "name": one.name,
        "is_example": one.is_example,
        "sentence": str(words.ASKED[one.purpose]) % {"name": one.name},
        "shared": [(item, words.ITEMS[item]) for item in covers] if len(covers) > 1 else [],
        "has": has,
        "kind": str(words.KINDS[one.purpose]),
    }


def _done(code: str) -> str:
    return {
        "yes": str(_("Kept. They can take it back at any time.")),
        "withdraw": str(_("Taken back. Nothing more is shared, and who was told is asked to erase it.")),
        "link": str(_("Their own page is on its way to them.")),
        "no_link": str(_("They do not want mail, or no address is known. Nothing was sent.")),
    }.get(code, "")
