"""An address of an organisation is told of each step, signed: to whoever refuses, is slow or dies it is told again."""

import base64
import hmac
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.config import Settings
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound
from service.jobs import Tools
from service.outgoing import Ways
from service.referrals.events import delivering, webhooks
from service.referrals.events.webhooks import DeliveryLine
from service.referrals.models_events import Delivery, Webhook
from tests.house.outside import Outside, certificates, outside
from tests.referrals.cast import NOW, Post, World, refer, request, world

__all__ = ["certificates", "outside"]
HERE = "127.0.0.1"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Desk:
    """An organisation whose system listens on this machine."""

    engine: Engine
    tools: Tools
    cast: World
    hook: UUID
    secret: bytes
    receiver: Outside
    ways: Callable[[str], Ways]
    at: datetime = NOW

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(writes=True)) as session, session.begin():
            yield session

    def later(self, **much: float) -> "Desk":
        self.at += timedelta(**much)
        return self

    def refer(self) -> UUID:
        with self.writing() as session:
            return refer(session, Post(), self.cast.bo, request(self.cast.group), now=self.at).id

    def tell(self, **how: Any) -> int:
        return delivering.run(self.tools, ways=self.ways, **how)

    def lines(self) -> list[DeliveryLine]:
        """What became of each message, oldest first."""
        with Session(self.engine) as session:
            return webhooks.read(session, webhook_id=self.hook, actor=manager(self.cast.clinic), now=self.at)[1][::-1]

    def states(self) -> list[str]:
        return sorted(one.state for one in self.lines())

    def heard(self) -> list[dict[str, Any]]:
        """The bodies that arrived, each with its headers, all of them signed as the scheme says."""
        return [self.checked(one) for one in self.receiver.heard]

    def checked(self, asked: bytes) -> dict[str, Any]:
        head, _, body = asked.partition(b"\r\n\r\n")
        named = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        headers = {name.lower(): value for name, value in named.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        made = base64.b64encode(hmac.new(self.secret, signed, "sha256").digest()).decode()
        assert headers["webhook-signature"] == f"v1,{made}"
        assert headers["content-type"] == "application/json"
        return {"headers": headers, **json.loads(body)}


def manager(organisation: UUID) -> Actor:
    return Actor(
        role=Role.ORG_MANAGER, user_id=None, organisation_id=organisation, permissions=GRANTS[Role.ORG_MANAGER]
    )


def added(desk_engine: Engine, settings: Settings, organisation: UUID, url: str) -> tuple[UUID, bytes]:
    """Add an address by its form of a public one; then it leads to this machine, where the tests' receiver stands."""
    sealer = Sealer(settings.secret, webhooks.PURPOSE)
    with Session(desk_engine.execution_options(writes=True)) as session, session.begin():
        made = webhooks.add(
            session,
            sealer=sealer,
            organisation_id=organisation,
            address="https://records.example.org/kith?key=zqaxaddress",
            webhook_id=uuid4(),
            actor=manager(organisation),
            now=NOW,
        )
        there = sealer.seal(webhooks.place(made.id, "address"), f"{url}/kith".encode())
        session.execute(update(Webhook).where(Webhook.id == made.id).values(address=there))
    return made.id, base64.b64decode(made.secret.removeprefix("whsec_"))


@pytest.fixture
def desk(
    engine: Engine,
    settings: Settings,
    outside: Outside,
    certificates: Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]],
) -> Desk:
    outside.tls, client = certificates(HERE)
    outside.says = OK
    with Session(engine.execution_options(writes=True)) as session, session.begin():
        cast = world(session)
    url = f"https://{HERE}:{outside.port}"
    hook, secret = added(engine, settings, cast.clinic, url)

    def reading() -> AbstractContextManager[Session]:
        return Session(engine)

    def sealer(purpose: str) -> Sealer:
        return Sealer(settings.secret, purpose)

    made: Desk
    tools = Tools(
        settings=settings, sealer=sealer, reading=reading, writing=lambda: made.writing(), clock=lambda: made.at
    )
    made = Desk(engine, tools, cast, hook, secret, outside, lambda url: Ways.to(url, own=[HERE], tls=client))
    return made


def test_a_new_address_is_greeted_and_then_told_of_each_step_in_order(desk: Desk) -> None:
    referral = desk.refer()
    assert desk.tell() == 7
    first, *steps = desk.heard()
    assert first["type"] == "webhook.added"
    assert [one["data"]["number"] for one in steps] == [1, 2, 3, 4, 5, 6]
    assert {one["data"]["referral_id"] for one in steps} == {str(referral)}
    assert {one["type"] for one in steps} == {"referral.step"}
    assert len({one["headers"]["webhook-id"] for one in desk.heard()}) == 7
    assert desk.states() == ["done"] * 7
    assert desk.tell() == 0


