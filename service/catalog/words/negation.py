"""Tells "no football, please" from "no car, but football". Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, Protocol

from service.catalog.words.lookalikes import word_set


class Word(Protocol):
    """What is read of a word: where it stands and how it is compared."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    @property
    def surface(self) -> str:
        """The word without case, accents and apostrophes."""


OPEN: Final = 0  # looks like a refusal and is none
NEAR: Final = 1  # only small words may stand between the "no" and what is refused
FAR: Final = 2  # refuses what follows within FAR_WORDS words of the same clause
WEARY: Final = 3  # as NEAR; but who is sick of being alone has not said that they are not alone
FAR_WORDS: Final = 6
_WEARIED = ("sick of", "fed up of", "fed up with", "tired of", "bored of", "weary of", "had enough of")
_OFFERS = (
    *("being offered", "being told to", "being told", "being sent to", "being asked to", "people suggesting", "people"),
    *("everyone suggesting", "everybody suggesting", "everyone", "everybody", "hearing about", "suggestions of"),
)
WISH: Final = frozenset({NEAR, FAR, WEARY})  # what takes back a wish,
TROUBLE: Final = frozenset({NEAR, FAR})  # help with a trouble ("sick of debt" is no refusal),
LIVED: Final = frozenset({NEAR})  # and something a person goes through ("I hate eating alone" is none)
AFTER_WORDS: Final = 3  # how far behind a term "is not for me" may begin


def _table(lines: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in lines.replace("\n", ";").split(";") if line.strip())


