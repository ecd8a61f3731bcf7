"""What must, and what must not, stand around the words of a fact. Pure, data only.

The words of `cues` alone are not enough: the drop-in may be another body's, the appointment one of two ways, the
children those of a law case. Where the sentence is not plain, nothing is suggested.
"""

import re
from typing import NamedTuple


class Frame(NamedTuple):
    """What is looked for in the sentence of a fact; of the words that are `firm` only `before` and `after` count."""

    before: re.Pattern[str] | None = None  # spoils, where it leads up to the words
    after: re.Pattern[str] | None = None  # spoils, directly behind the words
    firm: re.Pattern[str] | None = None  # words that are clear by themselves
    unsure: re.Pattern[str] | None = None  # spoils, where it leads up to the words
    among: re.Pattern[str] | None = None  # spoils, anywhere
    needs: re.Pattern[str] | None = None  # must stand near by, be it in another sentence


# Sent to somebody else, or told of what was.
_ELSEWHERE = (
    r"\b(?:(?:be|been|are|is|were|was|clients?|people|you) (?:referred|signposted|directed|sent)"
    r"|signpost(?:s|ed|ing)?|directs?|sends?)\b[^.!?\n]{0,80}$"
    r"|\b(?:via|through|attend(?:s|ed|ing)?|visit(?:s|ed|ing)?) (?:the|another|their|other|local|a local)"
    r" (?:[\w'-]{1,14} ){0,3}$"
    r"|\b(?:another|other|their|neighbouring|partner) (?:[\w'-]{1,14} ){0,2}$"
    r"|\b(?:cab|citizens advice|council|job ?cent(?:re|er)|nhs|hospital|police|samaritans)(?:'s)? (?:[\w'-]{1,14}"
    r" ){0,2}$"
    r"|\b(?:used to|previous(?:ly)?|former(?:ly)?|in the past|last (?:year|month|week|summer|winter|spring|autumn)"
    r"|no longer|until recently|was|were|had|(?:in|during) (?:19|20)\d\d)\b[^.!?;\n]{0,45}$"
    r"|\b(?:hop(?:e|es|ing)|plan(?:s|ned|ning)?) to\b[^.!?;\n]{0,40}$"
    r"|\b(?:grants?|fund(?:s|ed|ing)?|donat(?:e|es|ed|ing)|donations?|contribut\w{2,6}|rais(?:e|es|ed|ing))"
    r" (?:[\w'-]{1,14} ){0,3}(?:to|for|towards|at) (?:[\w'-]{1,14} ){0,3}$"
)
# Only one of several ways.
_MAY = (
    r"\b(?:can|may|might|could|able to|wish(?:es)? to|alternatively|also|either|option(?:al|ally)?|prefer|if needed|or"
    r" (?:you|to))\b[^.!?;:\n]{0,45}$"
)
_OF_ROOMS = (
    r"\b(?:room|hall|venue|facilit(?:y|ies)|part(?:y|ies)|hire|hired|hiring|viewings?|minibus|taxi|transport"
    r"|interpreters?|table|court|pitch|cr[eè]che|childcare|accommodation|holidays?|tours?|school visits?|weddings?"
    r"|shop|museum|archives?|collection|library)s?\b[^.!?;\n]{0,45}$"
)
_DOING = (
    r"\b(?:activit(?:y|ies)|play(?:s|ing|group|scheme)?|sports?|scouts?|scouting|guides|guiding|clubs?|groups?"
    r"|class(?:es)?|sessions?|lessons?|workshops?|music|danc(?:e|ing)|drama|theatre|sing(?:ing)?|choirs?|football"
    r"|swim(?:ming)?|rid(?:e|es|ing)|cycling|arts?|crafts?|camp(?:s|ing)?|learn|games?|recreation(?:al)?|leisure"
    r"|training|coaching|meets?|meetings|outings|trips|fun|performances?|perform|tuition|gym\w{0,8}|rugby|cricket"
    r"|tennis|netball|hockey|judo|karate|brass|bands?|orchestras?|steel ?bands?|stor(?:y|ies)|storytime|troop"
    r"|brownies|rainbows|cadets|toddlers?|early years|day ?care"
    r"|nursery|counsell?ing|teaching|holiday|outdoor|adventure|making|baking|gardening|walks?)\b"
)
_CASE_OF_CHILDREN = (
    r"\b(?:legal|law|attorneys?|courts?|custody|represent\w{0,9}|guardian\w{0,8}|foster\w{0,5}|adopt\w{0,5}"
    r"|relief|relieve|relieving|poverty|poor|grants?|hospitals?|hospices?|orphan\w{0,6}|destitute|overseas|africa\w?"
    r"|india|abroad|abused?|violence|bereave\w{0,4}|research|equipment|advocacy|safeguard\w{0,3}"
    r"|caregivers?|caretakers?|rais\w{1,3} (?:\w{1,12} ){0,2}(?:funds?|money)|fund[- ]?rais\w{2,4}"
    r"|adults only)\b"
)
_PLACE_OF_FAITH = (
    r"\b(?:at|in|from|inside|near|behind|opposite|beside|next to|outside|premises of|hall of|rooms? of|home of"
    r"|hire of)(?: the| a| our local)?(?: (?!church\b)[\w'.&-]{1,14}){0,3} $"
)

