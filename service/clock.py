"""The only place that asks the time. Everything else is told it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, in UTC, with its zone."""
    return datetime.now(UTC)