_NEAR = _table("""
no; not; nor; neither; without; never; isnt; arent; isnt a; no more; not any; nothing; please not; without any; kein;
never again; nobody preaches; nobody preaching; no one preaches; no one preaching; being preached; im over; forget;
skip the; lets skip; wont catch me; keine; keinen; keinem; keiner; nicht; ohne; sin; ni; sem; sans; pas de; pas du;
pas; senza; nie; bez; ani; ddim; dim; heb; nid; nem; non; nao
""")
_WEARY = _table("""
scared of; afraid of; frightened of; terrified of; allergic to; sick of; sick to death of; sick and tired of;
tired of; bored of; bored with; bored by; fed up with; fed up of; had enough of; had my fill of; dont dance;
dont sing; less; dont knit; dont swim; dont run; dont play; dont sew; dont paint; dont act; dont ski; dont gamble;
dont watch
""")
_FAR = _table("""
dont you dare; dont ever; dont even; never want to see; never want; never wanted; never want to; zero interest in;
little interest in; less than no interest in; no way am i; no way i am; no way im; not a chance of; not a hope of;
no intention of; would hate; id hate; could never; not cut out for; not made for; not bothered with; ill pass on;
happy to skip; happy to miss; rather die than; dread; dreading; tried and hated; dont like; do not like; doesnt like;
does not like; didnt like; did not like; never liked; dont enjoy; do not enjoy; dont want; do not want; doesnt want;
does not want; dont fancy; dont care for; do not care for; dont do; dont need; dont feel like; would not like;
wouldnt like; wouldnt want; would not want; dont really like; dont really want; hate; hates; hated; loathe; detest;
dislike; dislikes; cant stand; cannot stand; cant bear; cannot bear; avoid; not interested in; no interest in;
not keen on; not into; not really into; not a fan of; not fond of; rather not; anything but; nothing to do with;
apart from; other than; instead of; rather than; except; put off by; not bothered about; not fussed about;
cant be doing with; cannot be doing with; cant be bothered with; cant abide; cannot abide; couldnt stand;
couldnt bear; couldnt abide; not one for; never been one for; never one for; not much for; not big on; not mad on;
not mad about; not crazy about; not wild about; no fan of; not a big fan of; not a great fan of; not really a fan of;
never been a fan of; never a fan of; not so keen on; not that keen on; not too keen on; not very keen on;
not really keen on; not particularly keen on; gone off; done with; finished with; through with; seen dead;
caught dead; keep me away from; keep away from; stay away from; steer clear of; spare me; dont offer me; dont offer;
dont give me; dont send me; dont suggest; dont put me; leave out; no desire to; no wish to; no time for;
no patience for; no patience with; no use for; not in the mood for; not up for; never cared for; never enjoyed;
never fancied; never took to; never understood; dont see the point of; dont believe in; dont agree with;
not comfortable with; not comfortable in; uncomfortable with; uncomfortable in; uninterested in; not interested;
never interested in; never been interested in; never been into; never been keen on; never been any good with;
except for; aside from; but not; loathed; detested; disliked; wouldnt go near; wouldnt touch; would avoid; avoiding;
not a fan; cant face; cannot face; nervous in; anxious in; panic in; cant cope in; dont cope in; mag nicht; mag kein;
mag keine; mag keinen; hasse; will nicht; will kein; will keine; no me gusta; no me gustan; no quiero; odio;
no le gusta; nao gosto; nao quero; odeio; naime pas; aime pas; deteste; ne veux pas; veux pas; non mi piace;
non mi piacciono; non voglio; nie lubie; nie chce; nienawidze; nie lubi; ddim yn hoffi; ddim eisiau;
dwi ddim yn hoffi; casau; gas gen i; not after; not looking for; not here for; not searching for; last thing i want;
last thing i need; last thing i fancy; last thing i feel like; run a mile from; count me out of; worse than;
more to life than; never seen the point of; never saw the point of; couldnt care less about;
could not care less about; cant see myself; cannot see myself; wouldnt thank you for; would not thank you for;
enough with; enough of; dont sign me up for; dont put me in; dont drag me; dont make me; dont push;
dont try to get me; what i dont want; what i dont need; the opposite of; turned off by; had it with; not going to;
not sold on; not tempted by; sooner not; id rather avoid; hold the; dont tell me to; dont ask me to;
dont expect me to; dont talk to me about; as long as its not
""")
_OPEN = _table("""
nothing better than; nothing nicer than; nothing like; nothing beats; nothing but; nothing more than; nothing much;
nothing to; nothing i like more; not bad at; not bad; not afraid of; not scared of; not against; not averse to;
not opposed to; not enough; not able to; not good at; not very good at; not so good at; not great at;
not much good at; not fussy; not been; not done; not played; not got; not seen; not had; not allowed; not fit;
not fit enough; never played; never learned; never learnt; never had; never sung; never danced; never painted;
never cooked; never knitted; never baked; never swum; never acted; never written; never climbed; never sailed;
never stop; never miss; cant live without; lost without; cant do without; no stranger to; no slouch at; no pets;
hate being on my own; hate being by myself; hate being stuck; hate being lonely; hate being bored; hate being indoors;
hate being useless; hate being unfit; hate being a burden; hate seeing; hate to see; hate having no;
hate having nobody; hate having nothing; hate eating alone; hate eating on my own; hate living alone;
hate living on my own; hate sitting; hate that; hate how; hate waste; hate wasting; hate throwing; hate the silence;
hate the quiet; hate the weekends; hate my life; hate myself; hate going alone; hate going on my own;
hate going out alone; hate walking in; hate walking into; dont like going alone; dont like going on my own;
dont like being alone; dont like being on my own; dont like eating alone; dont like living alone;
dont want to go alone; dont want to go on my own; cant bear throwing; cant bear to see; cant bear the silence;
cant stand the silence; cant stand the quiet; cant bear being alone; cant stand being alone; cant face another;
never forget; dont forget; cant forget; before i forget; to forget; i forget; not after work; not after dark;
not after six; not after eight; less than; less lonely; not enough of; dont get enough of; cant get enough of;
could never get enough of; could never live without; could never give up; dont even mind; never get enough of;
not going to stop; not going to give up; nobody preaches to; not far; not too far; not just; not only; not sure;
not long; not least; not much; not many; no car; no garden; no matter; no idea; no problem; no doubt; no longer;
wouldnt mind; would not mind; dont mind; do not mind; dont hate; why not; say no to; never tried; never done;
never been; never too late; not yet; not too old; cant wait; no one; no friends; cant stand for long; cant stand long;
cant stand up; cant stand for; dont want to be alone; dont want to stop; no money; dont want to miss;
dont want to give up; dont want to lose; do not want to stop; hate being alone; hate missing; hate that i; hate not;
hate it when; nicht nur; nicht weit; no solo; no lejos; nao so; pas seulement; pas loin; non solo; nie tylko; nie mam;
ddim yn bell; no tengo; nao tenho; non ho; nie znam; no conozco
""")
_AFTER = _table("""
and hated it; and hated every minute; hated it; hated every minute; and didnt like it; didnt like it; and loathed it;
and its not for me; and its not me; id rather watch paint dry; i think not; is not happening; isnt happening;
and never again; once and never again; is my idea of hell; is hell; sounds awful; sounds dreadful; sounds horrible;
sounds like hell; not if i can help it; not in a million years; no use to me; is no use; are no use; no chance;
no way; not likely; never again; makes me want to scream; never my thing; was never my thing; were never my thing;
was never for me; never for me; never did it for me; wasnt for me; wasnt my thing; werent for me; not on your life;
over my dead body; no fear; can do one; is out; are out; can wait; turns me off; turn me off;
is the last thing i want; is the last thing i need; not really my thing; isnt really my thing; arent really my thing;
not really for me; isnt really for me; arent really for me; is not really for me; leaves me cold; leave me cold;
does nothing for me; do nothing for me; puts me off; put me off; not my scene; isnt my scene; not my bag; isnt my bag;
not my style; isnt my style; no ta; isnt me; is not me; not me; doesnt appeal; dont appeal; does not appeal;
do not appeal; holds no appeal; dont want to do it; dont want to do that; dont want it; dont like it; not what i want;
not what im after; not my idea of; isnt my idea of; drives me mad; drive me mad; drives me up the wall;
not for the likes; not for me; isnt for me; arent for me; is not for me; are not for me; not my thing; isnt my thing;
is not my thing; arent my thing; are not my thing; no thanks; no thank you; bores me; bore me; is boring; are boring;
not my cup of tea; isnt my cup of tea; mag ich nicht; ist nichts fur mich; ne mplait pas; ne mplaisent pas;
non fa per me; to nie dla mnie; پسند نہیں; نہیں پسند; نہیں چاہیے
""")
_CUES: Final = {
    **{(*weary.split(), *offer.split()): FAR for weary in _WEARIED for offer in _OFFERS},
    **dict.fromkeys(_NEAR, NEAR),
    **dict.fromkeys(_WEARY, WEARY),
    **dict.fromkeys(_FAR, FAR),
    **dict.fromkeys(_OPEN, OPEN),
}
_FIRST: Final = {cue[0]: len(cue) for cue in sorted(_CUES, key=len)}  # how long a cue that begins so may be
_SOONER: Final = word_set("rather sooner")
_AFTER_FIRST: Final = frozenset(cue[0] for cue in _AFTER)
_LONGEST_AFTER: Final = max(map(len, _AFTER))
_FILLERS: Final = word_set(
    "a an any anything the my this that all much more of for to in on at with doing do going play playing watch or nor"
    " and really very too so into another other like kind sort type group groups club clubs class classes big being"
    " der die das den dem ein eine einen oder el la los las un una o y e ni de du des le les ou il lo gli i"
    " zadnych zadnej zadnego lub ani neu na yn"
)
_STOPPERS: Final = word_set(
    "love loves enjoy prefer want wants would need needs miss fancy keen but however although though because when if"
    " unless stop lose where yet so id just only please something somewhere someone somebody"
    " aber sondern pero sino mas mais ma pero ale lecz ond لیکن مگر"
)
_ALTERNATIVE: Final = word_set("or nor oder ni o ou ani neu lub یا")
_OTHERWISE: Final = word_set("but however although though while whereas")
_ALONE: Final = re.compile(r"\b(?:alone|on (?:my|your) own|by (?:myself|yourself))\b")
_JOINS: Final = word_set("and or nor")
_HARD: Final = re.compile(r"[.;:!?()\n\u2013\u2014\u06d4\u061f]|\s-\s")
_NOT_NEEDED: Final = word_set(
    "needed required necessary experience skill skills ability training knowledge qualifications test equipment"
)


