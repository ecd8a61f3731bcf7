"""What arrives and leaves as JSON: strict models, read from the bytes that were sent. It never guesses a type."""

from typing import Annotated, Any

from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request, request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.errors import Invalid, Problem, ServiceError

MAX_FIELD = 200  # characters of a field's name that an answer repeats
MOST_PROBLEMS = 200  # that are told one by one; a body with more is no mistake of a person's
JSON = ("application/json",)


def _dated(given: Any) -> Any:
    """Refuse numbers, and strings of a number alone, which pydantic would take for seconds since 1970."""
    if not isinstance(given, str) or "-" not in given.strip().lstrip("-"):
        raise ValueError("no day")
    return given


# A day, a time and its zone, as in RFC 3339. Not strict, since what was looked at before counts as no JSON any more.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_dated)]


class Unreadable(ServiceError):
    status = 400


class WrongType(ServiceError):
    status = 415


class Sent(BaseModel):
    """What a caller sends: types must match, unknown fields are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Told(BaseModel):
    """What we answer: only the fields named here ever leave."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class StrictAdapter(PydanticAdapter):
    """Reads a body as strict JSON or a form, and reports problems as ours."""

    def validate_input(self, request: Request, location: str, **kwargs: Any) -> BaseModel:
        """Return the model of what was sent.

        Raises
        ------
        WrongType, Unreadable, Invalid
        """
        try:
            if location == "json":
                return self.model_class.model_validate_json(json_body(request))
            given = request.form if location == "form" else request.args
            return self.model_class.model_validate(given.to_dict())
        except ValidationError as error:
            raise refusal(error) from error


registry.register("pydantic", StrictAdapter)


def json_body(sent: Request = request) -> bytes:
    """Return the bytes of a JSON body, or refuse another content type.

    Raises
    ------
    WrongType
        `content_type` when the body is not declared as JSON.
    """
    if sent.mimetype not in JSON:
        raise WrongType("content_type")
    return sent.get_data()


def refusal(error: ValidationError) -> ServiceError:
    """Turn what pydantic found into one problem a field."""
    if error.error_count() > MOST_PROBLEMS:
        return Invalid("body", fields={"(body)": Problem("too_many")})
    problems: dict[str, Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        if item["type"] == "json_invalid":
            return Unreadable("json")
        field = ".".join(str(part) for part in item["loc"])[:MAX_FIELD] or "(body)"
        limits = {key: value for key, value in item.get("ctx", {}).items() if isinstance(value, str | int | float)}
        problems.setdefault(field, Problem(CODES.get(item["type"], "wrong_type"), limits))
    return Invalid("body", fields=problems)


CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "literal_error": "unknown_choice",
    "enum": "unknown_choice",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "too_short": "too_few",
    "string_pattern_mismatch": "wrong_form",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
}
