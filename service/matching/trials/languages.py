"""The same judged people in several languages, with and without the model that reads other languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from service.matching.meaning.nearness import Polyglot, Understands
from service.matching.text_language import ENGLISH
from service.matching.trials.judged import Judged
from service.matching.trials.trial import Trial, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How well one language is served.

    Attributes
    ----------
    language : str
    by_model : bool
        Whether the model for other languages was there.
    ndcg_at_10 : float
    share : float
        Of the English figure of the plain installation.
    strong : int
        People whose best answer was called strong.
    wrong, unjudged : int
        Of those, how many best answers are graded 0, and have no grade.
    """

    language: str
    by_model: bool
    ndcg_at_10: float
    share: float
    strong: int
    wrong: int
    unjudged: int


def by_language(
    own: Path, translated: Path, seeds: Path, *, now: datetime, english: Understands, multilingual: Polyglot | None
) -> Iterator[Spoken]:
    """Yield how well each language is served: English first, then one file a language of `translated`.

    With the multilingual model where it was taught the language.

    `own` holds the people in English and their grades; of them, those who are translated are asked for.
    """
    files = sorted(translated.glob("*.jsonl"))
    whole = Judged.read(None, own / "people.jsonl", own / "grades.tsv")
    asked = {str(person["id"]) for person in Judged.read(None, files[0], own / "grades.tsv").people}
    people = [person for person in whole.people if person["id"] in asked]
    grades = {person: found for person, found in whole.qrels.items() if person in asked}
    judged = replace(whole, people=people, qrels=grades)
    plain = evaluate(judged, seeds, now=now, understands=english, beside=False)
    yield _spoken(ENGLISH, plain, plain, grades, by_model=False)
    for path in files:
        theirs = replace(judged, people=Judged.read(None, path, own / "grades.tsv").people)
        taught = multilingual is not None and path.stem in multilingual.speaks
        for model in (None, multilingual) if taught else (None,):
            found = evaluate(theirs, seeds, now=now, understands=english, multilingual=model, beside=False)
            yield _spoken(path.stem, found, plain, grades, by_model=model is not None)


def _spoken(
    language: str, found: Trial, plain: Trial, grades: Mapping[str, Mapping[str, int]], *, by_model: bool
) -> Spoken:
    kith = found.kith
    best = [grades[one].get(kith.run[one][0]) for one, fits in kith.called.items() if fits[0] == "strong"]
    ndcg, ours = kith.figures.ndcg_at_10, plain.kith.figures.ndcg_at_10
    return Spoken(
        language=language,
        by_model=by_model,
        ndcg_at_10=ndcg,
        share=ndcg / ours if ours else 0.0,
        strong=len(best),
        wrong=best.count(0),
        unjudged=best.count(None),
    )
