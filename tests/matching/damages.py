"""Damages whatever files search lives on, one at a time, and looks whether anybody who searches would notice.

Run by `tests/matching/test_damage.py` a little and by `make soak` a thousand times:
`python -m tests.matching.damages 1000`.
"""

import json
import logging
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from service.matching import intact, matcher
from service.matching.answer import Answer
from service.matching.index import generation, writing
from service.matching.index.index import Index
from service.matching.meaning import understanding
from service.matching.meaning.encoder import FOLDER, Encoder
from service.matching.meaning.understanding import Understanding
from service.matching.meaning.vectors import VectorStore, keys_of, publish, text_of
from service.matching.profile import Profile
from tests.benchmarks import made_up
from tests.matching.making import TODAY, person
from tests.matching.sources import Catalogue

INDEX = ("arrays.bin", "meta.json", "current")
VECTORS = ("own", "shipped")
MODEL = ("model-int8.onnx", "vocab.txt", "reference.npy", "reference.txt")
HOW = ("flip", "flip", "flip", "cut", "cut", "cut", "empty", "remove", "folder", "unreadable")
WHEN = ("before", "replaced", "in place")  # before a process starts; under a running one
MENDED_WITHIN = 20.0  # seconds; it takes a tenth of one where nothing else is done
GROUPS = 30
QUESTIONS = (
    person(text="my husband died and the evenings are long"),
    person(text="gardening with others"),
    person(text="somewhere to sing", limit=50),
    person(interests=("activity.nature.gardening",)),
)
Answers = list[Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One damage."""

    file: str
    how: str
    when: str
    mapped: bool
    warm: bool  # the running process has asked its model before

    def __str__(self) -> str:
        memory, model = "mapped" if self.mapped else "copied", "warm" if self.warm else "cold"
        return f"{self.file} {self.how} {self.when} {memory} {model}"


def cases(many: int, seed: int, files: Sequence[str] = (*INDEX, *VECTORS, *MODEL)) -> Iterator[Case]:
    """Yield so many damages, each kind of file as often as the others."""
    chance = random.Random(seed)  # noqa: S311  # nothing is secret
    for number in range(many):
        yield Case(
            file=files[number % len(files)],
            how=chance.choice(HOW),
            when=chance.choice(WHEN),
            mapped=chance.random() < 0.5,
            warm=chance.random() < 0.5,
        )


def damage(path: Path, how: str, chance: random.Random, *, in_place: bool) -> None:
    """Do one thing to a file: in the file itself, or by putting another in its place."""
    whole = path.read_bytes()
    if how in ("flip", "cut", "empty"):
        _change(path, whole, how, chance, in_place=in_place)
        return
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "unreadable":
        path.symlink_to(path.name)  # leads to itself; a file without rights is no obstacle to root


def _change(path: Path, whole: bytes, how: str, chance: random.Random, *, in_place: bool) -> None:
    at = chance.randrange(len(whole)) if how != "empty" else 0
    changed = bytearray(whole if how == "flip" else whole[:at])
    if how == "flip":
        changed[at] ^= chance.randrange(1, 256)
    if not in_place:
        other = path.with_name(".other")
        other.write_bytes(changed)
        os.replace(other, path)
        return
    with path.open("r+b") as file:
        file.seek(at)
        file.write(changed[at : at + 1])
        file.truncate(len(changed))


class Warnings(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.msg} {getattr(record, 'error', '')}".strip())


@contextmanager
def listening() -> Iterator[list[str]]:
    """Give the list of what is logged meanwhile, and write none of it."""
    log, heard = logging.getLogger("kith"), Warnings()
    before = log.handlers[:], log.propagate
    log.handlers[:], log.propagate = [heard], False
    try:
        yield heard.told
    finally:
        log.handlers[:], log.propagate = before


@dataclass
class Bench:
    """A small catalogue with everything search lives on, copied anew for each damage."""

    folder: Path
    taxonomy: Taxonomy
    groups: list[ListedGroup] = field(init=False)
    sound: Answers = field(init=False)
    by_words: Answers = field(init=False)

    def __post_init__(self) -> None:
        self.groups = made_up.groups(GROUPS, self.taxonomy)
        half = [text_of(group) for group in self.groups[::2]]
        encoder = Encoder.load()
        made = np.array([encoder.encode(text) for text in half], np.int8)
        publish(self.template / "shipped", keys_of(half, encoder.id), made)
        shutil.copytree(FOLDER, self.model)
        started = Process(self, self.template)
        started.index.rebuild()  # a second generation, to fall back on
        started.index.rebuild()
        self.sound = started.answers()
        self.by_words = [
            matcher.match(Index(self.folder / "words", Catalogue(self.groups), self.taxonomy).current(), asked, TODAY)
            for asked in QUESTIONS
        ]
        assert self.sound != self.by_words, "meaning counts in these questions"

    @property
    def template(self) -> Path:
        return self.folder / "template"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """Give a copy of everything but the model, which is put right again afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            shutil.copytree(self.template, made, dirs_exist_ok=True)
            yield Path(made)

    def path_of(self, case: Case, here: Path) -> Path:
        if case.file in MODEL:
            return self.model / case.file
        if case.file in VECTORS:
            return here / case.file / "vectors.npy"
        folder = here / "index"
        return folder / case.file if case.file == "current" else generation.generations(folder)[0] / case.file

    def mend_model(self, name: str) -> None:
        path = self.model / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.copyfile(FOLDER / name, path)


class Process:
    """What one process of the service holds, on a folder."""

    def __init__(self, bench: Bench, here: Path) -> None:
        self.meaning = Understanding(here / "shipped", here / "own")
        self.index = Index(here / "index", Catalogue(bench.groups), bench.taxonomy, self.meaning)

    def answers(self) -> Answers:
        return [self._answer(asked) for asked in QUESTIONS]

    def _answer(self, asked: Profile) -> Answer:
        return self.index.ask(lambda snapshot: matcher.match(snapshot, asked, TODAY, self.meaning.one))


@contextmanager
def conditions(bench: Bench, case: Case) -> Iterator[None]:
    """Have processes read the copied model, whole files mapped or copied."""
    kept = intact.COPIED, understanding._loaded, understanding._sound
    intact.COPIED = 0 if case.mapped else kept[0]
    if case.file in MODEL:
        loaded = lru_cache(maxsize=1)(lambda _: Encoder.load(bench.model))
        understanding._loaded = loaded
        understanding._sound = lru_cache(maxsize=1)(lambda model: loaded(model).check().usable)
    try:
        yield
    finally:
        intact.COPIED, understanding._loaded, understanding._sound = kept


def try_one(bench: Bench, case: Case, chance: random.Random) -> list[str]:
    """Do one damage; return what somebody would have to complain about."""
    with conditions(bench, case), bench.copied() as here, listening() as told:
        path = bench.path_of(case, here)
        running = None if case.when == "before" else Process(bench, here)
        if running is not None:
            running.index.current()
            if case.warm:
                running.answers()
        damage(path, case.how, chance, in_place=case.when == "in place")
        try:
            asked = running or Process(bench, here)
            judge = {**dict.fromkeys(INDEX, of_index), **dict.fromkeys(VECTORS, of_vectors)}.get(case.file, of_model)
            return [*judge(bench, case, here, asked, told), *(line for line in told if "failed" in line)]
        finally:
            at_rest()
            if case.file in MODEL:
                bench.mend_model(case.file)


def of_index(bench: Bench, case: Case, here: Path, asked: Process, told: list[str]) -> Iterator[str]:
    """The answer is the sound one, the damage is noticed, and mended while questions go on."""
    folder = here / "index"
    if asked.answers() != bench.sound:
        yield "another answer"
    until = time.monotonic() + MENDED_WITHIN
    while not is_sound(folder, bench, asked) and time.monotonic() < until:
        if asked.answers() != bench.sound:
            yield "another answer while it was mended"
    if not is_sound(folder, bench, asked):
        yield f"not mended: {sorted(path.name for path in folder.iterdir())}"
    at_rest()
    if not told:  # only now: of a mapped index, the check runs beside the questions
        yield "not noticed"
    before = len(told)
    if asked.answers() != bench.sound or Process(bench, here).answers() != bench.sound or len(told) > before:
        yield "not as before after it was mended"


def at_rest() -> None:
    """Wait for what runs beside the questions: one case's warnings must not be heard in the next one."""
    for thread in list(writing._threads):
        thread.join(MENDED_WITHIN)


def is_sound(folder: Path, bench: Bench, asked: Process) -> bool:
    """Whether the published generation and every other one can be used, and nothing is half written."""
    try:
        for place in generation.generations(folder):
            generation.load(place, bench.taxonomy, asked.meaning.id)
    except generation.DamagedError:
        return False
    return bool(generation.pointed(folder)) and not list(folder.glob(".*"))


def of_vectors(bench: Bench, case: Case, here: Path, asked: Process, told: list[str]) -> Iterator[str]:
    """What was kept and is damaged is made again, and never goes into an index."""
    if asked.answers() != bench.sound:
        yield "another answer"
    asked.index.rebuild()
    if asked.answers() != bench.sound:
        yield "another answer from the index that was built"
    next_one = Process(bench, here)
    if case.file == "own" and VectorStore(here / "own").damaged:
        yield "not mended"
    if case.file == "shipped" and case.how != "remove" and next_one.meaning.warning() != "vectors_damaged":
        yield "no warning"
    next_one.index.rebuild()
    if next_one.answers() != bench.sound:
        yield "another answer from a new process"


def of_model(bench: Bench, case: Case, here: Path, asked: Process, told: list[str]) -> Iterator[str]:
    """Words alone, with a warning, from whoever has not read the model before; the index stays as it is."""
    read_before = case.when != "before" and (case.warm or case.file == "vocab.txt")
    for process in (asked, Process(bench, here)):
        found, warned = process.answers(), process.meaning.warning()
        if process is asked and read_before:
            complaint = found != bench.sound or warned is not None
        elif warned is None:  # what the model is tested against may be damaged and still tell that it works
            complaint = found != bench.sound or not case.file.startswith("reference")
        else:
            complaint = found != bench.by_words or not warned.startswith("model_")
        if complaint:
            yield f"warning {warned}, {'the sound' if found == bench.sound else 'another'} answer"
        understanding._loaded.cache_clear()
        understanding._sound.cache_clear()
    if not is_sound(here / "index", bench, asked):
        yield "the index was damaged as well"


def run(many: int, seed: int, tell: Callable[[str], None]) -> dict[str, object]:
    """Do so many damages; return figures and the first complaints."""
    taxonomy, chance = load_taxonomy(Path("seeds/taxonomy")), random.Random(seed)  # noqa: S311
    done, wrong, began = Counter[str](), list[str](), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kith-damage-") as folder:
        bench = Bench(Path(folder), taxonomy)
        for number, case in enumerate(cases(many, seed)):
            try:
                found = try_one(bench, case, chance)
            except Exception as error:  # noqa: BLE001, RUF100  # that is what is looked for
                found = [f"{type(error).__name__}: {error}"]
            done[case.how] += 1
            wrong += [f"{number} {case}: {complaint}" for complaint in found]
            if found:
                tell(wrong[-1])
    seconds = round(time.monotonic() - began, 1)
    return {"damages": many, "how": done, "wrong": len(wrong), "examples": wrong[:5], "seconds": seconds}


def main() -> int:
    """Print one line of figures; 1 if there is anything to complain about."""
    many, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found = run(many, seed, lambda line: print(line, file=sys.stderr))
    print(json.dumps(found))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
