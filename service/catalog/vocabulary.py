"""Reads the taxonomy's files into a Taxonomy; knows where they lie and nothing about what they say."""

import gc
from functools import lru_cache
from pathlib import Path

from service.catalog.taxonomy import Taxonomy, parse_terms


@lru_cache(maxsize=4)
def load_taxonomy(folder: Path) -> Taxonomy:
    """Read `terms.toml`, every `words.<language>.toml` and `mappings.toml`; once a process for each folder."""
    languages = {path.name.split(".")[1]: path.read_text(encoding="utf-8") for path in folder.glob("words.*.toml")}
    mappings = folder / "mappings.toml"
    mapped = mappings.read_text(encoding="utf-8") if mappings.exists() else ""
    terms = (folder / "terms.toml").read_text(encoding="utf-8")
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small tuples are made and kept: looking for garbage among them takes longest
    try:
        return Taxonomy(parse_terms(terms, dict(sorted(languages.items())), mapped))
    finally:
        if collecting:
            gc.enable()
