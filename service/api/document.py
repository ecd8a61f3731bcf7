"""The OpenAPI document of the API, finished by hand where its generator is not exact. It fetches nothing."""

from typing import Any, Literal

from apiflask import APIFlask
from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import PREFIX, shared
from service.api.problems import MEDIA_TYPE, ProblemDocument
from service.api.reading import Told

KEPT = "kith-openapi"  # in app.extensions
BODY_ERRORS = {
    "400": "The body is not JSON",
    "413": "The body is larger than 1 MB",
    "415": "Another content type",
    "422": "Some fields cannot be used",
}
KEYED_ERRORS = {"401": "No key, or one that no longer works", "403": "The key may not do this"}
OAUTH_ERRORS = "x-oauth-errors"  # marks an operation that refuses as RFC 6749 says; taken off before it is shown
ANY_ERRORS = {"429": "Asked too often", "500": "Something failed on our side", "503": "Not ready; safe to try again"}
OAUTH_CONTENT = {"application/json": {"schema": {"$ref": "#/components/schemas/OAuthError"}}}


class OAuthError(Told):
    """Why no token was given (RFC 6749, 5.2). It does not say what was wrong with an assertion."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]


def finish(spec: Any) -> dict[str, Any]:  # the generator's own type allows text as well
    made: dict[str, Any] = spec
    return _finished(made)


def _finished(spec: dict[str, Any]) -> dict[str, Any]:
    """Name the error shape where it is sent, mark bodies as needed, and say what every operation may refuse with."""
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas["ProblemDocument"] = schema
    schemas["OAuthError"] = OAuthError.model_json_schema()
    for name in ("ValidationError", "HTTPError"):
        schemas.pop(name, None)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _finish_operation(operation, body=method in ("post", "put", "patch"), named="{" in path)
    return spec


def _finish_operation(operation: dict[str, Any], *, body: bool, named: bool) -> None:
    refusals = dict(ANY_ERRORS)
    oauth = operation.pop(OAUTH_ERRORS, False)
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and parameter["name"].endswith("_id"):
            parameter["schema"]["format"] = "uuid"
    if body and "requestBody" in operation:
        operation["requestBody"]["required"] = True
        refusals.update({"413": BODY_ERRORS["413"]} if oauth else BODY_ERRORS)
    if operation.get("security"):
        refusals.update(KEYED_ERRORS)
    if named:
        refusals["404"] = "No such thing"
    responses = operation["responses"]
    responses.get("304", {}).pop("content", None)
    for status in [status for status in responses if status >= "400"]:
        refusals[status] = responses.pop(status)["description"]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    for status, description in sorted(refusals.items()):
        own = oauth and status in ("400", "401")
        responses[status] = {"description": description, "content": OAUTH_CONTENT if own else content}


def init_app(app: APIFlask) -> None:
    """Serve the document, and nothing that would fetch a viewer from elsewhere."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_SERVERS=False,
        AUTO_OPERATION_ID=True,
        AUTO_200_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        DESCRIPTION="Finds groups that suit a person, and says why. Codes are stable; sentences may change.",
        LICENSE={"name": "MIT", "identifier": "MIT"},
        SERVERS=[{"url": "/"}],
    )
    app.spec_processor(finish)

    @allow(Permission.PUBLIC)
    @shared
    def document() -> ResponseReturnValue:
        return _public(jsonify(openapi(app)))

    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", document)


def openapi(app: APIFlask) -> dict[str, Any]:
    """Return the document, made when it is first asked for."""
    if KEPT not in app.extensions:
        app.extensions[KEPT] = app.spec
    found: dict[str, Any] = app.extensions[KEPT]
    return found


def _public(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
