"""Reads what somebody wrote of themselves, and suggests answers to the questions of the form. Pure; applies nothing.

A suggestion is for the person to confirm or to drop, and names the piece of the text that suggested it. Nothing is
read of who somebody is: no faith, origin, orientation or diagnosis, and their gender only where they state it. What is
looked for stands in `service.matching.story.cues` and the taxonomy. Words of danger are not read here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from service.catalog.barriers import Strength
from service.catalog.words.spotting import STRONG
from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import DAYS, MAX_TEXT, PARTS, Profile
from service.matching.story import cues
from service.matching.story import week as story_week
from service.matching.story.amounts import STATED, figures
from service.matching.story.clock import TIMES
from service.matching.story.places import places
from service.matching.story.tongues import tongues
from service.matching.story.words import Reading

Field = Literal[
    "barriers", "interests", "life", "days", "parts", "earliest", "latest", "place", "max_km", "travel", "age",
    "cost_max", "mode", "languages", "gender", "level_limit",
]  # fmt: skip
Value = str | int | float | tuple[str, ...]

MANY: Final = frozenset({"barriers", "interests", "life"})  # fields that may be suggested more than once
# Of these nobody is told that a machine read it from their words; who wants to say it, says it on the form.
UNSAID_LIFE: Final = frozenset({"life.living_with_condition", "life.reintegration"})
# Interests that would say who somebody is, or what they have, are left for them to choose; matching still reads words.
PERSONAL: Final = (
    "activity.faith", "activity.support", "activity.talk.mens_group", "activity.talk.womens_group",
    "activity.talk.older_people", "activity.talk.lgbt", "activity.talk.cultural_group", "activity.families.dads",
    "activity.families.single_parents", "activity.families.pregnancy", "activity.families.disabled_children",
    "activity.families.fostering",
)  # fmt: skip
HELP: Final = frozenset(
    f"activity.support.{name}"
    for name in ("bereavement", "carers", "respite", "befriending", "buddy", "home_help", "food_help", "warm_space")
)
# The spotter leaves out "her", so that these are also met in "I lost my keys" and "we look after the garden".
TOO_SHORT: Final = frozenset({"i lost", "look after"})
WAY_FORMATS: Final = frozenset({"format.in_person", "format.online", "format.phone", "format.hybrid"})  # see `mode`
WHOLE_NUMBERS: Final = frozenset({"level_limit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One answer that a story suggests.

    Attributes
    ----------
    field : str
        The field of a profile as it is sent (`service.matching.profile.ProfileIn`).
    value : str, int, float or tuple of str
        What would stand in it; of barriers, interests and life one code.
    strength : Strength or None
        Of barriers only: whether it would help or is a must.
    words : str
        The piece of the text that suggested it, ``text[start:end]``.
    start, end : int
        Characters, end not included.
    """

    field: Field
    value: Value
    strength: Strength | None
    words: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Tell this suggestion from the others of its story."""
        value = "+".join(self.value) if isinstance(self.value, tuple) else str(self.value)
        return f"{self.field}:{value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What was read, in the order of the text."""

    suggestions: tuple[Suggestion, ...] = ()


def read(text: str, *, taxonomy: Taxonomy, find_place: Callable[[str], str | None] | None = None) -> Story:
    """Read a story. The same text is read the same way each time; nothing is remembered.

    Parameters
    ----------
    text : str
        In any language; English is understood best. Longer than `MAX_TEXT`, its beginning is read.
    taxonomy : Taxonomy
    find_place : callable, optional
        Takes what looks like a place and returns the name to ask with, or None when it is none.

    Returns
    -------
    Story
        Each suggestion once, at the first words that say so.
    """
    reading = Reading(text[:MAX_TEXT])
    found = [
        *_interests(reading, taxonomy),
        *_cued(reading),
        *(_plain(reading, *one) for one in story_week.wanted(reading)),
        *(_plain(reading, *one) for one in figures(reading, STATED + TIMES)),
        *(_plain(reading, *one) for one in tongues(reading)),
    ]
    if find_place is not None:
        found += [_plain(reading, *one) for one in places(reading, find_place)]
    found.sort(key=lambda one: (one.start, one.end, one.key, one.strength is not Strength.MUST))
    return Story(suggestions=_consistent(_once(found)))


