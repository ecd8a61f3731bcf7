"""Counting what was asked for, after the answer has gone: nobody waits for it, and its failure fails nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from service import observability
from service.clock import now
from service.matching import Profile
from service.matching.counting import outcome_of, terms_of
from service.web.rendering import Services, country_pack, services
from service.web.self_service import search


def counted(answer: Response, sealed: str) -> Response:
    """Have one new search counted once its answer has been sent. For the answer to a POST only."""
    made, moment = services(), now()
    asked = search.read(sealed, search.typed_of(sealed)).question
    today = moment.astimezone(ZoneInfo(country_pack().time_zone))

    def count() -> None:
        try:
            _count(made, asked, today)
        except Exception as error:
            observability.logger().warning("a search was not counted", extra={"error": type(error).__name__})

    answer.call_on_close(count)
    return answer


def _count(made: Services, asked: Profile, moment: datetime) -> None:
    found = made.matching.match(asked, now=moment)
    place = asked.place
    area = (
        made.gazetteer.district(place.latitude, place.longitude, place.label, country=made.settings.country)
        if place
        else ""
    )
    terms = terms_of(asked.interests, found)
    made.counts.add(day=moment.date(), area=area, terms=terms, outcome=outcome_of(found))
