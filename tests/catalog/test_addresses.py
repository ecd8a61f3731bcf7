"""A group's addresses last: the short code is its own for ever, and a word it once had still leads to it."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, VISITOR, Actor, Role
from service.catalog import addresses, history, seeding, short_codes
from service.catalog import models as m
from service.catalog.changes import GroupChanges
from service.catalog.operations import create_group, readdress, set_status
from service.catalog.short_codes import ALPHABET, LENGTH, read, short_code, written
from service.db import migrations
from service.errors import Conflict, Forbidden, Invalid
from tests.catalog import making
from tests.catalog.making import NOW
from tests.conftest import ROOT

ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])


def move(store: Session, group: m.Group, words: str, actor: Actor = ADA) -> str:
    version = group.version
    view = readdress(
        store,
        group_id=group.id,
        words=words,
        expected_version=version,
        actor=actor,
        reason="it has a new name",
        now=NOW,
    )
    return view.slug


# ---- the code --------------------------------------------------------------------------------------------------------


@given(st.uuids())
def test_a_code_is_typed_back_however_it_is_written(group_id: UUID) -> None:
    code = short_code(group_id)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert not set(code) & set("aeiouyl01")
    for typed in (code, written(code), written(code).upper(), f" {code[:3]} {code[3:]} "):
        assert read(typed) == code


@pytest.mark.parametrize("typed", ["", "k7m3", "k7m3-p2x0", "k7m3-p2xdd", "k7m3-p2xé", "../../ad", "k7m3%p2x"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read(typed) is None


def test_the_seeds_codes_differ() -> None:
    ids = set(seeding.seeded(ROOT / "seeds").values())
    assert len(ids) > 1500
    assert len({short_code(group_id) for group_id in ids}) == len(ids)


def test_every_new_group_has_its_code(store: Session) -> None:
    group = making.group(store)
    assert group.short_code == short_code(group.id)


def test_a_code_that_is_taken_is_not_given_twice(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    real = short_codes.short_code
    monkeypatch.setattr(addresses, "short_code", lambda one, *, attempt=0: real(UUID(int=5), attempt=attempt))
    body = making.group(store).organisation_id
    made = [
        create_group(
            store, organisation_id=body, changes=GroupChanges(fields={"name": "Tea"}), actor=ADA, reason=None, now=NOW
        )
        for _ in range(2)
    ]
    assert [one.short_code for one in made] == [real(UUID(int=5)), real(UUID(int=5), attempt=1)]


def test_groups_that_were_there_before_get_the_code_that_new_ones_would(engine: Engine) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        group = making.group(session)
        known = group.id, group.slug
        session.commit()
    migrations.downgrade(engine, "0003")
    with engine.connect() as connection:
        assert connection.scalar(text('SELECT slug FROM "group"')) == known[1]
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert session.scalar(select(m.Group.short_code)) == short_code(known[0])
        checks = session.connection().exec_driver_sql
        with pytest.raises(Exception, match="(?i)constraint"):
            checks("UPDATE \"group\" SET status = 'nonsense'")


# ---- the words -------------------------------------------------------------------------------------------------------


def test_a_former_address_leads_to_the_group_for_ever(store: Session) -> None:
    group = making.group(store, slug="old-name")
    assert move(store, group, "A New Name!") == "a-new-name"
    store.refresh(group)
    assert move(store, group, "Third") == "third"
    for slug in ("old-name", "a-new-name", "third"):
        found = addresses.by_slug(store, slug)
        assert found is not None
        assert (found.group_id, found.slug, found.status) == (group.id, "third", "published")
    [newest, _] = history.revisions(store, "group", group.id)
    assert newest.difference == {"slug": ["a-new-name", "third"]}


def test_a_group_may_have_its_old_address_back(store: Session) -> None:
    group = making.group(store, slug="first")
    move(store, group, "second")
    store.refresh(group)
    assert move(store, group, "first") == "first"
    assert set(store.scalars(select(m.FormerSlug.slug))) == {"second"}


def test_an_address_that_another_had_is_not_given_away(store: Session) -> None:
    one, other = making.group(store, slug="tea"), making.group(store, slug="chess")
    move(store, one, "tea-and-cake")
    for taken in ("tea", "tea-and-cake"):
        with pytest.raises(Invalid) as refused:
            move(store, other, taken)
        assert refused.value.fields["slug"].code == "slug_taken"
    made = create_group(
        store,
        organisation_id=one.organisation_id,
        changes=GroupChanges(fields={"name": "Tea"}),
        actor=ADA,
        reason=None,
        now=NOW,
    )
    assert made.slug != "tea"
    assert addresses.free_slug(store, "Tea", made.id).startswith("tea-")


def test_words_without_a_letter_are_no_address(store: Session) -> None:
    with pytest.raises(Invalid):
        move(store, making.group(store), "!!!")


def test_a_visitor_moves_nothing_and_an_old_page_overwrites_nothing(store: Session) -> None:
    group = making.group(store)
    with pytest.raises(Forbidden):
        move(store, group, "mine", VISITOR)
    with pytest.raises(Conflict):
        readdress(store, group_id=group.id, words="x", expected_version=99, actor=ADA, reason=None, now=NOW)


@pytest.mark.parametrize(("status", "seen"), [("held", False), ("draft", False), ("paused", True), ("archived", True)])
def test_a_group_that_may_not_be_seen_has_no_address(store: Session, status: str, seen: bool) -> None:  # noqa: FBT001
    group = making.group(store, slug="tea")
    group.status = status
    store.flush()
    assert group.short_code
    for found in (addresses.by_slug(store, "tea"), addresses.by_code(store, group.short_code)):
        assert (found is not None) == seen


def test_only_what_may_be_told_to_anybody_is_listed(store: Session) -> None:
    plain = making.group(store, slug="plain")
    making.group(store, slug="made-up", is_example=True)
    making.group(store, slug="secret-hall", hall=making.location(confidential=True))
    making.group(store, slug="secret", facts=[making.fact("confidential_location")])
    making.group(store, slug="secret-place", hall=making.location(facts=[making.fact("confidential_location")]))
    held = making.group(store, slug="held")
    set_status(store, group_id=held.id, status="held", expected_version=None, actor=ADA, reason="asked about", now=NOW)
    assert [found.slug for found in addresses.listed_addresses(store, limit=10)] == [plain.slug]
    assert addresses.listed_addresses(store, limit=10, offset=1) == ()
