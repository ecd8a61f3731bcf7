"""Taking a new version or a new certificate in loses no request."""

import http.client
import signal
import threading
import time
from collections import Counter

import pytest

from tests.deploy.pair import Pair
from tests.journeys.serving import eventually

CLIENTS = 4
BETWEEN = 0.06  # seconds: all clients have one address, which may ask a hundred times a second


def reloaded(pair: Pair, times: int) -> tuple[Counter[int | str], float]:
    """Reload both again and again under load; give the answers, and the longest wait in seconds."""
    over, answers, waits = threading.Event(), Counter[int | str](), [0.0]

    def load() -> None:
        while not over.is_set():
            began = time.monotonic()
            try:
                answers[pair.ask("/healthz").status] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[type(error).__name__] += 1
            waits.append(time.monotonic() - began)
            over.wait(BETWEEN)

    clients = [threading.Thread(target=load) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(times):
        booted = pair.log("app").count("Booting worker")
        pair.app.send_signal(signal.SIGHUP)
        pair.proxy.send_signal(signal.SIGHUP)
        eventually(lambda booted=booted: _replaced(pair, booted) or None, 180)  # type: ignore[misc]
        eventually(pair.ready, 60)
    over.set()
    for client in clients:
        client.join()
    return answers, max(waits)


def _replaced(pair: Pair, booted: int) -> bool:
    """Both new ones were begun, and both old ones have gone."""
    log = pair.log("app")
    return log.count("Booting worker") >= booted + 2 and log.count("Worker exiting") >= booted


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_reloads_under_load_lose_no_request(pair: Pair, times: int) -> None:
    answers, longest = reloaded(pair, times)
    print(
        f"{times} reloads of both, {sum(answers.values())} requests, failed {sum(answers.values()) - answers[200]}, "
        f"longest wait {longest:.1f} s"
    )
    assert set(answers) == {200}
    assert answers[200] > CLIENTS
