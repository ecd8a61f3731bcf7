"""A real server, a real browser, and people who use them."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.serving import Demo, running
from tests.journeys.visitors import Visitor

CHROMIUM = shutil.which("chromium")
NEEDED = "KITH_NEEDS_BROWSER"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "NO CHROMIUM ON THIS MACHINE: no journey in a browser was tested. Install chromium, and nothing is skipped."
PATIENCE = 20_000  # milliseconds: a busy machine is no failure
Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and not os.environ.get(NEEDED):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if any(MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this machine; never one that was downloaded."""
    assert CHROMIUM is not None, f"{NEEDED} is set, and there is no chromium"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration, started once; each test uses groups of its own."""
    with running(tmp_path_factory.mktemp("demo") / "instance", KITH_EMBED_SITES="https://council.example.org") as made:
        yield made


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Visit]:
    """Make visitors; nothing may have gone wrong in any of their browsers."""
    there: list[Visitor] = []

    def visit(**how: Any) -> Visitor:
        there.append(Visitor(browser, demo.url, **how))
        return there[-1]

    yield visit
    for visitor in there:
        visitor.leave()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: Demo) -> Callable[[str], Any]:
    """Return how somebody's browser is after they signed in, once for the whole run: a link works once."""
    known: dict[str, Any] = {}

    def state(name: str) -> Any:
        if name not in known:
            visitor = Visitor(browser, demo.url)
            visitor.page.goto(demo.sign_in_link(name))
            visitor.look()
            visitor.page.get_by_role("button", name="Sign me in").click()
            visitor.page.get_by_role("button", name="Sign out").wait_for()
            known[name] = visitor.context.storage_state()
            visitor.leave()
        return known[name]

    return state
