"""One list of each kind of code, and all others agree with it; whatever is refused has words where it is heard."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from service.accounts.permissions import MEMBER_ROLES, Role
from service.api import referrals as api_referrals
from service.api import words as api_words
from service.catalog import barriers, facts, organisations, recurrence
from service.catalog.checks import SHAPES
from service.catalog.models import CAPACITY, PICTURED, RESTRICTIONS, STATUSES, VETTING, WRONG
from service.cli.base import SENTENCES as COMMAND_WORDS
from service.errors import ServiceError
from service.matching import columns, explanation, profile, relaxation
from service.matching.filters import GATES
from service.matching.scorers import SCORERS
from service.referrals import consent, intake, rings
from service.referrals.lifecycle import DECLINED_REASONS, STATES, TERMINAL, Machine
from service.web import account_words, answer_page, fact_words, kept_words, measure_words, set_up_parts
from service.web import errors as pages
from service.web.admin import words as editing
from service.web.admin.heard import reports as mending
from service.web.admin.heard import ringing as admin_ringing
from service.web.admin.importing import wording as sending
from service.web.admin.listing import page_of_group
from service.web.helped import words as helped_words
from service.web.organisation import bodies, programs, telling
from service.web.organisation import logins as organisation_logins
from service.web.professional import words as referring
from service.web.professional.people import words as people_words
from service.web.professional.refer import words as refer_words
from service.web.self_service import (
    answer_words,
    ask_help,
    check_words,
    choosing,
    fact_lines,
    mistakes,
    problems,
    ring_me,
    suggest_words,
)
from service.web.self_service import words as finding
from tests.house.heard import HEARD

SERVICE = Path("service")
TEMPLATES = SERVICE / "web" / "templates"


# ---- lists that say the same -----------------------------------------------------------------------------------------


def literals(model: type, name: str) -> set[str]:
    """Return the choices of a field of a JSON model, or of the items of its list."""
    choice = model.model_fields[name].annotation  # type: ignore[attr-defined]
    return set(get_args(get_args(choice)[0])) if getattr(choice, "__origin__", None) is list else set(get_args(choice))


def in_template(path: str, start: str) -> set[str]:
    """Return the codes with which the lines of a macro's table begin."""
    return set(re.findall(rf"^\s*\({start}\"([a-z_]+)\"", (TEMPLATES / path).read_text(encoding="utf-8"), re.M))


