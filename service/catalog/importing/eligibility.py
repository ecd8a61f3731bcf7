"""Who a listing is for and what it costs, read from its name and text where that is safe. Pure: unsure means None."""

import re

from service.catalog.importing.drafts import Mode, Restriction

ADULT, OLDEST_CHILD, OLDEST_YOUTH = 18, 17, 25
SAYS_IT_FIRST = 130  # characters: a bound of the whole group stands near the beginning of its text
OLDEST_STATED = 99  # lists say "to 99" for "no upper age"

RANGE = re.compile(
    r"\b(?:aged?|ages?|between|group|people|adults|children|from|leavers|boys|girls|gender)?[\s(:]*(?:between "
    r"|from )?(?:the ages? of )?"
    r"(\d{1,2})\s?(?:yrs?|years?)?(?: old)?\s?(?:-|–|to|and|until)\s?(\d{1,2})\s?(?:yrs?|years?"
    r"|year olds)?\b(?!\s?(?:am|pm|[:.]\d|%|weeks?|hour))",
    re.I,
)
AGE_WORD = re.compile(r"\b(aged?|ages|years?|yrs?|year olds?)\b", re.I)
FROM_AGE = re.compile(
    r"\b(?:aged|age|over the age of|age of) (\d{2})(?: years)?(?: old)? (?:and|or) (?:over|above|older|upwards?)\b"
    r"|\b(\d{2}) years(?: of age)? and (?:over|above)\b|\bover the age of (\d{2})\b|\b(?:women|people|adults"
    r"|those|anyone|men) over (\d{2})\b"
    r"|\bover[- ](\d{2})'?s\b|\b(\d{2})\+(?= |$)|\bthe over (\d{2}) age\b",
    re.I,
)
TO_AGE = re.compile(r"\bunder (?:the age of )?(\d{2})'?s?\b|\bunder twenty-(five)s\b", re.I)
EVERYBODY = re.compile(
    r"\b(all ages|any age|of all ages|ages of all|to adults?|and adults|adults and (children|young)"
    r"|children,? (young people )?and adults"
    r"|young and old|adults, (children|young)|families|parents|older generation|junior and senior"
    r"|seniors and juniors|helpline)\b",
    re.I,
)
ONE_OF_MANY = re.compile(
    r"\b(including|and those|sunday school|weekly:|such as|range of (activities|groups)|pre-?school to"
    r"|[;,] over|groups?, )\b",
    re.I,
)
EARLY_YEARS = re.compile(
    r"\b(playgroup|pre-?school|nurser(y|ies)|toddlers?|bab(y|ies)|childmind\w*|under[- ]?fives)\b", re.I
)
CHILDREN_NAME = re.compile(
    r"\b(juniors?|JFC|J\.F\.C|scouts?|scout group|cubs|beavers|brownies|sea cadets|cadets?|boys'? brigade"
    r"|guides|girl guid\w+|colts|minis|kids|(?<!old )boys(?!'? (brigade|and men))|girls"
    r"|children'?s theatre|saturday school|sunday chinese school|supplementary school)\b",
    re.I,
)
UNDER_NAME = re.compile(r"\b(?:u|under)[- ]?(\d{1,2})'?s?\b", re.I)
YOUTH_NAME = re.compile(r"\b(youth|young people'?s?|young lives|teens?)\b", re.I)
BODY_NAME = re.compile(r"\b(council|association for|friends of|camp|federation)\b", re.I)

WOMEN_NAME = re.compile(
    r"\b(ladies'?|women'?s?|womens|girls?'?|girl guides|women's institute|w\.?i|sisters|lesbian(?! and gay)"
    r"|mothers?)\b",
    re.I,
)
WOMEN_TEXT = re.compile(
    r"\b(women(-| )only|for women\b|south asian women|women and girls\b|women with\b|group of women|women who\b"
    r"|services are for women"
    r"|for mothers\b|to enable women\b|gathering of women\b|marginalised women|girls and young women"
    r"|support\w* women\b)",
    re.I,
)
MEN_NAME = re.compile(r"\b(mens|men'?s (?!in sheds)|gentlemen'?s?|boys'? brigade|male voice)\b", re.I)
MEN_TEXT = re.compile(r"\b(men(-| )only|for men\b|male members|services? for men\b)", re.I)
BOTH = re.compile(
    r"\b(women and men|men and women|male and female|women, men|men, women|boys and girls|girls and boys"
    r"|women and their (families|children)"
    r"|adults and children|without distinction of sex|mixed|both sexes|women,? children and men|men as well)\b",
    re.I,
)

PRICE = re.compile(r"£\s?(\d{1,4}(?:\.\d{1,2})?)(?:\s?(?:-|–|to)\s?£?(\d{1,4}(?:\.\d{1,2})?))?")
COURSE = re.compile(r"£\s?(\d{1,4}(?:\.\d{2})?)\s?(?:for|per)?\s?(?:an? )?(\d{1,2})[- ]week", re.I)
PAYS = re.compile(
    r"\b(membership|fee|fees|per week|a week|weekly|per session|entry|course|for £?\d|basket|groceries)\b", re.I
)
FREE = re.compile(r"^\W*(free|no charge|nothing)\b", re.I)

