"""Leaves out of a text the clauses of law that name everybody and so say nothing. Pure: never adds a word."""

import re

# Clauses of law that a charity's objects are made of; they name everybody, and so nobody.
OBJECTS = (
    re.compile(
        r"\b(?:who have (?:a )?need (?:of such facilities )?|in need )?"
        r"(?:by reason of|because of|due to|in need of reason of)"
        r"(?: their)? (?:youth|young age|age)\b[\w\s,/()-]{0,90}?"
        r"(?:circumstances?|hardship|disadvantage|disab(?:ility|lement)|poverty)"
        r"(?:,? (?:or |and )?(?:(?:financial )?hardship|poverty|(?:other )?disadvantage"
        r"|(?:social|economic)(?: (?:and|or) (?:social|economic))? circumstances))*",
        re.I,
    ),
    re.compile(
        r"\bwithout distinction of\b[\w\s,/-]{0,120}?\bopinions?\b"
        r"|\bregardless of\b[\w\s,/-]{0,90}?\b(?:background|beliefs?|religion|ability|orientation|creed)\b"
        r"|\birrespective of\b[\w\s,/-]{0,90}?\b(?:background|beliefs?|religion|ability|orientation|creed)\b",
        re.I,
    ),
    re.compile(
        r"\brelie\w+ (?:of )?(?:poverty|need|hardship|sickness|financial hardship)"
        r"(?:,? (?:and |or )?(?:poverty|need|hardship|sickness|distress|ill[- ]health|old age|suffering))+",
        re.I,
    ),
    re.compile(
        r"\b(?:physical|mental|intellectual|social|emotional|moral)(?:ly)?,? (?:(?:and |& )?"
        r"(?:physical|mental|intellectual|social|emotional|moral|spiritual)(?:ly)?,? ){0,4}(?:and |& )?spiritual(?:ly)?"
        r" ?(?:potentials?|capacit\w+|development|qualities|welfare|wellbeing|growth)?",
        re.I,
    ),
)


def without_objects(text: str) -> str:
    """Return a text without the clauses of law that say nothing of what is done.

    Examples
    --------
    >>> without_objects("A hall for all who have need by reason of their youth, age, infirmity or disability. Dance.")
    'A hall for all . Dance.'
    >>> without_objects("Open to all without distinction of sex or of political, religious or other opinions")
    'Open to all '
    """
    for clause in OBJECTS:
        text = clause.sub("", text)
    return text
