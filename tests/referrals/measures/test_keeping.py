"""Answers are kept with a yes only, sealed, for one organisation, and go with the person or with the yes."""

import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.record.audit import Purpose
from service.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from service.referrals import erasure, export, links
from service.referrals.measures import operations, queries
from service.referrals.measures.definitions import MEASURES, SHEETS
from service.referrals.measures.operations import Sitting
from service.referrals.models import Consent, Referral
from service.referrals.models_measures import Assessment
from tests.referrals.cast import NOW, SEALER, Post, World, refer, request

LONELY = {"company": "often", "left_out": "often", "cut_off": "sometimes", "lonely": "always"}
HERE = Sitting(mode="phone", taken_on=NOW.date(), yes=True)


@pytest.fixture
def referral(store: Session, cast: World, post: Post) -> UUID:
    return refer(store, post, cast.bo, request(cast.group)).id


def take(
    store: Session, referral: UUID, by: Actor, sitting: Sitting = HERE, sheet: str = "feeling", **said: str
) -> None:
    operations.take(
        store,
        sealer=SEALER,
        referral_id=referral,
        measures=SHEETS[sheet],
        answers=said or LONELY,
        sitting=sitting,
        actor=by,
        now=NOW,
    )


def course(store: Session, referral: UUID, by: Actor) -> queries.Course | None:
    return operations.read_course(store, sealer=SEALER, referral_id=referral, actor=by, now=NOW)


def kept(store: Session) -> int:
    return store.scalar(select(func.count()).select_from(Assessment)) or 0


def person(store: Session, referral: UUID) -> UUID:
    return store.get_one(Referral, referral).person_id


def test_what_was_answered_is_read_back_with_its_figures(store: Session, cast: World, referral: UUID) -> None:
    take(store, referral, cast.lin)
    found = course(store, referral, cast.lin)
    assert found is not None
    told = sorted((one.instrument, one.mode, dict(one.figures)) for one in found.taken)
    assert told == [("ons_direct", "phone", {}), ("ucla3", "phone", {"sum": 8})]
    assert dict(next(one for one in found.taken if one.instrument == "ucla3").answers) == {
        "company": "often",
        "left_out": "often",
        "cut_off": "sometimes",
    }


def test_nothing_readable_lies_in_the_table(store: Session, cast: World, referral: UUID) -> None:
    take(store, referral, cast.lin, sheet="groups", name_1="zqaxchoir", wish_1="restart")
    row = store.scalars(select(Assessment)).one()
    assert b"zqaxchoir" not in row.answers
    assert b"restart" not in row.scores
    assert json.loads(SEALER.open(f"assessment:{row.id}:scores", row.scores)) == {"now": 0, "restart": 1, "join": 0}


