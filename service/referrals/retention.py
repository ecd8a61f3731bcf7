"""How long each kind of data is kept, and why: one table. Pure.

What acts on it is `forgetting`; the page for people and `docs/data.md` are written from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

FOREVER = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """One kind of data.

    Attributes
    ----------
    what : str
        Which data, in plain words.
    days : int or None
        How many days it is kept after `since`; None: it is kept.
    since : str
        From when the days are counted.
    why : str
        What it is kept for.
    """

    what: str
    days: int | None
    since: str
    why: str


LAPSED = 90  # days without any move, after which nobody is helped any more

TABLE: Mapping[str, Keeping] = {
    "referrals": Keeping(
        what="people who were referred: name, contact, needs, consents, what groups answered",
        days=183,
        since="the end of their last referral; one that nobody moved ends after 90 days",
        why="so that whoever helped can tell how it went, and help again",
    ),
    "moves": Keeping(
        what="steps of referrals: states, roles and times, under numbers that lead to nobody once they are erased",
        days=FOREVER,
        since="",
        why="counts of what became of referrals",
    ),
    "prefills": Keeping(
        what="what a record system wrote into the page of referring",
        days=0,
        since="ten minutes after it was written; at once when the page was sent",
        why="so that nobody types it again",
    ),
    "ring_requests": Keeping(
        what="who asked to be rung: name, number, what about",
        days=14,
        since="their asking; at once when they were reached",
        why="to ring them",
    ),
    "rung": Keeping(
        what="that somebody was rung: when it suited, language and outcome, without a name",
        days=90,
        since="their asking",
        why="to see whether people are rung in time",
    ),
    "reports": Keeping(
        what="what visitors say is wrong with a listing or suggest for it, and how to reach them",
        days=90,
        since="its closing; the contact goes at the closing, and 90 days after it was sent in any case",
        why="to put it right, and to answer",
    ),
    "listing_links": Keeping(
        what="links by which groups say whether their page is right, as hashes",
        days=90,
        since="their end",
        why="to tell whoever opens one again what was answered",
    ),
    "edit_drafts": Keeping(
        what="what an editor typed of a listing and did not save",
        days=30,
        since="their last typing",
        why="to go on with it",
    ),
    "messages": Keeping(
        what="messages that were sent or given up; address and words are removed when they went",
        days=90,
        since="their writing",
        why="to see that messages go out, and that none goes twice",
    ),
    "sessions": Keeping(
        what="who is signed in where, and links to sign in or to change an address",
        days=1,
        since="their end",
        why="to keep people signed in",
    ),
    "browsers": Keeping(
        what="browsers in which somebody signed in, as hashes",
        days=0,
        since="half a year without signing in there",
        why="so that a stranger's guesses do not lock them out",
    ),
    "links": Keeping(
        what="lists whose links were ended, as hashes", days=0, since="the end of the links", why="to end them"
    ),
    "invitations": Keeping(
        what="invitations: address, name and role",
        days=30,
        since="their acceptance, end or withdrawal",
        why="to see who was asked and did not answer",
    ),
    "tokens": Keeping(
        what="tokens and used assertions of programs, as hashes",
        days=0,
        since="their end",
        why="so that none works twice",
    ),
    "programs": Keeping(
        what="keys of programs that ended",
        days=365,
        since="their end",
        why="to read the record of what they did",
    ),
    "repeats": Keeping(
        what="that something was asked for with a key, as hashes",
        days=7,
        since="the asking",
        why="so that asking twice makes one thing",
    ),
    "tries": Keeping(
        what="how often something was tried, under hashes", days=1, since="the first try", why="to stop guessing"
    ),
    "counts": Keeping(
        what="how often something was asked for: day, area, kind of group",
        days=396,
        since="the day",
        why="to see what is missing",
    ),
    "accounts": Keeping(
        what="accounts of staff: name, address, roles, second factors",
        days=730,
        since="what their owner did last; 90 days after an account was closed",
        why="to sign people in",
    ),
    "closed_accounts": Keeping(
        what="accounts that were closed", days=90, since="the closing", why="so that a mistake can be put right"
    ),
    "audit": Keeping(
        what="the record of who read or changed what: random numbers, roles, times; no name of anybody who is helped",
        days=FOREVER,
        since="",
        why="to show who looked, also years later",
    ),
    "erasures": Keeping(
        what="that something was erased: its random number and the day",
        days=FOREVER,
        since="",
        why="so that a restored backup erases it again",
    ),
    "runs": Keeping(what="when each job last ran", days=FOREVER, since="", why="to see that jobs run"),
    "no_messages": Keeping(
        what="addresses that want no messages, as hashes", days=FOREVER, since="", why="so that they get none"
    ),
}


def timed() -> dict[str, timedelta]:
    """Return how long each kind is kept that is kept for a time."""
    return {kind: timedelta(days=line.days) for kind, line in TABLE.items() if line.days is not None}
