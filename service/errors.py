"""The five ways a request can be refused. Everything the service raises on purpose is one of them. Pure.

* ServiceError
  - Invalid      422  what was sent cannot be used; `fields` says which part and why
  - Forbidden    403  the actor may not do this
    + Unauthenticated  401  we do not know who asks: no key, or not a key that works
  - NotFound     404  no such thing, or not one this actor may know of
    + Gone       410  it was there: a link that was used, withdrawn or has run out
  - Conflict     409  true when read, no longer true when written (state, version, uniqueness)
  - Unavailable  503  something we depend on did not answer; safe to try again after `retry_after` seconds
    + TooMany    429  asked too often; safe to try again after `retry_after` seconds

An error carries a code and figures, never a sentence: the faces say it in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: a stable code, and the figures its sentence needs."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class ServiceError(Exception):
    """A refusal with a stable code for machines and figures for the sentence a person reads."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, *, fields: Mapping[str, Problem] | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.fields = dict(fields or {})
        self.params = params


class Invalid(ServiceError):
    status = 422


class Forbidden(ServiceError):
    status = 403


class Unauthenticated(Forbidden):
    status = 401
    challenge: ClassVar[str] = 'Bearer realm="kith"'  # the answer's WWW-Authenticate header (RFC 9110, 11.6.1)


class NotFound(ServiceError):
    status = 404


class Gone(NotFound):
    status = 410


class Conflict(ServiceError):
    status = 409


class Unavailable(ServiceError):
    status = 503
    retry_after: int = 30  # seconds


class TooMany(Unavailable):
    status = 429

    def __init__(self, code: str, *, retry_after: int, first_of: str | None = None) -> None:
        super().__init__(code, retry_after=retry_after)
        self.retry_after = retry_after
        self.first_of = first_of  # the limit, when this is the first refusal of its window: that one is recorded
