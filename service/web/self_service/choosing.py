"""How the order of a list comes about, said openly from the ranking's own tables. It changes nothing of them."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog.barriers import BARRIERS
from service.matching.filters import GATES
from service.matching.scorers import SCORERS
from service.web.self_service import answer_words

WEIGHTS: dict[str, LazyString] = {
    "interest": _("How well it fits what you like"),
    "belonging": _("Whether people in a life like yours go there, and come back to the same faces"),
    "first_visit": _("How easy the first visit is made"),
    "travel": _("How quickly you get there"),
    "access": _("Whether it makes going easier, in the way you asked for"),
    "schedule": _("Whether it meets when you are free"),
    "cost": _("What it costs"),
    "size": _("How many people there are"),
    "trust": _("How lately it was confirmed"),
}
RULES: dict[str, LazyString] = {
    "put_aside": _("You put it aside, or asked for others like it."),
    "stopped": _("It does not meet any more."),
    "mode": _("It meets online, and you asked to meet in person; or the other way round."),
    "area": _("It takes people from another area only."),
    "reach": _("It is further than you said you would go, by more than a quarter."),
    "reach_wide": _("It is more than twice that far. We only look so far when there is too little near you."),
    "age": _("It is for another age."),
    "restriction": _("By law it is for women only, or for men only, and you said you are not."),
    "price": _("It costs more than you said."),
    "times": _("It meets only when you cannot, and you said you need other hours."),
    "language": _("Nobody speaks your language, and you said you need that."),
    "vetting": _("Nobody has seen its papers, and you said you need a safe place."),
    "level": _("It asks for a bigger first step than you can take, and you said so."),
    "needs": _("It does not have a thing you said you need."),
    "culture": _("It is not right for your faith, culture or who you are, and you said you need that."),
}
_BARRIER = _("It does not offer “%(thing)s”, and you said you need that.")


def weights() -> list[dict[str, object]]:
    """Return what counts, with its share of a hundred, the weightiest first."""
    total = sum(scorer.weight for scorer in SCORERS)
    return [
        {
            "words": str(WEIGHTS[scorer.code]),
            "weight": f"{scorer.weight:.2f}",
            "share": round(100 * scorer.weight / total),
        }
        for scorer in sorted(SCORERS, key=lambda scorer: -scorer.weight)
    ]


def gates() -> list[str]:
    """Return what rules a group out, one sentence each."""
    return [_rule(gate.code) for gate in GATES]


def _rule(code: str) -> str:
    barrier = code.removeprefix("barrier_")
    if barrier in BARRIERS and barrier != code:
        return str(_BARRIER) % {"thing": answer_words.BARRIERS[barrier]}
    return str(RULES[code])
