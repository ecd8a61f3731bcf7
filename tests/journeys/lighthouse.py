"""Lighthouse on the pages most people meet first, as on a slow phone: `python -m tests.journeys.lighthouse`.

Lighthouse is a tool of Node and no part of Kith. It is found as `lighthouse` on the path or named by LIGHTHOUSE;
version 12.8.2 was used. Each page is judged three times and the median counts: one machine does several things at once.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.serving import Demo, running

TOOL = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
TIMES = 3
WHOLE = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
PERSONAL = {name: least for name, least in WHOLE.items() if name != "seo"}  # a list of one person's is not for machines
MINUTES = 3


def addresses(demo: Demo) -> dict[str, tuple[str, dict[str, float]]]:
    """Return pages by name: the start, a list somebody asked for, and a group of it that anybody may open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(base_url=demo.url)
        page.goto("/en/")
        page.get_by_label("In your own words").fill("lonely since I retired, like singing")
        page.get_by_label("Where are you?").fill("Sale")
        page.get_by_role("button", name="Show me groups").first.click()
        page.locator("article").first.wait_for()
        listed = page.url
        slug = page.locator("article a").first.get_attribute("href") or ""
        browser.close()
    group = f"{demo.url}/en/groups/{slug.rsplit('/', 1)[-1].split('#')[0]}"
    return {"start": (f"{demo.url}/en/", WHOLE), "results": (listed, PERSONAL), "group": (group, WHOLE)}


def judge(address: str, report: Path) -> dict[str, Any]:
    """Return what Lighthouse says of one page, emulating a slow phone (its own default)."""
    assert TOOL, "no Lighthouse: npm install lighthouse@12.8.2 somewhere, and name its program in LIGHTHOUSE"
    command = [TOOL, address, "--quiet", "--output=json", f"--output-path={report}"]
    flags = f"--chrome-flags=--headless=new {' '.join(FLAGS)}"
    env = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    subprocess.run([*command, flags], check=True, timeout=60 * MINUTES, env=env)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def main() -> int:
    """Judge every page, print a line for each, and tell by the exit code whether all reach their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="keep the reports here")
    out = parser.parse_args().out
    short = False
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch) / "instance") as demo:
        folder = out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name, (address, wanted) in addresses(demo).items():
            reports = [judge(address, folder / f"{name}-{number}.json") for number in range(TIMES)]
            scores = {key: statistics.median(r["categories"][key]["score"] for r in reports) for key in wanted}
            short |= any(scores[key] < least for key, least in wanted.items())
            print(name, " ".join(f"{key} {score * 100:.0f}" for key, score in scores.items()))
            missed = {key for report in reports for key in failed(report, wanted)}
            print(*(f"  {line}" for line in sorted(missed)), sep="\n")
    return int(short)


def failed(report: dict[str, Any], wanted: dict[str, float]) -> list[str]:
    """Return the names of the audits that cost points."""
    counted = {ref["id"] for key in wanted for ref in report["categories"][key]["auditRefs"] if ref["weight"]}
    return [
        key
        for key in counted
        if (report["audits"][key]["score"] or 0) < 1 and report["audits"][key]["score"] is not None
    ]


if __name__ == "__main__":
    sys.exit(main())
