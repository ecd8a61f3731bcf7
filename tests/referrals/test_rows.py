"""The newest yes for one recipient and purpose is the only one."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.referrals import rows
from service.referrals.models import Consent, Referral
from tests.referrals.cast import NOW, SEALER, Post, World, consent, refer, request


def test_a_newer_yes_takes_the_place_of_the_one_before_and_of_no_other(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    person = store.get_one(Referral, made.id).person_id
    rows.add_consent(store, SEALER, consent(), person_id=person, group_id=cast.unchecked, now=NOW)
    later = NOW + timedelta(days=1)
    rows.add_consent(store, SEALER, consent(), person_id=person, group_id=cast.group, now=later)
    store.flush()
    holding = store.scalars(select(Consent).where(Consent.person_id == person, Consent.withdrawn_at.is_(None))).all()
    assert sorted(one.group_id for one in holding if one.group_id) == sorted([cast.group, cast.unchecked])
    ended = store.scalars(select(Consent).where(Consent.withdrawn_at.is_not(None))).one()
    assert (ended.group_id, ended.withdrawn_at) == (cast.group, later)
