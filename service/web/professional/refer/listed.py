"""A running caseload brought along as a table: shown line by line before anything is kept."""

from collections.abc import Mapping
from uuid import uuid4

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid
from service.referrals import kept
from service.referrals.referring import bringing
from service.referrals.referring.bringing import Line
from service.web.access import allow, current_actor, origin
from service.web.professional.refer import words
from service.web.professional.refer.typed import shown
from service.web.rendering import services
from service.web.rooms import Area
from service.web.sent_once import was_sent
from service.web.work import work_page


@allow(Permission.WORK_CASES)
def show() -> Response:
    """Show the empty page."""
    return _page("", (), {})


@allow(Permission.WORK_CASES)
def take() -> ResponseReturnValue:
    """Say what is wrong with each line; or take all of them, once."""
    text = _text()
    try:
        lines = bringing.look(db.session(), sealer=_sealer(), text=text, actor=current_actor(), now=now())
        if request.form.get("step") != "add" or any(line.problems for line in lines):
            return _page(text, lines, {})
        with committing() as unit:
            if not was_sent("refer.list", {"text": text}):
                bringing.bring(unit, sealer=_sealer(), text=text, actor=current_actor(), now=now(), origin=origin())
    except Invalid as refused:
        return _page(text, (), words.sentences(refused.fields))
    return redirect(url_for(".desk"), 303)


def _text() -> str:
    """Return the table that was sent as a file, else as text."""
    sent = request.files.get("file")
    data = sent.read(4 * bringing.LONGEST) if sent else b""
    text = data.decode("utf-8-sig", "replace") if data else request.form.get("rows", "")
    return shown(text)[: bringing.LONGEST]


def _page(text: str, lines: tuple[Line, ...], errors: Mapping[str, str]) -> Response:
    wrong = [(line.number, list(words.sentences(line.problems).values())) for line in lines if line.problems]
    page = work_page(
        "professional/refer/list.html",
        Area.REFERRALS,
        "",
        form_action=url_for(".refer_list_post"),
        back_href=url_for(".refer"),
        columns=", ".join(bringing.COLUMNS),
        nonce=request.form.get("nonce") or str(uuid4()),
        rows=text,
        wrong=wrong,
        right=len(lines) - len(wrong),
        looked=bool(lines),
        errors=errors,
    )
    page.status_code = 422 if errors or wrong else 200
    return page


def _sealer() -> Sealer:
    return services().sealer(kept.PURPOSE)
