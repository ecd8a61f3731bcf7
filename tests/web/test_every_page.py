"""No page is left out where pages are looked at: in each language, on small phones, in the dark, in forced colours."""

from flask import Flask

from tests.journeys.states import AT_WORK, NO_PAGE, STATES
from tests.walk import rules


def test_every_page_is_looked_at_or_is_said_to_be_none(app: Flask) -> None:
    there = {rule.rule for rule in rules(app) if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")}
    # A page that is only looked at when something was sent to it is not looked at as it is opened.
    opened = {state.rule for state in STATES if state.send is None}
    at_work = {state.rule for states in AT_WORK.values() for state in states}
    no_page = {rule for kind in NO_PAGE.values() for rule in kind}
    assert there - opened - at_work - no_page == set(), "a page that nobody looks at"
    assert (opened | at_work | no_page) - there == set(), "a page that is no more"
    assert not no_page & (opened | at_work)


def test_what_is_sent_goes_to_where_something_is_taken(app: Flask) -> None:
    taken = {rule.rule for rule in rules(app) if "POST" in (rule.methods or ())}
    assert {state.rule for state in STATES if state.send is not None} <= taken


def test_each_state_has_a_name_of_its_own() -> None:
    names = [(state.rule, state.name) for state in STATES]
    assert len(set(names)) == len(names)
