"""What somebody types as a place is found, or answered with a message and suggestions; never with an exception."""

import time
from pathlib import Path

import numpy as np
import pytest
from geopy.distance import great_circle
from geopy.exc import GeocoderUnavailable
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.where import places
from service.catalog.where.distance import km_from, unit_vectors
from service.catalog.where.geocoding import GazetteerGeocoder, asking, online_geocoder
from service.catalog.where.packs import countries, load_pack
from service.catalog.where.place_index import CountryIndex
from service.catalog.where.places import (
    EARTH_RADIUS_KM,
    Ambiguous,
    Gazetteer,
    Place,
    km_between,
)
from service.errors import Invalid, NotFound

ROOT = Path(__file__).parents[2] / "seeds" / "countries"
GAZETTEER = Gazetteer(ROOT)
CODES = {"place_missing", "place_too_long", "place_ambiguous", "place_unknown"}


def here(text: str, country: str = "GB") -> Place:
    return GAZETTEER.resolve(text, country=country)


def refused(text: str, country: str = "GB") -> Invalid:
    with pytest.raises(Invalid) as caught:
        here(text, country)
    return caught.value


def test_a_postcode_is_placed_by_its_sector_even_when_the_unit_is_unknown() -> None:
    place = here("M33 4ND")
    assert (place.kind, place.label, place.uncertainty_km) == ("sector", "M33 4ND", 0.5)
    assert here("m334zz").latitude == place.latitude
    assert here(" m33  4nd ") == place


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("M33 4", "sector", "M33 4"),
        ("M33", "district", "M33"),
        ("E1 1", "sector", "E1 1"),
        ("E11", "district", "E11"),
        ("BT48", "district", "BT48"),
        ("BT1 5GS", "district", "BT1 5GS"),
        ("Sale", "town", "Sale"),
        ("sale ", "town", "Sale"),
        ("SALE, Greater Manchester", "town", "Sale"),
        ("Sale Greater Manchester", "town", "Sale"),
        ("Sale, M33", "town", "Sale"),
        ("12 High Street, Sale", "town", "Sale"),
        ("12 High Street, Sale, M33 4ND", "sector", "M33 4ND"),
        ("Saint Helen's", "town", "St Helens"),
        ("ST. HELENS", "town", "St Helens"),
        ("ashton under lyne", "town", "Ashton-under-Lyne"),
        ("Llundain", "town", "London"),
        ("Londyn", "town", "London"),
        ("Wythenshawe", "town", "Wythenshawe"),
        ("Sale Moor", "town", "Sale Moor"),
        ("Trafford", "area", "Trafford"),
    ],
)
def test_places_are_found_as_people_write_them(text: str, kind: str, label: str) -> None:
    place = here(text)
    assert (place.kind, place.label) == (kind, label)


def test_a_zip_is_placed_in_its_own_country_and_nothing_british_is_assumed() -> None:
    assert here("10001", "US").kind == "zip"
    assert here("Springfield, IL 62704-1234", "us").label == "62704"
    assert refused("M33 4ND", "US").code == "place_unknown"
    assert countries(ROOT) == ("GB", "US")
    with pytest.raises(NotFound):
        here("Paris", "FR")
    with pytest.raises(NotFound):
        here("Paris", "../gb")


def test_a_misspelt_town_is_answered_with_the_right_one() -> None:
    error = refused("Altringham")
    assert error.code == "place_unknown"
    assert error.params["suggestions"][0] == "Altrincham"  # type: ignore[index]
    assert refused("Altrinchm").params["suggestions"] == ("Altrincham",), "only what is spelt nearly so"
    assert "Manchester" in str(refused("Manches").params["suggestions"])
    assert refused("Sale, Scotland").params["suggestions"] == ("Sale",)


def test_a_postcode_that_does_not_exist_is_answered_with_its_neighbours() -> None:
    suggestions = refused("M33 9ZZ").params["suggestions"]
    assert isinstance(suggestions, tuple)
    assert all(here(label).label.startswith("M33") for label in suggestions)
    assert refused("XX99 9XX").code == "place_unknown"


@pytest.mark.parametrize("name", ["Newport", "Hale", "Whitchurch", "Chorlton"])
def test_a_name_of_several_towns_asks_and_every_answer_works(name: str) -> None:
    error = refused(name)
    assert error.code == "place_ambiguous"
    choices = error.params["choices"]
    assert isinstance(choices, tuple)
    assert len(set(choices)) == len(choices) > 1
    found = {(place.latitude, place.longitude) for place in map(here, choices)}
    assert len(found) == len(choices)


def test_namesakes_are_settled_by_nation_by_neighbour_and_by_the_area_served() -> None:
    assert here("Newport, Wales").latitude == pytest.approx(51.59, abs=0.01)
    assert here("Newport, Telford").latitude == pytest.approx(52.77, abs=0.01)
    assert GAZETTEER.resolve("Hale", country="GB", near=(53.42, -2.33)).latitude == pytest.approx(53.378, abs=0.01)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place_missing"),
        (" ,. ", "place_missing"),
        ("\x00\n", "place_missing"),
        ("a" * 10_000, "place_too_long"),
        ("😀", "place_unknown"),
        ("' OR 1=1 --", "place_unknown"),
        ("<script>", "place_unknown"),
    ],
)
def test_bad_input_gets_a_code(text: str, code: str) -> None:
    assert refused(text).code == code


@given(text=st.text(max_size=300) | st.from_regex(r"[A-Za-z]{1,3}[0-9]{0,3} ?[0-9]?[A-Za-z,. ]{0,12}", fullmatch=True))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    for country in ("GB", "US"):
        answer = tried(text, country)
        if isinstance(answer, Invalid):
            assert answer.code in CODES
            assert len(answer.params.get("suggestions", ())) <= 5  # type: ignore[arg-type]
        else:
            assert -90 <= answer.latitude <= 90
            assert answer.uncertainty_km > 0


