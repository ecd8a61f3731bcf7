"""Files that call themselves pure are; and commits happen in one place only."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

IMPURE = {
    "flask",
    "flask_babel",
    "flask_sqlalchemy",
    "flask_wtf",
    "apiflask",
    "sqlalchemy",
    "os",
    "socket",
    "requests",
    "httpx",
    "urllib.request",
    "subprocess",
    "random",
    "service.db",
    "service.clock",
}
DOMAINS = ("accounts", "catalog", "matching", "notifications", "referrals")
# A trial fills a scratch database; counters of tries and counts of searches stand in files of their own, which no
# view's answer undoes. A restore fills a database that nobody is served from.
COMMIT_ELSEWHERE = {
    "service/matching/trials/trial.py",
    "service/accounts/limits.py",
    "service/matching/counting.py",
    "service/backups/stores.py",
}
ASKED = re.compile(r"(^|\.)(datetime\.now|datetime\.utcnow|date\.today|os\.environ|os\.getenv|time\.time)$")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)  # from service import clock
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def impure(tree: ast.Module) -> set[str]:
    named = {name for name in imported(tree) if not f"{name}.".startswith("os.path.")}  # arithmetic on names
    return {name for name in named for root in IMPURE if name == root or name.startswith(f"{root}.")}


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(Path("service").rglob("*.py"))]


def test_pure_modules_import_nothing_impure() -> None:
    pure = [(path, tree) for path, tree in sources() if "Pure" in (ast.get_docstring(tree) or "")]
    for path, tree in pure:
        assert not impure(tree), f"{path}: {impure(tree)}"
    assert len(pure) > 10


def test_a_planted_import_is_found() -> None:
    planted = "from sqlalchemy import select\nfrom service import clock\nimport urllib.request\nimport math"
    assert impure(ast.parse(planted)) == {"sqlalchemy", "sqlalchemy.select", "service.clock", "urllib.request"}


def test_every_module_says_what_it_is() -> None:
    for path, tree in sources():
        assert ast.get_docstring(tree), path


def test_only_the_database_package_commits() -> None:
    for path, tree in sources():
        if path.parts[1] == "db" or path.as_posix() in COMMIT_ELSEWHERE:
            continue
        for node in ast.walk(tree):
            assert not _commits(node), f"{path}:{getattr(node, 'lineno', 0)} commits"


def _commits(node: ast.AST) -> bool:
    """Say whether this is `….commit`, or `with ….begin():`, which commits at its end."""
    if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
        return getattr(node.context_expr.func, "attr", "") == "begin"
    return isinstance(node, ast.Attribute) and node.attr == "commit"


def test_tables_stand_on_our_own_base_and_are_read_with_select() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                text = ast.unparse(node)
                assert text != "db.Model", f"{path}:{node.lineno} uses db.Model, which mypy cannot see"
                assert not re.fullmatch(r"[A-Z]\w+\.query|\w+\.query\.get", text), f"{path}:{node.lineno} uses {text}"


def test_faces_build_no_statement_and_domains_open_no_session() -> None:
    for path, tree in sources():
        named = set(imported(tree))
        if path.parts[1] in ("web", "api", "cli"):
            statements = {name for name in named if f"{name}.".startswith("sqlalchemy.")}
            assert statements <= {"sqlalchemy.orm", "sqlalchemy.orm.Session"}, f"{path} builds a statement"
        if path.parts[1] in DOMAINS:
            opened = named & {"service.db.db", "service.db.writes", "service.db.committing"}
            assert not opened, f"{path} imports {opened}: its session is passed in"
            assert not {name for name in named if name.split(".")[0] in ("werkzeug", "flask_sqlalchemy")}, path


def test_below_the_faces_nobody_asks_the_time_or_the_environment() -> None:
    for path, tree in sources():
        if path.parts[1] not in DOMAINS:
            continue
        assert "service.clock" not in set(imported(tree)), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                assert not ASKED.search(ast.unparse(node)), f"{path}:{node.lineno} asks {ast.unparse(node)}"
