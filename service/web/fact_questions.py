"""How to ask a group about a fact, as one would on the phone. It knows no group and asks nobody."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.web import fact_words

# Facts that cannot be asked for by "Is there …?".
QUESTIONS: dict[str, LazyString] = {
    # the first visit
    "host_meets_you": _("Does someone meet me at the door?"),
    "buddy_offered": _("Is there a buddy for my first time?"),
    "taster": _("Can I come once just to try it?"),
    "come_alone_usual": _("Do many people come alone?"),
    "leave_anytime": _("Can I leave whenever I like?"),
    "side_by_side": _("Do people do things side by side, talk or not?"),
    "one_to_one_start": _("Can I meet just one person first?"),
    "no_introductions_round": _("Can I come without saying who I am to everyone?"),
    "arrive_early": _("Can I come early, before it fills up?"),
    "photos_of_venue": _("Are there photos of the place?"),
    "met_at_stop": _("Can someone meet me at the stop?"),
    "phone_check_in": _("Does someone ring me between visits?"),
    # joining
    "drop_in": _("Can I just turn up?"),
    "booking_needed": _("Do I need to book a place first?"),
    "referral_only": _("Do I need a referral first?"),
    "self_referral": _("Can I ask for a place myself?"),
    "open_to_all": _("Is everyone welcome?"),
    "ordinary_name": _("Does the name give nothing away?"),
    "no_diagnosis_needed": _("Can I come without a diagnosis?"),
    "no_commitment": _("Can I come once without having to come back?"),
    "beginners_welcome": _("Are beginners welcome?"),
    "phone_booking": _("Can I join by phone?"),
    "paper_signup": _("Can I join on paper?"),
    "no_internet_needed": _("Can I join without the internet?"),
    "online_today": _("Is there something online I can join today?"),
    # getting there
    "transport_provided": _("Can you give me a lift there and back?"),
    "distance_from_door_m": _("Is it a short way from the car to the door?"),
    "signage": _("Are there clear signs to the room?"),
    # the building
    "door_width_cm": _("Are the doors wide?"),
    "seated_option": _("Is there a seat, if I want one?"),
    "rest_stops": _("Are there places to rest on the way?"),
    "discreet_venue": _("Is it a place where nobody can tell why I came?"),
    "confidential_location": _("Is the place kept private?"),
    # seeing and hearing
    "captions": _("Are there captions?"),
    "low_sensory": _("Is it quiet, with soft light?"),
    "large_print": _("Do you have things in large print?"),
    "guide_dog_welcome": _("Are guide dogs welcome?"),
    "camera_optional": _("Can I leave my camera off?"),
    # pace
    "gentle_pace": _("Is the pace gentle?"),
    "rest_ok": _("Can I rest when I need to?"),
    "short_session": _("Does it last an hour or less?"),
    "later_start": _("Does it start later in the day?"),
    "predictable_routine": _("Is the plan the same each time?"),
    "same_place_and_time": _("Is it at the same place and time each week?"),
    "reminder_call": _("Can someone call to remind me?"),
    "safeguarding_checked": _("Has someone seen the helpers’ checks?"),
    # people
    "women_only": _("Is it for women only?"),
    "men_only": _("Is it for men only?"),
    "mixed": _("Do women and men meet together?"),
    "lgbtq_affirming": _("Are LGBTQ+ people really welcome?"),
    "faith_based": _("Is it a group of faith?"),
    "alcohol_free": _("Is it without alcohol?"),
    "beginners_english_ok": _("Is it all right if my English is not good yet?"),
    "translated_material": _("Are there papers in other languages?"),
    "children_welcome": _("Can I bring my children?"),
    "cared_for_welcome": _("Can I bring the person I care for?"),
    "carer_welcome": _("Can my carer come along?"),
    "ends_before_school": _("Does it end before school is out?"),
    "no_public_list": _("Can I come without being on a list?"),
    "safe_contact": _("Can you reach me in a safe way?"),
    # money
    "pay_what_you_can": _("Can I pay what I can?"),
    "hidden_costs": _("Are there other costs, like kit or tea?"),
    "kit_provided": _("Can I borrow kit?"),
}


def question(code: str) -> str:
    """Put the question to the group."""
    own = QUESTIONS.get(code)
    return str(own) if own else str(gettext("Is there %(thing)s?", thing=fact_words.thing(code)))
