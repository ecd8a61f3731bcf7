"""What somebody reads of themselves on their own page: how groups stand, who may know what, and by which way. Words."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STATES: dict[str, LazyString] = {
    "sent": _l("Waiting for an answer"),
    "waitlisted": _l("On the waiting list"),
    "accepted": _l("The group said yes"),
    "booked": _l("A first date is agreed"),
    "attended": _l("You have been there"),
    "no_show": _l("Could not come"),
    "session_cancelled": _l("The meeting was off"),
    "settled": _l("You found your group"),
    "declined": _l("The group said no"),
    "expired": _l("No answer came"),
    "stopped": _l("Stopped going"),
    "withdrawn": _l("Taken back"),
}
ITEMS: dict[str, LazyString] = {
    "name": _l("First name"),
    "contact": _l("How to reach you"),
    "needs": _l("What you need"),
    "access_needs": _l("What helps you"),
    "measures": _l("Answers to questions"),
    "outcome": _l("How it went"),
}
KINDS: dict[str, LazyString] = {
    "introduction": _l("To go there"),
    "link_work": _l("To look together"),
    "tell_referrer": _l("To hear how it goes"),
    "measures": _l("To keep answers"),
}
RULES: dict[str, LazyString] = {
    "any": _l("Any way is fine"),
    "phone": _l("By phone"),
    "text": _l("By text message"),
    "email": _l("By e-mail"),
    "letter": _l("By letter"),
    "none": _l("No contact, please"),
}
PROBLEMS: dict[str, LazyString] = {
    "unknown_choice": _l("Pick one of the answers that are here."),
    "contact_needed": _l("Say where, or choose another way."),
    "no_email": _l("Write a whole e-mail address, like name@example.org."),
    "no_text": _l("Write a phone number."),
    "no_phone": _l("Write a phone number."),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
}
DONE: dict[str, LazyString] = {
    "withdraw": _l("Taken back. Nothing more is shared, and who was told is asked to erase it."),
    "stop": _l("We stop here. You can come back whenever you like."),
    "copy": _l("We told the people who help you. They answer within a month."),
    "erasure": _l("We told the people who help you. They answer within a month."),
    "reach": _l("Saved."),
}
