"""What the states and steps of a referral are called on a page. It holds words only."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Of the latest introduction: the look of its tag, what is so, and what happens now.
STATES: dict[str, tuple[str, LazyString, LazyString | None]] = {
    "proposed": ("waiting", _l("Not sent yet"), None),
    "sent": ("waiting", _l("Waiting for an answer"), _l("The group has ten days to answer")),
    "waitlisted": ("waiting", _l("On the waiting list"), None),
    "accepted": ("yes", _l("The group said yes"), _l("Now a first date is agreed")),
    "booked": ("yes", _l("A first date is agreed"), None),
    "attended": ("yes", _l("Has been there"), None),
    "no_show": ("waiting", _l("Could not come"), _l("A kind call helps")),
    "session_cancelled": ("waiting", _l("The meeting was off"), _l("Offer the next date")),
    "settled": ("yes", _l("Found their group"), None),
    "declined": ("no", _l("The group said no"), _l("Look for another group together")),
    "expired": ("no", _l("No answer came"), _l("Ring the group, or look for another one together")),
    "stopped": ("closed", _l("Stopped going"), None),
    "withdrawn": ("closed", _l("Taken back"), None),
}
LATER = _l("The group is asked later")
NOT_OPEN = _l("This group is not open now. Look for another one together")
# Of a finished referral, whatever its introductions say.
FINISHED: dict[str, LazyString] = {
    "closed": _l("Closed"),
    "cancelled": _l("Cancelled"),
    "rejected": _l("Not taken on"),
    "declined_offer": _l("Said no, thank you"),
    "entered_in_error": _l("Made by mistake"),
}
REASONS: dict[str, LazyString] = {
    "full": _l("The group is full at the moment."),
    "not_eligible": _l("The group is for other people."),
    "access_not_possible": _l("The group cannot give the help that is needed."),
    "wrong_time": _l("The time does not fit."),
    "not_safe_for_group": _l("The group does not think it safe."),
    "closed": _l("The group does not meet any more."),
    "other": _l("The group gave no reason from the list."),
}
PROBLEMS: dict[str, LazyString] = {
    "missing": _l("Write an answer"),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
}
ITEMS: dict[str, LazyString] = {
    "name": _l("First name"),
    "contact": _l("How to reach them"),
    "needs": _l("What they need"),
    "access_needs": _l("What helps them"),
    "measures": _l("Answers to questions"),
    "outcome": _l("How it went"),
}
# Steps that are told; the others happen at the same moment and say nothing more.
STEPS: dict[tuple[str, str, str], LazyString] = {
    ("referral", "draft", "sent"): _l("Referred"),
    ("introduction", "proposed", "sent"): _l("The group was asked"),
    ("introduction", "sent", "accepted"): _l("The group said yes"),
    ("introduction", "waitlisted", "accepted"): _l("The group said yes"),
    ("introduction", "sent", "waitlisted"): _l("Put on the waiting list"),
    ("introduction", "sent", "declined"): _l("The group said no"),
    ("introduction", "sent", "expired"): _l("No answer came"),
    ("referral", "introduced", "planned"): _l("Back to finding a group"),
}
ANSWERS = ("accepted", "waitlisted", "declined")
