"""Phrases that state a fact of the place, of pace, things and money: code to patterns. Pure, data only; see `cues`."""

YES: dict[str, tuple[str, ...]] = {
    "creche": (
        "cr[eè]che",
        "child ?care (?:is |can be )?(?:available|provided|offered)",
        "free child ?care",
    ),
    "prayer_space": (r"prayer (?:room|space|area|facilit\w+)", "(?:space|place|room) for (?:\\w{1,10} )?prayer"),
    "step_free": (
        r"disabled access|access for (?:the )?(?:disabled|wheelchair)",
        "step[- ]free(?: access| entrance| throughout)?",
        r"no steps\b",
        "level (?:access|entry|entrance)",
        "flat (?:access|entrance)",
        r"\bramp(?:ed)?\b(?: access)?",
        r"wheelchair[- ](?:friendly|accessible(?! (?:toilet|loo|wc|bath))|access\b(?! (?:toilet|loo|wc)))",
        "accessible (?:to|for|by) (?:people in |all )?wheelchairs?(?: users)?",
        "wheelchairs? (?:users? )?(?:are )?welcome",
        "(?:fully|all|(?:building|venue|hall|centre|room|church|entrance)(?: is)?|we are|it is) accessible(?= |[.,;!]"
        "|$)(?! (?:toilet|to all|to every|to the"
        "|by (?:bus|public)))",
        "accessible (?:venue|building|hall|entrance)",
        "all on (?:the )?(?:one level|ground floor)",
        r"wheelchair users (?:are |can |may |very )*(?:welcome|join|take part|get in)|wheelchairs? ok(?:ay)?\b",
    ),
    "wheelchair_space": (
        "wheelchair spaces?",
        r"(?:spaces?|room) for (?:\w{1,6} )?wheelchairs?",
    ),
    "accessible_toilet": (
        "(?:accessible|disabled|adapted|wheelchair[- ]accessible|wheelchair) (?:toilets?|loos?|wcs?|bathrooms?)",
        "toilets? (?:is|are) accessible",
        "changing places(?: toilets?)?",
        "toilets? for (?:the )?(?:disabled|wheelchair)",
    ),
    "toilets": (
        r"(?<!accessible )(?<!disabled )(?<!adapted )(?<!wheelchair )(?<!places )(?:toilets?|loos?)\b(?! (?:stop"
        "|break|paper|rolls?|training|for (?:the )?disab|is acc|are acc|(?:is|are) (?:up|down)|tr))",
    ),
    "lift": (
        r"(?<!give )(?<!offer )(?<!need a )(?<!want a )(?<!get a )\b(?:passenger |pool hoist and |working "
        r"|stair ?)?lift\b(?=\s?(?:[.,;)!]|$|and |to (?:all|the|first|upper|second)|access|available|on site"
        r"|in (?:the )?building|is\b))",
        r"\belevator\b",
    ),
    "parking": (
        r"(?<!disabled )(?<!badge )(?<!accessible )(?<!cycle )(?<!bike )(?<!bicycle )\bparking\b(?! (?:(?:is "
        r"|costs )?£|fees?|fines?"
        r"|charges?|tickets?|restrictions?"
        "|permits?|meters?|bays? for))",
        r"(?:free |large |own )car ?parks?\b",
        "car ?park(?:ing)? (?:available|on site|free|at the (?:rear|back|front|venue)|next|behind|opposite|nearby"
        "|spaces)",
    ),
    "blue_badge_parking": ("(?:disabled|blue[- ]badge|accessible) (?:car )?(?:parking|bays?|spaces?|car park)",),
    "near_stop": (
        "(?:bus|tram|train|metro|tube|metrolink|railway|rail) (?:stops?|stations?) (?:is "
        r"|are )?(?:[\w'-]{1,8} ){0,2}(?:outside|nearby|near by|opposite|close|minutes|next|in front)",
        "(?:near|close to|next to|opposite|outside|by|minutes'? (?:walk )?from|walk from"
        r"|across from) (?:[\w'-]{1,14} ){0,4}(?:bus|tram|train|metro|tube|metrolink|railway|rail) (?:stop"
        "|station)s?",
        r"\bbus(?:es)? (?:no\.? ?|number ?|routes? )?\d{1,3}[^.;!?\n]{0,30}(?:door|stops?|outside|pass)",
        "on (?:the |a )?(?:main )?(?:bus|tram) (?:route|line)s?",
    ),
    "hearing_loop": (
        "(?:hearing|induction|audio)[- ]?loop(?: system)?",
        "loop system",
    ),
    "bsl": (
        r"\bbsl\b",
        "british sign language",
        r"sign(?:ed|ing)?[- ]language (?:interpret\w+|support)",
    ),
    "captions": (
        r"\bcaption(?:s|ed|ing)\b",
        r"\bsubtitl(?:es|ed)\b",
        "speech[- ]to[- ]text",
    ),
    "quiet_space": ("quiet (?:space|room|area|corner|zone|side room)",),
    "large_print": ("(?:large|big)[- ]print",),
    "guide_dog_welcome": (
        "(?:guide|assistance|hearing|service) dogs? (?:are )?(?:welcome|allowed|only|permitted|accepted)",
        "guide dogs? (?:and|or|/) ",
    ),
    "seated_option": (
        r"\bseated\b(?! (?:area|in the))",
        "chair[- ]based",
        r"\bchair (?:exercise|yoga|aerobics|fitness)",
        "sit(?:ting)? (?:down )?(?:if|when|or stand)|(?:standing|stand) or (?:seated|sitting|sit)",
        "chairs (?:are )?(?:available|provided)|can be done (?:seated|sitting|from a chair)",
        r"in a chair\b",
    ),
    "gentle_pace": (
        r"(?<!more )gentle\b(?! (?:hills?|climbs?|slopes?|inclines?|undulat\w+|gradients?|roll\w*|descent|downhill"
        "|uphill|reminder))",
        r"gently paced|\bleisurely\b",
        r"(?:easy|slow|relaxed|social|comfortable|conversational|chatty)[- ]paced?\b|easy[- ](?:ride|talk)\b",
        "easy[- ]paced",
    ),
    "kit_provided": (
        "{GEAR} (?:and {GEAR} )?(?:(?:is|are|will be|can be|all) ){0,3}(?:provided(?! you| that| they| it"
        "| there)|supplied|included|lent|loaned"
        "|available (?:to|for) (?:borrow|hire|use|loan))",
        r"{GEAR} (?:and {GEAR} )?(?:to (?:borrow|lend)|available)\b",
        r"(?:borrow|loan|lend|hire) (?:of )?(?:[\w'-]{1,10} ){0,2}{GEAR}",
        r"(?:we|will|I) (?:can |always |also |will )?(?:provide|supply|lend)(?: all| the| some){0,2}"
        r" (?:[\w'-]{1,10} ){0,1}{GEAR}\b",
        r"(?:we|I) (?:can |also )?have (?:spare|loan|some|club|plenty of|extra) {GEAR}\b",
        "(?:all|everything|materials|equipment)(?: is| are)?(?: you need)?(?: is)? (?:provided|supplied)",
        r"(?:spare|loan) {GEAR}\b(?! tubes?)",
        "everything (?:is )?(?:included|provided|supplied)|all (?:equipment|kit|materials)(?: (?:is"
        "|are))? (?:included|there|here|yours)",
        r"no need to bring (?:anything|your own|any|equipment|a)\b",
        "{GEAR} for (?:loan|beginners|newcomers|hire)",
        "free (?:use of )?{GEAR} (?:hire|provided)",
    ),
    "concession": (
        r"\bconcessions?\b(?! stand)",
        r"\bconcessionary\b",
        r"(?:reduced|discounted|lower|half) (?:rate|price|fee|cost|entry)s?\b",
        "discounts? (?:for|available|to|if)|discounted (?:for|places)",
        r"(?:students?|unwaged|oaps?|pensioners?|juniors?|seniors?|low[- ]incomes?|under[- ]\d\ds|children"
        r"|kids|child|concs?)[:,]? ?£\d{1,3}(?:\.\d\d)?",
        r"£\d{1,3}(?:\.\d\d)? (?:(?:for|if you(?: are|'re)|to) )(?:[\w'-]{1,8} ){0,2}(?:students?|unwaged|oaps?"
        r"|pensioners?|juniors?|seniors?|low[- ]incomes?|benefits|unemployed|children|kids|under)\b",
        r"£\d{1,3}(?:\.\d\d)? ?(?:\(?unwaged|conc|students?|oaps?|juniors?|seniors?)",
    ),
    "pay_what_you_can": (
        "pay (?:what|as much as|whatever) you (?:can|want|like|feel|wish|think)",
        "pay[- ]as[- ]you[- ](?:feel|can|wish)",
        r"by donation\b|donations? (?:are )?(?:welcome|only|if you can)",
        "(?:suggested|voluntary|small|optional) (?:donations?|contributions?)",
        "give what you can|contributions? (?:are )?welcome",
    ),
    "halal_kosher_veg": (
        r"\bhalal\b",
        r"\bkosher\b",
        r"\bvegetarian\b",
        r"\bvegan\b",
    ),
    "alcohol_free": (
        "alcohol[- ]free",
        r"no alcohol\b",
        r"\bdry (?:event|venue|bar)\b",
    ),
    "interpreter_arranged": (
        "(?<!bsl )(?<!language )interpret(?:er|ers|ing|ation)(?: services?)?(?: (?:is|are|can be|will be"
        "|services?))*(?: (?:available|provided|arranged|offered|on request|free|by))",
        r"(?:provides?|offers?|arrange|free|request an) (?:[\w'-]{1,10} ){0,2}(?<!language )(?:interpret(?:er"
        r"|ers|ing|ation)"
        r"|translators?)\b",
        "translators? (?:are )?(?:available|provided|present)",
    ),
    "transport_provided": (
        "transport(?:ation)? (?:is |can be |may be |will be |to and from )?(?:provided|available|arranged"
        "|included|offered|laid on|on request)",
        "free (?:door[- ]to[- ]door )?(?:transport|minibus)",
        "minibus (?:picks?|pick-up|collects?|service|provided|available|from)",
        "we (?:can |will )?(?:collect|pick) you",
        "door[- ]to[- ]door",
        "lifts (?:can be |are )?(?:offered|arranged|available|given)",
        r"(?:provid(?:es?|ing)|offers?|arranges?) (?:[\w'-]{1,10} ){0,2}transport(?:ation)?\b(?! (?:system|network"
        "|polic))",
    ),
    "taster": (
        r"tasters?\b(?: session| class| day)?",
        "(?:first|1st) (?:session|class|visit|lesson|week|one|time|go)(?: is| for)? free",
        r"free trial\b(?: session| lesson| class)?|trial (?:session|lesson|class)",
        "try (?:it|a session|us|one)(?: out)? (?:for )?free",
    ),
}
NO: dict[str, tuple[str, ...]] = {
    "step_free": (
        r"steps (?:up |down )?(?:to|at|into) the (?:door|entrance|hall|room|building)",
        r"(?:there are|narrow|steep|by|via|only) stairs\b",
        r"(?:room|hall|studio|held|meets?|is) upstairs\b",
        "not (?:suitable|accessible|possible) (?:for|to|by|in) (?:people in |users of |a )?wheelchairs?(?: users)?",
        r"no (?:wheelchair|disabled|level|step[- ]free|ramp\w*) (?:access|entry)",
        "not (?:fully |yet )?(?:wheelchair[- ])?accessible",
        "(?:not|isn't|aren't) (?:wheelchair[- ]friendly|step[- ]free)",
        r"\b(?:has|are|have|with|up|of|by|down|there are) (?:[\w'-]{1,8} )?\d{1,3} (?:steep |stone )?(?:steps"
        "|stairs)",
        r"(?:up|down|flights? of) (?:[\w'-]{1,10} ){0,3}stairs\b|stairs only|upstairs room|steep stairs",
        "not suitable for wheelchairs",
        r"no (?:[\w'-]{1,12} or )?wheelchairs\b(?! (?:access|spaces?))",
        r"up (?:an?|the|some|one|two) (?:[\w'-]{1,10} ){0,2}stair(?:s|case)?\b",
        r"(?:several|some|many|steep|few) (?:steep )?steps\b(?! (?:to|towards) (?:recovery|health))",
        r"(?:two|three|four|five|six|\d{1,2}) (?:steep |small |stone )?(?:steps|stairs) (?:up|down|at|into|outside"
        "|to the)",
        "first floor,? (?:with )?no lift",
        r"no ramp\b",
    ),
    "kit_provided": (r"(?:bring|need|provide|have) your own (?:[\w'-]{1,10} )?{GEAR}",),
}
