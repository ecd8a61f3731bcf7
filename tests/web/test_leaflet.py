"""What a leaflet promises: the same words on page, paper and in a tagged PDF; nothing fetched, nothing stored."""

import builtins
import html
import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.operations import touch
from service.errors import Unavailable
from service.web import pdf
from service.web.pdf import BASE, own_file
from tests.people import settle, signed_in
from tests.web.seeking import NOW, many, said
from tests.web.test_shortlist import keep_one, made

pytestmark = pytest.mark.usefixtures("clock")
PDF = pytest.mark.skipif(not pdf.is_possible(), reason="needs the system's Pango library")
BOTH = ("leaflet", "leaflet-large")


def read(client: FlaskClient, there: str) -> PdfReader:
    answer = client.get(there)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.get_data()))


def _root(found: PdfReader) -> Any:
    return found.trailer["/Root"]


def _fonts(page: Any) -> list[Any]:
    return list(page["/Resources"]["/Font"].values())


def words(found: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in found.pages).split())


def tags(found: PdfReader) -> list[tuple[str, str]]:
    """Return every tag of the structure in reading order, with its alternative text."""
    seen: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif hasattr(node, "get") and "/S" in node:
            seen.append((str(node["/S"]), str(node.get("/Alt", ""))))
            walk(node.get("/K", []))
        elif hasattr(node, "get") and "/K" in node:
            walk(node["/K"])

    walk(_root(found)["/StructTreeRoot"])
    return seen


# the page


