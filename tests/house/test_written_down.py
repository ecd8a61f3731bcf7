"""What pages promise about ways in, limits, logs and services is what the code does: each line is compared."""

import ast
import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask

from service.accounts.limits import Limit, open_limits
from service.db import migrations
from service.errors import TooMany
from service.observability import ALLOWED
from tests.walk import rules

INPUTS, SECURITY, THREATS = (
    Path(f"docs/{name}.md").read_text(encoding="utf-8") for name in ("inputs", "security", "threat-model")
)
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SPANS = {60: "1 minute", 300: "5 minutes", 3600: "1 hour", 6 * 3600: "6 hours", 86_400: "1 day"}
# Whoever may ask outside, and how the page names whom.
OUTSIDE = {
    "service/catalog/where/geocoding.py": "a geocoder",
    "service/catalog/importing/feeds/asking.py": "a feed of listings",
    "service/matching/routing.py": "a routing service",
    "service/accounts/signing_in/openid.py": "an organisation's sign-in service",
    "service/notifications/smtp.py": "a mail server",
    "service/referrals/events/delivering.py": "an organisation's own system",
    "service/cli/doctor/way_in.py": "this installation's own public address",
}
UPGRADING, ADMINISTRATOR = (
    Path(f"docs/guides/{name}.md").read_text(encoding="utf-8") for name in ("upgrading", "administrator")
)
OWN_ADDRESSES = {
    "/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/leave",
    "/sitemap.xml",
    "/look/colours.css",
    "/look/icon.svg",
    "/look/logo.webp",
}
OWN_ADDRESSES |= {"/sitemap-<int(min=1, max=10000):number>.xml"}


def limits() -> dict[str, Limit]:
    """Return every limit of the code by the name of what it counts."""
    found: dict[str, Limit] = {}
    for path in sorted(Path("service").rglob("*.py")):
        if re.search(r"^\w+ = Limit\(", path.read_text(encoding="utf-8"), re.M):
            module = import_module(".".join(path.with_suffix("").parts))
            found |= {one.scope: one for one in vars(module).values() if isinstance(one, Limit)}
    return found


def section(text: str, title: str) -> str:
    found = text.partition(f"## {title}")[2].partition("\n## ")[0]
    assert found, title
    return found


@pytest.mark.asvs("V2.1.3", "V6.1.1")
def test_every_limit_stands_on_the_page_with_its_figures() -> None:
    told = dict(re.findall(r"^\| .* \| `([a-z_.]+)` \| ([\d,]+ in [^|]+) \|$", section(INPUTS, "How often"), re.M))
    assert told == {name: f"{one.most:,} in {SPANS[one.seconds]}" for name, one in limits().items()}


@pytest.mark.asvs("V6.1.1")
def test_what_is_said_about_signing_in_has_the_same_figures() -> None:
    said = re.findall(r"^\| (.*) \| ([\d,]+) \| (.*) \|$", section(SECURITY, "Limits"), re.M)
    figures = {(f"{one.most:,}", SPANS[one.seconds]) for one in limits().values()}
    assert len(said) >= 12
    assert [line for line in said if line[1:] not in figures] == []


@pytest.mark.asvs("V2.3.2")
@pytest.mark.parametrize("name", sorted(limits()))
def test_each_limit_is_hit_and_holds_until_its_end(name: str, tmp_path: Path) -> None:
    limit, late = limits()[name], timedelta(seconds=limits()[name].seconds)
    counters = open_limits(database_url="sqlite://", data_folder=tmp_path, secret="x" * 40)
    for _ in range(limit.most):
        counters.take(limit, "somebody", now=NOW)
    for moment in (NOW, NOW + late - timedelta(seconds=1)):
        with pytest.raises(TooMany):
            counters.take(limit, "somebody", now=moment)
    counters.take(limit, "somebody", now=NOW + late)
    counters.close()


@pytest.mark.asvs("V2.3.2")
def test_each_limit_stands_before_some_door() -> None:
    """A limit that nothing takes would stand on the page and hold nobody."""
    names = {
        target.id
        for path in Path("service").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "Limit"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert len(names) == len(limits())
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path("service").rglob("*.py"))
    used = {name for name in names if re.search(rf"(?<!import )(?<!\w)\(?{name}\b(?! = Limit)(?=[,)\]])", code)}
    assert used == names


@pytest.mark.asvs("V16.1.1")
def test_the_page_names_each_key_of_a_line_of_the_log() -> None:
    told = re.search(r"with these keys and no other: ([a-z_, \n]+)\.", section(THREATS, "Logs"))
    assert told
    assert set(re.split(r",\s+", told[1])) == {"at", "level", *ALLOWED}


@pytest.mark.asvs("V13.1.1")
def test_whoever_is_asked_outside_stands_on_the_page() -> None:
    asking = {
        path.as_posix()
        for path in Path("service").rglob("*.py")
        if re.search(r"^from service.outgoing import .*\bask\b|^import smtplib", path.read_text(encoding="utf-8"), re.M)
    }
    assert asking == set(OUTSIDE)
    told = section(THREATS, "Who is asked outside")
    assert [name for name in OUTSIDE.values() if f"| {name}" not in told] == []
    assert len(re.findall(r"^\| (?!who )", told, re.M)) == len(OUTSIDE)


@pytest.mark.asvs("V13.4.5")
def test_no_address_is_served_beside_the_pages_but_those_we_know(app: Flask) -> None:
    known = ("/<lang>", "/api/v1/", "/hsds/", "/oruk/", "/static/", "/embed/", "/pictures/", "/g/")
    assert {rule.rule for rule in rules(app) if not rule.rule.startswith(known)} == OWN_ADDRESSES


@pytest.mark.asvs("V6.1.3", "V6.3.4")
def test_every_address_at_which_somebody_proves_themselves_stands_on_the_page(app: Flask) -> None:
    table = section(SECURITY, "Every way in")
    proving = {
        rule.rule.removeprefix("/<lang>").partition("/<")[0]
        for rule in rules(app)
        if "POST" in (rule.methods or ())
        and rule.rule.startswith(("/<lang>/sign-in", "/<lang>/set-up", "/api/v1/token"))
    }
    assert len(proving) >= 8
    assert {where for where in proving if f"`{where}" not in table} == set()


def test_each_change_of_the_tables_since_the_notes_began_stands_in_them() -> None:
    told = re.findall(r"^\| (\d{4}) \|", section(UPGRADING, "What changed in tables"), re.M)
    versions = sorted(path.name[:4] for path in (migrations.HERE / "versions").glob("[0-9]*.py"))
    assert told == [number for number in versions if number >= told[0]]
    named = set(re.findall(r"KITH_[A-Z_]+", section(UPGRADING, "What is new in settings")))
    assert named
    assert named <= set(re.findall(r"^\| `(KITH_[A-Z_]+)`", ADMINISTRATOR, re.M))
