"""Violations that are planted on purpose, each with the checker that must find it. Nothing here is ever imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Plant:
    """One violation.

    Attributes
    ----------
    name : str
        What a colleague might do some day.
    checker : str
        The contract, house test, `ruff` or `mypy` that must fail.
    says : str
        What its output must hold, so that it failed for this and nothing else.
    new : mapping of path to text
    changed : mapping of path to (old, new)
        The first `old` becomes `new`; an empty `old` stands for the end of the file.
    second : bool
        Planted in the second round: it would hide, or be hidden by, what is planted in the first.
    """

    name: str
    checker: str
    says: str
    new: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    second: bool = False
