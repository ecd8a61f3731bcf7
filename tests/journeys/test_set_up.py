"""An operator starts Kith on an empty database, reads the code off the console and becomes its administrator."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.serving import ROOT, STARTED_WITHIN, Demo, eventually, free_port
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

CODE = re.compile(r"^ {4}((?:[A-Z2-7]{4}-){5}[A-Z2-7]{4})$", re.M)


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Demo]:
    """A server as an operator starts it: production, nothing in the database. The browser plays the proxy."""
    port, kept = free_port(), {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    env = {
        **kept,
        "KITH_SECRET": secrets.token_urlsafe(32),
        "KITH_PUBLIC_URL": "https://kith.example.org",
        "KITH_PROXY_HOPS": "1",
        "KITH_HELP_LINES_CONFIRMED": "yes",
        "KITH_MAIL": "off",
        "KITH_DATA": str(tmp_path / "instance"),
        "KITH_BIND": f"127.0.0.1:{port}",
    }
    (tmp_path / "instance").mkdir(mode=0o700)
    subprocess.run([sys.executable, "-m", "service.cli", "db", "upgrade"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    with (tmp_path / "console.txt").open("w") as console:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
        )
    made = Demo(f"http://127.0.0.1:{port}", tmp_path)
    try:
        eventually(lambda: _answers(made, process), STARTED_WITHIN)
        yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def _answers(made: Demo, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, (made.folder / "console.txt").read_text()
    try:
        return made.ask("/healthz").status == 200 or None
    except OSError:
        return None


def test_the_first_administrator(browser: Browser, new: Demo) -> None:
    printed = CODE.findall((new.folder / "console.txt").read_text())
    assert len(printed) == 1, "the start tells the code once"
    operator = Visitor(browser, new.url)
    behind = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": new.url[7:]}
    operator.context.set_extra_http_headers(behind)
    page = operator.page
    page.goto("/en/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up Kith")
    operator.look()
    page.get_by_label("Code").fill("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill("seven quiet otters")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("This is not the code")
    operator.look()
    page.get_by_label("Code").fill(printed[0].lower())
    page.get_by_label("Choose a password").fill("seven quiet otters")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/account/second-factor**")
    page.goto("/en/set-up")
    assert operator.status() == 404
    operator.leave()