SOURCES = [source.value for source in facts.Source]
SAME: dict[str, tuple[Collection[str], Collection[str]]] = {
    "facts: words": (facts.CODES, fact_words.WORDS),
    "barriers: words": (barriers.CODES, answer_words.BARRIERS),
    "barriers: what helps": (barriers.CODES, answer_words.HELP),
    "barriers: questions of the form": (barriers.CODES, in_template("macros/barriers.html", "")),
    "barriers: bits of the index": (barriers.CODES, columns.BARRIER_BIT),
    "scorers: words": ([scorer.code for scorer in SCORERS], choosing.WEIGHTS),
    "gates: words": ([gate.code for gate in GATES if not gate.code.startswith("barrier_")], choosing.RULES),
    "gates that give way: order": ([gate.code for gate in GATES if gate.relaxable], relaxation.ORDER),
    "gates that give way: words": (relaxation.ORDER, answer_words._RELAXED),
    "modes: words of giving way": (get_args(profile.Mode), answer_words._FEW),
    "ways to travel: words": (get_args(profile.Travel), answer_words.TRAVEL),
    "genders: words": (get_args(profile.Gender), answer_words.GENDERS),
    "capacity: words": (CAPACITY, answer_words.CAPACITY),
    "capacity: index": (CAPACITY, set(columns.CAPACITY) - {""}),
    "what is wrong: the visitor's words": (WRONG, mistakes.WRONG),
    "what is wrong: the editor's words": (WRONG, mending.WRONG),
    "states of a listing: what leads there": (STATUSES, page_of_group.TO),
    "pictures: words": (PICTURED, page_of_group.SHOWS),
    "restrictions: index": (RESTRICTIONS, set(columns.RESTRICTIONS) - {""}),
    "roles: words": (tuple(Role), [Role.VISITOR, Role.API_CLIENT, *account_words.ROLES]),
    "roles: what they may": (MEMBER_ROLES, account_words.MAY),
    "what organisations do: words": (organisations.PARTS, bodies.WORDS),
    "vetting: words": (VETTING, answer_words.VETTING),
    "vetting: index": (VETTING, columns.VETTING),
    "sources: words of a page": (SOURCES, fact_lines._SAID),
    "sources: rank": (SOURCES, facts.RANK),
    "families of facts: words": (facts.FAMILIES, editing.FAMILIES),
    "reasons for a no: the leader's": (DECLINED_REASONS, answer_page.REASONS),
    "reasons for a no: the professional's": (DECLINED_REASONS, referring.REASONS),
    "what is shared: the professional's": (consent.ITEMS, referring.ITEMS),
    "what is shared: JSON": (consent.ITEMS, literals(api_referrals.ConsentIn, "items")),
    "what is shared: what is given to the person": (consent.ITEMS, kept_words.ITEMS),
    "what is shared: read out": (consent.ITEMS, people_words.ITEMS),
    "what is shared: the person's own page": (consent.ITEMS, helped_words.ITEMS),
    "what is asked for a yes": (consent.PURPOSES, people_words.ASKED),
    "what a yes is for": (consent.PURPOSES, people_words.KINDS),
    "what a yes is for: the person's own page": (consent.PURPOSES, helped_words.KINDS),
    "how to reach: the worker's": (intake.CONTACT_RULES, people_words.RULES),
    "how to reach: the person's own page": (intake.CONTACT_RULES, helped_words.RULES),
    "who agreed: the worker's": (consent.GIVEN_BY, people_words.GIVEN_BY),
    "how it was agreed: JSON": (consent.METHODS, literals(api_referrals.ConsentIn, "method")),
    "who agreed: JSON": (consent.GIVEN_BY, literals(api_referrals.ConsentIn, "given_by")),
    "why: JSON": (intake.REASONS, literals(api_referrals.ReferralIn, "reasons")),
    "what for: JSON": ((*consent.FOR_GROUPS, "link_work"), literals(api_referrals.ConsentIn, "purpose")),
    "how to reach: JSON": (intake.CONTACT_RULES, literals(api_referrals.PersonIn, "contact_rule")),
    "ends of a referral: words": (TERMINAL[Machine.REFERRAL], referring.FINISHED),
    "when a call suits: words": (rings.SUITS, ring_me.SUITS),
    "when a call suits: words of whoever rings": (rings.SUITS, admin_ringing.SUITS),
    "reasons to refer: words": (intake.REASONS, refer_words.REASONS),
    "how to reach: words": (intake.CONTACT_RULES, refer_words.WAYS),
    "states of an introduction: words": (STATES[Machine.INTRODUCTION], referring.STATES),
}


@pytest.mark.parametrize("which", SAME)
def test_two_lists_hold_the_same_codes(which: str) -> None:
    one, other = SAME[which]
    assert sorted(one) == sorted(other)


