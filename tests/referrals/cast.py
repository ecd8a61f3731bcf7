"""Bo refers Cai to Eli's group; Dee works elsewhere. Rows and requests for the tests of referrals."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.accounts.models import Membership, User
from service.accounts.permissions import GRANTS, Actor, Permission, Role
from service.catalog import reports
from service.catalog.models import Group, Organisation
from service.db.sealing import Sealer
from service.referrals import operations
from service.referrals.answering.means import Means
from service.referrals.intake import ConsentIn, PersonIn, Request
from service.referrals.operations import Mail
from service.referrals.queries import ReferralView

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 6, 9, 0, tzinfo=UTC)
SECRET = "only-for-tests-0123456789-0123456789"
SEALER = Sealer(SECRET, operations.PURPOSE)
# Letters that no word of ours holds, so that a leak is found in any bytes.
NAME, CONTACT, NEEDS = "Cai zqaxname", "01632 960123 zqaxcontact", "zqaxneeds, sits near the door"


@dataclass
class Post:
    """Makes links whose tokens a test can read."""

    tokens: list[str] = field(default_factory=list)

    @property
    def mail(self) -> Mail:
        return Mail(
            sealer=Sealer(SECRET, "outbox"),
            new_token=self._token,
            link=self._link,
            channel="console",
            zone=ZoneInfo("Europe/London"),
        )

    @property
    def means(self) -> Means:
        return Means(sealer=SEALER, reports=Sealer(SECRET, reports.PURPOSE), mail=self.mail)

    @property
    def last(self) -> str:
        return self.tokens[-1]

    def _token(self) -> str:
        self.tokens.append(f"token-{len(self.tokens)}-{uuid4().hex}")
        return self.tokens[-1]

    def _link(self, token: str) -> str:
        return f"http://127.0.0.1:8000/en/answer/{token}"


@dataclass(frozen=True)
class World:
    """Two organisations that refer, and one with a group that is checked and one that is not."""

    clinic: UUID
    elsewhere: UUID
    group: UUID
    unchecked: UUID
    bo: Actor
    beth: Actor
    lin: Actor
    dee: Actor


def _member(session: Session, name: str, role: Role, organisation: UUID) -> Actor:
    user = User(id=uuid4(), email=f"{name}@example.org", name=name.title(), created_at=LONG_AGO)
    session.add(user)
    session.flush()
    session.add(
        Membership(id=uuid4(), user_id=user.id, organisation_id=organisation, role=role.value, valid_from=LONG_AGO)
    )
    session.flush()
    return Actor(role=role, user_id=user.id, organisation_id=organisation, permissions=GRANTS[role])


def world(session: Session) -> World:
    clinic, elsewhere, hall = (
        Organisation(id=uuid4(), name=name, vetting=vetting)
        for name, vetting in (("Oak Clinic", "listed"), ("Elm Clinic", "listed"), ("Singers' Hall", "checked"))
    )
    shed = Organisation(id=uuid4(), name="The Shed", vetting="contacted")
    session.add_all([clinic, elsewhere, hall, shed])
    session.flush()
    groups = [add_group(session, hall.id, "Evening Singers"), add_group(session, shed.id, "Open Shed")]
    bo, beth, lin, dee = (
        _member(session, name, role, organisation.id)
        for name, role, organisation in (
            ("bo", Role.REFERRER, clinic),
            ("beth", Role.REFERRER, clinic),
            ("lin", Role.LINK_WORKER, clinic),
            ("dee", Role.LINK_WORKER, elsewhere),
        )
    )
    return World(
        clinic=clinic.id,
        elsewhere=elsewhere.id,
        group=groups[0].id,
        unchecked=groups[1].id,
        bo=bo,
        beth=beth,
        lin=lin,
        dee=dee,
    )


def add_group(session: Session, organisation: UUID, name: str, **values: object) -> Group:
    made = {"status": "published", "joinable": True, "email": "group@example.org", "created_at": NOW, "changed_at": NOW}
    made |= values
    group = Group(id=uuid4(), organisation_id=organisation, slug=f"{name.lower().replace(' ', '-')}-{uuid4().hex[:6]}")
    group.name = name
    for column, value in made.items():
        setattr(group, column, value)
    session.add(group)
    session.flush()
    return group


def person(**values: object) -> PersonIn:
    return PersonIn(**{"preferred_name": NAME, "contact": CONTACT, "needs": NEEDS, **values})  # type: ignore[arg-type]


def consent(**values: object) -> ConsentIn:
    given = {
        "given": True,
        "items": frozenset({"name", "contact", "access_needs"}),
        "words_version": "2026-01",
        "method": "spoken",
        "given_at": NOW - timedelta(hours=1),
    }
    return ConsentIn(**{**given, **values})  # type: ignore[arg-type]


def request(
    group: UUID, *, who: PersonIn | None = None, said: ConsentIn | None = None, tick: str | None = None
) -> Request:
    return Request(group_id=group, person=who or person(), consent=said or consent(), acknowledge_unvetted=tick)


def refer(session: Session, post: Post, by: Actor, asked: Request, *, now: datetime = NOW) -> ReferralView:
    return operations.refer(
        session, sealer=SEALER, mail=post.mail, referral_id=uuid4(), request=asked, actor=by, now=now
    )


def reader(organisation: UUID) -> Actor:
    return Actor(role=Role.API_CLIENT, organisation_id=organisation, permissions=frozenset({Permission.READ_REFERRALS}))
