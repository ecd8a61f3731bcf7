"""Two organisations with people in them, and what they do to each other's roles, in one line each."""

from uuid import UUID, uuid4

from sqlalchemy import select

from service.accounts import invitations, membership, operations
from service.accounts.invitations import Offer, Post
from service.accounts.models import Membership, User
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Organisation
from service.db.sealing import Sealer
from tests.accounts.conftest import NOW, SECRET, Unit


def organisation(unit: Unit, name: str) -> UUID:
    made = uuid4()
    with unit() as session:
        session.add(Organisation(id=made, name=name))
    return made


def person(unit: Unit, name: str, role: Role, where: UUID | None) -> UUID:
    with unit() as session:
        return operations.make_user(
            session,
            email=f"{name}@example.org",
            name=name.title(),
            role=role,
            organisation_id=where,
            password_hash=None,
            now=NOW,
        )


def acting(role: Role, user_id: UUID, where: UUID | None) -> Actor:
    return Actor(role=role, user_id=user_id, organisation_id=where, permissions=GRANTS[role])


def member_of(unit: Unit, user_id: UUID) -> UUID:
    """Return the newest membership of somebody."""
    with unit() as session:
        rows = select(Membership.id).where(Membership.user_id == user_id, Membership.valid_until.is_(None))
        return session.scalars(rows).one()


def roles(unit: Unit, user_id: UUID) -> list[Role]:
    with unit() as session:
        return [one.role for one in membership.held(session, user_id=user_id, now=NOW)]


class Letters:
    """Catches the secrets that would travel by mail."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def post(self) -> Post:
        return Post(channel="console", sealer=Sealer(SECRET, "outbox"), link=self._link, organisation="Oak Surgery")

    def _link(self, token: str) -> str:
        self.tokens.append(token)
        return f"https://kith.example.org/en/invitations/{token}"


def invite(
    unit: Unit,
    letters: Letters,
    actor: Actor,
    *,
    email: str = "new@example.org",
    role: Role = Role.REFERRER,
    key: str = "",
) -> str:
    """Invite somebody to the actor's organisation and return the secret of the letter."""
    offer = Offer(name="New", email=email, role=role.value, organisation_id=actor.organisation_id)
    with unit() as session:
        invitations.invite(session, offer=offer, key=key or uuid4().hex, post=letters.post(), actor=actor, now=NOW)
    return letters.tokens[-1]


def accept(unit: Unit, token: str, *, user_id: UUID | None = None, with_password: bool = True) -> UUID:
    hashed = "kept" if with_password else None
    with unit() as session:
        return invitations.accept(session, token=token, user_id=user_id, password_hash=hashed, now=NOW).user_id


def accounts(unit: Unit) -> int:
    with unit() as session:
        return len(session.scalars(select(User.id)).all())
