"""Mail reaches a real mail server as it should, waits when the server fails, and is given up when it never will go."""

import re
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.config import MailServer
from service.notifications.channels import Away, Later, Message, Never, NotSent
from service.notifications.smtp import Email
from tests.authority import Certificate, certify
from tests.journeys.serving import free_port
from tests.notifications.conftest import LINK, NOW, TO, letter
from tests.notifications.sinks import Sink, running, saying

SOON = 0.4  # seconds to wait for an answer in these tests


def sent(server: MailServer, *messages: Message, seconds: float = 5.0) -> list[NotSent | None]:
    """Send messages in one round; give what became of each."""
    email = Email(server, clock=lambda: NOW, seconds=seconds, whole=2 * seconds)
    became: list[NotSent | None] = []
    for message in messages:
        try:
            email.send(message)
            became.append(None)
        except NotSent as why:
            became.append(why)
    email.close()
    return became


def told(became: list[NotSent | None]) -> list[tuple[str, str] | None]:
    return [(type(why).__name__, why.code) if why else None for why in became]


@pytest.mark.asvs("V16.2.5")
def test_a_message_arrives_with_its_name_its_words_and_nothing_personal_in_its_headers() -> None:
    message, sink = letter(), Sink()
    with running(sink) as server:
        assert told(sent(server, message)) == [None]
    [got] = sink.kept
    assert LINK in got.get_content()
    assert got["Message-ID"] == message.message_id
    assert got["Date"] == "Mon, 02 Nov 2026 09:30:00 +0000"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["From"] == "kith@example.org"
    assert sink.envelopes == [("kith@example.org", [TO])]
    assert sink.greeted_as == {"example.org"}, "the name of this machine is nobody's business"
    headers = str(dict(got.items()))
    assert headers.count("zqax") == headers.count(TO) == 1


def test_one_connection_serves_a_whole_round() -> None:
    sink = Sink()
    with running(sink) as server:
        assert told(sent(server, *(letter() for _ in range(5)))) == [None] * 5
    assert (len(sink.kept), len(sink.connections)) == (5, 1)


@pytest.mark.asvs("V12.3.1", "V12.3.2")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_goes_over_a_line_that_is_checked_and_private(certificate: Certificate, tls: str) -> None:
    sink = Sink()
    with running(sink, tls=tls, certificate=certificate, login=tls == "starttls") as server:  # type: ignore[arg-type]
        assert told(sent(server, letter(), letter())) == [None, None]
        assert sink.was_safe == [True, True]
        strangers = replace(server, authority=None)
        assert told(sent(strangers, letter())) == [("Away", "smtp_certificate")]
    assert len(sink.kept) == 2


@pytest.mark.asvs("V12.3.2")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_name_is_refused(tmp_path: Path, tls: str) -> None:
    sink = Sink()
    with running(sink, tls=tls, certificate=certify(tmp_path, "mail.example.org")) as server:  # type: ignore[arg-type]
        assert told(sent(server, letter())) == [("Away", "smtp_certificate")]
    assert sink.kept == []


@pytest.mark.asvs("V12.3.1")
def test_a_server_that_offers_no_privacy_gets_no_mail_and_no_password() -> None:
    sink = Sink()
    with running(sink) as server:
        wanting = replace(server, tls="starttls", user="kith", password="zqaxpasswordk7")
        assert told(sent(wanting, letter())) == [("Away", "smtp_no_starttls_or_login")]
    assert sink.kept == []


def test_a_wrong_password_loses_no_message_and_stands_in_no_reason(certificate: Certificate) -> None:
    sink = Sink()
    with running(sink, tls="starttls", certificate=certificate, login=True) as server:
        [why] = sent(replace(server, password="zqaxwrongk7"), letter())
    assert told([why]) == [("Away", "smtp_535")]
    assert "zqax" not in str(why)
    assert "zqax" not in repr(server), "nor does the server's in what is printed of the settings"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        ("450 busy", Later, "smtp_450"),
        ("452 full", Later, "smtp_452"),
        ("550 nobody of that name", Never, "smtp_550"),
        ("553 bad name", Never, "smtp_553"),
        ("421 closing", Away, "smtp_421"),
        ("530 who are you", Away, "smtp_530"),
    ],
)
@pytest.mark.parametrize("asked", ["recipients", "contents"])
def test_what_the_server_says_decides_whether_to_try_again(
    asked: str, answer: str, kind: type[NotSent], reason: str
) -> None:
    sink = Sink()
    getattr(sink, asked).append(answer)
    with running(sink) as server:
        first, second = sent(server, letter(), letter())
    assert (type(first), first and first.code) == (kind, reason)
    assert (second is None) == (kind is not Away), "one message's fault is not the next one's"
    assert len(sink.kept) == (kind is not Away)


HELLO = b"220 hello\r\n"
EVERYTHING_FINE = (HELLO, b"250 kith\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n")


