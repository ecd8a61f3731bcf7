"""Words that may mean somebody is not safe: then help comes first. Ranks, blocks, keeps and tells nothing itself. Pure.

The list is short on purpose and errs towards showing help: shown once too often, it does no harm. Each language of the
interface has its own words; all are looked for, whatever the page's language is.
"""

import re
import unicodedata

PHRASES: dict[str, str] = {
    "en": """
        suicide | suicidal | kill myself | killing myself | end my life | ending my life | end it all | ending it all
        | take my own life | taking my life | want to die | wanna die | wish i was dead | wish i were dead
        | better off dead | better off without me | don't want to live | don't want to be here | do not want to live
        | do not want to be here | can't go on | cannot go on | no reason to live | nothing to live for
        | not worth living | hurt myself | hurting myself | harm myself | harming myself | self harm | self harming
        | selfharm | cut myself | cutting myself | overdose
        | kill herself | kill himself | kill themselves | killing herself | killing himself | killing themselves
        | end her life | end his life | end their life | ending her life | ending his life | take her own life
        | take his own life | take their own life | harm herself | harm himself | harm themselves | harming herself
        | harming himself | harming themselves | cutting herself
        | cutting himself | wants to die | wanted to die
        | hits me | beats me | beat me up | hurting me | hurts me | chokes me | strangles me | strangled me
        | threatens me | threatened to kill | going to kill me | afraid of my husband | afraid of my wife
        | afraid of my partner | scared of my husband | scared of my wife | scared of my partner | scared to go home
        | afraid to go home | raped | rapes me | abuses me | abusing me | abused by | won't let me leave
        | won't let me out | stalking me | hits her | hits him | beats her | beats him
        | threatens her | threatens him | strangled her | afraid of her husband | afraid of her partner
        | afraid of his wife | afraid of his partner | scared of her husband | scared of her partner
        | scared of his wife | scared of his partner
    """,
    "de": """
        selbstmord | suizid | umbringen | nicht mehr leben | will sterben | möchte sterben | mir das leben nehmen
        | sich das leben nehmen | tut mir weh | schlägt mich | bedroht mich
    """,
    "es": """
        suicidio | suicidarme | matarme | quiero morir | no quiero vivir | quitarme la vida | suicidarse | matarse
        | quitarse la vida | hacerse daño | hacerme daño | me pega | me golpea | me maltrata | me amenaza
    """,
    "pt": """
        suicídio | matar-me | me matar | quero morrer | não quero viver | tirar a minha vida | matar-se | se matar
        | me bate | bate-me | me ameaça | me maltrata
    """,
    "fr": """
        suicide | me suicider | me tuer | se suicider | se tuer | envie de mourir | veux mourir
        | plus envie de vivre | veux en finir | me frappe | me bat | me menace | me fait du mal
    """,
    "it": """
        suicidio | suicidarmi | uccidermi | suicidarsi | uccidersi | farsi del male | voglio morire
        | non voglio vivere | farla finita | farmi del male | mi picchia | mi minaccia | mi maltratta
    """,
    "pl": """
        samobójstwo | samobójstwa | zabić się | chcę umrzeć | nie chcę żyć | odebrać sobie życie | bije mnie | grozi mi
        | krzywdzi mnie
    """,
    "ur": """
        خودکشی | مرنا چاہتا | مرنا چاہتی | جینا نہیں چاہتا | جینا نہیں چاہتی | مجھے مارتا | مجھے مارتی | khudkushi
        | marna chahta | marna chahti
    """,
}


def _pattern() -> re.Pattern[str]:
    phrases = {_plain(phrase) for words in PHRASES.values() for phrase in words.split("|")}
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, phrases), key=len, reverse=True))})(?!\w)")


def _plain(text: str) -> str:
    """Fold case, accents and the signs between words, so that spellings meet."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("’", "'").replace("'", ""))
    kept = "".join(letter if letter.isalnum() else " " for letter in folded if not unicodedata.combining(letter))
    return " ".join(kept.split())


_RISK = _pattern()


def may_be_at_risk(text: str) -> bool:
    """Tell whether help lines should come first.

    Examples
    --------
    >>> may_be_at_risk("I can't go on. I like gardening"), may_be_at_risk("killing time with chess")
    (True, False)
    """
    return _RISK.search(_plain(text)) is not None
