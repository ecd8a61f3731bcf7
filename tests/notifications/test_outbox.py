"""A message is written with its cause, goes once, is tried again when it did not go, and leaves nothing readable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from service.accounts.credentials import normal_email
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid
from service.notifications import outbox, quiet
from service.notifications.addresses import normal
from service.notifications.channels import WORDS, Away, Console, Later, Message, Never, words
from service.notifications.models import OutboxMessage
from tests.accounts.conftest import bytes_of
from tests.notifications.conftest import LINK, NOW, TO, Unit

MINUTE = timedelta(minutes=1)
SEALER = Sealer("only-for-tests-0123456789-0123456789", outbox.PURPOSE)


@dataclass
class Postbox:
    """A channel that keeps what it carries, and fails the first `failures` times."""

    failures: int = 0
    carried: list[Message] = field(default_factory=list)
    why: Exception = field(default_factory=ConnectionRefusedError)

    def send(self, message: Message) -> None:
        """Carry one message, or do not."""
        if self.failures > 0:
            self.failures -= 1
            raise self.why
        self.carried.append(message)


def put(
    unit: Unit,
    *,
    key: str = "introduction:1",
    due_at: datetime | None = None,
    channel: str = "post",
    to: str = TO,
    template: str = "group_answer_link",
    params: Mapping[str, object] = {"link": LINK, "days": 10},
) -> UUID:
    with unit() as session:
        return outbox.put(
            session,
            channel=channel,
            to=to,
            template=template,
            params=params,
            now=NOW,
            key=key,
            sealer=SEALER,
            due_at=due_at,
        )


def send(unit: Unit, postbox: Postbox, *, now: datetime = NOW, limit: int = 20) -> tuple[int, int]:
    done = outbox.send_due(unit, {"post": postbox}, sealer=SEALER, clock=lambda: now, limit=limit)
    return done.sent, done.failed


def only(unit: Unit) -> OutboxMessage:
    with unit() as session:
        row = session.scalars(select(OutboxMessage)).one()
        session.expunge(row)
    return row


def test_a_message_goes_once_with_all_it_was_given(unit: Unit) -> None:
    made, postbox = put(unit), Postbox()
    assert send(unit, postbox) == (1, 0)
    assert send(unit, postbox) == (0, 0)
    message = postbox.carried[0]
    assert (message.id, message.to, message.params) == (made, TO, {"link": LINK, "days": 10})
    assert only(unit).state == "sent"


def test_the_same_cause_writes_one_message(unit: Unit) -> None:
    assert put(unit) == put(unit)
    assert put(unit, key="introduction:2") != put(unit)
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def test_a_message_is_lost_with_its_cause(unit: Unit) -> None:
    def put_and_fail() -> None:
        with unit() as session:
            outbox.put(
                session,
                channel="post",
                to=TO,
                template="sign_in_link",
                params={"link": LINK, "minutes": 10},
                now=NOW,
                key="k",
                sealer=SEALER,
            )
            raise Conflict("stopped")

    with pytest.raises(Conflict):
        put_and_fail()
    assert send(unit, Postbox()) == (0, 0)


def test_nobody_reads_address_or_link_in_the_database(unit: Unit, database_url: str) -> None:
    put(unit)
    for _ in range(2):
        kept = bytes_of(database_url)
        assert b"zqaxtok7" not in kept
        assert b"zqaxtokenk7" not in kept
        send(unit, Postbox())
    row = only(unit)
    assert (row.to_sealed, row.params_sealed) == (None, None)


@pytest.mark.asvs("V16.2.5")
def test_an_opened_message_does_not_show_itself_in_a_log(unit: Unit) -> None:
    put(unit)
    with unit() as session:
        shown = repr(outbox.take_due(session, now=NOW, sealer=SEALER))
    assert "zqax" not in shown


def test_a_message_waits_until_it_is_due(unit: Unit) -> None:
    put(unit, due_at=NOW + MINUTE)
    assert send(unit, Postbox()) == (0, 0)
    assert send(unit, Postbox(), now=NOW + MINUTE) == (1, 0)


def test_what_did_not_go_is_tried_again_later_and_later_with_the_same_name(unit: Unit) -> None:
    put(unit)
    name, postbox, at = only(unit).message_id, Postbox(failures=3), NOW
    for wait in (1, 2, 4):
        assert send(unit, postbox, now=at) == (0, 1)
        assert send(unit, postbox, now=at + wait * MINUTE - timedelta(seconds=1)) == (0, 0)
        at += wait * MINUTE
    assert send(unit, postbox, now=at) == (1, 0)
    assert postbox.carried[0].message_id == name


def test_while_a_channel_is_away_nothing_waits_longer_than_five_minutes(unit: Unit) -> None:
    put(unit)
    postbox, at, waits = Postbox(failures=20, why=Away("smtp_away")), NOW, []
    for _ in range(20):
        assert send(unit, postbox, now=at) == (0, 1)
        waits.append(only(unit).due_at - at)
        at += waits[-1]
    assert max(waits) < 5 * MINUTE, "with the pause between two rounds it is five"
    assert send(unit, postbox, now=at) == (1, 0)


def test_what_is_never_taken_is_not_tried_again_and_its_reason_is_kept(unit: Unit, database_url: str) -> None:
    put(unit)
    assert send(unit, Postbox(failures=1, why=Never("smtp_550"))) == (0, 1)
    assert send(unit, Postbox(), now=NOW + timedelta(days=1)) == (0, 0)
    with unit() as session:
        [lost] = outbox.given_up(session, sealer=SEALER)
    assert (lost.template, lost.attempts, lost.reason) == ("group_answer_link", 1, "smtp_550")
    assert only(unit).to_sealed is None
    assert b"zqax" not in bytes_of(database_url)


@pytest.mark.parametrize("why", [Later("smtp_451"), Away("smtp_away"), ConnectionRefusedError()])
def test_in_the_end_it_is_given_up(unit: Unit, why: Exception) -> None:
    put(unit)
    postbox = Postbox(failures=10**6, why=why)
    at, tries = NOW, 0
    while only(unit).state == "queued":
        tries += sum(send(unit, postbox, now=at))
        at += timedelta(hours=6)
    assert only(unit).to_sealed is None
    assert (tries, at - NOW) == (16, timedelta(days=4, hours=6))
    with unit() as session:
        assert [lost.reason for lost in outbox.given_up(session, sealer=SEALER)] == ["too_late"]


def test_a_link_that_has_run_out_meanwhile_is_not_sent(unit: Unit) -> None:
    put(unit, template="sign_in_link", params={"link": LINK, "minutes": 10})
    postbox = Postbox()
    assert send(unit, postbox, now=NOW + 10 * MINUTE) == (0, 0)
    assert (postbox.carried, only(unit).state) == ([], "failed")


def test_a_channel_we_do_not_have_keeps_the_message(unit: Unit) -> None:
    put(unit, channel="pigeon")
    assert send(unit, Postbox()) == (0, 1)
    assert only(unit).state == "queued"


def test_a_message_of_a_sender_that_died_is_taken_over_after_five_minutes(unit: Unit) -> None:
    put(unit)
    with unit() as session:
        dead = outbox.take_due(session, now=NOW, sealer=SEALER)[0]
    assert send(unit, Postbox(), now=NOW + 5 * MINUTE) == (0, 0)
    postbox = Postbox()
    assert send(unit, postbox, now=NOW + 6 * MINUTE) == (1, 0)
    assert postbox.carried[0].message_id == dead.message_id
    with unit() as session:
        assert not outbox.mark_failed(session, dead, Later("smtp_451"), now=NOW + 7 * MINUTE, sealer=SEALER)
    assert only(unit).state == "sent"


def test_messages_go_in_the_order_in_which_they_are_due(unit: Unit) -> None:
    for number in (3, 1, 2):
        put(unit, key=f"introduction:{number}", due_at=NOW + number * MINUTE)
    postbox = Postbox()
    for _ in range(3):
        send(unit, postbox, now=NOW + 9 * MINUTE, limit=1)
    with unit() as session:
        ordered = session.scalars(select(OutboxMessage.message_id).order_by(OutboxMessage.due_at)).all()
    assert [message.message_id for message in postbox.carried] == ordered


def test_a_message_sealed_under_a_lost_key_does_not_hold_up_the_others(unit: Unit) -> None:
    put(unit)
    with unit() as session:
        other = Sealer("another-secret-0123456789-0123456789", outbox.PURPOSE)
        assert outbox.take_due(session, now=NOW, sealer=other) == []
    assert only(unit).state == "failed"


@pytest.mark.parametrize(
    ("template", "params", "code"),
    [("no_such", {}, "message_template"), ("group_answer_link", {"link": LINK}, "message_params")],
)
def test_what_could_not_be_worded_is_refused_at_once(
    unit: Unit, template: str, params: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as refusal, unit() as session:
        outbox.put(session, channel="post", to=TO, template=template, params=params, now=NOW, key="k", sealer=SEALER)
    assert refusal.value.code == code


@pytest.mark.parametrize("spelt", [TO, TO.upper(), f" {TO} ", TO.replace("zqax", "\uff5aqax")])
def test_who_wants_no_messages_gets_none_however_the_address_is_spelt(
    unit: Unit, database_url: str, spelt: str
) -> None:
    put(unit, key="before")
    with unit() as session:
        assert quiet.stop(session, spelt, sealer=SEALER, now=NOW)
        assert not quiet.stop(session, TO, sealer=SEALER, now=NOW), "twice is the same as once"
    put(unit, key="after")
    put(unit, key="somebody else", to="other@example.org")
    postbox = Postbox()
    assert send(unit, postbox) == (1, 0)
    assert [message.to for message in postbox.carried] == ["other@example.org"]
    with unit() as session:
        assert [lost.reason for lost in outbox.given_up(session, sealer=SEALER)] == [quiet.REASON] * 2
    assert b"zqax" not in bytes_of(database_url), "the list names nobody"


def test_who_wants_messages_again_gets_the_next_one(unit: Unit) -> None:
    with unit() as session:
        quiet.stop(session, TO, sealer=SEALER, now=NOW)
    put(unit, key="lost")
    with unit() as session:
        assert quiet.allow(session, TO.upper(), sealer=SEALER)
        assert not quiet.allow(session, TO, sealer=SEALER)
    put(unit, key="next")
    assert send(unit, Postbox()) == (1, 0)


@pytest.mark.parametrize("address", ["Ada@Example.org", " a+x@example.org ", "\uff41da@example.org", "ZOË@example.org"])
def test_an_address_is_spelt_in_one_way_here_and_at_the_accounts(address: str) -> None:
    assert normal(address) == normal_email(address)


def test_the_console_shows_the_link_and_keeps_it_for_its_owner_only(unit: Unit, tmp_path: Path) -> None:
    put(unit)
    out, log = StringIO(), tmp_path / "instance" / "outbox.log"
    outbox.send_due(unit, {"post": Console(log, out=out)}, sealer=SEALER, clock=lambda: NOW)
    assert LINK in out.getvalue()
    assert f"To: {TO}" in out.getvalue()
    assert log.read_text() == out.getvalue()
    assert log.stat().st_mode & 0o077 == 0


def test_in_production_links_are_kept_and_not_printed(
    unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(unit)
    log = tmp_path / "outbox.log"
    outbox.send_due(unit, {"post": Console(log, printed=False)}, sealer=SEALER, clock=lambda: NOW)
    assert LINK in log.read_text()
    assert capsys.readouterr() == ("", "")


def test_the_console_prints_where_the_server_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Console(tmp_path / "outbox.log").send(
        Message(
            id=UUID(int=1),
            message_id="<1@kith>",
            channel="console",
            template="sign_in_link",
            language="pl",
            to=TO,
            params={"link": LINK, "minutes": 10},
            attempts=1,
        )
    )
    assert LINK in capsys.readouterr().out


@pytest.mark.parametrize("template", sorted({template for template, _ in WORDS}))
def test_subjects_are_neutral_and_every_template_speaks_english(template: str) -> None:
    say = words(template, "xx")
    assert say == WORDS[template, "en"]
    assert "{" not in say.subject
    telling = ("refer", "health", "lonel", "nhs", "doctor", "patient", "support", "mental")
    assert not [word for word in telling if word in say.subject.casefold()]
    linkless = (
        "link_wanted",
        "suggestion_not_taken",
        "please_erase",
        "meeting_off",
    )  # carried to nobody; nothing to go on with
    assert "{link}" in say.body or not say.needs or template in linkless
