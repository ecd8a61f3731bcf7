"""The documents of the open data against the running application: what they promise is what happens."""

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from service.api.hsds import ROOTS, answering
from service.api.hsds.lists import LISTS
from service.api.hsds.parameters import OF_LIST

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
EXAMPLES = 8  # of each operation; `make soak` asks more
# A postcode of the right form may be unknown, and proximity needs one.
NOT_ASKED = ("positive_data_acceptance",)
MODES = pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
BOTH = pytest.mark.parametrize("root", ROOTS)


@pytest.fixture
def served(town: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application as it answers in earnest, to somebody who is not counted."""
    monkeypatch.setattr(answering, "count", lambda *_limit: None)
    town.testing, town.config["PROPAGATE_EXCEPTIONS"] = False, False
    yield town
    town.testing, town.config["PROPAGATE_EXCEPTIONS"] = True, True


def check(app: Flask, root: str, mode: GenerationMode, examples: int) -> Counter[tuple[str, int]]:
    """Ask every operation, by ids that there are; return how often each answered with which status."""
    client, refused = app.test_client(), CHECKS.get_by_names(list(NOT_ASKED))
    known = {name: client.get(f"{root}/{name}?per_page=1").get_json()["contents"][0]["id"] for name in LISTS}
    answered: Counter[tuple[str, int]] = Counter()
    for found in schemathesis.openapi.from_wsgi(f"{root}/openapi.json", app).get_all_operations():
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
            if mode is GenerationMode.POSITIVE and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = known[case.path.split("/")[2]]
            answer = case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=refused)
            answered[case.operation.label, answer.status_code] += 1

        with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
            ask()
    return answered


@pytest.mark.filterwarnings("ignore")
@MODES
@BOTH
def test_what_the_document_promises_is_what_happens(served: Flask, root: str, mode: GenerationMode) -> None:
    answered = check(served, root, mode, EXAMPLES)
    assert answered.total() > 20
    if mode is GenerationMode.POSITIVE:
        assert all(answered[f"GET {root}/{name}/{{id}}", 200] for name in LISTS)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@MODES
@BOTH
def test_three_hundred_requests_of_each_kind(served: Flask, root: str, mode: GenerationMode) -> None:
    assert check(served, root, mode, 300).total() > 500


@BOTH
def test_the_document_promises_no_less_than_the_standard(town: Flask, root: str) -> None:
    paths = town.test_client().get(f"{root}/openapi.json").get_json()["paths"]
    least = {
        "services": {"taxonomy_term_id", "taxonomy_id", "page", "per_page", "search"},
        "taxonomies": {"page", "per_page"},
        "taxonomy_terms": {"page", "per_page", "taxonomy_id", "top_only", "parent_id"},
        "organizations": {"search", "full_service", "full", "taxonomy_term_id", "taxonomy_id", "format"},
        "service_at_locations": {"postcode", "proximity", "search", "full", "format", "modified_after"},
    }
    least["services"] |= {"minimum_age", "maximum_age", "start_time", "end_time", "day"}
    least["services"] |= {"format", "organization_id", "modified_after", "minimal", "full"}
    for name, wanted in least.items():
        asked = {one["name"] for one in paths[f"{root}/{name}"]["get"]["parameters"]}
        assert wanted <= asked == set(OF_LIST[name])
        assert f"{root}/{name}/{{id}}" in paths
        assert ("post" in paths[f"{root}/{name}"]) is (root == "/hsds")