_ONE_OF_MANY = r"(?:[,;•-][^,;•-]{3,60}){3}[^,;•-]{0,60}$"  # the fourth thing of a list is a part of the offer
_FOOD = (
    r"\b(?:foods?|meals?|lunch(?:es|eon)?|dinners?|breakfasts?|eat(?:ing)?|cook(?:s|ing|ed|ery)?|cater(?:ed|ing)"
    r"|refreshments?|menus?|options?|snacks|soup|supper|curry|cuisine|dish(?:es)?|buffet|kitchen)\b"
)
_ONE_SEX = Frame(
    firm=re.compile(r"only$", re.I),
    unsure=re.compile(_ONE_OF_MANY),
    before=re.compile(
        r"\bschools?\s$|\b(?:rights|equality|status|life|lives|education|advancement|campaign\w{0,3}|violence|grants?|refuges?)\b"
        r"[^.!?;\n]{0,25}$",
        re.I,
    ),
    after=re.compile(
        r"\s?(?:,|and|or|&|/)\s?(?:their )?(?:children|famil\w{1,3}|young (?:people|men)|youth|the elderly"
        r"|older|elders"
        r"|minorit\w{1,3}|veterans|disab\w{0,6}|ethnic|immigrants|refugees|volunteer|boys)\b",
        re.I,
    ),
)

