"""What an afternoon writes, for the judge of power cuts: referrals, edits, messages, answers, and an import.

Everything goes through the product's own doors and operations. `ack` stands where the product would answer.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from service.accounts.permissions import GRANTS, Actor, Role
from service.api.referrals import ROUTE
from service.app import create_app
from service.catalog import operations as catalogue
from service.catalog import reports, seeding
from service.catalog.changes import GroupChanges
from service.catalog.queries import group_by_id
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.config import Settings
from service.db import committing, db, migrations
from service.db.sealing import Sealer
from service.notifications import outbox
from service.notifications.channels import Message
from service.referrals import operations, queries
from service.referrals.answering import operations as answers
from service.referrals.answering.means import Means
from service.referrals.answering.replies import Reply
from service.referrals.operations import Mail
from tests import stores
from tests.people import Cast, settle
from tests.soak import desk, stand_in, whole

ROOT = Path(__file__).parents[2]
SECRET = "only-for-tests-0123456789-0123456789"
ROUNDS = 24
LISTINGS = 40
IMPORTED_AFTER = 8  # rounds

# Every id that is acknowledged below must be among these after a cut.
ACKED = """
SELECT id FROM referral
UNION ALL SELECT entity_id || ':' || version FROM revision
UNION ALL SELECT 'answered:' || id FROM introduction WHERE answered_at IS NOT NULL
UNION ALL SELECT 'sent:' || id FROM outbox_message WHERE state = 'sent'
UNION ALL SELECT 'imported:' || id FROM "group"
"""

MEANS = Means(
    sealer=Sealer(SECRET, operations.PURPOSE),
    reports=Sealer(SECRET, reports.PURPOSE),
    mail=Mail(
        sealer=Sealer(SECRET, outbox.PURPOSE),
        new_token=str,
        link=str,
        channel="console",
        zone=ZoneInfo("Europe/London"),
    ),
)
Ack = Callable[[str], None]


@dataclass
class Letterbox:
    """A channel that only keeps what it carried."""

    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.messages.append(message)


@dataclass
class Afternoon:
    """The application at work on one database."""

    app: Flask
    cast: Cast
    ack: Ack
    rng: random.Random
    letters: list[Message] = field(default_factory=list)
    sent: int = 0

    def refer(self) -> None:
        """Refer somebody; every third time the answer is late, and the same is sent again."""
        self.sent += 1
        which, given = str(self.sent), (now() - timedelta(hours=1)).isoformat()
        asked = desk.referral(self.cast.eli_group, given, which)
        client = self.app.test_client()
        for expected in (201, 200)[: 2 if self.sent % 3 == 0 else 1]:
            told = client.post(ROUTE, json=asked, headers=desk.headers(self.cast.bo_key, which))
            assert told.status_code == expected, told.get_data(as_text=True)
            self.ack(told.get_json()["id"].replace("-", ""))

    def edit(self) -> None:
        """Save a listing as an editor does."""
        group, at = self.cast.eli_group, now()
        actor = Actor(role=Role.ADMIN, user_id=self.cast.ada, permissions=GRANTS[Role.ADMIN])
        with self.app.app_context(), committing() as unit:
            before = group_by_id(unit, group, today=at.date(), public=False)
            changes = GroupChanges(fields={"who_for": f"Everybody {self.rng.random()}" * 20}, confirm=True)
            saved = catalogue.edit_group(
                unit, group_id=group, changes=changes, expected_version=before.version, actor=actor, reason=None, now=at
            )
        self.ack(f"{group.hex}:{saved.version}")

    def send(self) -> None:
        """Send the messages that are due."""
        box, sealer = Letterbox(), Sealer(SECRET, outbox.PURPOSE)
        with self.app.app_context():
            outbox.send_due(committing, {"console": box}, sealer=sealer, clock=now)
        for message in box.messages:
            self.ack(f"sent:{message.id.hex}")
        self.letters += box.messages

    def answer(self) -> None:
        """Answer one introduction, yes or no, by the link in its message."""
        if not self.letters:
            return
        letter = self.letters.pop(self.rng.randrange(len(self.letters)))
        token, yes = str(letter.params["link"]).rpartition("/")[2], self.rng.random() < 0.5
        with self.app.app_context(), committing() as unit:
            asked = queries.asked(unit, token=token, now=now())
            reply = Reply(kind="accept" if yes else "decline", reason="other", version=asked.version)
            answers.answer(unit, means=MEANS, token=token, reply=reply, now=now())
        self.ack(f"answered:{asked.introduction_id.hex}")

    def take_listings_in(self) -> None:
        """Import real listings in one go."""
        lines = (ROOT / "seeds/listings/trafford-charities.jsonl").read_text(encoding="utf-8").splitlines()[:LISTINGS]
        taxonomy = load_taxonomy(ROOT / "seeds/taxonomy")
        with self.app.app_context(), committing() as unit:
            listings = map(json.loads, lines)
            ids = seeding.load_listings(unit, listings, ROOT / "seeds", now=now(), taxonomy=taxonomy)
        for group in ids.values():
            self.ack(f"imported:{group.hex}")


def setup(db_path: str) -> None:
    """Make the tables and the cast."""
    stand_in.mend()
    app = _application(db_path)
    with app.app_context():
        migrations.upgrade(db.engine)
    CASTS[db_path] = settle(app)
    stores.close(app)


def workload(db_path: str, ack: Ack, rng: random.Random) -> None:
    """Write what an afternoon writes."""
    afternoon = opened(db_path, ack, rng)
    for number in range(ROUNDS):
        for _ in range(rng.randint(1, 4)):
            afternoon.refer()
        afternoon.edit()
        afternoon.send()
        afternoon.answer()
        if number == IMPORTED_AFTER:
            afternoon.take_listings_in()


def opened(db_path: str, ack: Ack, rng: random.Random) -> Afternoon:
    """Return the application at work on a database that `setup` made."""
    return Afternoon(_application(db_path), CASTS[db_path], ack, rng)


def verify(db_path: str, _acked: list[str]) -> list[str]:
    """Return what is half there after a cut."""
    return [f"{what}: {many}" for what, many in {**whole.half(db_path), **whole.partly(db_path, LISTINGS)}.items()]


CASTS: dict[str, Cast] = {}  # of the databases that setup made


def _application(db_path: str) -> Flask:
    return create_app(
        Settings(
            mode="demo",
            secret=SECRET,
            data_folder=Path(db_path).parents[1] / "instance",
            seeds_folder=ROOT / "seeds",
            database_url=f"sqlite:///{db_path}",
            public_url="http://127.0.0.1:8000",
            proxy_hops=0,
            country="gb",
            help_lines_confirmed=True,
            testing=True,
        )
    )
