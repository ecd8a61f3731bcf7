"""The labels of interests in the reader's language, and how a tool finds them for translators. It ranks nothing."""

import tomllib
from collections.abc import Iterator
from typing import IO

from flask_babel import gettext

from service.catalog.words.taxonomy import Taxonomy, Term
from service.web.languages import current_language

Found = tuple[int, str, str, list[str]]


def label_of(taxonomy: Taxonomy, code: str) -> str:
    """Return what a term is called, by an editor or by whoever translated it; the code where there is no such term."""
    term = taxonomy.get(code)
    return code if term is None else called(term)


def called(term: Term) -> str:
    """Return what a term is called in the reader's language."""
    language = current_language()
    if language in term.labels:
        return term.labels[language]
    return str(gettext(term.label if language == "en" else term.known_as or term.label))


def labels(file: IO[bytes], keywords: object, comments: object, options: object) -> Iterator[Found]:
    """Give every label of `terms.toml` to Babel in its way: line, function, message, comments."""
    for number, (code, table) in enumerate(tomllib.load(file).items(), start=1):
        yield number, "gettext", str(table["label"]), [code]
