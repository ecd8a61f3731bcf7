"""Tables of the catalogue. Every field an HSDS 3.1 service needs has a place here; no person's data has."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog import models_desk, models_fresh, models_import, models_links, models_lists, models_proposals  # noqa: F401
from service.catalog import models_site as _site  # noqa: F401
from service.catalog import models_terms as _terms  # noqa: F401
from service.catalog.kept import TABLES
from service.catalog.short_codes import short_code
from service.db import Base
from service.db.classes import classify
from service.db.types import At, Code, Id, Instant, Line

STATUSES = ("draft", "submitted", "published", "paused", "held", "archived")
MODES = ("in_person", "online", "hybrid", "phone")
VETTING = ("listed", "contacted", "checked", "trusted")
RESTRICTIONS = ("women_only", "men_only")
CAPACITY = ("open", "waiting_list", "full")
PRECISIONS = ("exact", "sector", "district", "town", "named")
PICTURED, PICTURE_KINDS = ("door", "room"), ("image/jpeg", "image/png", "image/webp")
WRONG = ("times", "place", "cost", "closed", "contact", "access", "unsafe", "other")
REPORT_STATES = ("open", "done", "not_so")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _own_code(context: DefaultExecutionContext) -> str:
    """Make the short code of a new group from its id, whoever adds it."""
    parameters = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types
    return short_code(parameters["id"])


class CatalogState(Base):
    """One row: the number of the last change, so that every worker can see at once that something changed."""

    __tablename__ = "catalog_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(default=0)


class Organisation(Base):
    """A legal or informal body that runs groups."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint(_one_of("vetting", VETTING), name="vetting"),)

    id: Mapped[Id]
    name: Mapped[Line]
    summary: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(254))
    logo_url: Mapped[str | None] = mapped_column(String(500))
    legal_form: Mapped[str | None] = mapped_column(String(100))
    vetting: Mapped[Code] = mapped_column(default="listed")
    vetting_until: Mapped[date | None]
    is_example: Mapped[bool] = mapped_column(default=False)
    acts_as: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["providing"])  # of PARTS in organisations.py
    version: Mapped[int] = mapped_column(default=1)

    groups: Mapped[list["Group"]] = relationship(back_populates="organisation")
    __mapper_args__ = {"version_id_col": version}


