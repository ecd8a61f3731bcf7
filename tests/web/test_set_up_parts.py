"""Whoever runs an installation sets its name, country, area, languages, colour and logo, and everybody sees them."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.catalog.site import known
from service.db import db
from tests import people

STEPS = "/en/organisation/set-up"


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGBA") -> bytes:
    out = BytesIO()
    Image.new(mode, size, "#1f3f77").save(out, kind)
    return out.getvalue()


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return people.signed_in(app, people.settle(app).ada)


@pytest.fixture
def seeker(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every process ask at each use, as if seconds had gone by."""
    monkeypatch.setattr(known, "ASK_AGAIN_S", 0.0)


def fields(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page.text))


def set_part(client: FlaskClient, part: str, **typed: Any) -> TestResponse:
    page = client.get(f"{STEPS}/{part}")
    return client.post(f"{STEPS}/{part}", data={**fields(page), **typed})


def test_the_name_stands_on_every_page_and_the_record_says_who_changed_it(
    app: Flask, ada: FlaskClient, seeker: FlaskClient
) -> None:
    assert "- Kith</title>" in seeker.get("/en/").text
    for name, said in (("", "This is needed"), ("x" * 41, "at most 40"), ("a\u202eb", "cannot be shown")):
        refused = set_part(ada, "name", name=name)
        assert (refused.status_code, said in refused.text) == (422, True), name
    assert set_part(ada, "name", name=" Salford  {Together} & <co> ").status_code == 303
    told = ada.get(f"{STEPS}?done=name").text
    assert "Saved." in told
    for page in (seeker.get("/en/").text, seeker.get("/de/privacy").text, told):
        assert "- Salford {Together} &amp; &lt;co&gt;</title>" in page
    with app.app_context():
        rows = db.session.execute(
            select(AuditEntry.action, AuditEntry.user_id, AuditEntry.columns).where(AuditEntry.subject == "site")
        ).all()
    assert [(row[0], row[1] is not None, list(row[2])) for row in rows] == [("set_up_name", True, ["name"])]
    assert "Change the name of the service" in ada.get("/en/organisation/audit?what=set_up").text


def test_what_another_editor_saved_meanwhile_is_not_lost(app: Flask, ada: FlaskClient) -> None:
    old = fields(ada.get(f"{STEPS}/name"))
    assert set_part(ada, "name", name="First").status_code == 303
    late = ada.post(f"{STEPS}/name", data={**old, "name": "Second"})
    assert late.status_code == 409
    assert "Somebody else changed this first" in late.text
    assert 'value="Second"' in late.text
    again = ada.post(f"{STEPS}/name", data={**fields(late), "name": "Second"})
    assert again.status_code == 303
    with app.app_context():
        assert known.read(db.session()).name == "Second"


def test_the_country_brings_its_help_lines_once_somebody_rang_them(ada: FlaskClient, seeker: FlaskClient) -> None:
    assert "116" in seeker.get("/en/").text
    refused = set_part(ada, "country", country="us")
    assert refused.status_code == 422
    assert "Ring each help line first" in refused.text
    assert re.search(r'value="us" checked', refused.text)
    assert set_part(ada, "country", country="fr", rung="yes").status_code == 422
    assert set_part(ada, "country", country="us", rung="yes").status_code == 303
    page = seeker.get("/en/").text
    assert "988" in page
    assert "116 123" not in page


def test_the_area_settles_a_name_that_several_towns_share(app: Flask, ada: FlaskClient) -> None:
    for typed, said in (("Zzyzx", "We do not know this place"), ("Hale", "more than one of this name")):
        refused = set_part(ada, "area", area=typed)
        assert (refused.status_code, said in refused.text, f'value="{typed}"' in refused.text) == (422, True, True)
    assert set_part(ada, "area", area="M33").status_code == 303
    assert "near M33" in ada.get(STEPS).text
    with app.test_request_context("/en/"):
        from service.web.rendering import services

        assert services().gazetteer.resolve("Hale", country="gb").label.startswith("Hale")
    assert set_part(ada, "area", area="").status_code == 303
    assert "Name a town or postcode" in ada.get(STEPS).text


def test_pages_are_in_the_languages_that_were_chosen(ada: FlaskClient, seeker: FlaskClient) -> None:
    assert set_part(ada, "languages", languages=["xx"]).status_code == 422
    assert set_part(ada, "languages", languages=["pl"]).status_code == 303
    page = seeker.get("/en/").text
    assert 'hreflang="pl"' in page
    assert 'hreflang="de"' not in page
    led = seeker.get("/de-easy/privacy?a=b%20c")
    assert (led.status_code, led.location) == (302, "/en-easy/privacy?a=b%20c")
    assert seeker.get("/", headers={"Accept-Language": "de, pl;q=0.5"}).location == "/pl/"
    assert seeker.get("/pl/privacy").status_code == 200
    assert set_part(ada, "languages").status_code == 303
    assert 'id="other-languages"' not in seeker.get("/en/").text