FRAMES: dict[str, Frame] = {
    "drop_in": Frame(
        before=re.compile(_ELSEWHERE, re.I),
        after=re.compile(
            r"\s?(?:\w{1,12} ){0,2}(?:(?:run|held|provided|organised|hosted|offered) by (?!us\b|our|volunteers)"
            r"|(?:has|is) (?:now |currently )?(?:closed|ended|finished|cancelled|suspended|full)"
            r"|(?:food |any |your )?(?:donations|forms?)\b)",
            re.I,
        ),
    ),
    "booking_needed": Frame(
        firm=re.compile(
            r"must|need|should|have to|essential|required|necessary|only|(?:please|call|phone|ring).{0,60}"
            r"(?:book|appointment|register)",
            re.I,
        ),
        before=re.compile(
            rf"{_ELSEWHERE}|{_OF_ROOMS}"
            r"|\b(?:other times|evenings?|weekends?|home visits?|otherwise)\b[^.!?;\n]{0,30}$",
            re.I,
        ),
        unsure=re.compile(_MAY, re.I),
        after=re.compile(
            r"\s?(?:,? ?(?:if (?:needed|required|necessary|you (?:wish|like|prefer|want))|or (?:just )?(?:drop"
            r"|walk|turn)"
            r"|and drop)|with (?:your|a|their) (?:gp|doctor|solicitor|consultant|dentist|nurse|bank)"
            r"|(?:for )?(?:a|an|the|our|your) (?:[\w'-]{1,12} ){0,2}(?:room|table|hall|holiday|taxi|court|pitch"
            r"|cab|train|hotel|venue|party|wedding|speaker|talk|tour|bike|interpreter|minibus)\b)",
            re.I,
        ),
    ),
    "phone_booking": Frame(
        before=re.compile(
            rf"\b(?:your|mobile|smart|video|conference|a|last|emergenc\w{{1,3}},?|crisis,?|danger,?)\s$"
            rf"|{_ELSEWHERE}|{_OF_ROOMS}",
            re.I,
        ),
        after=re.compile(r"\s?(?:the )?(?:999|911|112|111|police|your (?:gp|doctor)|an ambulance|emergency)\b", re.I),
    ),
    "referral_only": Frame(
        firm=re.compile(r"only|required|needed|necessary|must be", re.I),
        unsure=re.compile(
            r"\b(?:accept\w{0,4}|tak(?:e|es|ing)|receiv\w{1,3}|welcom\w{1,3}|mak(?:e|es|ing)|provid\w{1,3}"
            r"|offer\w{0,3}|onward|including|advice,?|information,?|advocacy,?|assessment,?|and|or|for|of|\d{1,5})\s"
            r"(?:[\w'-]{1,14} ){0,2}$"
            r"|\b(?:can|may|could|either)\b[^.!?;\n]{0,30}$",
            re.I,
        ),
        after=re.compile(
            r"\s?(?:(?:[\w'-]{1,14} ){1,3}to (?:a|an|another|other|partner|special\w*) "
            r"|to\b|services?\b|(?:is|are) not|not (?:needed|required)|(?:/|or|and|&)\s?(?:an? )?(?:self"
            r"|drop|just"
            r"|signpost|advice|information|walk))",
            re.I,
        ),
        among=re.compile(r"\bself[- ]?refer", re.I),
    ),
    "children_welcome": Frame(
        needs=re.compile(_DOING, re.I),
        firm=re.compile(
            r"welcome|bring|friendly|including|^for families|both adults|^(?:educating|teaching|coaching|tutoring)|'s "
            r"|^(?:groups?|counsell?ing|sessions?|class|clubs?|activities|lessons|workshops?|tuition|day|child ?care)",
            re.I,
        ),
        after=re.compile(
            r"\s(?:of (?:members|staff|employees|volunteers)|in (?:care|need|court|hospital)"
            r"|at)\b",
            re.I,
        ),
        among=re.compile(_CASE_OF_CHILDREN, re.I),
    ),
    "carer_welcome": Frame(
        before=re.compile(
            r"\b(?:professionals?|teachers?|staff|nurses|schools?|pupils|train(?:s|ing)?|foster|parents?(?: and|/))"
            r"[,\s](?:\w{1,12} ){0,3}$",
            re.I,
        ),
        after=re.compile(r"\s(?:home|assessment|allowance|act|trust|week|association)\b", re.I),
        firm=re.compile(r"welcome|free$|bring", re.I),
        unsure=re.compile(_ONE_OF_MANY),
        among=re.compile(r"\b(?:relie(?:f|ve|ving)|needs of)\b", re.I),
    ),
    "halal_kosher_veg": Frame(
        after=re.compile(r"\s(?:establish|standards|butcher|shop|restaurant|certif|supervis|caterers|societ)", re.I),
        needs=re.compile(_FOOD, re.I),
    ),
    "open_to_all": Frame(
        before=re.compile(
            r"\b(?:house|museum|buildings?|gardens?|park|churchyard|site|shop|caf[eé]|halls?|collection|grounds"
            r"|library"
            r"|archives?|exhibition)\b[^.!?;\n]{0,20}$",
            re.I,
        ),
        after=re.compile(
            r",? (?:but|particularly|mainly|especially|mostly|who|whose|with|aged|over|under|living|affected|suffering"
            r"|residents|those|schools|charities|eligible)\b",
            re.I,
        ),
    ),
    "beginners_welcome": Frame(
        before=re.compile(r"\b(?:at|(?:regardless|irrespective) of(?: any)?|government|any)\s$", re.I),
        after=re.compile(r" (?:of (?:care|education|government|management|the|society|disab\w{0,6})|luck)\b", re.I),
        among=re.compile(
            r"\b(?:disab\w{0,6}|special needs|wheelchairs?|adapted|specialist training|instead|another (?:ride"
            r"|group|class)"
            r"|(?:separate|different) (?:ride|group|class)|check out)\b",
            re.I,
        ),
    ),
    "faith_based": Frame(
        firm=re.compile(
            r"^(?!.*(?:church|mosque|synagogue|mandir|gurdwara"
            r"|faith[- ]based)$)",
            re.I,
        ),  # or only a building, a partner
        unsure=re.compile(
            rf"{_PLACE_OF_FAITH}|\b(?:with|including|other|local|and|partners?)\s(?:[\w'-]{{1,14}},? ){{0,4}}$"
            r"|\b(?:grants?|contribut\w{1,6}|donat\w{1,4}|fabric|upkeep)\b[^.!?\n]{0,60}$",
            re.I,
        ),
    ),
    "women_only": _ONE_SEX,
    "men_only": _ONE_SEX,
    "dementia_friendly": Frame(
        after=re.compile(r"\s(?:research|training|awareness|professionals|strategy|action|care home|homes?)\b", re.I)
    ),
    "bsl": Frame(
        before=re.compile(r"\b(?:teach\w{0,3}|learn\w{0,3}|train\w{0,3}) (?:\w{1,12} ){0,2}$", re.I),
        after=re.compile(
            r"(?: and \w{1,12}(?: \w{1,12})?)? (?:training|courses?|class(?:es)?|lessons|qualifications?|level"
            r"|tuition)",
            re.I,
        ),
    ),
    "pay_what_you_can": Frame(
        before=re.compile(
            r"\b(?:through|from|by way of|funded|rel(?:y|ies|iant)|rais\w{1,3}|depend\w{0,4}|supported|financed|income"
            r"|receiv\w{1,3}|maintained|run)\b[^.!?\n]{0,40}$",
            re.I,
        ),
    ),
    "lgbtq_affirming": Frame(
        before=re.compile(
            r"\b(?:race|gender|religion|ethnic\w{0,4}|disability|age)\b[^.!?\n]{0,60}$|\b(?:is|or) $", re.I
        )
    ),
    "step_free": Frame(
        before=re.compile(r"\b(?:toilets?|loos?|kitchen|bar|balcony|gallery|café|cafe) (?:is|are) $", re.I),
        after=re.compile(
            r" (?:bikes?|bicycles?|cycles?|vehicles?|mini ?bus\w{0,2}|vans?|taxis?|boats?|transport|swings?"
            r"|trikes?|tail|cars?"
            r"|housing|homes?|accommodation)\b",
            re.I,
        ),
    ),
}
