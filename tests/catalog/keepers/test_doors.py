"""Every way to change a listing asks whose it is: what Sue may not do, Ann may; and no way in is forgotten."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

import service.catalog
from service.accounts.permissions import Actor
from service.accounts.record.audit import NOWHERE
from service.catalog import models as m
from service.catalog import old_addresses, operations, pictures, reports
from service.catalog.changes import GroupChanges
from service.catalog.desk import batches
from service.catalog.desk.bulk import Wish
from service.catalog.editing import organisations, places
from service.catalog.editing.keeping import Save
from service.catalog.editing.merging import merge_groups
from service.catalog.editing.moving import move_group, split_group
from service.catalog.editing.places import PlaceChanges
from service.catalog.editing.publishing import publish
from service.catalog.editing.restoring import restore_version
from service.catalog.fresh import calls, deeds, sample
from service.catalog.fresh.calls import Answer
from service.catalog.importing.feeds import of_group
from service.catalog.importing.lists import keeping as lists
from service.catalog.importing.runs import undoing
from service.catalog.models_fresh import ToConfirm, TruthSample
from service.catalog.models_proposals import Proposal
from service.catalog.models_reading import LikelyPair
from service.catalog.proposals import claiming, deciding, taking
from service.catalog.proposals.deciding import Deed, Refused, Wanted
from service.catalog.queries import group_by_id
from service.catalog.reading import likely, suggesting
from service.catalog.terms import operations as terms
from service.catalog.trust import papers
from service.catalog.trust.papers import Paper
from service.db.sealing import Sealer
from service.errors import Forbidden, ServiceError
from tests.catalog.keepers.keeping import at, somebody, sue
from tests.catalog.making import NOW, TERM, TODAY
from tests.catalog.terms.test_operations import GROUND

SEALER = Sealer("only-for-tests-0123456789-0123456789", reports.PURPOSE)
Door = Callable[[Session, m.Group, Actor], object]
BODY, LATER = UUID(int=77), NOW + timedelta(minutes=1)


def by(actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "reason": "Rang", "now": NOW}


def saving(actor: Actor) -> Save:
    return Save(actor=actor, reason="Rang", now=NOW)


def deed(actor: Actor) -> Deed:
    return Deed(actor=actor, now=NOW, origin=NOWHERE, sealer=SEALER, post=None)  # type: ignore[arg-type]  # nobody is told


def edited(group: m.Group) -> dict[str, Any]:
    return {"group_id": group.id, "changes": GroupChanges(fields={"phone": "01632 960155"}), "expected_version": 1}


def restored(restore: Callable[..., object]) -> Door:
    def door(store: Session, group: m.Group, actor: Actor) -> object:
        first = {"entity": "group", "entity_id": group.id, "difference": {"phone": [None, "1"]}, "actor_role": "editor"}
        store.add(m.Revision(version=1, actor_id=None, at=NOW, **first))
        store.flush()
        return restore(store, group_id=group.id, version=1, expected_version=1, **by(actor))

    return door


def made(store: Session, group: m.Group, actor: Actor) -> object:
    hall = [one.location_id for one in group.places]
    new = {"organisation_id": group.organisation_id, "place_ids": hall, "changes": GroupChanges(fields={"name": "New"})}
    return operations.create_group(store, **new, **by(actor))  # type: ignore[arg-type]  # as it takes them


def merged(store: Session, group: m.Group, actor: Actor, *, into: bool = True) -> object:
    """Make this one and one of Sale one listing, whichever is kept."""
    other = at(store, "M33 4", "Other")
    kept, put_away = (group, other) if into else (other, group)
    return merge_groups(store, kept_id=kept.id, other_id=put_away.id, versions=(1, 1), **by(actor))


def not_same(store: Session, group: m.Group, actor: Actor) -> None:
    first, second = sorted((group.id, at(store, "M33 4", "Other").id))
    pair = LikelyPair(id=uuid4(), first_id=first, second_id=second, score=0.9, why=[], state="open", found_at=NOW)
    store.add(pair)
    store.flush()
    likely.not_same(store, pair.id, actor=actor, now=NOW)


def in_bulk(store: Session, group: m.Group, actor: Actor) -> object:
    """Ask for many; what is refused is told line by line, so it is raised here."""
    ids = [group.id]
    wish = Wish(kind="status", what="paused")
    ann = somebody(store)
    shown = batches.show(store, ids, wish, reason="", actor=ann, today=TODAY)
    edit = uuid4()
    batches.begin(store, edit_id=edit, wish=wish, reason="", shown=shown, actor=actor, now=NOW)
    batches.go_on(store, edit, now=NOW)
    for _id, _name, _state, code in batches.of(store, edit).told:
        raise Forbidden(code)
    return None


def in_bulk_taken_back(store: Session, group: m.Group, actor: Actor) -> object:
    wish, edit, ann = Wish(kind="status", what="paused"), uuid4(), somebody(store)
    shown = batches.show(store, [group.id], wish, reason="", actor=ann, today=TODAY)
    batches.begin(store, edit_id=edit, wish=wish, reason="", shown=shown, actor=ann, now=NOW)
    batches.go_on(store, edit, now=NOW)
    batches.take_back(store, edit_id=edit, actor=actor, now=LATER)
    batches.go_on(store, edit, now=LATER)
    for _id, _name, _state, code in batches.of(store, edit).told:
        raise Forbidden(code)
    return None


def rung(store: Session, group: m.Group, actor: Actor) -> None:
    store.add(ToConfirm(group_id=group.id, place=-1.0, again_on=TODAY))
    store.flush()
    said = Answer(outcome="no_answer", call_version=1, group_version=1, words="")
    calls.answer(store, group_id=group.id, said=said, sealer=SEALER, actor=actor, now=NOW, origin=NOWHERE)


def drawn(store: Session, group: m.Group, actor: Actor) -> None:
    row = TruthSample(id=uuid4(), month=TODAY.replace(day=1), group_id=group.id)
    store.add(row)
    store.flush()
    told = {"found": "partly", "version": row.version, "group_version": 1, "words": ""}
    sample.answer(store, sample_id=row.id, **told, actor=actor, now=NOW, origin=NOWHERE)  # type: ignore[arg-type]  # the same


def reported(store: Session, group: m.Group, actor: Actor) -> None:
    row = m.Report(id=uuid4(), group_id=group.id, wrong="times", created_at=NOW)
    store.add(row)
    store.flush()
    done = {"state": "done", "outcome": "Mended", "expected_version": row.version}
    reports.close(store, sealer=SEALER, report_id=row.id, **done, actor=actor, now=NOW, origin=NOWHERE)  # type: ignore[arg-type]  # the same


def proposed(store: Session, group: m.Group, kind: str) -> UUID:
    row = Proposal(id=uuid4(), kind=kind, group_id=group.id, text_hash=uuid4().bytes, created_at=NOW)
    row.said = taking.seal(SEALER, row.id, "said", {"cost": "4"})
    store.add(row)
    store.flush()
    return row.id


def accepted(store: Session, group: m.Group, actor: Actor) -> object:
    wanted = Wanted(versions=(1, 1), texts={"cost": "4"}, reason="Rang", time_zone="Europe/London")
    return deciding.accept(store, proposal_id=proposed(store, group, "change"), wanted=wanted, deed=deed(actor))


def suggested(store: Session, group: m.Group, actor: Actor) -> object:
    view = group_by_id(store, group.id, today=TODAY, public=False)
    answers: dict[str, Any] = {"yes": (), "no": (), "expected_version": 1, "time_zone": "Europe/London"}
    return suggesting.answer(store, view, **answers, **by(actor))


def paper(store: Session, group: m.Group, actor: Actor) -> None:
    seen = Paper(kind="legal_form", seen_on=TODAY, until=None)
    papers.add(store, organisation_id=group.organisation_id, paper=seen, save=saving(actor))


# Changes of a listing, or of what listings share.
DOORS: dict[str, Door] = {
    "operations.edit_group": lambda s, g, a: operations.edit_group(s, **edited(g), **by(a)),
    "operations.set_status": lambda s, g, a: operations.set_status(
        s, group_id=g.id, status="paused", expected_version=1, **by(a)
    ),
    "operations.readdress": lambda s, g, a: operations.readdress(
        s, group_id=g.id, words="elsewhere", expected_version=1, **by(a)
    ),
    "operations.restore": restored(operations.restore),
    "editing.restoring.restore_version": restored(restore_version),
    "operations.create_group": made,
    "editing.publishing.publish": lambda s, g, a: publish(s, group_id=g.id, expected_version=1, save=saving(a)),
    "editing.moving.move_group": lambda s, g, a: move_group(
        s, group_id=g.id, organisation_id=BODY, expected_version=1, **by(a)
    ),
    "editing.moving.split_group": lambda s, g, a: split_group(
        s, group_id=g.id, name="Half", session_ids=(), place_ids=(), expected_version=1, **by(a)
    ),
    "importing.feeds.of_group.follow": lambda s, g, a: of_group.follow(
        s, group_id=g.id, url="https://calendar.example.org/a.ics", actor=a, now=NOW
    ),
    "importing.feeds.of_group.let_go": lambda s, g, a: of_group.let_go(s, group_id=g.id, actor=a, now=NOW),
    "editing.merging.merge_groups": merged,
    "merge_groups, the other way": lambda s, g, a: merged(s, g, a, into=False),
    "editing.organisations.edit_organisation": lambda s, g, a: organisations.edit_organisation(
        s, organisation_id=g.organisation_id, fields={"name": "New"}, expected_version=1, save=saving(a)
    ),
    "editing.places.edit_place": lambda s, g, a: places.edit_place(
        s,
        place_id=g.places[0].location_id,
        changes=PlaceChanges(fields={"postal_code": "M33 4"}),  # which would make it hers
        expected_version=1,
        save=saving(a),
    ),
    "trust.papers.add": paper,
    "trust.papers.end": lambda s, g, a: papers.end(
        s, organisation_id=g.organisation_id, paper_id=uuid4(), save=saving(a)
    ),
    "trust.papers.set_level": lambda s, g, a: papers.set_level(
        s, organisation_id=g.organisation_id, level="contacted", expected_version=1, save=saving(a)
    ),
    "pictures.set_picture": lambda s, g, a: pictures.set_picture(
        s, group_id=g.id, shows="door", alternative="", data=b"", actor=a, now=NOW
    ),
    "pictures.remove_picture": lambda s, g, a: pictures.remove_picture(
        s, group_id=g.id, shows="door", actor=a, now=NOW
    ),
    "desk.batches.begin": in_bulk,
    "desk.batches.take_back": in_bulk_taken_back,
    "fresh.calls.answer": rung,
    "fresh.sample.answer": drawn,
    "fresh.deeds.confirm": lambda s, g, a: deeds.confirm(s, group_id=g.id, version=1, actor=a, now=NOW, origin=NOWHERE),
    "fresh.deeds.end": lambda s, g, a: deeds.end(
        s, group_id=g.id, status="archived", version=1, reason="", actor=a, now=NOW, origin=NOWHERE
    ),
    "fresh.deeds.follow": lambda s, g, a: deeds.follow(
        s, group_id=g.id, outcome="right", version=1, words="", actor=a, now=NOW, origin=NOWHERE
    ),
    "reports.close": reported,
    "proposals.deciding.accept": accepted,
    "proposals.deciding.reject": lambda s, g, a: deciding.reject(
        s, proposal_id=proposed(s, g, "change"), version=1, refused=Refused(reason="not_so"), deed=deed(a)
    ),
    "proposals.deciding.close_claim": lambda s, g, a: deciding.close_claim(
        s, proposal_id=proposed(s, g, "claim"), version=1, deed=deed(a)
    ),
    "proposals.claiming.prove_by_phone": lambda s, g, a: claiming.prove_by_phone(
        s, proposal_id=proposed(s, g, "claim"), version=1, actor=a, now=NOW, origin=NOWHERE
    ),
    "reading.suggesting.answer": suggested,
    "reading.likely.not_same": not_same,
}
# Changes of all of the catalogue, which ask for somebody who keeps all of it.
WHOLE: dict[str, Door] = {
    "old_addresses.keep": lambda s, _g, a: old_addresses.keep(s, [], actor=a, now=NOW),
    "old_addresses.forget": lambda s, _g, a: old_addresses.forget(s, [], actor=a, now=NOW),
    "importing.lists.keeping.send": lambda s, _g, a: lists.send(
        s, source="sale", name="x.csv", data=b"name\nTea", trusted=False, actor=a, now=NOW
    ),
    "importing.lists.keeping.correct": lambda s, _g, a: lists.correct(s, uuid4(), {}, actor=a, now=NOW),
    "importing.lists.keeping.take": lambda s, _g, a: lists.take(s, uuid4(), actor=a, now=NOW),
    "importing.lists.keeping.drop": lambda s, _g, a: lists.drop(s, uuid4(), actor=a, now=NOW),
    "importing.runs.undoing.begin_undo": lambda s, _g, a: undoing.begin_undo(
        s, source="sale", number=1, actor=a, now=NOW
    ),
    "importing.runs.undoing.undo_run": lambda s, _g, a: undoing.undo_run(
        lambda: nullcontext(s), source="sale", number=1, actor=a, now=NOW
    ),
    "terms.operations.act": lambda s, _g, a: terms.act(
        s, ground=GROUND, wanted=terms.Wanted(code=TERM, act="word", value="bits"), expected_version=0, **by(a)
    ),
    "terms.operations.undo": lambda s, _g, a: terms.undo(
        s, ground=GROUND, number=1, code=TERM, expected_version=0, actor=a, now=NOW
    ),
}
# What changes nothing that anybody else keeps, and why it is open to every editor.
OPEN = {
    "site.setting.keep": "an administrator's, and about no listing",
    "desk.saved.forget": "one's own",
    "desk.saved.keep": "one's own",
    "drafts.keep": "one's own, and changes no listing",
    "drafts.throw_away": "one's own",
    "desk.batches.show": "changes nothing",
    "drafts.find": "changes nothing",
    "fresh.calls.call": "changes nothing",
    "fresh.calls.count": "changes nothing",
    "fresh.calls.following": "changes nothing",
    "fresh.calls.queue": "changes nothing",
    "fresh.sample.of_month": "changes nothing",
    "fresh.sample.one": "changes nothing",
    "proposals.queue.permitted": "changes nothing",
    "proposals.queue.read": "changes nothing",
    "proposals.queue.waiting": "changes nothing",
    "reports.open_reports": "changes nothing",
    "reports.read": "changes nothing",
    "approving.check": "changes nothing",
    "approving.may_publish": "changes nothing",
    "importing.lists.keeping.may_trust": "changes nothing",
    "importing.feeds.of_group.check_address": "changes nothing",
    "editing.organisations.create_organisation": "new, and nobody's yet",
    "editing.places.create_place": "new, and nobody's yet",
    "proposals.deciding.accept_new": "a draft of their own, by create_group",
    "proposals.hearing.hear": "a proposal, which an editor decides",
    "approving.ask_second_pair": "of administrators",
    "keepers.setting.let_keep": "of administrators",
    "keepers.setting.let_keep_all": "of administrators",
    "organisations.change_parts": "of administrators",
    "organisations.make_organisation": "of administrators",
    "importing.runs.running.run_for": "of the job, and of the command line",
    "importing.runs.running.run_import": "of the job, and of the command line",
    "trust.papers.demote": "of the job",
    "applying.apply": "part of a save",
    "applying.state": "part of a save",
    "editing.keeping.keep": "part of a save",
    "editing.keeping.theirs": "the question itself",
    "operations.keep": "part of a save",
    "operations.locked": "the question itself",
    "terms.retagging.give_back": "part of an act",
    "terms.retagging.move": "part of an act",
    "editing.merging.undo_merge": "by restore, readdress and set_status",
}


def ways_in() -> set[str]:
    """Return every function of the catalogue that is told who acts."""
    found = set()
    for one in pkgutil.walk_packages(service.catalog.__path__, "service.catalog."):
        module = importlib.import_module(one.name)
        for name, what in inspect.getmembers(module, inspect.isfunction):
            own = what.__module__ == one.name and not name.startswith("_")
            if own and {"actor", "save", "deed", "work"} & set(inspect.signature(what).parameters):
                found.add(f"{one.name}.{name}".removeprefix("service.catalog."))
    return {one for one in found if not one.startswith("keepers.check.")}


def test_every_way_in_is_known() -> None:
    named = {one for one in (*DOORS, *WHOLE) if "," not in one} | OPEN.keys()
    assert ways_in() == named


def knock(store: Session, door: Door, group: m.Group, actor: Actor) -> str:
    """Try it, and return how it was refused; nothing stays."""
    store.add(m.Organisation(id=BODY, name="Sale Hands"))
    store.flush()
    try:
        door(store, group, actor)
    except ServiceError as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize(("postcode", "whose"), [("WA14 1AA", "another team's"), ("M33 4", "theirs")])
def test_a_listing_is_changed_by_who_keeps_it(store: Session, name: str, postcode: str, whose: str) -> None:
    group, mine = at(store, postcode), sue(store)
    assert (knock(store, DOORS[name], group, mine) == "out_of_scope") is (whose == "another team's")


@pytest.mark.parametrize("name", [*DOORS, *WHOLE])
def test_who_keeps_all_is_never_told_so(store: Session, name: str) -> None:
    assert knock(store, {**DOORS, **WHOLE}[name], at(store, "WA14 1AA"), somebody(store)) != "out_of_scope"


@pytest.mark.parametrize("name", WHOLE)
def test_what_changes_everything_asks_for_who_keeps_everything(store: Session, name: str) -> None:
    assert knock(store, WHOLE[name], at(store, "M33 4"), sue(store)) == "out_of_scope"
