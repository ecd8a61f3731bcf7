"""What a look at a live installation found, and what a look is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.config import Settings
from service.db.looking import Store

State = Literal["ok", "mend", "unknown"]
Check = Callable[["Patient"], "Finding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The installation that is looked at."""

    settings: Settings
    store: Store
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look saw, in plain words, and what to do."""

    state: State
    saw: str
    do: str = ""


def ok(saw: str) -> Finding:
    return Finding(state="ok", saw=saw)


def mend(saw: str, do: str) -> Finding:
    return Finding(state="mend", saw=saw, do=do)


def unknown(saw: str, do: str = "") -> Finding:
    return Finding(state="unknown", saw=saw, do=do)
