"""A list is imported once however often it is sent; an editor's words stay; a whole run can be taken back."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.catalog import models as m
from service.catalog.changes import GroupChanges
from service.catalog.facts import Value
from service.catalog.importing.runs.running import Work, run_import
from service.catalog.models_import import ImportLine, ImportRun
from service.catalog.operations import edit_group, set_status
from service.errors import Conflict, Forbidden
from tests.catalog.editing import ADA
from tests.catalog.imports.importing import everything, opened, planned, run, setting, undone, unit_of, write
from tests.catalog.making import NOW

HEAD = "id,name,phone,description,venue,postcode,day,start,end,step free,cost\n"
TEA = "1,Tea Table,01632 960100,Tea and talk,Lantern Hall,M33 4AB,Tuesday,10:00,12:00,yes,free\n"
WALK = "2,Slow Walk,01632 960101,A gentle walk,Park Gate,M33 5AB,Friday,2pm,3pm,,£2\n"
SONG = "3,Songs,01632 960102,Singing,Lantern Hall,M33 4AB,Monday,7pm,9pm,unknown,3.50\n"


def group(session: Session, identifier: str) -> m.Group:
    mine = select(m.ExternalId.entity_id).where(m.ExternalId.entity == "group", m.ExternalId.identifier == identifier)
    found = session.get(m.Group, session.scalar(mine))
    assert found is not None
    return found


def edited(engine: Engine, identifier: str, **fields: str) -> None:
    with unit_of(engine)() as session:
        one = group(session, identifier)
        changes = GroupChanges(fields=fields)
        edit_group(
            session, group_id=one.id, changes=changes, expected_version=one.version, actor=ADA, reason=None, now=NOW
        )


def test_every_new_listing_is_a_draft_with_where_it_came_from(engine: Engine, tmp_path: Path) -> None:
    ran = run(engine, write(tmp_path, HEAD + TEA + SONG))
    assert dict(ran.counts) == {"new": 2}
    with Session(engine) as session:
        tea, song = group(session, "1"), group(session, "3")
        assert (tea.name, tea.status, tea.source, tea.price_pence) == ("Tea Table", "draft", "council", 0)
        (meets,) = tea.sessions
        assert (meets.rule, meets.minutes, str(meets.starts_at)) == ("FREQ=WEEKLY;BYDAY=TU", 120, "2026-01-06 10:00:00")
        (place,) = tea.places
        assert (place.location.name, place.location.postal_code) == ("Lantern Hall", "M33 4AB")
        (fact,) = tea.facts
        assert (fact.code, fact.value, fact.source, fact.confirmed_on) == ("step_free", "yes", "import", NOW.date())
        assert song.facts == [], "unknown is not confirmed, never no"
        assert song.price_pence == 350


def test_the_same_list_twice_is_the_same_as_once(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + TEA + WALK + SONG)
    run(engine, path)
    before = everything(engine)
    with Session(engine) as session:
        versions = session.scalars(select(m.Group.version)).all()
    again = run(engine, path)
    assert dict(again.counts) == {"same": 3}
    assert everything(engine) == before
    with Session(engine) as session:
        assert session.scalars(select(m.Group.version)).all() == versions


def test_what_the_source_changes_is_changed_and_nothing_else(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA + WALK))
    changed = TEA.replace("960100", "960199").replace("yes", "").replace("12:00", "13:00")
    path = write(tmp_path, HEAD + changed + WALK)
    coming = planned(engine, path)
    assert coming.counts == {"changed": 1, "same": 1}
    (one,) = coming.shown
    assert one.decision.changes["phone"] == ["01632 960100", "01632 960199"]
    assert dict(run(engine, path).counts) == {"changed": 1, "same": 1}
    with Session(engine) as session:
        tea = group(session, "1")
        assert (tea.phone, tea.facts, tea.sessions[0].minutes) == ("01632 960199", [], 180)


def test_an_editors_correction_stays_and_is_told(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA))
    edited(engine, "1", phone="01632 960777", description="Tea, talk and cake")
    path = write(tmp_path, HEAD + TEA.replace("Tea and talk", "Tea and biscuits"))
    (one,) = planned(engine, path).shown
    assert one.outcome == "kept"
    assert one.decision.kept == {"phone": ["01632 960100", "01632 960777"]}
    assert one.decision.conflicts == {"description": ["Tea and biscuits", "Tea, talk and cake"]}
    assert dict(run(engine, path).counts) == {"kept": 1}
    with Session(engine) as session:
        tea = group(session, "1")
        assert (tea.phone, tea.description) == ("01632 960777", "Tea, talk and cake")


def test_a_fact_that_an_editor_told_is_not_overwritten(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA))
    with unit_of(engine)() as session:
        one = group(session, "1")
        said = GroupChanges(facts={"step_free": Value.NO})
        edit_group(
            session, group_id=one.id, changes=said, expected_version=one.version, actor=ADA, reason=None, now=NOW
        )
    run(engine, write(tmp_path, HEAD + TEA.replace("Tea and talk", "Tea")))
    with Session(engine) as session:
        (fact,) = group(session, "1").facts
        assert (fact.value, fact.source) == ("no", "editor_call")


def test_what_is_missing_is_archived_while_it_is_a_draft_and_comes_back(engine: Engine, tmp_path: Path) -> None:
    whole = write(tmp_path, HEAD + TEA + WALK + SONG)
    run(engine, whole)
    part = write(tmp_path, HEAD + TEA + WALK, "part.csv")
    assert planned(engine, part).counts == {"same": 2, "removed": 1}
    assert dict(run(engine, part).counts) == {"same": 2, "removed": 1}
    with Session(engine) as session:
        assert group(session, "3").status == "archived"
    run(engine, whole)
    with Session(engine) as session:
        assert group(session, "3").status == "draft"


def test_a_part_of_a_list_removes_nothing(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA + WALK + SONG))
    ran = run(engine, write(tmp_path, HEAD + TEA, "half.csv"))
    assert dict(ran.counts) == {"same": 1, "removal_held": 2}
    with Session(engine) as session:
        assert group(session, "3").status == "draft"


def test_a_published_listing_is_not_hidden_because_a_list_lost_it(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA + WALK + SONG))
    with unit_of(engine)() as session:
        shown = group(session, "3").id
        set_status(session, group_id=shown, status="published", expected_version=None, actor=ADA, reason=None, now=NOW)
    run(engine, write(tmp_path, HEAD + TEA + WALK, "part.csv"))
    with Session(engine) as session:
        assert group(session, "3").status == "published"
        assert session.scalar(select(func.count()).where(ImportLine.outcome == "removed")) == 1


def test_a_trusted_source_is_shown_at_once(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA), trusted=True)
    with Session(engine) as session:
        assert group(session, "1").status == "published"


def test_a_whole_run_is_taken_back(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA + WALK))
    before = everything(engine)["groups"]
    run(engine, write(tmp_path, HEAD + TEA.replace("Tuesday", "Thursday").replace("free", "£1") + WALK + SONG))
    with pytest.raises(Conflict) as refused:
        undone(engine, 1)
    assert (refused.value.code, refused.value.params) == ("import_later_run", {"number": 2})
    back = undone(engine, 2)
    assert (back.restored, back.archived, back.kept) == (1, 1, ())
    after = everything(engine)["groups"]
    assert {key: after[key] for key in before} == before
    with Session(engine) as session:
        assert group(session, "3").status == "archived"
        assert session.scalar(select(ImportRun.state).where(ImportRun.number == 2)) == "undone"


def test_taking_back_leaves_what_an_editor_changed_since(engine: Engine, tmp_path: Path) -> None:
    run(engine, write(tmp_path, HEAD + TEA + WALK))
    edited(engine, "1", phone="01632 960777")
    back = undone(engine, 1)
    assert back.archived == 1
    assert [one.fields for one in back.kept] == [("phone",)]
    with Session(engine) as session:
        assert (group(session, "1").status, group(session, "2").status) == ("draft", "archived")


def test_nobody_imports_who_may_not_edit(engine: Engine, tmp_path: Path) -> None:
    work = Work(opened=opened(write(tmp_path, HEAD + TEA)), setting=setting(), actor=VISITOR, now=NOW)
    with pytest.raises(Forbidden):
        run_import(unit_of(engine), work)


def test_a_dry_run_writes_nothing_and_tells_how_good_the_list_is(engine: Engine, tmp_path: Path) -> None:
    before = everything(engine)
    old = "4,Old,,,,,,,,,\n"
    coming = planned(
        engine,
        write(tmp_path, HEAD.replace("\n", ",updated\n") + TEA[:-1] + ",2026-11-01\n" + old[:-1] + ",1/2/2019\n"),
    )
    assert everything(engine) == before
    assert coming.counts == {"new": 2}
    told = coming.quality
    assert (told.rows, told.counts["placed"], told.counts["with_times"], told.counts["too_old"]) == (2, 1, 1, 1)
    assert coming.shown[0].said is not None
    assert coming.shown[0].said["last_confirmed_on"] == str(date(2026, 11, 1))