def facts_named() -> Iterator[tuple[str, str]]:
    """Return every fact code that is named anywhere, and where."""
    for code, barrier in barriers.BARRIERS.items():
        yield from ((f"barrier {code}", fact) for fact in (*barrier.gate, *barrier.facts))
    for name in ("FIRST_VISIT_FACTS", "CULTURE_FACTS"):
        yield from ((name, fact) for fact in getattr(barriers, name))
    yield from (("alias", fact) for fact in facts.ALIASES.values())
    yield from (("amount", fact) for fact in facts.AMOUNTS)
    for folder in ("catalog", "matching", "web"):
        for path in sorted((SERVICE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in ("fact", "DraftFact", "fact_at"):
                    yield from ((path.as_posix(), code) for code in _texts(_argument(node, "code")))
    for path in sorted(Path("seeds/examples").glob("*.toml")):
        yield from ((path.as_posix(), code) for code in _toml_facts(tomllib.loads(path.read_text(encoding="utf-8"))))


def _toml_facts(table: object) -> Iterator[str]:
    if isinstance(table, dict):
        yield from table.get("facts", {})
        for inner in table.values():
            yield from _toml_facts(inner)
    elif isinstance(table, list):
        for inner in table:
            yield from _toml_facts(inner)


def test_every_fact_that_is_named_is_in_the_one_list() -> None:
    named = list(facts_named())
    strangers = {(where, code) for where, code in named if code not in facts.CODES}
    assert strangers == set()
    assert len({where for where, _ in named}) > 25
    assert len(facts.CODES) == len(set(facts.CODES))


def test_every_barrier_that_is_named_is_in_the_one_list() -> None:
    named = {code for codes in _removed() for code in codes} | set(barriers.ALIASES.values())
    for path in sorted((SERVICE / "matching").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("strength", "must") and node.args:
                named |= set(_texts(node.args[0]))
    assert named <= set(barriers.CODES)
    assert len(named) > 10


def _removed() -> Iterator[list[str]]:
    for path in sorted(Path("seeds/examples").glob("groups-*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
            yield group.get("removes", [])
    yield from tomllib.loads(Path("seeds/listings/categories.toml").read_text(encoding="utf-8"))["enablers"].values()


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    tree = ast.parse(Path(explanation.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "Point"]
    given = {text for node in calls for text in _texts(_argument(node, "code", position=None))}
    written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert given <= set(finding.SENTENCES)
    assert set(finding.SENTENCES) <= written | set(RESTRICTIONS)
    assert len(given) > 20


# ---- refusals --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refusal:
    """One place where something is refused: a code, and the figures given with it (None: made elsewhere)."""

    path: str
    line: int
    code: str
    figures: frozenset[str] | None
    of_field: bool


KINDS = {"ServiceError", "Problem", "PydanticCustomError", "_refuse"}
# Codes that are not written where they are given: in a table, or made of the field's name.
ELSEWHERE: dict[str, Collection[str]] = {
    "service/matching/profile.py": {*profile._CODES.values(), "not_a_number", "wrong_type"},
    "service/catalog/recurrence.py": {*recurrence._CODES.values(), "rule_part"},
    "service/catalog/checks.py": {f"not_{name}" for name in SHAPES},
}
# Who says it: the words of each listener. PAGE is the page of a status, which has words for all.
TABLES: dict[str, dict[str, str]] = {
    "api": api_words.SENTENCES,
    "editing": {code: str(words) for code, words in editing._PROBLEMS.items()},
    "finding": {key.rpartition(".")[2]: str(words) for key, words in problems.SENTENCES.items()},
    "ringing": {key.rpartition(".")[2]: str(words) for key, words in ring_me.SENTENCES.items()},
    "measures": {code: str(words) for code, words in measure_words.PROBLEMS.items()},
    "check": {code: str(words) for code, words in check_words.PROBLEMS.items()},
    "reporting": {key.rpartition(".")[2]: str(words) for key, words in mistakes.PROBLEMS.items()},
    "lists": {code: str(words) for code, words in {**editing._PROBLEMS, **sending.WHY, **sending.FILES}.items()},
    "suggesting": {code: str(words) for code, words in suggest_words.PROBLEMS.items()},
    "referring": {code: str(words) for code, words in refer_words.PROBLEMS.items()},
    "asking for help": {code: str(words) for code, words in ask_help.SENTENCES.items()},
    "leader": {code: str(words) for code, words in answer_page.PROBLEMS.items()},
    "people": {code: str(words) for code, words in people_words.PROBLEMS.items()},
    "accounts": {code: str(words) for code, words in account_words.SENTENCES.items()},
    "logins": {code: str(words) for code, words in organisation_logins.PROBLEMS.items()},
    "setting up": {code: str(words) for code, words in set_up_parts.SENTENCES.items()},
    "told": {code: str(words) for code, words in telling.PROBLEMS.items()},
    "programs": {code: str(words) for code, words in programs.PROBLEMS.items()},
    "command": COMMAND_WORDS,
}
# What a file can say and a listener never hears.
NEVER: dict[tuple[str, str], Collection[str]] = {
    # Keys are made by the command; the words of signing in stand beside its form.
    ("service/accounts/programs/keys.py", "command"): {"scopes"},
    ("service/accounts/credentials.py", "command"): {"password", "busy"},  # its field is said; nobody else hashes
    # Pages of a leader's link.
    ("service/referrals/queries.py", "api"): {
        *("link_unknown", "link_used", "link_revoked", "link_expired", "link_paused"),
    },
}


@cache
def refusals() -> tuple[Refusal, ...]:
    kinds = KINDS | {kind.__name__ for kind in _family(ServiceError)}
    found = []
    for path in sorted(SERVICE.rglob("*.py")):
        if path.name == "errors.py" and path.parent == SERVICE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in kinds and node.args:
                found += [
                    Refusal(path.as_posix(), node.lineno, code, _figures(node), _name(node.func) not in kinds - KINDS)
                    for code in _texts(node.args[0])
                ]
    elsewhere = [
        Refusal(path, 0, code, None, of_field=True) for path, codes in ELSEWHERE.items() for code in sorted(codes)
    ]
    return (*found, *elsewhere)


def _family(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    yield kind
    below: type[ServiceError]
    for below in kind.__subclasses__():
        yield from _family(below)


def _figures(node: ast.Call) -> frozenset[str] | None:
    """Return the names of the figures that are given with a code; None where they are made elsewhere."""
    given = {keyword.arg for keyword in node.keywords if keyword.arg not in ("fields", "retry_after")}
    for table in node.args[1:2]:
        if not isinstance(table, ast.Dict):
            return None
        given |= {text for key in table.keys for text in _texts(key)}
    return None if None in given else frozenset(name for name in given if name)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _argument(node: ast.Call, name: str, *, position: int | None = 0) -> ast.expr | None:
    named = [keyword.value for keyword in node.keywords if keyword.arg == name]
    return named[0] if named else node.args[position] if position is not None and node.args[position:] else None


def _texts(node: ast.expr | None) -> Iterator[str]:
    """Return the texts an expression can be, as far as they are written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def heard(path: str) -> tuple[str, ...]:
    fitting = [part for part in HEARD if path == part or (part.endswith("/") and path.startswith(part))]
    return HEARD[max(fitting, key=len)] if fitting else ()


def wanted(refusal: Refusal) -> Iterator[str]:
    """Return whose tables must have words for it: on a page, a whole refusal is said by the page of its status."""
    for who in heard(refusal.path):
        said_whole = who in ("api", "command")
        if (
            who in TABLES
            and (refusal.of_field or said_whole)
            and refusal.code not in NEVER.get((refusal.path, who), ())
        ):
            yield who


def test_every_file_that_refuses_is_heard_somewhere() -> None:
    files = {refusal.path for refusal in refusals()}
    assert {path for path in files if not heard(path)} == set()
    assert {part for part in HEARD if not any(path.startswith(part) for path in files)} == set(), "a line too many"
    assert len(refusals()) > 150


def test_every_refusal_has_words_wherever_it_is_heard() -> None:
    without = sorted(
        {(who, refusal.path, refusal.code) for refusal in refusals() for who in wanted(refusal)}
        - {(who, refusal.path, code) for refusal in refusals() for who, table in TABLES.items() for code in table}
    )
    assert without == []


def test_every_sentence_gets_the_figures_it_speaks_of() -> None:
    """A sentence whose figure is missing falls back, or fails, just when somebody needs it."""
    lacking = []
    for refusal in refusals():
        for who in wanted(refusal):
            if refusal.figures is not None and who != "finding":  # finding has its figures from the form
                needed = re.findall(r"%?[({](\w+)[})]", TABLES[who].get(refusal.code, ""))
                lacking += [(who, refusal.path, refusal.code, name) for name in set(needed) - refusal.figures]
    assert lacking == []


def test_every_status_has_a_page_and_a_problem_title() -> None:
    of_api = {401, 412, 415, 428}  # never the answer of a page
    statuses = {kind.status for kind in _family(ServiceError) if kind is not ServiceError}
    assert statuses - of_api <= set(pages.BY_STATUS)
    assert set(api_words.STATUS_CODES.values()) <= set(api_words.SENTENCES)