class Group(Base):
    """What one joins or is helped by: a book club, a walking group, a helpline, a lift scheme (HSDS *service*)."""

    __tablename__ = "group"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        CheckConstraint(_one_of("mode", MODES), name="mode"),
        CheckConstraint(f"restriction IS NULL OR {_one_of('restriction', RESTRICTIONS)}", name="restriction"),
        CheckConstraint(f"capacity_state IS NULL OR {_one_of('capacity_state', CAPACITY)}", name="capacity_state"),
        CheckConstraint("price_pence IS NULL OR price_pence >= 0", name="price_pence"),
        CheckConstraint("age_min IS NULL OR age_max IS NULL OR age_min <= age_max", name="ages"),
        Index(None, "changed_sequence"),
        Index(None, *models_desk.LOOKED_UP),
        Index(None, "changed_at", "id"),
        Index(None, "source"),
        Index(None, "short_code", unique=True),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(120))
    name: Mapped[Line]
    also_known_as: Mapped[str | None] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    what_happens: Mapped[str | None] = mapped_column(Text)  # on a first visit
    who_for: Mapped[str | None] = mapped_column(Text)
    language_of_text: Mapped[str] = mapped_column(String(10), default="en")  # BCP 47
    status: Mapped[Code] = mapped_column(default="draft")
    joinable: Mapped[bool] = mapped_column(default=True)
    not_joinable_reason: Mapped[str | None] = mapped_column(String(60))
    mode: Mapped[Code] = mapped_column(default="in_person")
    age_min: Mapped[int | None]
    age_max: Mapped[int | None]
    restriction: Mapped[str | None] = mapped_column(String(60))
    restriction_reason: Mapped[str | None] = mapped_column(Text)  # why the restriction is lawful
    eligibility: Mapped[str | None] = mapped_column(Text)
    how_to_join: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(254))  # a role address, never a person's
    phone: Mapped[str | None] = mapped_column(String(40))
    host: Mapped[str | None] = mapped_column(String(100))  # first name a newcomer may ask for, given for that use
    door: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # getting_in, who_meets_you and so on
    price_pence: Mapped[int | None]  # ordinary price of one visit; None = not confirmed
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    price_note: Mapped[str | None] = mapped_column(Text)
    group_size: Mapped[int | None]  # usual number of people
    capacity_state: Mapped[str | None] = mapped_column(String(60))
    capacity_available: Mapped[int | None]
    capacity_maximum: Mapped[int | None]
    capacity_until: Mapped[date | None]  # after this day the capacity is not confirmed
    new_people_a_week: Mapped[int | None]  # it can welcome no more; None = as many as come
    is_enabler: Mapped[bool] = mapped_column(default=False)
    removes: Mapped[list[str]] = mapped_column(JSON, default=list)  # barrier codes
    nationwide: Mapped[bool] = mapped_column(default=False)
    alert: Mapped[str | None] = mapped_column(Text)  # short-term notice shown on top
    required_documents: Mapped[str | None] = mapped_column(Text)
    funding: Mapped[str | None] = mapped_column(Text)
    image: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[Code] = mapped_column(default="local")  # a key of seeds/SOURCES.md, or local
    source_year: Mapped[int | None]
    last_confirmed_on: Mapped[date | None]
    confirmed_precision: Mapped[str] = mapped_column(String(10), default="day")  # day, month or year
    confirmed_by: Mapped[str | None] = mapped_column(String(60))  # a role
    is_example: Mapped[bool] = mapped_column(default=False)
    changed_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[At]
    changed_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)
    short_code: Mapped[str | None] = mapped_column(String(12), default=_own_code)  # of its address; stays for ever

    organisation: Mapped[Organisation] = relationship(back_populates="groups")
    sessions: Mapped[list["Session"]] = relationship(cascade="all, delete-orphan", order_by="Session.position")
    places: Mapped[list["GroupLocation"]] = relationship(cascade="all, delete-orphan")
    terms: Mapped[list["GroupTerm"]] = relationship(cascade="all, delete-orphan", order_by="GroupTerm.code")
    facts: Mapped[list["Fact"]] = relationship(cascade="all, delete-orphan", order_by="Fact.code")
    languages: Mapped[list["GroupLanguage"]] = relationship(cascade="all, delete-orphan", order_by="GroupLanguage.code")
    prices: Mapped[list["Price"]] = relationship(cascade="all, delete-orphan")
    areas: Mapped[list["ServiceArea"]] = relationship(cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class Session(Base):
    """A group's repeating meeting, in its own time zone (RFC 5545 rule)."""

    __tablename__ = "group_session"
    __table_args__ = (CheckConstraint("level IS NULL OR level BETWEEN 0 AND 6", name="level"),)

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    words: Mapped[str | None] = mapped_column(Text)  # as the leader says it
    rule: Mapped[str | None] = mapped_column(String(500))  # RRULE value; None: only the words are known
    starts_at: Mapped[datetime | None]  # local wall time of the first meeting, without zone
    minutes: Mapped[int | None]
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")  # IANA
    exceptions: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates on which it does not meet
    rests: Mapped[list[str]] = mapped_column(JSON, default=list)  # kinds of days on which it does not meet
    # [ISO date, wall time at which it meets instead]
    moved: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    level: Mapped[int | None]  # 0–6, what it asks of a newcomer
    note: Mapped[str | None] = mapped_column(Text)

    location: Mapped["Location | None"] = relationship()


class Location(Base):
    """A building, a meeting point, a postal or a virtual place."""

    __tablename__ = "location"
    __table_args__ = (
        Index(None, "city", "region", "postal_code"),
        CheckConstraint(_one_of("kind", ("physical", "postal", "virtual")), name="kind"),
        CheckConstraint(_one_of("precision", PRECISIONS), name="precision"),
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude"),
    )

    id: Mapped[Id]
    kind: Mapped[Code] = mapped_column(default="physical")
    name: Mapped[Line | None]
    description: Mapped[str | None] = mapped_column(Text)
    address_1: Mapped[str | None] = mapped_column(String(300))
    address_2: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2), default="GB")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[Code] = mapped_column(default="exact")  # named: read from the group's name, venue not confirmed
    transportation: Mapped[str | None] = mapped_column(Text)
    confidential: Mapped[bool] = mapped_column(default=False)
    is_example: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    facts: Mapped[list["Fact"]] = relationship(cascade="all, delete-orphan", order_by="Fact.code")
    __mapper_args__ = {"version_id_col": version}


class GroupLocation(Base):
    """A group at a place: the row that is searched (HSDS *service_at_location*)."""

    __tablename__ = "group_location"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), primary_key=True, index=True)

    location: Mapped[Location] = relationship()


