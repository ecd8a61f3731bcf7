"""Two editors at one listing: whatever was accepted stands, or was overwritten by somebody who saw it.

Each editor opens the form, changes some fields, and saves, each step at any moment. A save on an old version is
refused; its editor lays what they typed over what is saved now, as the page does, and tries again.
"""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.changes import GroupChanges, snapshot
from service.catalog.history import revisions
from service.catalog.operations import ENTITY, edit_group
from service.errors import Conflict
from service.web.admin.listing import forms
from tests.catalog.editing import read
from tests.catalog.making import NOW, TODAY, group

AROUND = forms.Around(today=TODAY, time_zone="Europe/London")
FIELDS = ("name", "description", "who_for", "phone", "alert", "group_size")
EDITORS = 2
STEPS = 12  # of each interleaving


@dataclass
class Editor:
    """One person at the form: what they opened, what they typed over it, what was accepted of it."""

    actor: Actor
    base: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    version: int = 0
    accepted: list[tuple[int, int, dict[str, str]]] = field(default_factory=list)  # seen, became, what was changed

    def open(self, store: Session, group_id: UUID) -> None:
        seen = read(store, group_id)
        self.base = forms.written(snapshot(seen))
        self.typed, self.version = dict(self.base), seen.version

    def type(self, chance: random.Random, mark: str) -> None:
        for name in chance.sample(FIELDS, chance.randint(1, 3)):
            number = str(chance.randint(1, 99_999))
            self.typed[name] = number if name == "group_size" else f"{mark} 01632 960123" if name == "phone" else mark

    def save(self, store: Session, group_id: UUID) -> bool:
        """Save; where somebody was faster, lay one's own over theirs, and tell that it has to be sent again."""
        before = snapshot(read(store, group_id))
        own = {
            name: text for name, text in self.typed.items() if forms.tidy(text) != forms.tidy(self.base.get(name, ""))
        }
        try:
            meant = forms.read(self.typed, before, AROUND)
            saved = edit_group(
                store,
                group_id=group_id,
                changes=meant,
                expected_version=self.version,
                actor=self.actor,
                reason=None,
                now=NOW,
            )
        except Conflict:
            store.rollback()
            now = read(store, group_id)
            theirs = forms.written(snapshot(now))
            self.typed = forms.merged(self.typed, self.base, theirs)
            self.base, self.version = theirs, now.version
            return False
        store.commit()
        if saved.version != self.version:
            self.accepted.append((self.version, saved.version, own))
        self.base, self.version = forms.written(snapshot(saved)), saved.version
        self.typed = dict(self.base)
        return True


def editors() -> list[Editor]:
    return [Editor(Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])) for _ in range(EDITORS)]


def lost(store: Session, group_id: UUID, people: list[Editor]) -> list[str]:
    """Return what was accepted and neither stands nor was changed by a save made in sight of it."""
    now = forms.written(snapshot(read(store, group_id)))
    saves = sorted((became, seen, own) for one in people for seen, became, own in one.accepted)
    found = [f"save {became} was made on {seen}" for became, seen, _ in saves if seen != became - 1]
    stands: dict[str, str] = {}
    for _, _, own in saves:
        stands |= own  # each is made on the version before it: what it overwrites, it saw
    found += [f"{name}: {text!r}, now {now[name]!r}" for name, text in stands.items() if now[name] != text]
    kept = {each.version for each in revisions(store, ENTITY, group_id)}
    return found + [f"save {became} has no revision" for became, _, _ in saves if became not in kept]


def interleave(store: Session, number: int) -> list[str]:
    """Let two editors do what they do in an order by chance."""
    chance = random.Random(number)  # noqa: S311  # an order, no secret
    made = group(store, f"Table {number}")
    store.commit()
    people = editors()
    for one in people:
        one.open(store, made.id)
    for step in range(STEPS):
        one = chance.choice(people)
        act = chance.choice(("open", "type", "type", "save", "save"))
        if act == "open" and one.typed == one.base:
            one.open(store, made.id)
        elif act == "type":
            one.type(chance, f"{number} {step}")
        elif act == "save":
            one.save(store, made.id)
    for one in people:  # what is still only typed is sent in the end
        while one.typed != one.base and not one.save(store, made.id):
            pass
    return lost(store, made.id, people)


def test_in_100_interleavings_no_update_is_lost(store: Session) -> None:
    assert [told for number in range(100) for told in interleave(store, number)] == []


@pytest.mark.slow
def test_in_10_000_interleavings_no_update_is_lost(store: Session, capsys: pytest.CaptureFixture[str]) -> None:
    found: Counter[str] = Counter()
    for number in range(10_000):
        found.update(interleave(store, number))
        store.expunge_all()
    with capsys.disabled():
        print(f"\ninterleavings: 10000, lost updates: {found.total()}")
    assert not found


def test_at_the_very_same_time_no_update_is_lost(engine: Engine, store: Session) -> None:
    """Real threads, each on a connection of its own: the database decides who is first."""
    made = group(store, "Table of two")
    store.commit()
    people, each = editors() + editors(), 15
    start = threading.Barrier(len(people))
    failed: list[BaseException] = []

    def work(one: Editor, number: int) -> None:
        chance = random.Random(number)  # noqa: S311  # an order, no secret
        try:
            with Session(engine.execution_options(writes=True)) as own:
                start.wait()
                for step in range(each):
                    one.open(own, made.id)
                    own.rollback()  # the form is open; nothing is held
                    one.type(chance, f"{number} {step}")
                    while not one.save(own, made.id):
                        pass
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work, args=(one, number)) for number, one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failed == []
    store.expire_all()
    assert lost(store, made.id, people) == []
    assert sum(len(one.accepted) for one in people) >= each


def test_a_whole_list_is_not_taken_back_by_a_form_that_does_not_show_it(store: Session) -> None:
    """A save of the form leaves alone what the form has no field for."""
    made = group(store)
    one, two = editors()
    one.open(store, made.id)
    two.open(store, made.id)
    seen = read(store, made.id)
    edit_group(
        store,
        group_id=made.id,
        changes=GroupChanges(languages=("en", "ur")),
        expected_version=seen.version,
        actor=one.actor,
        reason=None,
        now=NOW,
    )
    store.commit()
    two.typed["description"] = "Two"
    assert not two.save(store, made.id)
    assert two.save(store, made.id)
    assert read(store, made.id).languages == ("en", "ur")
