"""Somebody who walks through the pages in one way: in a small window or a wide one, without a script, by keys alone.

What they do is told in the words of the page (`press` a button, `fill` a field): how it is done depends on the way.
"""

import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, Frame, Locator, expect

from tests.journeys.visitors import TOO_WIDE, Visitor

MOST_LOADS = 8  # page loads of one journey
MOST_KEYS = 400  # presses of Tab until somebody gives up
PICTURES = os.environ.get("KITH_PICTURES")
IS_FOCUSED = "(element) => element === document.activeElement"
FOCUS_SHOWS = """(element) => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" || style.boxShadow !== "none" || ["radio", "checkbox"].includes(element.type);
}"""
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody uses the pages. At 200 % zoom a window holds half as many pixels of the page."""

    width: int
    height: int = 800
    javascript: bool = True
    keyboard: bool = False
    zoom: int = 1

    @property
    def name(self) -> str:
        """How tests and pictures call it."""
        parts = [f"{self.width}px", "" if self.javascript else "no script", "keys alone" if self.keyboard else ""]
        return ", ".join(filter(None, [*parts, "200 % zoom" if self.zoom == 2 else ""]))


WAYS = (
    Way(width=320, height=640),
    Way(width=768, javascript=False),
    Way(width=1280, keyboard=True),
    Way(width=1280, zoom=2),
    Way(width=320, height=640, javascript=False),
    Way(width=1280),
    Way(width=768),
    Way(width=1280, javascript=False, keyboard=True),
    Way(width=1280, javascript=False),
)


class Walker(Visitor):
    """A visitor on one way, who counts the pages that were loaded."""

    def __init__(self, browser: Browser, url: str, way: Way, journey: str) -> None:
        super().__init__(browser, url, javascript=way.javascript)
        self.way, self.journey, self.loads = way, journey, 0
        self.page.set_viewport_size({"width": way.width // way.zoom, "height": way.height // way.zoom})
        self.page.on("framenavigated", self._loaded)

    def _loaded(self, frame: Frame) -> None:
        if frame == self.page.main_frame and frame.url.startswith(self.url) and "#" not in frame.url[-40:]:
            self.loads += 1

    def begin(self, path: str = "/en/") -> None:
        """Type an address."""
        self.page.goto(path)
        self.see()

    def see(self) -> None:
        """The page fits the window; a picture of it is kept where somebody wants to look."""
        self.page.get_by_role("heading", level=1).first.wait_for()
        assert self.page.evaluate(TOO_WIDE) <= 0, f"{self.page.title()} scrolls sideways on {self.way.name}"
        if PICTURES:
            name = re.sub("[^a-z0-9]+", "-", f"{self.journey}-{self.way.name}-{next(_numbers):03}".lower())
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)

    def _go_to(self, wanted: Locator) -> None:
        """Press Tab until the focus is there, and see that one can see it."""
        expect(wanted).to_be_attached()
        for _ in range(MOST_KEYS):
            if wanted.evaluate(IS_FOCUSED):
                assert wanted.evaluate(FOCUS_SHOWS), f"the focus does not show: {wanted}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads there: {wanted}")

    def press(self, role: str, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Follow a link, press a button, open what is folded."""
        self.act((within or self.page).get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def act(self, wanted: Locator) -> None:
        """Press what is shown there."""
        if self.way.keyboard:
            self._go_to(wanted)
            self.page.keyboard.press("Enter")
        else:
            wanted.click()

    def fill(self, label: str | re.Pattern[str], text: str) -> None:
        """Write into a field."""
        field = self.page.get_by_label(label).first
        if self.way.keyboard:
            self._go_to(field)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def choose(self, wanted: Locator) -> None:
        """Tick a box or one of several answers."""
        if not self.way.keyboard:
            wanted.check()
        elif wanted.get_attribute("type") == "checkbox":
            self._go_to(wanted)
            self.page.keyboard.press("Space")
        else:
            self._choose_among(wanted)
        expect(wanted).to_be_checked()

    def _choose_among(self, wanted: Locator) -> None:
        """Of several answers one is in the way of Tab; arrows lead to the others."""
        name = wanted.get_attribute("name")
        among = self.page.locator(f"input[type=radio][name='{name}']")
        stops = among.and_(self.page.locator(":checked"))
        self._go_to(stops.first if stops.count() else among.first)
        self.page.keyboard.press("Space")
        for _ in range(among.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def arrive(self) -> None:
        """The journey took few pages, and nothing went wrong on the way."""
        assert self.loads <= MOST_LOADS, f"{self.journey}: {self.loads} pages"
        self.leave()
