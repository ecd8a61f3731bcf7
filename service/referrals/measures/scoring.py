"""What answers come to: one scorer a kind of measure, with its rule for what was left open. Pure.

No two figures are ever added, and none becomes a weight: nothing that finds groups may import this room.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import Invalid, Problem
from service.referrals.assessments import CONTACTS_A_WEEK, score_company, score_ties
from service.referrals.measures.definitions import (
    HOW_OFTEN,
    MOST_GROUPS,
    NHANES_SNI,
    UCLA3,
    WEIGHTS,
    WISHES,
    Kind,
    Measure,
    Scale,
)

LONGEST_NAME = 120  # letters of a group that matters
COMFORT: Mapping[str, frozenset[str]] = {
    "ucla3": frozenset({"higher"}),
    "satisfied": frozenset({"low"}),
    "worthwhile": frozenset({"low"}),
    "happy": frozenset({"low"}),
    "anxious": frozenset({"high"}),
    "who5": frozenset({"very_low"}),
    "ons_direct": frozenset({"always"}),
}
"""Bands and answers beside which kind words and the people to talk to now are shown. (proposed: no source sets them)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure on its scale, and the band it lies in, where the scale has bands."""

    scale: Scale
    value: int
    band: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one measure came to.

    Attributes
    ----------
    figures : tuple of Figure
        Empty when an item that the sum needs was left open; of `ons4` each figure stands alone.
    kept : mapping of str to str
        The answers as they may be kept: of the check of ties the points, not what somebody said of home and faith.
    missing : tuple of str
        Items that were left open, in order.
    """

    measure: Measure
    figures: tuple[Figure, ...]
    kept: Mapping[str, str]
    missing: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all was answered."""
        return not self.kept


def score(measure: Measure, answers: Mapping[str, str]) -> Scored:
    """Score one measure.

    Parameters
    ----------
    answers : mapping of item code to answer code
        One that is absent or empty was left open. Of a total the item is `total`; of a map see `read_map`.

    Raises
    ------
    Invalid
        `assessment`, with a problem for each item that was answered with something else.

    Examples
    --------
    >>> from service.referrals.measures.definitions import ONS4
    >>> [(one.scale.code, one.value, one.band) for one in score(ONS4, {"satisfied": "4", "anxious": "6"}).figures]
    [('satisfied', 4, 'low'), ('anxious', 6, 'high')]
    """
    if measure.kind is Kind.MAP:
        return _map(measure, answers)
    if measure.kind is Kind.TOTAL:
        return _total(measure, answers)
    given = {item: answers.get(item, "").strip() for item in measure.items}
    wrong = {item: answer for item, answer in given.items() if answer and answer not in measure.items[item]}
    if wrong:
        raise Invalid("assessment", fields=dict.fromkeys(wrong, Problem("unknown_choice")))
    return Scored(
        measure=measure,
        figures=_figures(measure, given),
        kept=_kept(measure, given),
        missing=tuple(item for item, answer in given.items() if not answer),
    )


def _figures(measure: Measure, given: Mapping[str, str]) -> tuple[Figure, ...]:
    if measure.kind is Kind.FIGURES:  # each alone
        told = [(scale, given[scale.code]) for scale in measure.scales]
        return tuple(_figure(scale, int(answer)) for scale, answer in told if answer)
    summed = {UCLA3.code: score_company, NHANES_SNI.code: score_ties}.get(measure.code)
    whole = summed(given).score if summed is not None else None
    return () if whole is None else (_figure(measure.scales[0], whole),)


def _figure(scale: Scale, value: int) -> Figure:
    return Figure(scale=scale, value=value, band=scale.band(value))


def _kept(measure: Measure, given: Mapping[str, str]) -> dict[str, str]:
    answered = {item: answer for item, answer in given.items() if answer}
    if measure is not NHANES_SNI:
        return answered
    points = {item: measure.items[item][answer] for item, answer in answered.items()}
    if "calls" in points and "meetings" in points:
        points["contact"] = int(points.pop("calls") + points.pop("meetings") >= CONTACTS_A_WEEK)
    return {item: str(point) for item, point in points.items() if item not in ("calls", "meetings")}


def _total(measure: Measure, answers: Mapping[str, str]) -> Scored:
    scale, text = measure.scales[0], answers.get("total", "").strip()
    if not text:
        return Scored(measure=measure, figures=(), kept={}, missing=("total",))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and scale.lowest <= int(text) <= scale.highest):
        raise Invalid("assessment", fields={"total": Problem("out_of_range")})
    figure = _figure(scale, int(text))
    return Scored(measure=measure, figures=(figure,), kept={"total": str(figure.value)}, missing=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Mattering:
    """A group that matters to somebody; all but the name may be left open."""

    name: str
    weight: str = ""
    often: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a map comes to: counts only, never a score. Higher is not better."""

    now: int
    restart: int
    join: int


_CHOICES = {"weight": WEIGHTS, "often": HOW_OFTEN, "wish": WISHES}


def read_map(answers: Mapping[str, str]) -> tuple[Mattering, ...]:
    """Read the lines of a map: `name_1`, `weight_1`, `often_1`, `wish_1` and so on. A line without a name is no line.

    Raises
    ------
    Invalid
        `assessment`, with `unknown_choice` or `too_long` by field; a ninth line is not read.
    """
    wrong: dict[str, Problem] = {}
    lines = []
    for number in range(1, MOST_GROUPS + 1):
        name = " ".join(answers.get(f"name_{number}", "").split())
        if len(name) > LONGEST_NAME:
            wrong[f"name_{number}"] = Problem("too_long")
        said = {part: answers.get(f"{part}_{number}", "") for part in _CHOICES}
        for part, answer in said.items():
            if answer and answer not in _CHOICES[part]:
                wrong[f"{part}_{number}"] = Problem("unknown_choice")
        if name:
            lines.append(Mattering(name=name, **said))
    if wrong:
        raise Invalid("assessment", fields=wrong)
    return tuple(lines)


def count_map(lines: tuple[Mattering, ...]) -> Counts:
    """Count a map: groups somebody is in now, wishes to begin again, wishes to join.

    Examples
    --------
    >>> choir, shed = Mattering(name="Choir", wish="restart", often="before"), Mattering(name="Shed", wish="keep")
    >>> count_map((choir, shed))
    Counts(now=1, restart=1, join=0)
    """
    wishes = [line.wish for line in lines]
    now = sum(line.wish not in ("restart", "join") and line.often != "before" for line in lines)
    return Counts(now=now, restart=wishes.count("restart"), join=wishes.count("join"))


def _map(measure: Measure, answers: Mapping[str, str]) -> Scored:
    kept: dict[str, str] = {}
    for number, line in enumerate(read_map(answers), start=1):
        parts = {"name": line.name, "weight": line.weight, "often": line.often, "wish": line.wish}
        kept |= {f"{part}_{number}": said for part, said in parts.items() if said}
    return Scored(measure=measure, figures=(), kept=kept, missing=())


def needs_comfort(scored: Scored) -> bool:
    """Say whether kind words and the people to talk to now belong beside this. It changes nothing else.

    Examples
    --------
    >>> needs_comfort(score(UCLA3, dict.fromkeys(UCLA3.items, "often")))
    True
    """
    code = scored.measure.code
    by_answer = code == "ons_direct" and scored.kept.get("lonely") in COMFORT[code]
    return by_answer or any(
        one.band in COMFORT.get(one.scale.code, COMFORT.get(code, frozenset())) for one in scored.figures
    )
