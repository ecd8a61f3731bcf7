"""What people asked for on their own pages waits for whoever runs their organisation, and for nobody else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.errors import NotFound
from service.referrals import links
from service.referrals.people import asks, own
from tests.referrals.cast import NOW, SEALER, World, refer, request
from tests.referrals.cast import Post as Links
from tests.referrals.people.helped import LATER, POST


def manager(organisation: UUID) -> Actor:
    return Actor(role=Role.ORG_MANAGER, organisation_id=organisation, permissions=GRANTS[Role.ORG_MANAGER])


@pytest.fixture
def asked(store: Session, cast: World, asking: Links) -> UUID:
    """Somebody asks for a copy, and a day later for its erasure; returns their referral."""
    view = refer(store, asking, cast.bo, request(cast.group))
    token = uuid4().hex
    links.give(store, person_id=view.person_id, organisation_id=cast.clinic, purpose="own", token=token, now=NOW)
    for later, kind in enumerate(("copy", "erasure")):
        own.ask(store, sealer=SEALER, token=token, proof="", kind=kind, post=POST, now=LATER + timedelta(days=later))
    return view.id


def kinds(store: Session, actor: Actor) -> list[str]:
    return [one.kind for one in asks.waiting(store, actor=actor)]


def test_the_longest_waiting_comes_first_and_goes_when_it_is_met(store: Session, cast: World, asked: UUID) -> None:
    odo = manager(cast.clinic)
    found = asks.waiting(store, actor=odo)
    assert [(one.kind, one.referral_id) for one in found] == [("copy", asked), ("erasure", asked)]
    asks.met(store, ask_id=found[0].id, actor=odo, now=LATER)
    assert kinds(store, odo) == ["erasure"]


def test_nobody_else_sees_or_settles_it(store: Session, cast: World, asked: UUID) -> None:
    first = asks.waiting(store, actor=manager(cast.clinic))[0]
    assert first.referral_id == asked
    for stranger in (manager(cast.elsewhere), cast.bo, cast.lin, cast.dee):
        assert kinds(store, stranger) == []
        with pytest.raises(NotFound):
            asks.met(store, ask_id=first.id, actor=stranger, now=LATER)
    assert kinds(store, manager(cast.clinic)) == ["copy", "erasure"]
