"""What `match` answers: groups in order, each with its numbers and what speaks for and against it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.catalog.schedule import Occurrence
from service.matching.asked import Wish
from service.matching.explanation import Part, Point
from service.matching.looking import FAIR, STRONG
from service.matching.relaxation import IfOnly, Relaxed
from service.matching.steps import Step
from service.matching.support import Support

Fit = Literal["strong", "fair", "weak"]
UnderstoodBy = Literal["meaning", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One group in the answer.

    Attributes
    ----------
    rank : int
        From 1.
    score : float
        Sum of the contributions of `parts`, in (-1, 1).
    ask_first : bool
        Something the person cannot do without is not confirmed.
    location_id : str
        The place that was ranked; '' where there is none.
    km : float or None
    minutes : int or None
        Door to door, at the hour it meets.
    estimated : bool
        Whether the minutes are an estimate by distance, and not what a routing service told.
    fit : {'strong', 'fair', 'weak'}
    next_dates : tuple of Occurrence
        The next real dates, laid in by `dates.with_dates`; until then, and where times are not confirmed, empty.
    """

    rank: int
    group_id: str
    location_id: str
    score: float
    fit: Fit
    ask_first: bool
    km: float | None
    minutes: int | None
    estimated: bool
    parts: tuple[Part, ...]
    reasons: tuple[Point, ...]
    misfits: tuple[Point, ...]
    support: tuple[Support, ...]
    next_dates: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Groups that suit one person, and what had to be done to find them.

    Attributes
    ----------
    matches : tuple of Match
    relaxed : tuple of Relaxed
        Wishes that were given up, and how many groups that brought.
    if_only : tuple of IfOnly
        What one wish less would bring, most first.
    understood : tuple of Wish
        Terms read from the person's words, each with the words that said so.
    avoided : tuple of str
        Terms they said they do not want.
    corrected : mapping of str to str
        Words no listing has, and what they were read as.
    relevant : int
        How many groups fit, before the list was cut.
    nothing_fits : bool
        Something was wished for and no group is like it: what follows is weak, or only near.
    support : tuple of Support
        For the person's barriers, whatever group they choose.
    steps : tuple of Step
        A way from a gentle group to what was wished for; empty where none is called for, or there is none.
    sequence : int
        State of the catalogue that answered.
    like : tuple of str
        Terms taken from the group they want others like, in place of their own wishes; empty where there is no such
        group, or nothing is known of what it does.
    language : str
        Of the person's words: ISO 639-1, or ``other``. ``en`` where there are none.
    understood_by : {'meaning', 'words'}
        Whether a model has read the person's words, or only words we know were looked for.
    """

    matches: tuple[Match, ...]
    relaxed: tuple[Relaxed, ...]
    if_only: tuple[IfOnly, ...]
    understood: tuple[Wish, ...]
    avoided: tuple[str, ...]
    corrected: Mapping[str, str]
    relevant: int
    nothing_fits: bool
    support: tuple[Support, ...]
    steps: tuple[Step, ...]
    sequence: int
    like: tuple[str, ...] = ()
    language: str = "en"
    understood_by: UnderstoodBy = "words"

    @property
    def words_only(self) -> bool:
        """Whether somebody wrote in a language of which we know words only: the reader must be told."""
        return self.language != "en" and self.understood_by == "words"


def fit_of(likeness: float | None, *, held_back: bool) -> Fit:
    """Say how well it fits: strong needs a clear likeness and nothing against it; nothing asked is fair at best.

    Examples
    --------
    >>> fit_of(0.9, held_back=False), fit_of(0.9, held_back=True), fit_of(None, held_back=False)
    ('strong', 'fair', 'fair')
    """
    if likeness is None:
        return "fair"
    if likeness >= STRONG and not held_back:
        return "strong"
    return "fair" if likeness >= FAIR else "weak"
