"""What is asked of a body that runs groups, by what its groups do: little of twelve singers in a hall. Pure.

Any one paper bears the level `checked` while nothing they do asks for more. The rules are proposed: no source sets any.
"""

from collections.abc import Collection, Iterable, Mapping

from service.catalog.facts import Value

RISKS: Mapping[str, frozenset[str]] = {
    "alone": frozenset({"safeguarding_policy", "record_checks"}),  # with one person, or in their home
    "driving": frozenset({"record_checks", "insurance"}),  # takes people along in cars
    "children": frozenset({"safeguarding_policy", "record_checks", "risk_assessment"}),
    "nights": frozenset({"safeguarding_policy", "risk_assessment", "insurance"}),  # away from home
}
ADULT = 18  # years
_TERMS = {"format.one_to_one": "alone", "activity.support.befriending": "alone", "format.residential": "nights"}
_FACTS = {"one_to_one_start": "alone", "transport_provided": "driving"}


def risks_of(
    *, ages: tuple[int | None, int | None], terms: Collection[str], facts: Mapping[str, str], removes: Collection[str]
) -> frozenset[str]:
    """Return what one group does that asks for more. What is not known of it asks for nothing.

    Parameters
    ----------
    ages : (youngest, oldest) or None each
        In years.
    terms, removes : collection of str
        Codes of the taxonomy, and of the barriers it removes.
    facts : mapping of fact code to value

    Examples
    --------
    >>> risks_of(ages=(None, None), terms={"music.choir"}, facts={}, removes=())
    frozenset()
    >>> sorted(risks_of(ages=(11, 17), terms={"format.residential"}, facts={}, removes=()))
    ['children', 'nights']
    """
    youngest, oldest = ages
    found = {_TERMS[one] for one in terms if one in _TERMS}
    found |= {risk for code, risk in _FACTS.items() if facts.get(code) == Value.YES}
    if (youngest is not None and youngest < ADULT) or (oldest is not None and oldest < ADULT):
        found.add("children")
    if "transport" in removes:
        found.add("driving")
    return frozenset(found)


def asked(risks: Iterable[str]) -> frozenset[str]:
    """Return the papers that these risks ask for, together.

    >>> sorted(asked(["alone", "driving"]))
    ['insurance', 'record_checks', 'safeguarding_policy']
    """
    return frozenset().union(*(RISKS[one] for one in risks))
