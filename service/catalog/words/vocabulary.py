"""Reads the taxonomy's files into a Taxonomy; knows where they lie and nothing about what they say."""

import gc
from functools import lru_cache
from pathlib import Path

from service.catalog.words.taxonomy import Taxonomy, parse_terms


def load_taxonomy(folder: Path) -> Taxonomy:
    """Read `terms.toml`, every `words.<language>.toml` and `mappings.toml`; once a process for each folder.

    `stems.txt` beside them saves working out what the words' stems are; a word that is not there costs time only.
    """
    return _load(folder.resolve())


def load_stems(folder: Path) -> dict[str, str]:
    """Read `stems.txt`, a stem and its words a line: word to stem; empty where there is none."""
    path = folder / "stems.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {word: stem for stem, *words in map(str.split, lines) for word in words}


@lru_cache(maxsize=4)
def _load(folder: Path) -> Taxonomy:
    languages = {path.name.split(".")[1]: path.read_text(encoding="utf-8") for path in folder.glob("words.*.toml")}
    mappings = folder / "mappings.toml"
    mapped = mappings.read_text(encoding="utf-8") if mappings.exists() else ""
    terms = (folder / "terms.toml").read_text(encoding="utf-8")
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small tuples are made and kept: looking for garbage among them takes longest
    try:
        return Taxonomy(parse_terms(terms, dict(sorted(languages.items())), mapped), stems=load_stems(folder))
    finally:
        if collecting:
            gc.enable()
