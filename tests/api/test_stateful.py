"""A program goes on from what an answer held, as the document's links say, in any order: every promise is kept.

One request at a time is asked in tests/api/test_fuzz.py.
"""

import warnings
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings

from service.accounts.once import IDEMPOTENCY_KEY
from service.api.referrals import KEY
from service.clock import now
from service.db import committing
from service.referrals.events import feed
from service.referrals.people.given import WORDS_VERSION
from tests.api.test_fuzz import NOT_ASKED, cast, holders_view, served
from tests.by_itself import EACH_BY_ITSELF
from tests.people import Cast, keyed

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS

__all__ = ["cast", "served"]
WALKS, STEPS = 20, 15  # `make soak` walks longer
# Doors that a walk is about, and what it has to reach.
REFERRING = (
    r"^/api/v1/(referrals|people/[^/]+/plan)",
    (
        ("POST /api/v1/referrals", 201),
        ("GET /api/v1/referrals/{referral_id}", 200),
        ("GET /api/v1/referrals/{referral_id}/introductions", 200),
        ("GET /api/v1/people/{person_id}/plan", 200),
        ("PATCH /api/v1/people/{person_id}/plan", 200),
    ),
)
PEOPLE = (
    r"^/api/v1/(people/.*consents|people$|events)",
    (
        ("GET /api/v1/people", 200),
        ("GET /api/v1/events", 200),
        ("POST /api/v1/people", 201),
        ("GET /api/v1/people/{person_id}/consents", 200),
        ("POST /api/v1/people/{person_id}/consents", 201),
        ("POST /api/v1/people/{person_id}/consents/{consent_id}/withdraw", 200),
    ),
)
MEASURES = (
    r"^/api/v1/people($|/[^/]+/assessments|/[^/]+$)",
    (
        ("GET /api/v1/people/{person_id}", 200),
        ("PATCH /api/v1/people/{person_id}", 200),
        ("POST /api/v1/people/{person_id}/assessments", 201),
        ("GET /api/v1/people/{person_id}/assessments", 200),
    ),
)
ALL = pytest.mark.parametrize(
    ("doors", "reached"), [REFERRING, PEOPLE, MEASURES], ids=["referring", "people", "measures"]
)
Reached = tuple[tuple[str, int], ...]


def mend(case: Any, cast: Cast) -> None:
    """Let some of what was made up be a referral, a person and a yes that can be taken: else no walk goes far."""
    body = case.body
    if case.method == "PATCH" and (case.headers or {}).get("If-Match"):
        case.headers["If-Match"] = "*"
    if (
        case.method not in ("POST", "PATCH")
        or not isinstance(body, dict)
        or case.meta.generation.mode is not GenerationMode.POSITIVE
    ):
        return
    if case.path.endswith("/referrals") and isinstance(body.get("consent"), dict):
        body["group_id"] = str(cast.eli_group)
        body["person"] = {"preferred_name": "Cai", "contact": "01632 960123"}
        body["consent"] |= {"given": True, "items": ["name", "contact"], "given_by": "self", "group_id": None}
        body["consent"] |= {"representative": None, "expires_at": None, "purpose": "introduction"}
        body["consent"]["given_at"] = (now() - timedelta(hours=1)).isoformat()
    else:
        _mend_of_person(case.path, body, cast)


def _mend_of_person(path: str, body: dict[str, Any], cast: Cast) -> None:
    if path.endswith("/people"):
        body |= {
            "preferred_name": "Cai",
            "contact": "01632 960123",
            "contact_rule": "phone",
            "born": "",
            "reference": "",
        }
    elif path.endswith("/people/{person_id}"):
        body.clear()
        body["contact_rule"] = "phone"
    elif path.endswith("/plan"):
        body |= {"add_goals": ["Sing again"], "reached": [], "groups": [str(cast.eli_group)], "wishes": None}
    elif path.endswith("/assessments"):
        body |= {
            "measure": "ucla3",
            "answers": {"company": "often"},
            "total": None,
            "taken_on": "2026-01-05",
            "yes": True,
        }
    elif path.endswith("/consents"):
        body |= {"purpose": "tell_referrer", "recipient": str(cast.surgery), "items": ["outcome"], "given": True}
        body |= {"words_version": WORDS_VERSION, "given_by": "self", "representative": ""}


def walk(app: Flask, cast: Cast, doors: str, walks: int, steps: int) -> Counter[tuple[str, int]]:
    """Walk along the links; return how often each operation answered with which status. A broken promise raises."""
    answered: Counter[tuple[str, int]] = Counter()
    refused = CHECKS.get_by_names(list(NOT_ASKED))
    asked = holders_view(app).include(path_regex=doors).exclude(path="/api/v1/referrals", method="GET")
    machine = asked.as_state_machine()

    class Program(machine):  # type: ignore[misc, valid-type]  # made from the document
        def before_call(self, case: Any) -> None:
            mend(case, cast)
            once = (case.headers or {}).get(KEY)
            if isinstance(once, str) and IDEMPOTENCY_KEY.fullmatch(once):
                case.headers[KEY] = str(uuid4())  # walks are walked again, and what was made stays

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": keyed(cast.bo_key)}

        def after_call(self, response: Any, case: Any) -> None:
            answered[case.operation.label, response.status_code] += 1
            with app.app_context(), committing() as unit:
                feed.give_numbers(unit)

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            case.validate_response(response, excluded_checks=refused, headers=keyed(cast.bo_key))

    Program.run(
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            backend=EACH_BY_ITSELF,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    return answered


def check(answered: Counter[tuple[str, int]], reached: Reached) -> None:
    assert not [one for one in answered if one[1] >= 500 or one[1] == 401]
    assert [one for one in reached if not answered[one]] == [], answered


@pytest.mark.asvs("V2.2.1")
@pytest.mark.filterwarnings("ignore")
@ALL
def test_along_the_links_every_promise_is_kept(served: Flask, cast: Cast, doors: str, reached: Reached) -> None:
    check(walk(served, cast, doors, WALKS, STEPS), reached)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@ALL
def test_along_the_links_on_long_walks(served: Flask, cast: Cast, doors: str, reached: Reached) -> None:
    answered = walk(served, cast, doors, 150, 40)
    check(answered, reached)
    assert answered.total() > 1000
