"""What to ask a group before one goes: a question for each thing nobody has confirmed, ready to be sent."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from service.matching.explanation import Point
from service.web import fact_questions
from service.web.self_service import words
from service.web.self_service.scene import Scene, Voice

MOST = 6  # questions in one message
TIMES, PRICE, PLACE = "times_not_confirmed", "price_not_confirmed", "place_not_confirmed"


def questions(points: Iterable[Point], scene: Scene, voice: Voice) -> list[str]:
    """Return what to ask: first what the person needs, then times, price and place as far as nobody has told us."""
    asked = [text for point in points if (text := question(point, scene, voice))]
    if not asked and scene.group.areas and scene.profile.place:
        asked.append(str(_("Do you take people from %(place)s?", place=scene.profile.place.label)))
    asked += [_plain(code) for code in _unknown(scene)]
    return list(dict.fromkeys(asked))[:MOST] or [str(_("Is there anything I should know first?"))]


def question(point: Point, scene: Scene, voice: Voice) -> str:
    """Return the question for one thing that is not confirmed; empty where there is none to put."""
    if point.kind != "not_confirmed":
        return ""
    if point.code == "fact_not_confirmed":
        return fact_questions.question(str(point.params["fact"]))
    if point.code == "language_not_confirmed":
        names = [voice.figures.language(code) for code in str(point.params["languages"]).split(",")]
        return str(_("Does anyone there speak %(languages)s?", languages=voice.figures.one_of(names)))
    if point.code == "not_confirmed_since":  # who is asked for their days need not be asked whether they still meet
        return "" if TIMES in _unknown(scene) else str(_("Does the group still meet?"))
    return _plain(point.code)


def _plain(code: str) -> str:
    return str(
        {
            PRICE: _("What does it cost to come?"),
            TIMES: _("On which days and at what time do you meet?"),
            PLACE: _("Where do you meet?"),
            "venue_not_confirmed": _("Where do you meet?"),
        }[code]
    )


def _unknown(scene: Scene) -> Iterator[str]:
    """Yield what anybody has to know before they go, whatever they asked for."""
    group = scene.group
    if not group.times_confirmed or not group.sessions:
        yield TIMES
    if group.price_pence is None or not group.price_confirmed:
        yield PRICE
    if group.mode not in ("online", "phone") and (scene.place is None or words.is_rough(scene)):
        yield PLACE
