"""A story told to the reader, and what it suggests."""

from pathlib import Path
from typing import Any

from service.catalog.where.places import Gazetteer, Place
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from service.errors import Invalid
from service.matching.story import reader as story
from service.matching.story.reader import Story

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
TAXONOMY = load_taxonomy(SEEDS / "taxonomy")
GAZETTEER = Gazetteer(SEEDS / "countries")
# What makes it hard to go, and how people say so.
SAID = {
    "transport": (
        "I can't drive any more", "no car", "It is two buses to town", "I gave up driving last year",
        "there's no public transport where I live", "my husband did all the driving", "I can't go far",
        "I rely on lifts", "somebody would have to pick me up", "I can't get there on my own",
        "within walking distance please",
    ),
    "cost": (
        "I'm skint", "on benefits", "money is tight", "I can't afford much", "on Universal Credit",
        "something free or cheap",
        "I'm broke", "only have my pension to live on", "it must be free", "we have to watch every penny",
        "low income",
    ),
    "social_anxiety": (
        "I'm quite shy", "I get panic attacks", "walking into a room full of strangers",
        "I'm nervous about new people",
        "no confidence", "I find it hard to talk to people", "socially awkward", "big groups scare me",
        "I have anxiety",
    ),
    "alone": (
        "I don't know anyone here", "I have nobody to go with", "I'd need someone to come with me",
        "I hate walking in alone",
        "no friends round here", "I don't like going to places by myself", "my friends have all died",
    ),
    "mobility": (
        "I use a walking frame", "my hip is bad", "I can't do stairs", "bad knees", "I can't walk far",
        "I can't stand for long",
        "unsteady on my feet", "I need to sit down often", "I walk with a stick", "afraid of falling",
        "I get breathless",
    ),
    "wheelchair": (
        "I use a wheelchair", "I'm in a wheelchair", "it has to be wheelchair accessible", "I need a ramp",
    ),
    "hearing": (
        "I'm hard of hearing", "I wear hearing aids", "I'm deaf", "I can't hear in groups", "my hearing is going",
    ),
    "vision": (
        "I'm partially sighted", "my eyesight is failing", "I can't see very well", "I'm registered blind",
        "macular",
    ),
    "sensory": (
        "crowds overwhelm me", "too loud", "somewhere quiet", "I'm autistic", "bright lights hurt",
        "noisy places are a lot",
    ),
    "language": (
        "My English is not good", "I don't speak much English", "English is my second language",
        "I need an interpreter",
        "my English isn't great",
    ),
    "culture": (
        "women only", "somewhere gay friendly", "the food must be halal", "no alcohol", "somewhere to pray",
    ),
    "caring": (
        "I look after my mum", "I'd have the kids with me", "no babysitter", "I'm a carer for my husband",
        "single mum",
        "I can't leave my husband", "I have a toddler",
    ),
    "work_hours": (
        "I work night shifts", "only after work", "I work full time", "evenings or weekends", "I'm on shifts",
    ),
    "digital": (
        "no smartphone", "I'm not on the internet", "I'm not good with computers", "I only have a landline",
        "I don't do email", "hopeless with technology",
    ),
    "stigma": (
        "I'm embarrassed to ask", "I don't want people to know", "they will judge me", "something normal",
        "I feel ashamed", "no labels",
    ),
    "low_mood": (
        "I'm tired all the time", "I feel low", "depressed", "no energy", "hard to get out of bed",
        "I can't commit to much",
        "good days and bad days",
    ),
    "dementia": (
        "I'm forgetful", "my memory is bad", "I have early dementia", "I get muddled", "I forget names",
    ),
    "safety": (
        "I don't feel safe", "somewhere safe", "I was mugged", "an abusive ex", "I don't go out after dark",
    ),
}  # fmt: skip


def find_place(name: str) -> str | None:
    try:
        found = GAZETTEER.look_up(name, country="gb")
    except Invalid:
        return None
    return found.label if isinstance(found, Place) else name if found else None


def read(text: str, taxonomy: Taxonomy = TAXONOMY) -> Story:
    return story.read(text, taxonomy=taxonomy, find_place=find_place)


def of(text: str, *fields: str) -> dict[str, Any]:
    """Return what a text suggests: field to value; codes of barriers, interests and life as a list."""
    found: dict[str, Any] = {}
    for one in read(text).suggestions:
        if fields and one.field not in fields:
            continue
        if one.field in story.MANY:
            found.setdefault(one.field, []).append(one.value)
        else:
            assert one.field not in found, "one answer a question"
            found[one.field] = one.value
    return found
