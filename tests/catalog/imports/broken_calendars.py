# ruff: noqa: E501  # one file a line
"""Calendars as they really come: each with what is wrong, how many groups go in and how many rows are refused."""

from tests.catalog.imports.broken import Broken
from tests.catalog.imports.calendars import WEEKLY, calendar, event


def ics(*events: str, encoding: str = "utf-8") -> bytes:
    return calendar(*events).encode(encoding)


def odd(rule: str) -> bytes:
    """Return a calendar with a good series, and one with this rule."""
    return ics(event("good@x", WEEKLY), event("odd@x", f"RRULE:{rule}", summary="Odd"))


WALK = event("b@x", WEEKLY, summary="Walk")
SPANISH = event("a@x", WEEKLY, summary="Café José £5")
LONG = event("a@x", WEEKLY, "DESCRIPTION:" + "Tea and talk. " * 20)
FOLDED = LONG.replace("talk. Tea", "ta\r\n lk. Tea").replace("BYDAY", "BY\r\n\tDAY")
NEVER = ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=WE", "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=2MO")
RULES = (
    ("FREQ=SECONDLY", "rule_frequency"),
    ("FREQ=MINUTELY;INTERVAL=5", "rule_frequency"),
    ("FREQ=HOURLY;COUNT=99999999", "rule_frequency"),
    ("FREQ=DAILY;COUNT=99999999", "rule_count"),
    ("FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8", "rule_part"),
    ("FREQ=WEEKLY;BYDAY=XX", "rule_part"),
    ("FREQ=WEEKLY;UNTIL=never", "rule_until"),
    ("FREQ=WEEKLY;UNTIL=20261340", "rule_until"),
    ("FREQ=WEEKLY;INTERVAL=0", "rule_interval"),
    ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "rule_combination"),
    ("BYDAY=TU", "rule_frequency"),
    ("weekly", "rule_unreadable"),
    ("FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 500), "rule_too_long"),
    *((rule, "rule_never") for rule in NEVER),
)
CALENDARS = (
    Broken("a calendar with a byte order mark", b"\xef\xbb\xbf" + ics(SPANISH), good=1),
    Broken("a calendar in Windows letters", ics(SPANISH, encoding="cp1252"), good=1),
    Broken("a calendar in UTF-16", ics(SPANISH, encoding="utf-16"), good=1),
    Broken("a calendar with other line ends", ics(SPANISH, WALK).replace(b"\r\n", b"\n"), good=2),
    Broken("a calendar with folded lines", ics(FOLDED), good=1),
    Broken("a calendar cut off", ics(event("a@x", WEEKLY), WALK)[:-45], good=1, refused=1, codes=(("", "event_cut_off"),)),
    Broken("an event without end", ics(event("a@x", WEEKLY)[:-12], WALK), good=1, refused=1, codes=(("", "event_cut_off"),)),
    Broken("an empty calendar", calendar().encode(), whole="calendar_empty"),
    Broken("an event without anything", ics("BEGIN:VEVENT\r\nEND:VEVENT"), refused=1, codes=(("DTSTART", "needed"),)),
    Broken("an event without a name", ics(event("a@x", WEEKLY, summary="")), refused=1, codes=(("SUMMARY", "name_needed"),)),
    Broken("an event without a uid", ics(event("", WEEKLY)), good=1),
    Broken("a name like a book of dates", ics(event("a@x", WEEKLY, summary="x" * 400)), refused=1, codes=(("SUMMARY", "too_long"),)),
    Broken("a start that is none", ics(event("a@x", "DTSTART:soon", WEEKLY)), refused=1, codes=(("DTSTART", "not_a_date"),)),
    Broken("a start in another age", ics(event("a@x", "DTSTART:10661014T090000Z", WEEKLY)), refused=1, codes=(("DTSTART", "not_a_date"),)),
    Broken("a start at the end of time", ics(event("a@x", "DTSTART:99991231T235959Z", WEEKLY)), refused=1, codes=(("DTSTART", "not_a_date"),)),
    Broken("a zone nobody knows", ics(event("a@x", "DTSTART;TZID=Middle Earth:20260106T100000", WEEKLY)), good=1, codes=(("DTSTART", "time_zone_unknown"),)),
    Broken("a zone that is a path", ics(event("a@x", "DTSTART;TZID=../../etc/passwd:20260106T100000", WEEKLY)), good=1, codes=(("DTSTART", "time_zone_unknown"),)),
    Broken("an end before the start", ics(event("a@x", "DTEND:20250106T100000Z", WEEKLY)), good=1, codes=(("DTEND", "not_an_end"),)),
    Broken("a length below nothing", ics(event("a@x", "DURATION:-PT2H", WEEKLY)), good=1, codes=(("DURATION", "not_an_end"),)),
    Broken("a length of ages", ics(event("a@x", "DURATION:P99999999999D", WEEKLY)), good=1, codes=(("DURATION", "not_an_end"),)),
    Broken("a length of a month", ics(event("a@x", "DURATION:P30D", WEEKLY)), good=1, codes=(("DURATION", "out_of_range"),)),
    Broken("the same uid twice", ics(event("a@x", WEEKLY), event("a@x", WEEKLY, summary="Walk")), good=1, refused=1, codes=(("UID", "duplicate_id"),)),
    Broken("two rules", ics(event("a@x", WEEKLY, "RRULE:FREQ=DAILY")), refused=1, codes=(("RRULE", "rule_combination"),)),
    Broken("an old rule of exceptions", ics(event("a@x", WEEKLY, "EXRULE:FREQ=MONTHLY")), refused=1, codes=(("EXRULE", "rule_part"),)),
    Broken("an end that is none but far", odd("FREQ=WEEKLY;UNTIL=99991231T235959Z"), good=2),
    Broken("days off that are none", ics(event("a@x", WEEKLY, "EXDATE:a,b,20261124T100000Z")), good=1, codes=(("EXDATE", "not_a_date"),)),
    Broken("ten thousand days off", ics(event("a@x", WEEKLY, "EXDATE:" + ",".join(["20261124T100000Z"] * 10_000))), good=1),
    Broken("a place that is nowhere", ics(event("a@x", WEEKLY, "GEO:north")), good=1, codes=(("GEO", "not_a_position"),)),
    Broken("an event of megabytes", ics(event("a@x", WEEKLY, "DESCRIPTION:" + "x" * 3_000_000), WALK), good=1, refused=1, codes=(("", "cell_too_large"),)),
    Broken("nothing characters in a name", ics(event("a@x", WEEKLY, summary="a\0b")), good=1),
    Broken("an alarm and things nobody knows", ics(event("a@x", WEEKLY, "X-A;B=\"c:d\":e", "BEGIN:VALARM", "SUMMARY:Ring", "END:VALARM", "nonsense")), good=1),
    Broken("a todo and a free time", ics("BEGIN:VTODO\r\nSUMMARY:Buy tea\r\nEND:VTODO", event("a@x", WEEKLY)), good=1),
    Broken("a hundred rules that never come", ics(*(event(f"{n}@x", f"RRULE:{NEVER[n % 3]}", summary=f"Odd {n}") for n in range(100))), refused=100, codes=(("RRULE", "rule_unusual"),)),
    *(Broken(f"rule {rule[:40]}", odd(rule), good=1, refused=1, codes=(("RRULE", code),)) for rule, code in RULES),
)  # fmt: skip
