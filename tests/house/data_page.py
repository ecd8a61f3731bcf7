"""The tables of `docs/data.md`, from the lists that stand beside the tables of the database."""

from collections.abc import Iterator

from service.db import Base
from service.db.classes import DEMANDS, Class, Kept, kept_of
from service.referrals.retention import TABLE
from tests import stores

Line = tuple[str, ...]


def tables() -> dict[str, str]:
    """Return each table of the page, by its name."""
    stores.import_all_models()
    return {
        "classes": _table(("class", "sealed", "logged", "given to the person", "kept"), _classes()),
        "kinds": _table(("what", "how long", "counted from", "what for"), _kinds()),
        "columns": _table(("table", "kind", "personal and health", "secret", "internal or public"), _columns()),
        "plain": _table(("column", "why it is not sealed"), _plain()),
    }


def _table(head: Line, rows: Iterator[Line]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _classes() -> Iterator[Line]:
    for name, demand in DEMANDS.items():
        yield name.value, demand.sealed, demand.logged, demand.exported, demand.kept


def _kinds() -> Iterator[Line]:
    for line in TABLE.values():
        days = (
            "kept" if line.days is None else "at once" if line.days == 0 else f"{line.days} day{'s' * (line.days > 1)}"
        )
        yield line.what, days, line.since or "–", line.why


def _columns() -> Iterator[Line]:
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        kept = kept_of(table)
        assert kept is not None
        personal = [_marked(kept, one) for one in kept.classes if kept.classes[one] in (Class.PERSONAL, Class.HEALTH)]
        secret = [one for one, of in kept.classes.items() if of is Class.SECRET]
        rest = len(kept.classes) - len(personal) - len(secret)
        yield table.name, kept.kind or "listings", ", ".join(personal) or "–", ", ".join(secret) or "–", str(rest)


def _marked(kept: Kept, column: str) -> str:
    health = " (health)" if kept.classes[column] is Class.HEALTH else ""
    return f"{column}{health}{', sealed' if column in kept.sealed else ''}".replace(", sealed", " ▪")


def _plain() -> Iterator[Line]:
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        kept = kept_of(table)
        for column, why in kept.plain.items() if kept else ():
            yield f"{table.name}.{column}", why
