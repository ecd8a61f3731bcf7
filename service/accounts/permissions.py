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
    ACCOUNT = "account"  # one's own account: password, second factor, where one is signed in
    MANAGE_MEMBERS = "manage_members"  # invite, end and change roles; of one's own organisation, or of all
    MANAGE_KEYS = "manage_keys"  # programs of an organisation, and its own sign-in service
    READ_AUDIT = "read_audit"  # who did what, without what it said
    WORK_CASES = "work_cases"  # help people: move, note, plan
    FIGURES = "figures"  # what became of referrals, as counts
    SAFETY = "safety"  # tell that one is worried about somebody; a safeguarding lead also reads what was told
    LEAD_TEAM = "lead_team"  # how much each link worker has to do, who holds whom, who is safeguarding lead
    PRIVACY = "privacy"  # give people all that is kept about them, or erase it
    PLAN = "plan"  # by a program: change a plan; people who do so hold WORK_CASES
    READ_PLANS = "read_plans"
    MEASURE = "measure"  # by a program: keep what somebody answered to a measure
    READ_MEASURES = "read_measures"


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
OWN = OPEN | {Permission.ACCOUNT}
REFERRING = frozenset({Permission.REFER, Permission.READ_REFERRALS})
HELPING = frozenset({Permission.PLAN, Permission.READ_PLANS, Permission.MEASURE, Permission.READ_MEASURES})
RUNNING = frozenset({Permission.MANAGE_MEMBERS, Permission.MANAGE_KEYS, Permission.READ_AUDIT})

GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VISITOR: OPEN,
        Role.PERSON: OWN,
        Role.GROUP_LEADER: OWN | {Permission.ANSWER, Permission.SAFETY},
        Role.REFERRER: OWN | REFERRING | {Permission.FIGURES, Permission.SAFETY},
        Role.LINK_WORKER: OWN | REFERRING | {Permission.WORK_CASES, Permission.FIGURES, Permission.SAFETY},
        Role.ORG_MANAGER: OWN
        | RUNNING
        | {
            Permission.FIGURES,
            Permission.LEAD_TEAM,
            Permission.PRIVACY,
            Permission.SAFETY,
        },  # who and whether; what of nobody, but of whoever asks for all that is kept
        Role.EDITOR: OWN | {Permission.EDIT_CATALOG, Permission.RING_BACK},
        Role.INSIGHT: OWN | {Permission.FIGURES},
        Role.ADMIN: OWN
        | RUNNING
        | {Permission.EDIT_CATALOG, Permission.FIGURES, Permission.MANAGE, Permission.RING_BACK},  # no case either
        Role.API_CLIENT: OPEN | REFERRING | HELPING,  # the most a key can have: its scopes say which
    }
)
"""What each role may do. A role that is not here may do nothing."""

SCOPES: Mapping[str, Permission] = MappingProxyType(
    {
        "refer": Permission.REFER,
        "refer.read": Permission.READ_REFERRALS,
        "plan": Permission.PLAN,
        "plan.read": Permission.READ_PLANS,
        "measures": Permission.MEASURE,
        "measures.read": Permission.READ_MEASURES,
    }
)
"""What an API key may be given."""

MEMBER_ROLES = tuple(role for role in Role if role not in (Role.VISITOR, Role.PERSON, Role.API_CLIENT))
"""Roles that a membership can give."""


SECOND_FACTOR = frozenset(MEMBER_ROLES) - {Role.GROUP_LEADER}
"""Roles that may do nothing before a second factor was shown: all that see people, or change what people rely on."""

GIVES: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.ADMIN: frozenset(MEMBER_ROLES),
        Role.ORG_MANAGER: frozenset({Role.REFERRER, Role.LINK_WORKER, Role.ORG_MANAGER, Role.GROUP_LEADER}),
    }
)
"""Which roles somebody may give and take: a manager those of their own organisation."""

WITHOUT_ORGANISATION = frozenset({Role.EDITOR, Role.ADMIN, Role.INSIGHT})
"""Roles that are held for the whole catalogue."""


def gives(role: Role, organisation_id: UUID | None) -> tuple[Role, ...]:
    """Say which roles somebody in this role may give and take, in an organisation or (None) for the whole catalogue."""
    given = GIVES.get(role, frozenset())
    return tuple(one for one in MEMBER_ROLES if one in given and (one in WITHOUT_ORGANISATION) is (not organisation_id))


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
