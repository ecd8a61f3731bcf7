"""A council shows us on its own site: a real second origin, in a real browser. Another site shows nothing of us."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.serving import Demo, free_port, running
from tests.journeys.visitors import RUN_AXE, TAGS, TOO_WIDE, axe

pytestmark = pytest.mark.browser
NARROWEST = 280  # pixels of a council's column
SITE = """<!doctype html><html lang="en"><head><title>{name}</title></head><body><h1>{name}</h1>
<iframe id="box" title="Kith" src="{kith}/embed/en/search" width="{width}" height="480"></iframe>
<iframe id="list" title="Groups" src="{kith}/embed/en/list?near=Sale&amp;interest=activity.music&amp;show=4"
  width="{width}" height="700"></iframe></body></html>"""


class Site(BaseHTTPRequestHandler):
    """One page of somebody else."""

    def __init__(self, page: Callable[[], str], *args: object) -> None:
        self.page = page
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        body = self.page().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Write nothing."""


class Sites:
    """A council that may show us, and somebody who may not; both of other origins than ours."""

    def __init__(self, folder: Path) -> None:
        self.ports = [free_port(), free_port()]
        self.kith = ""
        self.folder = folder
        self.servers = [
            ThreadingHTTPServer(("127.0.0.1", port), partial(Site, partial(self.page, name)))
            for port, name in zip(self.ports, ("Council", "Stranger"), strict=True)
        ]

    def page(self, name: str) -> str:
        return SITE.format(name=name, kith=self.kith, width=NARROWEST)

    @property
    def council(self) -> str:
        return f"http://localhost:{self.ports[0]}"

    @property
    def stranger(self) -> str:
        return f"http://localhost:{self.ports[1]}"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    folder = tmp_path_factory.mktemp("embed")
    made = Sites(folder)
    for server in made.servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with running(folder / "instance", KITH_EMBED_SITES=made.council) as demo:
        made.kith = demo.url
        yield made
    for server in made.servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 400, "height": 1400})
    context.set_default_timeout(30_000)
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def test_the_council_s_visitors_search_and_land_on_the_list(page: Page, sites: Sites) -> None:
    page.goto(sites.council)
    box = page.frame_locator("#box")
    box.get_by_label("In your own words").fill("like singing")
    box.get_by_label("Where are you?").fill("Sale")
    box.get_by_role("button", name="Show me groups").click()
    page.wait_for_url(f"{sites.kith}/en/find/*")
    expect(page.locator("article").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Council")).to_be_visible()


def test_a_group_of_the_list_opens_in_the_whole_window(page: Page, sites: Sites) -> None:
    page.goto(sites.council)
    first = page.frame_locator("#list").get_by_role("listitem").first.get_by_role("link")
    name = first.inner_text()
    first.click()
    page.wait_for_url(f"{sites.kith}/en/groups/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_both_pieces_fit_a_narrow_column_and_are_usable_by_everybody(page: Page, sites: Sites) -> None:
    page.goto(sites.council)
    page.frame_locator("#list").get_by_role("listitem").first.wait_for()
    for part in ("search", "list"):
        frame = next(frame for frame in page.frames if f"/embed/en/{part}" in frame.url)
        assert frame.evaluate("() => innerWidth") == NARROWEST
        assert frame.evaluate(TOO_WIDE) <= 0, part
        frame.evaluate(axe())
        found = frame.evaluate(RUN_AXE, list(TAGS))
        assert not found, (part, found)


def test_a_stranger_s_frames_stay_empty(page: Page, sites: Sites, demo: Demo) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(sites.stranger)
    page.wait_for_load_state("networkidle")
    inside = [frame for frame in page.frames if frame != page.main_frame]
    assert inside
    for frame in inside:
        assert "Kith" not in frame.content()
        assert frame.locator("main").count() == 0
    assert sum("frame-ancestors" in text for text in refused) >= 2, refused
