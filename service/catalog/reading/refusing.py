"""Tells "no hearing loop" and "a loop is not known" from "hearing loop". Pure."""

import re

NEAR = 48  # characters of the same clause that are looked at on either side
CLAUSE = re.compile(r"[.;:!?\n()]|,? but |, (?=(?:and|with|we|there) )", re.I)
REFUSED = re.compile(
    r"\b(?:no|not|isn't|aren't|doesn't|don't|haven't|hasn't|without|cannot|can't|unable to|never|lacks?|nor|neither"
    r"|none(?: of (?:our|the|these|my) \w{1,12})?"
    r"|sorry)"
    r"(?: (?:have|has|an?|any|the|yet|currently|offer|provide|accept|take|operate|run|suitable for|on-?site|be"
    r"|is|are|own|total|complete"
    r"|proper|able to)){0,4} $",
    re.I,
)
REFUSED_AFTER = re.compile(
    r"(?: (?:is|are|at present|currently|on site|access|here|entry)){0,2} (?:not|isn't|aren't|unavailable"
    r"|cannot)\b(?! (?:only|just|needed|required|necessary|compulsory))",
    re.I,
)
OPEN_BEFORE = re.compile(
    r"\b(?:not (?:only|just|simply|exclusively|limited to)|hope to|hoping|plan(?:s|ning)? to|planned|limited|partial"
    r"|poor|difficult|restricted|fund(?:s|ing"
    r"|raising)? for|raising money for|proposed|if you need|whether|unknown|not known if|ask (?:about|if)"
    r"|towards|new)(?: (?:an?|the|for|to|have|install|get|buy|build|there is)){0,3} $",
    re.I,
)
OPEN_AFTER = re.compile(
    r"(?: (?:is|are|access))?(?: (?:not (?:known|confirmed)|unknown|to be confirmed|tbc|planned|being)\b|\?)", re.I
)


def refused(text: str, start: int, end: int) -> tuple[bool, int] | None:
    """Tell whether the clause around some words refuses them, and where that begins; None where it leaves them open.

    Examples
    --------
    >>> text = "We have no hearing loop. Parking, but not step-free. Lift? Ask."
    >>> [refused(text, text.index(word), text.index(word) + len(word)) for word in ("hearing loop", "Parking", "Lift")]
    [(True, 8), (False, 25), None]
    """
    before = CLAUSE.split(text[max(0, start - NEAR) : start])[-1]
    after = text[end : end + NEAR]
    if OPEN_BEFORE.search(before) or OPEN_AFTER.match(after):
        return None
    found = REFUSED.search(before)
    if found:
        return True, start - len(before) + found.start()
    return REFUSED_AFTER.match(after) is not None, start
