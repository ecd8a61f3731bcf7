"""The tables of docs/inputs.md: each field of each form and each body, with its kind and its limit.

`python -m tests.house.inputs` writes them anew.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient

from tests.house import canaries
from tests.pages import openapi
from tests.people import signed_in
from tests.walk import address, rules

PAGE = Path("docs/inputs.md")
ROLES = ("admin", "link_worker", "org_manager")
NOT_ASKED = {"csrf_token", "step", "once"}  # of the page itself
MARK = "<!-- table:{}:start -->\n{}\n<!-- table:{}:end -->"


def of_bodies(app: Flask) -> str:
    """Return a line for each field of each body that a program may send."""
    open_data = app.test_client().get("/hsds/openapi.json").get_json()
    lines = [*_lines(openapi(app)), *_lines(open_data)]
    return "\n".join(["| door | field | rule |", "|---|---|---|", *sorted(set(lines))])


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name, rule in _fields(document, content["schema"]):
                    yield f"| `{path}` | `{name}` | {rule} |"


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    schema = _meant(document, schema)
    for name, inner in schema.get("properties", {}).items():
        meant = _meant(document, inner)
        if meant.get("properties") and len(before) < 40:
            yield from _fields(document, meant, f"{before}{name}.")
        else:
            yield f"{before}{name}", _rule(meant) + (", must be there" if name in schema.get("required", ()) else "")


def _meant(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while (
        "$ref" in schema or any(one.get("type") != "null" for one in schema.get("anyOf", ())) and "type" not in schema
    ):
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def _rule(schema: Mapping[str, Any]) -> str:
    told = [str(schema.get("format") or schema.get("type") or "one of several forms")]
    if "enum" in schema or "const" in schema:
        told = [f"one of {len(schema.get('enum', [1]))} words"]
    names = {
        "maxLength": "at most {} characters",
        "minLength": "at least {} characters",
        "maxItems": "at most {} items",
    }
    names |= {"minimum": "from {}", "maximum": "to {}", "maxProperties": "at most {} keys"}
    told += [words.format(schema[name]) for name, words in names.items() if name in schema]
    return ", ".join([*told, *(["of one pattern"] if "pattern" in schema else [])])


def of_forms(app: Flask) -> str:
    """Return a line for each field of each form that somebody may see."""
    house = canaries.settle(app)[canaries.OURS]
    found: dict[str, set[str]] = {}
    for client in (app.test_client(), *(signed_in(app, house.users[role]) for role in ROLES)):
        for name, kind in _asked(app, client, house):
            found.setdefault(name, set()).add(kind)
    lines = [f"| `{name}` | {'; '.join(sorted(kinds))} |" for name, kinds in sorted(found.items())]
    return "\n".join(["| field | kind and limit |", "|---|---|", *lines])


def _asked(app: Flask, client: FlaskClient, house: canaries.House) -> Iterator[tuple[str, str]]:
    sealed = client.post("/en/find", data={"text": "jigsaws", "place": "Sale"}).location.split("/")[3].partition("#")[0]
    ids: dict[str, Any] = {name: pair[0] for name, pair in house.ids.items()}
    ids |= {
        "slug": house.slug,
        "ring_id": house.rings,
        "report_id": house.report,
        "proposal_id": house.proposal,
        "version": 1,
        "sealed": sealed,
    }
    for rule in rules(app):
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/static/", "/embed/")):
            continue
        for code in ("enjoy", "easier", "where", "when", "who", "must") if rule.endpoint == "web.step" else ("enjoy",):
            answer = client.get(address(app, rule, **ids, code=code))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield from _of_page(answer.text)


def _of_page(text: str) -> Iterator[tuple[str, str]]:
    page = html5lib.parse(text, namespaceHTMLElements=False)
    for one in page.iter():
        if one.tag in ("input", "select", "textarea") and one.get("name") not in (*NOT_ASKED, None):
            kind = one.get("type", "text") if one.tag == "input" else "choice" if one.tag == "select" else "long text"
            most = f", at most {one.get('maxlength')} characters" if one.get("maxlength") else ""
            name = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", "…", one.get("name"))
            yield (
                re.sub(r"^(barrier|fact|needs?|amount|note|language|term|place)_\w+", r"\1_…", name),
                f"{_KINDS.get(kind, kind)}{most}",
            )


_KINDS = {"radio": "one of a few", "checkbox": "ticked or not", "hidden": "carried along", "tel": "telephone"}


def tables(app: Flask) -> dict[str, str]:
    """Return both tables by name."""
    return {"bodies": of_bodies(app), "forms": of_forms(app)}


def written(text: str, made: Mapping[str, str]) -> str:
    """Return the page with the tables in their places."""
    for name, table in made.items():
        before, rest = text.split(f"<!-- table:{name}:start -->")
        text = before + MARK.format(name, table, name) + rest.split(f"<!-- table:{name}:end -->")[1]
    return text


def main() -> None:
    from service.app import create_app
    from tests import stores
    from tests.house.bombing import settings_of
    from tests.pages import PlainClient

    with tempfile.TemporaryDirectory() as folder, stores.running("sqlite", Path(folder)) as kept:
        app = create_app(settings_of(kept.migrated(), folder))
        app.test_client_class = PlainClient
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables(app)), encoding="utf-8")
        stores.close(app)


if __name__ == "__main__":
    main()
