"""The map beside the list: all on the sheet, whatever the order, and nothing drawn more exactly than it is known."""

import math
import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.self_service.map_drawing import (
    BEYOND,
    KM_A_DEGREE,
    MOST,
    SIDE,
    Box,
    Centre,
    Drawing,
    Name,
    Spot,
    draw,
)

LATITUDE, LONGITUDE = 53.42, -2.32
CENTRE = Centre(latitude=LATITUDE, longitude=LONGITUDE, rough_km=0.5)
TOWNS = (
    Name(text="Sale", latitude=53.425, longitude=-2.324, weight=55_000),
    Name(text="Altrincham", latitude=53.387, longitude=-2.349, weight=52_000),
    Name(text="Stretford", latitude=53.446, longitude=-2.316, weight=46_000),
    Name(text="Urmston", latitude=53.449, longitude=-2.374, weight=41_000),
)
away = st.floats(-0.3, 0.3)
spots = st.lists(st.tuples(away, away, st.sampled_from((0.0, 0.0, 0.5, 2.0, 3.0))), min_size=1, max_size=20).map(
    lambda found: [
        Spot(number=number, latitude=LATITUDE + north, longitude=LONGITUDE + east, rough_km=rough)
        for number, (north, east, rough) in enumerate(found, start=1)
    ]
)
centres = st.sampled_from((None, CENTRE, replace(CENTRE, rough_km=3.0)))


def drawn(given_spots: list[Spot], centre: Centre | None = CENTRE, km_a_unit: float = 1.609) -> Drawing:
    made = draw(centre, given_spots, TOWNS, km_a_unit=km_a_unit)
    assert made
    return made


def boxes(drawing: Drawing) -> list[Box]:
    return [cell.box for pin in drawing.pins for cell in pin.cells]


@settings(max_examples=200, deadline=None)
@given(spots, centres)
def test_every_group_is_on_the_sheet_or_told_as_beyond_it(given_spots: list[Spot], centre: Centre | None) -> None:
    made = drawn(given_spots, centre)
    told = sorted([*(number for pin in made.pins for number in pin.numbers), *made.beyond])
    assert told == [spot.number for spot in given_spots]
    for box in boxes(made):
        assert box.left >= 0 and box.top >= 0  # noqa: PT018
        assert box.left + box.width <= SIDE and box.top + box.height <= SIDE  # noqa: PT018
    for pin in made.pins:
        assert 0 <= pin.x <= SIDE
        assert 0 <= pin.y <= SIDE
        assert len(pin.cells) <= MOST
        shown = [cell.number for cell in pin.cells if cell.number]
        assert shown == list(pin.numbers)[: len(shown)]
        assert len(shown) + sum(cell.more for cell in pin.cells) == len(pin.numbers)


@settings(max_examples=100, deadline=None)
@given(spots, centres, st.randoms())
def test_the_order_in_which_groups_are_given_changes_nothing(
    given_spots: list[Spot], centre: Centre | None, dice: random.Random
) -> None:
    mixed = list(given_spots)
    dice.shuffle(mixed)
    assert drawn(mixed, centre) == drawn(given_spots, centre)


@settings(max_examples=100, deadline=None)
@given(spots, centres)
def test_no_number_covers_another_and_no_name_covers_a_number(given_spots: list[Spot], centre: Centre | None) -> None:
    made = drawn(given_spots, centre)
    stacks = [[cell.box for cell in pin.cells] for pin in made.pins]
    for at, one in enumerate(stacks):
        for other in stacks[at + 1 :]:
            assert not any(box.meets(another) for box in one for another in other)
    for name, x, y in made.towns:
        line = Box(x - 5 * len(name), y - 10, 10 * len(name), 20)
        assert not any(line.meets(box) for box in boxes(made)), name


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.sampled_from((0.5, 2.0)),
)
def test_nothing_is_drawn_more_exactly_than_it_is_known(a: float, b: float, c: float, d: float, rough: float) -> None:
    """Any two places of one field of the grid look the same; and the true one lies inside the circle that is drawn."""
    high = rough / KM_A_DEGREE
    south = math.floor(LATITUDE / high) * high
    wide = high / math.cos(math.radians(south + high / 2))
    west = math.floor(LONGITUDE / wide) * wide
    first = Spot(number=1, latitude=south + a * high, longitude=west + b * wide, rough_km=rough)
    second = Spot(number=1, latitude=south + c * high, longitude=west + d * wide, rough_km=rough)
    assert drawn([first]) == drawn([second])
    pin = drawn([first]).pins[0]
    assert not pin.points
    assert all(cell.rough for cell in pin.cells)


def test_north_is_up_and_east_is_right() -> None:
    made = drawn(
        [
            Spot(number=1, latitude=LATITUDE + 0.02, longitude=LONGITUDE),
            Spot(number=2, latitude=LATITUDE, longitude=LONGITUDE + 0.04),
        ]
    )
    north, east = sorted(made.pins, key=lambda pin: pin.numbers)
    assert made.you
    assert (north.x, east.y) == (made.you.x, made.you.y)
    assert north.y < made.you.y
    assert east.x > made.you.x


def test_two_in_one_house_share_a_pin_and_many_are_counted() -> None:
    here = {"latitude": LATITUDE + 0.01, "longitude": LONGITUDE}
    (pin,) = drawn([Spot(number=2, **here), Spot(number=5, **here)]).pins
    assert [cell.number for cell in pin.cells] == [2, 5]
    (pin,) = drawn([Spot(number=number, **here) for number in range(1, 12)]).pins
    assert [cell.number or f"+{cell.more}" for cell in pin.cells] == [1, 2, 3, 4, 5, "+6"]


def test_rings_are_as_far_as_they_say() -> None:
    for km_a_unit in (1.0, 1.609344):
        edge = Spot(number=1, latitude=LATITUDE + 2.5 * km_a_unit / KM_A_DEGREE, longitude=LONGITUDE)
        made = drawn([edge], km_a_unit=km_a_unit)
        (pin,) = made.pins
        assert made.you
        assert [ring.units for ring in made.rings] == [1, 2]
        for ring in made.rings:
            assert math.isclose(ring.radius, (made.you.y - pin.y) * ring.units / 2.5, abs_tol=0.2)


def test_one_far_away_does_not_press_the_others_together() -> None:
    near = [Spot(number=n, latitude=LATITUDE + n / 100, longitude=LONGITUDE) for n in (1, 2, 3)]
    made = drawn([*near, Spot(number=4, latitude=LATITUDE + 0.02 * BEYOND * 1.5, longitude=LONGITUDE)])
    assert made.beyond == (4,)
    assert len(made.pins) == 3


def test_without_a_place_there_is_a_length_to_measure_by_and_no_ring() -> None:
    made = drawn([Spot(number=1, latitude=LATITUDE, longitude=LONGITUDE)], centre=None)
    assert (made.you, made.rings) == (None, ())
    assert made.bar
    assert 0 < made.bar[1] < SIDE / 2


def test_nothing_to_draw_is_no_map() -> None:
    assert draw(CENTRE, [], TOWNS, km_a_unit=1.0) is None
