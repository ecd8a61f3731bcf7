"""A passkey opens its owner's account, at this site, for whoever its device knows, and no answer opens it twice."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.accounts import operations, people
from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.signing_in import passkeys
from service.accounts.signing_in.passkeys import Asked, RefusedPasskey, RelyingParty
from service.accounts.signing_in.proving import Proved
from service.errors import Conflict, Invalid, NotFound
from tests.accounts.acting import audited
from tests.accounts.conftest import NOW, Unit, at_once
from tests.accounts.devices import PRESENT, VERIFIED, Device

SITE = RelyingParty(id="kith.example.org", origin="https://kith.example.org")


@dataclass(frozen=True)
class Owner:
    """Somebody with an account, and what they do with passkeys."""

    unit: Unit
    id: UUID
    role: Role = Role.ADMIN

    @property
    def actor(self) -> Actor:
        return Actor(role=self.role, user_id=self.id, permissions=GRANTS[self.role])

    def asked(self) -> Asked:
        with self.unit() as session:
            return passkeys.ask_to_register(session, actor=self.actor, site=SITE)

    def keep(self, answer: str, asked: Asked, name: str = "Phone") -> UUID:
        with self.unit() as session:
            return passkeys.register(
                session, actor=self.actor, site=SITE, answer=answer, challenge=asked.challenge, name=name, now=NOW
            )

    def add(self, device: Device, name: str = "Phone") -> UUID:
        asked = self.asked()
        return self.keep(device.make(asked.options), asked, name)

    def names(self) -> list[str]:
        with self.unit() as session:
            return [one.name for one in passkeys.passkeys_of(session, actor=self.actor)]


@pytest.fixture
def owner(unit: Unit, ada: UUID) -> Owner:
    return Owner(unit, ada)


def prove(unit: Unit, answer: str, asked: Asked, *, only: UUID | None = None) -> Proved:
    with unit() as session:
        return passkeys.prove(session, site=SITE, answer=answer, challenge=asked.challenge, now=NOW, only=only)


def refused(unit: Unit, answer: str, asked: Asked, *, only: UUID | None = None) -> str:
    with pytest.raises(RefusedPasskey) as refusal:
        prove(unit, answer, asked, only=only)
    return refusal.value.code


def test_a_passkey_signs_its_owner_in_with_two_factors(unit: Unit, owner: Owner) -> None:
    device = Device()
    owner.add(device)
    for _ in range(3):
        asked = passkeys.ask_to_prove(SITE)
        proved = prove(unit, device.prove(asked.options), asked)
        assert proved == Proved(user_id=owner.id, way="passkey", strength=2)


def test_what_is_asked_names_nobody_and_wants_the_owner_verified(owner: Owner) -> None:
    asked = passkeys.ask_to_prove(SITE)
    assert '"userVerification": "required"' in asked.options
    assert '"allowCredentials": []' in asked.options
    made = owner.asked()
    assert '"residentKey": "required"' in made.options
    assert len(asked.challenge) >= 16


def test_an_answer_opens_once(unit: Unit, owner: Owner) -> None:
    device, asked = Device(counts=False), passkeys.ask_to_prove(SITE)
    owner.add(device)
    answer = device.prove(asked.options)

    def send() -> bool:
        try:
            return prove(unit, answer, asked).user_id == owner.id
        except RefusedPasskey:
            return False

    assert sum(at_once(50, send)) == 1


def test_a_counter_that_goes_back_tells_of_a_copy(unit: Unit, owner: Owner) -> None:
    device = Device()
    owner.add(device)
    copy = replace(device)
    for _ in range(3):
        asked = passkeys.ask_to_prove(SITE)
        prove(unit, device.prove(asked.options), asked)
    asked = passkeys.ask_to_prove(SITE)
    with pytest.raises(RefusedPasskey) as refusal:
        prove(unit, copy.prove(asked.options), asked)
    assert refusal.value.code == "passkey_copied"
    with unit() as session:
        passkeys.refuse(session, refused=refusal.value, now=NOW)
    assert audited(unit)[-1] == ("passkey_copied", "failed")


def test_an_answer_from_elsewhere_or_by_nobody_is_refused(unit: Unit, owner: Owner) -> None:
    device = Device()
    owner.add(device)
    for changed in (
        replace(device, site="evil.example.org", origin="https://evil.example.org"),
        replace(device, origin="https://evil.example.org"),
        replace(device, origin="http://kith.example.org"),
        replace(device, site="example.org"),
        replace(device, key=Device().key),
        replace(device, credential_id=b"nobody's"),
        replace(device, owner=uuid4().bytes),
    ):
        asked = passkeys.ask_to_prove(SITE)
        assert refused(unit, changed.prove(asked.options), asked) == "passkey_refused"
    for flags in (PRESENT, VERIFIED, 0):
        asked = passkeys.ask_to_prove(SITE)
        assert refused(unit, device.prove(asked.options, flags=flags), asked) == "passkey_refused"
    asked = passkeys.ask_to_prove(SITE)
    assert refused(unit, device.prove(passkeys.ask_to_prove(SITE).options), asked) == "passkey_refused"


def test_somebody_else_s_passkey_does_not_prove_who_is_signed_in(unit: Unit, owner: Owner) -> None:
    device = Device()
    owner.add(device)
    asked = passkeys.ask_to_prove(SITE)
    assert refused(unit, device.prove(asked.options), asked, only=uuid4()) == "passkey_refused"


def test_the_passkey_of_a_disabled_account_opens_nothing(unit: Unit, owner: Owner, organisation_id: UUID) -> None:
    with unit() as session:
        bo = operations.make_user(
            session,
            email="bo@example.org",
            name="Bo",
            role=Role.REFERRER,
            organisation_id=organisation_id,
            password_hash=None,
            now=NOW,
        )
    device = Device()
    replace(owner, id=bo, role=Role.REFERRER).add(device)
    with unit() as session:
        people.disable(session, user_id=bo, actor=owner.actor, now=NOW)
    asked = passkeys.ask_to_prove(SITE)
    assert refused(unit, device.prove(asked.options), asked) == "passkey_refused"


def test_only_what_a_device_that_knows_its_owner_made_for_us_is_kept(owner: Owner) -> None:
    for device, flags in (
        (Device(), PRESENT),
        (Device(site="evil.example.org"), PRESENT | VERIFIED),
        (Device(origin="https://evil.example.org"), PRESENT | VERIFIED),
    ):
        asked = owner.asked()
        with pytest.raises(RefusedPasskey):
            owner.keep(device.make(asked.options, flags=flags), asked)
    asked, other = owner.asked(), owner.asked()
    with pytest.raises(RefusedPasskey):
        owner.keep(Device().make(other.options), asked)
    assert owner.names() == []


def test_one_passkey_belongs_to_one_account_and_ten_are_the_most(unit: Unit, owner: Owner) -> None:
    device = Device()
    owner.add(device)
    with pytest.raises(Conflict):
        owner.add(replace(device))
    for number in range(2, 11):
        owner.add(Device(), f"Key {number}")
    with pytest.raises(Conflict):
        owner.asked()
    assert len(owner.names()) == 10


@pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 61])
def test_a_passkey_has_a_name(owner: Owner, name: str) -> None:
    with pytest.raises(Invalid):
        owner.add(Device(), name)


def test_a_passkey_is_its_owner_s_to_rename_and_to_give_up(unit: Unit, owner: Owner) -> None:
    first, second = Device(), Device()
    kept, other = owner.add(first), owner.add(second, "Key")
    stranger = Actor(role=Role.ADMIN, user_id=uuid4(), permissions=GRANTS[Role.ADMIN])
    with unit() as session, pytest.raises(NotFound):
        passkeys.rename(session, passkey_id=kept, actor=stranger, name="Mine", now=NOW)
    with unit() as session, pytest.raises(NotFound):
        passkeys.remove(session, passkey_id=kept, actor=stranger, now=NOW)
    with unit() as session:
        passkeys.rename(session, passkey_id=kept, actor=owner.actor, name=" My  phone ", now=NOW)
    assert sorted(owner.names()) == ["Key", "My phone"]  # made at one moment: their order is by chance
    with unit() as session:
        passkeys.remove(session, passkey_id=kept, actor=owner.actor, now=NOW)
    asked = passkeys.ask_to_prove(SITE)
    assert refused(unit, first.prove(asked.options), asked) == "passkey_refused"
    with unit() as session, pytest.raises(Conflict):  # the role asks for a second factor, and this is the last
        passkeys.remove(session, passkey_id=other, actor=owner.actor, now=NOW)


@given(
    answer=st.text(max_size=400)
    | st.recursive(
        st.none() | st.text(),
        lambda x: st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature"]), x
        ),
    ).map(str)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=timedelta(seconds=5))
def test_whatever_else_is_sent_is_refused_and_breaks_nothing(unit: Unit, answer: str) -> None:
    asked = passkeys.ask_to_prove(SITE)
    assert refused(unit, answer, asked) == "passkey_refused"
