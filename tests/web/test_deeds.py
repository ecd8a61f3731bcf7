"""Whatever the record may hold has plain words on its page, and belongs to something one can look for."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from service.accounts.permissions import OPEN, Permission
from service.accounts.record.activity import FAMILIES
from service.web.deeds import ACTIONS

NAMED = "action"  # what a function that records is told
# Of others that are told something in the same place: columns, subjects, files.
OTHERS = {"group_id", "reached_at", "referral", "slip", "undo", "wishes", "words"}
# Of no one thing: what somebody runs, counts or tries.
ACTION = re.compile(r"[a-z]+([_.][a-z]+)*")
# Put together while running, from what somebody may do or ask.
MADE = {"ask_back", "ask_copy", "ask_erasure", "mark_attended", "mark_no_show", "mark_session_cancelled"}
MADE |= {
    "confirm",
    "waitlist",
    "passkey_copied",
    "passkey_refused",
    "mark_stopped",
    "met_copy",
    "met_erasure",
    "rang.done",
    "rang.no_answer",
}
ALONE = {"forged_form", "limit", "manage", "account", "figures"}


def trees() -> dict[str, ast.Module]:
    files = [path for path in sorted(Path("service").rglob("*.py")) if "migrations" not in path.parts]
    return {path.as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def recorders(tree: ast.Module) -> dict[str, int]:
    """Return the functions of a file that are told an action, and in which place; -1: by name only."""
    known: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args]
            if NAMED in [*names, *(one.arg for one in node.args.kwonlyargs)]:
                known[node.name] = names.index(NAMED) if NAMED in names else -1
    return known


def constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a file gives names to."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                found[node.targets[0].id] = node.value.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            found |= dict(_pairs(node.targets[0], node.value))
    return found


def _pairs(names: ast.Tuple, values: ast.expr) -> Iterator[tuple[str, str]]:
    for name, value in zip(names.elts, values.elts if isinstance(values, ast.Tuple) else (), strict=False):
        if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield name.id, value.value


def texts(node: ast.expr, known: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in known:
        yield known[node.id]
    elif isinstance(node, ast.Attribute) and node.attr in ALL:
        yield ALL[node.attr]
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body, known)
        yield from texts(node.orelse, known)


def actions() -> set[str]:
    """Return every action that the code names where it records something, and every permission that may be refused."""
    found, said = trees(), {one.value for one in Permission if one not in OPEN}
    own = {path: recorders(tree) for path, tree in found.items()}
    for path, tree in found.items():
        here = constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                mine = isinstance(node.func, ast.Name) and name in own[path]
                places = {own[path][name]} if mine else {one[name] for one in own.values() if name in one}
                said.update(*(texts(one, here) for one in told(node, places)))
    return {one for one in said if ACTION.fullmatch(one)} - OTHERS


def told(call: ast.Call, places: set[int]) -> list[ast.expr]:
    """Return what a call names as its action; what is in no known place says nothing."""
    named = [one.value for one in call.keywords if one.arg == NAMED and places]
    return [*named, *(call.args[place] for place in places if 0 <= place < len(call.args))]


ALL = {name: text for tree in trees().values() for name, text in constants(tree).items() if name.isupper()}


def test_the_search_finds_what_is_recorded() -> None:
    assert {"write_note", "read_case", "read_caseload", "refer", "tell_incident", "sign_in", "erase"} <= actions()


def test_every_action_has_words() -> None:
    assert sorted((actions() | MADE) - set(ACTIONS)) == []


def test_every_action_belongs_to_a_family() -> None:
    patterns = [pattern.replace("%", "*") for patterns in FAMILIES.values() for pattern in patterns]
    lost = {one for one in ACTIONS if not any(fnmatchcase(one, pattern) for pattern in patterns)}
    assert sorted(lost - ALONE) == []
