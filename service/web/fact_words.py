"""Facts about groups and places in the reader's words: a short label for each canonical code. It decides nothing."""

from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as later


@cache
def _labels() -> dict[str, object]:
    return _VISIT | _JOINING | _WAY | _BUILDING | _SENSES | _PACE | _PEOPLE | _MONEY


def fact_label(code: str) -> str:
    """Return what a fact is about, in a few words."""
    return str(_labels().get(code, code))


def family_title(family: str) -> str:
    """Return the heading of a family of facts."""
    titles = {
        "first_visit": _("The first visit"),
        "joining": _("Joining"),
        "getting_there": _("Getting there"),
        "building": _("The building"),
        "seeing_and_hearing": _("Seeing and hearing"),
        "pace": _("Pace"),
        "people": _("Who comes"),
        "money": _("Money"),
        "support": _("Support on the spot"),
    }
    return str(titles.get(family, family))


_VISIT: dict[str, object] = {
    "host_meets_you": later("Somebody meets you"),
    "buddy_offered": later("A buddy can go along with you"),
    "taster": later("The first time is free, without joining"),
    "come_alone_usual": later("Most people come alone"),
    "leave_anytime": later("You can leave at any time"),
    "side_by_side": later("Side by side: talking is up to you"),
    "one_to_one_start": later("You can meet one person first"),
    "no_introductions_round": later("Nobody has to introduce themselves"),
    "arrive_early": later("You can come early, before the others"),
    "what_happens_sheet": later("A sheet tells beforehand what happens"),
    "photos_of_venue": later("There are photos of the place"),
    "met_at_stop": later("Somebody meets you at the stop"),
    "phone_check_in": later("Somebody rings to see how you are"),
}
_JOINING: dict[str, object] = {
    "drop_in": later("Drop in whenever you like"),
    "booking_needed": later("You need to book"),
    "referral_only": later("A professional has to refer you"),
    "self_referral": later("You can ask to join yourself"),
    "open_to_all": later("Open to everybody"),
    "ordinary_name": later("An ordinary name that gives nothing away"),
    "no_diagnosis_needed": later("No diagnosis needed"),
    "no_commitment": later("No need to come every time"),
    "beginners_welcome": later("Beginners welcome"),
    "phone_booking": later("You can book by telephone"),
    "paper_signup": later("You can sign up on paper"),
    "no_internet_needed": later("No internet needed"),
    "device_provided": later("A device can be lent"),
    "recording": later("There is a recording to see later"),
    "online_today": later("You can begin online today"),
    "waiting_list": later("There is a waiting list"),
}
_WAY: dict[str, object] = {
    "near_stop": later("A bus, tram or train stop close by"),
    "transport_provided": later("Lifts or transport offered"),
    "parking": later("Parking"),
    "blue_badge_parking": later("Parking for disabled people"),
    "distance_from_door_m": later("A short way from the road to the door"),
    "lighting": later("The way is well lit"),
    "signage": later("Clear signs"),
}
_BUILDING: dict[str, object] = {
    "step_free": later("No steps, street to seat"),
    "wheelchair_space": later("Room for a wheelchair"),
    "accessible_toilet": later("A toilet you can reach in a wheelchair"),
    "toilets": later("Toilets"),
    "lift": later("A lift"),
    "door_width_cm": later("Wide doors"),
    "seated_option": later("You can take part sitting down"),
    "rest_stops": later("Places to rest"),
    "discreet_venue": later("A discreet place"),
    "confidential_location": later("The address is told only to those who join"),
}
_SENSES: dict[str, object] = {
    "hearing_loop": later("Hearing loop"),
    "bsl": later("British Sign Language"),
    "captions": later("Captions"),
    "quiet_space": later("A quiet place to step out to"),
    "quiet_room": later("A quiet room"),
    "low_sensory": later("Calm: low noise, soft light"),
    "large_print": later("Large print"),
    "audio_description": later("Audio description"),
    "guide_dog_welcome": later("Guide dogs welcome"),
    "camera_optional": later("Your camera can stay off"),
}
_PACE: dict[str, object] = {
    "gentle_pace": later("A gentle pace"),
    "rest_ok": later("You can rest when you like"),
    "short_session": later("An hour or less"),
    "later_start": later("Begins later in the day"),
    "predictable_routine": later("The same course every time"),
    "same_place_and_time": later("Always the same place and time"),
    "reminder_call": later("A reminder before each time"),
    "dementia_friendly": later("Used to people with dementia"),
    "safeguarding_checked": later("Safeguarding papers seen"),
}
_PEOPLE: dict[str, object] = {
    "women_only": later("Women only"),
    "men_only": later("Men only"),
    "mixed": later("Women and men together"),
    "lgbtq_affirming": later("LGBTQ+ people at home here"),
    "faith_based": later("Faith is part of it"),
    "prayer_space": later("A place to pray"),
    "halal_kosher_veg": later("Halal, kosher or vegetarian food"),
    "alcohol_free": later("No alcohol"),
    "interpreter_arranged": later("An interpreter can be arranged"),
    "beginners_english_ok": later("A little English is enough"),
    "translated_material": later("Papers in other languages"),
    "creche": later("A crèche"),
    "children_welcome": later("Children welcome"),
    "cared_for_welcome": later("Bring the person you care for"),
    "carer_welcome": later("Carers welcome"),
    "ends_before_school": later("Ends before school does"),
    "no_public_list": later("Nobody is named in public"),
    "safe_contact": later("They only contact you the way you say"),
}
_MONEY: dict[str, object] = {
    "concession": later("Cheaper for some"),
    "pay_what_you_can": later("Pay what you can"),
    "hidden_costs": later("Other costs besides"),
    "kit_provided": later("All you need is there"),
    "support_vision": later("Help for people who see little"),
    "support_hearing": later("Help for people who hear little"),
    "support_physical": later("Help with moving"),
    "support_learning": later("Help for people with a learning disability"),
    "support_mental_health": later("Help with mental health"),
    "support_social": later("Help with being among people"),
}
