"""Ways in: by password, link, passkey or an organisation's own service, again before something dangerous, and out."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from service.web.signing_in import again, doors, entering, links, organisation, passkey, second
from service.web.signing_in.entering import Landing


def register(blueprint: Blueprint, *, landing: Landing | None = None) -> None:
    """Add the doors; `landing` names the page on which somebody begins who asked for none."""
    for part in (doors, links, second, again, passkey, organisation):
        part.register(blueprint)

    def ready(state: BlueprintSetupState) -> None:
        entering.prepare(state.app.extensions, landing)
        state.app.extensions[entering.OTHER_WAYS] += [passkey.offered, organisation.offered]

    blueprint.record_once(ready)
