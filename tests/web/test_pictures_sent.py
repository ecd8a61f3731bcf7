"""A picture that is sent: what it is called, and what it was, is nowhere; only its points, drawn anew."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from service.db import Base, db
from service.web.headers import STATIC
from tests.house.test_forgery import token_of
from tests.people import settle, signed_in

CALLED = ("../../zqaxname.html", "..\\zqaxname.php", "/etc/zqaxname", "zqaxname.svg")


def photograph() -> bytes:
    made = BytesIO()
    with Image.new("RGB", (40, 30), "green") as drawn:
        drawn.save(made, "JPEG", comment=b"zqaxcomment<script>")
    return made.getvalue()


def files(*folders: Path) -> set[Path]:
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def everything(app: Flask) -> str:
    with app.app_context():
        return repr([db.session().execute(select(table)).all() for table in Base.metadata.sorted_tables])


@pytest.mark.asvs("V5.3.1", "V5.3.2", "V5.4.1")
@pytest.mark.parametrize("name", CALLED)
def test_the_name_of_a_file_that_is_sent_is_used_nowhere(app: Flask, name: str) -> None:
    cast = settle(app)
    ada, page = signed_in(app, cast.ada), f"/en/admin/groups/{cast.eli_group}/page"
    served = files(STATIC, Path("service"), app.extensions["kith"].settings.data_folder)
    sent = {"what": "picture", "shows": "door", "alternative": "A door", "csrf_token": token_of(ada)}
    answer = ada.post(page, data={**sent, "file": (BytesIO(photograph()), name, "text/html")})
    assert answer.status_code == 303
    shown = ada.get(page).text
    where = shown.partition('src="/pictures/')[2].partition('"')[0]
    got = app.test_client().get(f"/pictures/{where}")
    assert (got.status_code, got.mimetype) == (200, "image/webp")
    assert b"zqax" not in got.data
    assert "zqax" not in shown + str(got.headers) + str(answer.headers) + everything(app)
    more = files(STATIC, Path("service"), app.extensions["kith"].settings.data_folder) - served
    assert {path.name for path in more if "__pycache__" not in path.parts} <= {"limits.sqlite-wal", "limits.sqlite-shm"}
