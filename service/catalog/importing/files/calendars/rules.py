"""A calendar's repeating rule as ours: the same days, in the words that our forms can say where they can. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.catalog.recurrence import DAYS, LONGEST, Rule, days, parse
from service.errors import Invalid

MOST_ODD = 500  # rules of one file that are looked at day by day
MOST_NEVER = 3  # rules that never come: finding that out takes long
FOREVER = 2100  # an end so far away is none
SPAN = timedelta(days=366 * 30)  # how far the last of a counted rule is looked for
AT = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}


class RuleError(Exception):
    """A rule that cannot be kept; `code` as `recurrence.parse`, or `rule_never`, `rule_unusual`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(slots=True, kw_only=True)
class RuleBudget:
    """How much work the rules of one file may still make."""

    odd: int = MOST_ODD
    never: int = MOST_NEVER


def normal(text: str, first: datetime, zone: str, budget: RuleBudget) -> str:
    """Return a rule as we keep it; raises RuleError.

    Parameters
    ----------
    text : str
        The value of RRULE.
    first : datetime
        The first meeting by the clocks of its zone.

    Examples
    --------
    >>> normal("FREQ=MONTHLY;WKST=SU;BYDAY=TU;BYSETPOS=2", datetime(2026, 1, 13, 10), "Europe/London", RuleBudget())
    'FREQ=MONTHLY;BYDAY=2TU'
    """
    bare = ";".join(part for part in text.upper().strip(" ;").split(";") if not _says_nothing(part, first))
    try:
        rule = parse(bare)
    except Invalid as refused:
        problem = refused.fields["rule"]
        raise RuleError(problem.code, **problem.params) from None
    parts = dict(part.split("=", 1) for part in bare.removeprefix("RRULE:").split(";"))
    _plainer(parts, rule, first)
    _end(parts, rule, first, zone, budget)
    made = ";".join(f"{name}={value}" for name, value in parts.items())
    if not _is_plain(rule):
        _look(made, first.date(), budget)
    if len(made) > LONGEST:
        raise RuleError("rule_too_long", limit=LONGEST)
    return made


def _says_nothing(part: str, first: datetime) -> bool:
    """Tell whether a part only says again what the first meeting says."""
    name, _, value = part.strip().partition("=")
    return not part.strip() or (name in AT and value.isdecimal() and int(value) == getattr(first, AT[name]))


def _plainer(parts: dict[str, str], rule: Rule, first: datetime) -> None:
    """Say outright what a rule leaves to its first day, and leave out what changes nothing."""
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    if rule.frequency == "WEEKLY" and not rule.weekdays:
        parts["BYDAY"] = DAYS[first.weekday()]
    if rule.interval == 1 or len(rule.weekdays) < 2 or rule.week_start == 0:
        parts.pop("WKST", None)
    one = rule.weekdays[0] if len(rule.weekdays) == 1 else None
    at = rule.positions[0] if len(rule.positions) == 1 else 0
    if rule.frequency == "MONTHLY" and one and one[0] is None and at in (-1, 1, 2, 3, 4, 5) and not rule.month_days:
        parts["BYDAY"] = f"{at}{DAYS[one[1]]}"
        del parts["BYSETPOS"]
    elif "BYDAY" in parts:
        parts["BYDAY"] = parts["BYDAY"].replace("+", "")


def _end(parts: dict[str, str], rule: Rule, first: datetime, zone: str, budget: RuleBudget) -> None:
    """Write an end as the last local day, and a count as the end it comes to."""
    if rule.until is not None:
        last = _last_day(rule.until, first.time(), zone)
        del parts["UNTIL"]
        if last is not None:
            parts["UNTIL"] = f"{last:%Y%m%d}"
    elif rule.count and _is_plain(rule) and budget.odd > 0:
        budget.odd -= 1
        found = list(days(rule, first.date(), first.date(), first.date() + SPAN))
        if len(found) == rule.count:
            del parts["COUNT"]
            parts["UNTIL"] = f"{found[-1]:%Y%m%d}"


def _last_day(until: str, at: time, zone: str) -> date | None:
    """Return the last local day on which a meeting may still begin; None where the end is too far to be one."""
    text = until.rstrip("Z")
    if int(text[:4]) >= FOREVER:
        return None
    if "T" not in text:
        return date.fromisoformat(text)
    said = datetime.fromisoformat(text)
    if until.endswith("Z"):
        said = said.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return said.date() if said.time() >= at else said.date() - timedelta(days=1)


def _is_plain(rule: Rule) -> bool:
    """Tell whether a rule surely comes, and soon."""
    if rule.positions and rule.frequency != "MONTHLY":
        return False
    ordinals = [nth for nth, _ in rule.weekdays]
    if rule.frequency == "WEEKLY":
        return not (rule.months or rule.positions)
    if rule.frequency == "DAILY":
        return not (rule.weekdays or rule.months or rule.month_days) or (rule.interval == 1 and not rule.month_days)
    if rule.frequency == "MONTHLY":
        days_alone = not rule.weekdays and all(abs(day) <= 28 for day in rule.month_days)
        weekdays_alone = bool(rule.weekdays) and not rule.month_days
        small = all(abs(nth) <= (4 if None in ordinals else 0) for nth in rule.positions)
        return (days_alone or weekdays_alone) and small and (not rule.months or rule.interval == 1)
    return not (rule.weekdays or rule.month_days or rule.months)


def _look(text: str, start: date, budget: RuleBudget) -> None:
    """Refuse a rule that never comes, and one of too many that are unlike all others."""
    if budget.odd <= 0 or budget.never <= 0:
        raise RuleError("rule_unusual")
    budget.odd -= 1
    rule = parse(re.sub(r";?UNTIL=\d+", "", text))
    if next(iter(days(rule, start, start, date(FOREVER, 12, 31))), None) is None:
        budget.never -= 1
        raise RuleError("rule_never")
