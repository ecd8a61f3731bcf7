"""Eighteen barriers, each yes, no or not confirmed, each a help or a must: what must happen, one line each."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from service.catalog.barriers import BARRIERS, CODES, FIRST_VISIT_FACTS, Strength
from service.catalog.facts import Value
from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Match
from service.matching.profile import Profile
from service.matching.snapshot import Snapshot
from tests.matching.making import SEVEN_ON_TUESDAYS, TEN_ON_TUESDAYS, TODAY, group, meets, person, stated

YES, NO, OPEN = Value.YES, Value.NO, Value.NOT_CONFIRMED
EXPIRED = date(2026, 11, 1)
SPECIAL: dict[str, dict[Value, dict[str, Any]]] = {
    "cost": {YES: {"price_pence": 0}, NO: {"price_pence": 900}, OPEN: {"price_pence": None}},
    "work_hours": {
        YES: {"sessions": (meets(SEVEN_ON_TUESDAYS),)},
        NO: {"sessions": (meets(TEN_ON_TUESDAYS),)},
        OPEN: {"sessions": ()},
    },
    "language": {
        YES: {"languages": ("ur",)},
        NO: {"languages": ("en",), "facts": stated(["interpreter_arranged"], NO)},
        OPEN: {"languages": ()},
    },
    "safety": {
        YES: {"vetting": "checked"},
        NO: {"vetting": "listed"},
        OPEN: {"vetting": "checked", "vetting_until": EXPIRED},
    },
}
ASKS: dict[str, dict[str, Any]] = {"language": {"languages": ("ur",)}}
# What a must does: gates on no and asks first on not confirmed; safety trades nothing; the rest never rule out.
NEVER_RULE_OUT = {"transport", "social_anxiety", "low_mood", "alone"}
NO_SCORE = {"safety"}


@dataclass(frozen=True)
class Outcome:
    shown: bool
    ask_first: bool = False


def offering(barrier: str, value: Value) -> ListedGroup:
    """A group that meets a barrier, does not, or has not said."""
    if barrier in SPECIAL:
        changes = dict(SPECIAL[barrier][value])
        return group(**changes)
    codes = ["alcohol_free"] if barrier == "culture" else [*BARRIERS[barrier].facts]
    if BARRIERS[barrier].first_visit:
        codes += FIRST_VISIT_FACTS
    return group(facts={} if value is OPEN else stated(codes, value))


def asking(barrier: str, strength: Strength) -> Profile:
    profile = person(barriers={barrier: strength}, **ASKS.get(barrier, {}))
    return replace(profile, needs={"alcohol_free": strength}) if barrier == "culture" else profile


def only_match(taxonomy: Taxonomy, offered: ListedGroup, profile: Profile) -> Match | None:
    answer = matcher.match(Snapshot.build([offered], taxonomy, 1), profile, TODAY)
    return answer.matches[0] if answer.matches else None


def expected(barrier: str, value: Value, strength: Strength) -> Outcome:
    if strength is Strength.HELPS or barrier in NEVER_RULE_OUT or value is YES:
        return Outcome(shown=True)
    if value is NO or barrier == "safety":
        return Outcome(shown=False)
    return Outcome(shown=True, ask_first=True)


@pytest.mark.parametrize("strength", Strength)
@pytest.mark.parametrize("value", [YES, NO, OPEN])
@pytest.mark.parametrize("barrier", CODES)
def test_barrier(taxonomy: Taxonomy, barrier: str, value: Value, strength: Strength) -> None:
    match = only_match(taxonomy, offering(barrier, value), asking(barrier, strength))
    wanted = expected(barrier, value, strength)
    assert (match is not None) == wanted.shown
    if match is not None:
        assert match.ask_first == wanted.ask_first


@pytest.mark.parametrize("barrier", CODES)
def test_no_is_below_not_confirmed_is_below_yes(taxonomy: Taxonomy, barrier: str) -> None:
    found = {
        value: only_match(taxonomy, offering(barrier, value), asking(barrier, Strength.HELPS))
        for value in (NO, OPEN, YES)
    }
    scores = [match.score for value in (NO, OPEN, YES) if (match := found[value]) is not None]
    assert len(scores) == 3
    if barrier in NO_SCORE:
        assert len(set(scores)) == 1
    else:
        assert scores[0] < scores[1] < scores[2]


@pytest.mark.parametrize("barrier", [code for code in CODES if code not in SPECIAL])
def test_not_confirmed_adds_and_takes_nothing(taxonomy: Taxonomy, barrier: str) -> None:
    match = only_match(taxonomy, offering(barrier, OPEN), asking(barrier, Strength.HELPS))
    without = only_match(taxonomy, offering(barrier, OPEN), person())
    assert match is not None
    assert without is not None
    assert match.score == without.score


@pytest.mark.parametrize("barrier", [code for code in CODES if BARRIERS[code].gate])
def test_one_no_and_one_unknown_is_ask_first(taxonomy: Taxonomy, barrier: str) -> None:
    gate = BARRIERS[barrier].gate
    match = only_match(taxonomy, group(facts=stated(gate[:1], NO)), asking(barrier, Strength.MUST))
    assert (match is not None and match.ask_first) if len(gate) > 1 else match is None


@pytest.mark.parametrize("level", [YES, NO, OPEN])
@pytest.mark.parametrize("toilet", [YES, NO, OPEN])
def test_level_with_a_toilet_asks_for_both(taxonomy: Taxonomy, level: Value, toilet: Value) -> None:
    said = {"step_free": level, "accessible_toilet": toilet}
    known = stated([code for code in said if said[code] is YES], YES) | stated([c for c in said if said[c] is NO], NO)
    match = only_match(taxonomy, group(facts=known), asking("wheelchair", Strength.MUST))
    assert (match is None) == (NO in said.values())
    if match is not None:
        asked = {point.params["fact"] for point in match.misfits if point.code == "fact_not_confirmed"}
        assert asked == {code for code, value in said.items() if value is OPEN}
        assert match.ask_first == bool(asked)
    assert only_match(taxonomy, group(facts=known), asking("wheelchair", Strength.HELPS)) is not None


def test_an_old_yes_is_not_confirmed(taxonomy: Taxonomy) -> None:
    old = group(facts=stated(["step_free"], YES, on=date(2024, 11, 1)))
    match = only_match(taxonomy, old, asking("wheelchair", Strength.MUST))
    assert match is not None
    assert match.ask_first


def test_confirmed_groups_come_before_those_to_ask_first(taxonomy: Taxonomy) -> None:
    nearer = group(1, terms=["activity.music.singing"])
    further = group(2, terms=["activity.music.singing"], facts=stated(["step_free", "accessible_toilet"], YES))
    snapshot = Snapshot.build([nearer, further], taxonomy, 1)
    profile = person(barriers={"wheelchair": Strength.MUST}, interests=("activity.music.singing",))
    answer = matcher.match(snapshot, profile, TODAY)
    assert [(match.group_id, match.ask_first) for match in answer.matches] == [
        (str(further.id), False),
        (str(nearer.id), True),
    ]
