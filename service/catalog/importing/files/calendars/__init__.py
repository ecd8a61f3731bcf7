"""Calendars (iCalendar, RFC 5545) as lists of groups, or as the times of one group."""
