"""The blueprint of the JSON face. Its rooms add their addresses to it; it has none itself."""

from collections.abc import Callable
from typing import Any, Protocol, cast

from apiflask import APIBlueprint
from flask import current_app, request

from service.catalog.shown import Shown
from service.catalog.site.known import ByHeart, Here
from service.catalog.where.places import Gazetteer
from service.config import Settings
from service.db.sealing import Sealer
from service.matching import Matching

PREFIX = "/api/v1"
NAME = "api"


class Services(Protocol):
    """What the root made once at start. `service.app.Services` is the one that fits."""

    @property
    def settings(self) -> Settings:
        """What differs between two installations."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Places of every country there is a pack for."""

    @property
    def matching(self) -> Matching:
        """Finds groups that suit a person."""

    @property
    def shown(self) -> Shown:
        """The groups that answers show."""

    @property
    def mail_channel(self) -> str:
        """The channel of messages to e-mail addresses."""

    def as_set(self, here: Here) -> "Services":
        """Return these with what an administrator set in the place of what the environment says."""

    @property
    def by_heart(self) -> ByHeart:
        """Knows what an administrator set on the page."""

    def sealer(self, purpose: str) -> Sealer:
        """Seals and opens text for one purpose."""


def services() -> Services:
    """Return what the root handed to the faces, with what an administrator set."""
    made = cast("Services", current_app.extensions["kith"])
    return made.as_set(made.by_heart.here())


def blueprint() -> APIBlueprint:
    """Return an empty blueprint at the API's root."""
    made = APIBlueprint(NAME, __name__, url_prefix=PREFIX, tag="Kith")
    made.after_request(_share)
    return made


def shared(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark an anonymous public read that a page of any other site may make."""
    view.shared = True  # type: ignore[attr-defined]  # read below
    return view


def _share(response: Any) -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "shared", False) and request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, X-Request-Id"
    return response
