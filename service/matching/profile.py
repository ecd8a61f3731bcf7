"""What a person asks for: one reader for form and JSON alike. Pure.

Nothing here is stored or logged. Codes of interests, facts and barriers are checked against the lists of the catalogue;
the place is text until a face has resolved it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from service.catalog import barriers, facts
from service.catalog.barriers import Strength
from service.catalog.words.taxonomy import Taxonomy
from service.errors import Invalid, Problem

MAX_TEXT = 2000  # characters
MAX_REACH_KM = 500.0
MAX_PRICE = 1000.0  # in the country's currency, a visit
MAX_LIMIT = 50
MOST_ASIDE = 100  # groups that may be put aside
DEFAULT_LIMIT = 10
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
PARTS = ("morning", "afternoon", "evening")  # before 12:00, before 17:00, later
Travel = Literal["walk", "wheel", "cycle", "bus", "car"]
Mode = Literal["in_person", "online", "phone"]
Gender = Literal["woman", "man", "other"]
Size = Literal["small", "medium", "large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A resolved place: degrees, and how far the true point may lie from it in km."""

    label: str
    latitude: float
    longitude: float
    uncertainty_km: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One person's wishes, as the ranking reads them.

    Attributes
    ----------
    text : str
        The person's own words, up to `MAX_TEXT` characters.
    text_language : str or None
        The language they are likely in, where a face knows: that of its page, or what a caller said. ISO 639.
    interests : tuple of str
        Term codes they chose (facets activity, mechanism, format).
    life : tuple of str
        Term codes of the facet life, chosen and never inferred: they feed the belonging scorer.
    barriers : mapping of barrier code to Strength
    needs : mapping of fact code to Strength
        Named facts, for instance ``{"hearing_loop": "must"}``.
    place : Where or None
    max_km : float or None
        How far they would go, in km. Gates at 1.25 times that; None: distance only scores.
    slots : frozenset of (int, int)
        Wanted (weekday 0–6 from Monday, part 0–2 of `PARTS`). Empty: any.
    earliest, latest : int or None
        Minutes of the day between which a meeting should lie.
    age : int or None
        Years.
    price_limit : int or None
        Pence a visit; 0 means free only.
    size : {'small', 'medium', 'large'} or None
        How many people they would rather be with.
    avoid : tuple of str
        Term codes of what they would rather not do.
    like : str
        Id of a group they want others like: what it does takes the place of `text` and `interests`. '' for none.
    put_aside : tuple of str
        Ids of groups that are not for them: those are never shown, counted or brought back by a wish given up.
    """

    text: str = ""
    text_language: str | None = None
    interests: tuple[str, ...] = ()
    life: tuple[str, ...] = ()
    barriers: Mapping[str, Strength] = field(default_factory=dict)
    needs: Mapping[str, Strength] = field(default_factory=dict)
    place: Where | None = None
    max_km: float | None = None
    travel: Travel | None = None
    slots: frozenset[tuple[int, int]] = frozenset()
    earliest: int | None = None
    latest: int | None = None
    age: int | None = None
    price_limit: int | None = None
    languages: tuple[str, ...] = ()
    mode: Mode | None = None
    gender: Gender | None = None
    level_limit: int | None = None
    size: Size | None = None
    avoid: tuple[str, ...] = ()
    like: str = ""
    put_aside: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT

    def strength(self, barrier: str) -> Strength | None:
        """How much a barrier matters to this person; None: no problem."""
        return self.barriers.get(barrier)

    def must(self, barrier: str) -> bool:
        """Whether a barrier is a must."""
        return self.barriers.get(barrier) is Strength.MUST

    @property
    def left_out(self) -> frozenset[str]:
        """Ids of groups that are never in the answer: those put aside, and the one to find others like."""
        return frozenset((*self.put_aside, self.like)) - {""}

    @classmethod
    def from_mapping(
        cls,
        data: Mapping[str, Any],
        *,
        strict: bool,
        resolve_place: Callable[[str], Where],
        resolve_interest: Callable[[str], str | None],
    ) -> Self:
        """Read a form (``strict=False``) or a JSON object (``strict=True``).

        Parameters
        ----------
        data : mapping
            The fields of `ProfileIn`. From a form, empty answers are no answers.
        strict : bool
            Whether types must match (JSON) or text is read as numbers (a form).
        resolve_place : callable
            Text to `Where`; raises Invalid, whose first problem is reported under ``place``.
        resolve_interest : callable
            A code, label or everyday word to a term code, or None.

        Raises
        ------
        Invalid
            `profile`, with a problem for each field that cannot be used.
        """
        given = ProfileIn.read(data, strict=strict)
        problems: dict[str, Problem] = {}
        place = _place(given.place, resolve_place, problems)
        terms = _terms("interests", given.interests, resolve_interest, problems)
        avoid = _terms("avoid", given.avoid, resolve_interest, problems)
        if problems:
            raise Invalid("profile", fields=problems)
        return cls._of(given, place, terms, avoid)

    @classmethod
    def _of(cls, given: "ProfileIn", place: Where | None, terms: tuple[str, ...], avoid: tuple[str, ...]) -> Self:
        return cls(
            text=given.text.strip(),
            text_language=given.lang,
            interests=tuple(code for code in terms if not code.startswith("life.")),
            life=tuple(code for code in terms if code.startswith("life.")),
            barriers=given.barriers,
            needs=given.needs,
            place=place,
            max_km=given.max_km,
            travel=given.travel,
            slots=given.slots(),
            earliest=_minutes(given.earliest),
            latest=_minutes(given.latest),
            age=given.age,
            price_limit=None if given.cost_max is None else round(given.cost_max * 100),
            languages=tuple(given.languages),
            mode=None if given.mode == "either" else given.mode,
            gender=given.gender,
            level_limit=given.level_limit,
            size=given.size,
            avoid=tuple(code for code in avoid if code not in terms),
            like=_id(given.like),
            put_aside=tuple(dict.fromkeys(map(_id, given.put_aside))),
            limit=given.limit,
        )


def resolve_interest(taxonomy: Taxonomy, word: str) -> str | None:
    """Return the term a code, a label or an everyday word stands for; None: unknown. A code must be one exactly."""
    if "." in word.strip(" ."):
        return None if (term := taxonomy.get(word)) is None else term.code
    return next(iter(taxonomy.spot_exact(word)), None)


GroupId = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]


class ProfileIn(BaseModel):
    """The fields a form or a JSON object may carry. Unknown fields are refused, never ignored."""

    model_config = ConfigDict(extra="forbid", title="Profile")

    text: str = Field("", max_length=MAX_TEXT, description="The person's own words.")
    lang: str | None = Field(
        None,
        pattern=r"^[a-z]{2,3}$",
        description="ISO 639 code of the language the words are likely in; it decides where they do not tell.",
    )
    interests: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[], max_length=30, description="Term codes of /api/v1/terms, or everyday words for them."
    )
    barriers: dict[str, Strength] = Field(
        default={}, description="Barrier code to helps or must; a list of codes means helps."
    )
    needs: dict[str, Strength] = Field(default={}, description="Fact code to helps or must.")
    place: str | None = Field(None, max_length=120, description="Postcode, the first part of one, or a town.")
    max_km: float | None = Field(None, gt=0, le=MAX_REACH_KM, description="How far they would go, in km.")
    travel: Travel | None = Field(None, description="How they get about.")
    days: list[Literal["mo", "tu", "we", "th", "fr", "sa", "su"]] = Field(default=[], max_length=7)
    parts: list[Literal["morning", "afternoon", "evening"]] = Field(default=[], max_length=3)
    earliest: str | None = Field(None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM, local time.")
    latest: str | None = Field(None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM, local time.")
    age: int | None = Field(None, ge=0, le=120, description="Years.")
    cost_max: float | None = Field(
        None, ge=0, le=MAX_PRICE, description="Most they can pay a visit, in the country's currency; 0 is free only."
    )
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = Field(
        default=[], max_length=10, description="ISO 639 codes of languages they want spoken."
    )
    mode: Literal["in_person", "online", "phone", "either"] | None = Field(None, description="either: no wish.")
    gender: Gender | None = Field(None, description="Read only for groups lawfully for women or for men.")
    level_limit: int | None = Field(None, ge=0, le=6, description="The biggest step they would take, 0 to 6.")
    size: Size | None = Field(None, description="How many people they would rather be with; it never rules out.")
    avoid: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[], max_length=30, description="What they would rather not do, as in interests; it is put lower."
    )
    like: GroupId | None = Field(
        None,
        description="Id of a group they want others like: what it does takes the place of text and interests, and the"
        " group itself is left out.",
    )
    put_aside: list[GroupId] = Field(
        default=[],
        max_length=MOST_ASIDE,
        description="Ids of groups that are not for them: never in the answer, its counts or its steps.",
    )
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many groups to answer with.")

    @classmethod
    def read(cls, data: Mapping[str, Any], *, strict: bool) -> Self:
        """Check the fields of a JSON object (``strict``) or a form, where an empty answer is no answer."""
        sent = dict(data) if strict else {name: value for name, value in data.items() if value not in ("", None, [])}
        try:
            return cls.model_validate(sent, strict=strict)
        except ValidationError as error:
            raise Invalid("profile", fields=_problems(error)) from error

    @model_validator(mode="before")
    @classmethod
    def _gentle(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Read a list of bare codes as *helps*, the alias codes, and words of strength, before types are checked."""
        read = dict(data)
        for name, known, alias in (
            ("barriers", barriers.CODES, barriers.ALIASES),
            ("needs", facts.CODES, facts.ALIASES),
        ):
            if name in read:
                read[name] = _strengths(name, read[name], known, alias)
        return read

    @model_validator(mode="after")
    def _times_agree(self) -> Self:
        if self.earliest is not None and self.latest is not None and self.latest <= self.earliest:
            raise PydanticCustomError("times_contradict", "latest", {"earliest": self.earliest, "latest": self.latest})
        return self

    def slots(self) -> frozenset[tuple[int, int]]:
        """Return wanted (weekday, part) pairs: the days crossed with the parts; a missing one means all."""
        if not self.days and not self.parts:
            return frozenset()
        days = [DAYS.index(day) for day in self.days] or range(7)
        parts = [PARTS.index(part) for part in self.parts] or range(3)
        return frozenset((day, part) for day in days for part in parts)


