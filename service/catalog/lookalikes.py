"""Ordinary English words one slip away from a word of the taxonomy, so never taken for a misspelling. Pure."""

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text set apart by blanks."""
    return frozenset(text.split())


ORDINARY: Final = word_set("""
seeing
""")
