"""The shipped taxonomy, read once."""

from pathlib import Path

import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy(SEEDS / "taxonomy")
