"""A listing of open data is read as far as is safe: what is joinable, for whom, where and when; never more."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.facts import CODES
from service.catalog.importing.drafts import DraftGroup
from service.catalog.importing.listings import draft
from service.catalog.importing.placing import Placer
from service.catalog.importing.rules import ListingRules
from service.catalog.importing.wording import tidy_name, tidy_text
from service.catalog.seeding import real_listings, spotter
from service.catalog.where.packs import load_pack
from service.catalog.where.place_index import CountryIndex
from service.catalog.words.vocabulary import load_taxonomy

SEEDS = Path(__file__).parents[2] / "seeds"
RULES = ListingRules.from_mapping(tomllib.loads((SEEDS / "listings" / "categories.toml").read_text("utf-8")))
PLACER = Placer(CountryIndex(load_pack(SEEDS / "countries", "GB")), RULES)
TAXONOMY = load_taxonomy(SEEDS / "taxonomy")
SPOT = spotter(TAXONOMY, RULES)
SALE: dict[str, Any] = {"lat": 53.4135, "lon": -2.3463, "geo_from": "sector", "postcode_district": "M33"}
BOLTON: dict[str, Any] = {"lat": 53.5785, "lon": -2.4299, "geo_from": "sector", "postcode_district": "BL1"}


def read(name: str, description: str | None = None, category: str = "charity", **more: Any) -> DraftGroup:
    row = {"id": "test:1", "source": "test", "name": name, "description": description, "category": category}
    return draft({**row, **SALE, **more}, placer=PLACER, spot=SPOT)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("TRAFFORD HEART GROUP", "This group is now closed", "closed"),
        ("MY SIDE", "Not Currently Active", "not_active"),
        ("HEYES LANE PRIMARY SCHOOL PTA", "Raises funds", "school_parents"),
        ("FRIENDS OF MOSS PARK JUNIOR SCHOOL", "Fairs", "school_parents"),
        ("PICTOR PARENTS, STAFF AND FRIENDS ASSOCIATION", "Helping", "school_parents"),
        ("BIRLEY TRUST", "TO MAKE GRANTS TO ORGANISATIONS", "grant_making"),
        ("A S CHARITABLE TRUST", "General Charitable Activity", "grant_making"),
        ("ROTARY CLUB OF LEIGH CHARITABLE TRUST", "Donations to organisations", "grant_making"),
        ("MANCHESTER MUSLIMS BURIAL TRUST", "Burial services", "funerals"),
        ("CRANSLEY SCHOOL LIMITED", "Independent Day School", "school"),
        ("THE BICKHAM HOME", "To maintain the home for the accommodation of elderly residents", "care_home"),
        ("THE SALE U3A", "Educational, social & cultural pursuits", None),
        ("FRIENDS OF VICTORIA PARK, STRETFORD", "Walking for health sessions and a cafe", None),
        ("BEACON TRUST", "Bereavement counselling and support groups", None),
        ("UPPER ROOM CHRISTIAN FELLOWSHIP", "General Charitable activities", None),
        ("STRETFORD CHURCH HALL", "Provision of Church Hall for public use", None),
        ("THE POLISH SATURDAY SCHOOL", "Polish for children", None),
    ],
)
def test_what_nobody_can_join_is_marked_with_its_reason(name: str, text: str, reason: str | None) -> None:
    found = read(name, text)
    assert (found.joinable, found.not_joinable_reason) == (reason is None, reason)


def test_a_private_site_and_a_past_date_cannot_be_joined() -> None:
    private = read("A School", "Grass pitches. Access: Private Use.", "sports facility: Grass pitches")
    past = read("A Ride", "Easy", "Road Cycling", schedule="2018-01-01 10:00 to 2018-01-01 12:00 (one-off, 2018)")
    assert (private.not_joinable_reason, past.not_joinable_reason) == ("private_use", "past")
    assert past.sessions == ()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("SALE AND ALTRINCHAM SEA CADETS", "Sale and Altrincham Sea Cadets"),
        ("THE SALE U3A", "The Sale U3A"),
        ("MS SOCIETY, TRAFFORD BRANCH", "MS Society, Trafford Branch"),
        ("ROYAL MANCHESTER CHILDREN'S HOSPITAL", "Royal Manchester Children's Hospital"),
        ("1ST STRETFORD (LONGFORD) SCOUT GROUP", "1st Stretford (Longford) Scout Group"),
        ("ASHTON-UPON-MERSEY BMX CLUB", "Ashton-upon-Mersey BMX Club"),
        ("Orrell and Winstanley Community Sports C lub", "Orrell and Winstanley Community Sports Club"),
        ("LYMM PIRANHAS J F C", "Lymm Piranhas JFC"),
        ("FACE TO FACE COUNSELLING SERVICE LIMITED", "Face to Face Counselling Service"),
        ("blueSCI at Broomwood", "blueSCI at Broomwood"),
    ],
)
def test_names_are_written_as_their_members_would(given: str, wanted: str) -> None:
    assert tidy_name(given, RULES.acronyms) == wanted


def test_texts_are_cleaned_of_markup_broken_characters_and_capitals() -> None:
    assert tidy_text("Drop-ins<br/>cr+¿ches &amp; courses\x07 [email removed]") == "Drop-ins crèches & courses"
    assert tidy_text("Social activitiesSupport for all.The end") == "Social activities. Support for all. The end"
    assert tidy_text("CLASSES IN SALE. ALL WELCOME", ["Sale"]) == "Classes in Sale. All welcome"
    assert tidy_text("   ") is None


def test_question_marks_that_stand_for_lost_signs_become_those_signs_and_real_questions_stay() -> None:
    for text, wanted in (
        (
            "holiday football ?Fun Weeks? - all for boys and girls",
            "Holiday football “Fun Weeks” - all for boys and girls",
        ),
        (
            "the young people and their family?s physical wellbeing",
            "The young people and their family’s physical wellbeing",
        ),
        ("gift to the church -??100 to ?200", "Gift to the church £100 to £200"),
        ("Sundays ? tea after", "Sundays – tea after"),
        ("Lonely? Bored? Come along. Why not?", "Lonely? Bored? Come along. Why not?"),
        ("Questions ? Ring us", "Questions ? Ring us"),
    ):
        assert tidy_text(text) == wanted


def test_who_it_is_for_is_read_from_name_and_text() -> None:
    ladies = read("Ashton Ladies Bowling Club", category="Bowling")
    juniors = read("Flixton Juniors Football Club", category="Football")
    young = read("42nd Street", "Support for young people aged 13 to 25 years.")
    older = read("Irish Care", "We run social groups for the over 50s.")
    assert ladies.restriction == "women_only"
    assert read("Urmston Park Mens Bowling Club").restriction == "men_only"
    assert (juniors.age_min, juniors.age_max) == (None, 17)
    assert (young.age_min, young.age_max) == (13, 25)
    assert (older.age_min, older.age_max) == (50, None)


def test_a_hall_with_many_groups_and_a_playgroup_set_no_age_for_whoever_comes() -> None:
    hall = read("Shawe Hall", "Meeting place for social groups, including over 60s, dance schools, playgroups.")
    play = read("Park Road Playgroup", "For pre-school children aged 2 years - 5 years.")
    both = read("Trafford Domestic Abuse", "Support to both male and female victims and women and their children")
    assert (hall.age_min, hall.age_max) == (play.age_min, play.age_max) == (None, None)
    assert both.restriction is None


def test_veterans_of_bowls_are_older_players() -> None:
    found = read("Norris Road Veterans Bowling Club", category="Bowling")
    codes = {term.code for term in found.terms}
    assert "activity.sport.bowls" in codes
    assert not codes & {"life.veteran", "activity.support.veterans"}


@pytest.mark.parametrize(
    ("stated", "text", "pence"),
    [
        ("free", "", 0),
        ("£7-10", "", 1000),
        ("£25+", "", 2500),
        (None, "Referral: £2 a week membership", 200),
        (None, "Confidence course - £30 for 6 week course", 500),
        (None, "We raised £5,000 for the hospital", None),
        (None, "", None),
    ],
)
def test_a_price_is_the_most_that_a_visit_costs(stated: str | None, text: str, pence: int | None) -> None:
    assert read("A group", text, "food bank", price=stated).price_pence == pence


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("Wednesday 10am - 4pm", ["FREQ=WEEKLY;BYDAY=WE 10:00-16:00"]),
        ("Tuesdays & Fridays 12pm - 3pm; 1st Saturday of month 10am - 12noon",
         ["FREQ=WEEKLY;BYDAY=TU,FR 12:00-15:00", "FREQ=MONTHLY;BYDAY=1SA 10:00-12:00"]),
        ("Mon - Thu 10.30 - 2.30pm", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH 10:30-14:30"]),
        ("Thursday 7 - 9pm", ["FREQ=WEEKLY;BYDAY=TH 19:00-21:00"]),
        ("Wednesday 10 - 12", [None]),
        ("Fri - Mon 10am - 11am", [None]),
        ("Mondays 1:30pm - 2:30pm term time only", [None]),
        ("alternate Saturdays 9.15am-12.15pm", [None]),
        ("One morning per week", [None]),
    ],
)  # fmt: skip
def test_times_are_read_only_where_every_word_is_understood(words: str, rules: list[str | None]) -> None:
    found = read("Pantry", category="food bank", schedule=words).sessions
    said = [f"{s.rule} {s.begins:%H:%M}-{s.ends:%H:%M}" if s.begins and s.ends else s.rule for s in found]
    assert said == rules
    assert all(session.words for session in found)


def test_a_text_says_when_a_group_meets() -> None:
    found = read("Anxiety Group", "A drop-in group. Meets on Tuesdays 7-9pm.", "mental health service").sessions
    assert [(s.rule, s.begins, s.ends, s.words) for s in found] == [
        ("FREQ=WEEKLY;BYDAY=TU", time(19), time(21), "Meets on Tuesdays 7-9pm")
    ]


def test_a_charity_is_placed_by_the_town_in_its_name_not_by_its_contact_address() -> None:
    choir = read("URMSTON CHORAL SOCIETY", "Concerts in Urmston", **BOLTON | {"postcode": "BL1 4BY"})
    assert choir.place is not None
    assert (choir.place.city, choir.place.precision, choir.place.postal_code) == ("Urmston", "named", None)
    person = read("THE AMY LEIGH BARNES CHARITABLE FOUNDATION", "Workshops", **BOLTON)
    assert person.place is not None
    assert person.place.precision == "district"
    auction = read("PROCEEDS OF SALE OF A CHAPEL", "Worship", **BOLTON)
    assert auction.place is not None
    assert auction.place.city != "Sale"


def test_a_home_address_is_never_shown() -> None:
    found = read("Sale Poetry Circle", "Poetry", postcode="M33 4ND", address="12 Acacia Avenue, Sale")
    assert found.place is not None
    assert (found.place.address, found.place.postal_code, found.place.precision) == (None, "M33", "district")
    assert "Acacia" not in repr(found)


def test_a_source_position_far_from_its_postcode_is_not_believed() -> None:
    wrong = read("City Library", category="library", postcode="M2 5PD", lat=53.444, lon=-2.279, geo_from="source")
    right = read("Sale Library", category="library", postcode="M33 7ZF", lat=53.4251, lon=-2.3206, geo_from="source")
    assert wrong.place is not None
    assert right.place is not None
    assert (wrong.place.precision, right.place.precision) == ("sector", "exact")
    assert wrong.place.latitude == pytest.approx(53.48, abs=0.01)


def test_bodies_that_serve_an_area_say_which() -> None:
    assert read("GREATER MANCHESTER DRAMA FEDERATION", "Drama").area is not None
    trafford = read("TRAFFORD CARERS CENTRE", "Advice and support to carers living in Trafford.").area
    assert trafford is not None
    assert trafford.name == "Trafford"
    assert read("OLD TRAFFORD FAMILY CENTRE", "Drop-ins").area is None
    assert read("PARISH OF HALE", "A church of the Church of England").area is None
    visits = read("Home-Start", "Volunteers visit families in the families' own home")
    assert visits.area is not None
    assert read("THE UPHILL SKI CLUB OF GREAT BRITAIN", "Skiing").nationwide


def test_how_one_takes_part_is_read_from_the_text() -> None:
    assert read("eTherapy", "Online therapy courses").mode == "online"
    assert read("Talking News", "Weekly audio news for the blind in the Trafford area").mode == "phone"
    assert read("Choir", "We sing at the parish centre").mode == "in_person"


def test_access_columns_mean_what_they_say() -> None:
    entrance = {"disability_finding_reaching_entrance": True, "disability_doorways": True}
    columns = {**entrance, "disability_toilets": False, "car_park": True, "disability_parking": None}
    facts = {fact.code: fact for fact in read("Site", category="sports facility: Studios", access=columns).facts}
    assert facts["step_free"].value
    assert not facts["accessible_toilet"].value
    assert facts["parking"].value
    assert "blue_badge_parking" not in facts
    half = read("Site", access={"disability_finding_reaching_entrance": True, "disability_doorways": False})
    assert "step_free" not in {fact.code for fact in half.facts}


def test_a_fact_read_from_text_is_only_a_suggestion() -> None:
    facts = {fact.code: fact for fact in read("Cafe", "A drop-in open to all, self-referral").facts}
    assert set(facts) == {"drop_in", "open_to_all", "self_referral"}
    assert all(fact.suggested and fact.note for fact in facts.values())


def test_terms_come_from_category_and_name_first_and_hints_only_alone() -> None:
    choir = read("Sale Choral Society", "A choir with weekly rehearsals")
    assert choir.terms[0].code == "activity.music.singing"
    assert len(choir.terms) <= 8
    club = read("Bowdon Bowling and Lawn Tennis Club", category="Bowling, Tennis")
    assert {term.code for term in club.terms if term.weight == 1} == {"activity.sport.bowls", "activity.sport.tennis"}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("Reddish Villa FC", "", "activity.sport.football"),
        ("Hazel Vale Bowling & Tennis Club", "", "activity.sport.bowls"),
        ("Hazel Vale Cricket & B Owling Club", "", "activity.sport.bowls"),
        ("Hazel Vale Bowling & Tennis Club", "", "activity.sport.tennis"),
        ("Sale Amateur Operatic Society", "", "activity.stage.musical_theatre"),
        ("Sale Silver Band", "", "activity.music.bands"),
        ("Bridgewater Wheelers", "", "activity.movement.cycling"),
        ("Sale Bell Ringers", "", "activity.music.instruments"),
        ("Sale Morris Men", "", "activity.movement.line_dancing"),
        ("Bollin Bat Group", "", "activity.nature.wildlife"),
        ("Sale Video Society", "", "activity.stage.film_making"),
        ("Sale Bee Keepers Association", "", "activity.nature.wildlife"),
        ("Sale Astronomical Society", "", "activity.learning.science"),
        ("Sale Philatelic Society", "", "activity.talk.social_club"),
        ("Sale Photographic Society", "", "activity.art.photography"),
        ("Friends of Worthington Park", "Looking after the park", "activity.helping.neighbourhood"),
        ("Finnish Families of Sale", "", "activity.talk.cultural_group"),
        ("Elm Road Community Association", "", "activity.talk"),
        ("Mersey Divers Club", "", "activity.sport.sailing"),
        ("Sale Horticultural Society", "", "activity.nature.gardening"),
        ("Residents' Association of Elm Road", "", "activity.helping.neighbourhood"),
    ],
)
def test_a_name_says_what_a_group_does(name: str, text: str, code: str) -> None:
    assert code in {term.code for term in read(name, text).terms}


@pytest.mark.parametrize(
    ("name", "text", "category", "code"),
    [
        ("Oldfield Table Tennis Club", "", "Tennis", "activity.sport.tennis"),
        ("Chapel-en-le-Frith Golf Club", "", "Golf", "activity.faith.church"),
        ("Longhey Athletic Junior Football Club", "", "Football", "activity.sport.athletics"),
        ("A Scout Group", "To help them reach their physical, intellectual, social and spiritual potential", "charity",
         "activity.faith"),
        ("A hall", "For all who have need by reason of their youth, age, infirmity or disability", "charity",
         "activity.support.physical_disability"),
        ("A hall", "Without distinction of sex, race or of political, religious or other opinions", "charity",
         "activity.faith"),
        ("Riders", "Bikes carry blood to hospitals and hospices", "charity", "activity.support.bereavement"),
        ("Elm Hall Committee", "Dances", "charity", "activity.helping.trustee"),
        ("A School of Karate", "Martial arts", "charity", "mechanism.creativity"),
    ],
)  # fmt: skip
def test_names_of_places_and_clauses_of_law_are_not_taken_for_what_is_done(
    name: str, text: str, category: str, code: str
) -> None:
    assert code not in {term.code for term in read(name, text, category).terms}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("ELM PREPARATORY SCHOOL", "The charity operates the school known as Elm", "school"),
        ("THE ELM CHARITY", "The poor of the parishes of Elm", "grant_making"),
        ("ELM NURSING TRUST", "Up to a fifth of the net yearly income goes to retired nurses", "grant_making"),
    ],
)
def test_funds_and_schools_by_their_own_words_cannot_be_joined(name: str, text: str, reason: str) -> None:
    assert read(name, text).not_joinable_reason == reason


def test_every_code_that_the_tables_name_exists() -> None:
    assert RULES.codes <= {term.code for term in TAXONOMY.terms}
    seen = {fact.code for row in real_listings(SEEDS) for fact in draft(row, placer=PLACER, spot=lambda _: {}).facts}
    assert seen <= set(CODES)


def test_the_age_of_the_source_is_the_age_of_the_listing() -> None:
    assert (read("A", year=2018).confirmed_on, read("A", year=2018).confirmed_precision) == (date(2018, 1, 1), "year")
    updated = read("A", year=2025, updated="2025-03-28")
    assert (updated.confirmed_on, updated.confirmed_precision) == (date(2025, 3, 28), "day")
    assert read("A").confirmed_on is None


def test_every_judged_listing_can_be_read() -> None:
    path = Path(__file__).parents[1] / "judged" / "catalog.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    drafts = [draft(row, placer=PLACER, spot=lambda _: {}) for row in rows]
    assert len(drafts) == len(rows) > 1000
    reasons = {one.not_joinable_reason for one in drafts}
    assert {"closed", "past", "private_use", "school_parents", "grant_making", None} <= reasons
    allotments = [one for one in drafts if one.category == "allotment"]
    assert all(one.joinable and one.place and one.place.precision == "exact" for one in allotments)


KEYS = ("description", "category", "address", "postcode", "price", "schedule", "url", "updated")


@given(name=st.text(max_size=80), row=st.dictionaries(st.sampled_from(KEYS), st.none() | st.text(max_size=120)))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_no_text_breaks_the_reader(name: str, row: Mapping[str, str | None]) -> None:
    found = draft({"id": "x", "source": "s", "name": name, **row}, placer=PLACER, spot=SPOT)
    assert found.name
    assert found.price_pence is None or found.price_pence >= 0
