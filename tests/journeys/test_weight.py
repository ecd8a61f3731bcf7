"""What a first visit costs on a poor phone: everything over the wire, in every language, and what may be kept."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from service.config import LANGUAGES
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser
MOST = 100_000  # bytes, answers with their headers


def loaded(browser: Browser, demo: Demo, path: str) -> tuple[dict[str, int], list[str]]:
    """Return the bytes of each answer to a first visit, and what held up the first look at the page."""
    context = browser.new_context(base_url=demo.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    where: dict[str, str] = {}
    size: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: where.update({event["requestId"]: event["request"]["url"]}))

    def finished(event: dict[str, Any]) -> None:
        size[where[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="networkidle")
    blocking = page.evaluate("""() => performance.getEntriesByType("resource")
        .filter((entry) => entry.renderBlockingStatus === "blocking").map((entry) => entry.name)""")
    context.close()
    return size, blocking


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_light(browser: Browser, demo: Demo, language: str) -> None:
    size, blocking = loaded(browser, demo, f"/{language}/")
    assert sum(size.values()) <= MOST, size
    assert len(size) >= 6, "page, sheets, script, fonts"
    assert all(".css" in name for name in blocking), "no script holds up the page"


def test_files_are_asked_for_once_and_pages_each_time(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.url)
    page = context.new_page()
    page.goto("/en/", wait_until="networkidle")
    over_the_wire: list[str] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.responseReceived",
        lambda event: (
            None
            if event["response"].get("fromDiskCache") or event["response"]["url"].startswith("data:")
            else over_the_wire.append(event["response"]["url"])
        ),
    )
    served = "Network.requestServedFromCache"
    kept: list[str] = []
    session.on(served, lambda event: kept.append(event["requestId"]))
    page.goto("/en/privacy", wait_until="networkidle")
    fetched = [url for url in over_the_wire if "/static/" in url]
    assert len(fetched) <= len(kept), (fetched, kept)
    assert any(url.endswith("/en/privacy") for url in over_the_wire)
    context.close()
