"""From a profile to an answer, read from top to bottom. Pure: it is given the snapshot and the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from service.matching import support
from service.matching.answer import Answer, Match, fit_of
from service.matching.asked import Asked, Wish
from service.matching.explanation import Row, parts, points
from service.matching.filters import ASK, OUT, verdicts
from service.matching.lexical import query_stems, words
from service.matching.profile import Profile
from service.matching.ranker import Scored, order, relevant, score, verdict
from service.matching.relaxation import relax
from service.matching.snapshot import Snapshot

SPOTTED_SHARE = 0.85  # a wish read from free text weighs a little less than one that was chosen
TEXT_WORD = 0.6  # a word of the story against a word of a chosen interest
# What a thing does for one, and its form, are wished for beside an activity and say less about which group is meant.
FACET_SHARE = {"activity": 1.0, "mechanism": 0.6, "format": 0.5}


def match(snapshot: Snapshot, profile: Profile, today: date) -> Answer:
    """Answer one question.

    Parameters
    ----------
    snapshot : Snapshot
    profile : Profile
    today : date
        Facts, prices and times hold or fall back on this day.

    Returns
    -------
    Answer
        Deterministic, and independent of the order in which groups were given.
    """
    spotted, avoided = read_wishes(snapshot, profile)
    wishes = all_wishes(profile, spotted)
    query, corrected = read_words(snapshot, profile)
    asked = Asked(
        on=snapshot.day(today),
        profile=profile,
        wishes=wishes,
        avoided=frozenset(wish.code for wish in avoided),
        term_score=snapshot.term_score(wishes),
        avoided_score=snapshot.term_score(avoided),
        text_score=snapshot.lexicon.likeness(query),
        has_words=bool(query),
    )
    judged = verdicts(asked)
    scored = score(asked)
    given_up, relaxed = relax(asked, scored, judged)
    allowed = verdict(judged, snapshot.columns.n_rows, given_up)
    rows = order(asked, scored, allowed, profile.limit)
    many = asked.count_groups((allowed != OUT) & relevant(scored))
    enabling = support.enablers(asked)
    found = _Found(snapshot=snapshot, asked=asked, scored=scored, query=query, enabling=enabling)
    return Answer(
        matches=tuple(
            found.match(int(row), rank, ask_first=bool(allowed[row] == ASK)) for rank, row in enumerate(rows, start=1)
        ),
        relaxed=relaxed,
        understood=spotted,
        avoided=tuple(wish.code for wish in avoided),
        corrected=corrected,
        relevant=many,
        nothing_fits=many == 0 and (bool(wishes) or bool(query)),
        support=tuple(enabling[code] for code in sorted(enabling)),
        sequence=snapshot.sequence,
    )


def read_wishes(snapshot: Snapshot, profile: Profile) -> tuple[tuple[Wish, ...], tuple[Wish, ...]]:
    """Read wishes from the person's words; what they chose themselves is not read again."""
    wanted: dict[str, Wish] = {}
    avoided: dict[str, Wish] = {}
    for found in snapshot.taxonomy.spot(profile.text):
        share = _share(found.code)
        if share == 0.0 or found.code in profile.interests:
            continue
        into = avoided if found.negated else wanted
        wish = Wish(code=found.code, weight=SPOTTED_SHARE * share * found.weight, words=found.words)
        if found.code not in into or into[found.code].weight < wish.weight:
            into[found.code] = wish
    for code in wanted:
        avoided.pop(code, None)
    return tuple(wanted.values()), tuple(avoided.values())


def all_wishes(profile: Profile, spotted: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Return what was chosen, then what was read."""
    return (*(Wish(code=code, weight=_share(code)) for code in profile.interests), *spotted)


def _share(code: str) -> float:
    return FACET_SHARE.get(code.partition(".")[0], 0.0)


def read_words(snapshot: Snapshot, profile: Profile) -> tuple[dict[str, float], dict[str, str]]:
    """Weigh the words to look for: labels of chosen interests, and the story; and say which were read as others."""
    labels = (snapshot.taxonomy.get(code) for code in profile.interests)
    texts = [(term.label, 1.0) for term in labels if term is not None]
    return query_stems(snapshot.lexicon, [*texts, (profile.text, TEXT_WORD)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What every line of one answer is written from."""

    snapshot: Snapshot
    asked: Asked
    scored: Scored
    query: Mapping[str, float]
    enabling: Mapping[str, support.Support]

    def match(self, row: int, rank: int, *, ask_first: bool) -> Match:
        """Write one line."""
        asked, group = self.asked, int(self.asked.columns.group[row])
        spoken = _as_typed(asked.profile, self.snapshot.lexicon.found(group, self.query))
        line = Row(asked, self.scored, row, self.snapshot.offered(group, asked.wishes), spoken)
        reasons, misfits = points(line)
        minutes = float(asked.minutes[row])
        return Match(
            rank=rank,
            group_id=str(asked.columns.ids[group]),
            location_id=str(asked.columns.place[row]),
            score=float(self.scored.total[row]),
            fit=fit_of(line.part("interest"), held_back=ask_first or any(p.code == "other_way" for p in misfits)),
            ask_first=ask_first,
            km=None if np.isnan(minutes) else round(float(asked.km[row]), 1),
            minutes=None if np.isnan(minutes) else round(minutes),
            parts=parts(line),
            reasons=reasons,
            misfits=misfits,
            support=support.beside(asked, row, self.enabling),
        )


def _as_typed(profile: Profile, stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return the person's own words for stems, so that a reason shows what they wrote."""
    typed = {stem: word for word in reversed(words(profile.text)) for stem in stems if word.startswith(stem[:4])}
    return tuple(typed.get(stem, stem) for stem in stems)
