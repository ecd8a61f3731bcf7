"""Tells what is wished for from what is told in passing: people, jobs, buildings, conditions, good advice. Pure."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from service.catalog.words.lookalikes import word_set
from service.catalog.words.negation import Word

MENTION: Final = 0.4  # the most a mention weighs; proposed: less than a hint of a wish (0.5)
CONDITION: Final = 0.6  # the most a condition told beside a wish weighs; proposed: less than a situation (0.7)

_AROUND: Final = 7  # words before and after a find that are looked at
_HARD: Final = re.compile(r"[.;:!?()\n]")
_WORDS_OF_FAMILY: Final = word_set("""
kid kids child children mum mums mom moms mam mother mothers dad dads father fathers parent parents son sons daughter
daughters grandchild grandchildren grandkids grandson grandsons granddaughter granddaughters teenager teenagers
grandparents family families young people toddler toddlers twins of a an the my our your his her their to little ones
two three four five six seven eight
""")
_FAMILY_WISH_BEFORE: Final = re.compile(
    r"\b(?:(?:something|somewhere|anything|anywhere|things|stuff|activit(?:y|ies)|places?|groups?|clubs?|class(?:es)?"
    r"|sessions?|events?|days? out|holidays?|trips?|fun|play|playing|swimming|music) (?:\w+ ){0,2}(?:for|with) "
    r"|(?:other|fellow|local|new|like minded|meet|meeting|know|find|take|taking|bring|bringing|entertain|occupy) "
    r"|for |with )(?:(?:the|my|our|some|other|a|an|two|three|young|little|small|few|more) )*$"
)
_NOT_A_FAMILY_WISH: Final = re.compile(
    r"\b(?:live|lives|living|lived|stay|staying|moved in|away|busy|touch|contact|row|out|trouble|problems|speak|argue"
    r"|left alone|help|cook|cooking|care|caring|worked|money|worry|worried) (?:\w+ )?(?:with|for) (?:\w+ )*$"
)
_FAMILY_WISH_AFTER: Final = re.compile(
    r"^(?:groups?|clubs?|activities|class(?:es)?|sessions?|meet ?ups?|things|stuff|days? out|friends|cafe|coffee"
    r"|events?|network|circle|like me|like us|my age|our age|to (?:meet|talk|walk|chat|play|do|hang|make)|nearby"
    r"|around here|who|with (?:kids|children|babies|toddlers)|in the (?:same|area|holidays)) "
)
_PLACES: Final = word_set("""
church chapel mosque temple synagogue library gym pub stadium pool baths bath cafe shop theatre cinema museum gallery
hall ground club centre school allotments bakery florist florists hospital hospice nursery studio workshop bookshop farm
""")
_GROUNDS: Final = word_set("ground stadium pitch hall shop school factory courts")
_PLACE_BEFORE: Final = re.compile(
    r"\b(?:opposite|behind|beside|outside|past|above|below|beneath|next to|next door to|across from|left at|right at"
    r"|round the corner from|corner of|road by|street by|stop by|stop at|passed|demolished|knocked down|pulled down"
    r"|(?:i|he|she|we|who|they|still|also|now) works? (?:in|at|for)|used to (?:work|clean) (?:in|at|for)"
    r"|(?:worked|works) (?:in|at|for)|cleaned at"
    r"|(?:cleaner|caretaker|receptionist|manager|secretary|job|shifts?) (?:at|in|of)|employed (?:at|in|by)"
    r"|sold|sell|owns|runs|manages|selling|owned|own|managed|lease on|bought|closed|closing|shut|ran|running) "
    r"(?:(?:the|a|an|our|my|their|his|her|old|local|little|small|village|church|swimming) )*$"
)
_PLACE_AFTER: Final = re.compile(
    r"^(?:(?:hall|ground|pitch|shop|school|in town|down the road) )?(?:(?:has |is |was |got )?"
    r"(?:shut|closed|demolished|knocked|burnt)|shutting|closing|closes|has gone|went bust|is gone) "
)
_JOBS: Final = word_set("""
baker gardener librarian chef cook carpenter joiner carver seamstress tailor dressmaker machinist florist photographer
mechanic farmer fisherman potter teacher tutor lecturer writer journalist author editor translator interpreter
counsellor therapist carer nurse nanny childminder driver soldier musician vicar priest minister actor actress
engineer welder upholsterer umpire lifeguard instructor trainer coach footballer jockey groom zookeeper
""")
_JOB_BEFORE: Final = re.compile(
    r"\b(?:(?:was|were|been|became|as|being)|retired|former|ex|trained as|qualified) (?:(?:a|an|the|retired|school"
    r"|qualified|part time|professional|self employed|head|master|pastry|army|pe|english|maths|music|art|primary"
    r"|secondary|sports|dance|works|council|wedding|press|freelance|jobbing|landscape) )*$"
)
_STILL_A_JOB: Final = re.compile(r"\b(?:im|i am|hes|shes|he is|she is|is) an? (?:\w+ )?$")
_NEVER_A_HOBBY: Final = word_set("""
chef librarian teacher lecturer florist mechanic nurse nanny childminder vicar priest lifeguard counsellor therapist
""")
_BY_TRADE: Final = re.compile(r"^(?:by trade|by profession|for (?:the council|a living|\w+ years|a firm|work)) ")
_ADVICE: Final = re.compile(
    r"\b(?:tell|tells|telling|told|say|says|saying|said|suggests?|suggesting|suggested|recommends?|recommending|offer"
    r"|offers|offering|pushing|nag|nags|nagging|on at|urges?|urging|thinks?|wants?|expects?|invites?|inviting) "
    r"(?:(?:me|i|you|we|that|to|should|could|must|ought|need|try|trying|join|joining|go|going|do|doing|take|taking|up"
    r"|about|a|an|the|some|local|for) )*$"
)
_ADVISER: Final = word_set("""
everyone everybody people they keeps keep always daughter son wife husband kids family neighbour neighbours mum mother
dad father sister brother niece nephew children partner
""")
_TAKEN: Final = re.compile(
    r"\b(?:gp|doctor|nurse|physio|consultant|surgery|therapist|link worker|i (?:want|think|say|said)|im told) "
)
_CONDITIONS: Final = frozenset(
    f"activity.support.{name}"
    for name in (
        *("stroke", "cancer", "long_term_condition", "dementia", "sight_loss", "hearing_loss", "physical_disability"),
        *("learning_disability", "autism", "mental_health"),
    )
)
_SUPPORT_ASKED: Final = re.compile(
    r"\b(?:support|help(?! out)|advice|groups? for|club for|(?:stroke|cancer|dementia|pain|memory|sight|hearing|deaf"
    r"|blind|autism|autistic|anxiety|depression|diabetes|arthritis|parkinsons|ms|mental health|recovery) (?:group|club"
    r"|cafe|choir|network|society|association)s?|same (?:thing|boat|problem|condition|situation)|the same|like me"
    r"|like mine|in my position|others? (?:who|with|people|autistic|deaf|blind|disabled|stroke|cancer)"
    r"|people (?:who|with)|who (?:have|ve|has) (?:had|been)|who(?:ve)? (?:understands?|knows?|gets? it|been through)"
    r"|understands? (?:what|how|me|it)|cope|coping|living with|come to terms|going through|been through"
    r"|talk (?:about|to \w+ about) (?:it|my|the)) "
)
_FAMILIES: Final = ("activity.families", "activity.families.parents_and_babies", "activity.families.toddlers")
_MORE_FAMILIES: Final = ("dads", "single_parents", "parenting", "family_fun", "youth_club")
_OF_FAMILIES: Final = frozenset((*_FAMILIES, *(f"activity.families.{name}" for name in _MORE_FAMILIES)))


class Find(NamedTuple):
    """A term met in a text: how surely, whether it is refused, and the places of its first and last word."""

    code: str
    weight: float
    negated: bool
    first: int
    last: int


def weighed(text: str, words: Sequence[Word], finds: Sequence[Find]) -> list[float]:
    """Return what each find weighs for what stands beside it: as much as it did, or less.

    Parameters
    ----------
    text : str
        A person's own words.
    words : sequence of Word
        Every word of the text.
    finds : sequence of Find
    """
    if not finds:
        return []
    telling = _Telling(text, words)
    weights = [one.weight if one.negated else min(one.weight, telling.most(one)) for one in finds]
    beside = any(
        weight > CONDITION and not one.negated and one.code.startswith("activity.") and one.code not in _CONDITIONS
        for one, weight in zip(finds, weights, strict=True)
    )
    told = {one.code for one in finds if one.code in _CONDITIONS} if beside else set()
    if not told or telling.asks_for_support():
        return weights
    return [
        min(weight, CONDITION) if one.code in told and not one.negated else weight
        for one, weight in zip(finds, weights, strict=True)
    ]


class _Telling:
    """What stands around the finds of one person's text."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text, self._words = text, words
        self._has_adviser = any(word.surface in _ADVISER for word in words)

    def most(self, one: Find) -> float:
        """Return the most that a find may weigh, in (0, 1]; a text that is nothing but the find is a wish."""
        if not one.code.startswith("activity.") or one.last - one.first + 1 == len(self._words):
            return 1.0
        name = self._words[one.last].surface
        if one.code in _OF_FAMILIES and self._mentions_family(one.first, one.last):
            return 1.0 if _wished_with(self._before(one.first), self._after(one.last)) else MENTION
        passing = (
            (self._is_building(name, one.last) and self._passed_by(one))
            or (name in _JOBS and _a_job(name, self._before(one.first), self._after(one.last)))
            or (self._has_adviser and _advised(self._before(one.first)))
        )
        return MENTION if passing else 1.0

    def _is_building(self, name: str, last: int) -> bool:
        return name in _PLACES or (last + 1 < len(self._words) and self._words[last + 1].surface in _GROUNDS)

    def _passed_by(self, one: Find) -> bool:
        before, after = self._before(one.first), self._after(one.last)
        return _PLACE_BEFORE.search(before) is not None or _PLACE_AFTER.search(after) is not None

    def asks_for_support(self) -> bool:
        """Tell whether help with a condition, or people who have it too, is asked for."""
        return _SUPPORT_ASKED.search(_joined(self._words)) is not None

    def _mentions_family(self, first: int, last: int) -> bool:
        return all(word.surface in _WORDS_OF_FAMILY for word in self._words[first : last + 1])

    def _before(self, first: int) -> str:
        place = first
        while place and first - place < _AROUND and not self._breaks(place):
            place -= 1
        return _joined(self._words[place:first])

    def _after(self, last: int) -> str:
        place = last + 1
        while place < len(self._words) and place - last <= _AROUND and not self._breaks(place):
            place += 1
        return _joined(self._words[last + 1 : place])

    def _breaks(self, place: int) -> bool:
        return _HARD.search(self._text[self._words[place - 1].end : self._words[place].start]) is not None


def _joined(words: Sequence[Word]) -> str:
    """Write words out, a blank after each."""
    return "".join(f"{word.surface} " for word in words)


def _advised(before: str) -> bool:
    """Tell "everyone tells me to join a choir" from "my doctor told me to"."""
    if _ADVICE.search(before) is None or _TAKEN.search(before):
        return False
    return not _ADVISER.isdisjoint(before.split())


def _wished_with(before: str, after: str) -> bool:
    if _FAMILY_WISH_AFTER.search(after):
        return True
    return _FAMILY_WISH_BEFORE.search(before) is not None and _NOT_A_FAMILY_WISH.search(before) is None


def _a_job(name: str, before: str, after: str) -> bool:
    if _JOB_BEFORE.search(before):
        return True
    present = name in _NEVER_A_HOBBY or _BY_TRADE.search(after) is not None
    return present and _STILL_A_JOB.search(before) is not None
