"""How an evaluation is printed: one table, how much better the order is, and what became of strong, fair and weak."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from service.matching.trials.evaluation import FIRST
from service.matching.trials.trial import Scored, Trial

COLUMNS = {
    "nDCG@10": "ndcg_at_10",
    "P@5": "p_at_5",
    "R@20": "recall_at_20",
    "bad@10": "bad_at_10",
    "judged@10": "judged_at_10",
}


def show(console: Console, title: str, found: Trial) -> None:
    """Print what an evaluation found, for people."""
    many = found.kith.figures.profiles
    heading = f"{title}: {found.people} people, of whom {many} have an answer; the means are over these"
    table = Table(title=heading, title_justify="left", caption_justify="left")
    table.add_column("")
    for column in (*COLUMNS, "blank", "weak", "weak, no answer", "p50 ms", "p95 ms"):
        table.add_column(column, justify="right")
    ways = {"Kith": found.kith, "Kith, by words only": found.by_words, **found.baselines}
    for name, way in ways.items():
        if way is not None:
            table.add_row(name, *_cells(way))
    console.print(table)
    if not found.meaning:
        console.print("Meaning was not asked: there is no encoder here.")
    if found.unknown:
        console.print(
            f"Listings graded 2 or 3 that are not in this catalogue: {found.unknown}. They count as not shown."
        )
    console.print("Differences, each with its 95 % interval over people:")
    for line in _better(found):
        console.print(line)
    console.print(_bands(found))
    console.print()


def _cells(way: Scored) -> Iterator[str]:
    for name in COLUMNS.values():
        yield f"{getattr(way.figures, name):.3f}"
    yield str(way.figures.blank)
    for kind in (True, False):
        weak, asked = way.weak[kind]
        yield f"{weak}/{asked}" if way.called else "–"
    for value in (way.p50_ms, way.p95_ms):
        yield "–" if value is None else f"{value:.1f}"


def _better(found: Trial) -> Iterator[str]:
    for name, one in found.against.items():
        sign = "wholly above 0" if one.wholly_above else "not wholly above 0"
        yield f"Kith − {name}: nDCG@10 {one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}], {sign}"


def _bands(found: Trial) -> Table:
    """Say of each band how often the best was called so, and how often that was right and wrong."""
    table = Table(title="What the best was called, and how it and the first three were graded", title_justify="left")
    for column in ("", "bests", "graded 2, 3", "graded 0", f"of first {FIRST}", "graded 2, 3", "graded 0"):
        table.add_column(column, justify="right" if column else "left")
    for name, band in found.bands.items():
        bests = _shares(band.bests, band.bests_good, band.bests_wrong)
        table.add_row(name, *bests, *_shares(band.first, band.first_good, band.first_wrong))
    return table


def _shares(many: int, good: int, wrong: int) -> tuple[str, str, str]:
    return (str(many), f"{good / many:.0%}", f"{wrong / many:.0%}") if many else ("0", "–", "–")
