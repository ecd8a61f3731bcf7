"""What needs, states and choices of a case are called on a page. It holds words only."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

VIEWS: dict[str, LazyString] = {
    "now": _l("Needs me now"),
    "new": _l("New"),
    "waiting": _l("Waiting for a group"),
    "going": _l("Going along"),
    "settled": _l("Settled"),
    "everyone": _l("Everyone"),
}
# What is needed next: the words, and the look of the tag.
NEEDS: dict[str, tuple[LazyString, str]] = {
    "safety": (_l("Worried about safety"), "urgent"),
    "asks_for_call": (_l("Asks for a call"), "accent"),
    "question": (_l("The group asks something"), "accent"),
    "not_for_me": (_l("Wants another group"), "accent"),
    "remind": (_l("Remind them of the date"), "accent"),
    "ring_group": (_l("The group has no e-mail: ring them"), "accent"),
    "way": (_l("A message came back: find another way"), "accent"),
    "finish_draft": (_l("Not sent yet"), ""),
    "take_on": (_l("New"), "accent"),
    "review_hold": (_l("On hold"), ""),
    "first_call": (_l("First call"), ""),
    "make_plan": (_l("Make a plan"), ""),
    "introduce": (_l("Choose a group"), ""),
    "next_group": (_l("Look for another group together"), ""),
    "check_in": (_l("Ask how it goes"), ""),
    "measure": (_l("Ask the questions again"), ""),
    "close_or_keep": (_l("Close or keep?"), ""),
    "send_introduction": (_l("Not sent yet"), ""),
    "await_answer": (_l("Waiting for an answer"), ""),
    "asked_later": (_l("The group is asked later"), ""),
    "agree_date": (_l("The group said yes"), "accent"),
    "first_visit": (_l("A first date is agreed"), "accent"),
    "ask_outcome": (_l("Ask how it went"), ""),
    "kind_call": (_l("Missed a visit"), "urgent"),
    "offer_date": (_l("The meeting was off"), ""),
    "still_waiting": (_l("On the waiting list"), ""),
}
# What a link worker does about it: where on the person's page, or on which other page.
CALLS = (
    *("asks_for_call", "remind", "way", "first_call", "check_in", "agree_date", "ask_outcome", "kind_call"),
    "offer_date",
)
VISITS = ("first_visit", "kind_call", "ask_outcome")  # of which one wants to know the day
PLANS = ("make_plan", "introduce", "next_group", "not_for_me", "send_introduction")
STATES: dict[str, LazyString] = {
    "draft": _l("Not sent yet"),
    "sent": _l("New"),
    "on_hold": _l("On hold"),
    "accepted": _l("Taken on"),
    "in_contact": _l("In touch"),
    "planned": _l("Plan made"),
    "introduced": _l("Waiting for a group"),
    "attending": _l("Going along"),
    "settled": _l("Settled"),
}
MOVES: dict[str, LazyString] = {
    "accepted": _l("Take on"),
    "in_contact": _l("In touch"),
    "planned": _l("Plan made"),
    "on_hold": _l("On hold"),
    "rejected": _l("Not taken on"),
    "closed": _l("Close it"),
}
CLOSE_REASONS: dict[str, LazyString] = {
    "goals_met": _l("They reached what they wanted"),
    "settled_in_group": _l("Found their group"),
    "declined": _l("They do not want help"),
    "uncontactable": _l("Could not be reached"),
    "moved_away": _l("Moved away"),
    "no_suitable_group": _l("No group suits"),
    "group_full_or_closed": _l("The group is full or closed"),
    "unsuitable_or_unsafe": _l("Not suitable, or not safe"),
    "escalated_clinical": _l("Needs medical help"),
    "escalated_safeguarding": _l("Passed on for safety"),
    "died": _l("Has died"),
    "duplicate": _l("Is here twice"),
    "lapsed": _l("Nothing happened for long"),
}
CHANNELS: dict[str, LazyString] = {
    "phone": _l("Phone"),
    "text": _l("Text message"),
    "email": _l("E-mail"),
    "letter": _l("Letter"),
    "visit": _l("Visit"),
}
CONTACT_RULES: dict[str, LazyString] = {  # any: nothing is to be said
    "phone": _l("By phone"),
    "text": _l("By text message"),
    "email": _l("By e-mail"),
    "letter": _l("By letter"),
    "none": _l("Do not contact"),
}
WHO: dict[str, LazyString] = {"worker": _l("I do"), "person": _l("They do"), "other": _l("Somebody else")}
INCIDENTS: dict[str, LazyString] = {
    "person": _l("Somebody who is helped"),
    "group": _l("A group, or somebody there"),
    "other": _l("Somebody else"),
}
WHY: dict[str, LazyString] = {
    "cover": _l("I stand in for a colleague"),
    "asked": _l("They rang or wrote"),
    "supervision": _l("We talk about it together"),
    "safety": _l("Somebody may not be safe"),
}
PATH = ("sent", "in_contact", "planned", "introduced", "attending", "settled")
ON_PATH: dict[str, LazyString] = {
    "sent": _l("Referred"),
    "in_contact": _l("In touch"),
    "planned": _l("Plan made"),
    "introduced": _l("The group was asked"),
    "attending": _l("The first visit"),
    "settled": _l("Settled"),
}
WHERE = {"draft": "sent", "on_hold": "sent", "accepted": "sent"}  # on the path
STEPS: dict[str, LazyString] = {
    "referral:draft:sent": _l("Referred"),
    "referral:sent:accepted": _l("Taken on"),
    "referral:on_hold:accepted": _l("Taken on"),
    "referral:sent:on_hold": _l("On hold"),
    "referral:accepted:in_contact": _l("In touch"),
    "referral:in_contact:planned": _l("Plan made"),
    "referral:introduced:planned": _l("Back to finding a group"),
    "referral:attending:planned": _l("Back to finding a group"),
    "introduction:proposed:sent": _l("The group was asked"),
}
# Of an introduction, and of a case that ends: by where it went.
CAME_TO: dict[str, LazyString] = {
    "introduction:accepted": _l("The group said yes"),
    "introduction:waitlisted": _l("On the waiting list"),
    "introduction:declined": _l("The group said no"),
    "introduction:expired": _l("No answer came"),
    "introduction:booked": _l("A first date is agreed"),
    "introduction:attended": _l("Has been there"),
    "introduction:no_show": _l("Could not come"),
    "introduction:session_cancelled": _l("The meeting was off"),
    "introduction:settled": _l("Found their group"),
    "introduction:stopped": _l("Stopped going"),
    "introduction:withdrawn": _l("Taken back"),
    "referral:closed": _l("Closed"),
    "referral:rejected": _l("Not taken on"),
    "referral:cancelled": _l("Cancelled"),
    "referral:entered_in_error": _l("Made by mistake"),
}
# What may be written down of a visit, by where an introduction stands; and when a date may be agreed.
MARKS: dict[str, tuple[str, ...]] = {
    "accepted": ("attended",),
    "booked": ("attended", "no_show", "session_cancelled"),
    "attended": ("attended", "stopped"),
    "no_show": ("attended", "stopped"),
    "session_cancelled": ("attended", "stopped"),
}
DATED = ("accepted", "booked", "no_show", "session_cancelled")
KEY = ("accepted", "attended", "settled", "closed")  # steps that stand out
PROBLEMS: dict[str, LazyString] = {
    "missing": _l("Write at least one thing"),
    "not_a_choice": _l("Choose one of the list"),
    "reason_needed": _l("Choose one of the list"),
    "day_needed": _l("Choose a day"),
    "out_of_range": _l("Choose a day"),
    "day_past": _l("Choose today or a later day"),
    "unknown_choice": _l("Choose one of the list"),
    "plan_full": _l("Three are enough. Take one off first"),
    "views_full": _l("Eight are enough. Take one away first"),
    "too_few_tries": _l("Try on three different days first"),
    "wrong_form": _l("Use plain letters only"),
    "place_unknown": _l("We do not know this place. Try a town, or the first part of a postcode"),
    "place_ambiguous": _l("There is more than one place of this name. Try the first part of a postcode"),
    "place_missing": _l("We do not know this place. Try a town, or the first part of a postcode"),
    "place_too_long": _l("Please write a town or a postcode only."),
}


def problem(code: str, params: dict[str, object]) -> str:
    """Say what is wrong with a field."""
    if code == "too_long":
        return str(_("Use at most %(most)s letters or signs", most=params["max_length"]))
    return str(PROBLEMS.get(code, PROBLEMS["not_a_choice"]))
