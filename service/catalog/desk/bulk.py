"""One change for many listings: what it is, and what it means to each of them. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from service.catalog.changes import Difference, GroupChanges, clean, difference, preview, snapshot
from service.catalog.facts import CODES, Value
from service.catalog.views import GroupView
from service.errors import Invalid, Problem

KINDS = ("add_term", "take_term", "fact", "status", "organisation", "confirm", "replace")
INTERESTS = "interests"  # to each listing its own: not chosen from a list, but proposed and looked at
STATUSES = ("published", "paused", "archived")
REPLACED = ("phone", "url", "email")
LONGEST = 200  # characters of a text that is looked for, or put in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall change.

    Attributes
    ----------
    kind : str
        One of KINDS, or INTERESTS.
    what : str
        The term, the fact, the status, the organisation's id or the field it is about.
    value : str
        A fact's value, the text that is put in, or the terms of each listing as `interests` writes them.
    find : str
        The text that is taken out.
    """

    kind: str
    what: str = ""
    value: str = ""
    find: str = ""


def as_json(wish: Wish) -> dict[str, str]:
    """Write a wish down."""
    return asdict(wish)


def interests(of: Mapping[UUID, Collection[str]]) -> Wish:
    """Return the wish that each listing has some more terms of its own."""
    return Wish(kind=INTERESTS, value=json.dumps({str(one): sorted(codes) for one, codes in sorted(of.items())}))


def listed(wish: Wish) -> list[UUID]:
    """Return the listings that such a wish is about."""
    return [UUID(one) for one in _own_terms(wish) if _is_id(one)]


def _own_terms(wish: Wish) -> dict[str, list[str]]:
    try:
        found = json.loads(wish.value)
    except ValueError:
        return {}
    listed = found.items() if isinstance(found, dict) else ()
    return {one: [str(code) for code in codes] for one, codes in listed if isinstance(codes, list)}


def check(wish: Wish, *, reason: str, terms: Sequence[str]) -> None:
    """Refuse what can be done to no listing.

    Raises
    ------
    Invalid
        Fields `kind`, `what`, `value`, `find`, `reason`: `not_a_choice`, `needed`, `too_long`, `unknown_term`,
        `unknown_fact`, `unknown_organisation`.
    """
    problems = dict(_problems(wish, terms))
    if wish.kind == "fact" and not reason.strip():
        problems["reason"] = Problem("needed")
    problems |= {
        name: Problem("too_long", {"limit": LONGEST})
        for name, text in (("value", wish.value), ("find", wish.find))
        if len(text) > LONGEST and wish.kind != INTERESTS
    }
    if problems:
        raise Invalid("invalid", fields=problems)


def _problems(wish: Wish, terms: Sequence[str]) -> Mapping[str, Problem]:
    wrong: Mapping[str, tuple[bool, str, str]] = {
        "add_term": (wish.what not in terms, "what", "unknown_term"),
        "take_term": (wish.what not in terms, "what", "unknown_term"),
        "fact": (wish.what not in CODES, "what", "unknown_fact"),
        "status": (wish.what not in STATUSES, "what", "not_a_choice"),
        "organisation": (not _is_id(wish.what), "what", "unknown_organisation"),
        "confirm": (False, "", ""),
        "replace": (not wish.find, "find", "needed"),
        INTERESTS: (not {*chain(*_own_terms(wish).values())} <= {*terms}, "what", "unknown_term"),
    }
    if wish.kind not in wrong:
        return {"kind": Problem("not_a_choice")}
    is_wrong, name, code = wrong[wish.kind]
    found = {name: Problem(code)} if is_wrong else {}
    if wish.kind == "fact" and wish.value not in tuple(Value):
        found["value"] = Problem("not_a_choice")
    if wish.kind == "replace" and wish.what not in REPLACED:
        found["what"] = Problem("not_a_choice")
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def changes_of(wish: Wish, group: GroupView) -> GroupChanges | None:
    """Return what a wish changes of a listing's own fields; None where it is about its state or its organisation."""
    terms = tuple(term.code for term in group.terms)
    if wish.kind == "add_term":
        return GroupChanges(terms=terms if wish.what in terms else (*terms, wish.what))
    if wish.kind == INTERESTS:
        return GroupChanges(terms=tuple(dict.fromkeys((*terms, *_own_terms(wish).get(str(group.id), ())))))
    if wish.kind == "take_term":
        return GroupChanges(terms=tuple(code for code in terms if code != wish.what))
    if wish.kind == "fact":
        return GroupChanges(facts={wish.what: Value(wish.value)})
    if wish.kind == "confirm":
        return GroupChanges(confirm=True)
    if wish.kind == "replace":
        known = getattr(group, wish.what) or ""
        return GroupChanges(fields={wish.what: known.replace(wish.find, wish.value)} if wish.find in known else {})
    return None


def difference_of(wish: Wish, group: GroupView, *, organisation: str, today: date) -> Difference:
    """Return what would differ; `organisation` is the name of the one that a listing would move to.

    Raises
    ------
    Invalid
        As `changes.clean`.
    """
    if wish.kind == "status":
        return {} if group.status == wish.what else {"status": [group.status, wish.what]}
    if wish.kind == "organisation":
        is_there = str(group.organisation.id) == wish.what
        return {} if is_there else {"organisation": [group.organisation.name, organisation]}
    changes = changes_of(wish, group)
    if changes is None:
        return {}
    before = snapshot(group)
    wanted = clean(changes, before=before, today=today)
    return difference(before, preview(before, wanted, today=today))
