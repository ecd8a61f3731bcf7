"""Forms that are not ours stand in the record without what they said, and a flood of them fills nothing."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from service.accounts.limits import FORGED_ADDRESS, FORGED_ALL
from service.accounts.models import AuditEntry
from service.db import db
from tests.pages import PlainClient
from tests.people import settle, signed_in
from tests.web.refused import denied

SECRET_WORD = "otterkiosk"


def everything(app: Flask) -> str:
    with app.app_context():
        return str([vars(row) for row in db.session().scalars(select(AuditEntry))])


@pytest.mark.asvs("V16.3.3")
def test_a_form_without_our_token_or_with_a_made_up_one_is_recorded_without_what_it_said(app: Flask) -> None:
    cast = settle(app)
    ada = signed_in(app, cast.ada)
    page = f"/en/organisation/people/{cast.bo}"
    for token in ({}, {"csrf_token": SECRET_WORD}):
        assert ada.post(page, data={"act": SECRET_WORD, **token}).status_code == 403
    elsewhere = ada.post(page, data={"act": SECRET_WORD}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert denied(app) == [("forged_form", "/<lang>/organisation/people/<uuid:user_id>", "admin", "security")] * 3
    assert SECRET_WORD not in everything(app)


@pytest.mark.asvs("V16.3.3")
def test_a_flood_of_forged_forms_adds_no_more_rows_than_the_limits_say(app: Flask) -> None:
    client = PlainClient(app, app.response_class)
    for number in range(60):
        for _ in range(8):
            forged = client.post("/en/sign-in", data={}, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
            assert forged.status_code == 403
    said = Counter(action for action, _, _, _ in denied(app))
    assert said == {"forged_form": FORGED_ALL.most, "limit": 1}
    assert denied(app)[-1][1] == FORGED_ALL.scope
    assert 60 * FORGED_ADDRESS.most > FORGED_ALL.most
