"""The catalogue as one file of tables: as its own description says, whole, and the same rows as the lists give."""

import csv
import io
import json
import zipfile
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import committing
from service.interop.hsds import tables
from tests.api.test_open_data import got, made

PATH = "/hsds/datapackage.zip"
Rows = list[dict[str, str]]


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, Rows]]:
    """Return the description and the rows of each table."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        about = json.loads(archive.read("datapackage.json"))
        texts = {one["name"]: archive.read(one["path"]).decode("utf-8-sig") for one in about["resources"]}
        assert set(archive.namelist()) == {"datapackage.json", *(one["path"] for one in about["resources"])}
    return about, {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


READ: dict[str, Any] = {
    "string": str,
    "number": float,
    "date": date.fromisoformat,
    "time": lambda text: time.fromisoformat(text) if len(text) == len("14:00:00") else 1 / 0,
    "datetime": lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"),  # noqa: DTZ007  # Z is UTC
}


def mistakes(about: dict[str, Any], rows: dict[str, Rows]) -> list[str]:
    """Return what breaks the rules of the description: types, what must be there, keys, and what they lead to."""
    ids = {name: [row["id"] for row in table] for name, table in rows.items()}
    found = [f"{name}: an id twice" for name, known in ids.items() if len(known) != len(set(known))]
    for one in about["resources"]:
        name, schema = one["name"], one["schema"]
        leads = [(key["fields"], set(ids[key["reference"]["resource"]])) for key in schema.get("foreignKeys", ())]
        for row in rows[name]:
            found += [f"{name}.{field['name']} is empty" for field in schema["fields"] if not kept(field, row)]
            found += [f"{name}.{key} leads nowhere" for key, there in leads if row[key] and row[key] not in there]
    return found


def kept(field: dict[str, Any], row: dict[str, str]) -> bool:
    """Read a cell as its type, a ValueError where that fails; tell whether it is there if it must be."""
    text = row[field["name"]]
    if text:
        READ[field["type"]](text)
    return bool(text) or not field.get("constraints", {}).get("required")


@pytest.fixture
def packed(app: Flask, client: FlaskClient) -> bytes:
    with app.app_context(), committing() as session:
        made(session, "First", phone="+44 1632 960100")
        made(session, "=SUM(1)", description='Line one\nline, "two"', mode="hybrid")
    answer = client.get(PATH)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return answer.get_data()


def test_every_table_is_as_the_description_says(packed: bytes) -> None:
    about, rows = unpacked(packed)
    assert about["profile"] == "tabular-data-package"
    assert set(rows) == set(tables.COLUMNS)
    assert mistakes(about, rows) == []
    assert len(rows["services"]) == 2
    assert len(rows["service_at_location"]) == 3, "one of them is online as well"
    assert rows["schedules"][0]["opens_at"] == "10:00:00"
    assert rows["contacts"] == rows["metadata"] == []


def test_the_tables_hold_what_the_lists_give(client: FlaskClient, packed: bytes) -> None:
    _, rows = unpacked(packed)
    told = {row["id"]: row for row in got(client, "/hsds/services?full=true")["contents"]}
    for row in rows["services"]:
        same = {name: told[row["id"]][name] for name in ("name", "description", "url", "status", "organization_id")}
        assert same.items() <= row.items()
    listed = {one["id"] for service in told.values() for one in service["attributes"]}
    assert listed <= {row["id"] for row in rows["attributes"]}


def test_a_broken_table_is_noticed(packed: bytes) -> None:
    about, rows = unpacked(packed)
    rows["services"][0]["organization_id"] = str(UUID(int=7))
    rows["locations"][0]["location_type"] = ""
    rows["units"] *= 2
    assert len(mistakes(about, rows)) >= 3


def test_nothing_is_a_formula_in_a_spreadsheet(client: FlaskClient, packed: bytes) -> None:
    _, plain = unpacked(packed)
    _, safe = unpacked(client.get(f"{PATH}?for=excel").get_data())
    assert {row["name"] for row in plain["services"]} == {"First", "=SUM(1)"}
    assert {row["name"] for row in safe["services"]} == {"First", "'=SUM(1)"}
    assert [row["number"] for row in safe["phones"]] == ["'+44 1632 960100"]
    assert client.get(f"{PATH}?for=word").status_code == 400


def test_it_is_made_once_for_each_state_of_the_catalogue(client: FlaskClient, packed: bytes) -> None:
    first = client.get(PATH)
    assert first.get_data() == packed, "the same bytes"
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
