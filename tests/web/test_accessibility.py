"""The accessibility statement says what is so; the living style page shows every part, in the demonstration only."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient

from service.app import create_app
from service.config import LANGUAGES, Settings
from service.web import accessibility, versions
from tests import stores
from tests.journeys import visitors
from tests.web.seeking import said
from tests.web.test_assets import SCHEMES, contrast, words

STATIC = Path("service/web/static/kith")
VENDOR = tomllib.loads(Path("tests/journeys/vendor/VENDOR.toml").read_text(encoding="utf-8"))
TEXT, GROUNDS = ("ink", "soft", "accent"), ("paper", "card", "board")


def tones(scheme: str) -> dict[str, str]:
    block = re.search(SCHEMES[scheme], words(STATIC / "tokens.css"), re.DOTALL)
    assert block
    return dict(re.findall(r"--kith-([a-z0-9-]+): (#[0-9a-f]{6});", block[1]))


def test_it_names_the_checker_and_the_views_that_are_really_used() -> None:
    facts = accessibility.facts()
    (axe,) = (package for package in VENDOR["package"] if package["name"] == facts["checker"])
    assert facts["checker_version"] == axe["version"]
    assert facts["widths"] == sorted({visitors.SMALLEST[0], *(view[0] for view, _scheme in visitors.VIEWS)})
    assert {scheme for _view, scheme in visitors.VIEWS} == {"light", "dark"}
    version = facts["standard"].rpartition(" ")[2].replace(".", "")
    assert f"wcag{version}{facts['level'].lower()}" in visitors.TAGS
    assert {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa"} <= set(visitors.TAGS)


def test_the_contrast_it_promises_is_there_in_both_schemes() -> None:
    least = min(
        contrast(tone[text], tone[ground]) for tone in map(tones, SCHEMES) for text in TEXT for ground in GROUNDS
    )
    assert least >= accessibility.facts()["contrast"]


def test_what_is_not_done_yet_is_said_as_long_as_it_is_so() -> None:
    limits = accessibility.facts()["limits"]
    assert set(limits) <= set(accessibility.LIMITS)
    unread = [language for language in LANGUAGES if language != "en" and not versions.is_read(language)]
    assert ("native_readers" in limits) == bool(unread)
    assert accessibility.facts()["checked_on"] <= date.today()  # noqa: DTZ011


def test_everybody_finds_it_at_the_foot_of_each_page_in_each_language(client: FlaskClient) -> None:
    for language in LANGUAGES:
        page = client.get(f"/{language}/").get_data(as_text=True)
        assert f'href="/{language}/accessibility"' in page
        assert client.get(f"/{language}/accessibility").status_code == 200
    told = said(client.get("/en/accessibility"))
    for text in ("WCAG 2.2, level AA", "axe-core 4.14.1", "320 to 1280", "22 November 2026", "01632 960100"):
        assert text in told, text


def test_every_part_is_shown_in_the_demonstration_and_nowhere_else(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/en/style")
    assert page.status_code == 200
    told = page.get_data(as_text=True)
    for part in ("kith-notice", "kith-tabs", "kith-fit", "kith-attached", "kith-ladder", "kith-seg", "kith-tiles"):
        assert part in told, part
    for part in ("kith-chip", "kith-facts", "kith-dates", "govuk-error-summary", "kith-help", "kith-changes"):
        assert part in told, part
    for state in ("is-yes", "is-no", "is-unknown", "is-now", "checked", "aria-disabled", "kith-show-focus"):
        assert state in told, state
    changed = replace(settings, mode="production", public_url="https://kith.example.org", proxy_hops=1)
    app = create_app(changed)
    assert app.test_client().get("/en/style", base_url="https://kith.example.org").status_code == 404
    stores.close(app)
