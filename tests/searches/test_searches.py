"""Ten people and what they are promised; every kind of group that the product is for is found near Sale."""

import pytest

from service.catalog.views import GroupView
from service.matching.answer import Match
from tests.searches.conftest import Town
from tests.searches.people import KINDS, PEOPLE, Person

AT_HOME = ("online", "phone", "hybrid")


def terms(group: GroupView) -> set[str]:
    return {term.code for term in group.terms}


def offers(group: GroupView, codes: tuple[str, ...]) -> bool:
    """Return whether a group is of one of the kinds, or of a narrower one."""
    return any(term == code or term.startswith(f"{code}.") for term in terms(group) for code in codes)


def near(match: Match, group: GroupView, km: float) -> bool:
    """Return whether somebody gets there, or need not go."""
    return (match.km is not None and match.km <= km) or group.mode in AT_HOME or match.km is None


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_the_first_three_are_what_the_person_asked_for_and_near(town: Town, person: Person) -> None:
    answer = town.ask(person.asks)
    groups = town.groups(answer)
    told = [(group.name, sorted(terms(group)), match.km) for group, match in zip(groups, answer.matches, strict=True)]
    assert offers(groups[0], person.kinds), told[:3]
    assert sum(offers(group, person.kinds + person.others) for group in groups[:3]) >= person.alike, told[:3]
    for group, match in list(zip(groups, answer.matches, strict=True))[:3]:
        assert near(match, group, person.within_km), told[:3]
    if person.from_home:
        assert groups[0].mode in AT_HOME
    limit = person.asks.get("cost_max")
    if limit is not None and not answer.relaxed:
        assert all(group.price_pence is None or group.price_pence <= 100 * limit for group in groups)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_every_answer_says_why_and_what_does_not_fit(town: Town, person: Person) -> None:
    answer = town.ask(person.asks)
    assert len(answer.matches) >= 3
    assert all(match.reasons for match in answer.matches)
    assert any(match.misfits for match in answer.matches), "nothing fits everybody in everything"


def test_singing_near_sale_comes_first_with_its_reasons(town: Town) -> None:
    answer = town.ask(PEOPLE[0].asks)
    first = answer.matches[0]
    assert first.km is not None
    assert first.km <= 3.0
    reasons = {(point.code, point.params.get("offered")) for point in first.reasons}
    assert ("interest", "activity.music.singing") in reasons
    assert {code for code, _ in reasons} & {"near", "free"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_the_product_is_for_is_found_near_sale(town: Town, kind: str) -> None:
    for code in KINDS[kind]:
        answer = town.ask({"interests": [code], "place": "Sale", "mode": "in_person"})
        found = list(zip(town.groups(answer), answer.matches, strict=True))
        here = [group.name for group, match in found if offers(group, (code,)) and match.km and match.km <= 5.0]
        assert here, (code, [(group.name, match.km) for group, match in found])
