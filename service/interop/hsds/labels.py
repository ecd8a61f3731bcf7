"""Plain English names of the facts, and of what is told like a fact, for readers of other systems. Pure."""

# What the code itself does not say well.
NAMES = {
    "alcohol_free": "No alcohol",
    "blue_badge_parking": "Blue Badge parking",
    "bsl": "British Sign Language",
    "cared_for_welcome": "The person cared for is welcome",
    "circle": "An area as a circle",
    "come_alone_usual": "Most people come alone",
    "concession": "Lower price for some",
    "confirmed_on": "Confirmed on",
    "creche": "Crèche",
    "device_provided": "A device is lent",
    "distance_from_door_m": "Metres from the door",
    "door_width_cm": "Width of the door in centimetres",
    "group_size": "Usual number of people",
    "halal_kosher_veg": "Halal, kosher or vegetarian food",
    "leave_anytime": "One may leave at any time",
    "level": "What it asks of a newcomer",
    "lgbtq_affirming": "LGBTQ+ affirming",
    "met_at_stop": "Somebody meets you at the stop",
    "near_stop": "Near a stop",
    "no_public_list": "No public list of members",
    "not_on": "Does not meet on",
    "ordinary_name": "Its name tells nobody about you",
    "precision": "How exactly the place is known",
    "removes": "Removes a barrier",
    "rest_ok": "One may rest",
    "rule": "How it repeats",
    "step_free": "Step-free",
    "timezone": "Time zone",
    "vetting_level": "How far it was checked",
    "wheelchair_space": "Space for a wheelchair",
}
DESCRIPTIONS = {
    "circle": "Latitude and longitude of the centre and kilometres of the radius, with blanks between.",
    "confirmed_on": "The day on which somebody last confirmed the fact that this is linked to.",
    "group_size": "How many people usually come.",
    "host_meets_you": "A named person meets newcomers at the entrance.",
    "level": "0 (hardly anything) to 6 (much): how much a first visit asks of a newcomer.",
    "not_on": "Days on which this schedule does not meet, with commas between.",
    "precision": "sector, district, town or named: the position is the middle of that. Else it is exact.",
    "rule": "RRULE of RFC 5545, where the fields of a schedule cannot say it.",
    "removes": "The code of a barrier that this service helps over: transport, cost, language and so on.",
    "timezone": "IANA name of the time zone in which the times of this schedule are meant.",
    "vetting_level": "listed, contacted, checked or trusted: how well the organisation is known to the editors.",
}
# Told like facts, and kept elsewhere in the catalogue.
MORE = (
    *("level", "group_size", "removes", "vetting_level", "confirmed_on", "timezone"),
    *("rule", "not_on", "precision", "circle"),
)


def name_of(code: str) -> str:
    """Return what a fact is called.

    >>> name_of("host_meets_you"), name_of("bsl")
    ('Host meets you', 'British Sign Language')
    """
    return NAMES.get(code) or code.replace("_", " ").capitalize()


def description_of(code: str) -> str:
    """Return what a fact means; where its name says it all, that."""
    return DESCRIPTIONS.get(code) or f"{name_of(code)}: yes or no."
