"""The OpenAPI document against the running application: what it promises is what happens, for thousands of requests."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
EXAMPLES = 15  # of each operation, right and wrong ones; `make soak` asks more
# A place or an interest may have the right form and still be unknown, and a key is needed: 422 and 401 are right then.
NOT_ASKED = ("positive_data_acceptance",)


@pytest.fixture
def served(town: Flask) -> Iterator[Flask]:
    """The application as it answers in earnest: a failure is an answer, not an exception."""
    town.testing, town.config["PROPAGATE_EXCEPTIONS"] = False, False
    yield town
    town.testing, town.config["PROPAGATE_EXCEPTIONS"] = True, True


def check(app: Flask, mode: GenerationMode, examples: int) -> int:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    refused = CHECKS.get_by_names(list(NOT_ASKED))
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # a mistake in the document raises here

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=refused)

        with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
            ask()
    return asked


@pytest.mark.asvs("V2.2.1")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_what_the_document_promises_is_what_happens(served: Flask, mode: GenerationMode) -> None:
    assert check(served, mode, EXAMPLES) > 20


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_a_thousand_requests_of_each_kind(served: Flask, mode: GenerationMode) -> None:
    assert check(served, mode, 1000) > 500


def test_the_document_is_the_same_each_time(town: Flask) -> None:
    client = town.test_client()
    assert client.get("/api/v1/openapi.json").get_data() == client.get("/api/v1/openapi.json").get_data()


def test_every_reference_leads_somewhere(town: Flask) -> None:
    document = town.test_client().get("/api/v1/openapi.json").get_json()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                name = node["$ref"].removeprefix("#/components/schemas/")
                assert name in document["components"]["schemas"], name
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(document)
