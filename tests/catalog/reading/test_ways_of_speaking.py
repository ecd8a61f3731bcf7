"""What a careful reader takes for a fact of a group, and what not: invented sentences, one way of speaking each."""

import pytest

from service.catalog.reading.extraction import read_facts
from service.catalog.reading.suggestion import Hours, Price

SAID = {
    "drop_in yes": (
        *("Weekly drop-in for anyone who feels lonely.", "Just turn up on the night.", "Walk-ins are welcome."),
        *("We run a drop-in café on Fridays.", "Come to our drop-in any Monday."),
    ),
    "booking_needed yes": (
        *("By appointment only.", "Booking is essential.", "You must register in advance.", "Please book your place."),
        *("Contact the office to make an appointment.", "Places are few, so booking is required."),
    ),
    "booking_needed no": ("No need to book.", "We do not make appointments.", "Appointments are not needed."),
    "phone_booking yes": ("Ring us on 01632 960111 to book.", "Apply by phone.", "You must call first."),
    "referral_only yes": ("Referral only.", "You must be referred by a doctor.", "By referral from an agency."),
    "referral_only no": ("No referral needed.", "No referral or voucher needed."),
    "price 0": (
        *("Free to attend.", "Entry is free.", "A free weekly walking group.", "Our courses are free of charge."),
        *("We offer free, friendly legal advice.", "Free and confidential support.", "It costs nothing."),
    ),
    "price 300": (
        *("£3 per session.", "Sessions cost £3.", "Tuesdays 7-9pm, £3.", "£3 with tea.", "Adults £3."),
        *("£3 membership for £12 of groceries.", "We charge £3 at the door."),
    ),
    "url www.example.org": (
        *("See www.example.org for dates.", "Find out more: www.example.org", "Our club page is www.example.org."),
        "The route will be on our website www.example.org.",
    ),
    "age_min 50": ("For the over 50 age group.", "Open to anyone over 50.", "For people aged 50 and over."),
    "age_max 11": ("For children aged 5 to 11.", "Cubs (aged 5-8) and Scouts (8-11)."),
    "age_max 4": ("Play for under 5s.", "A music class for under 5s."),
    "children_welcome yes": (
        *("Football for boys and girls.", "Drama and dance for children.", "Children are welcome.", "Bring the kids."),
        "Open to all, including children.",
    ),
    "carer_welcome yes": ("For people with dementia and their carers.", "Carers welcome.", "We support carers."),
    "open_to_all yes": ("Open to all.", "Everyone is welcome.", "Open to everyone in town.", "Anyone can come."),
    "beginners_welcome yes": ("Suitable for all levels.", "Complete beginners are welcome.", "No experience needed."),
    "beginners_welcome no": ("None of our walks are suitable for total beginners.", "Not for beginners."),
    "faith_based yes": ("We are a Christian charity.", "Sunday services and Bible study.", "Praise and worship."),
    "women_only yes": ("A choir for women.", "Ladies only on Mondays, men on Fridays.", "We inspire girls to code."),
    "halal_kosher_veg yes": ("Halal food.", "There is a vegetarian option.", "A hot meal, 50p (halal)."),
    "mode online": ("Held online every week.", "We meet by Zoom."),
    "mode phone": ("We run a telephone helpline.", "A quiz by telephone.", "Support over the phone."),
    "mode in_person": ("Support is given face to face.",),
}
NOT_SAID = {
    "drop_in": (
        *("Last year we held a drop-in for the flooded street.", "You can be referred through the council drop-in."),
        *("We used to run a drop-in here.", "Members visit the hospital drop-in.", "Please drop in your forms."),
        *("We hope to open a drop-in next year.", "There is a slight drop in height.", "The drop-in has closed."),
        "We gave a grant to a drop-in centre for homeless people.",
    ),
    "booking_needed": (
        *(
            "Hall hire must be booked at the office.",
            "You can book a table at the café.",
            "Book your bike in for repair.",
        ),
        *("Please make an appointment with your GP first.", "We can arrange an appointment if needed."),
        *("We go with people to hospital appointments.", "We may also book an appointment for you elsewhere."),
        "Look out for our pop-up walks, book on, turn up and smile.",
    ),
    "phone_booking": (
        "In an emergency you must call 999.",
        "You must call the police.",
        "Use your phone to book rail seats.",
    ),
    "referral_only": (
        *("We offer advice, information and referral to other services.", "We took 200 referrals from agencies."),
        *("We accept referrals from agencies and self-referrals.", "We make referrals to partner agencies."),
    ),
    "price": (
        *(
            "Prizes worth £50.",
            "We raised £500.",
            "Bring £5 for cake.",
            "Parking costs £3.",
            "£2 for unlimited parking.",
        ),
        *("The shop sells inner tubes from £4, or £1 with patches.", "Training of £300 is paid by us."),
        *("Smoke free.", "Traffic free route.", "Feel free to bring a friend.", "Free parking.", "Under 5s go free."),
        *("The right to a free and fair trial.", "Free tea and coffee.", "We gave out free school uniforms."),
        *("Free crèche.", "Bring your laptop for a free check.", "We help people live free from fear."),
        "Court filing fees of $200 are not our business.",
    ),
    "url": (
        *("Lunch at the Mill café www.example.com", "The route is at www.example.com", "Sponsored by www.example.com"),
        *("Part of a national programme, see www.example.com", "The other rides: www.strava.com/clubs/1"),
        *("See the map at https://www.google.com/maps/x", "Fill in https://forms.gle/x", "Welcome to our walks.com/x"),
    ),
    "phone": ("Fax 01632 960222", "Police 01632 960333", "Registered charity number 01632 960333"),
    "age_min": ("The majority of our members are over 60.", "We have been here for over 50 years."),
    "age_max": ("Parents of children under 5.", "Boys under 8 may come with mum.", "Custody of children under 18."),
    "children_welcome": (
        *("Legal advice in cases about custody, for children.", "We raise money for children in hospital."),
        *("Grants for the education of children.", "There are also parties for children of members."),
        *("Open to people of all ages.", "Relief of poverty for children."),
    ),
    "carer_welcome": (
        "Training for teachers and carers.",
        "We stand up for parents and carers.",
        "A carers allowance.",
    ),
    "open_to_all": (
        *("The house is open to the public.", "Open to all adults over 18.", "Open to anyone living with cancer."),
        "Open to all, but mainly those on our estate.",
    ),
    "beginners_welcome": ("Money for specialist training at all levels.", "Open regardless of any ability."),
    "faith_based": (
        *("We meet at Hope Baptist Church.", "We make grants to the parish church."),
        "Lunch in the hall of St Jude's Methodist Church.",
    ),
    "women_only": ("Support for men and women.", "Football for boys and girls. We also support ladies' football."),
    "mode": (
        *("Apply online.", "Order your shopping online.", "Call the national helpline.", "No phone calls in class."),
        *("Please come in person to register.", "Book by email or by phone.", "The form is online."),
    ),
    "men_only": ("We support Hill Grammar School for Boys.", "Yoga, bingo, chess, trips and a lunch club for men."),
    "halal_kosher_veg": ("We supervise kosher standards in town.",),
    "step_free": ("We own wheelchair accessible bikes.", "The toilets are down a flight of stairs."),
    "kit_provided": ("Fit for any bike provided you do not mind mud.", "We buy equipment for use in schools."),
    "pay_what_you_can": ("We are funded by voluntary donations.", "We raise money through voluntary donations."),
    "concession": ("Members £20 a year.",),
    "bsl": ("We give BSL and deaf awareness training.",),
    "time": ("We used to meet on Thursdays.", "Ladies only on Thursdays.", "A step on to our Sundays Club Rides."),
}


def told(text: str) -> dict[str, set[str]]:
    """Return the values that are read out of a text, by kind."""
    found: dict[str, set[str]] = {}
    for one in read_facts(text):
        value = one.value.pence if isinstance(one.value, Price) else one.value
        found.setdefault(one.kind, set()).add("" if isinstance(value, Hours) else str(value))
    return found


@pytest.mark.parametrize(("fact", "text"), [(fact, text) for fact, texts in SAID.items() for text in texts])
def test_what_is_a_fact(fact: str, text: str) -> None:
    kind, value = fact.split(" ")
    assert value in told(text).get(kind, set())


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in NOT_SAID.items() for text in texts])
def test_what_is_not_a_fact_of_this_group(kind: str, text: str) -> None:
    assert kind not in told(text)
