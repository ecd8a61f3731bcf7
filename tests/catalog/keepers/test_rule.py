"""Whose a listing is: the rule, the database and every save say the same, and the wide and the narrow fit together."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry, User
from service.accounts.permissions import VISITOR, Actor, Role
from service.catalog import models as m
from service.catalog.changes import GroupChanges
from service.catalog.fresh.deeds import LEADER
from service.catalog.keepers import check, setting
from service.catalog.keepers.rule import Listing, Scope, districts_of, keeps, keeps_shared, lies_in
from service.catalog.models_desk import EditorScope
from service.catalog.operations import edit_group
from service.errors import Forbidden, Invalid
from tests.catalog.editing import ADA, DEE
from tests.catalog.keepers.keeping import at, keep, somebody
from tests.catalog.making import NOW, group

DISTRICTS = ("M3", "M33", "WA14", "33101")
# As people write them: known in part, without a space, in small letters, of another country, or not at all.
POSTCODES = ("M33", "M33 4", "M33 4AB", "m33 4ab", "M334AB", "M3 3AB", "M33AB", "WA14 1AA", "33101-1234", "33101", None)
BODIES = tuple(UUID(int=number) for number in (1, 2, 3))
scopes = st.tuples(st.sets(st.sampled_from(DISTRICTS)), st.sets(st.sampled_from(BODIES)))


def settle(store: Session, mine: Actor) -> dict[UUID, Listing]:
    """Add a listing for each postcode and body, some at two places, some at none; return what the rule asks of each."""
    found = {}
    bodies = {one: m.Organisation(id=one, name=f"Hands {one.int}") for one in BODIES}
    for number, postcode in enumerate(POSTCODES * 2):
        body = bodies[BODIES[number % 3]]
        made = at(store, postcode, f"Table {number}", body)
        postcodes = [postcode]
        if number % 5 == 0:
            other = m.Location(id=uuid4(), postal_code="WA14 5XY")
            store.add_all([other, m.GroupLocation(group_id=made.id, location_id=other.id)])
            postcodes.append("WA14 5XY")
        found[made.id] = Listing(organisation_id=body.id, postcodes=postcodes, made_by=None)
    for number, by in enumerate((mine.user_id, None, uuid4())):
        made = at(store, None, f"Nowhere {number}", bodies[BODIES[number]])
        store.execute(delete(m.GroupLocation).where(m.GroupLocation.group_id == made.id))
        first = {"entity": "group", "entity_id": made.id, "difference": {}, "actor_role": "editor", "at": NOW}
        store.add(m.Revision(version=1, actor_id=by, **first))
        store.add(m.Revision(version=9, actor_id=mine.user_id, **first))
        found[made.id] = Listing(organisation_id=BODIES[number], postcodes=(), made_by=by)
    store.commit()
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(scope=scopes)
def test_the_database_says_what_the_rule_says(store: Session, scope: tuple[set[str], set[UUID]]) -> None:
    known = store.info.setdefault("known", {})
    if not known:
        mine = somebody(store)
        known |= {"mine": mine, "listings": settle(store, mine)}
    mine, listings = known["mine"], known["listings"]
    keep(store, mine, *scope)
    read = check.scope_of(store, mine)
    assert read == Scope(user_id=mine.user_id, districts=frozenset(scope[0]), organisation_ids=frozenset(scope[1]))
    wanted = {one for one, listing in listings.items() if keeps(read, listing)}
    assert check.among(store, list(listings), mine) == wanted
    for one in list(listings)[:: max(1, len(listings) // 4)]:
        assert saved(store, one, mine) is (one in wanted)


def saved(store: Session, group_id: UUID, actor: Actor) -> bool:
    """Try to save a listing, and tell whether that was taken; nothing stays."""
    version = store.scalars(select(m.Group.version).where(m.Group.id == group_id)).one()
    changes = GroupChanges(fields={"description": uuid4().hex})
    before = store.begin_nested()
    try:
        edit_group(
            store,
            group_id=group_id,
            changes=changes,
            expected_version=version,
            actor=actor,
            reason=None,
            now=NOW,
        )
    except Forbidden as refused:
        return refused.code != "out_of_scope"
    finally:
        before.rollback()
        store.expire_all()
    return True


@given(scope=scopes, more=scopes, postcodes=st.lists(st.sampled_from(POSTCODES), max_size=3))
def test_who_keeps_more_keeps_all_that_they_kept(
    scope: tuple[set[str], set[UUID]], more: tuple[set[str], set[UUID]], postcodes: list[str | None]
) -> None:
    small = Scope(user_id=BODIES[0], districts=frozenset(scope[0]), organisation_ids=frozenset(scope[1]))
    large = Scope(
        user_id=BODIES[0], districts=frozenset(scope[0] | more[0]), organisation_ids=frozenset(scope[1] | more[1])
    )
    listing = Listing(organisation_id=BODIES[0], postcodes=postcodes, made_by=None)
    assert keeps(None, listing)
    assert keeps(large, listing) or not keeps(small, listing)
    assert keeps(small, listing) == (BODIES[0] in scope[1] or any(lies_in(one, scope[0]) for one in postcodes))


def test_what_is_shared_is_theirs_if_nobody_else_hears_of_it() -> None:
    scope = Scope(user_id=BODIES[0], districts=frozenset(), organisation_ids=frozenset())

    def told(*, named: bool = False, theirs: int = 0, others: int = 0, by: UUID | None = None) -> bool:
        return keeps_shared(scope, named=named, theirs=theirs, others=others, made_by=by)

    assert told(named=True, others=3)
    assert told(theirs=2)
    assert not told(theirs=2, others=1, by=BODIES[0])
    assert told(by=BODIES[0])
    assert not told(by=BODIES[1])
    assert not told()


def test_districts_are_read_as_they_are_written() -> None:
    assert districts_of(" m33,WA14;\nM33  m3 ") == ("M3", "M33", "WA14")
    assert districts_of("") == ()


def test_nobody_else_is_kept_to_a_part(store: Session) -> None:
    """Administrators, jobs and whoever holds a leader's link; and who has no row keeps all of it."""
    narrow = keep(store, somebody(store), ["WA14"])
    runs = Actor(role=Role.ADMIN, user_id=narrow.user_id, permissions=DEE.permissions)
    job = Actor(role=Role.EDITOR, permissions=ADA.permissions)
    made = group(store)
    for actor in (runs, job, LEADER, somebody(store)):
        assert check.scope_of(store, actor) is None
        assert saved(store, made.id, actor)
    assert not saved(store, made.id, narrow)


