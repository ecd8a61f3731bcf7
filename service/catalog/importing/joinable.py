"""Whether a listing is something one can join or be helped by, and if not, why. Pure: reads English words only."""

import re

# What a body does with people; a fund that also does one of these is joinable.
DOES = re.compile(
    r"\b(class(es)?|clubs?|session|workshops?|drop[- ]?ins?|counsell?ing|concerts?|choir|choral|band|rehears\w+"
    r"|lectures?"
    r"|meet(s|ings?)\b|rehabilitat\w+|volunteer\w*|helpline|befriend\w*|support group|playgroup|playgroups?"
    r"|youth work"
    r"|lunch(eon)? club|day centre|worship|services? for|coaching|tuition|training|advice|drama|museum|festival"
    r"|theatre"
    r"|scout\w*|guides?|synagogue|mosque|temple|church services|food bank|foodbank|emergency food|excursions"
    r"|camps?|trips"
    r"|relig\w+|preservation|restoration|door to door|shopmobility|nature reserve|hospital radio|social (events"
    r"|activities|groups?|gatherings?)|outings)\b",
    re.I,
)
# Bodies that are places or fellowships by their very name: short texts of theirs speak of charity in general.
BODY = re.compile(
    r"\b(church|chapel|kirche|fellowship|ministr(y|ies)|christian|centre|center|hall|society|samaj|association|museum"
    r"|network|circuit|congregation|temple|mosque|community|park|playing field|group|project)\b",
    re.I,
)
CLOSED = re.compile(
    r"\b(now closed|no longer (open|operating|running|exists?|active)|has (closed|ceased|been wound up)"
    r"|ceased to (operate|exist)"
    r"|in liquidation|dissolved)\b",
    re.I,
)
IDLE = re.compile(
    r"\b(not currently active|currently (generates )?no activit\w+|currently non-?active|currently (dormant|inactive)"
    r"|no longer carries out)\b",
    re.I,
)
SCHOOL_NAME = re.compile(
    r"\bP\.?T\.?(S\.?)?F?\.?A\b\.?|\bparents?\W{1,3}teachers?\W+(and friends )?association|\bparents?,? (and "
    r"|& )?(staff|teachers|friends)\b"
    r"|\bparents'? association|\bparent support group|\bpupils'? fund"
    r"|\b(primary|infants?|juniors?) school fund|\bschool (friends|parents)|\b(friends|buddies) of .*\b(school"
    r"|academy|primary|infants?|juniors?|grammar|college)\b",
    re.I,
)
SCHOOL_TEXT = re.compile(
    r"\bparents?[/ ](and )?teachers?\b.*\b(association|group)|\bschool parents\b|\bPTA\b"
    r"|\b(fund ?rais\w*|rais\w+ (money|funds?|additional))\b.{0,160}\b(the school|for school|our school|pupils"
    r"|at school)"
    r"|\badvance the education of (the |)pupils\b|\beducation of the pupils at\b|\buse by the children attending\b"
    r"|\b(to assist|support) the school\b|\bfairs and sales\b|\bto extra curricular activities\b",
    re.I,
)
FUND_NAME = re.compile(
    r"\b(trust|benevolent|compassionate|prize|scholarship|endowment|research|memorial|relief|welfare|appeal|clergy"
    r"|night school|children'?s) fund\b"
    r"|\bfund of benevolence|\bfunds? held\b|\bproceeds of sale\b|\btrust property\b|\bgrant ?making\b"
    r"|\bscholarship\b"
    r"|\b(property|endowment|research) (trust|foundation)s?\b|\bappeal$"
    r"|\bbuilding company\b|\bboard of finance\b|\balms ?houses?\b|\bland charity\b|\brelief in need\b"
    r"|\bnhs foundation trust\b"
    r"|\bmayor'?s? .*(charity|fund)|\b(freemasons|lodge)\b.*\b(charity|fund)|\bearl of .*charity\b",
    re.I,
)
ALWAYS_FUND = re.compile(
    r"^(the )?charity (of|for|comprising)\b|\bfunds held\b|\bscholarship fund|\btrust property held"
    r"|\bclergy .*\btrust\b"
    r"|\b(opportunity|student) fund\b|\b(rotary|lions) club\b.*\b(trust|fund)|\bdiocesan board\b"
    r"|^(the )?earl of .*charity"
    r"|\bgenetics trust\b|\b(heritage|centenary) trust\b",
    re.I,
)
ALWAYS_MONEY = re.compile(
    r"\bobjects of the charity with all the resources|\binterest free loans"
    r"|\bsuch charitable purposes? (or purposes )?as the trustees"
    r"|^\W*the poor of the parish|\bnet (yearly|annual) income\b"
    r"|\bincome thereof to be distributed|\bgenerate funds to|\bstructural repairs to the church"
    r"|\bonly support projects"
    r"|\b(repair|restoration|material) (and \w+ )?(of the |)fabric\b|\bmaterial fabric\b|\braises funds to assist"
    r"|\bunchanged$|\bproviding financial help\b|\bproviding funding, resources",
    re.I,
)
HOUSING = re.compile(
    r"\b24-hour .*nursing|\bhome for the accommodation\b|\bspecialist supported housing$|^homes for\b"
    r"|\bmaintaining \w+ house\b",
    re.I,
)
TRUST_NAME = re.compile(r"\b(charitable|educational|welfare|family) (trust|foundation|charity)s?\b|\btrust$", re.I)
SAYS_LITTLE = 40  # characters: a charitable trust that says no more than that runs nothing
GIVES = re.compile(
    r"\b(grant[- ]?making|(makes?|making|gives?|giving|provid\w+|distribut\w+|awards?|offers?) "
    r"(\w+[- ]){0,3}(grants?|donations|funds?|money)"
    r"|grants? (to|for|are|normally|made)|donat\w+ (to|money)|donations (of|to|are|is)|distribution of funds"
    r"|makes? donations"
    r"|general charitable (purposes|activit\w+)|unsolicited applications|to pay or apply"
    r"|holding? (trust )?property|receipt of rents"
    r"|capital endowment|relief of poverty$|free loan fund|charitable (objects|institutions|causes)"
    r"|financial (help|grants)|charitable work principally|support for charit\w+|support for local people and groups"
    r"|rais\w+ (money|funds) (through|for|on|to)|fund ?raising (to|for|on))",
    re.I,
)
PASSES_MONEY = re.compile(
    r"^(\W*(to )?(make|makes|making|giv\w+|provid\w+) (\w+ ){0,2}grants?|\W*grant[- ]?making"
    r"|\W*(the )?charity (makes|distributes|considers)"
    r"|.*\buses? this to make grants|\W*donations (to|and)|\W*the trust('s)? (makes|provides) grants)",
    re.I,
)
FUNERALS = re.compile(r"\b(burial|burials|funerals?)\b", re.I)
PRIVATE = re.compile(r"\bAccess: Private Use\.?$|\bprivate use only\b", re.I)
SCHOOL_ITSELF = re.compile(
    r"\bindependent (day )?school\b|\boperates the school\b|\bpreparatory school$|\bgirls' school \(charity"
    r"|\bprincipal activity .* that of a school\b|\bschool (trust|foundation|developments)\b"
    r"|\bcollege charity\b|\bprovision of education and training in the jewish faith\b",
    re.I,
)
PAST = re.compile(r"\(one-off, \d{4}\)")


