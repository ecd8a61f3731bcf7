"""Weights of likeness, made by `tests/catalog/reading/fitting.py` from pairs labelled by hand. Pure, data only."""

BIAS = -3.461
WEIGHTS: dict[str, float] = {
    "name": 0.985,
    "held": 1.241,
    "rest": -2.045,
    "telling": -0.165,
    "section": -1.459,
    "one_activity": -0.565,
    "activity": -1.874,
    "same_words": 3.362,
    "held_here": 1.185,
    "postcode": 0.159,
    "sector": -0.182,
    "district": 0.465,
    "area": 0.214,
    "far": -3.164,
    "phone": 0.099,
    "other_phone": 0.0,
    "page": 0.793,
    "other_page": -0.588,
    "town": 0.318,
    "text": 0.515,
    "street": 0.352,
}
