"""`kith doctor` sees each fault that is planted, says it in words with what to do, and is content where all is well."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

from service import cli, jobs
from service.accounts import operations as accounts
from service.accounts.models import JobRun
from service.accounts.permissions import VISITOR
from service.accounts.record import audit
from service.backups import names
from service.cli import doctor
from service.cli.doctor import ground, way_in, work
from service.cli.doctor.findings import Finding, Patient
from service.clock import now
from service.config import Settings
from service.db import committing, looking
from service.db.keyring import KeyRing
from service.db.looking import opened
from service.db.sealing import Sealer
from service.matching.index import generation
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests.authority import certify
from tests.house.outside import Outside, outside
from tests.notifications.sinks import Sink, running, saying

__all__ = ["outside"]


@pytest.fixture
def patient(settings: Settings) -> Iterator[Patient]:
    """An installation of this test alone: tables and no rows. Without the application, which takes a second to make."""
    settings.data_folder.mkdir(exist_ok=True)
    with opened(settings.database_url) as store:
        audit.equip(store, audit.derive_keys({audit.KEY_NUMBER: settings.secret}))
        yield Patient(settings=settings, store=store, now=now())


@contextmanager
def writing(patient: Patient) -> Iterator[Session]:
    with Session(patient.store) as session:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()


def mends(finding: Finding, saw: str, do: str = "") -> None:
    assert finding.state == "mend", finding
    assert saw in finding.saw
    assert finding.do
    assert do in finding.do


def is_well(finding: Finding) -> None:
    assert (finding.state, finding.do) == ("ok", ""), finding


# ---- what it stands on -----------------------------------------------------------------------------------------------


def test_settings_that_are_not_safe_end_the_look(tmp_path: Path) -> None:
    [(name, finding)] = doctor.look({"KITH_MODE": "production", "KITH_DATA": str(tmp_path)})
    assert name == "settings"
    mends(finding, "KITH_SECRET must be set: run `kith secret`", "/etc/kith/environment")


def test_secrets(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("x")
    monkeypatch.setenv("KITH_SMTP_PASSWORD_FILE", str(file))
    file.chmod(0o640)
    is_well(ground.secrets(patient))
    file.chmod(0o644)
    mends(ground.secrets(patient), "Everybody on this machine may read", f"chmod o-rwx {file}")
    file.chmod(0o600)
    lost = replace(patient, settings=replace(patient.settings, keys_file=tmp_path / "gone"))
    mends(ground.secrets(lost), "KITH_KEYS_FILE", "docs/keys.md")


def test_database(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if patient.store.dialect.name == "sqlite":
        is_well(ground.database(patient))
        weak = create_engine(f"sqlite:///{tmp_path / 'weak.sqlite'}")
        mends(ground.database(replace(patient, store=weak)), "SQLite does not keep", "local disk")
        weak.dispose()
        return
    mends(ground.database(patient), "PostgreSQL has fsync off", "fsync = on")  # as the one of the tests has
    kept = create_engine(patient.settings.database_url, connect_args={"options": "-c synchronous_commit=on"})
    monkeypatch.setattr(looking, "WRITES_THROUGH", ("synchronous_commit",))
    is_well(ground.database(replace(patient, store=kept)))
    kept.dispose()


def test_a_database_that_is_away_stops_no_other_look(patient: Patient) -> None:
    away = create_engine("postgresql+psycopg://kith@127.0.0.1:9/kith?connect_timeout=1")
    gone = replace(patient, store=away)
    mends(doctor._looked(ground.database, gone), "The database does not answer.", "systemctl status postgresql")
    assert doctor._looked(work.working, gone).state == "unknown"


def test_tables(patient: Patient) -> None:
    is_well(ground.tables(patient))
    for there, saw, do in (("0001", "are at 0001, this version wants", "kith db upgrade"), ("9999", "newer", "newer")):
        with patient.store.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{there}'")  # noqa: S608
        mends(ground.tables(patient), saw, do)


def test_disk(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.disk_usage(patient.settings.data_folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: real._replace(total=100 * 10**9, free=50 * 10**9))
    is_well(ground.disk(patient))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: real._replace(total=100 * 10**9, free=10**8))
    mends(ground.disk(patient), "0.1 GB of 100.0 are free", "Make room")


def test_clock(patient: Patient, ran: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "_kept_right", lambda: True)
    is_well(ground.clock(patient))
    monkeypatch.setattr(ground, "_kept_right", lambda: False)
    assert ground.clock(patient).state == "unknown"
    mends(ground.clock(replace(patient, now=now() - timedelta(days=9000))), "behind the day", "timedatectl")
    ran("tidy", -timedelta(hours=3))
    mends(ground.clock(patient), "later than the clock says", "timedatectl")


# ---- what it does ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ran(patient: Patient) -> Callable[..., None]:
    """Have a job begin so long ago, and end in one way."""

    def begun(name: str, ago: timedelta, outcome: str = jobs.DONE) -> None:
        with writing(patient) as session:
            row = session.get(JobRun, name) or JobRun(name=name)
            row.started_at, row.outcome, row.done = now() - ago, outcome, 0
            session.add(row)

    return begun


def test_jobs(patient: Patient, ran: Callable[..., None]) -> None:
    mends(work.working(patient), "No job was begun for two hours", "systemctl restart kith-jobs")
    ran("tidy", timedelta(minutes=1))
    is_well(work.working(patient))
    ran("send", timedelta(minutes=1), "OSError")
    mends(work.working(patient), "did not end well: send", "kith jobs run send")


def test_messages(patient: Patient) -> None:
    is_well(work.waiting(patient))
    sealer = Sealer(KeyRing(patient.settings.secret), outbox.PURPOSE)
    told: dict[str, Any] = {"channel": "email", "to": "x@example.org", "template": "trial", "params": {}, "key": "one"}
    with writing(patient) as session:
        outbox.put(session, **told, now=now(), sealer=sealer)
        session.execute(update(OutboxMessage).values(due_at=now() - timedelta(hours=1)))
    mends(work.waiting(patient), "longer than a quarter of an hour", "kith mail lost")


def test_mail_server(patient: Patient, tmp_path: Path) -> None:
    def asked(server: Any) -> Finding:
        return work.mail(replace(patient, settings=replace(patient.settings, mail=server)))

    is_well(asked(None))
    sink = Sink()
    with running(sink, tls="starttls", certificate=certify(tmp_path, "127.0.0.1"), login=True) as server:
        is_well(asked(server))
        mends(asked(replace(server, password="zqaxwrong")), "cannot be used", "name or the password")
        mends(asked(replace(server, authority=None)), "cannot be used", "certificate is not trusted")
    assert sink.kept == [], "nothing was sent"
    mends(asked(server), "cannot be used", "KITH_SMTP_HOST")
    with saying(b"554 no service here\r\n") as server:
        mends(asked(server), "cannot be used", "554")


def test_search_index(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    mends(work.index(patient), "There is no search index", "kith index rebuild")
    for number, saw in ((0, ""), (7, "newer catalogue")):
        name = f"generation-{number:012d}-abcd-0123abcd"
        (patient.settings.index_folder / name).mkdir(parents=True)
        generation.point(patient.settings.index_folder, name)
        found = work.index(patient)
        assert (found.state, saw in found.saw) == ("mend" if saw else "ok", True), found
    monkeypatch.setattr(work, "BEHIND", -8)
    mends(work.index(patient), "changes behind", "kith index rebuild")


def test_help_lines(patient: Patient, tmp_path: Path) -> None:
    assert work.help_lines(patient).state == "unknown"
    seeds = tmp_path / "seeds"
    (seeds / "countries").mkdir(parents=True)
    shutil.copytree(patient.settings.seeds_folder / "countries/gb", seeds / "countries/gb")
    moved = replace(patient, settings=replace(patient.settings, seeds_folder=seeds))
    pack = seeds / "countries/gb/pack.toml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    is_well(work.help_lines(moved))
    unsaid = replace(moved, settings=replace(moved.settings, help_lines_confirmed=False))
    mends(work.help_lines(unsaid), "Nobody has said", "KITH_HELP_LINES_CONFIRMED")


def test_record(patient: Patient) -> None:
    is_well(work.record(patient))
    with writing(patient) as session:
        at = now() - timedelta(hours=5)
        audit.record(session, actor=VISITOR, action="sign_in", subject="user", subject_id=None, now=at)
    mends(work.record(patient), "where the record ends", "kith-jobs")


def test_backups(patient: Patient, tmp_path: Path) -> None:
    mends(work.backups(patient), "No backup is taken", "KITH_BACKUPS")
    kept = replace(patient, settings=replace(patient.settings, backups_folder=tmp_path))
    mends(work.backups(kept), "no backup in", "kith backup")
    (tmp_path / names.named(patient.now - timedelta(days=3))).touch()
    mends(work.backups(kept), "3 days old", "kith-jobs")
    (tmp_path / names.named(patient.now - timedelta(hours=9))).touch()
    is_well(work.backups(kept))


def test_administrator(patient: Patient) -> None:
    mends(work.administrator(patient), "Nobody runs this Kith", "kith admin code")
    with writing(patient) as session:
        accounts.make_administrator(session, email="ada@example.org", name="Ada", password_hash="x", now=now())
    is_well(work.administrator(replace(patient, now=now())))


# ---- as people meet it -----------------------------------------------------------------------------------------------


@contextmanager
def served(wsgi: Any, patient: Patient) -> Iterator[Patient]:
    """Serve an application on this machine; gives the patient with that as its public address."""
    server = make_server("127.0.0.1", 0, wsgi, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield at(patient, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def at(patient: Patient, url: str) -> Patient:
    return replace(patient, settings=replace(patient.settings, public_url=url))


def says(outside: Outside, status: int, headers: str = "", body: str = "{}") -> None:
    outside.says = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}".encode()


def test_public_address_and_proxies(app: Flask, patient: Patient) -> None:
    with served(app, patient) as here:
        is_well(way_in.answers(here))
        is_well(way_in.hops(here))
        is_well(way_in.closed(here))
        other = replace(here, settings=replace(here.settings, secret="another-0123456789-0123456789-0123456789"))
        assert way_in.hops(other).state == "unknown"
    with served(ProxyFix(app.wsgi_app, x_for=1), patient) as here:
        mends(way_in.hops(here), "People can lie", "KITH_PROXY_HOPS is too large")
    mends(way_in.answers(here), "Nothing answers at the public address", "kith-proxy")
    assert way_in.hops(here).state == "unknown"


def test_what_else_may_answer(outside: Outside, patient: Patient) -> None:
    here = at(patient, outside.url)
    says(outside, 503)
    mends(way_in.answers(here), "Kith behind it does not", "systemctl status kith")
    says(outside, 404)
    mends(way_in.answers(here), "Something else answers", "KITH_PUBLIC_URL")
    says(outside, 200, body='{"seen_from": "", "scheme": "http", "host": "x"}')
    mends(way_in.hops(here), "does not learn where people come from", "X-Forwarded-For")
    says(outside, 200, body='{"seen_from": "127.0.0.1", "scheme": "http", "host": "inside"}')
    mends(way_in.hops(here), "takes its own address for http://inside", "X-Forwarded-Proto")
    mends(way_in.closed(here), "Anybody can fetch /.env", "deploy/nginx.conf")


def test_headers(outside: Outside, patient: Patient) -> None:
    here, good = at(patient, outside.url), "Strict-Transport-Security: max-age=1\r\nX-Content-Type-Options: nosniff\r\n"
    says(outside, 200, good)
    is_well(way_in.headers(here))
    for sent, saw in (
        ("", "HSTS"),
        (good.split("\r\n")[0] + "\r\n", "Content-Type"),
        (good + "Server: x/1.2\r\n", "version"),
    ):
        says(outside, 200, sent)
        mends(way_in.headers(here), saw)


def test_certificate(outside: Outside, patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    made = certify(tmp_path / "made", "127.0.0.1")
    outside.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    outside.tls.load_cert_chain(made.certificate, made.key)
    here = at(patient, outside.url.replace("http:", "https:"))
    mends(way_in.certificate(here), "Nobody vouches for the certificate", "certificate.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    mends(way_in.certificate(here), "The certificate ends in 0 days", "renewed")
    is_well(way_in.certificate(replace(here, now=now() - timedelta(days=20))))
    assert way_in.certificate(at(patient, "http://127.0.0.1:1")).state == "unknown"


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_people_and_programs_the_same_and_names_nobody(
    run: CliRunner, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), committing() as session:
        accounts.make_administrator(session, email="zqax@example.org", name="Zqaxada", password_hash="x", now=now())
    monkeypatch.setenv("KITH_PUBLIC_URL", "http://127.0.0.1:9")
    plain, program = run.invoke(cli.main, ["doctor"]), run.invoke(cli.main, ["doctor", "--json"])
    told = json.loads(program.stdout)
    assert (plain.exit_code, program.exit_code, told["well"]) == (1, 1, False)
    assert [check["what"] for check in told["checks"]] == ["settings", *(name for name, _ in doctor.CHECKS)]
    bad = [check["what"] for check in told["checks"] if check["state"] == "mend"]
    assert f"To mend: {', '.join(bad)}." in plain.output
    assert {"jobs", "search index", "public address"} <= set(bad)
    assert "zqax" not in (plain.output + program.output).lower()


def test_a_look_that_fails_is_no_end(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_patient: Patient) -> Finding:
        raise KeyError("zqax")

    finding = doctor._looked(broken, patient)
    assert (finding.state, finding.saw) == ("unknown", "It could not be looked at (KeyError).")


def test_nothing_to_mend_ends_with_0(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", [("disk", lambda _patient: Finding(state="unknown", saw="Who knows."))])
    told = run.invoke(cli.main, ["doctor"])
    assert told.exit_code == 0
    assert "Nothing to mend." in told.output


def test_strangers_are_told_nothing_more_by_healthz(app: Flask) -> None:
    for headers in ({}, {"X-Kith-Doctor": "x"}, {"X-Kith-Doctor": ""}):
        assert app.test_client().get("/healthz", headers=headers).get_json() == {"status": "ok"}
