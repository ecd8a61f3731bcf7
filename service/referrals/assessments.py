"""Instruments that ask how somebody is connected: versioned definitions as data, one function to score each. Pure.

Loneliness (a felt lack) and isolation (few contacts) are two things: they have two instruments, and no score is made of
both. A score never ranks, filters or gates anything, and is no diagnosis. It only says which help to offer first.
Nothing here is stored; whoever keeps a score keeps the instrument's code, version and wording, the mode and the date.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.errors import Invalid, Problem


class Wording(StrEnum):
    """Whose words the questions are in. Scores of our own words are not compared with published figures."""

    OWN = "own"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A part of a scale, both ends included, that is spoken of in one way. It is no diagnosis."""

    code: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One set of questions.

    Attributes
    ----------
    code, version : str
        Which questions they were; a changed question or point is a new version.
    wording : Wording
    items : mapping of item code to mapping of answer code to int
        What may be answered, with what it counts; the faces hold the words.
    bands : tuple of Band
        Cover the whole scale, lowest first, without a gap.
    """

    code: str
    version: str
    wording: Wording
    items: Mapping[str, Mapping[str, int]]
    bands: tuple[Band, ...]

    @property
    def lowest(self) -> int:
        """The lowest score there is."""
        return self.bands[0].lowest

    @property
    def highest(self) -> int:
        """The highest score there is."""
        return self.bands[-1].highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one set of answers comes to.

    Attributes
    ----------
    instrument : Instrument
    score : int or None
        None when any item that the score needs was left open.
    band : str or None
        The code of the band that holds the score.
    missing : tuple of str
        Items that were left open, in the order of the instrument.
    """

    instrument: Instrument
    score: int | None
    band: str | None
    missing: tuple[str, ...]


_OFTEN: Final = {"hardly_ever": 1, "sometimes": 2, "often": 3}
_TIMES: Final = {"none": 0, "one": 1, "two": 2, "three_or_more": 3}
_YES_NO: Final = {"no": 0, "yes": 1}
MODES: Final = ("self", "help", "phone", "paper")  # how the answers were given
CONTACTS_A_WEEK = 3  # calls and meetings a week, together, that earn the point (NHANES III index; see `score_ties`)

COMPANY: Final = Instrument(
    code="ucla3",
    version="own-1",
    wording=Wording.OWN,
    items={"company": _OFTEN, "left_out": _OFTEN, "cut_off": _OFTEN},
    bands=(Band(code="lower", lowest=3, highest=5), Band(code="higher", lowest=6, highest=9)),
)
TIES: Final = Instrument(
    code="nhanes_sni",
    version="own-1",
    wording=Wording.OWN,
    items={
        "partner": _YES_NO,
        "calls": _TIMES,
        "meetings": _TIMES,
        "services": {"none": 0, "some": 0, "four_or_more": 1},
        "club": _YES_NO,
    },
    bands=(
        Band(code="few", lowest=0, highest=1),
        Band(code="some", lowest=2, highest=3),
        Band(code="many", lowest=4, highest=4),
    ),
)


def score_company(answers: Mapping[str, str]) -> Result:
    """Score how often somebody lacks company, feels left out, feels cut off.

    Parameters
    ----------
    answers : mapping of item code to answer code
        Items of `COMPANY`; one that is absent or empty was left open.

    Returns
    -------
    Result
        Score from 3 to 9; higher means a stronger feeling of being alone. With any item left open there is no score.

    Raises
    ------
    Invalid
        `assessment`, with `unknown_choice` for each item that was answered with something else.

    References
    ----------
    The structure is that of the three-item loneliness scale (Hughes and others 2004, Research on Aging 26(6):655-672).
    6 or more is a cut that research commonly uses (Steptoe and others 2013); it is not a clinical one. The published
    wording is not shipped, for its licence has not been seen; the faces ask in words of our own.

    Examples
    --------
    >>> score_company({"company": "often", "left_out": "sometimes", "cut_off": "sometimes"}).band
    'higher'
    >>> low = score_company({"company": "hardly_ever", "left_out": "hardly_ever", "cut_off": "often"})
    >>> low.score, low.band
    (5, 'lower')
    >>> score_company({"company": "often", "left_out": "often"}).missing
    ('cut_off',)
    """
    return _result(COMPANY, answers, lambda counted: sum(counted.values()))


