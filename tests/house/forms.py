"""Every form that is on a page, filled in as somebody would: a page's own fields, their values, and where it goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask

from service.accounts.permissions import Role
from tests.house import canaries
from tests.people import signed_in
from tests.walk import address, rules

ROLES = (None, Role.ADMIN, Role.EDITOR, Role.LINK_WORKER, Role.REFERRER, Role.ORG_MANAGER)
LEAVES = ("/sign-out", "/leave")  # nothing is typed there
KINDS = {"email": "zq@example.org", "tel": "01632 960123", "number": "1", "url": "https://example.org", "password": "x"}


@dataclass(frozen=True)
class Form:
    """One form as a browser would send it. `typed` are the fields in which somebody may write what they like."""

    where: str
    goes: str
    values: dict[str, str]
    typed: frozenset[str]


def page(text: str) -> Element:
    found: Element = html5lib.parse(text, namespaceHTMLElements=False)
    return found


def forms(where: str, text: str) -> Iterator[Form]:
    """Yield the forms of a page that change something or ask for something."""
    for form in page(text).iter("form"):
        goes = urlsplit(form.get("action") or where).path or where
        if (form.get("method") or "get").lower() == "post" and not goes.endswith(LEAVES):
            yield _filled(form, where, goes)


def _filled(form: Element, where: str, goes: str) -> Form:
    values: dict[str, str] = {}
    typed: set[str] = set()
    for one in form.iter():
        name = one.get("name")
        if not name or one.get("type") in ("file", "submit"):
            continue
        if one.tag == "textarea" or one.tag == "input" and one.get("type", "text") in ("text", "search"):
            typed.add(name)
            values.setdefault(name, one.get("value") or one.text or "")
        elif one.tag == "select":
            chosen = [option.get("value") or "" for option in one.iter("option")]
            values.setdefault(name, next((value for value in chosen if value), ""))
        elif one.tag in ("input", "button"):
            values.setdefault(name, one.get("value") or KINDS.get(one.get("type", "text"), ""))
    return Form(where, goes, values, frozenset(typed))


def sealed(app: Flask, house: canaries.House) -> tuple[str, str]:
    """Return what stands in the address of a search and of a list that was kept."""
    client = app.test_client()
    asked = client.post("/en/find", data={"text": "singing", "place": "Sale"}).location.split("/")[3].partition("#")[0]
    return asked, client.post(f"/en/groups/{house.slug}/keep", data={}).location.split("/")[-1]


def views(
    app: Flask, house: canaries.House, role: Role | None, addressed: tuple[str, str], only: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every page that somebody sees, with its address; `only` those of one part of the house."""
    client = app.test_client() if role is None else signed_in(app, house.users[role.value])
    ids: dict[str, Any] = {name: pair[0] for name, pair in house.ids.items()}
    ids |= {
        "slug": house.slug,
        "ring_id": house.rings,
        "report_id": house.report,
        "proposal_id": house.proposal,
        "version": 1,
        "code": "enjoy",
    }
    ids |= house.own.get(role.value, {}) if role else {}
    asked, kept = addressed
    for rule in rules(app):
        if (
            "GET" in (rule.methods or ())
            and only in rule.rule
            and not rule.rule.startswith(("/api/", "/static/", "/embed/"))
        ):
            where = address(app, rule, **ids, sealed=kept if rule.rule.startswith("/<lang>/list/") else asked)
            answer = client.get(where)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield where, answer.text
