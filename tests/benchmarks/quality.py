"""The part on quality: how well judged people are served, by way to search, by theme, and by what a match is called."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks import pictures
from tests.benchmarks.pictures import Stack
from tests.benchmarks.tables import figure, markdown

Found = Mapping[str, Any]
FEWEST = 3  # people of a theme: of fewer, no figure is shown
NAMES = ("ndcg_at_10", "p_at_5", "recall_at_20", "bad_at_10", "judged_at_10")
HEADS = ("", "nDCG@10", "P@5", "Recall@20", "graded 0 in top ten", "graded at all", "blank pages", "p50 ms", "p95 ms")
MARKS = re.compile(r"(<!-- quality:start -->\n).*?(<!-- quality:end -->)", re.DOTALL)


def page(found: Found, folder: Path) -> Iterator[str]:
    """Yield the part, and draw its pictures."""
    yield "## Quality"
    yield (
        "Invented people, listings graded by hand, one judge; a listing nobody graded counts as wrong. Means are over "
        "people who have an answer. Definitions: `service/matching/trials/evaluation.py`; the other ways to search: "
        "`service/matching/trials/baselines.py`. They are asked in the same run with the same words, terms, place and "
        "reach. Milliseconds are of one question, its text encoded where meaning is asked, and of fifty groups, which "
        "Kith explains."
    )
    for key, (title, one) in _sets(found).items():
        yield f"### {title}"
        yield f"{one['profiles']} people, of whom {one['answerable']} have an answer."
        yield from _ways(key, title, one, folder)
        yield from _themes(key, title, one, folder)
    yield from _bands(found, folder)


def front(readme: str, found: Found) -> str:
    """Return the front page with its table of quality written anew."""
    rows = []
    for title, one in _sets(found).values():
        rows.append((f"*{title}, {one['answerable']} with an answer*", *("" for _ in NAMES)))
        for name, way in _all(one).items():
            told = [_share(way[key]) for key in NAMES[:4]] + [str(way["blank"])]
            rows.append(tuple(f"**{cell}**" for cell in (name, *told)) if name == "Kith" else (name, *told))
    parts = [f"Quality, {found['when']}:", markdown((*HEADS[:5], HEADS[6]), rows)]
    parts += [f"Kith is better than *{name}* by {told}." for name, told in _strongest(found)]
    return MARKS.sub(lambda marks: marks[1] + "\n\n".join(parts) + "\n" + marks[2], readme)


def _sets(found: Found) -> dict[str, tuple[str, Found]]:
    sets = {"public": ("Public people over 1,946 real listings", found)}
    if "own" in found:
        sets["own"] = ("Our own people over the starter catalogue", found["own"])
    return sets


def _all(one: Found) -> dict[str, Found]:
    words = {"Kith, by words only": one["by_words"]} if one["by_words"] else {}
    return {"Kith": one, **words, **one["baselines"]}


def _strongest(found: Found) -> Iterator[tuple[str, str]]:
    """Yield the best of the other ways of each set, and by how much the order is better."""
    for title, one in _sets(found).values():
        name = max(one["baselines"], key=lambda name: float(one["baselines"][name]["ndcg_at_10"]))
        yield name, f"{_difference(one['against'][name])} ({title[0].lower()}{title[1:]})"


def _difference(one: Found) -> str:
    above = "wholly above 0" if one["wholly_above"] else "not wholly above 0"
    return f"{one['difference']:+.3f} of nDCG@10, 95 % interval {one['low']:+.3f} to {one['high']:+.3f}, {above}"


def _ways(key: str, title: str, one: Found, folder: Path) -> Iterator[str]:
    ways = _all(one)
    drawn = {name: float(way["ndcg_at_10"]) for name, way in ways.items()}
    told = ", ".join(f"{name} {value:.3f}" for name, value in drawn.items())
    picture = pictures.bars(f"{title}: quality of the first ten (nDCG@10)", told, drawn)
    (folder / f"quality-{key}.svg").write_text(picture, encoding="utf-8")
    yield f"![{title}: nDCG@10 of Kith and of other ways to search](pictures/quality-{key}.svg)"
    lines = []
    for name, way in ways.items():
        times = (figure(way["p50_ms"]), figure(way["p95_ms"]))
        lines.append((name, *(_share(way[name]) for name in NAMES), str(way["blank"]), *times))
    yield markdown(HEADS, lines)
    told_weak = "; ".join(
        f"{many} of {asked} {who}"
        for who, (many, asked) in (
            ("people with an answer", one["weak_of_answerable"]),
            ("people without", one["weak_of_unanswerable"]),
        )
    )
    yield f"The best was called weak for {told_weak}. Kith less each other way, people drawn again 10,000 times:"
    yield "\n".join(f"- {name}: {_difference(found)}" for name, found in one["against"].items())


def _themes(key: str, title: str, one: Found, folder: Path) -> Iterator[str]:
    """Yield quality by what people came for; a theme of fewer than `FEWEST` people is left out."""
    found = {name: theme for name, theme in one["themes"].items() if theme["profiles"] >= FEWEST}
    if not found:
        return
    best = dict(sorted(found.items(), key=lambda item: (-item[1]["ndcg_at_10"], item[0])))
    drawn = {name: float(theme["ndcg_at_10"]) for name, theme in best.items()}
    notes = {name: f"({theme['profiles']} people)" for name, theme in best.items()}
    told = ", ".join(f"{name} {value:.3f}" for name, value in drawn.items())
    picture = pictures.bars(f"{title}: by what they came for (nDCG@10)", told, drawn, notes=notes)
    (folder / f"themes-{key}.svg").write_text(picture, encoding="utf-8")
    few = len(one["themes"]) - len(best)
    left = f" Left out for being of fewer than {FEWEST}: {few}." if few else ""
    yield f"By theme; a theme is a few people, so differences are mostly chance.{left}"
    yield f"![{title}: nDCG@10 by theme](pictures/themes-{key}.svg)"


def _bands(found: Found, folder: Path) -> Iterator[str]:
    """Yield what became of results that were called strong, fair and weak."""
    rows, drawn = [], []
    for key, (_, one) in _sets(found).items():
        for name, band in one["bands"].items():
            rest = band["first"] - band["first_good"] - band["first_wrong"]
            drawn.append(Stack(name=f"{key}: {name}", parts=(band["first_good"], rest, band["first_wrong"])))
            bests = (str(band[part]) for part in ("bests", "bests_good", "bests_wrong"))
            rows.append((f"{key}: {name}", *bests, *(str(number) for number in drawn[-1].parts)))
    told = "; ".join(f"{stack.name} {stack.parts[0]} good and {stack.parts[2]} wrong" for stack in drawn)
    names = ("graded 2 or 3", "graded 1 or not graded", "graded 0")
    picture = pictures.stacks("What strong, fair and weak are worth (first three results)", told, drawn, names)
    (folder / "bands.svg").write_text(picture, encoding="utf-8")
    yield "### Strong, fair, weak"
    yield "What the first three results of everybody were called, and how they were graded."
    yield "![Grades of results called strong, fair and weak](pictures/bands.svg)"
    heads = ("", "best of", "graded 2, 3", "graded 0", "first three: 2, 3", "1 or none", "graded 0")
    yield markdown(heads, rows)


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
