"""A program that holds a key sends thousands of requests, right and wrong: each is answered as the document promises.

The same without a key is in tests/api/test_document.py.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from service.api.referrals import ROUTE
from tests.people import Cast, keyed, settle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 15  # of each operation; `make soak` asks more
# What has the right form may still be refused: an unknown place, a consent that has run out, a group that is full.
NOT_ASKED = ("positive_data_acceptance",)
BOTH = pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


@pytest.fixture
def served(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The application with people and a group, as it answers in earnest: a failure is an answer, not an exception."""
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    yield app
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, True


def holders_view(app: Flask) -> Any:
    """Load the document without its say on keys: the key is always sent, so that a wrong one is nobody's mistake."""
    document = app.test_client().get(DOCUMENT).get_json()
    del document["components"]["securitySchemes"]
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    loaded = schemathesis.openapi.from_dict(document)
    loaded.app, loaded.location = app, DOCUMENT
    return loaded


def fuzz(app: Flask, cast: Cast, mode: GenerationMode, examples: int) -> Counter[tuple[str, int]]:
    """Ask every operation; return how often each answered with which status. A broken promise raises."""
    refused = CHECKS.get_by_names(list(NOT_ASKED))
    answered: Counter[tuple[str, int]] = Counter()
    for found in holders_view(app).get_all_operations():
        operation = found.ok()  # a mistake in the document raises here

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            if case.path == ROUTE and isinstance(case.body, dict) and "group_id" in case.body:
                case.body["group_id"] = str(cast.eli_group)  # an id that was made up leads no further than "unknown"
            answer = case.call_and_validate(headers=keyed(cast.bo_key), excluded_checks=refused)
            answered[case.operation.label, answer.status_code] += 1

        with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
            ask()
    return answered


@pytest.mark.asvs("V2.2.1")
@pytest.mark.filterwarnings("ignore")
@BOTH
def test_with_a_key_every_promise_is_kept(served: Flask, cast: Cast, mode: GenerationMode) -> None:
    answered = fuzz(served, cast, mode, EXAMPLES)
    assert answered.total() > 20
    assert not [status for _, status in answered if status >= 500]
    assert not [status for _, status in answered if status == 401], "the key is known"
    assert answered[f"GET {ROUTE}", 200] or mode is GenerationMode.NEGATIVE


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@BOTH
def test_with_a_key_a_thousand_requests_of_each_kind(served: Flask, cast: Cast, mode: GenerationMode) -> None:
    assert fuzz(served, cast, mode, 1000).total() > 500
