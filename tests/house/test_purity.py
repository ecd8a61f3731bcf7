"""Files that call themselves pure are; and commits happen in one place only."""

import ast
from collections.abc import Iterator
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


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def impure(tree: ast.Module) -> set[str]:
    named = set(imported(tree)) - {"os.path"}  # its arithmetic on names touches nothing
    return {name for name in named for root in IMPURE if name == root or name.startswith(f"{root}.")}


def sources() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(Path("service").rglob("*.py"))]


def test_pure_modules_import_nothing_impure() -> None:
    pure = [(path, tree) for path, tree in sources() if "Pure" in (ast.get_docstring(tree) or "")]
    for path, tree in pure:
        assert not impure(tree), f"{path}: {impure(tree)}"
    assert len(pure) > 10


def test_a_planted_import_is_found() -> None:
    assert impure(ast.parse("from sqlalchemy.orm import Session\nimport service.clock\nimport math")) == {
        "sqlalchemy.orm",
        "service.clock",
    }


def test_every_module_says_what_it_is() -> None:
    for path, tree in sources():
        assert ast.get_docstring(tree), path


def test_only_the_database_package_commits() -> None:
    for path, tree in sources():
        if path.parts[1] == "db" or path.name == "trial.py":  # a trial fills a scratch database of its own
            continue
        for node in ast.walk(tree):
            named = isinstance(node, ast.Attribute) and node.attr == "commit"
            assert not named, f"{path}:{getattr(node, 'lineno', 0)} commits"


def test_below_the_faces_nobody_asks_the_time_or_the_environment() -> None:
    for path, tree in sources():
        if path.parts[1] not in DOMAINS:
            continue
        assert "service.clock" not in set(imported(tree)), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked = f"{node.value.id}.{node.attr}"
                assert asked not in ("datetime.now", "date.today", "os.environ", "os.getenv", "time.time"), path
