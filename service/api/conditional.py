"""One thing as JSON with its ETag: who has it already is told so, and nobody changes what they have not seen."""

from typing import Any

from flask import Response, jsonify, request

from service.api.reading import Told
from service.errors import ServiceError

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag you have: if it still holds, the answer is 304 and has no body.",
    "schema": {"type": "string"},
}
UNCHANGED = "Not changed since the version that If-None-Match names"
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what you read before you changed it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
CHANGED = {412: "Somebody changed it since you read it", 428: "No If-Match"}


class Outdated(ServiceError):
    status = 412


class Unconditional(ServiceError):
    status = 428


def tagged(told: Told) -> Response:
    """Answer with one thing and its ETag, or 304 where If-None-Match names it."""
    made = _made(told)
    answer: Response = made.make_conditional(request)
    return answer


def needs_match() -> None:
    """Refuse a change that does not say what was read before it; call it before anything is looked up.

    Raises
    ------
    Unconditional
        `if_match_needed`.
    """
    if not request.headers.get("If-Match"):
        raise Unconditional("if_match_needed")


def matches(told: Told) -> None:
    """Make sure that what stands here now is what the caller read.

    A proxy that packs answers marks their ETags as weak, so weak ones count.

    Raises
    ------
    Outdated
        `changed_meanwhile`.
    """
    tag, _weak = _made(told).get_etag()
    if not request.if_match.star_tag and not request.if_match.contains_weak(tag):
        raise Outdated("changed_meanwhile")


def _made(told: Told) -> Any:  # Flask's answer, with the tag of its body
    made: Any = jsonify(told.model_dump(mode="json"))
    made.add_etag()
    return made
