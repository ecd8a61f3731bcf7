"""A running caseload brought along as a table: looked at by line, then taken whole or not at all. Never commits."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import Forbidden, Invalid, Problem
from service.referrals import consent as consents
from service.referrals import rows
from service.referrals.history import steps
from service.referrals.lifecycle import Part
from service.referrals.people import operations as people
from service.referrals.people import queries as people_queries
from service.referrals.people.given import PersonGiven, contact_key, name_key
from service.referrals.referring import asking, queries
from service.referrals.referring.asking import Asking
from service.referrals.referring.pasted import day

COLUMNS = ("name", "way", "contact", "reasons", "yes_on")
MOST = 300  # lines
LONGEST = 100_000  # characters
SOURCE = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person of the table, and what is wrong with their line."""

    number: int  # as a table shows it: the names of the columns are line 1
    asking: Asking = field(repr=False)
    yes_on: date | None
    problems: Mapping[str, Problem]


def look(session: Session, *, sealer: Sealer, text: str, actor: Actor, now: datetime) -> tuple[Line, ...]:
    """Read a table and say what is wrong with each line. It keeps nothing.

    Raises
    ------
    Forbidden, Invalid
        `list`, field `rows`: `columns_missing` or `too_many`.
    """
    if not actor.may(Permission.WORK_CASES) or actor.user_id is None:
        raise Forbidden("not_allowed")
    seen: set[tuple[str, str]] = set()
    lines = []
    for number, values in enumerate(_read(text), 2):
        line = _line(number, values, now)
        given = line.asking.given
        me = name_key(given.preferred_name), contact_key(given.contact)
        same = people_queries.same(session, sealer=sealer, given=given, actor=actor)
        if me in seen or any(one.by == "both" for one in same):
            line = replace(line, problems={**line.problems, "name": Problem("known_already")})
        seen.add(me)
        lines.append(line)
    return tuple(lines)


def bring(session: Session, *, sealer: Sealer, text: str, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> int:
    """Take a table: each person is on the actor's desk. Returns how many; with one line wrong, nobody is taken.

    Raises
    ------
    Forbidden, Invalid
        As `look`; and `list` where a line is wrong.
    """
    lines = look(session, sealer=sealer, text=text, actor=actor, now=now)
    if not lines or any(line.problems for line in lines):
        raise Invalid("list", fields={"rows": Problem("lines_wrong")})
    organisation_id = queries.organisation_of(actor)
    for line in lines:
        person_id = people.add(session, sealer=sealer, given=line.asking.given, actor=actor, now=now, origin=origin)
        _take(session, sealer, line, person_id, organisation_id, actor, now)
    return len(lines)


def _take(
    session: Session, sealer: Sealer, line: Line, person_id: UUID, organisation_id: UUID, actor: Actor, now: datetime
) -> None:
    referral = rows.add_referral(
        session,
        referral_id=uuid4(),
        person_id=person_id,
        organisation_id=organisation_id,
        actor=actor,
        source=SOURCE,
        now=now,
    )
    reasons = " ".join(sorted(line.asking.reasons))
    referral.reasons = rows.sealed(sealer, "referral", referral.id, "reasons", reasons)
    referral.owner_user_id = actor.user_id
    said = line.asking.consent("link_work", asking.TO_LINK_WORKERS, _given_at(line.yes_on, now))
    rows.add_consent(session, sealer, said, person_id=person_id, organisation_id=organisation_id, now=now)
    steps(session, [(referral, "sent", Part.REFERRER), (referral, "accepted", Part.LINK_WORKER)], actor, now)


def _given_at(yes_on: date | None, now: datetime) -> datetime:
    return now if yes_on is None else min(now, datetime.combine(yes_on, time(), UTC))


def _read(text: str) -> Iterable[dict[str, str]]:
    """Return the lines of a table, by the names of its columns."""
    head = text.lstrip("\ufeff\r\n ")[:LONGEST]
    first = head.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    read = csv.reader(head.splitlines(), delimiter=mark)
    try:
        found = [[cell.strip() for cell in row] for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Invalid("list", fields={"rows": Problem("columns_missing")}) from error
    names = [name.casefold() for name in found[0]] if found else []
    if not set(COLUMNS) <= set(names):
        raise Invalid("list", fields={"rows": Problem("columns_missing")})
    if len(found) > MOST + 1:
        raise Invalid("list", fields={"rows": Problem("too_many")})
    return [dict(zip(names, row, strict=False)) for row in found[1:]]


def _line(number: int, values: Mapping[str, str], now: datetime) -> Line:
    yes_on = day(values.get("yes_on", ""))
    wish = Asking(
        given=PersonGiven(
            preferred_name=values.get("name", ""),
            contact=values.get("contact", ""),
            contact_rule=values.get("way", "") or "phone",
        ),
        reasons=frozenset(values.get("reasons", "").split()),
        yes=yes_on is not None,
        source=SOURCE,
    )
    problems = asking.problems(wish, now.date())
    if yes_on is not None and not _holds(yes_on, now):
        problems["yes"] = Problem("consent_expired")
    return Line(number=number, asking=wish, yes_on=yes_on, problems=problems)


def _holds(yes_on: date, now: datetime) -> bool:
    begun = datetime.combine(yes_on, time(), UTC)
    return begun <= now + timedelta(days=1) and consents.latest_expiry(begun) > now
