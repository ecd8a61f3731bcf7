"""Takes pictures of the answers to the ten people, wide and on a phone: `python -m tests.searches.pictures FOLDER`."""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.serving import Demo, running
from tests.journeys.visitors import PHONE, WIDE
from tests.searches.people import PEOPLE, Person

SINGLE = ("text", "place", "age", "cost_max", "max_distance")
RENAMED = {"max_km": "max_distance"}


def fill(page: Page, person: Person) -> None:
    """Type what somebody asks into the first page, and send it."""
    page.goto("/en/")
    page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    for name, value in person.asks.items():
        field = RENAMED.get(name, name)
        if field in SINGLE:
            page.locator(f"[name={field}]").fill(str(value))
        elif name == "barriers":
            for barrier, strength in value.items():
                page.locator(f"[name=barrier_{barrier}][value={strength}]").check()
        elif name == "interests":
            _choose(page, value)
        else:
            for one in value if isinstance(value, list) else [value]:
                page.locator(f"[name={name}][value={one}]").check()
    page.get_by_role("button", name="Show me groups").first.click()
    page.get_by_role("heading", level=1).wait_for()


def _choose(page: Page, codes: list[str]) -> None:
    """Add interests that have no tile, as an address that somebody shared would."""
    page.evaluate(
        """(codes) => codes.forEach((code) => {
          const field = document.createElement("input");
          Object.assign(field, {type: "hidden", name: "interests", value: code});
          document.querySelector("form[method=post]").append(field);
        })""",
        codes,
    )


def take(demo: Demo, folder: Path) -> None:
    """Write two pictures a person and print the first groups of each list."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for number, person in enumerate(PEOPLE, start=1):
            context = browser.new_context(base_url=demo.url, locale="en-GB", reduced_motion="reduce")
            page = context.new_page()
            fill(page, person)
            name = f"{number:02}-{re.sub('[^a-z]+', '-', person.name)}"
            for size in (WIDE, PHONE):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.screenshot(path=folder / f"{name}-{size[0]}.png", full_page=True)
            groups = page.locator("main :is(.kith-notice__title, .kith-link-list) bdi:not(.kith-soft)")
            print(f"{number}. {person.name}: {'; '.join(groups.all_inner_texts()[:3])}")
            context.close()
        browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with running(target / "instance") as started:
        take(started, target)
