"""What somebody types in a whole journey is nowhere afterwards: database, logs, addresses, Referer, browser's cache.

The words are letters that occur nowhere else; they are looked for as they are, as browsers and databases may write
them, and inside whatever in an address can be decoded.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, unquote_plus

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser
STORY = "zqaxstory like singing"
NAME, ABOUT, WRONG, CONTACT = "Zqaxname", "zqaxabout", "zqaxwrong", "zqaxcontact@example.org"
POSTCODE = "M33 4XQ"  # of a sector that is there; nobody else has it
NUMBER = "01632 960987"
BY = "Zqaxprepared"
WORDS = (
    "zqaxstory",
    "zqaxname",
    "zqaxprepared",
    ABOUT,
    WRONG,
    "zqaxcontact",
    POSTCODE,
    POSTCODE.replace(" ", ""),
    NUMBER,
)
CACHES = ("Cache", "Code Cache", "GPUCache", "Service Worker", "blob_storage", "Local Storage", "IndexedDB")


def spellings(word: str) -> Iterator[bytes]:
    """Yield a word as it may be written: its bytes, two bytes a letter, escaped, and in base64 at each offset."""
    for form in (word, word.upper(), word.lower(), quote(word), word.replace(" ", "+")):
        yield form.encode()
        yield form.encode("utf-16-le")
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + word.encode())
        yield coded[-(-offset * 8 // 6) : (offset + len(word)) * 8 // 6]  # without what its neighbours change


NEEDLES = {needle for word in WORDS for needle in spellings(word) if len(needle) >= 6}


def found_in(data: bytes) -> set[bytes]:
    return {needle for needle in NEEDLES if needle in data}


def decoded(address: str) -> bytes:
    """Return an address as it is, unescaped, and with each part of it that is base64 laid open."""
    told = [address, unquote(address), unquote_plus(unquote(address))]
    parts = [part for part in re.split(r"[/?&=#]", address) if re.fullmatch(r"[\w-]{8,}", part, re.ASCII)]
    opened = [base64.urlsafe_b64decode(part[: len(part) // 4 * 4]) for part in parts]
    return b"\n".join([*(text.encode() for text in told), *opened])


def scan(folder: Path) -> tuple[list[str], int]:
    """Return what was found in which file of a folder, and how many bytes were looked at."""
    hits, size = [], 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            size += len(data)
            hits += [f"{path.relative_to(folder)}: {needle!r}" for needle in sorted(found_in(data))]
    return hits, size


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


def journey(page: Page) -> dict[str, str]:
    """Go through everything that asks for words; return what was answered in the check."""
    page.goto("/en/")
    page.get_by_label("In your own words").fill(STORY)
    page.get_by_label("Where are you?").fill("M33 4XQQ")
    page.get_by_role("button", name="Show me groups").first.click()
    expect(page.get_by_label("In your own words")).to_have_value(STORY)  # a mistake: shown again, nothing lost
    page.get_by_label("Where are you?").fill(POSTCODE)
    page.get_by_role("button", name="Show me groups").first.click()
    page.wait_for_url("**/find/*")
    results = page.url
    page.locator("article").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Something is wrong").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_label("In your own words").fill(WRONG)
    page.get_by_label("If you would like an answer").fill(CONTACT)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/wrong/*")
    page.goto(results)
    page.get_by_role("button", name=re.compile("^Keep")).first.click()
    page.get_by_role("link", name=re.compile("My list")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My list")
    take_along(page)
    monthly_sheet(page)
    one_by_one(page)
    answers = check(page)
    page.goto("/en/ring-me")
    page.get_by_label("What shall we call you?").fill(NAME)
    page.get_by_label("Your phone number").fill(NUMBER)
    page.get_by_label("Is there anything").fill(ABOUT)
    page.get_by_role("button", name="Please ring me").click()
    page.wait_for_url("**/ring-me/asked/*")
    return answers


FETCH = """
(link) => fetch(link.href).then(async (answer) =>
  [answer.headers.get("content-type").split(";")[0], (await answer.arrayBuffer()).byteLength])