@pytest.mark.parametrize(
    "answers",
    [
        (b"554 not here\r\n",),
        (b"\xff\xfe\x00garbage\r\n",),
        (b"220-" + b"x" * 9000 + b"\r\n",),
        (None,),
        (HELLO, None),
        (HELLO, b"500 what\r\n", b"500 what\r\n"),
        (HELLO, b"250-\xff\xff\xff\r\n250 \xc3\x28\r\n", b"nonsense\r\n"),
        (HELLO, b"250 kith\r\n", b"\r\n\r\n\r\n"),
        (*EVERYTHING_FINE[:3], b"99999999999999999999\r\n"),
        (*EVERYTHING_FINE, None),
        (*EVERYTHING_FINE, b"yes please\r\n"),
    ],
    ids=lambda answers: str(len(answers)),
)
def test_garbage_and_a_line_that_breaks_lose_no_message(answers: tuple[bytes | None, ...]) -> None:
    with saying(*answers) as server:
        became = sent(server, letter(), seconds=SOON)
    assert [type(why) for why in became] == [Away]
    assert re.fullmatch(r"smtp_(\d{3}|unreadable|away|silent)", str(became[0]))


@pytest.mark.parametrize("answers", [(), (HELLO,), EVERYTHING_FINE])
def test_a_server_that_goes_silent_is_waited_for_once_a_round(answers: tuple[bytes, ...]) -> None:
    began = time.monotonic()
    with saying(*answers) as server:
        became = sent(server, *(letter() for _ in range(20)), seconds=SOON)
    assert {type(why) for why in became} == {Away}
    assert time.monotonic() - began < 5 * SOON


def test_a_server_that_answers_one_letter_at_a_time_is_not_waited_for_longer(slow: MailServer) -> None:
    began = time.monotonic()
    assert [type(why) for why in sent(slow, letter(), letter(), seconds=SOON)] == [Away, Away]
    assert time.monotonic() - began < 5 * SOON


@pytest.fixture
def slow() -> Iterator[MailServer]:
    """A server each of whose letters comes in time, and whose line never ends."""
    with saying(b"2", drip=SOON / 4) as server:
        yield server


@pytest.mark.asvs("V16.5.2")
def test_a_server_that_is_not_there_is_away() -> None:
    nobody = MailServer(host="127.0.0.1", port=free_port(), sender="kith@example.org", tls="none")
    assert told(sent(nobody, letter())) == [("Away", "smtp_away")]


@pytest.mark.asvs("V1.3.11", "V1.3.3")
@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nX: y",
        "ada@example.org, eve@example.org",
        "ada,eve@example.org",
        "<ada@example.org>",
        '"ada eve"@example.org',
        "ada@example.org>",
        "ada@exam ple.org",
        "ada",
        "@example.org",
        "ada@",
        "a@-",
        "ada@example.org\x00",
        "a\u2028da@example.org",
        f"{'a' * 65}@example.org",
    ],
)
def test_an_address_that_could_say_more_than_where_to_is_never_written_to(to: str) -> None:
    sink = Sink()
    with running(sink) as server:
        assert told(sent(server, letter(to), letter())) == [("Never", "address"), None]
    assert [rcpt for _, rcpt in sink.envelopes] == [[TO]]


@pytest.mark.asvs("V1.3.11", "V1.3.3")
@pytest.mark.parametrize("text", ["a\r\n.\r\nMAIL FROM:<eve@example.org>", "\r\nBcc: eve@example.org\r\n\r\n", ".\r\n"])
def test_what_stands_in_a_message_cannot_end_it_or_begin_another(text: str) -> None:
    sink = Sink()
    with running(sink) as server:
        assert told(sent(server, letter(link=text))) == [None]
    [got] = sink.kept
    assert got["Bcc"] is None
    assert text.replace("\r\n", "\n").strip() in got.get_content().replace("\r\n", "\n")
    assert len(sink.raw) == 1


@pytest.mark.parametrize(
    ("to", "written"),
    [("zoë@bücher.example", "zoë@xn--bcher-kva.example"), ("ada@bücher.example", "ada@xn--bcher-kva.example")],
)
def test_letters_of_every_language_may_stand_in_an_address(to: str, written: str) -> None:
    sink = Sink()
    with running(sink) as server:
        assert told(sent(server, letter(to))) == [None]
    assert sink.envelopes == [("kith@example.org", [written])]
    assert str(sink.kept[0]["To"]) == written


def test_a_server_that_cannot_write_such_letters_gets_the_next_message() -> None:
    sink = Sink()
    with running(sink, utf8=False) as server:
        assert told(sent(server, letter("zoë@example.org"), letter())) == [("Never", "address_letters"), None]
    assert len(sink.kept) == 1


@pytest.mark.asvs("V12.3.1")
def test_only_new_ways_to_be_private_are_used(certificate: Certificate) -> None:
    from service.notifications.smtp import _trust

    made = _trust(MailServer(host="127.0.0.1", port=1, sender="kith@example.org", authority=certificate.authority))
    assert (made.minimum_version, made.verify_mode, made.check_hostname) == (
        ssl.TLSVersion.TLSv1_2,
        ssl.CERT_REQUIRED,
        True,
    )
