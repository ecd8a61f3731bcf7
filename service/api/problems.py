"""Refusals as RFC 9457 problem documents: one shape for every error. It never repeats an address or what was sent."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from flask import Response, jsonify
from pydantic import Field

from service.api import words
from service.api.reading import Told
from service.errors import ServiceError, Unavailable

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Told):
    """What is wrong with one field."""

    field: str
    code: str
    message: str
    suggestions: list[str] | None = None


class ProblemDocument(Told):
    """An error. Tell errors apart by `code`; `detail` is for a person to read."""

    type: str = "about:blank"
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    errors: list[FieldProblem] = []


def problem(error: ServiceError) -> Response:
    """Answer a refusal of ours."""
    errors = [
        FieldProblem(
            field=name,
            code=found.code,
            message=words.sentence(found.code, found.params),
            suggestions=_suggestions(found.params),
        )
        for name, found in error.fields.items()
    ]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
    return _answer(error.status, error.code, words.sentence(error.code, error.params), errors, headers)


def status_problem(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a refusal of HTTP itself, keeping headers such as Allow; or an unexpected failure."""
    code = words.STATUS_CODES.get(status, "failed" if status >= 500 else "refused")
    return _answer(status, code, words.sentence(code, {}), [], headers or {})


def _answer(status: int, code: str, detail: str, errors: list[FieldProblem], headers: Mapping[str, str]) -> Response:
    document = ProblemDocument(title=_title(status), status=status, code=code, detail=detail, errors=errors)
    body: dict[str, Any] = document.model_dump(exclude_none=True)
    if not errors:
        del body["errors"]
    answer = jsonify(body)
    answer.status_code = status
    answer.mimetype = MEDIA_TYPE
    answer.headers.update(headers)
    return answer


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _suggestions(params: Mapping[str, object]) -> list[str] | None:
    for name in ("suggestions", "choices"):
        given = params.get(name)
        if isinstance(given, tuple | list) and given:
            return [str(word) for word in given]
    return None
