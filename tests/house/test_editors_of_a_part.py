"""An editor of a part sends every form that an editor of the whole has: nothing that another team keeps is changed."""

import hashlib
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.permissions import Role
from service.catalog.models_desk import EditorScope
from service.clock import now
from service.db import Base, committing, db
from tests.house import canaries
from tests.house.canaries import OURS, House
from tests.house.forms import Form, forms
from tests.house.test_forms import all_forms, send
from tests.people import signed_in

WORDS = " of Thursday"  # written behind what stands in a field of plain words
PLAIN = ("name", "description", "summary", "slug", "outcome", "value", "note")
NOWHERE = ("", "")  # no page of a search is asked for
OPEN = ("/hold", "/new")  # of every editor: what could harm somebody waits for no team, and what is new is nobody's yet
# What visitors and whoever rings are told of; the rest is one's own, or only looked at.
CATALOGUE = (
    *("organisation", "group", "group_session", "location", "group_location", "service_area", "group_term"),
    *("group_language", "price", "fact", "group_picture", "former_slug", "term", "term_change", "vetting_evidence"),
    *("revision", "report", "proposal", "sent_list", "import_source", "to_confirm", "truth_sample", "likely_pair"),
)


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return canaries.settle(app)[OURS]


@pytest.fixture
def known(app: Flask, house: House) -> list[Form]:
    """All forms of the catalogue's pages as an editor of the whole sees them, and those that come after a first one."""
    shown = [form for form in all_forms(app, house, Role.EDITOR, NOWHERE, "/admin") if "/admin/" in form.goes]
    client, after = editor(app, house), []
    for form in shown:
        if form.goes.endswith("/check"):
            answer = send(app, client, written(form))
            after += list(forms(form.goes, answer.text))
    return [written(form) for form in shown + after if not form.goes.endswith(OPEN) and "/ring-back" not in form.goes]


def editor(app: Flask, house: House) -> FlaskClient:
    return signed_in(app, house.users[Role.EDITOR.value])


def written(form: Form) -> Form:
    """Return a form in which somebody has written something."""
    values = {name: f"{value}{WORDS}" if name in PLAIN else value for name, value in form.values.items()}
    values = {name: value for name, value in values.items() if name != "step"}  # no button that only looks
    return replace(form, values={**values, "reason": "Rang"})


def catalogue(app: Flask) -> str:
    """Return a hash of all that is kept of listings and of what is said of them."""
    with app.app_context():
        tables = [Base.metadata.tables[name] for name in CATALOGUE]
        rows = [
            [
                tuple(value for name, value in row._mapping.items() if name != "acts_as")
                for row in db.session().execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def keep(app: Flask, house: House, *districts: str) -> None:
    with app.app_context(), committing() as unit:
        user = house.users[Role.EDITOR.value]
        unit.add(EditorScope(user_id=user, districts=list(districts), organisation_ids=[], at=now()))


@pytest.mark.asvs("V8.2.2", "V8.2.3")
def test_no_form_changes_what_another_team_keeps(
    app: Flask, house: House, known: list[Form], capsys: pytest.CaptureFixture[str]
) -> None:
    keep(app, house, "WA14")
    before, client = catalogue(app), editor(app, house)
    told = [send(app, client, form).status_code for form in known]
    refused = told.count(403)
    with capsys.disabled():
        print(f"\nforms {len(known)}, refused {refused}, nothing kept of the others {len(told) - refused}")
    assert catalogue(app) == before
    assert max(told) < 500, told
    assert refused > 9


def test_the_same_forms_change_something_for_who_keeps_it(app: Flask, house: House, known: list[Form]) -> None:
    """Without a part, and with the part in which the listing lies: otherwise the test above would say nothing."""
    keep(app, house, "M33")
    client, done = editor(app, house), 0
    for form in known:
        before = catalogue(app)
        send(app, client, form)
        done += catalogue(app) != before
    assert done > 3
