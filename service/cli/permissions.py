"""`kith permissions`: the table of roles and permissions in words, from which docs/permissions.md is made."""

from collections.abc import Iterable, Iterator, Mapping

import click

from service.accounts.permissions import (
    GIVES,
    GRANTS,
    MEMBER_ROLES,
    SCOPES,
    SECOND_FACTOR,
    WITHOUT_ORGANISATION,
    Permission,
    Role,
)
from service.cli.base import main

ROLES: Mapping[Role, str] = {
    Role.VISITOR: "visitor",
    Role.PERSON: "somebody without a role",
    Role.GROUP_LEADER: "group leader",
    Role.REFERRER: "referrer",
    Role.LINK_WORKER: "link worker",
    Role.ORG_MANAGER: "manager",
    Role.EDITOR: "editor",
    Role.INSIGHT: "reader of figures",
    Role.ADMIN: "administrator",
    Role.API_CLIENT: "program",
}
MAY: Mapping[Permission, str] = {
    Permission.PUBLIC: "search, browse, print; help in a crisis",
    Permission.LINK: "what a signed link is for, to whoever holds it",
    Permission.EDIT_CATALOG: "edit listings, and put right what visitors say is wrong",
    Permission.MANAGE: "organisations, and everybody who has an account",
    Permission.RING_BACK: "see who asked to be rung, and ring them",
    Permission.REFER: "refer somebody who agreed",
    Permission.READ_REFERRALS: "see referrals: a referrer their own, others those of their organisation",
    Permission.ANSWER: "answer for a group",
    Permission.ACCOUNT: "one's own account: password, second step, where one is signed in, one's role",
    Permission.MANAGE_MEMBERS: "invite members, change and end their roles: of one's own organisation, or of all",
    Permission.MANAGE_KEYS: "let programs in, and an organisation's own sign-in service",
    Permission.READ_AUDIT: "see who did what, without what it said",
    Permission.WORK_CASES: "help people: read and write their case, plan, hand over; of a colleague with a reason",
    Permission.FIGURES: "see counts of 10 and more of referrals: one's own, one's organisation's, or all",
    Permission.SAFETY: "tell of a worry about somebody’s safety; whoever is named safeguarding lead reads it",
    Permission.LEAD_TEAM: "see how much each link worker has to do, hand cases over, name safeguarding leads",
    Permission.PRIVACY: "give people all that is kept about them, or erase it",
    Permission.PLAN: "change, by a program, the plans of people whom one's organisation helps",
    Permission.READ_PLANS: "read, by a program, the plans of people whom one's organisation helps",
    Permission.MEASURE: "keep, by a program, what somebody answered who agreed to that",
    Permission.READ_MEASURES: "read, by a program, what somebody answered, while they agree to it",
}
INTRODUCTION = """# Who may do what

This page is printed by `kith permissions` from the one table in `service/accounts/permissions.py`, and a test
compares them. Every address of the site asks for one permission of this table, and one that asks for none is never
opened. Rights are read at each request: what was taken away opens nothing from the next one on. Everything personal
is looked up within one's own organisation; what is another's is as if it were not there. Whoever runs an organisation
or the installation sees no list of referrals and opens none. A manager can give a person all that is kept about them
but safeguarding incidents, and sees it then: with the number of a referral, after a new proof, and it is recorded for
that person to see.
"""
PARTS = """
## Editors of a part

An editor keeps the whole catalogue, until an administrator names districts and organisations on the page of their
account (People): then those and no others. A listing is theirs when its organisation is named, or when one of its
places lies in a named district by its postcode, or when it has no place yet and they made it. An organisation or a
place is theirs when it is named, or when every listing that shares it is. The question is asked where a change begins
(`service/catalog/keepers/check.py`), so that pages, changes of many at once, old versions put back and listings made
one obey the same rule, by what a listing is before the change: it may be moved out of their part, and not into it.

What stays open to every editor: to read everything, to suggest a change as visitors do, and to take off the list what
could harm somebody. What changes all of the catalogue (lists taken in, words) asks for an editor who keeps all of it.
Administrators keep all of it. Ringing people back has no parts.
"""


@main.command("permissions")
def permissions() -> None:
    """Print who may do what, as a page of Markdown."""
    click.echo("\n".join(page()))


def page() -> Iterator[str]:
    """Make the page, line by line."""
    yield INTRODUCTION
    yield "## Roles and permissions"
    yield from _table(["", *(ROLES[role] for role in Role)], _rights())
    yield "\n## Roles\n"
    yield "A role is held in an organisation, or for the whole catalogue. Whoever holds several acts in one at a time."
    yield "A second step (a code of an app, or a passkey) comes before anything that is not open to every visitor.\n"
    yield from _table(["role", "held", "second step", "given and taken by"], _roles())
    yield PARTS
    yield "\n## Programs\n"
    yield "A program's key has one or more scopes and belongs to one organisation. It opens no page.\n"
    yield from _table(["scope", "may"], ((f"`{scope}`", MAY[permission]) for scope, permission in SCOPES.items()))


def _rights() -> Iterator[Iterable[str]]:
    for permission in Permission:
        yield MAY[permission], *("yes" if permission in GRANTS[role] else "–" for role in Role)


def _roles() -> Iterator[Iterable[str]]:
    for role in MEMBER_ROLES:
        held = "for the whole catalogue" if role in WITHOUT_ORGANISATION else "in an organisation"
        second = "yes" if role in SECOND_FACTOR else "if they set one up"
        yield ROLES[role], held, second, ", ".join(ROLES[giver] for giver in GIVES if role in GIVES[giver])


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
