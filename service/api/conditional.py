"""One thing as JSON with its ETag: who has it already is told so."""

from typing import Any

from flask import Response, jsonify, request

from service.api.reading import Told

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag you have: if it still holds, the answer is 304 and has no body.",
    "schema": {"type": "string"},
}
UNCHANGED = "Not changed since the version that If-None-Match names"


def tagged(told: Told) -> Response:
    """Answer with one thing and its ETag, or 304 where If-None-Match names it."""
    made: Any = jsonify(told.model_dump(mode="json"))
    made.add_etag()
    answer: Response = made.make_conditional(request)
    return answer
