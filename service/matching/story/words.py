"""Around a cue: is it denied, is it somebody else's, is it needed? Pure, and linear in the length of the text."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from service.catalog.words.lookalikes import word_set
from service.catalog.words.spotting import Token, tokens
from service.catalog.words.taxonomy import KIN

NEGATED_WITHIN = 3  # words between a "not" and what it denies
FINE_WITHIN = 5  # words after a cue in which "is fine" may begin
SUBJECT_WITHIN = 12  # words in which the subject of a cue is looked for
NEEDED_WITHIN = 4  # words between "need" and what is needed

_HARD = re.compile(r"[.;:!?()\n\u2013\u2014\u06d4\u061f,،]|\s-\s")
NEGATORS: Final = word_set("""
not no never isnt arent wasnt werent aint dont doesnt didnt without neither nor hardly wouldnt havent hasnt used minus
kein keine keinen keinem nicht nie ohne sin ni nunca tampoco pas jamais sans aucun senza mai nao sem bez nigdy dim
ddim nid
""")
_NO_DENIAL: Final = word_set("only just sure least idea doubt matter solo seulement nur tylko")
_TURNS: Final = word_set("but because so although though however since while when if unless pero mais aber ale ond ma")
_AND: Final = word_set("and or und oder et ou y o e i a neu")
_OWN: Final = word_set(
    "i im ive id ill me my we us our were weve myself ich mein meine yo mi je moi mon ma eu meu minha dwi"
)
_OTHERS: Final = (
    KIN
    | {f"{one}s" for one in KIN}
    | word_set("""
he she they his her their them hes shes theyre him kid kids child childs children boyfriend girlfriend friend friends
friends neighbour neighbours mates mate colleague doctor gp nurse lad boys girls
marido mujer madre padre hijo hija mari femme mere pere
fils fille mann frau mutter vater sohn tochter marito moglie figlio figlia mulher mae pai filho filha maz zona ojciec
matka syn corka gwr gwraig
""")
) - {"mam"}  # "I have" in Polish
_PEOPLE: Final = word_set("people others someone somebody those adults elders residents")
_TOLD_OF: Final = word_set("who with that are is in living")
_EVENTS: Final = word_set("died dead passed left gone moved lost divorced separated death passing")
_NEED: Final = word_set(
    "need needs must require essential vital necesito besoin brauche muss bisogno preciso potrzebuje"
)
_BE: Final = frozenset({("has", "to", "be"), ("have", "to", "be"), ("got", "to", "be"), ("needs", "to", "be")})
_FINE: Final = re.compile(
    r"(?:(?:is|are|was|s|isnt|arent|really|all|still|just|now) )*"
    r"(?:fine|ok|okay|alright|good|great|no (?:problem|bother|issue|trouble)|not (?:a |an )?(?:problem|issue|bother)"
    r"|doesnt (?:bother|worry|matter)|dont (?:bother|worry|matter|mind))\b"
)


@dataclass(frozen=True)
class Reading:
    """A text cut into words, with what stands around them."""

    text: str

    @cached_property
    def words(self) -> Sequence[Token]:
        """The words, in order."""
        return tokens(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _ends_here(self) -> list[bool]:
        """Whether a stretch of the text ends before each word."""
        return [
            place == 0 or _HARD.search(self.text[self.words[place - 1].end : word.start]) is not None
            for place, word in enumerate(self.words)
        ]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last word of a piece of the text."""
        first = bisect_left(self._starts, start)
        return first, max(first, bisect_left(self._starts, end) - 1)

    def before(self, first: int, most: int, stops: frozenset[str] = frozenset()) -> list[str]:
        """Return the words just before one, nearest first, up to where its stretch begins."""
        found: list[str] = []
        place = first
        while place > 0 and len(found) < most and not self._ends_here[place]:
            place -= 1
            if self.words[place].surface in stops:
                break
            found.append(self.words[place].surface)
        return found

    def after(self, last: int, most: int, stops: frozenset[str] = frozenset()) -> list[str]:
        """Return the words just after one, nearest first, up to where its stretch ends."""
        found: list[str] = []
        for place in range(last + 1, min(last + 1 + most, len(self.words))):
            if self._ends_here[place] or self.words[place].surface in stops:
                break
            found.append(self.words[place].surface)
        return found

    def denied(self, first: int, last: int) -> bool:
        """Tell whether somebody says that a cue is not so: "I am not shy", "the stairs are fine"."""
        following = [word.surface for word in self.words[first : last + 1]]
        for surface in self.before(first, NEGATED_WITHIN, _TURNS | _AND):
            if surface in NEGATORS and following[0] not in _NO_DENIAL:
                return True
            following.insert(0, surface)
        return _FINE.match(" ".join(self.after(last, FINE_WITHIN, _TURNS))) is not None

    def of_others(self, first: int) -> bool:
        """Tell whether the nearest subject before a cue is somebody else: "my husband is deaf"."""
        later = ""
        happened = False
        for surface in self.before(first, SUBJECT_WITHIN, _TURNS):
            if surface in _OWN and later not in _OTHERS:
                return False
            if surface in _OTHERS or (surface in _PEOPLE and later in _TOLD_OF):
                return not happened
            happened = happened or surface in _EVENTS
            later = surface
        return False

    def needed(self, first: int) -> bool:
        """Tell whether a cue is something without which somebody could not go."""
        near = self.before(first, NEEDED_WITHIN, _TURNS)
        return any(surface in _NEED for surface in near) or tuple(reversed(near[:3])) in _BE
