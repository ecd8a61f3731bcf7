"""An organisation's own sign-in service speaks for its own people, and for nobody else's."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from service.accounts import membership, operations
from service.accounts.models import ExternalIdentity, Invitation, Membership, User
from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.signing_in import logins, openid
from service.accounts.signing_in.logins import Setting
from service.accounts.signing_in.openid import Disbelieved, Said
from service.accounts.signing_in.proving import Proved
from service.catalog.models import Organisation
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound
from tests.accounts.acting import audited
from tests.accounts.conftest import NOW, SECRET, Unit, at_once, bytes_of

ISSUER = "https://login.example.org"
SEALER = Sealer(SECRET, logins.PURPOSE)
SETTING = Setting(
    name="Willow Login",
    issuer=ISSUER,
    client_id="kith",
    client_secret="zqaxsecretofclient",
    role="",
    vouches=False,
)
LIN = Said(issuer=ISSUER, subject="lin-1", email="lin@example.org", name="Lin", strong=True)


def manager(organisation_id: UUID | None, role: Role = Role.ORG_MANAGER) -> Actor:
    return Actor(role=role, user_id=uuid4(), organisation_id=organisation_id, permissions=GRANTS[role])


@dataclass(frozen=True)
class House:
    """An organisation with a service of its own, and one without."""

    unit: Unit
    organisation_id: UUID
    elsewhere: UUID
    login_id: UUID

    def comes(self, said: Said = LIN, *, attempt: openid.Attempt | None = None) -> Proved:
        with self.unit() as session:
            return logins.whose(
                session, login_id=self.login_id, said=said, attempt=attempt or openid.new_attempt(), now=NOW
            )

    def refused(self, said: Said = LIN) -> object:
        with pytest.raises(Disbelieved) as refusal:
            self.comes(said)
        return refusal.value.params["why"]

    def works(self, email: str, *places: UUID | None, role: Role = Role.REFERRER) -> UUID:
        with self.unit() as session:
            for place in places:
                made = operations.make_user(
                    session,
                    email=email,
                    name="Lin",
                    role=role if place is not None else Role.EDITOR,
                    organisation_id=place,
                    password_hash=None,
                    now=NOW,
                )
        return made

    def invite(self, address: str, place: UUID, **changes: Any) -> None:
        row = Invitation(id=uuid4(), token_hash=uuid4().bytes * 2, email=address, name="Lin", role="link_worker")
        row.organisation_id, row.created_at, row.expires_at = place, NOW, NOW + timedelta(days=7)
        for name, value in changes.items():
            setattr(row, name, value)
        with self.unit() as session:
            session.add(row)

    def set(self, **changes: Any) -> None:
        works = changes.pop("works", True)
        with self.unit() as session:
            logins.change(
                session,
                login_id=self.login_id,
                setting=replace(SETTING, **changes),
                works=works,
                sealer=SEALER,
                actor=manager(self.organisation_id),
                now=NOW,
            )

    def roles(self, user_id: UUID) -> list[tuple[str, UUID | None]]:
        with self.unit() as session:
            held = membership.held(session, user_id=user_id, now=NOW)
        return [(one.role.value, one.organisation_id) for one in held]

    def counted(self, table: type) -> int:
        with self.unit() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def house(unit: Unit, organisation_id: UUID) -> House:
    elsewhere = uuid4()
    with unit() as session:
        session.add(Organisation(id=elsewhere, name="Elm Surgery (example)"))
        session.flush()
        made = logins.set_up(
            session,
            organisation_id=organisation_id,
            setting=SETTING,
            sealer=SEALER,
            actor=manager(organisation_id),
            now=NOW,
        )
    return House(unit, organisation_id, elsewhere, made)


# ---- who is let in ----


@pytest.mark.asvs("V10.5.2")
def test_a_member_is_linked_by_the_address_and_known_by_the_service_s_own_name_from_then_on(house: House) -> None:
    lin = house.works("lin@example.org", house.organisation_id)
    assert house.comes() == Proved(user_id=lin, way="organisation", strength=1)
    assert house.comes(replace(LIN, email="married@example.org")).user_id == lin
    assert house.comes(replace(LIN, email=None)).user_id == lin
    assert house.counted(ExternalIdentity) == 1


def test_whoever_is_invited_gets_an_account_and_the_role_of_the_invitation(house: House) -> None:
    house.invite("lin@example.org", house.organisation_id)
    lin = house.comes(replace(LIN, email=" Lin@Example.org ")).user_id
    assert house.roles(lin) == [("link_worker", house.organisation_id)]
    with house.unit() as session:
        assert session.scalars(select(Invitation.accepted_at)).one() == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": NOW},
        {"accepted_at": NOW},
        {"expires_at": NOW},
        {"email": "other@example.org"},
        {"place": "other"},
    ],
    ids=["taken back", "used", "run out", "for another address", "to another organisation"],
)
def test_an_invitation_that_does_not_count_lets_nobody_in(house: House, changes: dict[str, Any]) -> None:
    place = house.elsewhere if changes.pop("place", "") else house.organisation_id
    house.invite("lin@example.org", place, **changes)
    assert house.refused() == "not_invited"
    assert [house.counted(table) for table in (User, ExternalIdentity, Membership)] == [0, 0, 0]


def test_a_newcomer_is_let_in_only_where_the_organisation_said_so_and_as_what_it_said(house: House) -> None:
    assert house.refused() == "not_invited"
    house.set(role="referrer")
    assert house.roles(house.comes().user_id) == [("referrer", house.organisation_id)]


def test_an_address_that_was_not_checked_links_nobody(house: House) -> None:
    house.set(role="referrer")
    house.works("lin@example.org", house.organisation_id)
    assert house.refused(replace(LIN, email=None)) == "email"
    assert house.refused(replace(LIN, email="no address")) == "email"


def test_no_service_speaks_for_somebody_of_another_organisation(house: House) -> None:
    house.set(role="referrer")
    house.works("lin@example.org", house.elsewhere)
    assert house.refused() == "works_elsewhere"
    house.invite("lin@example.org", house.organisation_id)
    assert house.refused() == "works_elsewhere", "nor when they were invited: they say yes themselves first"
    assert house.counted(ExternalIdentity) == 0


def test_no_service_speaks_for_somebody_who_has_a_role_elsewhere_as_well(house: House) -> None:
    lin = house.works("lin@example.org", house.organisation_id)
    assert house.comes().user_id == lin
    house.works("lin@example.org", None)  # now an editor of the whole catalogue
    assert house.refused() == "works_elsewhere"


def test_an_account_without_a_role_here_is_left_alone(house: House) -> None:
    lin = house.works("lin@example.org", house.organisation_id)
    house.comes()
    with house.unit() as session:
        for row in session.scalars(select(Membership).where(Membership.user_id == lin)):
            row.valid_until = NOW
    assert house.refused() == "not_invited"
    house.invite("lin@example.org", house.organisation_id)
    assert house.refused() == "not_invited"


@pytest.mark.asvs("V6.8.4")
@pytest.mark.parametrize(("vouches", "strong", "strength"), [(True, True, 2), (True, False, 1), (False, True, 1)])
def test_its_word_for_a_second_factor_counts_only_if_it_is_taken_and_given(
    house: House, *, vouches: bool, strong: bool, strength: int
) -> None:
    house.set(vouches=vouches)
    house.works("lin@example.org", house.organisation_id)
    assert house.comes(replace(LIN, strong=strong)).strength == strength


def test_an_attempt_opens_one_session(house: House) -> None:
    house.works("lin@example.org", house.organisation_id)
    attempt = openid.new_attempt()

    def come() -> bool:
        try:
            return bool(house.comes(attempt=attempt).user_id)
        except Disbelieved:
            return False

    assert sum(at_once(20, come)) == 1


def test_a_service_that_was_ended_lets_nobody_in(house: House) -> None:
    house.works("lin@example.org", house.organisation_id)
    house.set(works=False)
    with pytest.raises(NotFound):
        house.comes()
    with house.unit() as session:
        assert logins.offered(session) == []


@pytest.mark.asvs("V6.8.1")
def test_what_another_issuer_said_is_not_taken_for_its_word(house: House) -> None:
    assert house.refused(replace(LIN, issuer="https://other.example.org")) == "issuer"


# ---- setting it up ----


def test_a_leaked_database_leaks_no_client_secret(house: House, database_url: str) -> None:
    assert b"zqaxsecretofclient" not in bytes_of(database_url)
    with house.unit() as session:
        issuer, client = logins.client_of(session, login_id=house.login_id, sealer=SEALER, redirect_uri="https://x")
    assert (issuer, client.id, client.secret) == (ISSUER, "kith", "zqaxsecretofclient")
    assert "zqaxsecret" not in f"{client} {SETTING}"


def test_a_secret_stays_with_the_service_that_gave_it(house: House) -> None:
    house.set(client_secret="", name="Renamed")
    with house.unit() as session:
        assert logins.client_of(session, login_id=house.login_id, sealer=SEALER, redirect_uri="")[1].secret
    house.set(client_secret="", issuer="https://other.example.org")
    with house.unit() as session:
        assert logins.client_of(session, login_id=house.login_id, sealer=SEALER, redirect_uri="")[1].secret is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"issuer": "http://login.example.org"}, "issuer"),
        ({"issuer": "http://127.0.0.1:8000"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret": "x" * 501}, "client_secret"),
        ({"role": "admin"}, "role"),
        ({"role": "editor"}, "role"),
        ({"role": "nobody"}, "role"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        logins.check_setting(replace(SETTING, **changes), demo=False)
    assert list(refusal.value.fields) == [field]


def test_a_service_is_its_own_organisation_s_business(house: House) -> None:
    for actor, sees in (
        (manager(house.organisation_id), True),
        (manager(house.elsewhere), False),
        (manager(None, Role.ADMIN), True),
        (manager(house.organisation_id, Role.LINK_WORKER), False),
    ):
        with house.unit() as session:
            found = logins.logins_of(session, actor=actor, organisation_id=house.organisation_id)
            assert bool(found) is sees
            if not sees:
                with pytest.raises(NotFound):
                    logins.read_login(session, login_id=house.login_id, actor=actor)
    with house.unit() as session, pytest.raises(NotFound):
        logins.set_up(
            session,
            organisation_id=house.organisation_id,
            setting=SETTING,
            sealer=SEALER,
            actor=manager(house.elsewhere),
            now=NOW,
        )


def test_a_client_of_a_service_belongs_to_one_organisation(house: House) -> None:
    with house.unit() as session, pytest.raises(Invalid):
        logins.set_up(
            session,
            organisation_id=house.elsewhere,
            setting=SETTING,
            sealer=SEALER,
            actor=manager(house.elsewhere),
            now=NOW,
        )


def test_what_happens_is_recorded(house: House) -> None:
    house.works("lin@example.org", house.organisation_id)
    house.comes()
    with house.unit() as session:
        logins.refuse(session, login_id=house.login_id, why="state", now=NOW)
    done = audited(house.unit)
    assert ("make_login", "done") in done
    assert done[-2:] == [("link", "done"), ("sign_in", "failed")]
