"""The words that suggest something about how somebody can go, made ready to be looked for. Pure.

Tables stand in `cues_english` and `cues_abroad`; how an entry is written, at the head of the former.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from service.catalog.words.spotting import BLOCK, STRONG, Phrase, Spotter
from service.matching.story import cues_abroad, cues_english

MUST, OWNED = "must", "owned"
MARKS: Final = {"!": MUST, "~": OWNED}
_CHOICE = re.compile(r"\(([^()]*)\)")
_LIST = re.compile(r"\{(\w+)\}")

WAYS: Final = {
    "travel.car": """
=i drive; =i can drive; =i still drive; =i can still drive; =able to drive; =happy to drive; =(have|got|have got|ive
got|own|use|take) (my own|our own|own) car; =i have car; =ive got car; =i have got car; =by car; =in my car; -=dont
have car; -=i drive (people|everyone|them|him|myself|my family)""",
    "travel.bus": """
=by (bus|train|tram); =(take|get|catch|use|ride|on|come by|go by) (bus|buses|train|tram|trams|trains); =bus pass;
=public transport; -=on (bus|train|tram) driver; -=(get|use|take) (bus|train) driver""",
    "travel.walk": """
=on foot; =by foot; =walk everywhere; =walk there; =i walk to; =can walk to; =walking distance; -=found my feet; -=i
walk to raise""",
    "travel.cycle": "=by (bike|bicycle); =on my (bike|bicycle); =(cycle everywhere|cycle there|i cycle to)",
    "travel.wheel": """
(use|in|on) (wheelchair|mobility scooter|powerchair); wheelchair user; mobility scooter; (use|with|on|need|have)
(walking frame|zimmer frame|zimmer|rollator)""",
    "mode.online": """
=on zoom; =by zoom; =over zoom; =by video; =video calls; =video call; =(online|virtual) (group|groups|chat|meeting|
meetings|class|classes|club|only|sessions|community|things|activities|choir|cafe); =something online; =anything
online; =join online; =meet online; =meet people online; =(join|do|doing|something|anything|things|meet|chat|talk|
take part|activities|do it|part) from home; =do it online; =from my (sofa|bed|armchair|living room|kitchen);
=without leaving (house|home|flat); -=(work|working) from home""",
    "mode.phone": """
=by phone; =over phone; =on phone; =by telephone; =over telephone; =phone befriending; =telephone befriending;
=phone befriender; =(weekly|regular|daily) (phone|) call; =someone to ring me; =ring me; =someone to phone me;
=telephone group; =phone call; =phone calls; =chat on phone; -=(book|join|sign up|register|contact|reach me|order)
by (phone|telephone); -=on phone (all day|all time); -=(always|addicted|stuck|kids) on phone""",
    "mode.in_person": """
=(not|no|nothing|dont want|dont like|sick of|fed up of|fed up with|tired of|enough of|hate|rather than|instead of|
dont do|had enough of) (online|zoom|video calls|screens|anything online|phone calls); =in person; =face to face;
=real people; =in flesh; =in real life; =not (on|over) (zoom|phone|screen|line)""",
    "gender.woman": "=(i am|im|as) woman; =(i am|im|as) lady",
    "gender.man": "=(i am|im|as) man; =im bloke; -=(im|i am) man of",
    "gender.other": "=(i am|im|as) (non binary|nonbinary|non-binary)",
    "level_limit.1": "=just (listen|watch|sit and listen|sit and watch|listen in|look on); =only (listen|watch)",
    "level_limit.2": """
=one to one; =one-to-one; =1 to 1; =one other person; =just one (person|other); =one person at time; =1:1; =two of
us""",
    "level_limit.4": """
=small (group|groups); =smaller (group|groups); =(few|handful of|half dozen) people; =not (big|large) group; =not in
(big|large) group; =not too many people; -=(volunteer|lead|run|help) small (group|groups)""",
}

DAYS: Final = {
    "days.mo": """
monday; mondays; lunes; lundi; lundis; montag; montags; lunedi; poniedzialek; poniedzialki; dydd llun; nos lun; پیر""",
    "days.tu": """
tuesday; tuesdays; tues; martes; mardi; mardis; dienstag; dienstags; martedi; wtorek; wtorki; dydd mawrth; nos
fawrth; منگل""",
    "days.we": """
wednesday; wednesdays; weds; miercoles; mercredi; mercredis; mittwoch; mittwochs; mercoledi; sroda; srody; w srode;
dydd mercher; nos fercher; بدھ""",
    "days.th": """
thursday; thursdays; thurs; jueves; jeudi; jeudis; donnerstag; donnerstags; giovedi; czwartek; czwartki; dydd iau;
nos iau; جمعرات""",
    "days.fr": """
friday; fridays; viernes; vendredi; vendredis; freitag; freitags; venerdi; piatek; piatki; dydd gwener; nos wener;
جمعہ""",
    "days.sa": """
saturday; saturdays; sabado; sabados; samedi; samedis; samstag; samstags; sonnabend; sabato; sobota; soboty; w
sobote; dydd sadwrn; nos sadwrn; ہفتہ کے دن""",
    "days.su": """
