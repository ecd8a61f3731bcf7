"""What every test would make anew and is always alike: compiled templates and routes are kept for a whole run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from service.app import Kith

Key = tuple[Any, ...]


class Compiled(BytecodeCache):
    """Templates that were compiled in this process, by their name and their text."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of this very text."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self.kept[bucket.key, bucket.checksum] = bucket.code


def _remembering(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[Key, Any] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002  # as it is called
        if rule.defaults:  # these are written into the code by the converters of one application
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return remembered


@contextmanager
def kept() -> Iterator[None]:
    """Keep what was compiled once. A test may have hundreds of applications; their code is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Kith, "jinja_options", {**Kith.jinja_options, "bytecode_cache": Compiled()})
        patch.setattr(Rule, "_compile_builder", _remembering(Rule._compile_builder))
        yield