class ServiceArea(Base):
    """Whom a group will take, by area; unlike where it meets."""

    __tablename__ = "service_area"

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    name: Mapped[Line]
    code: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float | None]  # centre and radius: enough to tell who is inside, until boundaries are held
    longitude: Mapped[float | None]
    radius_km: Mapped[float | None]


class Term(Base):
    """A controlled word with broader words and lay synonyms."""

    __tablename__ = "term"

    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    facet: Mapped[Code]
    label: Mapped[Line]
    definition: Mapped[str | None] = mapped_column(Text)
    broader: Mapped[str | None] = mapped_column(ForeignKey("term.code"))
    open_active: Mapped[str | None] = mapped_column(String(200))
    open_eligibility: Mapped[str | None] = mapped_column(String(40))
    replaced_by: Mapped[str | None] = mapped_column(String(80))  # the term that stands for it; None: it stands itself


class GroupTerm(Base):
    """A term on a group, and who put it there: an editor, the listing's source, or the text itself."""

    __tablename__ = "group_term"
    __table_args__ = (CheckConstraint(_one_of("source", ("editor", "import", "extracted")), name="source"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("term.code"), primary_key=True, index=True)
    source: Mapped[Code] = mapped_column(default="editor")
    weight: Mapped[float] = mapped_column(default=1.0)  # (0, 1]


class GroupLanguage(Base):
    """A language the host speaks with members."""

    __tablename__ = "group_language"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)  # ISO 639-1 or 639-3


class Price(Base):
    """One way to pay (HSDS *cost_option*)."""

    __tablename__ = "price"

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    option: Mapped[Line]
    amount_pence: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    note: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]


class Fact(Base):
    """One yes or no about a group or a place, with date and source. No row: not confirmed."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("group_id", "code"),
        UniqueConstraint("location_id", "code"),
        CheckConstraint("(group_id IS NULL) <> (location_id IS NULL)", name="one_subject"),
        CheckConstraint(_one_of("value", ("yes", "no", "not_confirmed")), name="value"),
    )

    id: Mapped[Id]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    code: Mapped[Code]
    value: Mapped[Code]
    amount: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(Text)
    source: Mapped[Code]
    confirmed_on: Mapped[date]
    confirmed_by_role: Mapped[str | None] = mapped_column(String(60))


class ExternalId(Base):
    """What others call one of our rows: (scheme, identifier)."""

    __tablename__ = "external_id"
    __table_args__ = (UniqueConstraint("scheme", "identifier", "entity"), Index(None, "entity", "entity_id"))

    id: Mapped[Id]
    entity: Mapped[Code]  # group, organisation or location
    entity_id: Mapped[UUID]
    scheme: Mapped[str] = mapped_column(String(100))
    identifier: Mapped[Line]


class Revision(Base):
    """What changed, who changed it and why: one row a save."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("entity", "entity_id", "version"), Index(None, "actor_id", "version"))

    id: Mapped[Id]
    entity: Mapped[Code]
    entity_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(Integer)
    difference: Mapped[dict[str, Any]] = mapped_column(JSON)  # field -> [before, after]
    reason: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[UUID | None]  # None: the loading of seeds
    actor_role: Mapped[Code]
    at: Mapped[datetime] = mapped_column(Instant)


class FormerSlug(Base):
    """A word that once stood in a group's address. It leads to the group for ever and is never given to another."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    until: Mapped[At]


class Picture(Base):
    """A picture of a group's door or room, kept here so that no other site is asked for it."""

    __tablename__ = "group_picture"
    __table_args__ = (
        UniqueConstraint("group_id", "shows"),
        CheckConstraint(_one_of("shows", PICTURED), name="shows"),
        CheckConstraint(_one_of("kind", PICTURE_KINDS), name="kind"),
        CheckConstraint("alternative <> ''", name="alternative"),
    )

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    shows: Mapped[Code]
    alternative: Mapped[Line]  # what it shows, for whoever does not see it
    kind: Mapped[Code]
    width: Mapped[int]  # pixels
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Report(Base):
    """What a visitor says is wrong with a listing. Their words and contact are sealed at `report:<id>:<column>`."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(_one_of("wrong", WRONG), name="wrong"),
        CheckConstraint(_one_of("state", REPORT_STATES), name="state"),
        Index(None, "state", "created_at"),
    )

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    wrong: Mapped[Code]
    words: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: none were left, or they are erased
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)  # for an answer; erased when closed, or after 90 days
    state: Mapped[Code] = mapped_column(default="open")
    created_at: Mapped[At]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None]
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary)  # an editor's word on what was changed
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}


classify(Base.metadata, TABLES)
