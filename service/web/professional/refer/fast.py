"""The one page on which somebody is referred. What was typed stays on it until it was sent; nothing else keeps it."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts.once import Replay
from service.accounts.permissions import Permission
from service.catalog.queries import group_by_slug, load_groups, search_names
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound, Problem
from service.referrals import kept
from service.referrals.referring import operations, prefilling, queries
from service.referrals.referring.asking import Asking
from service.referrals.referring.pasted import day
from service.web import leader_mail
from service.web.access import allow, current_actor, origin, signed_in
from service.web.professional import later
from service.web.professional.refer import next_steps, unlisted, words
from service.web.professional.refer.typed import TO_GROUP, TOLD, Typed, asked, filled_in, identity, now_typed
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.sent_once import claim
from service.web.work import work_page

ROUTE = "refer"  # under which a form's nonce is claimed
FOUND = 10  # groups that are offered for a name


@allow(Permission.REFER)
def show() -> Response:
    """Show the page: empty, for a group one comes from, or for somebody who is known."""
    lines = {"rule": "phone", "known": request.args.get("person", "")}
    slug = request.args.get("group", "")
    if slug:
        try:
            lines |= {"to": TO_GROUP, "group": str(group_by_slug(db.session(), slug, today=now().date()).id)}
        except NotFound:
            lines |= {"to": TO_GROUP, "group_name": slug}
    return page(Typed(lines=lines), {})


@allow(Permission.REFER)
def take() -> ResponseReturnValue:
    """Send it, read what was pasted, or show it again with every word and what is wrong."""
    typed = now_typed()
    if request.form.get("step") == "read":
        return page(filled_in(typed, country_pack().telephone, now().date()), {}, done="read")
    if request.form.get("step") == "tell":
        return _tell(typed)
    try:
        return redirect(url_for(".refer_sent", referral_id=_send(typed)), 303)
    except Invalid as refused:
        fields = refused.fields
        again = "idempotency_key" in fields
        return page(typed, fields, nonce=None if again else request.form.get("nonce"))


def _tell(typed: Typed) -> Response:
    """Tell the editors of a group that is not listed, and show the page with everything else as it was."""
    nonce = request.form.get("nonce")
    try:
        with committing() as unit:
            unlisted.hear(unit, typed.lines, nonce or "")
    except Invalid as refused:
        return page(typed, refused.fields, nonce=nonce)
    return page(typed.having(**dict.fromkeys(TOLD, "")), {}, nonce=nonce, done="told")


def _send(typed: Typed) -> UUID:
    """Refer once, however often the page is sent, and return the referral."""
    with committing() as unit:
        claimed = claim(ROUTE, typed.body)
        if isinstance(claimed, Replay):
            return claimed.resource_id
        wish = asked(typed, language=_usual_language())
        _refer(unit, typed, wish, claimed.resource_id)
        if unlisted.is_typed(typed.lines):  # whoever pressed Send and not the other button meant both
            unlisted.hear(unit, typed.lines, request.form.get("nonce", ""))
        if typed["prefill"]:
            prefilling.use_up(unit, token=typed["prefill"], actor=current_actor())
        return claimed.resource_id


def _refer(unit: Session, typed: Typed, wish: Asking, referral_id: UUID) -> None:
    """Hand somebody to link workers, or to the group that was chosen."""
    if typed.group is None:
        operations.refer_to_service(
            unit,
            sealer=_sealer(),
            referral_id=referral_id,
            request=wish,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
        return
    operations.refer_to_group(
        unit,
        sealer=_sealer(),
        mail=leader_mail.mail(),
        referral_id=referral_id,
        request=wish,
        group_id=typed.group,
        unvetted=typed["unvetted"],
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )


def page(typed: Typed, problems: Mapping[str, Problem], *, nonce: str | None = None, done: str = "") -> Response:
    """Show the page as it was filled in, with what is wrong; `done`: fields were just `read`, or editors `told`."""
    alike = _same(problems)
    chosen = identity(typed["known"])
    known = _known((*alike, *((chosen,) if chosen else ())))
    about = next((one for one in known if one.id == chosen), None)
    found = _services()
    errors = words.sentences(problems)
    to = typed["to"] or (str(found[0].id) if found else TO_GROUP)
    shown = work_page(
        "professional/refer/refer.html",
        Area.REFERRALS,
        ".refer",
        form_action=url_for(".refer_post"),
        slip_href=url_for(".refer_slip") if found else "",
        list_href=url_for(".refer_list") if current_actor().may(Permission.WORK_CASES) else "",
        unlisted=unlisted.fields(typed.lines, errors),
        nonce=nonce or str(uuid4()),
        typed=typed.having(to=to),
        known=[(str(one.id), one.given.preferred_name) for one in known],
        about=_about(about) if about else None,
        same=[(str(one.id), one.given.preferred_name) for one in known if one.id in alike],
        open_href=_open_href(problems),
        rules=list(words.RULES.items()),
        reasons=list(words.REASONS.items()),
        services=[(str(one.id), one.name) for one in found],
        groups=_groups(typed),
        tell_name=_own_name(),
        steps=next_steps.lines(now(), to_group=to == TO_GROUP),
        done=done,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _known(besides: Sequence[UUID]) -> Sequence[queries.Known]:
    with committing() as unit:  # reading of people is recorded
        return operations.read_people(
            unit, sealer=_sealer(), besides=besides, actor=current_actor(), now=now(), origin=origin()
        )


def _services() -> tuple[queries.Service, ...]:
    return queries.services(db.session(), organisation_id=current_actor().organisation_id, now=now())


def _about(one: queries.Known) -> dict[str, str]:
    """Say what is known of somebody who is chosen."""
    given = one.given
    born = day(given.born)
    return {
        "id": str(one.id),
        "name": given.preferred_name,
        "born": next_steps.long_day(born) if born else "",
        "way": ". ".join(
            part for part in (str(words.WAYS[given.contact_rule]), given.contact, given.contact_notes) if part
        ),
    }


def _same(problems: Mapping[str, Problem]) -> list[UUID]:
    problem = problems.get("same")
    found = problem.params["people"] if problem else []
    return [one for one in found if isinstance(one, UUID)] if isinstance(found, list) else []


def _open_href(problems: Mapping[str, Problem]) -> str:
    problem = problems.get("known")
    referral = problem.params.get("referral") if problem else None
    return url_for(".referral", referral_id=referral) if referral else ""


def _groups(typed: Typed) -> list[dict[str, str]]:
    """Return the group that is chosen, and those that a name was looked up for."""
    chosen, today = identity(typed["group"]), now().date()
    ids = [chosen] if chosen else []
    if typed["group_name"] and typed["to"] == TO_GROUP:
        rows = search_names(db.session(), typed["group_name"], today=today, limit=5 * FOUND)
        ids += [row.id for row in rows if row.status == "published" and row.joinable][:FOUND]
    there = load_groups(db.session(), ids, today=today)
    return [
        {
            "id": str(one),
            "name": there[one].name,
            "by": there[one].organisation.name,
            "later": later.of(there[one]),
        }
        for one in dict.fromkeys(ids)
        if one in there
    ]


def _usual_language() -> str:
    """Return the language in which somebody is written to until they say another."""
    return next((one for one in country_pack().languages if one in LANGUAGES), LANGUAGES[0])


def _own_name() -> str:
    known = signed_in()
    return known.name if known else ""


def _sealer() -> Sealer:
    return services().sealer(kept.PURPOSE)
