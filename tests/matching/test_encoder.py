"""Texts that mean alike are near one another, the same on every machine; and without the model nothing breaks."""

import hashlib
import importlib.util
import multiprocessing
import re
import shutil
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from service.matching.meaning import encoder as encoding
from service.matching.meaning import wordpiece
from service.matching.meaning.encoder import CUT, DIMENSIONS, FOLDER, STEPS, Encoder, EncoderError, key, quantised
from service.matching.meaning.wordpiece import WordPiece

# As the tokenizer that the model was trained with counts them.
KNOWN = {
    "": [],
    "lonely since I retired, like singing": [9479, 2144, 1045, 3394, 1010, 2066, 4823],
    "don't... 'tis!": [2123, 1005, 1056, 1012, 1012, 1012, 1005, 22320, 999],
    "unaffable kabaddi": [14477, 20961, 3468, 10556, 9024, 4305],
    "Bereavement café: talk about loss": [2022, 16416, 3726, 3672, 7668, 1024, 2831, 2055, 3279],
    "¿Dónde puedo cantar? Niños": [1094, 2123, 3207, 16405, 26010, 2064, 7559, 1029, 20801, 2015],
    "میں تنہا ہوں": [1295, 24830, 29843, 1273, 15915, 29845, 25573, 1308, 29836, 29843],
    "日本語 tea": [1864, 1876, 1950, 5572],
    "Knit & natter 🧶 $2+": [22404, 1004, 14085, 3334, 100, 1002, 1016, 1009],
    "Straße ΣΑΣ İstanbul": [2358, 27807, 1173, 14608, 29733, 9960],
    "co\u00adoperative\u200b wa\x00lk\x0b\tnow\u00a0here": [10791, 3328, 2085, 2182],
    "x" * 100: [22038] + [20348] * 49,
    "x" * 101: [100],
}


@pytest.fixture(scope="module")
def pieces() -> WordPiece:
    return WordPiece.read(FOLDER / "vocab.txt")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the model's folder, to be damaged."""
    return shutil.copytree(FOLDER, tmp_path / "model")


def cosine(a: NDArray[np.int8], b: NDArray[np.int8]) -> float:
    return float(a.astype(int) @ b.astype(int)) / STEPS**2


@pytest.mark.parametrize("text", KNOWN, ids=lambda text: ascii(text)[1:25])
def test_a_text_is_cut_into_the_pieces_that_the_model_learned(pieces: WordPiece, text: str) -> None:
    assert pieces.numbers(text, CUT) == [101, *KNOWN[text], 102]


def test_a_long_text_is_cut_and_a_mark_that_somebody_writes_is_text(pieces: WordPiece) -> None:
    assert pieces.numbers("tea " * 300, CUT) == [101, *[5572] * 254, 102]
    assert pieces.numbers("tea " * 254, CUT) == pieces.numbers("tea " * 300, CUT)
    assert 102 not in pieces.numbers("[SEP] tea", CUT)[:-1]
    assert pieces.numbers("\ud800 tea", CUT) == [101, 5572, 102], "half a character, as JSON may send it"


def test_what_means_alike_is_near(encoder: Encoder) -> None:
    happy, very, dog, sunny = (
        encoder.encode(text)
        for text in (
            "That is a happy person",
            "That is a very happy person",
            "That is a happy dog",
            "Today is a sunny day",
        )
    )
    assert cosine(happy, very) == pytest.approx(0.942, abs=0.005)
    assert cosine(happy, dog) == pytest.approx(0.696, abs=0.005)
    assert cosine(happy, sunny) == pytest.approx(0.261, abs=0.005)


def test_everyday_words_are_nearest_to_what_a_provider_says_in_others(encoder: Encoder) -> None:
    pairs = {
        "my husband died and the evenings are long": "Bereavement support and company for widows",
        "I would like to mend a broken toaster": "Repair café: volunteers fix household appliances",
        "somewhere to bring my two year old": "Toddler group with songs and toys",
    }
    offered = [encoder.encode(text) for text in pairs.values()]
    for number, text in enumerate(pairs):
        near = [cosine(encoder.encode(text), one) for one in offered]
        assert near[number] > 0.15 + max(value for other, value in enumerate(near) if other != number), text


def test_the_self_test_agrees_with_the_published_weights(encoder: Encoder) -> None:
    found = encoder.check()
    assert found.usable
    assert 0.998 <= found.least_cosine <= 1.0001
    assert 0 < found.ms < 500
    texts = (FOLDER / "reference.txt").read_text(encoding="utf-8").splitlines()
    assert len(texts) == len(set(texts)) == 50
    assert (FOLDER / "reference.npy").stat().st_size <= 80_000


