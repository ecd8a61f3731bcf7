"""Lin and Lou help for the clinic, Dee elsewhere; cases in any state. Rows and shortcuts for the tests of the desk."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.models import Membership, User
from service.accounts.permissions import GRANTS, Actor, Role
from service.referrals.desk import filtering, queries
from service.referrals.desk import operations as desk
from service.referrals.desk.operations import At
from service.referrals.desk.queries import Caseload
from service.referrals.models import Introduction, Person, Referral
from service.referrals.queries import place
from tests.referrals.cast import LONG_AGO, NOW, SEALER, World

TODAY = NOW.date()


@dataclass
class Clinic:
    """A clinic's link workers, and the cases a test has made."""

    session: Session
    world: World
    lou: Actor
    made: list[UUID] = field(default_factory=list)

    @property
    def lin(self) -> Actor:
        return self.world.lin

    def case(self, state: str = "accepted", *, owner: Actor | None = None, name: str = "Cai", **values: object) -> UUID:
        """Write a case as it may stand; its clinic refers and helps unless `values` say otherwise."""
        person = Person(id=uuid4(), organisation_id=self.world.clinic, contact_rule="phone", created_at=NOW)
        person.preferred_name = SEALER.seal(place("person", person.id, "preferred_name"), name.encode())
        person.contact = SEALER.seal(place("person", person.id, "contact"), b"01632 960123")
        self.session.add(person)
        self.session.flush()
        row = Referral(id=uuid4(), person_id=person.id, organisation_id=self.world.clinic, state=state, source="web")
        row.owner_user_id = owner.user_id if owner else None
        row.created_at = row.changed_at = NOW - timedelta(days=3)
        for column, value in values.items():
            setattr(row, column, value)
        self.session.add(row)
        self.session.flush()
        self.made.append(row.id)
        return row.id

    def asked(self, referral_id: UUID, state: str = "sent", **values: object) -> UUID:
        """Ask the singers about somebody."""
        row = Introduction(id=uuid4(), referral_id=referral_id, group_id=self.world.group, state=state, sent_at=NOW)
        for column, value in values.items():
            setattr(row, column, value)
        self.session.add(row)
        self.session.flush()
        return row.id

    def row(self, referral_id: UUID) -> Referral:
        return self.session.get_one(Referral, referral_id)

    def at(self, referral_id: UUID, by: Actor | None = None, now: datetime = NOW) -> At:
        return At(sealer=SEALER, referral_id=referral_id, actor=by or self.lin, now=now)

    def desk(self, view: str = "now", by: Actor | None = None, now: datetime = NOW, page: int = 1) -> Caseload:
        return queries.caseload(
            self.session, sealer=SEALER, actor=by or self.lin, wanted=filtering.read({"view": view}), now=now, page=page
        )

    def due(self, day: date | None, rank: int | None = 2, need: str = "make_plan") -> UUID:
        """Write a case of Lin's with a need."""
        return self.case("in_contact", owner=self.lin, need=need, need_rank=rank, due_on=day)


def clinic(session: Session, world: World) -> Clinic:
    """Give Lin a colleague."""
    user = User(id=uuid4(), email="lou@example.org", name="Lou", created_at=LONG_AGO)
    session.add(user)
    session.flush()
    made = Membership(id=uuid4(), user_id=user.id, organisation_id=world.clinic, role="link_worker")
    made.valid_from = LONG_AGO
    session.add(made)
    session.flush()
    lou = Actor(
        role=Role.LINK_WORKER, user_id=user.id, organisation_id=world.clinic, permissions=GRANTS[Role.LINK_WORKER]
    )
    return Clinic(session=session, world=world, lou=lou)


def hand(clinic: Clinic, referral_id: UUID, to: Actor) -> None:
    """Hand a case to somebody."""
    desk.hand_over(clinic.session, clinic.at(referral_id), to=to.user_id, words="Rings back on Mondays")
