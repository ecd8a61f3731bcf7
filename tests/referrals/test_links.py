"""A private link works for its one purpose, for its time, once; opening it uses nothing up and only a hash is kept."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Gone, NotFound
from service.referrals import links
from service.referrals.models import Person, PersonLink
from tests.referrals.cast import NOW, Post, World, refer, request

TOKEN = "a-secret-of-the-test-0123456789"


@pytest.fixture
def person(store: Session, cast: World, post: Post) -> UUID:
    refer(store, post, cast.bo, request(cast.group))
    return store.scalars(select(Person.id)).one()


def give(store: Session, cast: World, person: UUID, purpose: str = "own") -> UUID:
    return links.give(
        store, person_id=person, organisation_id=cast.clinic, purpose=purpose, token=TOKEN, now=NOW, days=3
    )


def test_it_opens_as_often_as_one_likes_until_it_is_used(store: Session, cast: World, person: UUID) -> None:
    link = give(store, cast, person)
    for _ in range(3):
        assert links.find(store, token=TOKEN, purpose="own", now=NOW).person_id == person
    links.use_up(store, link, NOW)
    with pytest.raises(Gone, match="link_used"):
        links.find(store, token=TOKEN, purpose="own", now=NOW)
    with pytest.raises(Gone, match="link_used"):
        links.use_up(store, link, NOW)


def test_it_is_for_one_purpose_and_one_time(store: Session, cast: World, person: UUID) -> None:
    give(store, cast, person)
    for token, purpose in ((TOKEN, "measures"), ("another", "own")):
        with pytest.raises(NotFound, match="link_unknown"):
            links.find(store, token=token, purpose=purpose, now=NOW)
    with pytest.raises(Gone, match="link_expired"):
        links.find(store, token=TOKEN, purpose="own", now=NOW + timedelta(days=3))


def test_all_links_of_a_person_end_together(store: Session, cast: World, person: UUID) -> None:
    give(store, cast, person)
    assert links.revoke(store, person_id=uuid4(), now=NOW) == 0
    assert links.revoke(store, person_id=person, purpose="measures", now=NOW) == 0
    assert links.revoke(store, person_id=person, now=NOW) == 1
    with pytest.raises(Gone, match="link_revoked"):
        links.find(store, token=TOKEN, purpose="own", now=NOW)


def test_only_a_hash_is_kept(store: Session, cast: World, person: UUID) -> None:
    give(store, cast, person)
    kept = store.scalars(select(PersonLink)).one()
    assert TOKEN.encode() not in kept.token_hash
    assert len(kept.token_hash) == 32
