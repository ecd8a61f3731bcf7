"""Entries with a name in them, written out: "since my {kin} died" for every relative. Pure."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Final

from service.catalog.words.lookalikes import phrase_list, word_set

KIN: Final = word_set("""
mum mam mom mother mummy dad father daddy husband hubby wife missus partner girlfriend boyfriend son daughter sister
brother twin nan nana nanna gran granny grandma grandad granddad grandpa grandmother grandfather parents friend aunt
auntie uncle cousin
""")
SPELT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "kin": tuple(sorted(KIN)),
    "somebody": tuple(sorted(word_set("someone somebody anyone anybody people others friend mates pals folk company"))),
    "nobody": phrase_list("""
nobody; no one; noone; nobody ever; no one ever; not anyone; not anybody; not got anyone; never anyone; hardly anyone;
hardly anybody; don't have anyone; don't have anybody; haven't got anyone; haven't got anybody; haven't anyone;
ain't got anyone; without anyone; no friends; no mates; no company
"""),
    "liketo": phrase_list("""
like to; love to; used to; want to; wanna; learn to; learnt to; hope to; wish to; try to; start to; able to;
wish I could; back to
"""),
    "country": tuple(
        sorted(
            word_set("""
afghanistan albania algeria argentina bangladesh bolivia bosnia brazil bulgaria cameroon chile china colombia congo
croatia cuba cyprus egypt eritrea estonia ethiopia gambia georgia ghana greece guyana hungary india indonesia iran iraq
ireland italy jamaica japan kenya korea kosovo kurdistan latvia lebanon libya lithuania malaysia malawi mexico moldova
morocco mozambique myanmar nepal nigeria pakistan palestine peru philippines poland portugal romania russia rwanda
senegal serbia slovakia slovenia somalia spain sudan syria tanzania thailand trinidad tunisia turkey uganda ukraine
venezuela vietnam yemen zambia zimbabwe
""")
        )
    ),
}  # what {kin} and its like stand for in terms.toml
_SPELT: Final = re.compile(r"\{(\w+)\}")


class TaxonomyMistake(ValueError):
    """The taxonomy's own files contradict themselves; found when it is built, never by a visitor."""


def spelt_out(entry: str) -> tuple[str, ...]:
    """Write an entry out for every relative and the like: "since my {kin} died"."""
    names = names_in(entry)
    if not names:
        return (entry,)
    pattern = _SPELT.sub("{}", entry)
    return tuple(pattern.format(*choice) for choice in product(*(SPELT_OUT[name] for name in names)))


def names_in(entry: str) -> list[str]:
    """Return the names in an entry; raises TaxonomyMistake for one that stands for nothing."""
    names = _SPELT.findall(entry) if "{" in entry else []
    if strange := [name for name in names if name not in SPELT_OUT]:
        raise TaxonomyMistake(f"{entry}: nothing stands for {strange[0]}")
    return names
