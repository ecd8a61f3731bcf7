"""Every fact code in plain words: what it is, and what its absence means. It knows no group."""

from dataclasses import dataclass

from babel.units import format_unit
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog import facts


@dataclass(frozen=True, slots=True)
class FactWords:
    """One fact.

    Attributes
    ----------
    thing : LazyString
        A noun phrase, as it stands behind "Not confirmed:" and alone as a reason.
    missing : LazyString
        A short sentence for when the fact is a no.
    """

    thing: LazyString
    missing: LazyString


WORDS: dict[str, FactWords] = {
    # the first visit
    "host_meets_you": FactWords(_("someone who meets you at the door"), _("Nobody waits for you at the door")),
    "buddy_offered": FactWords(_("a buddy for your first time"), _("There is no buddy for your first time")),
    "taster": FactWords(_("a first time just to try it"), _("You cannot try it once first")),
    "come_alone_usual": FactWords(_("plenty of people who come alone"), _("Most people come with someone")),
    "leave_anytime": FactWords(_("leaving whenever you like"), _("You are asked to stay to the end")),
    "side_by_side": FactWords(_("doing things side by side, talk or not"), _("It is mostly face-to-face talk")),
    "one_to_one_start": FactWords(_("a first meeting with one person only"), _("You start in the whole group")),
    "no_introductions_round": FactWords(
        _("no round where everyone says who they are"), _("Everyone says who they are at the start")
    ),
    "arrive_early": FactWords(_("coming early, before it fills up"), _("You cannot come in early")),
    "what_happens_sheet": FactWords(_("a sheet that says what will happen"), _("Nothing written on what will happen")),
    "photos_of_venue": FactWords(_("photos of the place"), _("There are no photos of the place")),
    "met_at_stop": FactWords(_("someone who meets you at the stop"), _("Nobody can meet you at the stop")),
    "phone_check_in": FactWords(_("a phone call between visits"), _("Nobody rings between visits")),
    # joining
    "drop_in": FactWords(_("just turning up"), _("You cannot just turn up")),
    "booking_needed": FactWords(_("a place you book first"), _("No booking needed")),
    "referral_only": FactWords(_("a referral you need first"), _("No referral needed")),
    "self_referral": FactWords(_("asking for a place yourself"), _("Someone else must ask for your place")),
    "open_to_all": FactWords(_("a welcome for everyone"), _("It is not open to everyone")),
    "ordinary_name": FactWords(_("a name that gives nothing away"), _("Its name says what it is for")),
    "no_diagnosis_needed": FactWords(_("no diagnosis needed"), _("They ask for a diagnosis")),
    "no_commitment": FactWords(_("no promise to come back"), _("They ask you to come each time")),
    "beginners_welcome": FactWords(_("a welcome for beginners"), _("You need to have done it before")),
    "phone_booking": FactWords(_("joining by phone"), _("You cannot join by phone")),
    "paper_signup": FactWords(_("joining on paper"), _("You cannot join on paper")),
    "no_internet_needed": FactWords(_("no internet needed"), _("You need the internet to join")),
    "device_provided": FactWords(_("a computer or tablet to use there"), _("You bring your own computer or tablet")),
    "recording": FactWords(_("a recording to watch later"), _("Nothing is recorded for later")),
    "online_today": FactWords(_("something online you can join today"), _("Nothing online to join today")),
    "waiting_list": FactWords(_("a waiting list"), _("No waiting list")),
    # getting there
    "near_stop": FactWords(_("a bus or tram stop near by"), _("No bus or tram stop near by")),
    "transport_provided": FactWords(_("a lift there and back"), _("They cannot give you a lift")),
    "parking": FactWords(_("parking"), _("No parking")),
    "blue_badge_parking": FactWords(_("Blue Badge parking"), _("No Blue Badge parking")),
    "distance_from_door_m": FactWords(_("a short way from the car to the door"), _("A long way from the car")),
    "lighting": FactWords(_("good light on the way in"), _("The way in is dark")),
    "signage": FactWords(_("clear signs to the room"), _("There are no clear signs to the room")),
    # the building
    "step_free": FactWords(_("a way in without steps"), _("There are steps on the way in")),
    "wheelchair_space": FactWords(_("space for a wheelchair"), _("There is no space for a wheelchair")),
    "accessible_toilet": FactWords(_("an accessible toilet"), _("No accessible toilet")),
    "toilets": FactWords(_("a toilet"), _("No toilet")),
    "lift": FactWords(_("a lift to the room"), _("There is no lift to the room")),
    "door_width_cm": FactWords(_("wide doors"), _("The doors are narrow")),
    "seated_option": FactWords(_("a seat, if you want one"), _("You stand or move all the time")),
    "rest_stops": FactWords(_("places to rest on the way"), _("No places to rest on the way")),
    "discreet_venue": FactWords(_("a place where nobody can tell why you came"), _("People may see why you came")),
    "confidential_location": FactWords(_("a place that is kept private"), _("The place is known to everyone")),
    # seeing and hearing
    "hearing_loop": FactWords(_("a hearing loop"), _("No hearing loop")),
    "bsl": FactWords(_("sign language"), _("No sign language")),
    "captions": FactWords(_("captions"), _("No captions")),
    "quiet_space": FactWords(_("a quiet space to step out to"), _("No quiet space to step out to")),
    "quiet_room": FactWords(_("a quiet room"), _("No quiet room")),
    "low_sensory": FactWords(_("low noise and soft light"), _("It can be loud or bright")),
    "large_print": FactWords(_("large print"), _("No large print")),
    "audio_description": FactWords(_("audio description"), _("No audio description")),
    "guide_dog_welcome": FactWords(_("a welcome for guide dogs"), _("Guide dogs cannot come in")),
    "camera_optional": FactWords(_("leaving your camera off"), _("They ask you to switch your camera on")),
    # pace
    "gentle_pace": FactWords(_("a gentle pace"), _("The pace is quick")),
    "rest_ok": FactWords(_("resting when you need to"), _("There is little time to rest")),
    "short_session": FactWords(_("an hour or less"), _("It lasts more than an hour")),
    "later_start": FactWords(_("a start later in the day"), _("It starts early")),
    "predictable_routine": FactWords(_("the same plan each time"), _("The plan changes from time to time")),
    "same_place_and_time": FactWords(_("the same place and time each week"), _("Place or time change")),
    "reminder_call": FactWords(_("a call to remind you"), _("Nobody calls to remind you")),
    "dementia_friendly": FactWords(_("help with memory"), _("No one there is used to helping with memory")),
    "safeguarding_checked": FactWords(_("helpers whose checks were seen"), _("Helpers’ checks were not seen")),
    # people
    "women_only": FactWords(_("women only"), _("Not for women only")),
    "men_only": FactWords(_("men only"), _("Not for men only")),
    "mixed": FactWords(_("women and men together"), _("Women and men do not meet together")),
    "lgbtq_affirming": FactWords(
        _("a real welcome for LGBTQ+ people"), _("Nobody promises a welcome for LGBTQ+ people")
    ),
    "faith_based": FactWords(_("a group of faith"), _("Not a group of faith")),
    "prayer_space": FactWords(_("a place to pray"), _("No place to pray")),
    "halal_kosher_veg": FactWords(_("halal, kosher or vegetarian food"), _("No halal, kosher or vegetarian food")),
    "alcohol_free": FactWords(_("no alcohol"), _("Alcohol is served")),
    "interpreter_arranged": FactWords(_("an interpreter"), _("No interpreter")),
    "beginners_english_ok": FactWords(_("a welcome for beginners in English"), _("You need good English")),
    "translated_material": FactWords(_("papers in other languages"), _("No papers in other languages")),
    "creche": FactWords(_("a crèche"), _("No crèche")),
    "children_welcome": FactWords(_("a welcome for children"), _("Children cannot come")),
    "cared_for_welcome": FactWords(
        _("a welcome for the person you care for"), _("The person you care for cannot come along")
    ),
    "carer_welcome": FactWords(_("a welcome for your carer"), _("Your carer cannot come along")),
    "ends_before_school": FactWords(_("an end before school is out"), _("It ends after school is out")),
    "no_public_list": FactWords(_("no list of who comes"), _("There is a list of who comes")),
    "safe_contact": FactWords(_("a safe way to reach you"), _("They cannot promise a safe way to reach you")),
    # money
    "concession": FactWords(_("a lower price if money is short"), _("No lower price if money is short")),
    "pay_what_you_can": FactWords(_("paying what you can"), _("The price is the same for everyone")),
    "hidden_costs": FactWords(_("other costs, like kit or tea"), _("No other costs")),
    "kit_provided": FactWords(_("kit you can borrow"), _("You bring your own kit")),
    # support that is there
    "support_vision": FactWords(_("support for people who see little"), _("No support for people who see little")),
    "support_hearing": FactWords(_("support for people who hear little"), _("No support for people who hear little")),
    "support_physical": FactWords(_("support with moving about"), _("No support with moving about")),
    "support_learning": FactWords(_("support with learning"), _("No support with learning")),
    "support_mental_health": FactWords(_("support with mental health"), _("No support with mental health")),
    "support_social": FactWords(_("support with meeting people"), _("No support with meeting people")),
}


def thing(code: str) -> str:
    """Name a fact inside a sentence."""
    return str(WORDS[code].thing)


def holds(code: str) -> str:
    """Say that a fact is so, as a line of its own."""
    words = thing(code)
    return words[:1].upper() + words[1:]


def missing(code: str) -> str:
    """Say that a fact is not so."""
    return str(WORDS[code].missing)


def not_confirmed(code: str) -> str:
    """Say that nobody has told us."""
    return str(gettext("Not confirmed: %(thing)s", thing=thing(code)))


def amount(code: str, figure: float | None) -> str:
    """Say the figure that some facts carry; empty where there is none."""
    unit = facts.AMOUNTS.get(code)
    if figure is None or unit is None:
        return ""
    number = round(figure)
    if unit == "m":
        return str(ngettext("%(num)s metre", "%(num)s metres", number)).replace(" ", "\u00a0")
    return str(format_unit(number, "length-centimeter", "short", locale=get_locale() or "en")).replace(" ", "\u00a0")
