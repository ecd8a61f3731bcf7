"""Real loops, killed without warning, on either database: every message goes, and twice only under one name."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from service.accounts.models import JobRun
from service.clock import now
from service.config import MailServer, Settings
from service.db import committing, db
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests.journeys.serving import ROOT, eventually
from tests.notifications.sinks import Sink, running, saying

MESSAGES = 40
WITHIN = 60.0  # seconds, to start on a machine that does other work as well
LATER = timedelta(minutes=31)  # longer than any claim


@contextmanager
def loop(settings: Settings, server: MailServer) -> Iterator[subprocess.Popen[bytes]]:
    """Start `kith jobs`; it is killed in the end if it has not been before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    ours = {
        "KITH_MODE": "demo",
        "KITH_SECRET": settings.secret,
        "KITH_DATA": str(settings.data_folder),
        "KITH_DATABASE_URL": settings.database_url,
        "KITH_SMTP_HOST": server.host,
        "KITH_SMTP_PORT": str(server.port),
        "KITH_SMTP_FROM": server.sender,
        "KITH_SMTP_TLS": "none",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "jobs"],
        cwd=ROOT,
        env={**kept, **ours},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def put_many(app: Flask, cause: str = "introduction", many: int = MESSAGES) -> None:
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
    with app.app_context(), committing() as session:
        for number in range(many):
            outbox.put(
                session,
                channel="email",
                to=f"group{number}@example.org",
                template="group_answer_link",
                params={"link": f"http://127.0.0.1:8000/en/answer/{number}", "days": 10},
                now=now(),
                key=f"{cause}:{number}",
                sealer=sealer,
            )


def states(app: Flask) -> Counter[str]:
    with app.app_context():
        found = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
        db.session.remove()
    return Counter({str(state): int(count) for state, count in found})


def half_an_hour_passes(app: Flask) -> None:
    """Everything claimed was claimed long ago."""
    with app.app_context(), committing() as session:
        for column in (OutboxMessage.claimed_at, OutboxMessage.due_at):
            session.execute(update(OutboxMessage).where(column.is_not(None)).values({column: now() - LATER}))
        session.execute(update(JobRun).values(started_at=now() - LATER))
        session.execute(update(JobRun).where(JobRun.claimed_until.is_not(None)).values(claimed_until=now()))


@dataclass
class Guillotine(Sink):
    """Takes messages, and kills a loop while it waits to hear that its message was taken."""

    victim: subprocess.Popen[bytes] | None = None
    after: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Take one message; its sender may not live to know."""
        answer = await super().handle_DATA(server, session, envelope)
        self.after -= 1
        if self.victim is not None and self.after == 0:
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait()
        return answer


@pytest.fixture
def waiting(app: Flask) -> Flask:
    """An application with messages that are due."""
    put_many(app)
    return app


@pytest.mark.asvs("V2.3.3")
def test_a_message_whose_sender_was_killed_goes_again_under_the_same_name(waiting: Flask, settings: Settings) -> None:
    sink = Guillotine()
    with running(sink) as server:
        with loop(settings, server) as process:
            sink.victim, sink.after = process, 8
            eventually(process.poll, WITHIN)
        assert states(waiting) == {"sent": 7, "claimed": 13, "queued": MESSAGES - 20}
        half_an_hour_passes(waiting)
        with loop(settings, server) as process:
            eventually(lambda: states(waiting)["sent"] == MESSAGES or None, WITHIN)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    recipients: dict[str, str] = {}
    for message in sink.kept:
        assert recipients.setdefault(message["Message-ID"], message["To"]) == message["To"]
    assert len(recipients) == MESSAGES
    twice = [name for name, times in Counter(message["Message-ID"] for message in sink.kept).items() if times > 1]
    assert len(twice) == 1, "only the one between sending and marking"


def test_two_loops_at_once_send_each_message_once(waiting: Flask, settings: Settings) -> None:
    sink = Sink()
    with running(sink) as server, loop(settings, server) as one, loop(settings, server) as other:
        eventually(lambda: states(waiting)["sent"] == MESSAGES or None, WITHIN)
        assert (one.poll(), other.poll()) == (None, None)
    assert Counter(message["Message-ID"] for message in sink.kept).most_common(1)[0][1] == 1
    assert len(sink.kept) == MESSAGES


@pytest.mark.asvs("V16.5.2")
def test_while_the_mail_server_says_nothing_everything_else_works_and_later_all_goes(
    waiting: Flask, settings: Settings
) -> None:
    with saying(b"220 hello\r\n") as silent, loop(settings, silent):
        eventually(lambda: states(waiting)["claimed"] or None, WITHIN)
        for number in range(20):
            began = time.monotonic()
            assert waiting.test_client().get("/en/").status_code == 200
            put_many(waiting, f"meanwhile:{number}", 1)
            assert time.monotonic() - began < 2, "nobody waits for the mail server"
    half_an_hour_passes(waiting)
    sink = Sink()
    with running(sink) as server, loop(settings, server):
        eventually(lambda: states(waiting)["sent"] == MESSAGES + 20 or None, WITHIN)
    assert len({message["Message-ID"] for message in sink.kept}) == len(sink.kept) == MESSAGES + 20
