"""What people and programs try while something is broken: to look, to save at a page, and to refer by a program."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.referrals import ROUTE
from service.clock import now
from tests.people import Cast, signed_in
from tests.soak import desk
from tests.web.test_admin import opened, page_of

SAID_NOWHERE = ("Traceback", "sqlite", "psycopg", "OperationalError", "SELECT", "INSERT", ".py")


@dataclass
class Trying:
    """A visitor, an administrator with an edit in hand, and a program with a referral."""

    app: Flask
    cast: Cast
    visitor: FlaskClient = field(init=False)
    ada: FlaskClient = field(init=False)
    typed: Mapping[str, str] = field(init=False)
    results: str = field(init=False)
    given_at: str = field(init=False)

    def __post_init__(self) -> None:
        self.visitor, self.ada = self.app.test_client(), signed_in(self.app, self.cast.ada)
        self.typed = opened(self.ada, self.cast) | {"name": "Puzzles and Tea"}
        self.given_at = (now() - timedelta(hours=1)).isoformat()
        found = self.visitor.post("/en/find", data={"text": "jigsaw and a chat"})
        self.results = found.headers["Location"]
        assert self.looks() == [200] * 4

    def looks(self) -> list[int]:
        """Find, look at one group, ask as a program, and open a page of an editor."""
        asked = (
            self.visitor.get(self.results),
            self.visitor.get(f"/en/groups/{self.cast.eli_slug}"),
            self.visitor.post("/api/v1/match", json={"text": "jigsaw and a chat"}),
            self.ada.get(page_of(self.cast)),
        )
        return [self._honest(answer).status_code for answer in asked]

    def save(self) -> TestResponse:
        """Send the edit: always the same."""
        return self._honest(self.ada.post(page_of(self.cast, "/save"), data=self.typed))

    def refer(self, which: str = "one") -> TestResponse:
        """Send a referral: the same for the same `which`."""
        body = desk.referral(self.cast.eli_group, self.given_at, which)
        headers = desk.headers(self.cast.bo_key, which)
        return self._honest(self.app.test_client().post(ROUTE, json=body, headers=headers))

    @staticmethod
    def _honest(answer: TestResponse) -> TestResponse:
        if answer.status_code >= 500:
            assert answer.status_code == 503
            assert not [word for word in SAID_NOWHERE if word in answer.text], answer.text
        return answer

    def refused(self, code: str, words: str) -> None:
        """Assert that nothing can be saved, that it is said in words and by a code, and when to come again."""
        program, page = self.refer(), self.save()
        assert (program.status_code, page.status_code) == (503, 503), (program.text, page.status_code)
        assert program.get_json()["code"] in (code, "limits"), "its calls are counted first"
        assert words in page.text
        for answer in (program, page):
            assert 0 < int(answer.headers["Retry-After"]) <= 60

    def works_again(self) -> None:
        """Assert that what was refused goes through now, once, without anything having been started again."""
        assert self.looks() == [200] * 4
        assert self.save().status_code == 303
        first, again = self.refer(), self.refer()
        assert (first.status_code, again.status_code) == (201, 200), first.text
        assert first.get_json()["id"] == again.get_json()["id"]


def told(log: str, error: str) -> list[str]:
    """Return by which names of the database failures of requests were written, and that nothing else was."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert "Traceback" not in log
    assert "Sits by the door" not in log
    return [line.get("code", "") for line in lines if line["event"] == "request failed" and line["error"] == error]
