"""Run by Alembic for every command, on the connection that `service.db.migrations` opened. It opens none itself."""

from typing import Any, Literal

from alembic import context

from service.db.migrations import options
from service.db.types import Instant


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as what they are in the database, so that an old migration never imports today's code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations that were asked for."""
    context.configure(connection=context.config.attributes["connection"], render_item=render, **options())
    with context.begin_transaction():
        context.run_migrations()


run()