def not_joinable_reason(name: str, text: str, schedule: str, *, charity: bool) -> str | None:
    """Return why nobody can join, as a code, or None when one can or when it is not known.

    Parameters
    ----------
    name, text, schedule : str
        As the source says them; empty where it says nothing.
    charity : bool
        The row comes from a register of charities, where most funds stand.

    Examples
    --------
    >>> not_joinable_reason("Trafford Heart/Stroke Group", "This group is now closed", "", charity=True)
    'closed'
    >>> not_joinable_reason("Willows PTA", "", "", charity=True)
    'school_parents'
    >>> not_joinable_reason("The Sale U3A", "Social pursuits", "", charity=True) is None
    True
    """
    both = f"{name}. {text}"
    if CLOSED.search(both):
        return "closed"
    if IDLE.search(text):
        return "not_active"
    if PAST.search(schedule):
        return "past"
    if PRIVATE.search(text):
        return "private_use"
    return _fund_or_school(name, text) if charity else None


def _fund_or_school(name: str, text: str) -> str | None:
    both = f"{name}. {text}"
    if SCHOOL_NAME.search(name) or (SCHOOL_TEXT.search(text) and not DOES.search(name)):
        return "school_parents"
    if SCHOOL_ITSELF.search(both):
        return "school"
    if FUNERALS.search(name) and not re.search(r"\bbereave\w* (support|group|counsel)", text, re.I):
        return "funerals"
    if HOUSING.search(both):
        return "care_home"
    if ALWAYS_FUND.search(name) or ALWAYS_MONEY.search(text) or PASSES_MONEY.search(text):
        return "grant_making"
    active = bool(DOES.search(text) or DOES.search(name))
    gives = bool(GIVES.search(text))
    fund = FUND_NAME.search(name) and (gives or not active)
    trust = TRUST_NAME.search(name) and not active and (gives or len(text) < SAYS_LITTLE)
    only_gives = gives and not active and not BODY.search(name)
    return "grant_making" if fund or trust or only_gives else None
