"""Whoever runs a new installation sees what is left to do, and tries their mail."""

import re
from dataclasses import replace
from typing import Any

from flask import Flask

from service.accounts import queries
from service.db import db
from tests import people
from tests.notifications.sinks import Sink, running

STEPS = "/en/organisation/set-up"


def with_mail(app: Flask, server: Any) -> None:
    made = app.extensions["kith"]
    app.extensions["kith"] = replace(made, settings=replace(made.settings, mail=server, area="Sale"))


def test_what_is_left_is_told_and_mail_is_tried(app: Flask) -> None:
    cast = people.settle(app)
    client = people.signed_in(app, cast.ada)
    page = client.get(STEPS).text
    assert "Ring each of these" in page
    assert "Name a town or postcode" in page
    assert "No mail is sent from here" in page
    token = {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}
    refused = client.post(STEPS, data=token)
    assert (refused.status_code, "nothing to try" in refused.text) == (422, True)

    sink = Sink()
    with running(sink) as server:
        with_mail(app, server)
        client.post(f"{STEPS}/name", data={**token, "version": "0", "name": "Salford Together"})
        sent = client.post(STEPS, data=token)
        assert "The mail server took the message" in sent.text
        assert "near Sale" in sent.text
    with app.app_context():
        address = queries.email_of(db.session(), user_id=cast.ada)
    assert [to for _, to in sink.envelopes] == [[address]]
    assert sink.kept[0]["Subject"] == "A trial message from Salford Together"
    assert "Kith" not in sink.kept[0].get_content()
    away = client.post(STEPS, data=token)
    assert away.status_code == 422
    assert "Nothing answers where the mail server should be." in away.text


def test_nobody_else_sees_it(app: Flask) -> None:
    cast = people.settle(app)
    assert people.signed_in(app, cast.bo).get(STEPS).status_code == 403
