"""Jobs, states, troubles and codes in plain words. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

JOBS: Mapping[str, LazyString] = {
    "send": _l("Send mail"),
    "second_factors": _l("Take off second steps after their notice"),
    "change_many": _l("Change many listings"),
    "not_open": _l("Tell of groups that closed"),
    "danger": _l("Tell safeguarding leads"),
    "follow": _l("Remind and ask how it went"),
    "papers": _l("End papers that ran out"),
    "lists": _l("Take in lists"),
    "feeds": _l("Read lists of others"),
    "webhooks": _l("Tell other programs"),
    "coverage": _l("Count what is known"),
    "tidy": _l("Forget what is kept for a time"),
    "audit_end": _l("Write down where the record ends"),
    "ask_leaders": _l("Ask groups if they are right"),
    "prepare_calls": _l("Say whom to ring"),
    "compare_listings": _l("Look for listings that are the same"),
    "interests": _l("Read interests"),
    "learn_interests": _l("Learn interests"),
    "compare_lists": _l("Compare lists"),
    "audit_check": _l("Check the record"),
    "backup": _l("Make a backup"),
    "erasures_beside": _l("Keep what was erased beside the backups"),
}
STATES: Mapping[str, LazyString] = {
    "queued": _l("Waiting"),
    "claimed": _l("Being sent"),
    "sent": _l("Sent"),
    "failed": _l("Given up"),
}
PARTS: Mapping[str, LazyString] = {
    "index": _l("Search index"),
    "vectors": _l("Meaning of texts"),
    "metrics": _l("Counts for metrics"),
    "outbox.log": _l("Messages kept in a file"),
    "backups": _l("Backups"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What wants somebody, and what they do."""

    title: LazyString
    do: LazyString


TROUBLES: Mapping[str, Trouble] = {
    "jobs.not_running": Trouble(
        _l("Nothing runs on a clock"), _l("No mail goes out and nothing is forgotten. Start “kith jobs”.")
    ),
    "jobs_failing": Trouble(
        _l("A job fails"), _l("It is tried again by itself. If it goes on, the log says where it failed.")
    ),
    "jobs_overdue": Trouble(
        _l("A job is late"), _l("Look whether “kith jobs” runs on this machine, and how busy the machine is.")
    ),
    "mail.waits": Trouble(_l("Mail waits"), _l("Look at “Mail” below. Try “kith mail test” with your own address.")),
    "record.end_not_kept": Trouble(
        _l("The end of the record is not kept outside"),
        _l("See that “kith jobs” runs and may write to the data folder."),
    ),
    "no_index": Trouble(
        _l("There is no whole search index"), _l("Search works, but slower. Run “kith index rebuild” on the server.")
    ),
    "disk_low": Trouble(_l("The disk is nearly full"), _l("Make room soon. When it is full, nothing can be saved.")),
    "replica_left_out": Trouble(
        _l("A copy of the database is not read from"),
        _l(
            "Kith reads the main one meanwhile. “kith doctor” on the server says why, and Kith takes it back by itself."
        ),
    ),
    "failed": Trouble(_l("A part is away"), _l("Kith cannot answer rightly now. The log says what failed.")),
    "meaning": Trouble(
        _l("Search goes by words only"), _l("A model is missing or damaged. Install Kith anew, and restart it.")
    ),
}
OTHER = Trouble(_l("Something else"), _l("The guide for administrators says what this means."))
COPIES: Mapping[str, LazyString] = {
    "": _l("It is read from"),
    "away": _l("It does not answer"),
    "late": _l("It is too late"),
    "no_replica": _l("It is not a copy"),
    "cut_off": _l("Nothing new reaches it"),
}
TROUBLES_OF_MODELS = ("meaning", "languages")


def trouble(name: str, code: str = "") -> Trouble:
    """Say what a warning means."""
    known = TROUBLES.get(f"{name}.{code}") or TROUBLES.get("meaning" if name in TROUBLES_OF_MODELS else name)
    return known or OTHER


def copy(code: str) -> str:
    """Say how a copy of the database stands."""
    return str(COPIES[code])


def job(name: str) -> str:
    """Name a job."""
    return str(JOBS.get(name, name))


REFUSED, LATER = _l("the mail server refuses it for good"), _l("the mail server does not take it now")
AWAY = _l("the mail server does not answer")
UNTRUSTED = _l("the mail server cannot be trusted, or takes no sign-in")
REASONS: Mapping[str, LazyString] = {
    **dict.fromkeys(("smtp_away", "smtp_silent", "channel"), AWAY),
    **dict.fromkeys(("smtp_certificate", "smtp_no_starttls_or_login"), UNTRUSTED),
}


def reason(code: str) -> str:
    """Say why a message did not go."""
    of_server = {"smtp_4": LATER, "smtp_5": REFUSED}.get(code[:6])
    return str(REASONS.get(code) or of_server or _("another reason"))
