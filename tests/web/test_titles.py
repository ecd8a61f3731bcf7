"""What stands in a browser's history tells nothing of whoever looked; every page can be left in a hurry."""

import html
import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api import ROOTS
from service.web.languages import SEGMENTS, catalogue
from tests.walk import address as address_of
from tests.walk import rules
from tests.web.seeking import address

pytestmark = pytest.mark.usefixtures("clock")
TEMPLATES = Path("service/web/templates")
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}", re.DOTALL)
WORDS = re.compile(r"""_\("((?:[^"\\]|\\.)*)"\)""")
# What a title must not say: health, feelings, danger, belief, money. The languages' own, beginnings of words.
SENSITIVE = re.compile(
    r"\b(?:lone|alone|isolat|anxi|nerv|depress|mood|mental|ill|suicid|self.harm|abus|violen|danger|crisis|emergenc|refuge"
    r"|surviv|bereav|grie|dement|disab|autis|addict|recover|alcohol|drug|cancer|pregnan|gay|lesbian|trans\b|faith|church"
    r"|mosque|poor|poverty|debt|benefit|asylum|carer|wheelchair|social prescri|referr"
    r"|einsam|angst|krank|sucht|trauer|gewalt|notfall|soledad|sola\b|enferm|violencia|duelo|solidão|doen|luto"
    r"|seul|solitude|malad|deuil|urgence|solitud|malatti|lutto|violenza|samotn|chor|przemoc|żałob|uzależn"
    r"|تنہا|بیمار|تشدد|غم)",
    re.IGNORECASE,
)
# People at work read these; they are on nobody's own telephone.
AT_WORK = ("account/", "admin/", "organisation/", "professional/", "layout_work.html", "sign_in_second.html")


def titles() -> dict[str, list[str]]:
    """Return the sentences that each template of a person's pages may have as its title."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        block = TITLE.search(path.read_text(encoding="utf-8"))
        if block and not name.startswith(AT_WORK):
            found[name] = WORDS.findall(block[1])
    return found


@pytest.mark.parametrize("segment", SEGMENTS)
def test_no_title_says_anything_of_whoever_looks(segment: str) -> None:
    language, _, easy = segment.partition("-")
    spoken = catalogue(language, easy=bool(easy))
    told = {name: [spoken.gettext(text) for text in texts] for name, texts in titles().items()}
    assert len(told) > 20
    found = [(name, text) for name, texts in told.items() for text in texts if SENSITIVE.search(text)]
    assert found == []


def title(client: FlaskClient, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return html.unescape(" ".join(found[1].split())) if found else ""


def test_every_page_that_anybody_may_open_has_such_a_title(app: Flask, client: FlaskClient) -> None:
    seen = 0
    for rule in rules(app):
        if "GET" in (rule.methods or set()) and not rule.rule.startswith(
            (*ROOTS, "/<lang>/admin", "/<lang>/referrals")
        ):
            told = title(client, address_of(app, rule))
            assert not SENSITIVE.search(told), (rule.rule, told)
            seen += bool(told)
    assert seen > 15


def test_a_group_s_name_is_on_its_page_and_in_no_title(client: FlaskClient, groups: dict[str, UUID]) -> None:
    for path in ("/en/groups/larks", f"{address(client)}/groups/larks"):
        assert "The Larks" in client.get(path).get_data(as_text=True)
        assert title(client, path) == "A group near you - Kith", path


def test_what_was_typed_is_in_no_title(client: FlaskClient, groups: dict[str, UUID]) -> None:
    where = address(client, text="zqax alone since spring", place="M33 4ND")
    for path in (where, f"{where}/change", f"{where}/groups/larks"):
        assert not re.search(r"zqax|alone|M33", title(client, path)), path


def test_every_person_s_page_has_the_button_and_the_help_lines(app: Flask, client: FlaskClient) -> None:
    seen = 0
    for rule in rules(app):
        at_work = (
            *ROOTS,
            "/<lang>/api",
            "/<lang>/admin",
            "/<lang>/referrals",
            "/<lang>/answer",
            "/<lang>/asked",
            "/<lang>/came",
            "/<lang>/claims",
            "/<lang>/confirm",
            "/<lang>/off",
            "/<lang>/sign-",
            "/embed/",
        )
        if "GET" not in (rule.methods or set()) or rule.rule.startswith(at_work):
            continue
        answer = client.get(address_of(app, rule))
        if answer.mimetype == "text/html" and answer.status_code not in range(300, 400):
            page = answer.get_data(as_text=True)
            assert page.count("data-leave=") == 1, rule.rule
            assert 'id="help-now"' in page, rule.rule
            assert "kith/leave.js" in page, rule.rule
            seen += 1
    assert seen > 15


def test_where_somebody_can_write_freely_risk_words_bring_help_first() -> None:
    """A template with a box for free words shows the panel itself, or its answer does."""
    results, question = "self_service/results.html", "self_service/question.html"
    shown_by = {
        "self_service/start.html": results,
        "easy/start.html": "easy/results.html",
        "embed/search.html": results,
        "self_service/question_enjoy.html": question,
        "self_service/wrong.html": "self_service/thanks.html",
        "self_service/suggest.html": "self_service/thanks.html",
    }
    for path in sorted(TEMPLATES.rglob("*.html")):
        name, page = path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")
        free = re.search(r"\btextarea\(|<textarea", page) and not name.startswith(
            (*AT_WORK, "macros/", "group_leader/")
        )
        if free and name != "style.html":  # specimens, sent nowhere
            shown = (TEMPLATES / shown_by.get(name, name)).read_text(encoding="utf-8")
            assert "help_first" in shown, name
            assert re.search(r"risk_panel\(|_risk|help_list\(", shown), name