def unanswered(story: Story, profile: Profile) -> Story:
    """Leave out what the person has answered already."""
    return Story(suggestions=tuple(one for one in story.suggestions if not _answered(one, profile)))


def without(text: str, codes: Iterable[str], taxonomy: Taxonomy) -> str:
    """Blank out the words for interests that somebody said no to, so that they are not looked for.

    Every other letter stays in its place.
    """
    refused = frozenset(codes)
    for found in taxonomy.spot(text) if refused else ():
        if found.code in refused:
            text = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
    return text


# ---- what is found ---------------------------------------------------------------------------------------------------


def _interests(reading: Reading, taxonomy: Taxonomy) -> Iterator[Suggestion]:
    for found in taxonomy.spot(reading.text):
        facet = found.code.partition(".")[0]
        if found.negated or found.weight < STRONG or found.words.casefold() in TOO_SHORT or _is_personal(found.code):
            continue
        if facet in ("activity", "format"):
            yield _suggestion(reading, "interests", found.code, found.start, found.end)
        elif facet == "life" and not reading.of_others(reading.span(found.start, found.end)[0]):
            yield _suggestion(reading, "life", found.code, found.start, found.end)


def _is_personal(code: str) -> bool:
    if code in HELP:
        return False
    return code in WAY_FORMATS | UNSAID_LIFE or any(f"{code}.".startswith(f"{family}.") for family in PERSONAL)


def _cued(reading: Reading) -> Iterator[Suggestion]:
    for found in cues.spotter().spot(reading.text, "listing"):  # a cue is never guessed from a slip of the pen
        cue = cues.cue(found.code)
        first, last = reading.span(found.start, found.end)
        if reading.denied(first, last) or (not cue.owned and reading.of_others(first)):
            continue
        strength = None
        if cue.field == "barriers":
            strength = Strength.MUST if cue.must or reading.needed(first) else Strength.HELPS
        value = int(cue.value) if cue.field in WHOLE_NUMBERS else cue.value
        yield _suggestion(reading, _field(cue.field), value, found.start, found.end, strength)


def _field(name: str) -> Field:
    return cast("Field", name)


def _plain(reading: Reading, field: str, value: Value, start: int, end: int) -> Suggestion:
    return _suggestion(reading, _field(field), value, start, end)


def _suggestion(
    reading: Reading, field: Field, value: Value, start: int, end: int, strength: Strength | None = None
) -> Suggestion:
    return Suggestion(field=field, value=value, strength=strength, words=reading.text[start:end], start=start, end=end)


# ---- what is kept ----------------------------------------------------------------------------------------------------


def _once(found: list[Suggestion]) -> list[Suggestion]:
    """Keep the first of each field, or of each code; a barrier that is needed anywhere is needed."""
    kept: dict[str, Suggestion] = {}
    needed = {one.value: one for one in reversed(found) if one.strength is Strength.MUST}
    for one in found:
        if one.field == "barriers":
            one = needed.get(one.value, one)
        kept.setdefault(one.key if one.field in MANY else one.field, one)
    return sorted(kept.values(), key=lambda one: (one.start, one.end, one.key))


def _consistent(found: list[Suggestion]) -> tuple[Suggestion, ...]:
    """Leave out a latest time that lies before the earliest."""
    earliest = next((str(one.value) for one in found if one.field == "earliest"), "")
    return tuple(one for one in found if one.field != "latest" or str(one.value) > earliest)


def _answered(one: Suggestion, profile: Profile) -> bool:
    if one.field == "barriers":
        return one.value in profile.barriers
    if one.field in ("interests", "life"):
        return one.value in (*profile.interests, *profile.life)
    if one.field == "days":
        return 0 < len({day for day, _part in profile.slots}) < len(DAYS)
    if one.field == "parts":
        return 0 < len({part for _day, part in profile.slots}) < len(PARTS)
    if one.field in ("earliest", "latest"):
        return _time_answered(one, profile)
    name = "price_limit" if one.field == "cost_max" else one.field
    return getattr(profile, name) not in (None, ())


def _time_answered(one: Suggestion, profile: Profile) -> bool:
    """Tell whether a time was given already, or would contradict the one that was."""
    hour, minute = (int(part) for part in str(one.value).split(":"))
    at = hour * 60 + minute
    if one.field == "earliest":
        return profile.earliest is not None or (profile.latest is not None and profile.latest <= at)
    return profile.latest is not None or (profile.earliest is not None and profile.earliest >= at)