def test_a_message_holds_numbers_and_states_and_no_word_of_anybody(desk: Desk) -> None:
    desk.refer()
    desk.tell()
    said = b"".join(desk.receiver.heard)
    assert b"zqax" not in said
    [asked] = [one["data"] for one in desk.heard() if "group_id" in one["data"]]
    codes = {"id", "number", "referral_id", "introduction_id", "group_id", "from_state", "to_state", "by_role"}
    assert set(asked) == codes


def test_a_step_that_is_undone_is_told_to_nobody(desk: Desk) -> None:
    desk.tell()
    with Session(desk.engine.execution_options(writes=True)) as session:
        refer(session, Post(), desk.cast.bo, request(desk.cast.group), now=desk.at)
        session.rollback()
    assert desk.tell() == 0
    assert len(desk.receiver.heard) == 1


def test_who_refuses_is_told_again_the_same_with_its_number_after_longer_and_longer(desk: Desk) -> None:
    desk.receiver.says = BUSY
    waits = []
    for _ in range(4):
        desk.tell()
        count = len(desk.receiver.heard)
        began = desk.at
        while len(desk.receiver.heard) == count:
            desk.later(seconds=15).tell()
        waits.append((desk.at - began).total_seconds())
    assert waits == [30, 60, 120, 240]
    desk.receiver.says = OK
    desk.later(hours=1)
    assert desk.tell() == 1
    assert len({one["headers"]["webhook-id"] for one in desk.heard()}) == 1
    assert len({one.rpartition(b"\r\n\r\n")[2] for one in desk.receiver.heard}) == 1, "the same bytes each time"
    stamps = [int(one["headers"]["webhook-timestamp"]) for one in desk.heard()]
    assert stamps == sorted(set(stamps)), "signed anew, so that an old message is known as old"


def test_one_message_that_is_refused_holds_up_no_other(desk: Desk) -> None:
    desk.receiver.says = BUSY
    desk.tell()
    desk.receiver.says = OK
    desk.refer()
    assert desk.tell() == 6
    assert desk.states() == ["done"] * 6 + ["waiting"]


@pytest.mark.parametrize("how", ["closes", "drips", "lies", "leads on", "talks on"])
def test_where_nobody_answers_well_all_of_it_waits_and_arrives_later(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "WAIT_SECONDS", 0.3)
    desk.receiver.says = {
        "closes": b"",
        "drips": OK * 40,
        "lies": b"zqax" * 20 + b"\r\n\r\n",
        "leads on": b"HTTP/1.1 307 There\r\nLocation: https://elsewhere.example.org/\r\nContent-Length: 0\r\n\r\n",
        "talks on": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_100_000,
    }[how]
    desk.receiver.every = 0.02 if how == "drips" else 0.0
    desk.refer()
    assert desk.tell() == 0
    assert len(desk.receiver.heard) == 1, "it is left alone with the rest"
    assert desk.states() == ["waiting"] * 7
    desk.receiver.says, desk.receiver.every = OK, 0.0
    assert desk.tell() == 0, "not at once"
    assert desk.later(seconds=31).tell() == 7
    assert [one["data"].get("number", 0) for one in desk.heard()[1:]] == [0, 1, 2, 3, 4, 5, 6]


def test_a_sender_that_died_is_taken_over(desk: Desk) -> None:
    with desk.writing() as session:
        lost = delivering.take(session, sealer=desk.tools.sealer(webhooks.PURPOSE), now=desk.at)
    assert lost
    assert desk.tell() == 0
    assert desk.later(minutes=6).tell() == 1
    with desk.writing() as session:
        assert not delivering.settle(session, lost, "503", now=desk.at), "whoever took it over is right"
    assert [(one.state, one.said, one.attempts) for one in desk.lines()] == [("done", "204", 2)]


def test_after_a_day_a_message_is_given_up_and_shown_with_what_was_said_last(desk: Desk) -> None:
    desk.receiver.says = BUSY
    for _ in range(30):
        desk.tell()
        desk.later(hours=1)
    [line] = desk.lines()
    assert (line.state, line.said) == ("given_up", "503")
    assert 24 <= line.attempts <= 34
    told = len(desk.receiver.heard)
    assert desk.later(hours=5).tell() == 0
    assert len(desk.receiver.heard) == told