"""


def fetch(page: Page, name: str) -> None:
    """Get the file of a link as the browser gets files, which may keep them."""
    kind, size = page.get_by_role("link", name=name).first.evaluate(FETCH)
    assert kind == ("text/calendar" if "calendar" in name else "application/pdf"), f"{name}: {kind}"
    assert size > 500


def take_along(page: Page) -> None:
    """Take a list along: as dates, as PDF, and as a leaflet with the name of whoever prepared it."""
    for name in ("Put all dates in my calendar", "Save as a PDF", "Save as a PDF in large letters"):
        fetch(page, name)
    page.get_by_role("link", name="Print a page").first.click()
    page.locator("summary", has_text="Say who prepared it").click()
    page.get_by_label("Prepared for you by").fill(BY)
    page.get_by_role("button", name="Put it on the leaflet").click()
    expect(page.get_by_text(BY).first).to_be_visible()
    fetch(page, "Save as a PDF")


def monthly_sheet(page: Page) -> None:
    """Make the sheet of what is on near a place, and get it as PDF too."""
    page.goto("/en/sheet")
    page.get_by_label("Where?").fill(POSTCODE)
    page.get_by_role("button", name="Make the sheet").click()
    expect(page.get_by_text(POSTCODE).first).to_be_visible()
    fetch(page, "Save as a PDF")


def one_by_one(page: Page) -> None:
    page.goto("/en/")
    page.get_by_role("button", name="One question at a time").first.click()
    page.get_by_label("In your own words").fill(STORY)
    page.get_by_role("button", name="Next").last.click()
    page.get_by_role("button", name="Next").last.click()
    page.get_by_label("Where are you?").fill(POSTCODE)
    page.get_by_role("button", name="Just show me groups").click()
    page.wait_for_url("**/find/*")
    page.reload()
    page.go_back()
    page.go_forward()


def check(page: Page) -> dict[str, str]:
    page.goto("/en/check")
    answers = {}
    for name in dict.fromkeys(page.locator("main input[type=radio]").evaluate_all("all => all.map((one) => one.name)")):
        last = page.locator(f"main input[name={name}]").last
        last.check()
        answers[name] = str(last.get_attribute("value"))
    page.get_by_role("button", name="Show me what it says").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return answers


@pytest.mark.asvs("V14.2.1", "V14.3.3", "V16.2.5", "V3.4.5")
def test_after_a_whole_journey_nothing_that_was_typed_is_found_anywhere(
    browser: Browser, demo: Demo, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS, base_url=demo.url, locale="en-GB"
    )
    requests: list[Request] = []
    context.on("request", lambda request: requests.append(request))
    page = context.new_page()
    page.set_default_timeout(30_000)
    answers = journey(page)
    addresses = [request.url for request in requests]
    referers = [referer for request in requests if (referer := request.headers.get("referer"))]
    titles = page.title()
    assert context.cookies() == []
    context.close()

    assert len(addresses) > 30
    assert [address for address in addresses if found_in(decoded(address))] == [], "addresses"
    assert referers == [], "nobody is told where somebody came from"
    assert not found_in(titles.encode())
    pairs = [f"{name}={value}" for name, value in answers.items()]
    assert len(pairs) >= 8
    assert not [pair for pair in pairs for address in addresses if pair in address], "answers of the check"

    hits, looked_at = scan(demo.folder)
    assert hits == [], "database, write-ahead log, index, counts, limits, console"
    assert (demo.folder / "console.txt").stat().st_size > 1000, "there is a log"
    assert any(path.name.endswith("-wal") for path in demo.folder.iterdir()), "the write-ahead log was looked at too"
    log = (demo.folder / "console.txt").read_text()
    assert not [pair for pair in pairs if pair in log]
    kept: list[str] = []
    size = 0
    for cache in CACHES:
        for folder in profile.rglob(cache):
            more, read = scan(folder)
            kept, size = kept + more, size + read
    assert kept == [], "the browser's cache and stores"
    with capsys.disabled():
        print(f"\ncanaries found: 0 in {looked_at + size} bytes, {len(addresses)} addresses, {len(WORDS)} words")


def test_the_words_would_be_found(tmp_path: Path) -> None:
    """What looks for them sees them in each of the ways a browser or a database may write them."""
    for word in WORDS:
        for number, form in enumerate(
            (word, quote(word), word.lower(), base64.b64encode(f"xx{word}yy".encode()).decode())
        ):
            (tmp_path / f"{number}").write_bytes(b"..." + form.encode() + b"...")
        (tmp_path / "wide").write_bytes(word.encode("utf-16-le"))
        assert len({hit.partition(":")[0] for hit in scan(tmp_path)[0]}) == 5, word
    hidden = base64.urlsafe_b64encode(b'{"text":"zqaxstory"}').decode().rstrip("=")
    assert found_in(decoded(f"http://127.0.0.1/en/find/{hidden}"))
    assert found_in(decoded("http://127.0.0.1/en/?q=M33%204XQ"))
