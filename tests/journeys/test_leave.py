"""Somebody leaves in a hurry: at once, by button and by key, and Back does not bring the page back."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.serving import Demo, eventually, free_port

pytestmark = pytest.mark.browser
ELSEWHERE = "https://www.wikipedia.org/"
NEUTRAL = "<!doctype html><title>Encyclopedia</title><h1>Encyclopedia</h1>"
# Pages that somebody in danger may have open: the first, one with words about them, and where they ask for a call.
PAGES = ("/en/", "/en/privacy", "/en/ring-me", "/ur/", "/en-easy/")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(request: pytest.FixtureRequest, browser: Browser, demo: Demo) -> Iterator[Page]:
    context = browser.new_context(base_url=demo.url, java_script_enabled=request.param)
    context.set_default_timeout(30_000)  # milliseconds
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=NEUTRAL, content_type="text/html"))
    made = context.new_page()
    made.javascript = request.param  # type: ignore[attr-defined]
    yield made
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_one_press_leaves(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("[data-leave]").click()
    page.wait_for_url(ELSEWHERE)
    assert page.title() == "Encyclopedia"


def only_with_a_script(page: Page) -> None:
    if not page.javascript:  # type: ignore[attr-defined]
        pytest.skip("without a script the button is a plain link")


def test_the_page_is_blank_before_anything_is_asked_for(page: Page) -> None:
    only_with_a_script(page)
    page.goto("/en/")
    page.route(f"{ELSEWHERE}**", lambda _route: None)  # never answered
    blank = page.evaluate("""() => {
        document.querySelector("[data-leave]").click();
        return [document.documentElement.hidden, document.title];
    }""")
    assert blank == [True, "…"], "before the click has returned"


def test_shift_three_times_leaves_and_writing_does_not(page: Page) -> None:
    only_with_a_script(page)
    page.goto("/en/")
    page.locator("textarea").first.focus()
    for keys in ("Shift+A", "Shift+B", "Shift+C", "Shift+D", "Shift", "Shift", "e", "Shift", "Shift"):
        page.keyboard.press(keys)
    assert page.locator("textarea").first.input_value() == "ABCDe"
    page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)


def test_back_does_not_bring_it_back_and_coming_anew_does(page: Page) -> None:
    only_with_a_script(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    for path in ("/en/", "/en/privacy", "/en/how-we-choose"):
        page.goto(path)
    page.locator("[data-leave]").click()
    page.wait_for_url(ELSEWHERE)
    assert [each.rpartition("/")[2] for each in asked if each.startswith("POST")] == ["leave"]
    for _ in range(2):
        with page.expect_navigation(url=ELSEWHERE):
            page.evaluate("history.back()")
        assert page.title() == "Encyclopedia"
    page.goto("/en/")
    assert page.locator("h1").is_visible(), "whoever comes anew is let in"
    page.goto("/en/privacy")
    page.go_back()
    assert page.url.endswith("/en/"), "Back works again"


def test_without_a_script_it_is_a_plain_link_that_asks_us_nothing(page: Page) -> None:
    if page.javascript:  # type: ignore[attr-defined]
        pytest.skip("the other way")
    page.goto("/en/", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[data-leave]").click()
    page.wait_for_url(ELSEWHERE)
    late = {one for one in asked if "/static/" in one}  # letters and icon of the page before, fetched when idle
    assert [one for one in asked if one not in late] == [ELSEWHERE]


class Encyclopedia(BaseHTTPRequestHandler):
    """Another site, on this machine: where answers are made up by the test, the browser keeps nothing anyway."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(NEUTRAL)))
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(NEUTRAL.encode())

    def log_message(self, *_args: object) -> None:
        """Write nothing."""


@pytest.mark.asvs("V14.3.1")
def test_what_the_browser_kept_of_us_is_cleared(browser: Browser, demo: Demo) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Encyclopedia)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    elsewhere = f"http://localhost:{server.server_port}/"
    page = browser.new_page(base_url=demo.url)

    def fetched() -> int:
        page.goto("/en/privacy", wait_until="networkidle")
        count: int = page.evaluate(
            "performance.getEntriesByType('resource').filter((file) => file.transferSize > 0).length"
        )
        return count

    page.goto("/en/", wait_until="networkidle")
    assert fetched() == 0, "files are kept"
    page.evaluate("(href) => document.querySelector('[data-leave]').href = href", elsewhere)
    page.locator("[data-leave]").click()
    page.wait_for_url(elsewhere)
    assert eventually(lambda: fetched() or None, 10) >= 5, "and were cleared"
    page.close()
    server.shutdown()
    server.server_close()
