"""What the columns of the tables hold, by class, and what each class demands. Known to every table's own metadata.

* public: may be read by everybody
* internal: numbers, codes, times and random ids that name nobody by themselves
* personal: says who somebody is, how to reach them, or what they said of themselves
* health: what somebody needs or is at risk of: kept sealed, always
* secret: what proves or opens something; kept as a hash or sealed, and told to nobody

Each domain lists its own tables in `kept.py`. A column that is in no list fails a test, and nothing is exported,
rotated or documented from any other list than these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Column, MetaData, Table


class Class(StrEnum):
    """How much a column tells of somebody."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    HEALTH = "health"
    SECRET = "secret"  # noqa: S105  # a name, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a class asks of a column. Tests hold every column to it."""

    sealed: str
    logged: str
    exported: str
    kept: str


DEMANDS: Mapping[Class, Demand] = {
    Class.PUBLIC: Demand(sealed="no", logged="no", exported="no", kept="as long as the listing"),
    Class.INTERNAL: Demand(sealed="no", logged="ids only", exported="with its row", kept="as long as its row"),
    Class.PERSONAL: Demand(sealed="yes, or a reason why not", logged="never", exported="yes", kept="for a time"),
    Class.HEALTH: Demand(sealed="yes", logged="never", exported="yes", kept="for a time"),
    Class.SECRET: Demand(sealed="yes, or as a hash", logged="never", exported="never", kept="for a time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The columns of one table.

    Attributes
    ----------
    classes : mapping
        Column to class.
    sealed : mapping
        Column to the name under which it is sealed: `table:row id:name`.
    purpose : str
        Of the key that seals them.
    plain : mapping
        Why a personal column is not sealed.
    kind : str
        Which line of the table of retention speaks of this table; empty where nothing tells of anybody.
    """

    classes: Mapping[str, Class]
    sealed: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    plain: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


def table(
    *,
    public: str = "",
    internal: str = "",
    personal: str = "",
    health: str = "",
    hidden: str = "",
    sealed: str = "",
    purpose: str = "",
    plain: Mapping[str, str] | None = None,
    kind: str = "",
) -> Kept:
    """List the columns of one table: names with blanks between.

    `hidden` are secrets; `sealed` may say `column=name it is sealed under`.
    """
    named = {"public": public, "internal": internal, "personal": personal, "health": health, "secret": hidden}
    names = [(column, Class(each)) for each, columns in named.items() for column in columns.split()]
    twice = {column for column, _ in names if [name for name, _ in names].count(column) > 1}
    if twice:
        msg = f"a column has one class: {sorted(twice)}"
        raise ValueError(msg)
    pairs = (part.partition("=") for part in sealed.split())
    return Kept(
        classes=dict(names),
        sealed={column: name or column for column, _, name in pairs},
        purpose=purpose,
        plain=plain or {},
        kind=kind,
    )


def classify(metadata: MetaData, tables: Mapping[str, Kept]) -> None:
    """Write onto tables and columns what their lists say: `table.info["kept"]`, `column.info["class"]`."""
    for name, kept in tables.items():
        found = metadata.tables[name]
        found.info["kept"] = kept
        for column, of in kept.classes.items():
            found.columns[column].info["class"] = of


def kept_of(found: Table) -> Kept | None:
    """Return the list of a table; None: nobody wrote one."""
    listed: Kept | None = found.info.get("kept")
    return listed


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed column: where it is, for which purpose, under which name."""

    column: Column[bytes | None]
    purpose: str
    name: str

    def place(self, row_id: object) -> str:
        """Name where a value of this column lives."""
        return f"{self.column.table.name}:{row_id}:{self.name}"


def sealed_columns(metadata: MetaData) -> Iterator[Sealed]:
    """Return every sealed column of every table, always in the same order."""
    for found in sorted(metadata.tables.values(), key=lambda one: one.name):
        kept = kept_of(found)
        for column, name in sorted(kept.sealed.items()) if kept else ():
            yield Sealed(found.columns[column], kept.purpose if kept else "", name)
