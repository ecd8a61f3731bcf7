"""More people than there is room for: who has no place is told so at once, nobody else notices, and it is soon over."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.deploy.pair import Pair

AT_ONCE, ASKED = 150, 450
SHED, PLACES = 503, 24


def test_who_has_no_place_is_told_at_once_and_what_matters_goes_on(pair: Pair) -> None:
    [sheet] = re.findall(r'href="(/static/[^"]+\.css)"', pair.ask("/en/").body.decode())[:1]

    def one(number: int) -> tuple[str, int, str, bytes]:
        path = ("/healthz", sheet)[number // 30 % 2] if number % 30 == 0 else ("/en/", "/de/")[number % 2]
        said = pair.ask(path, source=f"127.0.5.{1 + number % 100}")
        return path, said.status, said.headers.get("Retry-After", ""), said.body

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(one, range(ASKED)))
    counted = Counter((path, status) for path, status, _, _ in found)
    print(dict(counted))
    assert {status for path, status, _, _ in found if path in ("/healthz", sheet)} == {200}
    assert {status for _, status, _, _ in found} == {200, SHED}
    assert sum(status == 200 for _, status, _, _ in found) >= PLACES
    for path, status, again, body in found:
        if status == SHED:
            assert again == "5"
            assert ("noch einmal" if path == "/de/" else "try again") in body.decode()
    assert {pair.ask(path).status for path in ("/en/", "/de/", "/healthz")} == {200}
