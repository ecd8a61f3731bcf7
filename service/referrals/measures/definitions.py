"""The measures as data: what may be answered, what it counts, which scale it is told on. Pure.

Items are in words of our own, which the faces hold. Of the measures in `SLOTS` no item and no wording is shipped: their
owners license them. There is room for a total only, for an organisation that says it holds the licence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from service.referrals.assessments import COMPANY, TIES, Band, Wording


class Kind(StrEnum):
    """How a measure is answered."""

    CHOICES = "choices"  # one answer of a few to each question
    FIGURES = "figures"  # a whole number to each question
    MAP = "map"  # groups that matter, named
    TOTAL = "total"  # a sum that was made on the licence holder's own form


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One figure that a measure is told by, from `lowest` to `highest`, both included; bands cover it or are none."""

    code: str
    lowest: int
    highest: int
    bands: tuple[Band, ...] = ()

    def band(self, value: int) -> str | None:
        """Return the code of the band that holds a value."""
        return next((one.code for one in self.bands if one.lowest <= value <= one.highest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure in one version; a changed question, point or band is a new version.

    Attributes
    ----------
    items : mapping of item code to mapping of answer code to int
        What may be answered, with what it counts; empty for a map and for a total.
    scales : tuple of Scale
        The figures it gives; none where the answer itself is all there is to tell. Never added together.
    """

    code: str
    version: str
    wording: Wording
    kind: Kind
    items: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    scales: tuple[Scale, ...] = ()


TEN: Final = {str(figure): figure for figure in range(11)}
# Bands of the Office for National Statistics for personal well-being; three questions share one set, the fourth is
# counted the other way round. ONS tells four figures and no sum.
_WELL: Final = (
    Band(code="low", lowest=0, highest=4),
    Band(code="medium", lowest=5, highest=6),
    Band(code="high", lowest=7, highest=8),
    Band(code="very_high", lowest=9, highest=10),
)
_ANXIOUS: Final = (
    Band(code="very_low", lowest=0, highest=1),
    Band(code="low", lowest=2, highest=3),
    Band(code="medium", lowest=4, highest=5),
    Band(code="high", lowest=6, highest=10),
)

UCLA3: Final = Measure(
    code=COMPANY.code,
    version=COMPANY.version,
    wording=COMPANY.wording,
    kind=Kind.CHOICES,
    items=COMPANY.items,
    scales=(Scale(code="sum", lowest=COMPANY.lowest, highest=COMPANY.highest, bands=COMPANY.bands),),
)
ONS_DIRECT: Final = Measure(
    code="ons_direct",
    version="own-1",
    wording=Wording.OWN,
    kind=Kind.CHOICES,
    items={"lonely": dict.fromkeys(("always", "some_of_the_time", "occasionally", "hardly_ever", "never"), 0)},
)
ONS4: Final = Measure(
    code="ons4",
    version="own-1",
    wording=Wording.OWN,
    kind=Kind.FIGURES,
    items=dict.fromkeys(("satisfied", "worthwhile", "happy", "anxious"), TEN),
    scales=(
        *(Scale(code=item, lowest=0, highest=10, bands=_WELL) for item in ("satisfied", "worthwhile", "happy")),
        Scale(code="anxious", lowest=0, highest=10, bands=_ANXIOUS),
    ),
)
NHANES_SNI: Final = Measure(
    code=TIES.code,
    version=TIES.version,
    wording=TIES.wording,
    kind=Kind.CHOICES,
    items=TIES.items,
    scales=(Scale(code="sum", lowest=TIES.lowest, highest=TIES.highest, bands=TIES.bands),),
)
GROUPS_MAP: Final = Measure(code="groups_map", version="own-1", wording=Wording.OWN, kind=Kind.MAP)

MOST_GROUPS = 8  # of a map
WISHES: Final = ("keep", "more", "restart", "leave", "join")
HOW_OFTEN: Final = ("weekly", "monthly", "rarely", "before")
WEIGHTS: Final = ("1", "2", "3", "4", "5")  # how much it matters; more matters more


def _slot(code: str, lowest: int, highest: int, bands: tuple[Band, ...] = ()) -> Measure:
    scale = Scale(code="total", lowest=lowest, highest=highest, bands=bands)
    return Measure(code=code, version="1", wording=Wording.PUBLISHED, kind=Kind.TOTAL, scales=(scale,))


SLOTS: Final = (
    _slot("swemwbs", 7, 35),  # the raw sum, before the conversion that comes with the licence
    _slot(
        "who5",
        0,
        25,  # the raw sum; four times as much is its figure of 100: up to 28 a clinician is asked, below 50 it is low
        (
            Band(code="very_low", lowest=0, highest=7),
            Band(code="low", lowest=8, highest=12),
            Band(code="usual", lowest=13, highest=25),
        ),
    ),
    _slot("dejong6", 0, 6),  # made for research and the means of many people: no band is told of one person
    _slot("lsns6", 0, 30, (Band(code="few", lowest=0, highest=11), Band(code="more", lowest=12, highest=30))),
    _slot("cel3", 0, 12),  # its authors: no screening tool, for follow-up only
)

MEASURES: Final[Mapping[str, Measure]] = {
    one.code: one for one in (UCLA3, ONS_DIRECT, ONS4, NHANES_SNI, GROUPS_MAP, *SLOTS)
}
SHEETS: Final[Mapping[str, tuple[Measure, ...]]] = {
    "feeling": (UCLA3, ONS_DIRECT),  # the direct question comes after the indirect ones, so as not to colour them
    "life": (ONS4,),
    "ties": (NHANES_SNI,),
    "groups": (GROUPS_MAP,),
}
"""What is asked together, in the order of the page."""