def denied(
    text: str,
    words: Sequence[Word],
    spans: Sequence[tuple[int, int]],
    *,
    person: bool,
    taken_back_by: Sequence[frozenset[int]] = (),
) -> list[bool]:
    """Tell for each find whether the text refuses it.

    Parameters
    ----------
    text : str
    words : sequence of Word
        Every word of the text.
    spans : sequence of (first, last)
        The finds, as places in `words`, last included.
    person : bool
        A person's own words; of a listing only a near "not" or "no" counts.
    taken_back_by : sequence of frozenset of int
        For each find, which refusals take it back: WISH (all that are not named), TROUBLE or LIVED.
    """
    inside = bytearray(len(words))
    for first, last in spans:
        inside[first : last + 1] = b"\x01" * (last + 1 - first)
    kinds = list(_kinds(text, words, inside, person=person))
    return [
        (kinds[first] in by and not _not_needed(words, last) and not (kinds[first] == FAR and _alone(words, last)))
        or (person and by is not LIVED and _refused_after(text, words, last, inside))
        for (first, last), by in zip_longest(spans, taken_back_by, fillvalue=WISH)
    ]


def _kinds(text: str, words: Sequence[Word], inside: Sequence[int], *, person: bool) -> Iterator[int]:
    """Yield for each word which refusal is in force just before it; one that has begun is in force inside itself."""
    kind, left, skip = OPEN, 0, 0
    surfaces = [word.surface for word in words]
    for place, word in enumerate(words):
        if place and _breaks(text, words, place):
            kind, skip = OPEN, 0
        yield kind
        if skip:
            skip -= 1
            continue
        cue = _cue(surfaces, place)
        if cue is not None:
            size, kind = cue
            kind = kind if person or kind == NEAR else OPEN
            left, skip = FAR_WORDS, size - 1
        elif kind != OPEN:
            left -= 1
            kind = _goes_on(kind, left, word.surface, within=bool(inside[place]))


