"""Writes docs/measured.md and its pictures from the files that `kith bench --json` and `kith evaluate` leave.

    python -m tests.benchmarks.report --speed speed.json --quality quality.json --run run.tsv

Without the last two it writes about speed alone. Only figures and names of themes reach the page, nothing of a person.
"""

import argparse
import json
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from service.matching.evaluation import figures
from tests.benchmarks import pictures
from tests.benchmarks.pictures import Line
from tests.benchmarks.tables import figure, ratios

ROOT = Path(__file__).parents[2]
JUDGED = ROOT / "tests" / "judged" / "public"
FEWEST = 3  # people of a theme: of fewer, no figure is shown

Found = Mapping[str, Any]


def speed(found: Found, folder: Path) -> Iterator[str]:
    """Yield the part on speed, and draw its pictures."""
    results = [line for line in found["results"] if line["p50_ms"]]
    for share, name in (("p50", "median"), ("p95", "p95")):
        drawn = curves(results, share)
        title = f"Milliseconds of one answer, {name}, by size of catalogue"
        told = "; ".join(f"{line.name}: " + ", ".join(f"{b:.2f} at {a:,.0f}" for a, b in line.points) for line in drawn)
        picture = pictures.lines(title, told, drawn, x="groups", y="milliseconds")
        (folder / f"speed-{share}.svg").write_text(picture, encoding="utf-8")
    machine, load = found["machine"], found["load"]
    yield "## Speed"
    yield (
        f"Measured on {found['when']}, {machine['cores']} cores, one thread, Python {machine['python']}, load average "
        f"{load[0]:.1f} before and {load[1]:.1f} after. Groups and people are made up: towns by Zipf's law, some forty "
        "words a group. Each way to search is a process of its own; all are asked in turn, 200 people, three passes; a "
        "figure is the median of the three. Kith reads barriers and times too, and explains ten groups; the others "
        "show ten groups that share a word, in a box around the person, with mode, price and age as gates."
    )
    yield "![Median by size of catalogue](pictures/speed-p50.svg)"
    yield "![95th percentile by size of catalogue](pictures/speed-p95.svg)"
    yield table(("", "groups", "p50 ms", "p95 ms", "an edit is seen after, ms"), list(times(found["results"])))
    yield "\n".join(f"- {line}" for line in ratios(found["results"]))
    yield from left_out(found)
    yield "## What it takes"
    yield (
        "Seconds to build leave out making the groups up and encoding their texts. Megabytes of a process that has "
        "answered 200 people: its own (with the encoder, where there is one) and mapped from files, both beyond what "
        "Python and its packages hold; then what is private to a second process beside it, without the encoder."
    )
    heads = (
        "",
        "groups",
        "build s",
        "peak MB",
        "disk MB",
        "first answer s",
        "own MB",
        "mapped MB",
        "second, private MB",
    )
    yield table(heads, list(sizes(found["results"])))


def curves(results: Sequence[Found], share: str) -> list[Line]:
    """Return one line for each way to search, Kith first; a second one for Kith with encoding."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for line in sorted(results, key=lambda line: (line["name"] != "Kith", line["groups"])):
        points[line["name"]].append((line["groups"], line[f"{share}_ms"]))
        if line[f"encoding_{share}_ms"]:
            points[f"{line['name']}, with encoding"].append((line["groups"], line[f"encoding_{share}_ms"]))
    return [Line(name=name, points=found) for name, found in points.items()]


def times(results: Sequence[Found]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table of times."""
    for line in results:
        names = ("p50_ms", "p95_ms", "edit_ms")
        yield line["name"], f"{line['groups']:,}", *(figure(line[name]) for name in names)
        if line["encoding_p50_ms"]:
            also = (figure(line[f"encoding_{share}_ms"]) for share in ("p50", "p95"))
            yield f"{line['name']}, with encoding the question", f"{line['groups']:,}", *also, ""


