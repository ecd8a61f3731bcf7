"""The interests one may ask for, as codes with plain names and what other lists call them."""

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import services, shared
from service.api.reading import Told


class TermOut(Told):
    """One thing to do or to be helped with."""

    code: str
    facet: str
    label: str
    definition: str | None
    broader: str | None
    open_active: str | None
    open_eligibility: str | None


class TermsOut(Told):
    """All terms, families first in the order in which people see them."""

    terms: list[TermOut]


def register(api: APIBlueprint) -> None:
    """Add the address of the terms."""

    @api.get("/terms")
    @api.output(TermsOut)
    @api.doc(responses={304: "Not changed since the version that If-None-Match names"})
    @allow(Permission.PUBLIC)
    @shared
    def terms() -> Response:
        """Read the interests one may ask for"""
        told = TermsOut(terms=[TermOut.model_validate(term) for term in services().matching.taxonomy.terms])
        answer = jsonify(told.model_dump(mode="json"))
        answer.headers["Cache-Control"] = "public, no-cache"
        answer.add_etag()
        answer.make_conditional(request)
        return answer