def _goes_on(kind: int, left: int, surface: str, *, within: bool) -> int:
    """Return what is left of a refusal after one more word."""
    if surface in _STOPPERS or left <= 0:
        return OPEN
    if kind in (NEAR, WEARY) and not within and surface not in _FILLERS:
        return OPEN
    return kind


def _cue(surfaces: Sequence[str], place: int) -> tuple[int, int] | None:
    """Return the longest cue that begins at a word: how many words it has, and which refusal it is."""
    longest = _FIRST.get(surfaces[place], 0)
    for size in range(min(longest, len(surfaces) - place), 0, -1):
        kind = _CUES.get(tuple(surfaces[place : place + size]))
        if kind is not None:
            return size, kind
    if surfaces[place] == "than" and not _SOONER.isdisjoint(surfaces[max(0, place - FAR_WORDS) : place]):
        return 1, NEAR  # "rather a walk than a run"; "a walk rather than a run" is a cue of its own
    return None


def _breaks(text: str, words: Sequence[Word], place: int) -> bool:
    """Tell whether a clause ends before a word; a comma in a list that goes on with "or" does not end it."""
    between = text[words[place - 1].end : words[place].start]
    if between == " ":
        return False
    if _HARD.search(between):
        return True
    if "," not in between and "،" not in between:
        return False
    for word, following in zip(words[place : place + FAR_WORDS], words[place + 1 :], strict=False):
        if following.surface in _ALTERNATIVE:
            return False
        if _HARD.search(text[word.end : following.start]):
            return True
    return True


def _not_needed(words: Sequence[Word], last: int) -> bool:
    """Tell "no singing experience needed" from "no singing"."""
    return any(word.surface in _NOT_NEEDED for word in words[last + 1 : last + 4])


def _alone(words: Sequence[Word], last: int) -> bool:
    """Tell "I'd rather not go to the cinema on my own" from "I'd rather not go to the cinema"."""
    run = " ".join(word.surface for word in words[max(0, last - 2) : last + 4])
    return _ALONE.search(run) is not None


def _refused_after(text: str, words: Sequence[Word], last: int, inside: Sequence[int]) -> bool:
    """Tell whether a find is refused by what follows; "bingo? not for me" is one thought."""
    for place in range(last + 1, min(last + 1 + AFTER_WORDS, len(words))):
        between = text[words[place - 1].end : words[place].start]
        if _HARD.search(between if place > last + 1 else between.replace("?", "")):
            return False
        if words[place].surface in _AFTER_FIRST:
            run = tuple(word.surface for word in words[place : place + _LONGEST_AFTER])
            if any(run[:size] in _AFTER for size in range(2, len(run) + 1)):
                return True
        if words[place].surface in _OTHERWISE or (inside[place] and words[place - 1].surface not in _JOINS):
            return False
    return False
