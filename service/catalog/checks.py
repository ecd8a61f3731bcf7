"""What a text that is kept must be like: its length, its signs, its shape. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from service.errors import Problem

T = TypeVar("T")
# Control characters other than line feed and tab; some databases cannot store them, and no page should show them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def has_control(text: str) -> bool:
    """Tell whether a text has signs that cannot be kept."""
    return _CONTROL.search(text) is not None


def tidy_value(value: T) -> T | None:
    """Return a text without blank ends and with one kind of line ends, None for an empty one; others as they are."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None  # type: ignore[return-value]


def text_problem(value: str, limit: int, *, line: bool = True, shape: str = "") -> Problem | None:
    """Return what is wrong with a text; `line` for one without line ends, `shape` a key of `SHAPES`."""
    if len(value) > limit:
        return Problem("too_long", {"limit": limit, "length": len(value)})
    if has_control(value) or (line and "\n" in value):
        return Problem("unreadable")
    looks_right = SHAPES.get(shape)
    return None if looks_right is None or looks_right(value) else Problem(f"not_{shape}")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _is_email(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name) and "." in host.strip(".") and "@" not in host and not re.search(r"[\s<>,;]", text)


def _is_phone(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= 3 and not re.search(r"[^\d +()/.x-]", text)


SHAPES: Mapping[str, Callable[[str], bool]] = {"url": _is_url, "email": _is_email, "phone": _is_phone}
