"""Compares suggestions with the labels, by the rules written beside the sets."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.catalog.reading.extraction import read_facts
from service.catalog.reading.suggestion import Hours, Price

FOLDER = Path(__file__).parents[1] / "labelled"
LEAST = 5  # sure labels from which a kind is shown by itself
NAMED = """
time price age_min age_max mode phone url size drop_in booking_needed phone_booking referral_only self_referral
open_to_all beginners_welcome women_only men_only children_welcome creche carer_welcome dementia_friendly
lgbtq_affirming faith_based prayer_space step_free wheelchair_space accessible_toilet toilets lift parking
blue_badge_parking near_stop hearing_loop bsl captions quiet_space large_print guide_dog_welcome seated_option
gentle_pace kit_provided concession pay_what_you_can halal_kosher_veg alcohol_free interpreter_arranged
transport_provided taster
"""
ASKED = frozenset(NAMED.split())
NOT_LABELLED = {"facts/third.jsonl": frozenset(["time", "price", "age_min", "age_max", "phone", "size", "drop_in"])}
Item = tuple[object, ...]


@dataclass
class Score:
    """What was right, wrong and missed, by kind."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    marked: int = 0  # right ones whose words overlap the label's

    def figures(self, kind: str | None = None) -> tuple[float, float, int]:
        """Return precision, recall and the number of sure labels, of one kind or of all."""
        right, wrong, missed = (
            counts[kind] if kind else counts.total() for counts in (self.right, self.wrong, self.missed)
        )
        return right / max(right + wrong, 1), right / max(right + missed, 1), right + missed


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a set."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def items(kind: str, value: Any) -> Iterator[Item]:
    """Yield what is compared: of a time each single weekday."""
    if isinstance(value, Hours):
        value = {"days": value.days, "start": value.start, "end": value.end, "every": value.every}
    if isinstance(value, Price):
        value = {"pence": value.pence, "currency": value.currency}
    if kind == "time":
        yield from ((kind, day, value["start"], value["end"], value["every"]) for day in value["days"])
    elif kind == "price":
        yield kind, value["pence"], value["currency"]
    elif kind in ("phone", "url"):
        yield kind, re.sub(r"[^a-z0-9]", "", value.lower())
    else:
        yield kind, value


Spans = dict[Item, list[tuple[int, int]]]


def spread(rows: list[tuple[str, Any, int, int]]) -> Spans:
    """Return each single item with where it stands."""
    found: Spans = {}
    for kind, value, start, end in rows:
        for item in items(kind, value):
            found.setdefault(item, []).append((start, end))
    return found


def touches(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    return any(a < d and c < b for a, b in spans for c, d in others)


def compare(row: dict[str, Any], score: Score, told: list[str] | None = None, *, asked: frozenset[str] = ASKED) -> None:
    """Count one text; with `told` what went wrong is written down too (only for the sets that may be read)."""
    labels = [(one["kind"], one["value"], one["start"], one["end"], one.get("doubtful")) for one in row["labels"]]
    sure = spread([one[:4] for one in labels if not one[4]])
    unsure = spread([one[:4] for one in labels if one[4]])
    said = spread([(one.kind, one.value, one.start, one.end) for one in read_facts(row["text"]) if one.kind in asked])
    for item, spans in said.items():
        kind = str(item[0])
        if item in sure:
            score.right[kind] += 1
            score.marked += touches(spans, sure[item])
        elif item not in unsure and not any(
            other[0] == kind and touches(spans, places) for other, places in unsure.items()
        ):
            score.wrong[kind] += 1
            if told is not None:
                told.append(f"WRONG {row['id']} {item} {row['text'][spans[0][0] : spans[0][1]]!r}")
    for item in sure.keys() - said.keys():
        score.missed[str(item[0])] += 1
        if told is not None:
            told.append(f"MISSED {row['id']} {item} {row['text'][sure[item][0][0] : sure[item][0][1]]!r}")


def judged(*names: str) -> Score:
    """Score whole sets."""
    score = Score()
    for name in names:
        for row in rows(name):
            compare(row, score, asked=ASKED - NOT_LABELLED.get(name, frozenset()))
    return score


def table(score: Score) -> str:
    """Return the figures by kind; kinds with few labels together."""
    kinds = sorted(score.right | score.wrong | score.missed)
    few = {kind for kind in kinds if score.right[kind] + score.missed[kind] < LEAST}
    lines = [_line(kind, *score.figures(kind), score.wrong[kind]) for kind in kinds if kind not in few]
    right, wrong, missed = (sum(c[k] for k in few) for c in (score.right, score.wrong, score.missed))
    rest = (right / max(right + wrong, 1), right / max(right + missed, 1), right + missed)
    return "\n".join([*lines, _line("the rest", *rest, wrong), _line("all", *score.figures(), score.wrong.total())])


def _line(kind: str, precision: float, recall: float, n: int, wrong: int) -> str:
    return f"{kind:22} precision {precision:.3f}  recall {recall:.3f}  n {n:4}  wrong {wrong:3}"