def test_the_same_text_gives_the_same_numbers_whatever_came_before_and_in_any_thread(encoder: Encoder) -> None:
    texts = [f"a quiet walk, number {number}" for number in range(12)]
    first = [encoder.encode(text) for text in texts]
    fresh = Encoder.load()
    found: dict[int, NDArray[np.int8]] = {}

    def run(number: int) -> None:
        found[number] = fresh.encode(texts[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((found[number] == vector).all() for number, vector in enumerate(first))
    assert first[0].shape == (DIMENSIONS,)
    assert first[0].dtype == np.int8
    with pytest.raises(ValueError, match="read-only"):
        first[0][0] = 1


def _answer(encoder: Encoder, pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(encoder.encode("in another process").tolist())


def test_a_process_may_fork_before_and_after_the_first_text(encoder: Encoder) -> None:
    context = multiprocessing.get_context("fork")
    wanted = encoder.encode("in another process").tolist()
    for one in (Encoder.load(), encoder):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=_answer, args=(one, sender))
        child.start()
        assert receiver.poll(20)
        assert receiver.recv() == wanted
        child.join(20)
        assert child.exitcode == 0


def test_no_more_texts_are_remembered_than_said_and_none_by_its_words(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "REMEMBERED", 3)
    one = Encoder.load()
    embed, calls = one.embed, []

    def embed_and_tell(text: str) -> NDArray[np.float32]:
        calls.append(text)
        return embed(text)

    monkeypatch.setattr(one, "embed", embed_and_tell)
    for text in ("a", "b", "c", "a", "d", "a", "b"):
        one.encode(text)
    assert calls == ["a", "b", "c", "d", "b"]
    assert set(one._recent) == {key(text, one.id) for text in ("d", "a", "b")}


def test_a_number_of_a_vector_is_kept_in_steps(encoder: Encoder) -> None:
    vector = np.array([0.1, -0.00126, 0.00124, 0.9, -0.9], np.float32)
    assert quantised(vector).tolist() == [40, -1, 0, 127, -127]
    exact = encoder.embed("a cup of tea")
    assert np.linalg.norm(exact) == pytest.approx(1, abs=1e-5)
    assert np.abs(encoder.encode("a cup of tea") / STEPS - exact).max() <= 0.5 / STEPS + 1e-6


def test_any_change_of_what_makes_a_vector_changes_its_name(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {encoder.id}
    monkeypatch.setattr(wordpiece, "VERSION", 2)
    names.add(Encoder.load().id)
    for name, value in (("CUT", 128), ("STEPS", 300)):
        monkeypatch.setattr(encoding, name, value)
        names.add(Encoder.load().id)
    assert len(names) == 4
    assert key("tea", "a") != key("tea", "b") != key("teb", "b")
    assert len(key("tea \ud800", "a")) == 16


def test_the_source_names_every_file_by_its_sum() -> None:
    told = re.findall(
        r"^\| ([\w.-]+) \| [^|]+ \| (\d+) \| ([0-9a-f]{64}) \|$", (FOLDER / "SOURCE.md").read_text(), re.M
    )
    assert {name for name, _, _ in told} == {
        path.name for path in FOLDER.iterdir() if path.suffix in (".onnx", ".txt", ".npy")
    }
    for name, size, wanted in told:
        content = (FOLDER / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size), wanted), name
    assert all((name, total) in {(name, total) for name, _, total in told} for name, total in encoding.SUMS.items())
    assert "Apache License" in (FOLDER / "LICENSE").read_text()


# ---- without the model -----------------------------------------------------------------------------------------------


def refused(folder: Path) -> str:
    with pytest.raises(EncoderError) as caught:
        Encoder.load(folder)
    return caught.value.code


def test_a_model_that_is_missing_or_damaged_is_refused(copied: Path) -> None:
    for name in ("model-int8.onnx", "vocab.txt"):
        path = copied / name
        content = bytearray(path.read_bytes())
        for place in (0, len(content) // 2, len(content) - 1):
            content[place] ^= 1
            path.write_bytes(content)
            assert refused(copied) == "model_damaged"
            content[place] ^= 1
        path.write_bytes(content[: len(content) // 2])
        assert refused(copied) == "model_damaged"
        path.unlink()
        assert refused(copied) == "model_missing"
        path.mkdir()
        assert refused(copied) == "model_missing"
        path.rmdir()
        path.write_bytes(content)
    Encoder.load(copied)
    assert refused(copied / "nowhere") == "model_missing"


def test_a_model_that_changes_after_it_was_checked_is_refused(copied: Path) -> None:
    for change, code in ((lambda path: path.write_bytes(b"no model"), "model_damaged"), (Path.unlink, "model_missing")):
        one = Encoder.load(copied)
        change(copied / "model-int8.onnx")
        for _ in range(2):
            with pytest.raises(EncoderError) as caught:
                one.encode("tea")
            assert caught.value.code == code
        shutil.copy(FOLDER / "model-int8.onnx", copied)
        assert one.encode("tea").any(), "mended while it runs, it works again"


def test_without_the_runtime_it_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Encoder.load()
    find = importlib.util.find_spec
    monkeypatch.setattr(encoding, "find_spec", lambda name: None if name == "onnxruntime" else find(name))
    assert refused(FOLDER) == "no_runtime"
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # what an import finds when a package was taken away
    with pytest.raises(EncoderError) as caught:
        before.encode("tea")
    assert caught.value.code == "no_runtime"


def test_a_file_of_our_name_that_is_no_model_is_refused(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied / "model-int8.onnx").write_bytes(b"no model")
    sums = {**encoding.SUMS, "model-int8.onnx": hashlib.sha256(b"no model").hexdigest()}
    monkeypatch.setattr(encoding, "SUMS", sums)
    with pytest.raises(EncoderError) as caught:
        Encoder.load(copied).encode("tea")
    assert caught.value.code == "model_fails"


def test_a_self_test_without_its_reference_is_refused_and_with_another_s_fails(copied: Path) -> None:
    vectors = np.load(copied / "reference.npy")
    np.save(copied / "reference.npy", vectors[::-1])
    assert not Encoder.load(copied).check().usable
    for content, code in ((b"", "model_damaged"), (b"abc", "model_damaged")):
        (copied / "reference.npy").write_bytes(content)
        with pytest.raises(EncoderError) as caught:
            Encoder.load(copied).check()
        assert caught.value.code == code
    np.save(copied / "reference.npy", vectors[:49])
    with pytest.raises(EncoderError):
        Encoder.load(copied).check()
    (copied / "reference.npy").unlink()
    with pytest.raises(EncoderError) as caught:
        Encoder.load(copied).check()
    assert caught.value.code == "model_missing"