@pytest.mark.parametrize("name", BOTH)
def test_a_leaflet_says_what_one_needs_to_go(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], name: str
) -> None:
    page = client.get(f"{made(app, [groups['larks'], groups['owls'], groups['rooks']])}/{name}")
    text = said(page)
    for words_ in ("The Larks", "Tuesday, 1 December, 10:00 to 12:00", "Not on Tue 24 Nov", "Bev meets you", "£4.50"):
        assert words_ in text
    assert "Not confirmed" in text, "what nobody knows of the chess club"
    assert "999" in text
    assert "116 123" in text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_two_groups_stand_on_one_sheet_with_eight_strips_and_each_is_read_once(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = client.get(f"{made(app, [groups['larks'], groups['owls'], groups['rooks']])}/leaflet").text
    strips = re.findall(r'<ul class="kith-tear".*?</ul>', page, re.S)
    assert len(strips) == 2
    for sheet, expected in zip(strips, (2, 1), strict=True):
        assert sheet.count("<li") == 8
        assert sheet.count("aria-hidden") == 8 - expected


def test_in_large_letters_each_group_has_a_sheet(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(f"{made(app, [groups['larks'], groups['owls']])}/leaflet-large").text
    assert len(re.findall(r'class="kith-sheet kith-leaf kith-sheet--large', page)) == 2
    assert "kith-tear" not in page


@pytest.mark.parametrize("name", BOTH)
def test_a_telephone_number_stays_on_one_line(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID], name: str
) -> None:
    larks = store.get(m.Group, groups["larks"])
    assert larks is not None
    larks.phone = "01632 960 467"
    touch(store, [larks.id], now=NOW)
    store.commit()
    assert "Ring 01632\u00a0960\u00a0467." in html.unescape(client.get(f"{made(app, [larks.id])}/{name}").text)


def test_the_square_code_says_where_it_leads(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(f"{made(app, [groups['larks']])}/leaflet").text
    code = re.search(r'<svg role="img"[^>]*class="kith-qr".*?</svg>', page, re.S)
    assert code
    assert "<title>Square code: opens the page of The Larks</title>" in code[0]


def test_a_name_from_outside_is_text_and_nothing_else(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID]
) -> None:
    from service.catalog import models as m

    larks = store.get(m.Group, groups["larks"])
    assert larks
    larks.name = '<b>"Bold" & Co</b>'
    touch(store, [larks.id], now=NOW)
    store.commit()
    for part in ("", "/leaflet", "/leaflet-large"):
        page = client.get(made(app, [groups["larks"]], by="<i>Bo</i>") + part).text
        assert "<b>" not in page
        assert "<i>Bo" not in page


def test_who_prepared_it_stands_on_the_leaflet_and_only_in_its_address(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = made(app, [groups["larks"]])
    answer = client.post(f"{there}/leaflet", data={"by": "Bo, Oak Surgery", "letters": "large"})
    after = answer.headers["Location"]
    assert after.endswith("/leaflet-large")
    assert "Bo" not in after.partition("/list/")[0]
    assert "Prepared for you by Bo, Oak Surgery on 20 November 2026" in said(client.get(after))
    assert "Prepared" not in said(client.get(f"{there}/leaflet")).replace("Prepared for you by Your name", "")


@pytest.mark.parametrize("then", ["leaflet", "large", "pdf"])
def test_a_group_s_page_leads_to_its_leaflet(client: FlaskClient, groups: dict[str, UUID], then: str) -> None:
    there = keep_one(client, then=then)
    assert {"leaflet": "/leaflet", "large": "/leaflet-large", "pdf": "/leaflet.pdf"}[then] in there
    assert f'value="{then}"' in client.get("/en/groups/larks").text


def test_a_list_with_nothing_to_print_says_so(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    for part in BOTH:
        answer = client.get(f"{made(app, [uuid4()])}/{part}")
        assert answer.status_code == 404
        assert "There is nothing to print yet" in said(answer)


# words to copy


def test_words_to_text_are_short_and_leave_the_name_out(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get("/en/groups/larks").text
    mine = re.search(r'id="to-myself"[^>]*>([^<]*)<', page)
    shared = re.search(r'id="to-share"[^>]*>([^<]*)<', page)
    assert mine
    assert shared
    text = html.unescape(mine[1]).replace("\u00a0", " ")
    assert len(text) <= 300
    assert text.startswith("Tue 1 Dec, 10:00.")
    assert "Bev meets you at the door." in text
    assert "Larks" not in text
    assert "The Larks" in shared[1]
    assert re.search(r"http://localhost/g/\w+", shared[1]), "the short address"
    assert page.count("readonly") == 2


def test_words_to_copy_work_without_a_script(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(keep_one(client)).text
    assert len(re.findall(r"<textarea[^>]*readonly", page)) == 2
    assert len(re.findall(r"<p[^>]* hidden data-copy", page)) == 2, "the button comes with the script"


# the PDF


@PDF
@pytest.mark.parametrize("name", BOTH)
def test_a_pdf_is_tagged_has_a_language_a_neutral_title_and_words_for_every_picture(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], name: str
) -> None:
    found = read(client, f"{made(app, [groups['larks'], groups['owls']])}/{name}.pdf")
    root = _root(found)
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    assert found.metadata
    assert found.metadata.title == "Places to go"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    seen = tags(found)
    kinds = [kind for kind, _ in seen]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 3
    pictures = [alt for kind, alt in seen if kind == "/Figure"]
    assert pictures
    assert all(pictures)
    assert any("opens the page of The Larks" in alt for alt in pictures)
    assert b"pdfuaid" in root["/Metadata"].get_data()


@PDF
def test_the_pdf_says_what_the_page_says(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = made(app, [groups["larks"], groups["owls"]], by="Bo")
    text = words(read(client, f"{there}/leaflet.pdf"))
    for one in ("The Larks", "Night Owls Choir", "Tuesday, 1 December, 10:00 to 12:00", "Bev", "999", "by Bo"):
        assert one in text
    assert len(read(client, f"{there}/leaflet.pdf").pages) == 1, "two groups on one sheet"


@PDF
def test_letters_come_from_our_own_font(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    found = read(client, f"{made(app, [groups['larks']])}/leaflet.pdf")
    held: list[Any] = [font.get_object() for page in found.pages for font in _fonts(page)]
    fonts = {str(font["/BaseFont"]) for font in held}
    assert fonts
    assert all("Atkinson" in font for font in fonts), fonts


@PDF
def test_a_pdf_in_urdu_is_written_from_right_to_left_or_the_page_says_why_not(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    answer = client.get(made(app, [groups["larks"]]).replace("/en/", "/ur/") + "/leaflet.pdf")
    if answer.status_code == 303:
        page = client.get(answer.headers["Location"])
        assert page.status_code == 200
        assert 'role="status"' in page.text
        return
    assert _root(PdfReader(io.BytesIO(answer.get_data())))["/Lang"] == "ur"


@PDF
def test_large_letters_are_large(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    sizes: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * matrix[3]) * 0.75 if matrix[3] not in (0, 1, -1) else size)

    found = read(client, f"{made(app, [groups['larks']])}/leaflet-large.pdf")
    for page in found.pages:
        page.extract_text(visitor_text=note)
    assert max(sizes) >= 22
    assert len(found.pages) == 1, "one group, its square code and the help lines are one sheet"
    lines = words(found).replace("\u00a0", " ")
    assert "NHS 111: 111" in lines, "a number that ends a name is not read as part of the next"


def test_without_the_library_the_pdf_leads_to_the_page_to_print_and_says_why(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    there = made(app, [groups["larks"]])
    for name in BOTH:
        answer = client.get(f"{there}/{name}.pdf")
        assert answer.status_code == 303
        page = client.get(answer.headers["Location"])
        assert "We cannot make a PDF here" in page.text
        assert "The Larks" in said(page)


@pytest.mark.asvs("V15.2.2")
@PDF
def test_while_one_pdf_is_made_and_one_waits_nobody_else_holds_a_hand_of_the_server() -> None:
    page = "<!doctype html><html lang='en'><title>t</title><body><p>x</p>"
    with pdf._room, pdf._room, pytest.raises(Unavailable, match="busy"):
        pdf.make(page)
    assert pdf.make(page).startswith(b"%PDF")


@PDF
def test_no_letter_is_left_out_in_silence() -> None:
    with pytest.raises(pdf.NotHere, match="no_font"):
        pdf.make(
            "<!doctype html><html lang='en'><title>t</title><body><p>\U0001e030 \U00016fe4 \U000e0041 \U0001e2c0</p>"
        )


@PDF
def test_a_pdf_fetches_nothing_but_our_own_files(capfd: pytest.CaptureFixture[str]) -> None:
    page = """<!doctype html><html lang="en"><head><title>t</title><link rel="stylesheet" href="https://example.org/a.css">
    <style>@import url(file:///etc/passwd); p {{ background: url(http://127.0.0.1:9/x.png) }}</style></head>
    <body><img src="file:///etc/passwd" alt="x"><img src="../../config.py" alt="y"><p>canaryword</p></body></html>"""
    assert pdf.make(page).startswith(b"%PDF")
    said_ = capfd.readouterr()
    assert "canaryword" not in said_.out + said_.err
    assert "passwd" not in said_.out + said_.err


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/x", f"{BASE}static/x/../../../config.py", f"{BASE}etc/passwd", "data:,x"],
)
def test_every_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="only our own files"):
        own_file(url)


@PDF
def test_many_groups_still_make_a_pdf(app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID]) -> None:
    from sqlalchemy import select

    from service.catalog import models as m

    many(store, 20)
    ids = list(store.scalars(select(m.Group.id).where(m.Group.slug.startswith("choir-"))))
    assert len(read(client, f"{made(app, ids)}/leaflet.pdf").pages) >= 10


# a professional


def test_a_professional_chooses_groups_and_prints_the_same_leaflet(app: Flask) -> None:
    cast = settle(app)
    bo = signed_in(app, cast.bo)
    page = bo.get("/en/referrals/leaflet")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    sent = {"csrf_token": token[1]}
    with app.app_context():
        from service.catalog.queries import group_by_id
        from service.db import db

        name = group_by_id(db.session(), cast.eli_group, today=NOW.date()).name
    found = bo.post("/en/referrals/leaflet", data={**sent, "name": name[:5]})
    assert f'value="{cast.eli_group.hex}"' in found.text
    nothing = bo.post("/en/referrals/leaflet", data={**sent, "make": "normal"})
    assert nothing.status_code == 422
    made_ = bo.post(
        "/en/referrals/leaflet", data={**sent, "group": cast.eli_group.hex, "make": "normal", "by": "Bo, Oak Surgery"}
    )
    leaflet = app.test_client().get(made_.headers["Location"])
    assert leaflet.status_code == 200
    assert "Prepared for you by Bo, Oak Surgery" in said(leaflet)
    assert name in said(leaflet)
    assert "/en/referrals/leaflet" in bo.get("/en/referrals").text


def test_a_professional_finds_no_group_that_may_not_be_seen(app: Flask) -> None:
    from service.catalog import models as m
    from service.db import committing

    cast = settle(app)
    with app.app_context(), committing() as unit:
        group = unit.get(m.Group, cast.eli_group)
        assert group
        group.status, name = "held", group.name
    bo = signed_in(app, cast.bo)
    token = re.search(r'name="csrf_token" value="([^"]+)"', bo.get("/en/referrals/leaflet").text)
    assert token
    answer = bo.post(
        "/en/referrals/leaflet",
        data={"csrf_token": token[1], "name": name, "group": [cast.eli_group.hex, "no id"], "make": "look"},
    )
    assert cast.eli_group.hex not in answer.text
