"""Copies the tracked files, plants violations in the copy, and asks the checkers there. The tree is not touched."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from tests.house.plants import Plant
from tests.house.plants.imports import CONTRACTS, TOOLS
from tests.house.plants.privacy import KEPT, PAGES, WAYS
from tests.house.plants.rules import STATIC, WALKS

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
PLANTS = (*CONTRACTS, *TOOLS, *STATIC, *WALKS, *PAGES, *KEPT, *WAYS)
LINT = ("lint-imports", "--no-cache")


@dataclass(frozen=True)
class Outcome:
    """What became of one plant, or of a checker without any (`plant` is None)."""

    plant: Plant | None
    checker: str
    failed: bool
    said: str

    @property
    def right(self) -> bool:
        """Whether the checker failed for this plant and nothing else, or passed without."""
        return not self.failed if self.plant is None else self.failed and self.plant.says in self.said


def everything(folder: Path) -> list[Outcome]:
    """Ask every checker without and with its plants, on two cores."""
    houses = [plant for plant in PLANTS if plant.checker.startswith("tests/")]
    rounds = [[plant for plant in houses if plant.second is second] for second in (False, True)]
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(_tests, folder / "none", [], sorted({plant.checker for plant in houses})),
            *(
                pool.submit(_tests, folder / name, round_, [plant.checker for plant in round_])
                for name, round_ in zip(("first", "second"), rounds, strict=True)
            ),
            pool.submit(_contracts_and_tools, folder / "imports"),
        ]
        return [outcome for answer in asked for outcome in answer.result()]


def contracts() -> list[str]:
    """Return the names of the import contracts."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return [found["name"] for found in tomllib.load(file)["tool"]["importlinter"]["contracts"]]


# ---- the copy --------------------------------------------------------------------------------------------------------


@cache
def _tracked() -> tuple[str, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def _copy(folder: Path) -> Path:
    """Copy what is tracked, and beside it what Python has compiled of it, which only saves time."""
    for name in _tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for kept in {(ROOT / name).parent / "__pycache__" for name in _tracked() if name.endswith(".py")}:
        with suppress(shutil.Error, FileNotFoundError):  # another run may just be writing there
            shutil.copytree(kept, folder / kept.relative_to(ROOT), dirs_exist_ok=True)
    return folder


def _plant(folder: Path, plant: Plant) -> None:
    for name, text in plant.new.items():
        path = folder / name
        assert not path.exists(), f"{plant.name}: {name} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, (old, new) in plant.changed.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{plant.name}: {name} does not hold {old!r} any more"
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")


@contextmanager
def _planted(folder: Path, plant: Plant) -> Iterator[None]:
    """Plant, and pull it out again."""
    before = {name: (folder / name).read_bytes() for name in plant.changed}
    _plant(folder, plant)
    yield
    for name, text in before.items():
        (folder / name).write_bytes(text)
    for name in plant.new:
        (folder / name).unlink()
        if not list((folder / name).parent.iterdir()):
            (folder / name).parent.rmdir()


def _run(folder: Path, command: Sequence[str]) -> tuple[bool, str]:
    """Run a tool of this environment in the copy; say whether it failed, and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "KITH_TEST_DATABASE": "sqlite", "NO_COLOR": "1"}
    for name in [name for name in environment if name.startswith(("PYTEST_", "COV_"))]:
        del environment[name]
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode != 0, done.stdout + done.stderr


# ---- the checkers ----------------------------------------------------------------------------------------------------


def _contracts_and_tools(folder: Path) -> list[Outcome]:
    """Each of these is quick: one plant at a time."""
    _copy(folder)
    commands = {
        "mypy": ("mypy", f"--cache-dir={folder / 'mypy'}", "service/clock.py"),
        "ruff": ("ruff", "check", "--no-cache", "--output-format=concise", "service/clock.py"),
        **dict.fromkeys(contracts(), LINT),
    }
    found = [
        Outcome(None, command[0], *_run(folder, command)) for command in (commands["mypy"], commands["ruff"], LINT)
    ]
    for plant in (*TOOLS, *CONTRACTS):
        with _planted(folder, plant):
            failed, said = _run(folder, commands[plant.checker])
        broken = f"{plant.checker} BROKEN" in re.sub(r"\s+", " ", said) or plant in TOOLS
        found.append(Outcome(plant, plant.checker, failed and broken, said))
    return found


def _tests(folder: Path, plants: Iterable[Plant], asked: Sequence[str]) -> list[Outcome]:
    """Run tests of the house in one copy, where each has at most one plant."""
    _copy(folder)
    for plant in plants:
        _plant(folder, plant)
    for command in (("init", "-q"), ("add", "--all", "--force")):  # a test of files asks git which there are
        subprocess.run(["git", "-c", "core.safecrlf=false", *command], cwd=folder, check=True, capture_output=True)
    report = folder / "report.xml"
    _, said = _run(
        folder,
        (
            "python",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "-vv",
            "--continue-on-collection-errors",
            f"--junitxml={report}",
            *asked,
        ),
    )
    assert report.is_file(), said
    results = dict(_results(report))
    by_test = {plant.checker: plant for plant in plants}
    return [Outcome(by_test.get(test), test, *results.get(test, (False, f"did not run: {said}"))) for test in asked]


def _results(report: Path) -> Iterator[tuple[str, tuple[bool, str]]]:
    """Return each test with whether it failed, and why."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # pytest wrote it just now
        test = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        wrong = [found for found in case if found.tag in ("failure", "error")]
        yield test, (bool(wrong), "\n".join(f"{found.get('message')}\n{found.text}" for found in wrong))
