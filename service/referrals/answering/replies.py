"""What a leader may say to an introduction, and what can be wrong with it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.errors import Problem
from service.referrals.intake import text_problem
from service.referrals.lifecycle import DECLINED_REASONS

ACCEPT, WAITLIST, FULL, DECLINE, QUESTION = KINDS = ("accept", "waitlist", "full", "decline", "question")
MAX_NOTE = 300  # characters, here and below
MAX_RULE = 300
MAX_HOST = 80
LONGEST_FULL = timedelta(days=366)  # how far ahead a group may say that it is full (proposed)
TEXTS = {"note": MAX_NOTE, "rule": MAX_RULE, "host": MAX_HOST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a leader says.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    version : int or None
        Of the introduction, as they were shown it.
    on : datetime or None
        With `accept`: the meeting the person comes to first; None: a date is agreed later.
    host : str or None
        With `accept`: who meets them.
    until : date or None
        With `full`: the last day on which the group is full.
    reason : str or None
        With `decline`: one of `DECLINED_REASONS`.
    rule : str or None
        With the reason `not_eligible`: for whom the group is, so that its page can say so.
    note : str or None
        Anything else; with `question`, the question.
    """

    kind: str
    version: int | None = None
    on: datetime | None = None
    host: str | None = None
    until: date | None = None
    reason: str | None = None
    rule: str | None = None
    note: str | None = None


def problems(reply: Reply, today: date) -> dict[str, Problem]:
    """Everything that stands in the way of taking this answer, by field; empty when nothing does."""
    found = {} if reply.kind in KINDS else {"answer": Problem("unknown_choice")}
    if reply.kind == DECLINE and reply.reason not in DECLINED_REASONS:
        found["reason"] = Problem("reason_needed")
    if reply.kind == QUESTION and not (reply.note or "").strip():
        found["note"] = Problem("missing")
    if reply.kind == FULL and not (reply.until and today < reply.until <= today + LONGEST_FULL):
        found["until"] = Problem("out_of_range", {"max_days": LONGEST_FULL.days})
    for name, limit in TEXTS.items():
        wrong = text_problem(getattr(reply, name), limit)
        if wrong is not None:
            found[name] = wrong
    return found
