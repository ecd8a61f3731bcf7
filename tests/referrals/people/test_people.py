"""People: kept once and sealed, found again by those who help them and by nobody else, made one where they are two."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.referrals.models import Consent, Person, Referral
from service.referrals.people import merging, operations, own, queries
from service.referrals.people.given import PersonGiven, Yes, contact_key, name_key, problems, yes_problems
from service.referrals.people.merging import together
from tests.referrals.cast import NOW, SEALER, World, person, refer, request
from tests.referrals.cast import Post as Links
from tests.referrals.people.helped import IVO, LATER, POST, add, say_yes, waiting


def seen(session: Session, actor: Actor, person_id: UUID) -> queries.PersonView:
    return queries.person(session, sealer=SEALER, person_id=person_id, actor=actor, now=LATER)


def same(session: Session, actor: Actor, given: PersonGiven) -> list[tuple[UUID, str]]:
    found = queries.same(session, sealer=SEALER, given=given, actor=actor)
    return [(one.person_id, one.by) for one in found]


def change(session: Session, actor: Actor, person_id: UUID, given: PersonGiven, version: int = 1) -> None:
    operations.change(
        session, sealer=SEALER, person_id=person_id, given=given, version=version, post=POST, actor=actor, now=LATER
    )


def test_what_was_said_is_read_again_and_lies_sealed(store: Session, cast: World) -> None:
    made = add(store, cast.lin)
    assert seen(store, cast.lin, made).given == IVO
    row = store.get_one(Person, made)
    kept = b"".join(one for one in vars(row).values() if isinstance(one, bytes))
    assert b"zqax" not in kept
    assert b"1950" not in kept


def test_a_referrer_sees_their_own_people_link_workers_all_of_their_house_and_others_nobody(
    store: Session, cast: World
) -> None:
    made = add(store, cast.bo)
    assert seen(store, cast.bo, made).given.preferred_name == IVO.preferred_name
    assert seen(store, cast.lin, made).given == IVO
    for stranger in (cast.beth, cast.dee):
        with pytest.raises(NotFound):
            seen(store, stranger, made)
        with pytest.raises(NotFound):
            change(store, stranger, made, IVO)


def test_whoever_helps_from_another_house_sees_what_was_agreed_and_no_more(
    store: Session, cast: World, asking: Links
) -> None:
    view = refer(store, asking, cast.bo, request(cast.group))
    store.get_one(Referral, view.id).service_organisation_id = cast.elsewhere
    with pytest.raises(NotFound):
        seen(store, cast.dee, view.person_id)
    yes = say_yes(store, cast.lin, view.person_id, "link_work", cast.elsewhere, "name", "contact")
    shown = seen(store, cast.dee, view.person_id)
    assert shown.given.preferred_name
    assert shown.given.contact
    assert (shown.given.needs, shown.given.born, shown.given.story) == ("", "", "")
    change(store, cast.dee, view.person_id, replace(shown.given, contact="01632 960555"), shown.version)
    assert seen(store, cast.lin, view.person_id).given.needs
    operations.withdraw(store, person_id=view.person_id, consent_id=yes, post=POST, actor=cast.lin, now=LATER)
    with pytest.raises(NotFound):
        seen(store, cast.dee, view.person_id)


def test_nobody_without_the_right_adds_anybody(store: Session, cast: World) -> None:
    with pytest.raises(Forbidden):
        add(store, replace(cast.lin, permissions=frozenset()))


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"preferred_name": " "}, "preferred_name", "missing"),
        ({"contact": ""}, "contact", "contact_needed"),
        ({"contact": "01632 960555"}, "contact", "no_email"),
        ({"contact_rule": "text"}, "contact", "no_text"),
        ({"contact_rule": "phone", "contact": "June will know"}, "contact", "no_phone"),
        ({"contact_rule": "pigeon"}, "contact_rule", "unknown_choice"),
        ({"language": "x"}, "language", "unknown_choice"),
        ({"interpreter": "Polish, please"}, "interpreter", "unknown_choice"),
        ({"born": "yesterday"}, "born", "no_day"),
        ({"born": "2999-01-01"}, "born", "no_day"),
        ({"born": "1850-01-01"}, "born", "no_day"),
        ({"story": "x" * 2001}, "story", "too_long"),
        ({"contact_notes": "a\x00b"}, "contact_notes", "wrong_form"),
    ],
)
def test_everything_that_is_wrong_is_told_and_nothing_is_kept(
    store: Session, cast: World, changed: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(store, cast.lin, replace(IVO, **changed))  # type: ignore[arg-type]
    assert {name: one.code for name, one in refused.value.fields.items()} == {field: code}
    assert store.scalar(select(func.count()).select_from(Person)) == 0


def test_nobody_to_be_written_to_needs_no_contact() -> None:
    assert problems(replace(IVO, contact="", contact_rule="none"), date(2026, 11, 23)) == {}


def test_who_was_born_lately_is_under_18_ticked_or_not() -> None:
    young = replace(IVO, born="2010-11-24")
    assert young.care(date(2028, 11, 23)) == "under_18"
    assert young.care(date(2028, 11, 24)) == ""


@drawn(st.text(max_size=40))
def test_a_name_is_the_same_in_any_letters_and_with_any_blanks(text: str) -> None:
    assert name_key(f"  {text} ") == name_key(text)
    assert name_key(name_key(text)) == name_key(text)
    assert contact_key(contact_key(text)) == contact_key(text)


def test_the_same_person_is_found_by_contact_and_name_the_surest_first(store: Session, cast: World) -> None:
    both, contact, name = (
        add(store, cast.lin, one)
        for one in (
            IVO,
            replace(IVO, preferred_name="Iva", born=""),
            replace(IVO, contact="other@example.org", born=""),
        )
    )
    add(store, cast.lin, replace(IVO, born="1951-01-01"))  # born on another day: somebody else
    add(store, cast.lin, replace(IVO, preferred_name="Uwe", contact="uwe@example.org"))
    asked = replace(IVO, preferred_name="IVO  Zqaxname", contact=" Ivo.Zqax@Example.org")
    assert same(store, cast.lin, asked) == [(both, "both"), (contact, "contact"), (name, "name")]


def test_people_of_others_are_never_shown_as_the_same(store: Session, cast: World) -> None:
    add(store, cast.bo)
    for stranger in (cast.dee, cast.beth):
        assert same(store, stranger, IVO) == []
    marks = {add(store, cast.dee): None, add(store, cast.lin): None}
    hashes = {store.get_one(Person, one).name_hash for one in marks}
    assert len(hashes) == 2  # nobody can tell from the rows that two houses know the same person


def test_that_somebody_is_helped_already_is_said_only_where_they_agreed(
    store: Session, cast: World, asking: Links
) -> None:
    who = person(preferred_name=IVO.preferred_name, contact=IVO.contact)
    view = refer(store, asking, cast.bo, request(cast.group, who=who))
    row = store.get_one(Person, view.person_id)
    known = {"sealer": SEALER, "given": IVO, "now": LATER}
    assert not queries.known(store, actor=cast.beth, **known)  # type: ignore[arg-type]
    yes = say_yes(store, cast.lin, view.person_id, "tell_referrer", cast.clinic, "outcome")
    assert queries.known(store, actor=cast.beth, **known)  # type: ignore[arg-type]
    assert not queries.known(store, actor=cast.dee, **known)  # type: ignore[arg-type]
    operations.withdraw(store, person_id=row.id, consent_id=yes, post=POST, actor=cast.lin, now=LATER)
    assert not queries.known(store, actor=cast.beth, **known)  # type: ignore[arg-type]


def test_of_two_who_change_somebody_the_second_is_told(store: Session, cast: World) -> None:
    made = add(store, cast.lin)
    change(store, cast.lin, made, replace(IVO, preferred_name="Iwo"))
    with pytest.raises(Conflict):
        change(store, cast.lin, made, replace(IVO, preferred_name="Ivan"))
    assert seen(store, cast.lin, made).given.preferred_name == "Iwo"


@pytest.mark.parametrize("changed", [{"contact_rule": "none"}, {"contact": "new@example.org"}])
def test_who_is_to_be_left_alone_gets_nothing_that_waited(store: Session, cast: World, changed: dict[str, str]) -> None:

    made = add(store, cast.lin)
    assert own.send_link(
        store, sealer=SEALER, person_id=made, token=uuid4().hex, link="x", post=POST, actor=cast.lin, now=NOW
    )
    assert [one.to for one in waiting(store)] == [IVO.contact]
    change(store, cast.lin, made, replace(IVO, **changed))  # type: ignore[arg-type]
    assert waiting(store) == []


def test_a_yes_takes_the_place_of_the_one_before_and_lasts_a_year_at_most(store: Session, cast: World) -> None:
    made = add(store, cast.lin)
    say_yes(store, cast.lin, made, "introduction", cast.group, "name", "contact")
    say_yes(store, cast.lin, made, "introduction", cast.group, "name")
    held = [one for one in queries.consents(store, person_id=made, now=LATER) if one.holds]
    assert [one.items for one in held] == [("name",)]
    for row in store.scalars(select(Consent)):
        assert row.expires_at <= NOW + timedelta(days=366)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"given": False}, "given"),
        ({"words_version": "1999-01"}, "given"),
        ({"items": frozenset()}, "items"),
        ({"items": frozenset({"name", "measures"})}, "items"),
        ({"method": "guessed"}, "method"),
        ({"given_by": "neighbour"}, "given_by"),
        ({"given_by": "representative"}, "representative"),
        ({"representative": "his sister"}, "representative"),
        ({"months": 13}, "months"),
        ({"months": 0}, "months"),
        ({"purpose": "adverts"}, "purpose"),
    ],
)
def test_what_is_no_plain_yes_is_no_yes(changed: dict[str, object], field: str) -> None:
    whole = Yes(purpose="introduction", recipient=uuid4(), items=frozenset({"name"}), method="spoken")
    assert yes_problems(whole) == {}
    assert set(yes_problems(replace(whole, **changed))) == {field}  # type: ignore[arg-type]


def test_nobody_says_yes_to_a_house_that_has_nothing_to_do_with_them(store: Session, cast: World) -> None:
    made = add(store, cast.lin)
    for purpose, recipient in (("link_work", cast.elsewhere), ("introduction", uuid4())):
        with pytest.raises(Invalid):
            say_yes(store, cast.lin, made, purpose, recipient, "name")


def test_two_records_become_one_and_everything_follows(store: Session, cast: World, asking: Links) -> None:
    view = refer(store, asking, cast.bo, request(cast.group))
    kept = add(store, cast.lin, replace(IVO, needs="", contact_rule="email"))
    yes = say_yes(store, cast.lin, view.person_id, "measures", cast.clinic, "measures")
    store.get_one(Person, view.person_id).contact_rule = "none"
    store.flush()
    version = store.get_one(Person, view.person_id).version
    merging.merge(
        store,
        sealer=SEALER,
        keep_id=kept,
        other_id=view.person_id,
        version=version,
        post=POST,
        actor=cast.lin,
        now=LATER,
    )
    assert store.get(Person, view.person_id) is None
    assert store.get_one(Referral, view.id).person_id == kept
    assert store.get_one(Consent, yes).person_id == kept
    made = seen(store, cast.lin, kept).given
    assert (made.contact_rule, made.contact) == ("none", IVO.contact)
    assert made.needs
    last = store.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert last is not None
    assert (last.action, last.subject_id) == ("merge_people", kept)


def test_nobody_merges_people_of_two_houses_or_one_with_itself(store: Session, cast: World) -> None:
    own, others = add(store, cast.lin), add(store, cast.dee)
    for keep, other in ((own, own), (own, others), (others, own)):
        with pytest.raises((Invalid, NotFound)):
            merging.merge(
                store,
                sealer=SEALER,
                keep_id=keep,
                other_id=other,
                version=1,
                post=POST,
                actor=cast.lin,
                now=LATER,
            )


def test_the_safer_of_two_rules_holds_whichever_is_kept() -> None:
    quiet = replace(IVO, contact_rule="none", safety=True)
    for made in (together(IVO, quiet), together(quiet, IVO)):
        assert (made.contact_rule, made.safety) == ("none", True)