def _strengths(name: str, given: object, known: tuple[str, ...], alias: Mapping[str, str]) -> dict[str, Strength]:
    pairs: Mapping[object, object]
    if isinstance(given, list):
        pairs = {code if isinstance(code, str) else repr(code): Strength.HELPS for code in given}
    elif isinstance(given, Mapping):
        pairs = given
    else:
        raise PydanticCustomError("wrong_type", "type", {"field": name})
    read: dict[str, Strength] = {}
    for code, strength in pairs.items():
        code = alias.get(str(code), str(code))
        if code not in known:
            raise PydanticCustomError("unknown_choice", "unknown", {"field": name, "given": code[:80]})
        if strength not in tuple(Strength):
            raise PydanticCustomError("unknown_strength", "unknown", {"field": name, "given": str(strength)[:80]})
        read[code] = Strength(str(strength))
    return read


def _problems(error: ValidationError) -> dict[str, Problem]:
    found: dict[str, Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        params = dict(item.get("ctx", {}))
        place = [str(part) for part in item["loc"]] or [str(params.pop("field", "latest"))]
        found.setdefault(place[0][:80], Problem(_code(item), {key: _plain(value) for key, value in params.items()}))
    return found


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)


_CODES = {
    "extra_forbidden": "unknown_field",
    "literal_error": "unknown_choice",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "string_pattern_mismatch": "wrong_form",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
}


