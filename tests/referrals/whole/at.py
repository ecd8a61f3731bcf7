"""Starts a program of ours at a time that a file tells: `python -m tests.referrals.whole.at FILE gunicorn …`.

The service asks one function for the time. Here it is put in its place whenever that module is loaded, for gunicorn
forgets what is ours before it makes its workers; there is no setting by which an installation could do so.
"""

import os
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

CLOCK = "service.clock"


def told_by(file: Path) -> Callable[[], datetime]:
    """Return a clock that shows what the file says, and goes on from there."""

    def now() -> datetime:
        shown, since = file.read_text().split()
        return datetime.fromisoformat(shown) + timedelta(seconds=time.time() - float(since))

    return now


def set_to(file: Path, shown: datetime) -> None:
    """Put the hands of the clock, for all that look at it."""
    other = file.with_suffix(".new")
    other.write_text(f"{shown.isoformat()} {time.time()}")
    os.replace(other, file)


class Hanging(SourceFileLoader):
    """Loads the service's clock, and puts other hands on it."""

    def __init__(self, path: str, hands: Callable[[], datetime]) -> None:
        super().__init__(CLOCK, path)
        self.hands = hands

    def exec_module(self, module: ModuleType) -> None:
        """Load it, and put the hands on."""
        super().exec_module(module)
        module.now = self.hands  # type: ignore[attr-defined]


class Clockmaker(MetaPathFinder):
    """Knows one module, and who loads it."""

    def __init__(self, loader: Hanging) -> None:
        self.loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the service's clock, and nothing else."""
        found = PathFinder.find_spec(fullname, path, target) if fullname == CLOCK else None
        if found is not None:
            found.loader = self.loader
        return found


if __name__ == "__main__":
    sys.meta_path.insert(0, Clockmaker(Hanging("service/clock.py", told_by(Path(sys.argv[1])))))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
