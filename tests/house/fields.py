"""The table of docs/data.md that says who reads each text that tells of somebody: seen, not declared.

Each role walks through every page it may open, where every text of every table is a word of its own.
`python -m tests.house.fields` writes it anew.
"""

import tempfile
from pathlib import Path

from flask import Flask

from service.cli.permissions import ROLES as WORDS
from service.db import Base
from service.db.classes import Class
from tests.house import canaries
from tests.house.forms import ROLES, sealed, views

PAGE = Path("docs/data.md")
START, END = "<!-- table:fields:start -->", "<!-- table:fields:end -->"
Field = tuple[str, str]


def fields() -> list[Field]:
    """Return every text that tells of somebody."""
    return [
        (str(model.__tablename__), name)
        for model in canaries.PERSONAL
        for name in canaries.columns(model)
        if Base.metadata.tables[str(model.__tablename__)].columns[name].info["class"] in (Class.PERSONAL, Class.HEALTH)
    ]


def seen(app: Flask) -> dict[Field, set[str]]:
    """Return for each field the roles on whose pages it stands."""
    house = canaries.settle(app)[canaries.OURS]
    addressed = sealed(app, house)
    found: dict[Field, set[str]] = {one: set() for one in fields()}
    begins = {one: canaries.canary(canaries.OURS, *one, 0)[:-1] for one in found}
    for role in ROLES:
        name = WORDS[role] if role else "visitor"
        for _, text in views(app, house, role, addressed):
            for one, begin in begins.items():
                if any(f"{begin}{letter}" in text for letter in "abcdefghijklmnopqrst"):
                    found[one].add(name)
    return found


def table(found: dict[Field, set[str]]) -> str:
    """Return the table as Markdown."""
    order = list(WORDS.values())
    rows = [
        f"| {name}.{column} | {', '.join(sorted(told, key=order.index)) or '–'} |"
        for (name, column), told in sorted(found.items())
    ]
    return "\n".join([START, "| text | stands on pages of |", "| --- | --- |", *rows, END])


def main() -> None:
    """Write the table anew."""
    from service.app import create_app
    from tests import stores
    from tests.house.bombing import settings_of
    from tests.pages import PlainClient

    with tempfile.TemporaryDirectory() as folder, stores.running("sqlite", Path(folder)) as kept:
        app = create_app(settings_of(kept.migrated(), folder))
        app.test_client_class = PlainClient
        text = PAGE.read_text(encoding="utf-8")
        made = table(seen(app))
        PAGE.write_text(text.split(START)[0] + made + text.split(END)[1], encoding="utf-8")
        stores.close(app)


if __name__ == "__main__":
    main()
