"""Whoever lost their telephone is let set the second step up again by an administrator, who never signs in for them."""

import re

from flask import Flask
from sqlalchemy import select

from service.accounts.models import AuditEntry, Passkey, SignedInSession
from service.clock import now
from service.db import committing, db
from service.notifications.models import OutboxMessage
from tests.people import settle, signed_in


def test_the_second_factor_goes_the_sessions_end_and_the_owner_is_told(app: Flask) -> None:
    cast = settle(app)
    with app.app_context(), committing() as session:
        key = Passkey(user_id=cast.bo, credential_id=b"k", public_key=b"", sign_count=0, name="phone", created_at=now())
        session.add(key)
    bo, ada = signed_in(app, cast.bo), signed_in(app, cast.ada)
    assert bo.get("/en/referrals").status_code == 200
    page = f"/en/organisation/people/{cast.bo}"
    found = re.search(r'name="csrf_token" value="([^"]+)"', ada.get(page).text)
    assert found
    assert ada.post(page, data={"csrf_token": found[1], "act": "second"}).status_code == 303
    assert bo.get("/en/referrals").status_code == 303
    with app.app_context():
        assert db.session().scalars(select(Passkey.id)).all() == []
        assert db.session().scalars(select(OutboxMessage.template)).all() == ["sign_in_changed"]
        acts = db.session().scalars(select(AuditEntry.action).where(AuditEntry.subject_id == cast.bo)).all()
        open_for_bo = select(SignedInSession.id).where(
            SignedInSession.user_id == cast.bo, SignedInSession.ended_at.is_(None)
        )
        assert db.session().scalars(open_for_bo).all() == []
    assert "reset_second_factor" in acts


def test_nobody_but_an_administrator_may(app: Flask) -> None:
    cast = settle(app)
    bo, page = signed_in(app, cast.bo), f"/en/organisation/people/{cast.dee}"
    found = re.search(r'name="csrf_token" value="([^"]+)"', bo.get("/en/referrals").text)
    assert found
    assert bo.post(page, data={"csrf_token": found[1], "act": "second"}).status_code == 403
