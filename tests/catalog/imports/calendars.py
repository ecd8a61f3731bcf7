"""Calendars as Google, Outlook and people write them, for tests."""

from pathlib import Path


def event(uid: str, *lines: str, summary: str = "Tea Table", at: str = "20260106T100000") -> str:
    """Write an event on Tuesdays at ten, in London, if nothing else is said."""
    known = [f"UID:{uid}"] if uid else []
    known += [f"SUMMARY:{summary}"] if summary else []
    if not any(one.startswith("DTSTART") for one in lines):
        known.append(f"DTSTART;TZID=Europe/London:{at}")
    return "\r\n".join(["BEGIN:VEVENT", *known, *lines, "END:VEVENT"])


def calendar(*events: str, heading: str = "X-WR-CALNAME:Sale Social") -> str:
    """Write a calendar."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", heading, *events, "END:VCALENDAR", ""])


def written(folder: Path, *events: str, name: str = "calendar.ics") -> Path:
    """Keep a calendar in a folder."""
    path = folder / name
    path.write_text(calendar(*events), encoding="utf-8", newline="")
    return path


WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=TU"
HALL = r"LOCATION:Lantern Hall\, 1 Lantern Yard\, Sale M33 4AB\, UK"
