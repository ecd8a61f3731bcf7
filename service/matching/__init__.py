"""Which groups suit this person, in what order, and why.

`Matching.match` is the whole public face; everything it answers is in `service.matching.answer`.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from pathlib import Path

from service import metrics
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.again import Again
from service.matching.answer import Answer
from service.matching.answering import Figures
from service.matching.index.index import Index, Progress, Source
from service.matching.index.sharing import Shared
from service.matching.meaning.nearness import Polyglot, Understands
from service.matching.profile import Profile, Where, resolve_interest
from service.matching.remembering import Remembered
from service.matching.snapshot import Snapshot
from service.matching.story import reader as story
from service.matching.story.reader import Story
from service.matching.travel import Routing
from service.tracing import span

__all__ = ["Answer", "Matching", "Profile", "Shared", "Source", "Story", "Where"]


class Matching:
    """Answers questions from the current catalogue. One for each process, made by the composition root.

    Parameters
    ----------
    folder : Path
        Where the index keeps its generations.
    source : Source
        The catalogue.
    taxonomy : Taxonomy
    understands : Understands or None
        Texts to vectors; None: search goes by terms and words only.
    routing : Routing or None
        Tells how long ways take; None: they are estimated.
    answering : callable or None
        Counts how groups answered introductions; read at most every ten minutes.
    multilingual : Polyglot or None
        Texts in other languages to vectors; None: those are understood by the words of the taxonomy.
    wording : callable or None
        Gives the taxonomy as editors have made it by now; None: `taxonomy` never changes.
    shared : Shared or None
        Where several machines give one another the index.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        taxonomy: Taxonomy,
        understands: Understands | None = None,
        routing: Routing | None = None,
        answering: Callable[[], Figures] | None = None,
        multilingual: Polyglot | None = None,
        wording: Callable[[], Taxonomy] | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._wording = wording
        self._index = Index(folder, source, taxonomy, understands, multilingual, shared)
        self._encode = None if understands is None else understands.one
        self._routing = routing
        self._answering = Remembered(answering)
        self._multilingual = multilingual
        self._again = Again(self._ground)

    @property
    def taxonomy(self) -> Taxonomy:
        """The terms people may choose."""
        self._understand()
        return self._index.taxonomy

    def _understand(self) -> None:
        if self._wording is not None:
            self._index.understand(self._wording())

    def _ground(self) -> tuple[object, ...]:
        self._understand()
        return self._index.current(), self._answering.current()

    def again(self, asked: Hashable, make: Callable[[], bytes], *, now: datetime) -> bytes:
        """Return what was told of the same question in this minute, if nothing changed since; else make it."""
        return self._again.answer(asked, make, now=now)

    def match(self, profile: Profile, *, now: datetime) -> Answer:
        """Return the groups that suit a person, best first, from every change committed before the call."""
        return self.match_each([profile], now=now)[0]

    def match_each(self, profiles: Sequence[Profile], *, now: datetime) -> list[Answer]:
        """Return the same for several people, from one state of the catalogue, in their order."""
        with span("search stage", stage="terms"):
            self._understand()
        encode, routing, answering, many = self._encode, self._routing, self._answering.current(), self._multilingual

        def one(snapshot: Snapshot, profile: Profile) -> Answer:
            began = time.perf_counter()
            with span("search stage", stage="match"):
                answer = matcher.match(snapshot, profile, now.date(), encode, routing, answering, many)
            metrics.searched(
                seconds=time.perf_counter() - began,
                candidates=answer.relevant,
                relaxed=bool(answer.relaxed),
                understood_by=answer.understood_by,
            )
            return answer

        with span("search"):
            return self._index.ask(lambda snapshot: [one(snapshot, profile) for profile in profiles])

    def read(self, data: dict[str, object], *, strict: bool, resolve_place: Callable[[str], Where]) -> Profile:
        """Read a form or a JSON object into a profile; raises Invalid with a problem for each field."""
        return Profile.from_mapping(
            data, strict=strict, resolve_place=resolve_place, resolve_interest=self.resolve_interest
        )

    def read_story(self, profile: Profile, find_place: Callable[[str], str | None]) -> Story:
        """Return what the person's own words suggest for questions they left open; nothing of it is applied."""
        read = story.read(profile.text, taxonomy=self.taxonomy, find_place=find_place)
        return story.unanswered(read, profile)

    def resolve_interest(self, word: str) -> str | None:
        """Return the term a code, a label or an everyday word stands for; None: we do not know it."""
        return resolve_interest(self.taxonomy, word)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build and publish the index anew, and count anew how groups answer; returns how many groups it holds."""
        self._answering.refresh()
        self._understand()
        return self._index.rebuild(progress).n_groups

    def is_ready(self) -> bool:
        """Whether an index is published, so that a new process starts at once."""
        self._understand()
        return self._index.is_published()
