"""Work that is cut off at one of its writes, as by a power cut."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


class PowerError(Exception):
    """The power went."""


def stopped_at(engine: Engine, number: int, deed: Callable[[], object]) -> bool:
    """Do it, and cut it off before the write of this number; False where it has fewer."""
    left = number

    def count(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        nonlocal left
        left -= statement.startswith(("INSERT", "UPDATE", "DELETE"))
        if left == 0:
            raise PowerError

    event.listen(engine, "before_cursor_execute", count)
    try:
        deed()
    except PowerError:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return False
