"""In every language each page fits a phone of 320 px, no text is cut off, and axe finds nothing."""

import json
from typing import Any

import pytest

from service.web.languages import EASY, SEGMENTS
from tests.journeys.conftest import Visit
from tests.journeys.visitors import RUN_AXE, SMALLEST, TAGS, TOO_WIDE, Visitor, axe
from tests.pages import check_page

pytestmark = pytest.mark.browser

AT_ONCE = ("de", f"ur{EASY}")  # the longest words; large letters that run from right to left. The others: make soak
FIRST = 4  # pages: the form, a list, one with nothing that fits, a group
STORY = "Lonely since I stopped work. I like singing and cards."
OPEN_ALL = "() => document.querySelectorAll('details:not([open])').forEach((part) => { part.open = true; })"
# What holds text of its own and is narrower than it, or reaches over the edge of the window; not what is only read
# aloud, and not what one can scroll by itself.
CUT_OFF = """
() => {
  const found = [];
  const edge = document.documentElement.clientWidth;
  for (const part of document.querySelectorAll("body *")) {
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const aside = part.closest(".govuk-visually-hidden, .govuk-skip-link, .kith-trap, svg, select");
    if (!own || aside || !part.getClientRects().length || part.closest("[tabindex='0'][role='region']")) continue;
    const box = part.getBoundingClientRect();
    if (box.width <= 2 || box.height <= 2) continue;
    const hides = getComputedStyle(part).overflowX !== "visible";
    if ((hides && part.scrollWidth > part.clientWidth + 1) || box.left < -1 || box.right > edge + 1)
      found.push([part.tagName, part.className, part.textContent.trim().slice(0, 60)]);
  }
  return found;
}
"""


def looked_at(visitor: Visitor, path: str) -> str:
    """Open a page, with all that is folded away, and return what is wrong with it on the smallest phone."""
    visitor.page.goto(path)
    assert visitor.status() == 200, path
    check_page(visitor.documents[visitor.page].text())
    visitor.page.evaluate(OPEN_ALL)
    visitor.page.evaluate(axe())
    found = {
        "scrolls sideways by": visitor.page.evaluate(TOO_WIDE),
        "cut off": visitor.page.evaluate(CUT_OFF),
        "axe": visitor.page.evaluate(RUN_AXE, list(TAGS)),
    }
    return "; ".join(f"{path[:40]} {what}: {json.dumps(wrong)[:900]}" for what, wrong in found.items() if wrong)


def pages(visitor: Visitor) -> list[str]:
    """Return the main pages behind the language: the form, questions, lists, a group, about us."""
    found = [list_of(visitor, STORY, "M33 4ND"), list_of(visitor, "unicycle hockey", "")]
    visitor.page.goto(f"/en{found[0]}")
    group: Any = visitor.page.locator("main a[href*='/groups/']").first.get_attribute("href")
    questions = [f"/steps/{found[0].rpartition('/')[2]}/{code}" for code in ("enjoy", "easier", "where", "when")]
    return [
        "/",
        *found,
        group.removeprefix("/en"),
        f"{found[0]}/change",
        *questions,
        "/check",
        "/how-we-choose",
        "/ring-me",
    ]


def list_of(visitor: Visitor, text: str, place: str) -> str:
    visitor.page.goto("/en/")
    visitor.page.locator("#text").fill(text)
    visitor.page.locator("#place").fill(place)
    visitor.page.locator("main form button[type=submit]").first.click()
    return visitor.page.url.removeprefix(f"{visitor.url}/en")


def looked_through(visitor: Visitor, segment: str, most: int | None = None) -> str:
    """Return what is wrong with the pages of a language, the first ones or all."""
    visitor.page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
    found = [looked_at(visitor, f"/{segment}{rest}") for rest in pages(visitor)[:most]]
    return "\n".join(filter(None, found))


@pytest.mark.parametrize("segment", AT_ONCE)
def test_the_first_pages_fit(visit: Visit, segment: str) -> None:
    assert not looked_through(visit(), segment, FIRST)


@pytest.mark.slow
@pytest.mark.parametrize("segment", SEGMENTS)
def test_every_page_fits_in_every_language(visit: Visit, segment: str) -> None:
    assert not looked_through(visit(), segment)
