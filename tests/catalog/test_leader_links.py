"""Links of leaders: for one group and one purpose, random, kept as a hash, opened without harm, used once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.credentials import TOKEN_BYTES
from service.catalog import leader_links as links
from service.catalog.models_links import PURPOSES, ListingLink
from service.errors import Gone, NotFound
from tests.catalog.making import NOW, group

DAYS = timedelta(days=30)


def test_opening_uses_nothing_up_and_tells_whose_it_is(store: Session) -> None:
    made = group(store)
    token = links.make(store, group_id=made.id, purpose="confirm", now=NOW, lives=DAYS)
    assert {links.open_link(store, token=token, purpose="confirm", now=NOW) for _ in range(5)} == {made.id}
    assert links.use(store, token=token, purpose="confirm", answer="right", now=NOW) == made.id


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_is_good_for_its_own_purpose_alone(store: Session, purpose: str) -> None:
    token = links.make(store, group_id=group(store).id, purpose=purpose, now=NOW, lives=DAYS)
    [other] = set(PURPOSES) - {purpose}
    with pytest.raises(NotFound, match="link_unknown"):
        links.open_link(store, token=token, purpose=other, now=NOW)
    with pytest.raises(NotFound, match="link_unknown"):
        links.use(store, token=token, purpose=other, answer=None, now=NOW)


def test_a_link_is_used_once_and_says_what_was_answered(store: Session) -> None:
    token = links.make(store, group_id=group(store).id, purpose="confirm", now=NOW, lives=DAYS)
    links.use(store, token=token, purpose="confirm", answer="right", now=NOW)
    with pytest.raises(Gone, match="link_used") as opened:
        links.open_link(store, token=token, purpose="confirm", now=NOW)
    with pytest.raises(Gone, match="link_used") as used:
        links.use(store, token=token, purpose="confirm", answer="closed", now=NOW)
    assert [refusal.value.params["answer"] for refusal in (opened, used)] == ["right", "right"]


def test_a_link_ends_at_its_instant(store: Session) -> None:
    made = group(store)
    token = links.make(store, group_id=made.id, purpose="off", now=NOW, lives=DAYS)
    before = NOW + DAYS - timedelta(seconds=1)
    assert links.open_link(store, token=token, purpose="off", now=before) == made.id
    with pytest.raises(Gone, match="link_expired"):
        links.open_link(store, token=token, purpose="off", now=NOW + DAYS)


def test_the_token_is_random_and_not_kept(store: Session) -> None:
    made = group(store)
    tokens = {links.make(store, group_id=made.id, purpose="off", now=NOW, lives=DAYS) for _ in range(20)}
    assert len(tokens) == 20
    assert TOKEN_BYTES * 8 >= 128
    kept = [row.token_hash for row in store.scalars(select(ListingLink))]
    assert not {token.encode() for token in tokens} & set(kept)
    with pytest.raises(ValueError, match="everything"):
        links.make(store, group_id=made.id, purpose="everything", now=NOW, lives=DAYS)
