"""From words to a position, offline. A POST, because where somebody lives does not belong in an address."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import Field

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import services
from service.api.reading import Sent, Told
from service.catalog.where.places import LONGEST_PLACE
from service.errors import Invalid, NotFound, Problem


class PlaceIn(Sent):
    """What somebody calls the place."""

    place: Annotated[str, Field(max_length=LONGEST_PLACE, description="Postcode, the first part of one, or a town.")]
    country: Annotated[str | None, Field(pattern="^[A-Za-z]{2}$", description="ISO 3166-1, two letters.")] = None


class ResolvedPlace(Told):
    """A position, and how far in km the true one may lie from it."""

    label: str
    latitude: float
    longitude: float
    kind: str
    country: str
    uncertainty_km: float


def register(api: APIBlueprint) -> None:
    """Add the address that finds places."""

    @api.post("/places")
    @api.input(PlaceIn, example={"place": "M33 4ND"})
    @api.output(ResolvedPlace)
    @allow(Permission.PUBLIC)
    def find_place(json_data: PlaceIn) -> Response:
        """Find a place"""
        made = services()
        country = json_data.country or made.settings.country
        try:
            found = made.gazetteer.resolve(json_data.place, country=country)
        except NotFound as error:
            raise Invalid("body", fields={"country": Problem("country")}) from error
        except Invalid as error:
            raise Invalid("body", fields={"place": Problem(error.code, error.params)}) from error
        return jsonify(ResolvedPlace.model_validate(found).model_dump(mode="json"))
