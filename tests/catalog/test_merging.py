"""Two listings of one group become one and can be two again; the old addresses always lead somewhere."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.addresses import by_code, by_slug
from service.catalog.editing.merging import merge_groups, undo_merge
from service.catalog.models_reading import GroupMerge, LikelyPair
from service.catalog.reading import likely, suggesting
from service.catalog.snapshots import FIELDS, TEXTS, snapshot
from service.errors import Conflict
from tests.catalog.editing import ADA, read
from tests.catalog.making import NOW, fact, group, location

ZONE = "Europe/London"
PLAIN = st.sampled_from(sorted(name for name in TEXTS if "." not in name))


def two(store: Session, **more: object) -> tuple[m.Group, m.Group]:
    kept = group(store, "Lantern Choir", phone=None, facts=[fact("toilets", "no")])
    hall = location(name="Other Hall")
    other = group(
        store, "The Lantern Choir", hall=hall, facts=[fact("toilets"), fact("parking", source="import")], **more
    )
    return kept, other


def made_one(store: Session, kept: m.Group, other: m.Group, chosen: tuple[str, ...] = ()) -> GroupMerge:
    versions = (read(store, kept.id).version, read(store, other.id).version)
    known = {"kept_id": kept.id, "other_id": other.id, "chosen": chosen, "versions": versions}
    return merge_groups(store, **known, actor=ADA, reason="One group", now=NOW)  # type: ignore[arg-type]


def two_again(store: Session, merge: GroupMerge) -> None:
    version = read(store, merge.kept_id).version
    undo_merge(store, merge_id=merge.id, kept_expected=version, actor=ADA, reason="Two groups", now=NOW)


def known(store: Session, group_id: UUID) -> dict[str, object]:
    view = read(store, group_id)
    return {**snapshot(view), "slug": view.slug, "facts": [(f.code, f.source, f.confirmed_on) for f in view.facts]}


def test_what_either_has_is_kept_and_what_both_say_is_as_it_was_chosen(store: Session) -> None:
    kept, other = two(store, phone="01632 960144", description="Singing on Mondays.")
    made_one(store, kept, other, ("description",))
    now = read(store, kept.id)
    assert (now.name, now.phone, now.description) == ("Lantern Choir", "01632 960144", "Singing on Mondays.")
    assert {place.name for place in now.places} == {"Lantern Hall", "Other Hall"}
    assert {f.code: f.stated.value for f in now.facts} == {"parking": "yes", "toilets": "no"}
    assert {f.code: f.source for f in now.facts}["parking"] == "import", "nobody has asked anew"
    assert len(now.sessions) == 1, "the same meeting is not there twice"
    assert read(store, other.id).status == "archived"


def test_old_addresses_codes_and_outside_ids_lead_to_the_one_that_is_kept(store: Session) -> None:
    kept, other = two(store)
    slug, code = other.slug, other.short_code or ""
    store.add(m.FormerSlug(slug="once-the-choir", group_id=other.id, until=NOW))
    store.add(m.ExternalId(id=uuid4(), entity="group", entity_id=other.id, scheme="list", identifier="7"))
    store.flush()
    merge = made_one(store, kept, other)
    for found in (by_slug(store, slug), by_slug(store, "once-the-choir"), by_code(store, code)):
        assert found is not None
        assert found.group_id == kept.id
    owner = select(m.ExternalId.entity_id).where(m.ExternalId.identifier == "7")
    assert store.scalar(owner) == kept.id
    two_again(store, merge)
    for found in (by_slug(store, slug), by_slug(store, "once-the-choir"), by_code(store, code)):
        assert found is not None
        assert found.group_id == other.id
    assert store.scalar(owner) == other.id


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mine=st.dictionaries(
        st.sampled_from(sorted(n for n in TEXTS if "." not in n)), st.sampled_from(["One", "Two", None])
    ),
    theirs=st.dictionaries(st.sampled_from(sorted(n for n in TEXTS if "." not in n)), st.sampled_from(["One", "Six"])),
    chosen=st.sets(st.sampled_from(FIELDS)),
    status=st.sampled_from(["draft", "submitted", "published", "paused", "archived"]),
)
def test_made_one_and_two_again_gives_both_back(
    store: Session, mine: dict[str, str], theirs: dict[str, str], chosen: set[str], status: str
) -> None:
    kept = group(store, "Lantern Choir", **mine)
    other = group(store, "Choir of Sale", hall=location(), status=status, facts=[fact("lift", "no")], **theirs)
    before = known(store, kept.id), known(store, other.id)
    two_again(store, made_one(store, kept, other, tuple(sorted(chosen))))
    assert (known(store, kept.id), known(store, other.id)) == before


def test_nobody_overwrites_what_somebody_else_saved_and_what_is_on_hold_stays(store: Session) -> None:
    kept, other = two(store)
    with pytest.raises(Conflict):
        merge_groups(
            store, kept_id=kept.id, other_id=other.id, versions=(kept.version, 99), actor=ADA, reason="", now=NOW
        )
    held = group(store, "Held Choir", status="held")
    with pytest.raises(Conflict):
        made_one(store, kept, held)


def test_a_merge_is_taken_back_once(store: Session) -> None:
    kept, other = two(store)
    merge = made_one(store, kept, other)
    two_again(store, merge)
    with pytest.raises(Conflict):
        two_again(store, merge)


def test_pairs_are_found_once_and_what_was_decided_stays(store: Session) -> None:
    two(store, phone="01632 960144")
    group(store, "Chess for All", hall=location(postal_code="M41 2AB"))
    assert likely.refresh(store, now=NOW) == 1
    assert likely.refresh(store, now=NOW) == 1
    (pair,) = likely.open_pairs(store)
    assert "name" in pair.why
    others = [one.id for one in store.scalars(select(m.Group).where(m.Group.name == "Chess for All"))]
    assert likely.pairs_of(store, [pair.first_id, *others]) == {pair.first_id: pair.id, pair.second_id: pair.id}
    assert likely.pairs_of(store, others) == {}
    likely.not_same(store, pair.id, actor=ADA, now=NOW)
    assert likely.refresh(store, now=NOW) == 0
    assert store.scalar(select(LikelyPair.state)) == "not_same"


def test_what_an_editor_agrees_to_is_saved_and_what_they_refuse_is_not_asked_again(store: Session) -> None:
    text = "Meets Thursdays 7-9pm. £3. We have a hearing loop. Not suitable for under 16s."
    made = group(store, "Bell Ringers", description=text, price_pence=None, prices=[])
    view = read(store, made.id)
    found = {one.fact.kind: one for one in suggesting.offers(store, view, now=NOW, time_zone=ZONE) if one.fact}
    assert set(found) == {"time", "price", "hearing_loop", "age_min"}
    yes, no = [found[kind].key for kind in ("time", "price", "hearing_loop")], [found["age_min"].key]
    answers = {"yes": yes, "no": no, "expected_version": view.version, "time_zone": ZONE}
    now = suggesting.answer(store, view, **answers, actor=ADA, reason="Read", now=NOW)  # type: ignore[arg-type]
    assert (now.price_pence, now.age_min, len(now.sessions)) == (300, None, 2)
    added = next(each for each in now.sessions if "TH" in (each.meeting.rule or ""))
    assert (added.meeting.starts_at, added.meeting.minutes) == (datetime.combine(date(2026, 11, 26), time(19)), 120)
    store.expire_all()
    again = read(store, made.id)
    assert {f.code: f.source for f in again.facts}["hearing_loop"] == "extracted"
    assert suggesting.offers(store, again, now=NOW, time_zone=ZONE) == []
