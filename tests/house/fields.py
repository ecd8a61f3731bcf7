"""The table of docs/data.md that says who reads and who writes each text that tells of somebody: seen, not declared.

Each role walks through every page it may open, where each text of every table is a word of its own, and types a word of
its own into every form it finds there. A program does the same at the doors of the API.
`python -m tests.house.fields` writes it anew.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.permissions import SCOPES, Role
from service.api.referrals import EXAMPLE
from service.cli.permissions import ROLES as WORDS
from service.clock import now
from service.db import Base, db
from service.db.classes import Class
from service.db.sealing import Sealer
from tests.house import canaries
from tests.house.forms import ROLES, forms, sealed, views
from tests.people import keyed, signed_in
from tests.walk import address, rules

PAGE = Path("docs/data.md")
START, END = "<!-- table:fields:start -->", "<!-- table:fields:end -->"
Field = tuple[str, str]
NUMBER, TRAP = "01632 960147", "leave_empty"
READERS = (*ROLES, Role.GROUP_LEADER, Role.API_CLIENT)


def fields() -> list[Field]:
    """Return every text that tells of somebody."""
    return [
        (str(model.__tablename__), name)
        for model in canaries.PERSONAL
        for name in canaries.columns(model)
        if Base.metadata.tables[str(model.__tablename__)].columns[name].info["class"] in (Class.PERSONAL, Class.HEALTH)
    ]


def seen(app: Flask, house: canaries.House) -> dict[Field, set[str]]:
    """Return for each field the roles on whose pages it stands."""
    addressed = sealed(app, house)
    found: dict[Field, set[str]] = {one: set() for one in fields()}
    begins = {one: canaries.canary(canaries.OURS, *one, 0)[:-1] for one in found}
    for role in READERS:
        name = WORDS[role] if role else "visitor"
        pages = called(app, house) if role is Role.API_CLIENT else views(app, house, role, addressed)
        for _, text in pages:
            for one, begin in begins.items():
                if any(f"{begin}{letter}" in text for letter in "abcdefghijklmnopqrst"):
                    found[one].add(name)
    return found


def called(app: Flask, house: canaries.House) -> Iterator[tuple[str, str]]:
    """Yield what a program with every scope reads at each door of the API."""
    client, ids = app.test_client(), {name: pair[0] for name, pair in house.ids.items()}
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/api/"):
            where = address(app, rule, **ids, slug=house.slug)
            yield where, client.get(where, headers=keyed(house.keys[",".join(SCOPES)])).text


def written(app: Flask, house: canaries.House) -> dict[Field, set[str]]:
    """Return for each field the roles whose forms, or whose calls, put a word into it."""
    addressed, known = sealed(app, house), set(fields())
    found: dict[Field, set[str]] = {one: set() for one in known}
    for role in READERS:
        name = WORDS[role] if role else "visitor"
        word = f"zqaxwrote{re.sub('[^a-z]', '', name)}"
        noted: list[tuple[str, bytes]] = []
        with _noting(noted):
            if role is Role.API_CLIENT:
                _call(app, house, word)
            else:
                _type(app, house, role, addressed, word)
        for place, data in noted:
            table, _, rest = place.partition(":")
            told = word.encode() in data or NUMBER[-6:].encode() in data.replace(b" ", b"")
            if told and (one := (table, rest.rpartition(":")[2])) in known:
                found[one].add(name)
        for one in known:
            if _holds(app, one, word):
                found[one].add(name)
    return found


@contextmanager
def _noting(noted: list[tuple[str, bytes]]) -> Iterator[None]:
    seal = Sealer.seal

    def note(self: Sealer, place: str, data: bytes) -> bytes:
        noted.append((place, data))
        return seal(self, place, data)

    with patch.object(Sealer, "seal", note):
        yield


def _holds(app: Flask, one: Field, word: str) -> bool:
    column = Base.metadata.tables[one[0]].columns[one[1]]
    with app.app_context():
        texts = db.session().scalars(select(column))
        return any(word in text for text in texts if isinstance(text, str))


def _type(app: Flask, house: canaries.House, role: Role | None, addressed: tuple[str, str], word: str) -> None:
    """Send each form a person of this role sees, with a word of theirs where words may be typed."""
    sent: set[tuple[str, frozenset[str]]] = set()
    for where, text in list(views(app, house, role, addressed)):
        for form in forms(where, text):
            if (form.goes, frozenset(form.values)) not in sent:
                sent.add((form.goes, frozenset(form.values)))
                mails = {name: f"{word}@example.org" for name, value in form.values.items() if name == "email"}
                client = app.test_client() if role is None else signed_in(app, house.users[role.value])
                typed = {**form.values, **dict.fromkeys(form.typed - {TRAP}, word), **mails, TRAP: ""}
                typed |= {name: NUMBER for name in ("number", "contact") if name in form.values}
                client.post(form.goes, data={**typed, "csrf_token": _token(client)})


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/en/sign-in").text)
    return found[1] if found else ""


def _call(app: Flask, house: canaries.House, word: str) -> None:
    said = {"preferred_name": word, "contact": f"{word}@example.org", "needs": word}
    body = {**EXAMPLE, "group_id": str(house.group), "person": {**EXAMPLE["person"], **said}}
    body |= {"acknowledge_unvetted": word}
    body["consent"] = {**EXAMPLE["consent"], "given_at": (now() - timedelta(hours=1)).isoformat()}
    body["consent"] |= {"given_by": "representative", "representative": word}
    headers = {**keyed(house.keys[",".join(SCOPES)], word), "Idempotency-Key": "who-writes-which-field"}
    answer = app.test_client().post("/api/v1/referrals", json=body, headers=headers)
    assert answer.status_code == 201, answer.text


def table(found: dict[Field, set[str]], made: dict[Field, set[str]]) -> str:
    """Return the table as Markdown."""
    order = list(WORDS.values())

    def listed(told: set[str]) -> str:
        return ", ".join(sorted(told, key=order.index)) or "–"

    rows = [
        f"| {name}.{column} | {listed(found[name, column])} | {listed(made[name, column])} |"
        for name, column in sorted(found)
    ]
    return "\n".join([START, "| text | is read by | is written by |", "| --- | --- | --- |", *rows, END])


def main() -> None:
    """Write the table anew."""
    from service.app import create_app
    from tests import stores
    from tests.house.bombing import settings_of
    from tests.pages import PlainClient

    found = []
    for walk in (seen, written):
        with tempfile.TemporaryDirectory() as folder, stores.running("sqlite", Path(folder)) as kept:
            app = create_app(settings_of(kept.migrated(), folder))
            app.test_client_class = PlainClient
            found.append(walk(app, canaries.settle(app)[canaries.OURS]))
            stores.close(app)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.split(START)[0] + table(*found) + text.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
