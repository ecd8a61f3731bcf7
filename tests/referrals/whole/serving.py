"""An installation as an operator runs it, in production: gunicorn, `kith jobs`, a mail server; and the days go by."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from service.config import MailServer
from tests.deploy.pair import end, production
from tests.journeys.serving import ROOT, eventually, free_port
from tests.notifications.sinks import Sink
from tests.referrals.whole.at import set_to, told_by
from tests.referrals.whole.browsing import PROXIED, PUBLIC, Browser

HERE = ZoneInfo("Europe/London")
WITHIN = 180.0  # seconds; a machine that does other work as well
TURNS = 3  # of the loop, after which all that is due at a moment was found, written and sent
SUBJECTS = frozenset(
    {
        "A question from Kith for your group",
        "A reminder",
        "How are things?",
        "A note from Kith",
        "A note about your account",
        "Your own page",
    }
)


@dataclass(frozen=True)
class Letter:
    """A mail that came."""

    to: str
    subject: str
    body: str = field(repr=False)

    @property
    def link(self) -> str:
        """The one link in it."""
        [found] = re.findall(rf"{PUBLIC}/\S+", self.body)
        return str(found)


@dataclass
class House:
    """All that runs, and the one clock on its walls. `unsaid` are words that no mail may hold."""

    folder: Path
    port: int
    sink: Sink
    unsaid: tuple[str, ...]
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)
    at: datetime = datetime.fromisoformat("2026-03-02T09:00+00:00")
    read: int = 0  # letters
    people: dict[str, str] = field(default_factory=dict)  # the numbers of their referrals

    def browser(self) -> Browser:
        """Return a browser that was never here."""
        return Browser(self.port)

    def tell(self, day_and_time: str) -> None:
        """Let it be a day and a time of the clocks in this country. It is never earlier than it was."""
        shown = datetime.strptime(day_and_time, "%Y-%m-%d %H:%M").replace(tzinfo=HERE)
        assert shown > self.at
        self._set(shown)

    def now(self) -> datetime:
        """Look at the clock."""
        return told_by(self.folder / "clock")()

    def _set(self, shown: datetime) -> None:
        self.at = shown
        set_to(self.folder / "clock", shown)

    def take(self, *expected: tuple[str, str]) -> list[Letter]:
        """Wait for these mails, each with to whom and its subject; no other came. Returns them in this order."""
        eventually(lambda: self._came(len(expected)), WITHIN)
        new = [self._letter(one) for one in self.sink.kept[self.read :]]
        self.read += len(new)
        names = [one["Message-ID"] for one in self.sink.kept]
        assert len(names) == len(set(names)), "a mail went twice"
        came = Counter((one.to, one.subject) for one in new)
        assert came == Counter(expected), f"on {self.at} there came {came}"
        return [next(one for one in new if (one.to, one.subject) == pair) for pair in expected]

    def nothing_more(self) -> None:
        """Let the jobs find all that is due now: no mail comes."""
        for _ in range(TURNS):
            self._set(self.at + timedelta(seconds=61))
            before = self._turns()
            eventually(lambda seen=before: True if self._turns() > seen else None, WITHIN)  # type: ignore[misc]
        self.take()

    def _came(self, many: int) -> bool | None:
        assert all(one.poll() is None for one in self.programs), self.log("jobs") + self.log("server")
        return True if len(self.sink.kept) - self.read >= many else None

    def _turns(self) -> int:
        return sum(line.get("job") == "follow" for line in self.lines("jobs"))

    def _letter(self, one: EmailMessage) -> Letter:
        """Read a mail, and see that it tells nothing to whoever looks over a shoulder."""
        body = one.get_content()
        seen = re.sub(r"https://\S+", "", "\n".join([*map(str, one.values()), body]))
        told = [word for word in self.unsaid if re.search(rf"\b{re.escape(word)}\b", seen)]
        assert not told, f"a mail tells {told}: {seen}"
        assert one["Subject"] in SUBJECTS
        return Letter(str(one["To"]), str(one["Subject"]), body)

    def log(self, name: str) -> str:
        """What a program has written so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The whole lines of a log."""
        whole = self.log(name).split("\n")[:-1]
        return [json.loads(line) for line in whole if line.startswith("{")]

    def program(self, path: str, key: str) -> Any:
        """Ask as the record system of a surgery."""
        headers = {"Authorization": f"Bearer {key}", "X-Acting-For": "the record system", **PROXIED}
        with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers), timeout=60) as answer:
            return json.loads(answer.read())

    def is_ready(self) -> bool | None:
        """Whether the server answers; None: not yet."""
        assert all(one.poll() is None for one in self.programs), self.log("server")
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return True if answer.status == 200 else None
        except OSError:
            return None


def settings(folder: Path, database_url: str, mail: MailServer) -> dict[str, str]:
    """Return the settings of an installation for others, which sends mail."""
    return {
        **production(folder, PUBLIC),
        "KITH_DATABASE_URL": database_url,
        "KITH_MAIL": "smtp",
        "KITH_SMTP_HOST": mail.host,
        "KITH_SMTP_PORT": str(mail.port),
        "KITH_SMTP_FROM": mail.sender,
        "KITH_SMTP_TLS": "none",  # it is on this very machine
    }


@contextmanager
def house(folder: Path, env: Mapping[str, str], sink: Sink, unsaid: tuple[str, ...]) -> Iterator[House]:
    """Start gunicorn and the jobs on a database that somebody has settled; stop both in the end."""
    made = House(folder, free_port(), sink, unsaid)
    set_to(folder / "clock", made.at)
    here = {**env, "KITH_BIND": f"127.0.0.1:{made.port}"}
    with ExitStack() as stack:
        for name, command in (
            ("server", ("gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app")),
            ("jobs", ("service.cli", "jobs")),
        ):
            program = _start(folder, name, command, here)
            stack.callback(end, program)
            made.programs.append(program)
        eventually(made.is_ready, WITHIN)
        yield made


def _start(folder: Path, name: str, command: tuple[str, ...], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    kept = {one: value for one, value in os.environ.items() if not one.startswith(("KITH_", "FLASK_"))}
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.referrals.whole.at", str(folder / "clock"), *command],
            cwd=ROOT,
            env={**kept, **env},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
