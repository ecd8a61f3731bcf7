"""Access tokens for programs that sign: OAuth 2 client credentials with a JWT assertion (RFC 7523). No cookie, no key.

What is sent and answered follows RFC 6749: a form in, and errors as that standard writes them.
"""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from pydantic import BaseModel, Field

from service.accounts.limits import TOKEN_ADDRESS, TOKEN_CLIENT, limit_address
from service.accounts.permissions import Permission
from service.accounts.programs import assertions, keys
from service.accounts.programs.assertions import ASSERTION_TYPE, Granted, RefusedToken
from service.api.access import allow, limits, origin
from service.api.document import OAUTH_ERRORS
from service.api.doors import PREFIX, services
from service.api.reading import Told
from service.clock import now
from service.db import committing, db

ROUTE = f"{PREFIX}/token"
GRANT = "client_credentials"
FIELDS = ("grant_type", "client_assertion_type", "client_assertion", "scope")
OF_A_PROGRAM = ("invalid_client", "invalid_scope")  # these are recorded: somebody sent an assertion
STATUS = {"invalid_client": 401}  # all others: 400


class TokenIn(BaseModel):
    """What a program sends, as a form. Anything else in it is not read."""

    grant_type: Annotated[str | None, Field(description=f"Always `{GRANT}`.")] = None
    client_assertion_type: Annotated[str | None, Field(description=f"Always `{ASSERTION_TYPE}`.")] = None
    client_assertion: Annotated[
        str | None,
        Field(
            description=(
                "A JWT signed with RS384 or ES384, its `kid` in the header. `iss` and `sub`: your program's id; `aud`: "
                "the full address of this endpoint, alone; `exp`: at most five minutes ahead; `jti`: new each time."
            )
        ),
    ] = None
    scope: Annotated[str | None, Field(description="Some of your program's scopes, with blanks; without it, all.")] = (
        None
    )


class TokenOut(Told):
    """A token that works for some minutes, at every address where a key works."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def register(api: APIBlueprint) -> None:
    """Add the token endpoint."""

    @api.post("/token")
    @allow(Permission.PUBLIC)
    @api.input(TokenIn, location="form")
    @api.output(TokenOut)
    @api.doc(
        extensions={OAUTH_ERRORS: True},
        responses={400: "The request or the scope cannot be used", 401: "The assertion is not one that we take"},
    )
    def token(form_data: TokenIn) -> Response:
        """Get an access token for a signed assertion"""
        limits().take(TOKEN_ADDRESS, limit_address(request.remote_addr), now=now())
        try:
            return _answer(_granted(form_data))
        except RefusedToken as refused:
            return _refusal(refused)


def _granted(sent: TokenIn) -> Granted:
    if any(len(request.form.getlist(name)) > 1 for name in FIELDS) or not sent.grant_type:
        raise RefusedToken("invalid_request")
    if sent.grant_type != GRANT:
        raise RefusedToken("unsupported_grant_type")
    if sent.client_assertion_type != ASSERTION_TYPE or not sent.client_assertion:
        raise RefusedToken("invalid_request")
    at = now()
    audience = f"{services().settings.public_url}{ROUTE}"
    good = assertions.vouched(
        db.session(), assertion=sent.client_assertion, scope=sent.scope, audience=audience, now=at
    )
    limits().take(TOKEN_CLIENT, str(good.key_id), now=at)
    with committing() as unit:
        made = assertions.grant(unit, good=good, now=at, origin=origin())
        keys.touch_api_key(unit, key_id=good.key_id, now=at)
    return made


def _answer(made: Granted) -> Response:
    told = TokenOut(
        access_token=made.token,
        token_type="bearer",  # noqa: S106  # its kind, as RFC 6750 names it
        expires_in=int(made.lasts.total_seconds()),
        scope=" ".join(made.scopes),
    )
    return _unkept(jsonify(told.model_dump()))


def _refusal(refused: RefusedToken) -> Response:
    if refused.code in OF_A_PROGRAM:
        with committing() as unit:
            assertions.refuse(unit, key_id=refused.key_id, now=now(), origin=origin())
    answer = jsonify({"error": refused.code})
    answer.status_code = STATUS.get(refused.code, 400)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="kith"'
    return _unkept(answer)


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"], answer.headers["Pragma"] = "no-store", "no-cache"
    return answer
