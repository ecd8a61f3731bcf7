"""Who may do what: one table of roles and permissions, from which tests and documents are made. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Permission(StrEnum):
    """What a door asks for."""

    PUBLIC = "public"  # anybody
    LINK = "link"  # whoever holds the signed link: the view checks the link itself
    EDIT_CATALOG = "edit_catalog"
    MANAGE = "manage"  # settings and accounts
    RING_BACK = "ring_back"  # read whom to ring, and ring them
    REFER = "refer"
    READ_REFERRALS = "read_referrals"
    ANSWER = "answer"  # a group leader with an account


class Role(StrEnum):
    """In which capacity somebody acts; one at a time."""

    VISITOR = "visitor"
    PERSON = "person"
    GROUP_LEADER = "group_leader"
    REFERRER = "referrer"
    LINK_WORKER = "link_worker"
    ORG_MANAGER = "org_manager"
    EDITOR = "editor"
    INSIGHT = "insight"
    ADMIN = "admin"
    API_CLIENT = "api_client"


OPEN = frozenset({Permission.PUBLIC, Permission.LINK})
REFERRING = frozenset({Permission.REFER, Permission.READ_REFERRALS})

GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VISITOR: OPEN,
        Role.PERSON: OPEN,
        Role.GROUP_LEADER: OPEN | {Permission.ANSWER},
        Role.REFERRER: OPEN | REFERRING,
        Role.LINK_WORKER: OPEN | REFERRING,
        Role.ORG_MANAGER: OPEN,  # lists and members come with their own permissions; reading a case is not theirs
        Role.EDITOR: OPEN | {Permission.EDIT_CATALOG, Permission.RING_BACK},
        Role.INSIGHT: OPEN,
        Role.ADMIN: OPEN | {Permission.EDIT_CATALOG, Permission.MANAGE, Permission.RING_BACK},  # never a person's case
        Role.API_CLIENT: OPEN | REFERRING,  # the most a key can have: its scopes say which
    }
)
"""What each role may do. A role that is not here may do nothing."""

SCOPES: Mapping[str, Permission] = MappingProxyType(
    {"refer": Permission.REFER, "refer.read": Permission.READ_REFERRALS}
)
"""What an API key may be given."""

MEMBER_ROLES = tuple(role for role in Role if role not in (Role.VISITOR, Role.PERSON, Role.API_CLIENT))
"""Roles that a membership can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts in this request, in which role, for which organisation."""

    role: Role
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    permissions: frozenset[Permission] = OPEN
    key_id: UUID | None = None
    acting_for: str | None = None

    def may(self, permission: Permission) -> bool:
        """Say whether this actor holds the permission."""
        return permission in self.permissions

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is: a user or an API client."""
        return self.user_id is not None or self.key_id is not None

    @property
    def handle(self) -> str:
        """One stable word for this actor, without anything personal: its kind and random id."""
        if self.key_id is not None:
            return f"key:{self.key_id}"
        return f"user:{self.user_id}" if self.user_id is not None else self.role.value


VISITOR = Actor(role=Role.VISITOR)


def scope_permissions(scopes: Iterable[str]) -> frozenset[Permission]:
    """Turn the scopes of a key into permissions; unknown scopes give nothing."""
    named = {SCOPES[scope] for scope in scopes if scope in SCOPES}
    return OPEN | (named & GRANTS[Role.API_CLIENT])
