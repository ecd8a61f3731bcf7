"""Asking a feed once: as whom, how long, and with what it said last."""

from collections.abc import Mapping

from service.accounts.permissions import GRANTS, Actor, Role
from service.outgoing import LONGEST_ANSWER, Answer, Ways, ask

WAIT_SECONDS = 20.0
FEEDS = Actor(role=Role.ADMIN, permissions=GRANTS[Role.ADMIN])  # an administrator or an editor has added each of them


class FeedError(Exception):
    """A feed did not answer as it should; `args[0]` is a code."""


def asked(
    url: str, ways: Ways, marks: Mapping[str, str], *, accept: str = "application/json", longest: int = LONGEST_ANSWER
) -> Answer:
    """Return what a feed answers, whole, or that it says the same as before (304). Raises FeedError, OutsideError."""
    headers = {"Accept": accept}
    headers |= {
        name: marks[mark]
        for name, mark in (("If-None-Match", "etag"), ("If-Modified-Since", "changed"))
        if marks.get(mark)
    }
    answer = ask(url, ways=ways, headers=headers, wait_seconds=WAIT_SECONDS, longest=longest)
    if answer.status not in (200, 304):
        raise FeedError(f"status_{answer.status}")
    return answer
