"""Writes docs/measured.md and its pictures from the files that `kith bench --json` and `kith evaluate --json` leave.

    python -m tests.benchmarks.report --speed speed.json --quality quality.json

Without the last it writes about speed alone; with it, the table of quality on the front page is written anew as well.
Only figures and names of themes reach a page, nothing of a person.
"""

import argparse
import json
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import pictures, quality
from tests.benchmarks.pictures import Line
from tests.benchmarks.tables import figure, markdown, ratios

ROOT = Path(__file__).parents[2]
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
    yield markdown(("", "groups", "p50 ms", "p95 ms", "an edit is seen after, ms"), list(times(found["results"])))
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
    yield markdown(heads, list(sizes(found["results"])))


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


AGAIN = """## Measure it again
```console
$ kith bench --full --json instance/speed.json
$ kith evaluate --json > instance/quality.json
$ make report
```
`kith bench` alone takes two sizes and a few minutes. tantivy comes with the extra `bench`; without it the run says
so."""


def main(given: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=Path, required=True)
    parser.add_argument("--quality", type=Path)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--front", type=Path, default=ROOT / "README.md")
    asked = parser.parse_args(given)
    folder = asked.docs / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    parts = ["# What was measured", "Written by `tests/benchmarks/report.py` from the figures of one run; not by hand."]
    if asked.quality is not None:
        found = json.loads(asked.quality.read_text(encoding="utf-8"))
        parts += quality.page(found, folder)
        asked.front.write_text(quality.front(asked.front.read_text(encoding="utf-8"), found), encoding="utf-8")
    parts += [*speed(json.loads(asked.speed.read_text(encoding="utf-8")), folder), AGAIN]
    page = "\n\n".join(part if part[0] in "#|-!" else wrapped(part) for part in parts)
    (asked.docs / "measured.md").write_text(f"{page}\n", encoding="utf-8")


def wrapped(paragraph: str) -> str:
    """Return a paragraph in lines as long as the other pages have them."""
    return "\n".join(textwrap.wrap(paragraph, 120, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    main()