def test_without_a_yes_nothing_is_kept(store: Session, cast: World, referral: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        take(store, referral, cast.lin, Sitting(mode="help", taken_on=NOW.date()))
    assert refused.value.fields["yes"].code == "no_yes"
    assert kept(store) == 0


def test_one_yes_is_enough_until_it_is_taken_back(store: Session, cast: World, referral: UUID) -> None:
    take(store, referral, cast.lin)
    take(store, referral, cast.lin, Sitting(mode="help", taken_on=NOW.date()), sheet="life", happy="7")
    yes = store.scalars(select(Consent).where(Consent.purpose == "measures")).one()
    assert (yes.organisation_id, yes.group_id, yes.items) == (cast.clinic, None, ["measures"])
    assert yes.expires_at - NOW <= timedelta(days=366)
    yes.withdrawn_at = NOW
    store.flush()
    found = course(store, referral, cast.lin)
    assert found is not None
    assert (found.agreed, found.taken) == (False, ())
    assert operations.forget(store, person_id=found.person_id, organisation_id=cast.clinic) == 3
    assert kept(store) == 0


@pytest.mark.parametrize(
    ("sitting", "said", "field", "code"),
    [
        (HERE, {"company": ""}, "company", "nothing_answered"),
        (HERE, {"company": "x"}, "company", "unknown_choice"),
        (Sitting(mode="dream", taken_on=NOW.date(), yes=True), LONELY, "mode", "unknown_choice"),
        (Sitting(mode="help", taken_on=NOW.date() + timedelta(days=1), yes=True), LONELY, "taken_on", "in_future"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    store: Session, cast: World, referral: UUID, sitting: Sitting, said: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        take(store, referral, cast.lin, sitting, **said)
    assert {name: one.code for name, one in refused.value.fields.items()} == {field: code}
    assert kept(store) == 0


def test_only_who_helps_there_reads_or_takes(store: Session, cast: World, referral: UUID) -> None:
    for other in (cast.dee, cast.bo):
        with pytest.raises(NotFound):
            take(store, referral, other)
        assert course(store, referral, other) is None
    with pytest.raises(NotFound):
        take(store, uuid4(), cast.lin)
    denied = store.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied")).all()
    assert {(row.action, row.subject_id) for row in denied} == {("work_cases", referral)}


def test_their_own_link_is_used_once_and_keeps_only_with_a_yes(store: Session, cast: World, referral: UUID) -> None:
    for yes, rows in ((False, 0), (True, 2)):
        token = uuid4().hex
        operations.give_link(store, referral_id=referral, token=token, actor=cast.lin, now=NOW)
        operations.answer(store, sealer=SEALER, token=token, answers=LONELY, yes=yes, now=NOW)
        assert kept(store) == rows
        with pytest.raises(Gone):
            operations.answer(store, sealer=SEALER, token=token, answers=LONELY, yes=yes, now=NOW)
    found = course(store, referral, cast.lin)
    assert found is not None
    assert {one.mode for one in found.taken} == {"self"}


def test_a_new_link_ends_the_one_before(store: Session, cast: World, referral: UUID) -> None:
    first, second = uuid4().hex, uuid4().hex
    for token in (first, second):
        operations.give_link(store, referral_id=referral, token=token, actor=cast.lin, now=NOW)
    with pytest.raises(Gone):
        links.find(store, token=first, purpose="measures", now=NOW)
    assert links.find(store, token=second, purpose="measures", now=NOW).person_id == person(store, referral)


def test_what_matters_to_somebody_is_theirs_and_not_written_over(store: Session, cast: World, referral: UUID) -> None:
    def write(words: str, version: int | None) -> None:
        operations.write_story(
            store, sealer=SEALER, referral_id=referral, words=words, version=version, actor=cast.lin, now=NOW
        )

    found = course(store, referral, cast.lin)
    assert found is not None
    write(" Tuesdays at the church teas. ", found.version)
    again = course(store, referral, cast.lin)
    assert again is not None
    assert again.story == "Tuesdays at the church teas."
    with pytest.raises(Conflict):
        write("Something else", found.version)
    with pytest.raises(Invalid):
        write("x" * 4001, again.version)


def test_a_licensed_measure_opens_with_the_licence_and_for_that_organisation(
    store: Session, cast: World, referral: UUID
) -> None:
    manager = Actor(
        role=Role.ORG_MANAGER,
        user_id=cast.lin.user_id,
        organisation_id=cast.clinic,
        permissions=GRANTS[Role.ORG_MANAGER],
    )
    assert operations.measures_of(store, sheet="who5", actor=cast.lin) == ()
    operations.enter_licence(store, instrument="who5", number=" W 12 ", actor=manager, now=NOW)
    assert operations.measures_of(store, sheet="who5", actor=cast.lin) == (MEASURES["who5"],)
    assert operations.measures_of(store, sheet="who5", actor=cast.dee) == ()
    assert queries.licensed(store, organisation_id=cast.clinic) == {"who5": "W 12"}
    operations.enter_licence(store, instrument="who5", number="", actor=manager, now=NOW)
    assert operations.measures_of(store, sheet="who5", actor=cast.lin) == ()
    with pytest.raises(Forbidden):
        operations.enter_licence(store, instrument="who5", number="1", actor=cast.lin, now=NOW)
    for instrument, number in (("ucla3", "1"), ("who5", "x" * 101)):
        with pytest.raises(Invalid):
            operations.enter_licence(store, instrument=instrument, number=number, actor=manager, now=NOW)


def test_it_is_given_out_and_erased_with_the_person(store: Session, cast: World, referral: UUID) -> None:
    take(store, referral, cast.lin, Sitting(mode="paper", taken_on=date(2026, 2, 1), yes=True))
    who = person(store, referral)
    told = export.about_person(store, person_id=who, sealer=lambda _purpose: SEALER, now=NOW)
    assert any("often" in str(row["answers"]) for row in told["kept"]["assessment"])
    assert erasure.erase_person(store, person_id=who, purpose=Purpose.SUBJECT_REQUEST, now=NOW)
    assert kept(store) == 0
