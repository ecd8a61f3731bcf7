"""What leaves on paper or by mail: a text is a text there too, and nothing is fetched, run or led away."""

import re
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select

from service.accounts.permissions import Role
from service.catalog.models import Organisation
from service.clock import now
from service.db import committing
from service.notifications import outbox
from service.notifications.channels import WORDS, Message
from service.notifications.smtp import email
from service.web import pdf
from tests.house import canaries
from tests.house.forms import sealed
from tests.journeys.payloads import MARK, PAYLOADS
from tests.journeys.test_scripts import fill
from tests.people import signed_in
from tests.web.test_members import invite

OURS = "https://kith.example.org/en/account"
LURES = (
    "Oak\r\nBcc: eve@example.org",
    "Oak\n\nSubject: x\n\nhello",
    "Oak\r\n.\r\nMAIL FROM:<eve@example.org>",
    "https://evil.example.org/x",
    "Oak, see www.evil.example.org",
    "Oak (evil.example.org/en/sign-in)",
    "Oak\u2028Bcc: eve@example.org",
    "Oak \u202egro.elpmaxe.live//:sptth",
    "{link.__class__}",
    "=?utf-8?q?Bcc:_eve?=",
)
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
HEADERS |= {"Content-Transfer-Encoding"}
LEADS = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|example|com|net)\b\S*", re.I)


# ---- paper -----------------------------------------------------------------------------------------------------------


def wrong(page: str) -> list[str]:
    """Return what a text opened, ran or would fetch in a page that is made into a PDF."""
    found: list[str] = []
    for one in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if not isinstance(one.tag, str):
            continue
        if MARK in one.attrib or one.tag in ("script", "iframe", "object", "embed"):
            found.append(f"opened {one.tag}")
        found += [f"{one.tag} {name}" for name in one.attrib if name.startswith("on")]
        if one.tag != "a":
            asked = [one.attrib[name] for name in ("href", "src", "data", "poster", "srcset") if name in one.attrib]
            found += [f"{one.tag} asks {where[:60]}" for where in asked if not where.startswith(("/static/", "#"))]
        elif not re.match(r"https?://|/|#|tel:|mailto:", one.attrib.get("href", "#")):
            found.append(f"leads {one.attrib['href'][:60]}")
    return found


@pytest.mark.asvs("V1.2.1", "V1.2.2", "V1.3.4")
@pytest.mark.skipif(not pdf.is_possible(), reason="no PDF can be made here")
def test_payloads_in_every_text_are_text_in_what_is_made_into_a_pdf(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = canaries.settle(app)[canaries.OURS]
    client, (_, kept) = app.test_client(), sealed(app, house)
    sheet = client.post("/en/sheet", data={"place": "Sale", "reach": "5", "month": "this"}).location.rsplit("/", 1)[-1]
    pages: list[str] = []
    fetched: list[str] = []
    own, made = pdf.own_file, pdf.make

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return own(url)

    def make(page: str) -> bytes:
        pages.append(page)
        return made(page)

    monkeypatch.setattr(pdf, "own_file", fetch)
    monkeypatch.setattr(pdf, "make", make)
    stage: Any = SimpleNamespace(app=app, house=house)
    for first in range(0, len(PAYLOADS), 40):
        assert fill(stage, " ".join(PAYLOADS[first : first + 40]), monkeypatch) >= 50
        for where in (f"list/{kept}/leaflet.pdf", f"list/{kept}/leaflet-large.pdf", f"sheet/{sheet}/sheet.pdf"):
            assert client.get(f"/en/{where}").status_code in (200, 303), where
    assert [told for page in pages for told in wrong(page)] == []
    assert sum("zqax" in page for page in pages) >= 2 * len(PAYLOADS) // 40, "they are there to be read"
    assert {url.split("/static/")[0] for url in fetched} == {pdf.BASE.rstrip("/")}


# ---- mail ------------------------------------------------------------------------------------------------------------


def posted(message: Message) -> tuple[set[str], str, str]:
    """Return names of headers, subject and text of a mail as whoever gets it reads them."""
    bytes_ = email(message, sender="kith@example.org", at=now()).as_bytes(policy=policy.SMTP)
    got = message_from_bytes(bytes_, policy=policy.default)
    assert len(got.keys()) == len(set(got.keys())), "each once"
    return set(got.keys()), str(got["Subject"]), str(got.get_content())


@pytest.mark.asvs("V1.3.3", "V1.3.11", "V1.2.2")
@pytest.mark.parametrize("template", sorted({template for template, _ in WORDS} - {"link_wanted"}))
def test_no_text_in_a_mail_makes_a_header_or_leads_elsewhere(template: str) -> None:
    say = WORDS[template, "en"]
    for text in (*PAYLOADS, *LURES):
        params = dict.fromkeys(say.needs, text) | ({"link": OURS} if "link" in say.needs else {})
        message = Message(
            id=uuid4(),
            message_id="<1@example.org>",
            channel="email",
            template=template,
            language="en",
            to="ada@example.org",
            params=params,
            attempts=0,
        )
        names, subject, body = posted(message)
        assert names == HEADERS
        assert subject == say.subject
        assert set(LEADS.findall(body)) <= {OURS}, (template, text)
        assert body.count("\n") == say.body.count("\n"), (template, text)


@pytest.mark.asvs("V1.3.3", "V1.3.11")
@pytest.mark.parametrize("name", LURES)
def test_an_organisation_cannot_be_called_so_that_its_invitation_leads_elsewhere(app: Flask, name: str) -> None:
    house = canaries.settle(app)[canaries.OURS]
    manager = signed_in(app, house.users[Role.ORG_MANAGER.value])
    with app.app_context(), committing() as unit:
        unit.scalars(select(Organisation).where(Organisation.id == house.organisation)).one().name = name
    assert invite(manager, "new@example.org").status_code == 303
    with app.app_context(), committing() as unit:
        due = outbox.take_due(unit, now=now(), sealer=app.extensions["kith"].sealer(outbox.PURPOSE))
    [message] = [one for one in due if one.template == "invitation"]
    names, subject, body = posted(message)
    assert (names, subject) == (HEADERS, "An invitation from Kith")
    assert {where.partition("/en/")[0] for where in LEADS.findall(body)} == {"http://127.0.0.1:8000"}