def tried(text: str, country: str) -> Place | Invalid:
    try:
        return here(text, country)
    except Invalid as error:
        return error


def test_distance_is_geopys_great_circle() -> None:
    random = np.random.default_rng(7)
    n = 400
    lats = np.concatenate([random.uniform(-90, 90, n), [90, -90, 0, 0, 53.42, 53.42]])
    lons = np.concatenate([random.uniform(-180, 180, n), [0, 10, 180, -179.99, -2.33, -2.33]])
    lats2 = np.concatenate([random.uniform(-90, 90, n), [-90, -90, 0, 0, 53.42, 53.4200001]])
    lons2 = np.concatenate([random.uniform(-180, 180, n), [170, -50, -180, 179.99, -2.33, -2.33]])
    ours = km_between(lats, lons, lats2, lons2)
    theirs = [
        great_circle((a, b), (c, d), radius=EARTH_RADIUS_KM).km
        for a, b, c, d in zip(lats, lons, lats2, lons2, strict=True)
    ]
    assert np.abs(ours - np.array(theirs)).max() < 1e-6


def test_geopys_interface_gives_the_same_places() -> None:
    geocoder = GazetteerGeocoder(GAZETTEER, "GB")
    assert isinstance(geocoder, Geocoder)
    sale = geocoder.geocode("Sale")
    assert isinstance(sale, Location)
    assert (sale.latitude, sale.address) == (here("Sale").latitude, "Sale")
    all_of_them = geocoder.geocode("Newport", exactly_one=False)
    assert isinstance(all_of_them, list)
    assert len(all_of_them) > 3
    assert geocoder.geocode("Nowhere at all") is None
    assert geocoder.geocode("") is None


class Recording:
    """Stands in for an online geocoder and keeps what it was asked."""

    def __init__(self, answer: Location | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def geocode(self, query: str) -> Location | None:
        self.asked.append(query)
        if self.answer is None:
            raise GeocoderUnavailable
        return self.answer


def test_an_online_geocoder_is_only_asked_what_is_not_known_and_never_a_number() -> None:
    online = Recording(Location("x", (53.123456, -2.123456), {}))
    gazetteer = Gazetteer(ROOT, asking(online))
    assert gazetteer.resolve("Sale", country="GB").latitude == here("Sale").latitude
    assert online.asked == []
    place = gazetteer.resolve("14 Zzyzx Lane M99 9ZQ", country="GB")
    assert online.asked == ["Zzyzx Lane, United Kingdom"]
    assert (place.latitude, place.longitude, place.label) == (53.12, -2.12, "Zzyzx Lane")


@pytest.mark.asvs("V16.5.2")
def test_an_online_geocoder_that_fails_is_as_if_it_were_not_there() -> None:
    with pytest.raises(Invalid, match="place_unknown"):
        Gazetteer(ROOT, asking(Recording(None))).resolve("Zzyzx Lane", country="GB")


def test_online_geocoders_are_made_only_by_name() -> None:
    geocoder = online_geocoder("nominatim", "kith-test")
    assert isinstance(geocoder, Nominatim)
    assert geocoder.timeout == 3
    with pytest.raises(Invalid, match="online_geocoder"):
        online_geocoder("elsewhere", "kith-test")


def test_a_pack_says_what_is_true_of_its_country() -> None:
    gb, us = load_pack(ROOT, "gb"), load_pack(ROOT, "US")
    assert (gb.currency, gb.time_zone, us.currency) == ("GBP", "Europe/London", "USD")
    assert {line.number for line in gb.help_lines} == {"999", "111", "116 123"}
    assert {line.number for line in us.help_lines} == {"911", "988"}
    assert not any(line.confirmed for line in (*gb.help_lines, *us.help_lines))
    assert {day.year for day in gb.holidays} == set(range(2025, 2031))
    assert [d.isoformat() for d, key in gb.holidays.items() if key == "boxing"][:2] == ["2025-12-26", "2026-12-28"]
    assert any("Crown copyright" in line for line in gb.attribution)


def test_a_pack_is_read_in_the_blink_of_an_eye() -> None:
    load_pack.__globals__["_read"].cache_clear()
    began = time.process_time()
    CountryIndex(load_pack(ROOT, "GB"))
    assert time.process_time() - began < 1.0  # about 0.1 s on a quiet machine


def test_ambiguous_is_a_value_not_an_error_for_those_who_ask_so() -> None:
    assert isinstance(GAZETTEER.look_up("Newport", country="GB"), Ambiguous)
    assert places.plain("Saint-Étienne") == "st etienne"


def test_a_name_that_several_towns_share_is_settled_by_the_area_served() -> None:
    assert isinstance(Gazetteer(ROOT).look_up("Hale", country="gb"), Ambiguous)
    here = Gazetteer(ROOT, home=("gb", "M33")).resolve("Hale", country="gb")
    assert (round(here.latitude, 1), round(here.longitude, 1)) == (53.4, -2.3)


@given(
    st.floats(-85, 85), st.floats(-180, 180), st.lists(st.tuples(st.floats(-40, 40), st.floats(-40, 40)), min_size=1)
)
@settings(max_examples=100, deadline=None)
def test_the_quick_distance_is_that_of_geopy(
    latitude: float, longitude: float, steps: list[tuple[float, float]]
) -> None:
    others = [(max(-90.0, min(90.0, latitude + north)), longitude + east) for north, east in steps]
    found = km_from(latitude, longitude, unit_vectors(*zip(*others, strict=True)))
    expected = [great_circle((latitude, longitude), other, radius=EARTH_RADIUS_KM).km for other in others]
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-6)