def sizes(results: Sequence[Found]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table of seconds and megabytes."""
    for line in results:
        one, second = line["memory"] or {}, line["second"] or {}
        held = (one.get("opened_own"), one.get("opened_mapped"), second.get("private"))
        built = (line[name] for name in ("build_s", "build_peak_mb", "disk_mb", "open_s"))
        yield line["name"], f"{line['groups']:,}", *(figure(value) for value in (*built, *held))


def left_out(found: Found) -> Iterator[str]:
    """Say what could not be measured."""
    for name, why in found["left_out"].items():
        yield f"{name} was left out: {why}."
    for line in found["results"]:
        if line["failed"]:
            yield f"{line['name']} failed at {line['groups']:,} groups: {line['failed']}."


def quality(found: Found, folder: Path) -> Iterator[str]:
    """Yield the part on quality, and draw its picture."""
    ours = {"Kith": found, **found["baselines"]}
    drawn = {name: float(line["ndcg_at_10"]) for name, line in ours.items()}
    told = ", ".join(f"{name} {value:.3f}" for name, value in drawn.items())
    picture = pictures.bars("Quality of the first ten (nDCG@10)", told, drawn)
    (folder / "quality.svg").write_text(picture, encoding="utf-8")
    yield "## Quality"
    yield (
        f"{found['profiles']} invented people, listings graded by hand; a listing nobody graded counts as wrong. "
        "Definitions: `service/matching/evaluation.py`."
    )
    yield "![nDCG@10 of Kith and of plain searches](pictures/quality.svg)"
    names = ("ndcg_at_10", "p_at_5", "recall_at_20", "bad_at_10", "blank")
    heads = ("", "nDCG@10", "P@5", "Recall@20", "graded 0 in top ten", "blank pages")
    lines = [(name, *(f"{line[key]:.3f}" for key in names[:-1]), str(line["blank"])) for name, line in ours.items()]
    yield table(heads, lines)


def themes(run: Path, profiles: Path, qrels: Path, folder: Path) -> Iterator[str]:
    """Yield quality by what people came for; a theme of fewer than `FEWEST` people is left out."""
    people = [json.loads(line) for line in profiles.read_text(encoding="utf-8").splitlines() if line.strip()]
    grades, shown = _grades(qrels), _run(run)
    unanswerable = frozenset(str(person["id"]) for person in people if person.get("answerable") is False)
    of: dict[str, list[str]] = defaultdict(list)
    for person in people:
        of[str(person.get("theme") or "other").replace("_", " ")].append(str(person["id"]))
    scored = {}
    for theme, ids in of.items():
        one = figures({name: grades[name] for name in ids if name in grades}, shown, unanswerable)
        if one.profiles >= FEWEST:
            scored[theme] = one
    best = dict(sorted(scored.items(), key=lambda item: (-item[1].ndcg_at_10, item[0])))
    if not best:
        return
    drawn = {theme: one.ndcg_at_10 for theme, one in best.items()}
    notes = {theme: f"({one.profiles} people)" for theme, one in best.items()}
    told = ", ".join(f"{theme} {value:.3f}" for theme, value in drawn.items())
    picture = pictures.bars("Quality by what people came for (nDCG@10)", told, drawn, notes=notes)
    (folder / "themes.svg").write_text(picture, encoding="utf-8")
    yield "### By theme"
    few = len(of) - len(best)
    yield "A theme is a few people: differences are mostly chance." + (
        f" Left out for being smaller still: {few}." * bool(few)
    )
    yield "![nDCG@10 by theme](pictures/themes.svg)"


def _grades(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for person, listing, grade in _lines(path):
        found[person][listing] = int(float(grade))
    return found


def _run(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person, listing, rank in _lines(path):
        found[person].append((int(rank), listing))
    return {person: [listing for _, listing in sorted(ranked)] for person, ranked in found.items()}


def _lines(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("profile_id"):
            yield line.split("\t")[:3]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, figures to the right."""
    rule = ["---", *("---:" for _ in heads[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *rows))


AGAIN = """## Measure it again
```console
$ kith bench --full --json speed.json
$ kith evaluate --json > quality.json
$ kith evaluate --run run.tsv
$ .venv/bin/python -m tests.benchmarks.report --speed speed.json --quality quality.json --run run.tsv
```
`kith bench` alone takes two sizes and a few minutes. tantivy comes with the extra `bench`; without it the run says
so."""


def main(given: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=Path, required=True)
    parser.add_argument("--quality", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--profiles", type=Path, default=JUDGED / "profiles.jsonl")
    parser.add_argument("--qrels", type=Path, default=JUDGED / "qrels.tsv")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    asked = parser.parse_args(given)
    folder = asked.docs / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    parts = ["# What was measured", "Written by `tests/benchmarks/report.py` from the figures of one run; not by hand."]
    if asked.quality is not None:
        parts += quality(json.loads(asked.quality.read_text(encoding="utf-8")), folder)
    if asked.run is not None:
        parts += themes(asked.run, asked.profiles, asked.qrels, folder)
    parts += [*speed(json.loads(asked.speed.read_text(encoding="utf-8")), folder), AGAIN]
    page = "\n\n".join(part if part[0] in "#|-!" else wrapped(part) for part in parts)
    (asked.docs / "measured.md").write_text(f"{page}\n", encoding="utf-8")


def wrapped(paragraph: str) -> str:
    """Return a paragraph in lines as long as the other pages have them."""
    return "\n".join(textwrap.wrap(paragraph, 120, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    main()
