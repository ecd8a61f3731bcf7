"""A process that answers questions from an index until it is told no more: `python -m tests.matching.asking FOLDER`.

Every line it reads is a question; every line it prints is what it answered. The catalogue is a file that the test
writes. `OWN=name` is where its own generations are, `SHARED=name` where they are given on to others. `SLOW=seconds` has
each file of a generation take so long; `FULL=bytes` lets no file grow beyond that.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.catalog.views import ListedGroup
from service.catalog.words.vocabulary import load_taxonomy
from service.matching import matcher
from service.matching.index import generation
from service.matching.index.index import Index
from service.matching.index.sharing import Shared
from service.matching.index.writing import alone
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.making import TODAY, person

ROOT = Path(__file__).parents[2]
MANY = 700
QUESTIONS = (person(text="gardening with others"), person(text="songs", limit=50), person(limit=20))


@lru_cache(maxsize=2)
def _groups(seed: int) -> dict[str, ListedGroup]:
    made = made_up.groups(MANY, load_taxonomy(ROOT / "seeds/taxonomy"), seed=seed)
    return {str(group.id): group for group in made}


class FileCatalogue:
    """A catalogue whose last `edited` groups are otherwise than they were, each by a change of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def edit(self, many: int) -> None:
        """Change so many groups in all."""
        other = self.path.with_suffix(".new")
        other.write_text(str(many))
        os.replace(other, self.path)

    def sequence(self) -> int:
        return 1 + int(self.path.read_text())

    def everything(self) -> Iterable[ListedGroup]:
        changed = self._changed()
        return [(_groups(8) if key in changed else _groups(7))[key] for key in _groups(7)]

    def changed_since(self, sequence: int) -> tuple[Mapping[str, int], Sequence[ListedGroup]]:
        found = {key: number for key, number in self._changed().items() if number > sequence}
        return found, [_groups(8)[key] for key in found]

    def listed(self) -> frozenset[str]:
        return frozenset(_groups(7))

    def _changed(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(list(_groups(7))[: self.sequence() - 1], start=2)}


def answers(index: Index) -> list[list[str]]:
    return index.ask(answers_of)


def answers_of(snapshot: Snapshot) -> list[list[str]]:
    found = (matcher.match(snapshot, asked, TODAY) for asked in QUESTIONS)
    return [[match.group_id for match in answer.matches] for answer in found]


class Asked:
    """Such a process, from outside."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.matching.asking", str(folder)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> dict[str, Any]:
        self.begin()
        return self.answer()

    def begin(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("?\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read() if self._process.stderr else ""
        found: dict[str, Any] = json.loads(line)
        return found

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def end(self, seconds: float = 60) -> tuple[int, str]:
        """Ask no more; return how it ended and what it logged."""
        _, told = self._process.communicate(timeout=seconds)
        return self._process.returncode, told


@contextmanager
def leading(folder: Path) -> Iterator[None]:
    """Stand in for the database's lock: that of a folder, which all of them have here."""
    with alone(folder, wait=True):
        yield


def main() -> None:
    folder = Path(sys.argv[1])
    if full := os.environ.get("FULL"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(full), int(full)))
    if slow := os.environ.get("SLOW"):
        through = generation._through
        generation._through = lambda file: (time.sleep(float(slow)), through(file))[1]  # type: ignore[func-returns-value]
    own, shared = folder / os.environ.get("OWN", "index"), None
    if given_on := os.environ.get("SHARED"):
        shared = Shared(folder / given_on, lambda: leading(folder))
    catalogue, taxonomy = FileCatalogue(folder / "edits"), load_taxonomy(ROOT / "seeds/taxonomy")
    index = Index(own, catalogue, taxonomy, shared=shared)
    for _ in sys.stdin:
        found = answers(index)
        snapshot = index.current()
        told = {"answers": found, "sequence": snapshot.sequence, "edits": len(snapshot.edited)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
