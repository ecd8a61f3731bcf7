"""What `docs/data.md` says of data is what the code does with it."""

from pathlib import Path

import pytest

from tests.house.data_page import tables

PAGE = Path("docs/data.md")


@pytest.mark.asvs("V14.1.1", "V14.1.2")
@pytest.mark.parametrize("which", ["classes", "kinds", "columns", "plain"])
def test_each_table_of_the_page_is_that_of_the_code(which: str) -> None:
    wanted = f"<!-- table:{which}:start -->\n{tables()[which]}\n<!-- table:{which}:end -->"
    assert wanted in PAGE.read_text(encoding="utf-8"), f"put this there:\n{wanted}"