def let(store: Session, mine: Actor, **more: Any) -> None:
    known: dict[str, Any] = {
        "districts": ["M33"],
        "organisation_ids": [],
        "known": DISTRICTS,
        "actor": DEE,
        "now": NOW,
        **more,
    }
    assert mine.user_id is not None
    setting.let_keep(store, user_id=mine.user_id, **known)


def test_an_administrator_says_it_and_takes_it_back_and_the_record_says_no_more_than_that(store: Session) -> None:
    mine, body = somebody(store), m.Organisation(id=uuid4(), name="Sale Tables")
    store.add(body)
    store.flush()
    assert mine.user_id is not None
    let(store, mine, districts=["WA14", "M33", "M33"], organisation_ids=[body.id])
    kept = setting.kept_by(store, mine.user_id)
    assert kept == setting.Kept(districts=("M33", "WA14"), organisations=((body.id, "Sale Tables"),))
    setting.let_keep_all(store, user_id=mine.user_id, actor=DEE, now=NOW)
    setting.let_keep_all(store, user_id=mine.user_id, actor=DEE, now=NOW)
    assert setting.kept_by(store, mine.user_id) is None
    rows = store.scalars(select(AuditEntry).where(AuditEntry.action == "set_scope")).all()
    assert [(row.subject, row.subject_id) for row in rows] == [("user_account", mine.user_id)] * 2
    assert not any("M33" in str(vars(row)) or "Sale" in str(vars(row)) for row in rows)


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"districts": []}, "districts", "needed"),
        ({"districts": ["M33", "ZZ99"]}, "districts", "unknown_district"),
        ({"districts": [f"M{n}" for n in range(300)], "known": {f"M{n}" for n in range(300)}}, "districts", "too_many"),
        ({"organisation_ids": [uuid4()]}, "organisations", "unknown_organisation"),
    ],
)
def test_what_is_not_there_cannot_be_kept(store: Session, more: dict[str, Any], field: str, code: str) -> None:
    mine = somebody(store)
    with pytest.raises(Invalid) as refused:
        let(store, mine, **more)
    assert refused.value.fields[field].code == code
    assert store.scalars(select(EditorScope)).all() == []


def test_no_editor_says_what_editors_keep(store: Session) -> None:
    for actor in (ADA, VISITOR):
        with pytest.raises(Forbidden, match="manage"):
            let(store, somebody(store), actor=actor)
        with pytest.raises(Forbidden, match="manage"):
            setting.let_keep_all(store, user_id=uuid4(), actor=actor, now=NOW)


def test_with_an_account_goes_what_it_kept(store: Session) -> None:
    mine = keep(store, somebody(store), ["M33"])
    store.execute(delete(User).where(User.id == mine.user_id))
    assert store.scalars(select(EditorScope.user_id)).all() == []
