"""The repository itself: small files and functions, no machine's paths, no package host, locks that agree."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
# Longer ones, by name. This list only shrinks. Functions of the service alone: tests are lists. No migrations: a tool
# writes them.
LONG_FILES = {"tests/judges/power_cut.py"}
LONG_FUNCTIONS: set[str] = set()
REFUSED = {"utils", "common", "helpers", "core", "services"}
# Put together here, so that this file does not hold what it forbids.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))]
PLACES = ["/" + name + "/" for name in ("work", "root", "home", "Users")] + ["../" + "shared"]
TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".lock", ".txt", ".cfg", ".yml", ".yaml", ".mako", ".conf", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in listed.splitlines() if Path(line).is_file()]


def written_by_hand() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and "versions" not in path.parts and path.parts[:2] not in (("tests", "judged"),)
    ]


def product() -> list[Path]:
    return [path for path in written_by_hand() if path.parts[0] == "service"]


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {path.as_posix() for path in written_by_hand() if len(path.read_text().splitlines()) > LONGEST_FILE}
    assert long == LONG_FILES


def test_no_function_is_longer_than_a_screen() -> None:
    long = set()
    for path in product():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if _lines(node) > LONGEST_FUNCTION:
                long.add(f"{path.as_posix()}:{node.name}")
    assert long == LONG_FUNCTIONS


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count from `def` to the end, what it takes included; only what is said of it is no line to follow."""
    said = sum((node.end_lineno or 0) - node.lineno + 1 for node in function.body[:1] if _is_text(node))
    return (function.end_lineno or 0) - function.lineno + 1 - said


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("def f() -> None:\n    pass", 2),
        ('def f(\n    a: int,\n    b: int,\n) -> int:\n    """Say\n    so."""\n    return a', 5),
        ('def f() -> None:\n    """Say so."""', 1),
    ],
)
def test_a_function_is_as_long_as_what_it_takes_and_does(written: str, lines: int) -> None:
    function = ast.parse(written).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert _lines(function) == lines


def test_nothing_unfinished_is_left() -> None:
    marks = [mark + ending for mark in ("TO" + "DO", "FIX" + "ME", "XX" + "X") for ending in (":", " ", "(")]
    for path in written_by_hand():
        text = path.read_text()
        assert not [mark for mark in marks if mark in text], path


def test_no_file_names_a_package_host_or_a_place_on_some_machine() -> None:
    for path in tracked():
        if path.suffix not in TEXT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for found in HOSTS:
            assert found not in text, f"{path} names {found}"
        if path.suffix in (".py", ".md", ".toml", ".lock", "", ".conf", ".mako"):
            for found in PLACES:
                assert not re.search(rf"(?<![\w.~/-]){re.escape(found)}", text), f"{path} names {found}"


def test_no_folder_and_no_module_is_a_drawer_for_anything() -> None:
    assert not [path for path in product() if REFUSED & {*path.parts[:-1], path.stem}]


@pytest.mark.asvs("V15.1.2")
@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-test.lock", "requirements-build.lock", "requirements-postgres.lock"]
)
def test_every_package_is_pinned_by_hash(name: str) -> None:
    pins = re.split(r"\n(?=[a-z0-9])", Path(name).read_text())
    for pin in pins:
        if "==" in pin.splitlines()[0]:
            assert "--hash=sha256:" in pin, pin.splitlines()[0]
        else:
            assert pin.startswith("#"), pin


def test_the_locks_agree() -> None:
    def versions(name: str) -> dict[str, str]:
        found = (re.match(r"([a-z0-9._-]+)==([^ ;]+)", line) for line in Path(name).read_text().splitlines())
        return {pin[1]: pin[2] for pin in found if pin}

    tests = versions("requirements-test.lock")
    for name in ("requirements.lock", "requirements-build.lock", "requirements-postgres.lock"):
        assert {key: tests.get(key) for key in versions(name)} == versions(name)
