"""The instant at which everything made up is looked at."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
