"""In every language each page, in each state, fits a phone of 320 px, cuts off no text, and axe finds nothing in it.

What is looked at is listed in `tests/journeys/states.py`, how in `tests/journeys/looking.py`. Contrast is looked at in
the light, in the dark and in forced colours; what people at work see also at 200 % zoom.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.web.languages import EASY, SEGMENTS
from tests.journeys.conftest import Visit
from tests.journeys.ground import asked_too_often, at_work, helped, prepared, staff
from tests.journeys.looking import DARK, FORCED, SMALL, VIEWS, ZOOMED, View, look
from tests.journeys.serving import Demo
from tests.journeys.states import AT_WORK, FIRST, STATES
from tests.journeys.test_refer import refer

pytestmark = pytest.mark.browser

# The longest words; large letters that run from right to left; our own colours set aside. All else: make soak.
AT_ONCE = (("de", SMALL), (f"ur{EASY}", DARK), ("pl", FORCED))
# Colours do not depend on the words: of the easy pages, two languages are looked at in all colours.
EASY_IN_ALL_VIEWS = (f"en{EASY}", f"ur{EASY}")
Ground = dict[str, str]


@pytest.fixture(scope="module")
def ground(demo: Demo) -> Ground:
    """What the addresses are about, made once for all languages."""
    return prepared(demo)


@pytest.fixture(scope="module")
def everything(demo: Demo, ground: Ground) -> Iterator[Ground]:
    """The same with what takes longer: somebody was referred, and somebody said too often what is wrong."""
    referral, link = refer(demo, "Cai", "knitting")
    with asked_too_often(demo):
        yield {
            **ground,
            **staff(demo),
            **helped(demo, referral),
            "answer": link.rpartition("/")[2],
            "referral": referral,
        }


def views(segment: str) -> tuple[View, ...]:
    return VIEWS if EASY not in segment or segment in EASY_IN_ALL_VIEWS else (SMALL,)


@pytest.mark.parametrize(("segment", "view"), AT_ONCE, ids=[f"{segment}, {view.name}" for segment, view in AT_ONCE])
def test_the_first_pages_fit(visit: Visit, ground: Ground, segment: str, view: View) -> None:
    visitor = visit()
    found = [line for state in FIRST for line in look(visitor, state, segment, ground, (view,))]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("segment", SEGMENTS)
def test_every_page_fits_in_every_state_and_language(
    visit: Visit, demo: Demo, everything: Ground, segment: str
) -> None:
    visitor = visit()
    known = {**everything, "sign in": demo.sign_in_link("Ada").rpartition("/")[2]}
    found = [line for state in STATES for line in look(visitor, state, segment, known, views(segment))]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", AT_WORK)
def test_every_page_of_work_fits(
    visit: Visit, demo: Demo, everything: Ground, signed_in: Callable[[str], Any], name: str
) -> None:
    visitor = visit(state=signed_in(name))
    known = {**everything, **at_work(demo)}
    found = [line for state in AT_WORK[name] for line in look(visitor, state, "en", known, (*VIEWS, ZOOMED))]
    assert not found, "\n".join(found)
