"""E-mail: one message after another over one connection to the operator's mail server. Never logs what it carries."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from service.config import MailServer
from service.errors import Invalid
from service.notifications.addresses import for_envelope
from service.notifications.channels import Away, Later, Message, Never, words
from service.notifications.wording import KITH, filled, signed

ANSWER_SECONDS = 10.0  # for each answer of the server
MESSAGE_SECONDS = 30.0  # for one whole message: a server may also answer one letter at a time
OURS = (421, 454, 530, 534, 535, 538)  # a server that closes, or that does not know us: not the message's fault


def email(message: Message, *, sender: str, at: datetime, service: str = KITH) -> EmailMessage:
    """Write one message out. Nothing personal stands in its headers but the address it goes to.

    Raises
    ------
    Invalid
        `address`: it cannot stand on an envelope.
    """
    to = for_envelope(message.to)
    name, _, host = to.rpartition("@")
    say = signed(words(message.template, message.language), service)
    made = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    made["From"] = sender
    made["To"] = Address(username=name, domain=host)
    made["Subject"] = say.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message.message_id
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    made.set_content(filled(say.body, message.params, message.language), cte="quoted-printable")
    return made


class Email:
    """A round of sending. The connection is opened with the first message and given up when the server fails.

    Parameters
    ----------
    server : MailServer
        Where mail is handed over.
    clock : callable
        Gives the time that is written on a message.
    service : str
        What the service is called.
    seconds, whole : float
        How long to wait for one answer, and for one whole message. Only tests shorten them.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        clock: Callable[[], datetime],
        service: str = KITH,
        seconds: float = ANSWER_SECONDS,
        whole: float = MESSAGE_SECONDS,
    ) -> None:
        self._server, self._clock, self._seconds, self._whole = server, clock, seconds, whole
        self._service = service
        self._open: smtplib.SMTP | None = None
        self._away: Away | None = None

    def send(self, message: Message) -> None:
        """Hand one message over.

        Raises
        ------
        Away, Later, Never
            The server cannot be used now; it will not take this message now; it never will.
        """
        if self._away is not None:
            raise self._away  # one wait for a server that is not there is enough for the whole round
        try:
            made = email(message, sender=self._server.sender, at=self._clock(), service=self._service)
        except Invalid as error:
            raise Never(error.code) from error
        try:
            self._hand_over(made)
        except Away as error:
            self._away = error
            self.close()
            raise

    def greet(self) -> None:
        """Open the connection and sign in, as before a message, and send none.

        Raises
        ------
        Away
            The server cannot be used now.
        """
        try:
            self._open = self._connect()
        except smtplib.SMTPResponseException as error:
            raise Away(_of_code(error.smtp_code)) from error
        except (OSError, ValueError) as error:
            raise Away(_reason(error)) from error

    def close(self) -> None:
        """End the connection politely if there is one."""
        if self._open is not None:
            with suppress(OSError, ValueError), self._in_time(self._open, self._seconds):
                self._open.quit()
            self._open.close()
            self._open = None

    def _hand_over(self, made: EmailMessage) -> None:
        try:
            if self._open is None:
                self._open = self._connect()
            with self._in_time(self._open, self._whole):
                self._open.send_message(made)
        except smtplib.SMTPRecipientsRefused as error:
            raise _judged(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPDataError as error:
            raise _judged(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:  # letters in the address that this server has no way to write
            raise Never("address_letters") from error
        except smtplib.SMTPResponseException as error:
            raise Away(_of_code(error.smtp_code)) from error
        except (OSError, ValueError) as error:  # smtplib passes on what it cannot read as a ValueError
            raise Away(_reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        server, context = self._server, _trust(self._server)
        ourselves = server.sender.rpartition("@")[2]  # not the name of this machine, which is nobody's business
        if server.tls == "implicit":
            made: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._seconds, context=context, local_hostname=ourselves)
        else:
            made = smtplib.SMTP(timeout=self._seconds, local_hostname=ourselves)
        # What the certificate must name: the constructor sets it only when it connects, and then nothing could be cut.
        made._host = server.host  # type: ignore[attr-defined]  # the stubs leave it out
        try:
            with self._in_time(made, self._whole):
                code, _ = made.connect(server.host, server.port)
                if code != 220:
                    raise Away(_of_code(code))
                self._greet(made, context)
        except BaseException:
            made.close()
            raise
        return made

    def _greet(self, made: smtplib.SMTP, context: ssl.SSLContext) -> None:
        try:
            if self._server.tls == "starttls":
                made.starttls(context=context)
            if self._server.user:
                made.login(self._server.user, self._server.password)
            made.ehlo_or_helo_if_needed()
        except smtplib.SMTPNotSupportedError as error:
            raise Away("smtp_no_starttls_or_login") from error

    @contextmanager
    def _in_time(self, made: smtplib.SMTP, seconds: float) -> Iterator[None]:
        """Cut the line when the whole takes too long: the waiting then ends with an error."""

        def cut() -> None:
            line = made.sock
            if line is not None:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _trust(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(server.authority) if server.authority else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _judged(code: int) -> Away | Later | Never:
    reason = _of_code(code)
    if code in OURS or not 400 <= code <= 599:
        return Away(reason)
    return Never(reason) if code >= 500 else Later(reason)


def _of_code(code: int) -> str:
    return f"smtp_{code}" if 100 <= code <= 599 else "smtp_unreadable"


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "smtp_certificate"
    return "smtp_silent" if isinstance(error, TimeoutError) else "smtp_away"
