"""Ten invented people who look for a group near Sale, what they type, and what a good answer begins with."""

from dataclasses import dataclass, field
from typing import Any

SUPPORT = "activity.support."


@dataclass(frozen=True, kw_only=True)
class Person:
    """What somebody asks, and what the first three answers must be like.

    Attributes
    ----------
    asks : mapping
        A profile, as the form and the JSON face read it.
    kinds : tuple of str
        Terms; the first answer has one of them, and `alike` of the first three.
    within_km : float
        How far the first three may be, unless they meet online, by phone, or come to people in the area.
    from_home : bool
        The first answer can be had without leaving home.
    """

    name: str
    asks: dict[str, Any]
    kinds: tuple[str, ...]
    within_km: float
    alike: int = 2
    from_home: bool = False
    others: tuple[str, ...] = field(default=())  # kinds that count among the first three as well


PEOPLE = (
    Person(
        name="retired and lonely, likes singing",
        asks={"text": "lonely since I retired, like singing, no car", "place": "M33 4ND", "cost_max": 0},
        kinds=("activity.music.singing",),
        within_km=3.0,
    ),
    Person(
        name="reads, walks everywhere",
        asks={"text": "a friendly book club where I can read at my own pace", "place": "M33 7ZF", "travel": "walk"},
        kinds=("activity.reading.book_club",),
        others=("activity.reading", "activity.reading.shared_reading", "activity.reading.library"),
        within_km=3.0,
    ),
    Person(
        name="played football once",
        asks={"text": "walking football, I am 61 and out of practice", "place": "Sale", "age": 61, "max_km": 8},
        kinds=("activity.sport.walking_football",),
        others=("activity.sport.football", "activity.sport"),
        within_km=8.0,
    ),
    Person(
        name="wants to give something back",
        asks={"text": "I want to give something back, volunteering a morning a week", "place": "WA14 1AH"},
        kinds=("activity.helping.volunteering", "activity.helping", "activity.helping.neighbourhood"),
        others=("activity.helping.trustee", "activity.helping.mentoring"),
        within_km=6.0,
        alike=3,
    ),
    Person(
        name="bereaved, would rather not be seen at a clinic",
        asks={
            "text": "my wife died in the spring, I would like to meet others who lost someone",
            "place": "M33 2DH",
            "age": 68,
            "barriers": {"stigma": "helps"},
        },
        kinds=(f"{SUPPORT}bereavement",),
        others=(f"{SUPPORT}peer_support", "mechanism.peer_support", "activity.talk.making_friends"),
        within_km=8.0,
    ),
    Person(
        name="starts again after prison",
        asks={"text": "just out of prison and starting again", "place": "Stretford"},
        kinds=(f"{SUPPORT}reintegration", "life.reintegration"),
        within_km=8.0,
    ),
    Person(
        name="drops in where it is warm",
        asks={"text": "a coffee morning or warm space where I can just turn up", "place": "Sale", "cost_max": 0},
        kinds=(f"{SUPPORT}warm_space", "activity.food.coffee_morning"),
        others=("activity.food", "activity.talk.conversation", "format.drop_in"),
        within_km=4.0,
    ),
    Person(
        name="looks after her mother",
        asks={
            "text": "I look after my mum who has dementia and would like to meet other carers",
            "place": "Timperley",
            "barriers": {"caring": "helps"},
        },
        kinds=(f"{SUPPORT}carers", f"{SUPPORT}respite", f"{SUPPORT}dementia"),
        within_km=5.5,
        alike=3,
    ),
    Person(
        name="new mother",
        asks={
            "text": "new mum with a three month old, want to meet other parents",
            "place": "Altrincham",
            "interests": ["life.new_parent"],
            "parts": ["morning"],
        },
        kinds=("activity.families.parents_and_babies",),
        others=("activity.families", "activity.families.toddlers", "activity.families.single_parents"),
        within_km=5.0,
    ),
    Person(
        name="cannot leave the house",
        asks={
            "text": "I cannot leave the house, I would like to listen to music with others",
            "place": "M33 4ND",
            "mode": "online",
        },
        kinds=("activity.music.listening",),
        others=("activity.music", "activity.music.singing", "format.online"),
        within_km=5.0,
        from_home=True,
    ),
)

# What the mission names, and the themes of the starter data: each with the terms that stand for it.
KINDS = {
    "book clubs": ("activity.reading.book_club",),
    "sports": ("activity.sport",),
    "volunteering": ("activity.helping.volunteering",),
    "peer support": (f"{SUPPORT}peer_support",),
    "community reintegration": (f"{SUPPORT}reintegration",),
    "community support sessions": (f"{SUPPORT}warm_space", "activity.food.coffee_morning"),
    "support groups": (f"{SUPPORT}bereavement", f"{SUPPORT}carers", f"{SUPPORT}mental_health"),
}
