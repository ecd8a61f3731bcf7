"""The `kith` command: it says what it did, refuses in one sentence, and does nothing twice."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from service import cli
from service.accounts.beginning import set_up_code
from service.accounts.models import ApiKey, AuditEntry, User
from service.catalog.models import Group
from service.db import db
from tests.notifications.sinks import Sink, running


def count(app: Flask, table: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_seeding_twice_changes_nothing(run: CliRunner, app: Flask) -> None:
    first = run.invoke(cli.main, ["seed"])
    assert first.exit_code == 0, first.output
    there = count(app, Group)
    assert there > 1500
    again = run.invoke(cli.main, ["seed"])
    assert re.search(r"Listings: 0 new, 0 changed, \d+ as before", again.output), again.output
    assert count(app, Group) == there
    gone = run.invoke(cli.main, ["examples", "remove"])
    assert gone.exit_code == 0, gone.output
    assert there - count(app, Group) > 100


@pytest.mark.asvs("V6.3.2")
def test_an_administrator_is_made_and_gets_a_link(run: CliRunner, app: Flask) -> None:
    asked = ["admin", "create", "--email", "Ada@example.org", "--name", "Ada", "--password", "seven quiet otters"]
    assert run.invoke(cli.main, asked).exit_code == 0
    assert run.invoke(cli.main, asked).exit_code == 0, "twice gives the same account"
    assert count(app, User) == 1
    link = run.invoke(cli.main, ["admin", "link", "ada@example.org"])
    assert link.output.startswith("http://127.0.0.1:8000/en/sign-in/")
    path = link.output.strip().removeprefix("http://127.0.0.1:8000")
    assert app.test_client().get(path).status_code == 200


def test_the_code_of_a_new_installation_is_printed_until_somebody_runs_it(run: CliRunner, app: Flask) -> None:
    assert count(app, User) == 0
    told = run.invoke(cli.main, ["admin", "code"])
    assert told.exit_code == 0, told.output
    assert set_up_code(app.extensions["kith"].settings.secret) in told.output
    assert "http://127.0.0.1:8000/en/set-up" in told.output
    asked = ["admin", "create", "--email", "ada@example.org", "--name", "Ada", "--password", "seven quiet otters"]
    assert run.invoke(cli.main, asked).exit_code == 0
    refused = run.invoke(cli.main, ["admin", "code"])
    assert (refused.exit_code, set_up_code(app.extensions["kith"].settings.secret) in refused.output) == (1, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["admin", "create", "--email", "x", "--name", "X", "--password", "seven quiet otters"], "not an e-mail"),
        (["admin", "create", "--email", "a@example.org", "--name", "X", "--password", "short"], "characters"),
        (["mail", "test", "ada@example.org, eve@example.org"], "no address"),
        (["admin", "link", "nobody@example.org"], "Nobody has this address"),
        (["key", "create", "--organisation", "Oak", "--name", "n", "--scope", "everything"], "scopes"),
        (["evaluate", "--catalog", "no-such-file.jsonl"], "no-such-file.jsonl cannot be read"),
    ],
)
def test_a_refusal_is_one_sentence(run: CliRunner, words: list[str], said: str) -> None:
    answer = run.invoke(cli.main, words)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert said in answer.output
    assert "Traceback" not in answer.output


def test_a_key_is_shown_once_and_kept_as_a_hash(run: CliRunner, app: Flask) -> None:
    made = run.invoke(cli.main, ["key", "create", "--organisation", "Oak Surgery", "--name", "record system"])
    assert made.exit_code == 0, made.output
    key = made.stdout.strip()
    assert count(app, ApiKey) == 1
    answer = app.test_client().get("/api/v1/referrals", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in (200, 422)


def test_a_key_is_listed_replaced_and_ended_by_its_id(run: CliRunner, app: Flask) -> None:
    made = run.invoke(cli.main, ["key", "create", "--organisation", "Oak Surgery", "--name", "record system"])
    old = made.stdout.strip()

    def status(key: str) -> int:
        return app.test_client().get("/api/v1/referrals", headers={"Authorization": f"Bearer {key}"}).status_code

    (line,) = run.invoke(cli.main, ["key", "list"]).stdout.splitlines()
    assert "record system" in line
    assert old not in line
    key_id = line.split()[0]
    new = run.invoke(cli.main, ["key", "rotate", key_id, "--overlap", "2"])
    assert new.exit_code == 0, new.output
    assert [status(old), status(new.stdout.strip())] == [200, 200]
    assert run.invoke(cli.main, ["key", "rotate", key_id]).output == "Error: This key was replaced before.\n"
    assert run.invoke(cli.main, ["key", "end", key_id]).exit_code == 0
    assert [status(old), status(new.stdout.strip())] == [401, 200]
    assert len(run.invoke(cli.main, ["key", "list"]).stdout.splitlines()) == 2


def test_nothing_waits_to_be_sent(run: CliRunner) -> None:
    answer = run.invoke(cli.main, ["jobs", "run", "send"])
    assert (answer.exit_code, "send: 0 done." in answer.output) == (0, True), answer.output
    listed = run.invoke(cli.main, ["jobs", "list"]).output
    assert re.search(r"send .* done .* 0", listed), listed
    assert re.search(r"tidy .* never", listed), listed


def test_mail_is_tried_stopped_and_allowed_from_the_command_line(
    run: CliRunner, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink()
    answer = run.invoke(cli.main, ["mail", "test", "ada@example.org"])
    assert (answer.exit_code, "No mail server is set" in answer.output) == (1, True), answer.output
    with running(sink) as server:
        for name, value in {"HOST": server.host, "PORT": server.port, "FROM": server.sender, "TLS": "none"}.items():
            monkeypatch.setenv(f"KITH_SMTP_{name}", str(value))
        assert run.invoke(cli.main, ["mail", "test", "ada@example.org"]).exit_code == 0
        assert "Nothing will be sent" in run.invoke(cli.main, ["mail", "stop", "Ada@example.org"]).output
        refused = run.invoke(cli.main, ["mail", "test", "ada@example.org"])
        assert "Nothing is sent there" in refused.output
        assert "sent there again" in run.invoke(cli.main, ["mail", "allow", "ada@Example.org"]).output
    assert [to for _, to in sink.envelopes] == [["ada@example.org"]]
    assert sink.kept[0]["Subject"] == "A trial message from Kith"
    gone = run.invoke(cli.main, ["mail", "test", "ada@example.org"])
    assert "It did not go (smtp_away)." in gone.output
    assert run.invoke(cli.main, ["mail", "lost"]).exit_code == 0
    assert count(app, AuditEntry) == 2


@pytest.mark.asvs("V13.2.3")
def test_production_says_what_it_needs(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_MODE", "production")
    monkeypatch.delenv("KITH_SECRET")
    answer = run.invoke(cli.main, ["db", "upgrade"])
    assert answer.exit_code == 1
    assert "KITH_SECRET must be set" in answer.output


def test_a_secret_is_long_enough_and_never_the_same(run: CliRunner) -> None:
    made = {run.invoke(cli.main, ["secret"]).output.strip() for _ in range(3)}
    assert len(made) == 3
    assert all(len(secret) >= 32 for secret in made)


def test_every_word_of_the_command_has_help() -> None:
    def walk(command: object, path: str) -> None:
        assert getattr(command, "help", None), path
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(cli.main, "kith")


def test_what_starts_gunicorn_is_there() -> None:
    assert Path("deploy/gunicorn.conf.py").is_file()
    assert Path("wsgi.py").is_file()
