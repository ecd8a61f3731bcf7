"""The `kith` command: start, set up, load, send, measure. It says what it did, and holds no rules of its own."""

from service.cli import (
    audit,
    backups,
    catalogue,
    demonstration,
    doctor,
    feeds,
    importing,
    jobs,
    keys,
    mail,
    measuring,
    metrics,
    people,
    permissions,
    privacy,
    programs,
    redirects,
)
from service.cli.base import main

__all__ = [
    "audit",
    "backups",
    "catalogue",
    "demonstration",
    "doctor",
    "feeds",
    "importing",
    "jobs",
    "keys",
    "mail",
    "main",
    "measuring",
    "metrics",
    "people",
    "permissions",
    "privacy",
    "programs",
    "redirects",
]
