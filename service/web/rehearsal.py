"""What people ask first, asked by us before anybody does: a process that has just begun would keep them waiting.

Words, groups, templates and what reads texts are laid out when they are first needed, which takes a hundred times as
long as the second time. Nothing of it is counted or logged, and nothing is kept.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask

from service import observability
from service.clock import now
from service.web.self_service import state

ASKED: Final = {"text": "walks with others, a warm room and a chat, something for my back"}
GROUP: Final = re.compile(rb'href="(/en/find/[\w-]+/groups/[\w-]+)"')


def rehearse(app: Flask) -> None:
    """Ask for the form, for results, and for the first group among them. What fails is left to who asks next."""
    made, client = app.extensions["kith"], app.test_client(use_cookies=False)
    ours: Mapping[str, Any] = {
        "base_url": made.settings.public_url or "http://localhost",
        "environ_overrides": {observability.REHEARSED: True},
    }
    client.get("/readyz", **ours)
    client.get("/en/", **ours)
    found = client.get(f"/en/find/{state.seal(made.sealer(state.PURPOSE), ASKED, now=now())}", **ours)
    if first := GROUP.search(found.data):
        client.get(first[1].decode(), **ours)
