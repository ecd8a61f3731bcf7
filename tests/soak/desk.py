"""What is sent again and again: one referral of Cai's, told apart by its key alone."""

import json
from typing import Any
from uuid import UUID

from service.api.referrals import EXAMPLE
from tests.people import keyed

ONCE = "Idempotency-Key"


def referral(group: str | UUID, given_at: str, which: str) -> dict[str, Any]:
    """Return the body of a referral: the same for the same `which`, so that it can be sent again."""
    made: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    made["group_id"], made["consent"]["given_at"] = str(group), given_at
    made["person"]["needs"] = f"Sits by the door, {which}"
    made["acknowledge_unvetted"] = "Bo knows the people who run it"
    return made


def headers(key: str, which: str) -> dict[str, str]:
    """Return who sends it, and its key."""
    return {**keyed(key), ONCE: f"referral-{which}"}
