"""The room of whoever runs an organisation: who works in it, and what was done. Each part adds its own pages."""

from flask import Blueprint

from service.web.organisation import (
    accepting,
    audit,
    bodies,
    invitations,
    leads,
    logins,
    members,
    people,
    privacy,
    programs,
    telling,
)


def register(blueprint: Blueprint) -> None:
    """Let each part add its pages."""
    for part in (members, leads, invitations, accepting, bodies, people, programs, telling, logins, privacy, audit):
        part.register(blueprint)
