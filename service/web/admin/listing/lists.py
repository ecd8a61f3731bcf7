"""What a listing has several of, in the form: interests, languages, places, ways to pay; and whether there is room.

A tick is a field of its own, `term_<code>`, with "yes" or nothing in it, so that two forms can be laid over each other.
A browser leaves unticked ones out: `ticks` names those that were shown. Pure.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from service.catalog.changes import FieldValue, PriceChange, Snapshot, read_prices
from service.errors import Problem

Typed = Mapping[str, str]
Problems = dict[str, Problem]

TERM, LANGUAGE, PLACE = "term_", "language_", "place_"
TICKED = (TERM, LANGUAGE, PLACE)
SHOWN = "ticks"  # the field that names all ticks of a page
MORE_LANGUAGES = "language-more"
MOST_TERMS = 12
MOST_TICKS = 200  # read from one form
PRICES = 8  # rows of ways to pay
CAPACITY = ("capacity_state", "capacity_until")
_PRICE_NAME = re.compile(r"price-(\d)-option")
_MONEY = re.compile(r"[£$€]? ?(\d{1,5})(?:[.,](\d{1,2}))?", re.ASCII)


def written(snapshot: Snapshot) -> dict[str, str]:
    """Fill in what a listing has, with two empty rows for more ways to pay."""
    form = dict.fromkeys((f"{TERM}{code}" for code in _codes(snapshot, "terms")), "yes")
    form |= dict.fromkeys((f"{LANGUAGE}{code}" for code in _codes(snapshot, "languages")), "yes")
    form |= dict.fromkeys((f"{PLACE}{place}" for place in _codes(snapshot, "places")), "yes")
    prices = read_prices(snapshot.get("prices"))
    for number in range(min(len(prices) + 2, PRICES)):
        price = prices[number] if number < len(prices) else None
        form[f"price-{number}-option"] = price.option if price else ""
        form[f"price-{number}-amount"] = money(price.amount_pence) if price else ""
    form |= {name: str(snapshot.get(name) or "") for name in CAPACITY}
    return form | {"mode": str(snapshot.get("mode") or ""), MORE_LANGUAGES: ""}


def _codes(snapshot: Snapshot, name: str) -> list[str]:
    found = snapshot.get(name)
    return [str(code) for code in found] if isinstance(found, list) else []


def money(pence: int) -> str:
    """Write an amount as it is typed."""
    return str(pence // 100) if pence % 100 == 0 else f"{pence / 100:.2f}"


def pence(text: str, name: str, problems: Problems) -> int | None:
    """Read an amount; None for nothing."""
    plain = text.strip()
    match = _MONEY.fullmatch(plain)
    if match:
        return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
    if plain:
        problems[name] = Problem("not_money")
    return None


def with_ticks(typed: Typed) -> dict[str, str]:
    """Add what was shown and not ticked, as nothing."""
    shown = typed.get(SHOWN, "").split()[:MOST_TICKS]
    off = {name: "" for name in shown if name.startswith(TICKED) and name not in typed}
    return {name: text for name, text in typed.items() if name != SHOWN} | off


def ticked(typed: Typed, kind: str) -> list[str]:
    """Return the codes of one kind that are ticked, in the order of the form."""
    return [name.removeprefix(kind) for name, text in typed.items() if name.startswith(kind) and text == "yes"]


def terms(typed: Typed, problems: Problems) -> tuple[str, ...] | None:
    """Read the interests; None where the form has none."""
    if not any(name.startswith(TERM) for name in typed):
        return None
    found = tuple(ticked(typed, TERM))
    if len(found) > MOST_TERMS:
        problems["find_term"] = Problem("too_many", {"limit": MOST_TERMS})
    return found


def languages(typed: Typed, names: Mapping[str, str], problems: Problems) -> tuple[str, ...] | None:
    """Read the languages: those ticked, and those written by name or code; None where the form has none."""
    more = [part.strip() for part in re.split(r"[,;\n]+", typed.get(MORE_LANGUAGES, "")) if part.strip()][:20]
    if not more and not any(name.startswith(LANGUAGE) for name in typed):
        return None
    known = {name.casefold(): code for code, name in names.items()} | {code: code for code in names}
    codes = [known.get(word.casefold(), "") for word in more]
    if not all(codes):
        problems[MORE_LANGUAGES] = Problem("unknown_language")
    return tuple(dict.fromkeys([*ticked(typed, LANGUAGE), *filter(None, codes)]))


def places(typed: Typed, new: Collection[UUID] = ()) -> tuple[UUID, ...] | None:
    """Read where it meets, with the places that are made in the same save; None where the form has none."""
    found = [UUID(one) for one in ticked(typed, PLACE) if _is_uuid(one)]
    if not new and not any(name.startswith(PLACE) for name in typed):
        return None
    return tuple(dict.fromkeys([*found, *new]))


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def prices(typed: Typed, before: Snapshot, problems: Problems) -> tuple[PriceChange, ...] | None:
    """Read the ways to pay; None where the form has none. A row of blanks is none; a note that was there stays."""
    rows = [name for name in typed if _PRICE_NAME.fullmatch(name)]
    if not rows:
        return None
    notes = {price.option: price.note for price in read_prices(before.get("prices"))}
    found = []
    for name in sorted(rows):
        amount_name = name.replace("option", "amount")
        option, amount = typed[name].strip(), typed.get(amount_name, "")
        if not option and not amount.strip():
            continue
        known = pence(amount, amount_name, problems)
        if known is None and amount_name not in problems:
            problems[amount_name] = Problem("needed")
        if not option:
            problems[name] = Problem("needed")
        found.append(PriceChange(option=option, amount_pence=known or 0, note=notes.get(option)))
    return tuple(found)


def capacity(typed: Typed, before: Snapshot, today: date, problems: Problems) -> dict[str, FieldValue]:
    """Read whether there is room: only until a day that is still to come, and only where it is said anew."""
    if not all(name in typed for name in CAPACITY):
        return {}
    state, until = (typed[name].strip() for name in CAPACITY)
    if (state, until) == tuple(str(before.get(name) or "") for name in CAPACITY):
        return {}
    if not state:
        return {"capacity_state": None}
    try:
        day = date.fromisoformat(until)
    except ValueError:
        problems["capacity_until"] = Problem("not_a_day" if until else "until_needed")
        return {}
    if day < today:
        problems["capacity_until"] = Problem("until_needed")
    return {"capacity_state": state, "capacity_until": day}