def test_an_address_that_says_it_is_gone_is_stopped(desk: Desk) -> None:
    desk.receiver.says = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    desk.refer()
    desk.tell()
    desk.refer()
    assert len(desk.receiver.heard) == 1
    assert desk.states() == ["given_up"] * 7
    with Session(desk.engine) as session:
        [line] = webhooks.webhooks_of(
            session, actor=manager(desk.cast.clinic), organisation_id=desk.cast.clinic, now=desk.at
        )
    assert line.gone
    assert line.stopped_at


def test_a_stopped_address_hears_nothing_more(desk: Desk) -> None:
    desk.refer()
    with desk.writing() as session:
        webhooks.stop(session, webhook_id=desk.hook, actor=manager(desk.cast.clinic), now=desk.at)
    assert desk.tell() == 0
    assert desk.receiver.heard == []
    with desk.writing() as session, pytest.raises(Conflict):
        webhooks.stop(session, webhook_id=desk.hook, actor=manager(desk.cast.clinic), now=desk.at)


def test_nobody_else_s_steps_are_told(desk: Desk) -> None:
    with desk.writing() as session:
        refer(session, Post(), desk.cast.dee, request(desk.cast.group), now=desk.at)
    assert desk.tell() == 1, "the greeting"


def test_as_the_job_does_it_nothing_inside_is_reached(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    delivering.run(desk.tools)
    assert [(one.state, one.said) for one in desk.lines()] == [("waiting", "not_listed")]
    sealer = desk.tools.sealer(webhooks.PURPOSE)
    there = sealer.seal(webhooks.place(desk.hook, "address"), b"https://inside.example.org/")
    with desk.writing() as session:
        session.execute(update(Webhook).values(address=there))
    for address in (HERE, "10.0.0.8", "169.254.169.254"):
        found = [(2, 1, 6, "", (address, 443))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, found=found, **__: found)
        desk.later(hours=2)
        delivering.run(desk.tools)
        assert desk.lines()[0].said == "private_address"
    assert desk.receiver.heard == []


@pytest.mark.parametrize(
    "address",
    [
        *("http://records.example.org/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.1/"),
        *(
            "ftp://records.example.org/",
            "https://a:b@records.example.org/",
            "records.example.org",
            "",
            "https://router/",
        ),
        *(
            "https://records.example.org/" + "x" * 500,
            "https://records.example.org/ x",
            "https://records.example.org\\@a.b/",
        ),
    ],
)
def test_only_a_public_address_is_added(desk: Desk, address: str) -> None:
    with desk.writing() as session, pytest.raises(Invalid) as refused:
        _add(session, desk, address)
    assert {name: one.code for name, one in refused.value.fields.items()} == {"address": "webhook_address"}


def test_there_are_at_most_five_and_only_managers_of_the_organisation_add(desk: Desk) -> None:
    with desk.writing() as session:
        for _ in range(4):
            _add(session, desk, "https://records.example.org/")
        with pytest.raises(Invalid) as refused:
            _add(session, desk, "https://records.example.org/")
        assert refused.value.fields["address"].code == "webhooks_enough"
        for actor in (manager(desk.cast.elsewhere), desk.cast.bo):
            with pytest.raises(NotFound):
                _add(session, desk, "https://records.example.org/", actor)
            with pytest.raises(NotFound):
                webhooks.read(session, webhook_id=desk.hook, actor=actor, now=desk.at)
            with pytest.raises(NotFound):
                webhooks.stop(session, webhook_id=desk.hook, actor=actor, now=desk.at)


def _add(session: Session, desk: Desk, address: str, actor: Actor | None = None) -> None:
    webhooks.add(
        session,
        sealer=desk.tools.sealer(webhooks.PURPOSE),
        organisation_id=desk.cast.clinic,
        address=address,
        webhook_id=uuid4(),
        actor=actor or manager(desk.cast.clinic),
        now=desk.at,
    )


def test_address_and_secret_are_sealed(desk: Desk) -> None:
    with Session(desk.engine) as session:
        row = session.scalars(select(Webhook)).one()
        assert desk.secret not in row.secret
        assert HERE.encode() not in row.address
        assert row.host == "records.example.org"


def test_what_is_over_is_forgotten(desk: Desk) -> None:
    desk.refer()
    desk.tell()
    with desk.writing() as session:
        webhooks.stop(session, webhook_id=desk.hook, actor=manager(desk.cast.clinic), now=desk.at)
    kept = {"kept": timedelta(days=90), "stopped": timedelta(days=365)}
    for days, gone in ((89, 0), (91, 7), (364, 0), (366, 1)):
        with desk.writing() as session:
            assert webhooks.forget_old(session, now=NOW + timedelta(days=days), **kept) == gone
    with Session(desk.engine) as session:
        assert not session.scalars(select(Webhook)).all()
        assert not session.scalars(select(Delivery)).all()
