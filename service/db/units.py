"""What work on a clock is handed: units of work to open, the settings, and the time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from service.config import Settings

Unit = Callable[[], AbstractContextManager[Session]]
"""Opens a session for one unit of work."""


class Tools(Protocol):
    """What a job works with."""

    @property
    def settings(self) -> Settings:
        """Where the seeds and the data are, and what this installation is."""

    @property
    def reading(self) -> Unit:
        """Open a unit that reads."""

    @property
    def writing(self) -> Unit:
        """Open a unit that commits."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Give the time."""
