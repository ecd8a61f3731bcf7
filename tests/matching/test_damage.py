"""Whatever happens to a file that search lives on, people find their groups, by the right order, and it is mended.

What is covered: any byte of any file of the index, of the vectors that are kept and of the model changed, cut off,
removed, replaced or unreadable, before a process starts and under a running one, for files that are copied into a
process and for files that are mapped. What is not: a mapped file (above 64 MB) that is shortened in place in the very
milliseconds in which a question reads it. The system then ends that process; `test_a_worker_that_the_system_ends` shows
that gunicorn starts another, and that it mends the index. A file that is not what it was and has its old times and size
set back by hand is noticed at the next start only, if it is mapped.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from service.catalog.words.taxonomy import Taxonomy
from service.config import Settings
from service.matching import intact, matcher
from service.matching.index import generation
from service.matching.index.generation import DamagedError
from service.matching.index.index import Index
from tests.benchmarks import made_up
from tests.journeys.serving import ROOT, eventually, free_port
from tests.matching import damages
from tests.matching.damages import INDEX, MODEL, VECTORS, Bench
from tests.matching.making import TODAY, person
from tests.matching.sources import Catalogue
from tests.people import settle

EACH = {**dict.fromkeys((*INDEX, *VECTORS), 10), "model-int8.onnx": 6, "vocab.txt": 6}  # a thousand in `make soak`
ANSWERS_WITHIN = 60  # seconds, on a machine that does other work as well


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy) -> Bench:
    return Bench(tmp_path_factory.mktemp("damage"), taxonomy)


@pytest.mark.asvs("V1.5.2")
@pytest.mark.parametrize("file", [*INDEX, *VECTORS, *MODEL])
def test_search_goes_on_rightly_whatever_happens_to_a_file(bench: Bench, file: str) -> None:
    chance = random.Random(file)  # noqa: S311  # nothing is secret
    for case in damages.cases(EACH.get(file, 4), chance.randrange(1000), (file,)):
        assert damages.try_one(bench, case, chance) == [], str(case)


def test_a_damage_that_nobody_noticed_or_mended_would_be_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)  # noqa: S311
    case = damages.Case(file="arrays.bin", how="flip", when="before", mapped=False, warm=False)
    monkeypatch.setattr(damages, "MENDED_WITHIN", 0.5)
    with monkeypatch.context() as patch:
        patch.setattr("service.matching.index.writing.Beside.start", lambda _self, _work: None)
        assert any(line.startswith("not mended") for line in damages.try_one(bench, case, chance))
    take = generation.take

    def trusting(place: Path, *rest: Any) -> generation.Taken:
        meta = json.loads((place / "meta.json").read_bytes().rpartition(b"\n}")[0] + b"}")
        meta["sum"] = intact.take(place / "arrays.bin").digest
        (place / "meta.json").write_bytes(generation._sealed(meta))
        return take(place, *rest)

    monkeypatch.setattr(generation, "take", trusting)
    assert "not noticed" in damages.try_one(bench, case, chance)


def test_what_is_changed_while_a_question_reads_it_is_asked_again(
    tmp_path: Path, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intact, "COPIED", 0)
    catalogue = Catalogue(made_up.groups(30, taxonomy))
    index = Index(tmp_path, catalogue, taxonomy)
    index.rebuild()
    wanted = matcher.match(index.current(), person(text="gardening"), TODAY)
    asked = []

    def question(snapshot: object) -> object:
        asked.append(snapshot)
        if len(asked) == 1:
            file = generation.generations(tmp_path)[0] / "arrays.bin"
            with file.open("r+b") as opened:
                opened.write(b"\xff" * 4096)
            raise IndexError("as numbers that make no sense would")
        return matcher.match(snapshot, person(text="gardening"), TODAY)  # type: ignore[arg-type]

    assert index.ask(question) == wanted
    assert len(asked) == 2


def test_a_question_that_fails_by_itself_fails_once(tmp_path: Path, taxonomy: Taxonomy) -> None:
    index = Index(tmp_path, Catalogue([]), taxonomy)
    asked = []

    def question(snapshot: object) -> None:
        asked.append(snapshot)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.ask(question)
    assert len(asked) == 1


# ---- a worker that the system ends -----------------------------------------------------------------------------------

WSGI = """
import os
from service.matching import intact, matcher
from service.matching.index import generation
intact.COPIED = 0  # everything is mapped, as the index of a large catalogue is
from wsgi import app
plain = matcher.match
def match(snapshot, profile, *rest):
    if profile.text == "cut":
        for place in generation.generations(app.extensions["kith"].settings.index_folder):
            os.truncate(place / "arrays.bin", 0)  # whichever of them this process maps
    return plain(snapshot, profile, *rest)
matcher.match = match
"""


@pytest.fixture
def mapped(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of gunicorn with two workers that map their index, and cut it off under themselves when asked to."""
    settle(app)
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
        app.extensions["kith"].matching.rebuild()
    (tmp_path / "cutting.py").write_text(WSGI)
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "deploy/gunicorn.conf.py",
            "--pythonpath",
            str(tmp_path),
            "cutting:app",
        ],
        cwd=ROOT,
        env={
            **kept,
            "KITH_MODE": "demo",
            "KITH_BIND": f"127.0.0.1:{port}",
            "KITH_WORKERS": "2",
            "KITH_SECRET": settings.secret,
            "KITH_DATA": str(settings.data_folder),
            "KITH_DATABASE_URL": settings.database_url,
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        eventually(lambda: asked(f"http://127.0.0.1:{port}", "tables"), ANSWERS_WITHIN)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def asked(address: str, text: str) -> list[str] | None:
    """Ask on a connection of its own; None: whoever took the question died."""
    request = Request(  # noqa: S310  # our own address
        f"{address}/api/v1/match",
        data=json.dumps({"text": text}).encode(),
        headers={"Content-Type": "application/json", "Connection": "close"},
    )
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return [match["group_id"] for match in json.loads(answer.read())["matches"]]
    except (OSError, HTTPException):
        return None


def test_a_worker_that_the_system_ends_over_a_mapped_file_is_replaced_and_the_index_mended(
    mapped: str, app: Flask, settings: Settings
) -> None:
    taxonomy, sound = app.extensions["kith"].matching.taxonomy, asked(mapped, "tables")
    assert sound
    for _ in range(3):
        assert asked(mapped, "cut") is None, "the system ends a process that reads beyond a file's end"
        began = time.monotonic()
        for _ in range(20):
            assert eventually(lambda: asked(mapped, "tables"), ANSWERS_WITHIN) == sound
        print(f"twenty answers within {time.monotonic() - began:.1f} s")
        eventually(lambda: _all_sound(settings.index_folder, taxonomy), ANSWERS_WITHIN)
        assert asked(mapped, "tables") == sound


def _all_sound(folder: Path, taxonomy: Taxonomy) -> bool | None:
    places = generation.generations(folder)
    try:
        for place in places:
            generation.load(place, taxonomy, "")
    except DamagedError:
        return None
    return bool(generation.pointed(folder)) or None