ONLINE_ONLY = re.compile(r"^\W*online\b|\b(delivered|held|only) online\b", re.I)
ALSO_ONLINE = re.compile(
    r"\b(online (sessions?|classes|groups?|courses?|meetings?|support)|live streaming|via zoom|on zoom)\b", re.I
)
BY_PHONE = re.compile(
    r"\b(telephone help ?line|help ?line|phone ?line|telephone support|by telephone|audio news)\b", re.I
)
IN_A_ROOM = re.compile(
    r"\b(centre|drop[- ]?in|groups?|class(es)?|meet(s|ings?)?|sessions?|club|counselling|workshops?"
    r"|face to face|services are for|safe place)\b",
    re.I,
)
AT_HOME = re.compile(
    r"\b(home visits?|home[- ]visiting|visit\w* (\w+ ){0,6}(at|in) (their|your) (own )?homes?"
    r"|in their own homes?|home[- ]based"
    r"|(in|to) (the families'?|people'?s) own homes?|home-?start|visit older|courier service"
    r"|befriending service|transport of sickhome support|door to door|meals on wheels|at home\b)",
    re.I,
)


def ages(name: str, text: str) -> tuple[int | None, int | None]:
    """Return the lowest and highest age that is plainly stated, or follows from the kind of group.

    A listing of many groups, or of parents with small children, states no bound for the person who comes.

    Examples
    --------
    >>> ages("42nd Street", "Support for young people aged 13 to 25 years.")
    (13, 25)
    >>> ages("Flixton Juniors Football Club", "")
    (None, 17)
    >>> ages("Sale Colts Rugby", ""), ages("Sale Old Boys Football Club", ""), ages("Sale Under 12s", "")
    ((None, 17), (None, None), (None, 11))
    >>> ages("Norris Road Veterans Bowling Club", "")
    (None, None)
    """
    whole = f"{name}. {text}"
    if EARLY_YEARS.search(whole) or EVERYBODY.search(text):
        return None, None
    young = CHILDREN_NAME.search(name) or YOUTH_NAME.search(name)
    text = text if young else text[:SAYS_IT_FIRST]
    ranges = [(int(low), int(high)) for low, high in _ranges(text)]
    if len(ranges) == 1 and not ONE_OF_MANY.search(text):
        low, high = ranges[0]
        return low or None, high if high < OLDEST_STATED else None
    if ranges:
        return None, None
    starts = {int(n) for found in FROM_AGE.findall(whole) for n in found if n}
    if len(starts) == 1 and not ONE_OF_MANY.search(text):
        return starts.pop(), None
    return None, _oldest(name, text)


def _ranges(text: str) -> set[tuple[str, str]]:
    """Return pairs of ages, told from hours and dates by a word of age near by."""
    found = set()
    for match in RANGE.finditer(text):
        around = text[max(0, match.start() - 22) : match.end() + 14]
        if int(match[1]) < int(match[2]) and AGE_WORD.search(around):
            found.add((match[1], match[2]))
    return found


def _oldest(name: str, text: str) -> int | None:
    ends = [25 if five else int(number) for number, five in TO_AGE.findall(text)]
    if len(ends) == 1 and ends[0] >= 11:
        return ends[0]
    if named := UNDER_NAME.findall(name):
        return max(map(int, named)) - 1
    if CHILDREN_NAME.search(name) and not BODY_NAME.search(name):
        return OLDEST_CHILD
    return OLDEST_YOUTH if YOUTH_NAME.search(name) and not BODY_NAME.search(name) else None


def restriction(name: str, text: str) -> Restriction | None:
    """Return whether only women or only men are meant.

    Examples
    --------
    >>> restriction("Ashton Ladies Bowling Club", "")
    'women_only'
    >>> restriction("Trafford Domestic Abuse Service", "Support to both male and female victims") is None
    True
    """
    if BOTH.search(text) or BOTH.search(name):
        return None
    begins = text[:SAYS_IT_FIRST]
    women = WOMEN_NAME.search(name) or WOMEN_TEXT.search(begins)
    men = MEN_NAME.search(name) or MEN_TEXT.search(begins)
    if bool(women) == bool(men):
        return None
    return "women_only" if women else "men_only"


def price(stated: str | None, text: str) -> tuple[int | None, str | None]:
    """Return the most one visit may cost in pence, and the words that say so.

    Examples
    --------
    >>> price("£7-10", "")
    (1000, '£7-10')
    >>> price(None, "Dance and meditation course - £30 for 6 week course")
    (500, '£30 for 6 week course')
    >>> price("free", "")
    (0, 'free')
    """
    if stated:
        if FREE.search(stated):
            return 0, stated
        found = PRICE.search(stated)
        return (_pence(found[2] or found[1]), stated) if found else (None, stated)
    if course := COURSE.search(text):
        return round(_pence(course[1]) / int(course[2])), text[course.start() : course.end() + 7].strip()
    amounts = [_pence(high or low) for low, high in PRICE.findall(text)]
    if not amounts or not PAYS.search(text):
        return None, None
    first = PRICE.search(text)
    begin = text.rfind(". ", 0, first.start()) + 1 if first else 0
    note = text[begin:].split(". ")[0].strip()
    return min(amounts), note.removeprefix("Referral: ")


def _pence(pounds: str) -> int:
    return round(float(pounds) * 100)


def mode(text: str) -> Mode:
    """Return how one takes part; in person unless the text plainly says otherwise.

    Examples
    --------
    >>> mode("Online therapy courses delivered by Trafford Self Help Services")
    'online'
    """
    if ONLINE_ONLY.search(text):
        return "online"
    if BY_PHONE.search(text) and not IN_A_ROOM.search(BY_PHONE.sub("", text)):
        return "phone"
    return "hybrid" if ALSO_ONLINE.search(text) else "in_person"


def comes_home(text: str) -> bool:
    """Return whether people are visited, carried or served at home."""
    return bool(AT_HOME.search(text))
