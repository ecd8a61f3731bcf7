"""Phrases that state who is meant and how one joins: code to patterns. Pure, data only.

`YES` says that it is so, unless the clause refuses it (`refusing`); `NO` says outright that it is not. Each is looked
for without regard to case, and repeats nothing without a bound: a long text costs no more than its length. A name in
`STANDS` stands for several words.
"""

from service.catalog.reading import cues_place

STANDS = {
    "{GEAR}": (
        "(?:equipment|kit|mats?|tools?|bikes?|bicycles|rackets?|racquets?|materials?|instruments?|boots|bats?"
        "|machines?|gloves|balls|helmets?|pens?|yarn|scissors|rods?|tackle|cues|darts|shuttlecocks"
        "|hoops|life ?jackets?|wetsuits?|skates|drums?|ukuleles?|guitars?|keyboards?|recorders|scripts?"
        "|song ?sheets?|seeds|plants|waterproofs|aprons|canvas|easels|cameras|pads|shoes|woods|arrows|boards"
        "|paddles|boats?|cards|puzzles|sticks|poles|bows|clubs|paints?|paper|clay|wood|wool|fabric|needles"
        "|ingredients|laptops?|tablets?|computers?|canoes|kayaks|buoyancy aids)"
    ),
    "{APPOINTMENT}": (
        r"(?:(?:an?|your|for|to|the) ){0,3}(?:[\w'-]{1,14} ){0,2}(?:appointments?|intake|interviews?"
        "|consultations?)"
    ),
    "{WOMEN}": "(?:women|ladies|girls|females)",
    "{MEN}": "(?:men|gentlemen|boys|males)",
}
_YES: dict[str, tuple[str, ...]] = {
    "drop_in": (
        r"(?<!a )(?<!slight )(?<!big )(?<!the )drop[- ]?ins?\b(?! (?:temperature|speed|the ocean|to|from|height"
        r"|elevation|gradient))",
        "(?:a |the )?drop[- ]?in (?:sessions?|cent(?:re|er)s?|groups?|services?|clinics?|caf[eé]s?|advice|basis"
        r"|for|at|on|support|coffee|playgroup|facilit\w+)",
        r"(?:a |the )drop-ins?\b",
        r"walk-ins?\b",
        "walk[- ]in (?:basis|service|clinic|centre|center|advice|session|appointment|hours|client)s?",
        "walk ?ins? (?:are )?(?:welcome|accepted|seen)",
        "(?:just|simply) (?:turn up|drop in|pop in|come along|show up)",
        "turn up on the (?:day|night)",
        "no need to book, just (?:drop|turn|come)",
    ),
    "booking_needed": (
        r"by appt\b",
        r"(?:must|need to|should) (?:have|make|schedule|get|set up|arrange|book) (?:an )?(?:[\w'-]{1,14} ){0,2}"
        "appointment",
        r"(?:(?<=[.;:!] )|(?<=\n))book a call ?-?back",
        r"appointments? (?:basis|are (?:made|scheduled|given))",
        r"by (?:prior )?(?:appointment|arrangement|booking)s?\b(?! or (?:drop|walk))",
        "appointments? (?:is |are )?(?:necessary|required|needed|only|essential|must be made)",
        r"(?:must|please|need to|should|required to|have to) (?:pre-?)?book\b(?! your bike)",
        "(?:pre-?)?booking (?:is |are )?(?:essential|required|necessary|needed|only|a must)",
        "(?:advance|prior) (?:booking|registration|appointment)",
        r"book (?:early|(?:a|your) (?:place|seat|spot|space|slot)|in advance|ahead|at least)\b",
        r"(?<=[.,;:!(] )book (?:by|via|through|online|at|on (?=line\b|the|our|0))\b",
        r"pre-?book(?:ing|ed)?\b",
        "(?:must|needs? to|should) be (?:pre-?)?booked",
        r"(?:call|phone|ring|telephone|contact|email)[^.!?\n;]{0,60} (?:for|to (?:make|schedule|set(?: up)?|arrange"
        r"|book|request|get|obtain)) (?:an?|your|the) (?:[\w'-]{1,14} ){0,2}appointments?",
        r"(?:(?<=^)|(?<=[.!;:\n] )|(?<=please ))(?:schedule|make|set up|arrange|request|book) an"
        r" (?:[\w'-]{1,14} ){0,2}appointment",
        "need to arrange",
        "registration (?:is )?(?:required|essential|necessary)",
        "(?:must|need to|please) (?:register|sign up|reserve)(?: in advance| beforehand| online| first| before)",
        "reserve (?:a|your) (?:place|seat|spot|space)",
    ),
    "phone_booking": (
        r"(?:call|phone|ring|telephone)(?: us| our| the)?[^.!?\n;]{0,60} (?:for|to (?:make|schedule|set(?: up)?"
        r"|arrange"
        "|book|request|get|obtain)) {APPOINTMENT}",
        r"(?:call|phone|ring|telephone)(?: us)?[^.!?\n;]{0,50} to (?:apply|book|schedule|reserve|register"
        r"|get started|begin|fill (?:out|in) an? application|be screened|enrol|sign up)\b",
        r"(?:(?<=^)|(?<=\n)|(?<=[.;:!] ))(?:please )?(?:call|phone|ring) early\b",
        "(?:appointment|intake)[.;:] (?:please |to do so,? )?(?:call|phone|ring|telephone)",
        r"(?:should|must) (?:contact|call|phone|ring) [^.!?\n;]{0,30} (?:at|on) (?=\(?\d{3})",
        "telephone intakes?|access method: ?(?:please )?(?:call|phone)",
        "(?:book|booking|booked|apply|applications?|appointment|intake|register"
        r"|referral)s? (?:[\w'-]{1,12} ){0,3}by (?:tele)?phone",
        r"(?:must|need to|should) (?:first )?(?:call|telephone|phone|ring)\b",
        "by (?:appointment|booking)(?: only)?[:;,.]? ?(?:please )?(?:phone|call|ring|tel)",
        r"(?:talk|speak) to [^.!?\n;]{0,40} by phone to get",
        "book(?:ing)? (?:by|on|via) (?:tele)?phone",
        "(?:apply|book|register|schedule|appointments?|sign up|get (?:help|started)) by (?:calling|phoning|ringing)",
        "intakes? (?:(?:is|are|usually|done|conducted|completed|taken) ){0,3}(?:over the|via) (?:tele)?phone",
    ),
    "referral_only": (
        "referrals? (?:only|required|needed|necessary|basis|is required|is needed)",
        r"(?<!self )(?<!self-)referrals? (?:from|by|via|through) (?:[\w'-]{1,14} ){0,3}(?:agenc|professional|gp"
        r"|doctor|organi[sz]ation|partner|social (?:work|serv|care)|health (?:prof|visit|work)|support work)\w*",
        "(?:by|via|through|on|requires?|need a|needs?"
        r"|have a) (?:an? )?(?:[\w'-]{1,14} ){0,2}referrals?\b(?! (?:to|and|service))",
        "(?:agency|professional|gp|third[- ]party|agencies) referrals?",
        r"(?:must be|are|be|is) referred (?:to (?:[\w'-]{1,14} ){1,2})?(?:by|via|through|from)",
        r"referrals? (?:[\w'-]{1,12} ){0,2}only (?:through|from|by|via)",
        r"^referrals?\b(?![/ ](?:assessment|to\b|or\b|service))",
        "referral (?:agenc(?:y|ies)|partners?)",
    ),
    "self_referral": (
        r"self[- ]?refer(?:ral|rals|red|ring|s)?\b",
        "refer (?:yourself|themselves)",
    ),
    "open_to_all": (
        "open (?:to|for) (?:anyone|everyone|everybody|(?:all members of )?the (?:whole |local |wider "
        "|entire )?community"
        "|any member of the (?:public|community)|all(?! (?:women"
        "|men|girls|boys|adults?|residents?|ages|those|who|students|pupils|parents|carers|families|young|children"
        r"|people (?:with|aged|over|who|in)|in|levels|abilities|\w+ (?:residents|people))))",
        r"(?:everyone|everybody|anyone|all)(?: is| are)? (?:very |most |always )?welcome\b",
        r"welcom(?:es?|ing) (?:everyone|everybody|all\b(?! (?:women|men|ages|levels)))",
        "open-to-all",
        r"(?:anyone|everyone|everybody) (?:can|may) (?:come|join|take part)(?: along| in)?\b",
        r"(?:(?<=^)|(?<=[.!;] ))for (?:everyone|everybody)(?=[.!;,]|$)",
    ),
    "beginners_welcome": (
        r"(?:complete |absolute |total )?beginners?\b(?!'? ?luck)",
        "newcomers? (?:are |always |very )*welcome|welcom(?:e|es|ing) (?:to )?newcomers?"
        "|newcomers? to (?:the sport|cycling|running|yoga|dance)",
        "(?:all|any) (?:ages|backgrounds)(?: and|,) (?:levels|standards)",
        "(?:haven't|not|never) (?:cycled|ridden|been on (?:a|their|your) bikes?|done|sung|danced"
        "|played) (?:before|for a (?:while|long)|in (?:a|years)|for years)",
        r"(?:just )?starting out|just starting\b|newbies|whatever your (?:ability|level|standard)",
        r"novices?\b",
        r"new to (?:[\w-]{1,12} )?(?:cycling|biking|running|yoga|group|riding|the sport|exercise|road|it|dance"
        r"|dancing|pilates|bikes|cycle"
        "|fitness|singing)",
        r"all (?:levels|abilities|standards|(?:fitness|skill) levels)\b|any (?:level|standard)\b",
        "no (?:previous |prior |dance |musical )?(?:experience|skills?) (?:is |are )?(?:necessary|needed|required)",
        "(?:learners?|first[- ]timers?|starters) (?:are )?(?:very )?(?:welcome|too)",
        "mixed[- ]abilit(?:y|ies)",
        "(?:new|first[- ]time) (?:riders?|cyclists?|runners?|dancers?|singers?)",
    ),
    "women_only": (
        r"(?:for|by) (?:[\w'-]{1,14} ){0,2}{WOMEN}\b(?! and {MEN}|/| or {MEN}|'s)",
        "{WOMEN}[- ]only",
        "(?:aimed|targeted|exclusively|specifically|open) (?:at|for"
        r"|to) (?:[\w'-]{1,14} ){0,2}{WOMEN}\b(?! and {MEN}| or {MEN})",
        r"(?:works?|working) with (?:[\w'-]{1,14} ){0,3}{WOMEN}\b(?! and {MEN}| or {MEN})",
        "(?:supports?|supporting|helps?|helping|empower(?:s|ing)?|encourag(?:es?"
        r"|ing)) (?:[\w'-]{1,14} ){0,2}{WOMEN}\b(?! and {MEN}| or {MEN})",
        r"(?:women|ladies)'?s?'? (?:group|ride|bike|cycling|circle|session|class|team|choir|drop-in|refuge)s?\b",
        r"all[- ]female\b",
        "{WOMEN} (?:to (?:enjoy|ride|cycle|join|get|come|meet)|who (?:want|would|have|are|need)|looking|wanting"
        r"|interested|cyclists|riders)\b",
        "(?:all|any|encourag(?:e|es|ing)|inviting|invites?|help(?:s|ing)?"
        r"|get(?:ting)? more) {WOMEN}\b(?! and {MEN}| or {MEN})",
        "female (?:riders?|cyclists?|members|victims|survivors)",
        r"(?:enabl(?:es?|ing)|inspir(?:es?|ing)|leads|invit(?:es?|ing)) (?:[\w'-]{1,14} ){0,1}{WOMEN}\b(?! and {MEN})",
        r"(?:support|information|counselling|advice|services|help) (?:[\w'-]{1,14} ){0,3}to (?:[\w'-]{1,14} ){0,1}"
        r"{WOMEN}\b(?! and {MEN})",
    ),
    "men_only": (
        r"(?:for|by) (?:[\w'-]{1,14} ){0,2}(?<!wo){MEN}\b(?! and {WOMEN}|/| or {WOMEN}|'s)",
        r"(?<!wo)\b{MEN}[- ]only",
        r"(?:supports?|supporting|helps?|helping|works? with) (?:[\w'-]{1,14} ){0,2}\b{MEN}\b(?! and {WOMEN}"
        "| or {WOMEN})",
        r"\bmen'?s'? (?:group|session|class|choir)s?\b",
    ),
    "children_welcome": (
        r"(?:groups?|counsell?ing|sessions?|class(?:es)?|clubs?|activities|lessons|workshops?|tuition|play)"
        r" for (?:[\w'-]{1,14} ){0,2}(?:children|kids|toddlers|babies|youngsters)\b",
        r"for (?:[\w'-]{1,14} ){0,3}(?:children|kids|toddlers|babies|youngsters)\b",
        "both adults and children",
        r"(?:educating|teaching|coaching|tutoring) (?:[\w'-]{1,14} ){0,2}(?:children|kids)",
        "children's (?:ministry|church|choir|clubs?|groups?|sessions?|class(?:es)?|activities|workshops?|theatre)",
        r"(?:day ?care|child ?care) for [\w-]{1,6} ?(?:year|yr)s?[ -]?olds",
        "children (?:and|&) (?:adul+ts|young people|families|youth|their families)",
        "(?:adults|parents|families|young people) (?:and|&|with) (?:their )?(?:young )?(?:children|kids)",
        "(?:children|kids|families|babies|toddlers|juniors|young children)(?: (?:are|very|too|also|all))* welcome",
        "(?:bring|bringing) (?:the |your |their )?(?:kids|children|little ones)",
        "family[- ]friendly",
        "boys and girls|girls and boys",
        "children (?:aged|of all ages|from)",
        "including (?:young )?children",
        "accompany (?:their )?children",
        r"(?:suitable|open) (?:for|to) (?:[\w'-]{1,14} ){0,2}(?:children|kids)",
        "^for families",
    ),
    "carer_welcome": (
        "(?<!parents )(?<!parent )(?:and|or|&|their|with|for|plus) (?:their |the |family |unpaid |young |adult"
        " )?(?:carers"
        r"|caregivers)\b(?! allowance)",
        "(?:partners|carers|relatives|caregivers)(?: (?:and|&) (?:carers|partners|friends|families))?(?: are| also"
        "| all)? welcome",
        r"carers and (?:people|those) (?:who are )?(?:living |affected )?(?:with|by)",
        "(?:anyone|people|those|everyone) who (?:looks? after|cares? for) ",
        "carers (?:go |come |get in |enter )?free",
        "carers'? (?:group|support|coffee|cafe|café|lunch|drop-in)",
        r"(?:supports?|supporting|helps?|helping) (?:[\w'-]{1,14} ){0,2}carers",
        r"family members or carers[^.,;\n]{0,30}|(?:senior|older|family|kinship) caregivers",
        "bring (?:a|your) (?:carer|partner|friend or carer)",
    ),
    "dementia_friendly": (
        "(?:people|those|anyone|person|adults|living|individuals|elderly) (?:living |affected |diagnosed "
        r"|suffering )?(?:with|by|from) (?:[\w'-]{1,14} ){0,3}(?:dementia|memory loss|alzheimer'?s?)",
        "dementia[- ](?:friendly|caf[eé]|group|support|singing|sufferers|choir|club|day)",
        r"for (?:[\w'-]{1,14} ){0,3}(?:dementia|memory loss|alzheimer'?s?)",
        "alzheimer'?s? (?:caf[eé]|group|support)|memory caf[eé]",
    ),
    "lgbtq_affirming": (
        r"\blgbt\w{0,4}\+?",
        r"\blesbian",
        r"\bgay (?:and|men|people|community|,)",
        r"\btransgender",
        r"\bqueer\b",
        "trans (?:people|and non-binary)",
    ),
    "faith_based": (
        "(?:advance|advancement|advancing|promot(?:e|es|ion|ing)|propagation|spread(?:ing)?|further(?:ance)?"
        r"|teach(?:ing)?)(?: of)? (?:the )?(?:[\w'-]{1,14} ){0,3}(?:christian|islam|islamic|muslim|jewish|judaism"
        r"|catholic|hindu|hinduism|sikh|sikhism|buddhist|buddhism|orthodox|gospel|christianity|faith|religion)\b"
        "(?! (?:culture|heritage|history|arts|music|dance|food))",
        "(?:public|sunday|christian|divine|religious|jewish|religious) worship",
        r"(?:praise and|meetings? for|opportunit(?:y|ies) (?:to|for)) worship|\bquakers?\b",
        "worship(?:p?ing)? (?:god|services?|together|on)|place of worship|acts of worship",
        "regular sunday services[^.]{0,60}|sunday (?:services?|morning service|worship|mass)",
        "(?:prayer|bible|gospel) (?:meetings?|stud(?:y|ies)|groups?|outreach|teaching|message)",
        r"\bpreach\w*",
        r"the gospel\b",
        r"evangelis\w+",
        "church (?:services|family|congregation|community|members|plant|fellowship)",
        "(?:christian|muslim|jewish|hindu|sikh|buddhist|islamic|catholic) (?:charity|fellowship|ministry|church"
        "|faith|mission|values|community|congregation|organi[sz]ation|education|group|youth|teaching|principles"
        "|prayer|religion|doctrine|outreach|gospel)",
        r"part of (?:[\w'.-]{1,14} ){0,3}church",
        "faith[- ]based",
        r"\btorah\b|\bsynagogue|\bmosque\b|\bmandir\b|\bgurdwara\b",
        "(?:parochial|parish) church",
        "ecclesiastical",
        "kingdom of god|jesus|word of god|holy (?:bible|scripture|quran)",
        r"christian\b(?! (?:aid|name|association))|christianity|christians",
        r"\bislam(?:ic)?\b|\bmuslims?\b(?! (?:women|girls|communit))|\bjudaism\b|\bbuddhis[mt]|\bhinduism|\bsikhism",
        "religious (?:services?|education|teaching|instruction|ceremonies|festivals)|(?:methodist"
        "|baptist|anglican|pentecostal|catholic|evangelical|roman catholic) (?:church|parish|faith|community"
        "|religion)",
        r"the church (?:is|aims|provides|holds|runs|has|exists|seeks|offers)\b|\bbible\b|scriptures?\b|\bdharma\b",
    ),
}
_NO: dict[str, tuple[str, ...]] = {
    "booking_needed": (
        r"(?:do not|don't) (?:make|take|give) appointments",
        "no (?:need to (?:pre-?)?book|(?:pre-?)?booking|appointment|advance booking)s?(?: is| are)?(?: needed"
        "| required| necessary)?(?:, just (?:drop in|turn up|come along))?",
        "(?:appointments?|booking) (?:is |are )?not (?:required|necessary|needed)",
        "without an appointment",
        "(?:don't|do not) (?:need|have) to (?:pre-?)?book",
        "(?:don't|do not) need an appointment",
    ),
    "beginners_welcome": (
        "not (?:suitable |really |ideal |aimed )?(?:for|at) (?:complete |absolute )?(?:beginners?|novices?)",
        r"not (?:a )?beginners?\b",
        r"(?:some|previous|prior) (?:[\w'-]{1,10} )?experience (?:is )?(?:needed|required|essential|necessary)",
        "already (?:ride|riding|cycle|cycling|run|running) regularly",
        r"\bintermediates?\b(?! care)",
        "(?:for|suits?|suited to) (?:the )?(?:more )?(?:experienced|advanced|confident|competent|fast(?:er)?|fit"
        "|regular) (?:riders?|cyclists?|players?|runners?|dancers?|group)(?! lead)",
    ),
    "referral_only": (
        r"no referrals? (?:or (?:\w{1,12} )?\w{1,12} )?(?:is |are )?(?:needed|required|necessary)",
        "(?:don't|do not) need (?:to be referred|a referral)",
    ),
    "self_referral": ("(?:no|not accept|don't accept|do not accept|not take) self[- ]referrals?",),
    "drop_in": (
        "no (?:walk|drop)[- ]ins?",
        "not a drop[- ]in",
        "(?:do not|don't|cannot|can't) (?:accept |take |see )?(?:walk|drop)[- ]ins?",
    ),
    "children_welcome": (
        r"no (?:children|kids|under[- ]\d\ds)\b",
        "adults only",
        "(?:sorry,? )?not suitable for (?:young )?(?:children|kids)",
        "children (?:are )?not (?:allowed|admitted)",
    ),
}


def _spelt(cues: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Put the words in place of their name."""
    found = {}
    for code, phrases in cues.items():
        for name, words in STANDS.items():
            phrases = tuple(phrase.replace(name, words) for phrase in phrases)
        found[code] = phrases
    return found


YES = _spelt(_YES | cues_place.YES)
NO = _spelt(_NO | cues_place.NO)