def _code(item: ErrorDetails) -> str:
    kind = item["type"]
    if kind in ("times_contradict", "unknown_choice", "unknown_strength", "wrong_type"):
        return kind
    if kind.startswith(("int_", "float_")) and kind.endswith("_parsing"):
        return "not_a_number"
    return _CODES.get(kind, "wrong_type")


def _place(text: str | None, resolve: Callable[[str], Where], problems: dict[str, Problem]) -> Where | None:
    if text is None or not text.strip():
        return None
    try:
        return resolve(text)
    except Invalid as error:
        problems["place"] = next(iter(error.fields.values()), Problem(error.code, error.params))
        return None


def _terms(
    field: str, given: list[str], resolve: Callable[[str], str | None], problems: dict[str, Problem]
) -> tuple[str, ...]:
    codes: list[str] = []
    for word in given:
        code = resolve(word)
        if code is None:
            problems.setdefault(field, Problem("unknown_choice", {"given": word[:80]}))
        elif code not in codes:
            codes.append(code)
    return tuple(codes)


def _id(text: str | None) -> str:
    """Return an id as the ranking writes it; '' for none."""
    return str(UUID(text)) if text else ""


def _minutes(text: str | None) -> int | None:
    if text is None:
        return None
    moment = time.fromisoformat(text)
    return moment.hour * 60 + moment.minute
