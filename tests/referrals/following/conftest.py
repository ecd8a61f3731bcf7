"""The cast, with somebody who was referred and whose group said yes; and hands that move things on."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR, Actor
from service.db.sealing import Sealer
from service.referrals.following import operations
from service.referrals.following.letters import Letters
from service.referrals.following.operations import Marked
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Consent, Introduction, Person, Referral
from tests.referrals import cast as made
from tests.referrals.cast import NOW, SEALER, SECRET, Post, World

POST = Sealer(SECRET, "outbox")
DAY = timedelta(days=1)
MAIL = "zqaxcai@example.org"


@dataclass
class Hands:
    """What people do, at a time that a test sets."""

    session: Session
    world: World
    post: Post
    now: datetime = NOW

    def refer(self, group: UUID | None = None, **person: object) -> Introduction:
        """Refer somebody to a group; by e-mail unless a test says otherwise."""
        who = made.person(**{"contact": MAIL, "contact_rule": "email", **person})
        asked = made.request(group or self.world.group, who=who)
        view = made.refer(self.session, self.post, self.world.bo, asked, now=self.now)
        return self.session.scalars(select(Introduction).where(Introduction.referral_id == view.id)).one()

    def booked(self, at: datetime | None = None, group: UUID | None = None, **person: object) -> Introduction:
        """Refer somebody; the group says yes, and a date is agreed."""
        row = self.refer(group, **person)
        self.accept(row)
        operations.book(
            self.session,
            introduction_id=row.id,
            at=at or self.now + 7 * DAY,
            part=Part.LEADER,
            actor=VISITOR,
            now=self.now,
        )
        return row

    def accept(self, row: Introduction, to: str = "accepted") -> None:
        """The group answers."""
        step(self.session, row, to, Part.LEADER, VISITOR, self.now)

    def another(self, row: Introduction, group: UUID) -> Introduction:
        """Introduce the same person to one more group."""
        referral = self.referral(row)
        said = Consent(
            id=uuid4(), person_id=referral.person_id, group_id=group, items=["name", "contact"], purpose="introduction"
        )
        said.words_version, said.given_by, said.method = "2026-01", "self", "spoken"
        said.given_at, said.expires_at = self.now, self.now + 180 * DAY
        one = Introduction(id=uuid4(), referral_id=referral.id, group_id=group, state="proposed", sent_at=self.now)
        self.session.add_all([said, one])
        self.session.flush()
        step(self.session, one, "sent", Part.LINK_WORKER, self.world.lin, self.now)
        if referral.state == "planned":
            step(self.session, referral, "introduced", Part.LINK_WORKER, self.world.lin, self.now)
        return one

    def mark(
        self, row: Introduction, what: str, on: date | None = None, part: Part = Part.LEADER, actor: Actor = VISITOR
    ) -> Marked:
        return operations.mark(
            self.session,
            introduction_id=row.id,
            what=what,
            on=on or self.now.date(),
            part=part,
            actor=actor,
            now=self.now,
        )

    def close(self, row: Introduction, reason: str, part: Part = Part.LINK_WORKER, actor: Actor | None = None) -> None:
        operations.close(
            self.session,
            referral_id=row.referral_id,
            reason=reason,
            part=part,
            actor=actor or self.world.lin,
            now=self.now,
            post=POST,
        )

    def referral(self, row: Introduction) -> Referral:
        return self.session.get_one(Referral, row.referral_id)

    def person(self, row: Introduction) -> Person:
        return self.session.get_one(Person, self.referral(row).person_id)


@pytest.fixture
def hands(store: Session, cast: World, post: Post) -> Hands:
    return Hands(store, cast, post)


@pytest.fixture
def letters() -> Letters:
    count = itertools.count(1)
    return Letters(
        sealer=SEALER,
        post=POST,
        new_token=lambda: f"letter-{next(count)}-{uuid4().hex}",
        public_url="http://127.0.0.1:8000",
        mail="console",
        zone=ZoneInfo("Europe/London"),
    )


__all__ = ["DAY", "MAIL", "NOW", "POST", "SEALER", "Hands"]