def score_ties(answers: Mapping[str, str]) -> Result:
    """Score the ties that somebody has: one point each for a partner, contact, services and a club.

    Parameters
    ----------
    answers : mapping of item code to answer code
        Items of `TIES`; one that is absent or empty was left open.

    Returns
    -------
    Result
        Score from 0 to 4; higher means more kinds of ties. With any item left open there is no score.

    Raises
    ------
    Invalid
        `assessment`, with `unknown_choice` for each item that was answered with something else.

    Notes
    -----
    Calls and meetings earn one point together: three or more a week. Services earn theirs at four or more a year.
    Whether somebody has a partner or worships is sensitive; whoever keeps anything keeps the point, not the answer.

    References
    ----------
    The social network index of Berkman and Syme (1979, American Journal of Epidemiology 109(2):186-204) as NHANES III
    used it; LOINC panel 76506-5. A federal work of the United States, believed to be in the public domain; asked here
    in words of our own all the same.

    Examples
    --------
    >>> busy = {"partner": "yes", "calls": "two", "meetings": "one", "services": "four_or_more", "club": "yes"}
    >>> score_ties(busy).score, score_ties(busy).band
    (4, 'many')
    >>> score_ties({**busy, "partner": "no", "meetings": "none"}).band
    'some'
    >>> score_ties({**busy, "partner": "no", "meetings": "none", "club": "no"}).band
    'few'
    >>> score_ties({**busy, "services": ""}).score is None
    True
    """

    def points(counted: Mapping[str, int]) -> int:
        contact = counted["calls"] + counted["meetings"] >= CONTACTS_A_WEEK
        return counted["partner"] + int(contact) + counted["services"] + counted["club"]

    return _result(TIES, answers, points)


# What may be offered, in the order of the page. Everybody is told of all of it: a score only moves some of it up.
OFFERS: Final = ("talk_today", "link_worker", "company", "small_steps", "groups")


def offers(company: Result, ties: Result) -> tuple[str, ...]:
    """Return what help to offer first; the rest of `OFFERS` is offered as well, below it.

    A stronger feeling, or fewer ties, never takes anything away. Groups are offered to everybody. The rules are
    proposed: no source sets them.

    Examples
    --------
    >>> lonely = score_company(dict.fromkeys(COMPANY.items, "often"))
    >>> nothing = score_ties({})
    >>> offers(lonely, nothing)
    ('talk_today', 'link_worker', 'company', 'small_steps', 'groups')
    >>> offers(score_company({}), nothing)
    ('groups',)
    """
    first = {"groups"}
    if company.band == "higher":
        first |= {"talk_today", "link_worker", "company", "small_steps"}
    if ties.band == "few":
        first |= {"link_worker", "company"}
    return tuple(code for code in OFFERS if code in first)


def _result(instrument: Instrument, answers: Mapping[str, str], points: Callable[[Mapping[str, int]], int]) -> Result:
    given = {item: answers.get(item, "") for item in instrument.items}
    wrong = {item: answer for item, answer in given.items() if answer and answer not in instrument.items[item]}
    if wrong:
        raise Invalid("assessment", fields=dict.fromkeys(wrong, Problem("unknown_choice")))
    missing = tuple(item for item, answer in given.items() if not answer)
    if missing:
        return Result(instrument=instrument, score=None, band=None, missing=missing)
    score = points({item: instrument.items[item][answer] for item, answer in given.items()})
    band = next(band.code for band in instrument.bands if band.lowest <= score <= band.highest)
    return Result(instrument=instrument, score=score, band=band, missing=())
