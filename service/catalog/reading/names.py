"""Names of groups as they are compared: abbreviations spelt out, what only says "a club" left out. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from service.catalog.importing.wording import plain_text

_SHORT = """
afc fc; jfc junior fc; rufc rugby; rfc rugby; rfcc rugby; cc cricket; tc tennis; ltc tennis; bc bowling; gc golf
hc hockey; cl club; ac athletic; lib library; soc society; assoc association; assn association; comm community
ctr centre; cent centre; center centre; ctre centre; utd united; jnr junior; jnrs junior; mcr manchester; ch church
sch school; hosp hospital; grp group; gp group; fdn foundation; found foundation; inst institute; dev development
pta parent teacher association; ptfa parent teacher friends association; rd road; dist district; svc service
svcs service; natl national; intl international; st saint; bowls bowling; athletics athletic; swim swimming
soccer football; gtr greater; ladies women; womens women; mens men; lawn; union
"""
SHORT = {
    short: words
    for entry in _SHORT.strip().replace("\n", "; ").split("; ")
    for short, _, words in [entry.partition(" ")]
}
_EMPTY = "the a an and of at in on for to ltd limited club cio company co uk inc plc trust charity by with"
# Words that make another group of it: a section, another age, another body around it.
_SECTION = """
section adult elder infant baby babie child children kid pensioner retired walking wheelchair disabled mixed reserve
first second third 1st 2nd 3rd u7 u17 u19 u20 u21 night morning afternoon monday tuesday wednesday thursday friday
saturday improver class north south east west central upper lower fiftie women men girl boy girls boys junior youth
mini colts veteran senior over disability friend parent teacher academy supporter under u8 u9 u10 u11 u12 u13 u14 u15
u16 u18 toddler tots teen evening beginner branch sunday student school primary park old adults fellowship playgroup
nursery carer stay play knit writer story rhyme coffee lunch foundation
"""
_ACTIVITY = """
football rugby cricket tenni golf bowling hockey athletic swimming rowing yacht sailing gymnastic netball basketball
badminton squash archery cycling running boxing judo karate table croquet canoe lacrosse rifle pistol riding choir band
orchestra drama library church mosque synagogue theatre museum scout guide dance art history foodbank food bank
allotment gardening school hall chess bridge volleyball wrestling polo skating triathlon fencing shooting climbing
"""
# Words that many bodies add to their name on one day and leave out on another.
_GENERIC = """
sport social centre community society association group recreation ground project service wellbeing organisation
company club fc charitable partnership network
"""
EMPTY, SECTION, ACTIVITY, GENERIC = (frozenset(words.split()) for words in (_EMPTY, _SECTION, _ACTIVITY, _GENERIC))
TEAM = {"fc": {"football", "rugby"}}  # what a team is called that does not say which game
_WORD = re.compile(r"[a-z0-9]+")
_JOINED = re.compile(r"'s\b|(?<=\b[a-z])\.\s?(?=[a-z]\b)|'")
NO_SIGNS = str.maketrans("’&", "' ")


@lru_cache(maxsize=65536)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others, each once, in order.

    Examples
    --------
    >>> name_words("The Hyde Lib. (Limited)"), name_words("SALE F.C. JUNIORS")
    (('hyde', 'library'), ('sale', 'fc', 'junior'))
    """
    plain = _JOINED.sub("", plain_text(name).lower().translate(NO_SIGNS))
    found: list[str] = []
    for word in _WORD.findall(plain):
        found.extend(_plain(part) for part in SHORT.get(word, word).split())
    kept = [word for word in found if word not in EMPTY]
    if "rugby" in kept:
        kept = [word for word in kept if word not in ("football", "fc")]
    return tuple(dict.fromkeys(kept or found))


def _plain(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def alike(one: str, other: str) -> bool:
    """Tell whether two words may be one: the same, cut short, or with one letter slipped."""
    if one == other or other in TEAM.get(one, ()) or one in TEAM.get(other, ()):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.startswith(short) and len(long) - len(short) >= 2 and len(short) < 6:
        return True
    return len(short) >= 4 and len(long) - len(short) <= 1 and not short.isdigit() and _one_slip(short, long)


def _one_slip(short: str, long: str) -> bool:
    """Tell whether one letter was added, changed, or exchanged with the next."""
    place = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[place:] == long[place + 1 :]
    rest, other = short[place:], long[place:]
    return rest[1:] == other[1:] or (rest[1:2] + rest[:1] == other[:2] and rest[2:] == other[2:])


def shared(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of words of two names that may be one, each word at most once."""
    left = list(other)
    found = []
    for word in one:
        match = word if word in left else next((b for b in left if alike(word, b)), None)
        if match is not None:
            left.remove(match)
            found.append((word, match))
    return found
