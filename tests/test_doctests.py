"""What the docstrings show is what happens."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import service

MODULES = [found.name for found in pkgutil.walk_packages(service.__path__, "service.") if "__main__" not in found.name]


@pytest.mark.parametrize("name", [name for name in MODULES if ".migrations" not in name])
def test_examples_in_docstrings(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.failed == 0
