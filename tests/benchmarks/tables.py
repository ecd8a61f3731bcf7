"""Lays the figures of a run out for a terminal, and tables for a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

OURS = "Kith"
Result = Mapping[str, Any]


def show(console: Console, figures: Mapping[str, Any]) -> None:
    """Print times, sizes and ratios of one run."""
    results = figures["results"]
    console.print(times(results))
    console.print(sizes(results))
    for line in ratios(results):
        console.print(line)
    for what, found in figures["pages"]["times"].items():
        many = figures["pages"]["groups"]
        console.print(f"{what}, gunicorn, {many:,} groups: p50 {found['p50_ms']:.1f}, p95 {found['p95_ms']:.1f} ms")
    for name, why in figures["left_out"].items():
        console.print(f"{name} was left out: {why}", markup=False)
    before, after = figures["load"]
    console.print(f"load average {before:.1f} before, {after:.1f} after, on {figures['machine']['cores']} cores")


def times(results: Sequence[Result]) -> Table:
    """Milliseconds by size; Kith twice where it encodes the question too."""
    shown = _table("Milliseconds", ("", "groups", "p50", "p95", "an edit is seen after"))
    for line in results:
        shown.add_row(*_cells(line, "p50_ms", "p95_ms", "edit_ms"))
        if line["encoding_p50_ms"] is not None:
            cells = _cells(line, "encoding_p50_ms", "encoding_p95_ms")
            shown.add_row(f"{cells[0]}, encoding the question", *cells[1:], "")
    return shown


def sizes(results: Sequence[Result]) -> Table:
    """Seconds to build and open, megabytes on disk and in memory."""
    headings = ("", "groups", "build s", "peak MB", "disk MB", "first answer s", "own MB", "mapped MB", "second MB")
    shown = _table(
        "What it takes; own, mapped: of one process beyond Python itself; second: private to one more", headings
    )
    for line in results:
        flat = {
            **line,
            **{key: (line["memory"] or {}).get(key) for key in ("opened_own", "opened_mapped")},
            "private": (line["second"] or {}).get("private"),
        }
        cells = _cells(flat, "build_s", "build_peak_mb", "disk_mb", "open_s", "opened_own", "opened_mapped", "private")
        shown.add_row(*cells)
    return shown


def ratios(results: Sequence[Result]) -> list[str]:
    """Say for each size how Kith does beside each peer."""
    lines = []
    for ours in (line for line in results if line["name"] == OURS and line["p50_ms"]):
        beside = [
            f"{_than(line, ours, 'p50_ms')} than {line['name']} (p95 {_than(line, ours, 'p95_ms')})"
            for line in results
            if line["groups"] == ours["groups"] and line["name"] != OURS and line["p50_ms"]
        ]
        lines.append(f"{ours['groups']:,} groups: {', '.join(beside) or 'no peer to compare with'}")
    return lines


def _than(peer: Result, ours: Result, figure: str) -> str:
    ratio = peer[figure] / ours[figure]
    return f"{ratio:.1f} × faster" if ratio >= 1 else f"{1 / ratio:.1f} × slower"


def _table(title: str, headings: Sequence[str]) -> Table:
    shown = Table(title=title, title_justify="left")
    for heading in headings:
        shown.add_column(heading, justify="left" if not heading else "right")
    return shown


def _cells(line: Result, *names: str) -> list[str]:
    if line["failed"]:
        return [f"{line['name']} ({line['failed'][:40]})", f"{line['groups']:,}", *("–" for _ in names)]
    return [str(line["name"]), f"{line['groups']:,}", *(figure(line[name]) for name in names)]


def figure(value: float | None) -> str:
    """Return a figure with as many digits as it deserves; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, figures to the right."""
    rule = ["---", *("---:" for _ in heads[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *rows))
