"""Run by the Python of an installed machine, with nothing but what comes with it: a visitor and a program, over TLS.

Arguments: the public address, the code of a new installation, an API key. Says in one line of JSON what came of it.
"""

import http.cookiejar
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from typing import Any

url, code_typed, key = sys.argv[1:]
jar = http.cookiejar.CookieJar()
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def page(path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
    """Open a page, or send a form of it with its token."""
    sent = None
    if form is not None:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(path)[1])
        known = {"csrf_token": token[1]} if token else {}
        sent = urllib.parse.urlencode({**known, **form}).encode()
    request = urllib.request.Request(url + path, data=sent, headers={"Origin": url})  # noqa: S310  # our own address
    with browser.open(request, timeout=60) as answer:
        return answer.url, answer.read().decode()


def ask(path: str, body: Any = None) -> tuple[int, Any]:
    """Ask as a program."""
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": "a-first-referral",
    }
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data=sent, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


entered = page(
    "/en/set-up", {"code": code_typed, "name": "Ada", "email": "ada@example.org", "password": "seven quiet otters swim"}
)[0]
found_at, found = page("/en/find", {"text": "I used to love singing", "place": "M33 4ND"})
matched = ask("/api/v1/match", {"text": "I used to love singing", "place": "M33 4ND", "limit": 3})[1]
group = matched["matches"][0]["group_id"]
answered, referred = ask(
    "/api/v1/referrals",
    {
        "group_id": group,
        "person": {"preferred_name": "Cai", "contact": "01632 960123", "contact_rule": "phone"},
        "consent": {
            "given": True,
            "items": ["name", "contact"],
            "words_version": "2026-01",
            "method": "spoken",
            "given_at": datetime.now(UTC).isoformat(),
        },
        "acknowledge_unvetted": "The first listings were checked by nobody yet",
    },
)
listed = ask("/api/v1/referrals")[1]
name = matched["matches"][0]["name"]
print(
    json.dumps(
        {
            "entered": entered.removeprefix(url),
            "search": found_at.removeprefix(url)[:9],
            "shown": name.replace("&", "&amp;").replace("'", "&#39;") in found,
            "groups": len(matched["matches"]),
            "referred": answered,
            "told": referred if answered != 201 else "",
            "listed": len(listed.get("referrals", listed.get("items", []))),
        }
    )
)
