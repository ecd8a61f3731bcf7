"""Somebody at a real browser, and what must hold for every page they see, wide and light, narrow and dark."""

import json
import os
import re
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.pages import check_page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDE, PHONE, SMALLEST = (1280, 900), (360, 740), (320, 640)
VIEWS = ((WIDE, "light"), (PHONE, "dark"))
REPORT_BLOCKED = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} blocked ${event.blockedURI}`));
"""
RUN_AXE = """
async (tags) => {
  const closed = [...document.querySelectorAll("details:not([open])")];
  for (const part of closed) part.open = true;
  const found = await axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  for (const part of closed) part.open = false;
  return found.violations.map((rule) => [rule.id, rule.help, rule.nodes.map((node) => node.html.slice(0, 160))]);
}
"""
TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


PICTURES = os.environ.get("KITH_PICTURES")  # a folder to keep a picture of every page in that is looked at
_numbers = count(1)


@lru_cache(maxsize=1)
def axe() -> str:
    """Return the accessibility checker."""
    return AXE.read_text(encoding="utf-8")


class Visitor:
    """One browser profile with one page. Whatever goes wrong in it is kept until `look` or `leave` tells."""

    def __init__(self, browser: Browser, url: str, *, javascript: bool = True, state: Any = None) -> None:
        self.url = url
        self.javascript = javascript
        self.context = browser.new_context(
            base_url=url,
            java_script_enabled=javascript,
            storage_state=state,
            viewport={"width": WIDE[0], "height": WIDE[1]},
            reduced_motion="reduce",
            locale="en-GB",
        )
        self.context.set_default_timeout(30_000)  # milliseconds
        self.context.add_init_script(REPORT_BLOCKED)
        self.documents: dict[Page, Response] = {}
        self.refused: set[str] = set()
        self.trouble: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        """Open one more page."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("response", lambda response: self._answered(page, response))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that refuses something is written to the console by the browser itself.
        if message.type == "error" and message.location.get("url") not in self.refused:
            self.trouble.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(f"{self.url}/"):
            self.trouble.append(f"asked elsewhere: {request.url}")

    def _answered(self, page: Page, response: Response) -> None:
        if not response.request.is_navigation_request() or response.status in range(300, 400):
            return
        self.documents[page] = response
        if response.status >= 400:
            self.refused.add(response.url)

    def status(self, page: Page | None = None) -> int:
        """Return how the page in front of the visitor was answered."""
        return self.documents[page or self.page].status

    def look(self, page: Page | None = None) -> None:
        """Assert that the page is valid, usable by everybody, fits the smallest phone and asked nobody else."""
        page = page or self.page
        check_page(self.documents[page].text())
        for (width, height), scheme in VIEWS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self._check_view(page, f"{width} {scheme}")
            _keep_picture(page, f"{width}-{scheme}")
        page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
        assert page.evaluate(TOO_WIDE) <= 0, f"{page.title()} scrolls sideways at {SMALLEST[0]} px"
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="light")
        assert not self.trouble, self.trouble

    def _check_view(self, page: Page, view: str) -> None:
        assert page.evaluate(TOO_WIDE) <= 0, f"{page.title()} scrolls sideways at {view}"
        if not self.javascript:
            return  # the checker is a script; the page is the same one
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(axe())
        found = page.evaluate(RUN_AXE, list(TAGS))
        assert not found, f"{page.title()} at {view}: {json.dumps(found, indent=1)}"

    def leave(self) -> None:
        """Close the browser profile; nothing may have gone wrong in it."""
        self.context.close()
        assert not self.trouble, self.trouble


def _keep_picture(page: Page, view: str) -> None:
    if PICTURES:
        name = re.sub("[^a-z0-9]+", "-", page.title().lower()).strip("-")
        page.screenshot(path=Path(PICTURES) / f"{next(_numbers):03}-{name}-{view}.png", full_page=True)
