"""Mail servers for tests: one that is real and keeps what it gets, and one that answers whatever it is told to."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from service.given import MailServer, Tls
from tests.authority import Certificate
from tests.journeys.serving import free_port

USER, PASSWORD = "kith", "zqaxpasswordk7"


@dataclass
class Sink:
    """Keeps the messages it takes. `recipients` and `contents` give the answers, in order; then all is taken."""

    recipients: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    kept: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)
    greeted_as: set[str] = field(default_factory=set)
    was_safe: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take one recipient, or not."""
        self.connections.add(id(session))
        self.greeted_as.add(session.host_name)
        self.was_safe.append(server.transport.get_extra_info("ssl_object") is not None)
        answer = self.recipients.pop(0) if self.recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take what it says, or not."""
        answer = self.contents.pop(0) if self.contents else "250 OK"
        if answer.startswith("250"):
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            self.raw.append(envelope.content)
            self.kept.append(BytesParser(policy=default).parsebytes(envelope.content))
        return answer


@contextmanager
def running(
    sink: Sink, *, tls: Tls = "none", certificate: Certificate | None = None, login: bool = False, utf8: bool = True
) -> Iterator[MailServer]:
    """Run a real mail server on this machine; gives how to reach it."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.certificate, certificate.key)
    taught: dict[str, Any] = {"authenticator": _known, "auth_required": True} if login else {}
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if tls == "implicit" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_require_tls=tls == "starttls",
        enable_SMTPUTF8=utf8,
        **taught,
    )
    controller.start()
    try:
        yield MailServer(
            host="127.0.0.1",
            port=controller.port,
            sender="kith@example.org",
            tls=tls,
            user=USER if login else "",
            password=PASSWORD if login else "",
            authority=certificate.authority if certificate else None,
        )
    finally:
        controller.stop(no_assert=True)


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def saying(*answers: bytes | None, drip: float = 0) -> Iterator[MailServer]:
    """Run a server that says these bytes, one at each line it hears and the first at once; None: it hangs up.

    When it has said all it says nothing more, and keeps the line open; or it says one more letter every `drip` seconds.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    heard = threading.Thread(target=_serve, args=(listening, answers, drip, over), daemon=True)
    heard.start()
    try:
        yield MailServer(host="127.0.0.1", port=listening.getsockname()[1], sender="kith@example.org", tls="none")
    finally:
        over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        heard.join(10)


def _serve(listening: socket.socket, answers: Sequence[bytes | None], drip: float, over: threading.Event) -> None:
    while not over.is_set():
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line, suppress(OSError):
            _answer(line, answers)
            while not over.wait(drip or 10):
                if drip:
                    line.sendall(b"2")


def _answer(line: socket.socket, answers: Sequence[bytes | None]) -> None:
    heard = line.makefile("rb")
    for number, answer in enumerate(answers):
        if number:
            heard.readline()
        if answer is None:
            return line.shutdown(socket.SHUT_RDWR)
        line.sendall(answer)
    return None