def test_a_colour_is_taken_when_words_on_it_can_be_read(ada: FlaskClient, seeker: FlaskClient) -> None:
    assert seeker.get("/look/colours.css").status_code == 404
    assert "/look/" not in seeker.get("/en/").text
    for own, said in (("", "This is needed"), ("blue; x", "six signs"), ("#ffdd00", "1.1 to 1, and 4.5 is needed")):
        refused = set_part(ada, "colour", colour="other", own=own)
        assert (refused.status_code, said in refused.text, f'value="{own}"' in refused.text) == (422, True, True)
    assert 'value="#7a6a00"' in refused.text
    assert set_part(ada, "colour", colour="#7a6a00").status_code == 303
    sheet = re.findall(r'href="(/look/colours\.css[^"]+)"', seeker.get("/en/").text)[0]
    sent = seeker.get(sheet.replace("&amp;", "&"))
    assert (sent.status_code, sent.mimetype) == (200, "text/css")
    assert "--kith-accent: #7a6a00;" in sent.text
    assert "immutable" in sent.headers["Cache-Control"]
    assert seeker.get("/look/colours.css?v=999").headers["Cache-Control"] == "no-cache"
    assert "#7a6a00" in seeker.get("/look/icon.svg").text
    assert 'value="#7a6a00"' in ada.get(f"{STEPS}/colour").text


def test_a_logo_is_drawn_anew_and_bears_the_name(ada: FlaskClient, seeker: FlaskClient) -> None:
    wrong = {
        b"": "This is needed",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>": "This is an SVG",
        b"GIF89a": "no PNG or JPEG",
        b"x" * 200_001: "at most 200 kilobytes",
        picture(size=(2001, 4)): "at most 2000 pixels",
        picture()[:90]: "no PNG or JPEG",
    }
    for data, said in wrong.items():
        refused = set_part(ada, "logo", logo=(BytesIO(data), "logo.png"))
        assert (refused.status_code, said in refused.text) == (422, True), said
    assert set_part(ada, "name", name="Salford").status_code == 303
    for data in (picture(), picture("JPEG", (1200, 200), "RGB")):
        assert set_part(ada, "logo", logo=(BytesIO(data), "logo.png")).status_code == 303
        shown = re.findall(r'<img class="kith-logo" src="([^"]+)"[^>]* alt="([^"]*)"', seeker.get("/en/").text)
        assert shown[0][1] == "Salford"
        sent = seeker.get(shown[0][0])
        assert (sent.status_code, sent.mimetype) == (200, "image/webp")
        with Image.open(BytesIO(sent.data)) as drawn:
            assert drawn.width <= 640
        assert "immutable" in sent.headers["Cache-Control"]
    assert set_part(ada, "logo", act="remove").status_code == 303
    assert "kith-logo" not in seeker.get("/en/").text
    assert seeker.get("/look/logo.webp").status_code == 404


def test_nobody_else_may(app: Flask) -> None:
    bo = people.signed_in(app, people.settle(app).bo)
    assert bo.get(f"{STEPS}/name").status_code == 403


def test_the_privacy_page_names_who_answers_for_what_is_kept(ada: FlaskClient, seeker: FlaskClient) -> None:
    assert "Who to ask" not in seeker.get("/en/privacy").text
    assert "Nobody can see who answers" in ada.get(STEPS).text
    wrong = {
        ("", "data@example.org"): "This is needed",
        ("x" * 121, "data@example.org"): "at most 120",
        ("Example Council", "javascript:alert(1)"): "Write an e-mail address",
        ("Example Council", "0900 123"): "Write an e-mail address",
        ("Example Council", "http://example.org"): "Write an e-mail address",
        ("Example Council", "data@example.org?cc=x@y.z"): "Write an e-mail address",
    }
    for (name, contact), said in wrong.items():
        refused = set_part(ada, "operator", operator=name, contact=contact)
        assert (refused.status_code, said in refused.text) == (422, True), (name, contact)
        assert f'value="{contact}"' in refused.text, "nothing typed is lost"
    good = {
        "data@example.org": "mailto:data@example.org",
        "01632 960100": "tel:01632960100",
        "https://example.org/data": "https://example.org/data",
    }
    for contact, href in good.items():
        assert set_part(ada, "operator", operator="Example <Council>", contact=contact).status_code == 303
        page = seeker.get("/en/privacy").text
        assert "<bdi>Example &lt;Council&gt;</bdi>" in page
        assert f'href="{href}"' in page
    assert "Example &lt;Council&gt;, https://example.org/data" in ada.get(STEPS).text
