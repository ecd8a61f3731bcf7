"""A small catalogue for somebody who looks for a group, and what a test reads from the pages."""

import html
import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.catalog import models as m
from service.catalog.operations import touch
from tests.catalog import making

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
WORDS = "I have been alone since spring and like singing"
PLACE = "M33 4ND"
TERMS = {
    "activity.music": "Music",
    "activity.music.singing": "Singing and choirs",
    "activity.support": "Support",
    "activity.support.transport": "Lifts and transport",
    "activity.games": "Games",
    "activity.games.chess": "Chess",
    "mechanism.social_contact": "Meeting people",
}


def catalogue(store: Session) -> dict[str, UUID]:
    """Add a choir by day, one in the evening, a chess club known only roughly, a lift, and a fund nobody can join."""
    for code, label in TERMS.items():
        broader = code.rpartition(".")[0] if code.count(".") == 2 else None
        store.add(m.Term(code=code, facet=code.split(".")[0], label=label, broader=broader))
        store.flush()
    made = {
        "larks": _group(
            store, "larks", "The Larks", "activity.music.singing", host="Bev", door={"leaving": "Slip out."}
        ),
        "owls": _group(
            store, "owls", "Night Owls Choir", "activity.music.singing", price_pence=450, sessions=[_meets(19, "TH")]
        ),
        "rooks": _rooks(store),
        "lift": _group(
            store,
            "lift",
            "Hop In Lifts",
            "activity.support.transport",
            is_enabler=True,
            removes=["transport"],
            how_to_join="Ring two days before.",
        ),
        "fund": _group(
            store, "fund", "Sale Choir Fund", "activity.music", joinable=False, not_joinable_reason="grant_making"
        ),
    }
    touch(store, list(made.values()), now=NOW)
    store.commit()
    return made


def _group(store: Session, slug: str, name: str, term: str, **more: Any) -> UUID:
    known = {
        "slug": slug,
        "terms": [m.GroupTerm(code=term)],
        "areas": [],
        "description": f"{name} meet in Sale.",
        "sessions": [_meets(10, "TU")],
        **more,
    }
    hall = known.pop("hall", None) or making.location(facts=[making.fact("step_free")])
    known["places"] = [m.GroupLocation(location_id=hall.id)]
    for session in known["sessions"]:
        session.location_id = hall.id
    return making.group(store, name, hall=hall, **known).id


def _meets(hour: int, day: str) -> m.Session:
    starts = datetime(2026, 1, 6, hour, 0)  # noqa: DTZ001  # local wall time
    return m.Session(rule=f"FREQ=WEEKLY;BYDAY={day}", starts_at=starts, minutes=120, exceptions=["2026-11-24"])


def _rooks(store: Session) -> UUID:
    """A listing of an old list: only the district of a contact's address is known, and neither times nor price."""
    hall = making.location(
        name="Secretary's house",
        address_1="4 Contact Close",
        city="Urmston",
        postal_code="M41 9AA",
        precision="district",
        facts=[],
    )
    return _group(
        store,
        "rooks",
        "Urmston Rooks",
        "activity.games.chess",
        hall=hall,
        sessions=[],
        facts=[],
        prices=[],
        price_pence=None,
        capacity_state=None,
        source="trafford-sports-clubs",
        source_year=2018,
        last_confirmed_on=date(2018, 7, 1),
        confirmed_precision="year",
    )


def many(store: Session, number: int) -> None:
    """Add choirs."""
    added = [_group(store, f"choir-{n}", f"Choir {n:03}", "activity.music.singing", id=uuid4()) for n in range(number)]
    touch(store, added, now=NOW)
    store.commit()


def further_away(store: Session, slug: str, km: float) -> None:
    """Add a choir so far to the north of the others."""
    hall = making.location(name="North Hall", latitude=53.41438 + km / 111.2)
    touch(store, [_group(store, slug, slug.title(), "activity.music.singing", hall=hall)], now=NOW)
    store.commit()


def find(client: FlaskClient, **form: Any) -> TestResponse:
    """Send the form; unless told otherwise, with words and a place."""
    return client.post("/en/find", data={"text": WORDS, "place": PLACE, **form})


def address(client: FlaskClient, **form: Any) -> str:
    """Send the form and return the address of the list."""
    answer = find(client, **form)
    assert answer.status_code == 303, said(answer)
    return str(answer.headers["Location"])


def said(answer: TestResponse) -> str:
    """Return what the main part of a page says."""
    page = answer.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main")]
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.DOTALL)
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def slugs(answer: TestResponse) -> list[str]:
    """Return the groups a list leads to, in its order, each once."""
    found = re.findall(r'href="/en/find/[^"]+/groups/([^"]+)"', answer.get_data(as_text=True))
    return list(dict.fromkeys(found))
