"""`kith import`: it says what it would do, what it did and what it left out; 3 where rows were refused."""

from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from service import cli
from service.catalog.models import Group
from service.db import db
from tests.catalog.imports.importing import write

GOOD = "Title,Post code,Telephone\nTea Table,M33 2AB,01632 960100\nSlow Walk,M33 4CD,01632 960101\n"
NAMES = select(Group.name).where(Group.source == "leeds-council", Group.status == "draft").order_by(Group.name)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(NAMES))


def test_a_list_is_looked_at_imported_and_taken_back(run: CliRunner, app: Flask, tmp_path: Path) -> None:
    path = str(write(tmp_path, GOOD))
    asked = ["import", path, "--source", "leeds-council"]
    looked = run.invoke(cli.main, [*asked, "--dry-run"])
    assert looked.exit_code == 0, looked.output
    assert "Nothing was changed" in looked.output
    assert names(app) == []
    done = run.invoke(cli.main, asked)
    assert done.exit_code == 0, done.output
    assert names(app) == ["Slow Walk", "Tea Table"]
    assert "--undo 1" in done.output
    back = run.invoke(cli.main, ["import", "--source", "leeds-council", "--undo", "1"])
    assert "2 archived" in back.output, back.output
    assert names(app) == []


def test_refused_rows_are_told_with_their_place_and_the_rest_goes_in(
    run: CliRunner, app: Flask, tmp_path: Path
) -> None:
    path = str(write(tmp_path, GOOD + ",M33 1AA,01632 960102\n"))
    looked = run.invoke(cli.main, ["import", path, "--source", "leeds-council", "--dry-run"])
    assert looked.exit_code == 3, looked.output
    assert "it has no name" in looked.output
    assert run.invoke(cli.main, ["import", path, "--source", "leeds-council"]).exit_code == 3
    assert names(app) == ["Slow Walk", "Tea Table"]


def test_a_mapping_is_taken_and_remembered(run: CliRunner, app: Flask, tmp_path: Path) -> None:
    path = str(write(tmp_path, "Wer,Was\nTea Table,x\n"))
    asked = ["import", path, "--source", "leeds-council"]
    refused = run.invoke(cli.main, asked)
    assert refused.exit_code == 1
    assert "No column is read as name" in refused.output
    mapping = write(tmp_path, '{"Wer": "name"}', "mapping.json")
    assert run.invoke(cli.main, [*asked, "--mapping", str(mapping)]).exit_code == 0
    assert run.invoke(cli.main, asked).exit_code == 0, "it is known the next time"
    assert names(app) == ["Tea Table"]


def test_what_is_asked_wrongly_is_said(run: CliRunner, tmp_path: Path) -> None:
    assert run.invoke(cli.main, ["import", "--source", "leeds-council"]).exit_code == 2
    gone = run.invoke(cli.main, ["import", str(tmp_path / "none.csv"), "--source", "leeds-council"])
    assert (gone.exit_code, "no such file" in gone.output) == (1, True)
    name = run.invoke(cli.main, ["import", str(write(tmp_path, GOOD)), "--source", "Leeds Council"])
    assert (name.exit_code, "one word" in name.output) == (1, True)
