"""What the browser is given: vendored files unchanged, our look, nothing from outside, readable in light and dark."""

import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "service" / "web"
STATIC = WEB / "static"
TEMPLATES = WEB / "templates"
VENDOR = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))
FILES = [(package["name"], file["path"], file["sha256"]) for package in VENDOR["package"] for file in package["file"]]
SHEETS = sorted(STATIC.rglob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html")) + sorted(TEMPLATES.rglob("*.svg"))
NOT_OURS = re.compile(
    r"crown|crest|gds[ -]?transport|\bnhs\b|frutiger|#1d70b8|#005eb8|gov\.uk(?! ?frontend)|cdn\.|googleapis",
    re.IGNORECASE,
)
SCHEMES = {
    "light": r":root \{\n  color-scheme: light dark;(.*?)\n\}",
    "dark": r':root\[data-theme="dark"\] \{(.*?)\n\}',
}


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.asvs("V3.7.1")
@pytest.mark.parametrize(("name", "path", "sha256"), FILES, ids=[path for _, path, _ in FILES])
def test_a_vendored_file_is_the_one_that_was_looked_at(name: str, path: str, sha256: str) -> None:
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == sha256, f"{name}: {path} was changed"


def test_every_vendored_file_is_listed_with_a_licence_beside_it() -> None:
    ours = {"vendor/VENDOR.toml"}
    there = {p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*") if p.is_file()}
    borrowed = {p for p in there if p.startswith(("vendor/", "kith/fonts/"))} - ours
    assert borrowed == {path for _, path, _ in FILES}
    for package in VENDOR["package"]:
        assert {"version", "licence", "built"} <= package.keys()
        assert any(Path(file["path"]).name in ("LICENSE.txt", "OFL.txt") for file in package["file"])


@pytest.mark.parametrize("path", [*SHEETS, *PAGES], ids=lambda p: p.relative_to(WEB).as_posix())
def test_nobody_elses_identity_is_worn(path: Path) -> None:
    assert not (found := NOT_OURS.findall(words(path))), found


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: p.relative_to(WEB).as_posix())
def test_a_style_sheet_asks_for_nothing_outside_and_only_our_font(path: Path) -> None:
    sheet = words(path)
    for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet):
        assert (path.parent / target).is_file(), target
    faces = re.findall(r"@font-face\s*\{([^}]*)\}", sheet)
    assert all('font-family: "Atkinson Hyperlegible Next"' in face for face in faces)
    assert "@import" not in sheet


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_no_inline_script_or_style_and_loads_only_what_is_there(path: Path) -> None:
    page = words(path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    data = re.escape('type="application/ld+json"')  # no browser runs it
    assert not re.search(rf"<script(?![^>]*\bsrc=)(?! {data}>)", page)
    assert not re.search(r"\bsrc=[\"']?(https?:)?//|<link[^>]+href=[\"']?(https?:)?//", page)
    assert "| safe" not in page, "words are escaped; say so in a decision record before this changes"
    for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", page):
        assert (STATIC / name).is_file(), name


def test_a_public_page_stays_light_to_load() -> None:
    public = [
        *SHEETS,
        STATIC / "kith" / "kith.js",
        *STATIC.glob("kith/fonts/*latin-400*"),
        *STATIC.glob("kith/fonts/*latin-700*"),
    ]
    weight = sum(len(gzip.compress(p.read_bytes(), 6)) for p in public)
    assert weight < 70_000, f"{weight} bytes"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_edges_can_be_told_apart_in_both_schemes(scheme: str) -> None:
    block = re.search(SCHEMES[scheme], words(STATIC / "kith" / "tokens.css"), re.DOTALL)
    assert block is not None
    tone = dict(re.findall(r"--kith-([a-z0-9-]+): (#[0-9a-f]{6});", block[1]))
    grounds = ("paper", "card", "board")
    for ground in grounds:
        for text in ("ink", "soft"):
            assert contrast(tone[text], tone[ground]) >= 7, (text, ground)
        assert contrast(tone["accent"], tone[ground]) >= 7, ground
        assert contrast(tone["control"], tone[ground]) >= 4, ground
        assert contrast(tone["focus"], tone[ground]) >= 13, ground
    assert contrast(tone["ink"], tone["accent-wash"]) >= 7
    assert contrast(tone["accent"], tone["accent-wash"]) >= 7
    assert contrast(tone["on-accent"], tone["accent"]) >= 7
    assert contrast(tone["error"], tone["error-wash"]) >= 7


def test_the_dark_scheme_is_written_alike_in_both_places() -> None:
    sheet = words(STATIC / "kith" / "tokens.css")
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\n  \}', sheet, re.DOTALL)
    by_choice = re.search(SCHEMES["dark"], sheet, re.DOTALL)
    assert by_system is not None
    assert by_choice is not None
    pairs = r"--kith-([a-z0-9-]+): ([^;]+);"
    assert dict(re.findall(pairs, by_system[1])) == dict(re.findall(pairs, by_choice[1]))


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_every_sign_and_picture_a_template_names_is_drawn(path: Path) -> None:
    page = words(path)
    for folder, macro in (("ui", "ui"), ("pict", "pict")):
        for name in re.findall(rf'\b{macro}\("([a-z-]+)"\)', page):
            assert (TEMPLATES / "icons" / folder / f"{name}.svg").is_file(), f"{macro}({name})"


def test_every_kind_of_group_has_its_picture() -> None:
    named = re.findall(r'": "([a-z-]+)"', words(TEMPLATES / "macros" / "icons.html"))
    assert len(named) > 30
    assert all((TEMPLATES / "icons" / "pict" / f"{name}.svg").is_file() for name in named)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_a_template_says_what_it_needs_and_stays_readable(path: Path) -> None:
    page = words(path)
    assert page.startswith(("{#", "<svg")), "begin with a comment: what it shows and the values it takes"
    assert page.count("\n") <= 400
