"""A person's own page: shown to them alone, one press takes one yes back, and all that rested on it ends at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.record.audit import Purpose
from service.catalog.models import Group, Organisation
from service.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from service.referrals import links
from service.referrals.answering import operations as answers
from service.referrals.erasure import erase_person
from service.referrals.history import step
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.models import Consent, Introduction, LeaderLink, Person, Referral
from service.referrals.models_people import PersonAsk
from service.referrals.people import own
from service.referrals.people.queries import consents
from service.referrals.queries import ReferralView
from tests.referrals.cast import NOW, SEALER, World, person, refer, request
from tests.referrals.cast import Post as Links
from tests.referrals.people.helped import IVO, LATER, POST, add, say_yes, waiting


@pytest.fixture
def view(store: Session, cast: World, asking: Links) -> ReferralView:
    """A referral to the singers, who have been asked."""
    store.get_one(Group, cast.group).email = "singers@example.org"
    return refer(store, asking, cast.bo, request(cast.group, who=person(contact="ivo.zqax@example.org")))


@pytest.fixture
def token(store: Session, cast: World, view: ReferralView) -> str:
    return link(store, cast, view.person_id)


def link(store: Session, cast: World, person_id: UUID) -> str:
    token = uuid4().hex
    links.give(store, person_id=person_id, organisation_id=cast.clinic, purpose="own", token=token, now=NOW)
    return token


def seen(store: Session, token: str, proof: str = "") -> own.Own:
    return own.see(store, sealer=SEALER, token=token, proof=proof, now=LATER)


def take_back(store: Session, token: str, consent_id: UUID) -> None:
    own.withdraw(store, sealer=SEALER, token=token, proof="", consent_id=consent_id, post=POST, now=LATER)


def only_yes(store: Session, person_id: UUID) -> UUID:
    return store.scalars(select(Consent.id).where(Consent.person_id == person_id)).one()


def test_the_page_says_what_was_agreed_to_whom_and_until_when(store: Session, token: str) -> None:
    page = seen(store, token)
    assert page.going_on
    assert [(one.group_name, one.state) for one in page.steps] == [("Evening Singers", "sent")]
    told = [(one.recipient.name, set(one.items), one.holds) for one in page.consents]
    assert told == [("Evening Singers", {"name", "contact", "access_needs"}, True)]


def test_one_press_ends_the_group_s_link_and_asks_it_to_erase(
    store: Session, cast: World, view: ReferralView, token: str, asking: Links
) -> None:
    take_back(store, token, only_yes(store, view.person_id))
    assert store.scalars(select(Introduction)).one().state == "withdrawn"
    assert store.get_one(Referral, view.id).state == "planned"
    assert store.scalars(select(LeaderLink)).one().revoked_at == LATER
    with pytest.raises(Gone):
        answers.see(store, sealer=SEALER, token=asking.last, now=LATER)
    told = [one for one in waiting(store) if one.template == "please_erase"]
    assert [one.to for one in told] == ["singers@example.org"]
    row = store.get_one(Consent, only_yes(store, view.person_id))
    assert (row.withdrawn_at, set(row.items)) == (LATER, {"name", "contact", "access_needs"})  # the proof stays


def test_a_group_without_an_address_of_its_own_is_asked_to_erase_by_its_organisation_s(
    store: Session, cast: World, view: ReferralView, token: str
) -> None:
    group = store.get_one(Group, cast.group)
    group.email = None
    store.get_one(Organisation, group.organisation_id).email = "hall@example.org"
    take_back(store, token, only_yes(store, view.person_id))
    assert [one.to for one in waiting(store) if one.template == "please_erase"] == ["hall@example.org"]


def test_whoever_helps_rings_a_group_that_has_no_address_and_is_to_erase(
    store: Session, cast: World, view: ReferralView, token: str
) -> None:
    group = store.get_one(Group, cast.group)
    group.email = store.get_one(Organisation, group.organisation_id).email = None
    take_back(store, token, only_yes(store, view.person_id))
    said = [one for one in waiting(store) if one.template in ("please_erase", "ring_to_erase")]
    assert [(one.template, one.to) for one in said] == [("ring_to_erase", "bo@example.org")]


def test_taking_back_twice_is_once(store: Session, view: ReferralView, token: str) -> None:
    for _ in range(2):
        take_back(store, token, only_yes(store, view.person_id))
    assert len([one for one in waiting(store) if one.template == "please_erase"]) == 1
    assert len(store.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw_consent")).all()) == 1


@pytest.mark.parametrize("state", ["accepted", "waitlisted", "booked", "attended"])
def test_sharing_stops_wherever_the_person_stands(store: Session, view: ReferralView, token: str, state: str) -> None:
    store.scalars(select(Introduction)).one().state = state
    store.flush()
    take_back(store, token, only_yes(store, view.person_id))
    assert store.scalars(select(Introduction)).one().state == "withdrawn"
    assert not [one for one in consents(store, person_id=view.person_id, now=LATER) if one.holds]


def test_nobody_takes_back_what_another_said(store: Session, cast: World, token: str) -> None:
    other = add(store, cast.lin)
    theirs = say_yes(store, cast.lin, other, "measures", cast.clinic, "measures")
    with pytest.raises(NotFound):
        take_back(store, token, theirs)
    assert store.get_one(Consent, theirs).withdrawn_at is None


def test_without_help_nothing_goes_on(store: Session, cast: World, view: ReferralView, token: str) -> None:
    yes = say_yes(store, cast.lin, view.person_id, "link_work", cast.clinic, "name", "contact")
    store.get_one(Referral, view.id).owner_user_id = cast.lin.user_id
    take_back(store, token, yes)
    row = store.get_one(Referral, view.id)
    assert (row.state, row.close_reason) == ("closed", "declined")
    assert "lin@example.org" in [one.to for one in waiting(store) if one.template == "please_erase"]


def test_the_referrer_is_told_no_more(store: Session, cast: World, view: ReferralView, token: str) -> None:
    yes = say_yes(store, cast.lin, view.person_id, "tell_referrer", cast.clinic, "outcome")
    take_back(store, token, yes)
    assert store.get_one(Referral, view.id).state == "introduced"
    assert [one.to for one in waiting(store) if one.template == "please_erase"] == ["bo@example.org"]


def test_somebody_who_stops_is_asked_for_no_reason(store: Session, view: ReferralView, token: str) -> None:
    own.stop(store, sealer=SEALER, token=token, proof="", post=POST, now=LATER)
    row = store.get_one(Referral, view.id)
    assert (row.state, row.close_reason) == ("closed", "declined")
    assert all(one.state in TERMINAL[Machine.INTRODUCTION] for one in store.scalars(select(Introduction)))
    assert store.scalars(select(LeaderLink)).one().revoked_at is not None
    assert not seen(store, token).going_on


@pytest.mark.parametrize("kind", ["copy", "erasure"])
def test_a_wish_is_kept_once_until_it_is_met_and_goes_with_the_person(
    store: Session, view: ReferralView, token: str, kind: str
) -> None:
    for _ in range(2):
        own.ask(store, sealer=SEALER, token=token, proof="", kind=kind, post=POST, now=LATER)
    assert seen(store, token).asked == {kind}
    assert len(store.scalars(select(PersonAsk)).all()) == 1
    assert [one.to for one in waiting(store) if one.template == "person_said"] == ["bo@example.org"]
    assert erase_person(store, person_id=view.person_id, purpose=Purpose.SUBJECT_REQUEST, now=LATER)
    assert store.scalars(select(PersonAsk)).all() == []


def test_nothing_else_can_be_asked_for(store: Session, token: str) -> None:
    with pytest.raises(Invalid):
        own.ask(store, sealer=SEALER, token=token, proof="", kind="a pony", post=POST, now=LATER)


def reached(store: Session, token: str, **changed: str) -> None:
    page = seen(store, token)
    given = replace(page.given, **changed)  # type: ignore[arg-type]
    own.change_reach(
        store, sealer=SEALER, token=token, proof="", given=given, version=page.version, post=POST, now=LATER
    )


def test_somebody_changes_how_they_are_reached_and_nothing_else(store: Session, token: str) -> None:
    reached(store, token, contact_rule="none", contact="", needs="changed", preferred_name="Changed")
    page = seen(store, token)
    assert (page.given.contact_rule, page.given.contact) == ("none", "")
    assert "changed" not in (page.given.needs, page.preferred_name.lower())


def test_a_way_that_leads_nowhere_is_refused(store: Session, token: str) -> None:
    with pytest.raises(Invalid) as refused:
        reached(store, token, contact_rule="email", contact="01632 960555")
    assert set(refused.value.fields) == {"contact"}
    with pytest.raises(Conflict):
        own.change_reach(store, sealer=SEALER, token=token, proof="", given=IVO, version=99, post=POST, now=LATER)


@pytest.fixture
def guarded(store: Session, cast: World) -> str:
    """The link of somebody whose day of birth is kept."""
    return link(store, cast, add(store, cast.lin))


ACTS: dict[str, Callable[[Session, str], object]] = {
    "see": seen,
    "stop": lambda store, token: own.stop(store, sealer=SEALER, token=token, proof="", post=POST, now=LATER),
    "withdraw": lambda store, token: take_back(store, token, uuid4()),
    "copy": lambda store, token: own.ask(
        store, sealer=SEALER, token=token, proof="x", kind="copy", post=POST, now=LATER
    ),
}


@pytest.mark.parametrize("act", list(ACTS))
def test_where_a_birthday_is_kept_nothing_happens_before_it_was_said(store: Session, guarded: str, act: str) -> None:
    assert own.wants_birthday(store, token=guarded, now=LATER)
    with pytest.raises(Forbidden):
        ACTS[act](store, guarded)


def test_the_right_day_opens_the_page_for_half_an_hour(store: Session, guarded: str) -> None:
    proof = own.prove(store, sealer=SEALER, token=guarded, born=IVO.born, now=LATER)
    assert proof
    assert seen(store, guarded, proof).preferred_name == IVO.preferred_name
    with pytest.raises(Forbidden):
        own.see(store, sealer=SEALER, token=guarded, proof=proof, now=LATER + timedelta(minutes=30))


def test_one_proof_opens_no_other_page(store: Session, cast: World, guarded: str) -> None:
    proof = own.prove(store, sealer=SEALER, token=guarded, born=IVO.born, now=LATER)
    other = link(store, cast, add(store, cast.lin))
    with pytest.raises(Forbidden):
        seen(store, other, proof or "")


def test_three_wrong_days_end_the_link(store: Session, guarded: str) -> None:
    for _ in range(3):
        assert own.prove(store, sealer=SEALER, token=guarded, born="1950-05-18", now=LATER) is None
    with pytest.raises(Gone):
        own.prove(store, sealer=SEALER, token=guarded, born=IVO.born, now=LATER)


def test_a_new_link_ends_the_one_before_and_goes_only_where_it_may(store: Session, cast: World) -> None:
    made = add(store, cast.lin)
    first, second = uuid4().hex, uuid4().hex
    for token in (first, second):
        assert send(store, cast, made, token)
    with pytest.raises(Gone):
        own.wants_birthday(store, token=first, now=LATER)
    assert own.wants_birthday(store, token=second, now=LATER)
    quiet = add(store, cast.lin, replace(IVO, contact_rule="none"))
    assert not send(store, cast, quiet, uuid4().hex)
    assert [one.to for one in waiting(store)] == [IVO.contact, IVO.contact]


def send(store: Session, cast: World, person_id: UUID, token: str) -> bool:
    return own.send_link(
        store,
        sealer=SEALER,
        person_id=person_id,
        token=token,
        link=f"http://127.0.0.1:8000/en/my/{token}",
        post=POST,
        actor=cast.lin,
        now=NOW,
    )


def test_when_somebody_has_died_nobody_is_written_to(store: Session, cast: World, view: ReferralView) -> None:
    row = store.get_one(Referral, view.id)
    row.close_reason = "died"
    step(store, row, "closed", Part.PERSON, cast.lin, LATER)
    assert store.get_one(Person, view.person_id).contact_rule == "none"
    assert not send(store, cast, view.person_id, uuid4().hex)
