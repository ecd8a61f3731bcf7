"""The application as it is shipped, but that one key may call as often as six senders under load do."""

from dataclasses import replace

from service.accounts.limits import KEY_CALLS
from service.api import access


def lift() -> None:
    """Take away how often one key may call: kills are what is tried here, and limits have tests of their own."""
    vars(access)["KEY_CALLS"] = replace(KEY_CALLS, most=1_000_000_000)


def __getattr__(name: str) -> object:
    if name != "app":
        raise AttributeError(name)
    lift()
    from wsgi import app

    return app