sunday; sundays; domingo; domingos; dimanche; dimanches; sonntag; sonntags; domenica; niedziela; niedziele; dydd
sul; nos sul; اتوار""",
    "days.weekend": """
weekend; weekends; week end; week ends; fines de semana; fin de semana; wochenende; wochenenden; am wochenende; fim
de semana; fins de semana; penwythnos; penwythnosau; fine settimana; w weekendy""",
    "days.week": """
weekday; weekdays; during week; in week; midweek; mid week; school hours; school day; school days; during school; at
school all day; under der woche; unter der woche; en semaine; entre semana; w tygodniu""",
    "parts.morning": """
morning; mornings; before lunch; por manana; por mananas; por la manana; por las mananas; matin; matins; le matin;
morgens; vormittags; vormittag; mattina; al mattino; di mattina; de manha; manhas; rano; bore; boreau; صبح""",
    "parts.afternoon": """
afternoon; afternoons; after lunch; por tarde; por tardes; por la tarde; por las tardes; apres midi; nachmittag;
nachmittags; pomeriggio; a tarde; de tarde; popoludniu; po poludniu; prynhawn; prynhawniau; دوپہر""",
    "parts.evening": """
evening; evenings; after work; after tea; after dinner; after supper; monday night; tuesday night; wednesday night;
thursday night; friday night; saturday night; sunday night; por noche; por noches; por la noche; por las noches;
soir; soirs; soiree; soirees; abends; abend; di sera; la sera; alla sera; a noite; de noite; wieczorem; wieczory;
wieczorami; gyda r nos; gyda'r nos; nos lun; nos fawrth; nos fercher; nos iau; nos wener; nos sadwrn; nos sul; شام""",
    "parts.day": "daytime; day time; daytimes; during day; in day; tagsuber; en journee; durante el dia; w ciagu dnia",
    "parts.dark": """
after dark; in dark; at night time; out at night; late at night; nach einbruch der dunkelheit; im dunkeln; after
nightfall; when its dark; when it is dark; when it gets dark""",
}


class Cue(NamedTuple):
    """What a find's code says: the field, its value, whether it is a must, whether it holds for another subject too."""

    field: str
    value: str
    must: bool
    owned: bool


def cue(code: str) -> Cue:
    """Read a code of the spotter: field, value and marks, set apart by dots."""
    field, value, *marks = code.split(".")
    return Cue(field, value, MUST in marks, OWNED in marks)


@cache
def spotter() -> Spotter:
    """Return what finds every cue; made when the first story is read, then shared."""
    return Spotter(_phrases())


@cache
def week() -> Spotter:
    """Return what finds days of the week and parts of the day."""
    return Spotter(
        Phrase(code=code, words=f"={words}", weight=STRONG) for code, text in DAYS.items() for words in _entries(text)
    )


def _phrases() -> Iterator[Phrase]:
    english = {f"barriers.{code}": text for code, text in cues_english.BARRIERS.items()} | WAYS
    for code, text in english.items():
        for entry in _entries(text):
            yield from _english(code, entry)
    for code, texts in cues_abroad.CUES.items():
        for entry in _entries(texts):
            marks, words = _marks(entry)
            for said in expanded(words, {}):
                yield Phrase(code=".".join((code, *marks)), words=said, weight=STRONG, english=False)


def _english(code: str, entry: str) -> Iterator[Phrase]:
    """Write one entry out; what means something else is kept for every way the code may be marked."""
    if entry.startswith("-"):
        codes, entry, weight = [code + marks for marks in ("", ".must", ".owned")], entry[1:], BLOCK
    else:
        marks, entry = _marks(entry)
        codes, weight = [".".join((code, *marks))], STRONG
    as_written = "=" if entry.startswith("=") else ""
    for said in expanded(entry.removeprefix("="), cues_english.LISTS):
        for one in codes:
            yield Phrase(code=one, words=as_written + said, weight=weight)


def _marks(entry: str) -> tuple[list[str], str]:
    marks = []
    while entry[0] in MARKS:
        marks.append(MARKS[entry[0]])
        entry = entry[1:]
    return marks, entry


def _entries(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split(";") if entry.strip()]


def expanded(entry: str, lists: Mapping[str, str]) -> tuple[str, ...]:
    """Write out every choice of an entry.

    Examples
    --------
    >>> expanded("no (car|bus) {TOO}", {"TOO": "here|"})
    ('no car here', 'no car', 'no bus here', 'no bus')
    """
    # A list inside a choice becomes part of it; one that stands alone is a choice of its own.
    entry = _CHOICE.sub(lambda found: f"({_LIST.sub(lambda named: lists[named[1]], found[1])})", entry)
    entry = _LIST.sub(lambda named: f"({lists[named[1]]})", entry)
    parts = _CHOICE.split(entry)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    said = (" ".join(" ".join(chosen).split()) for chosen in product(*choices))
    return tuple(dict.fromkeys(words for words in said if words))
