"""Our lists of words as taxonomies and terms of HSDS, each with a stable id, code and address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from service.catalog.facts import CODES, CONFIDENTIAL
from service.catalog.words.taxonomy import Taxonomy, Term
from service.interop.hsds.labels import MORE, description_of, name_of

NAMESPACE = UUID("5d0d3f0e-7d0b-5b0c-9f35-2f6c1a7c3a91")  # of lists and terms; never changes
FACT = "fact"
LISTS = {
    "activity": "What people do there.",
    "mechanism": "How going there may do good.",
    "life": "For whom in which part of life it is meant.",
    "format": "How people meet.",
    FACT: "What is known to hold or not to hold of a service or a place.",
}
Thing = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every list and term by its id, in order of ids; ids of terms by the code that a group carries.

    `below` holds for each term the codes that mean it: its own and all narrower ones. A fact's begins with `fact.`.
    """

    lists: Mapping[UUID, Thing]
    terms: Mapping[UUID, Thing]
    below: Mapping[UUID, frozenset[str]]
    ids: Mapping[str, UUID]

    def term(self, code: str) -> Thing | None:
        """Return a term by the code that a group carries."""
        found = self.ids.get(code)
        return None if found is None else self.terms[found]

    def of_list(self, list_id: UUID) -> frozenset[str]:
        """Return every code of a list; empty for a list that is not ours."""
        name = self.lists.get(list_id, {}).get("name")
        return frozenset(code for code in self.ids if code.partition(".")[0] == name)


@lru_cache(maxsize=2)
def vocabulary(taxonomy: Taxonomy, base: str) -> Vocabulary:
    """Return the lists and terms with addresses that begin with `base`; made once for each."""
    lists = {list_id(name): _list(name, base) for name in LISTS}
    terms = {term_id(term.code): _term(term, base) for term in taxonomy.terms if term.facet in LISTS}
    below = {
        term_id(term.code): frozenset((term.code, *(narrower.code for narrower in taxonomy.narrower(term.code))))
        for term in taxonomy.terms
        if term.facet in LISTS
    }
    below |= {term_id(old): below[term_id(new)] for old, new in taxonomy.retired.items()}
    codes = [f"{FACT}.{code}" for code in (*CODES, *MORE) if code != CONFIDENTIAL]
    for code in codes:
        terms[term_id(code)] = _fact(code.removeprefix(f"{FACT}."), base)
        below[term_id(code)] = frozenset((code,))
    named = [term.code for term in taxonomy.terms if term.facet in LISTS]
    return Vocabulary(
        lists=dict(sorted(lists.items())),
        terms=dict(sorted(terms.items())),
        below=below,
        ids={code: term_id(code) for code in (*named, *codes)},
    )


def list_id(name: str) -> UUID:
    """Return the id of a list."""
    return uuid5(NAMESPACE, f"taxonomy:{name}")


def term_id(code: str) -> UUID:
    """Return the id of a term, by its code with the list in front."""
    return uuid5(NAMESPACE, f"term:{code}")


def _list(name: str, base: str) -> Thing:
    return {
        "id": str(list_id(name)),
        "name": name,
        "description": LISTS[name],
        "uri": f"{base}/codes/{name}",
        "version": "1",
    }


def _term(term: Term, base: str) -> Thing:
    made = {
        "id": str(term_id(term.code)),
        "code": term.code.removeprefix(f"{term.facet}."),
        "name": term.label,
        "description": term.definition or term.label,
    }
    if term.broader is not None:
        made["parent_id"] = str(term_id(term.broader))
    return made | _of_list(term.facet, made["code"], base)


def _fact(code: str, base: str) -> Thing:
    made = {
        "id": str(term_id(f"{FACT}.{code}")),
        "code": code,
        "name": name_of(code),
        "description": description_of(code),
    }
    return made | _of_list(FACT, code, base)


def _of_list(name: str, code: str, base: str) -> Thing:
    return {
        "taxonomy": name,
        "taxonomy_id": str(list_id(name)),
        "taxonomy_detail": _list(name, base),
        "language": "en",
        "term_uri": f"{base}/codes/{name}/{code}",
    }
