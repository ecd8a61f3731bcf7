"""Tables of a person helped into a group. What tells of the person is sealed; none of it is ever indexed as text."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.db.classes import classify
from service.db.types import At, Code, Id, Instant, Line
from service.referrals import (  # noqa: F401  # all tables are known with the first
    models_answering,
    models_desk,
    models_events,
    models_following,
    models_measures,
    models_people,
    models_plan,
    models_prefills,
)
from service.referrals.consent import GIVEN_BY, METHODS, PURPOSES
from service.referrals.intake import CONTACT_RULES, SOURCES
from service.referrals.kept import TABLES
from service.referrals.lifecycle import CLOSE_REASONS, DECLINED_REASONS, STATES, Machine
from service.referrals.rings import RING_STATES, SUITS

HASH_BYTES = 32  # SHA-256
LEADER_LINKS = ("answer", "attendance", "question")
PERSON_LINKS = ("own", "check_in", "measures", "slip")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Person(Base):
    """Someone helped into a group, known to one organisation only. The text is sealed at `person:<id>:<column>`."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(_one_of("contact_rule", CONTACT_RULES), name="contact_rule"),
        Index("ix_person_known_name", "organisation_id", "name_hash"),
        Index("ix_person_known_contact", "organisation_id", "contact_hash"),
        Index("ix_person_known_reference", "organisation_id", "reference_hash", unique=True),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    preferred_name: Mapped[bytes] = mapped_column(LargeBinary)
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_rule: Mapped[Code]
    contact_notes: Mapped[bytes | None] = mapped_column(LargeBinary)  # when and how: "mornings, no voicemail"
    born: Mapped[bytes | None] = mapped_column(LargeBinary)  # an ISO date
    language: Mapped[str] = mapped_column(String(10), default="en", server_default="en")  # of messages to them
    interpreter: Mapped[str | None] = mapped_column(String(10))  # the language they need one for
    story: Mapped[bytes | None] = mapped_column(LargeBinary)  # what matters to them, in their own words
    needs: Mapped[bytes | None] = mapped_column(LargeBinary)  # access needs agreed for the group
    care: Mapped[bytes | None] = mapped_column(LargeBinary)  # under_18, safety: who may not be sent just anywhere
    name_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))  # to find the same person again, here only
    contact_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))
    reference_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))  # what a record system calls them
    representative: Mapped[bytes | None] = mapped_column(LargeBinary)  # who decides for them, and why
    added_by_user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[At]
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Consent(Base):
    """What the person agreed to share with one group, or one organisation. A withdrawn one stays, as proof."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint(_one_of("given_by", GIVEN_BY), name="given_by"),
        CheckConstraint(_one_of("method", METHODS), name="method"),
        CheckConstraint("given_at <= expires_at", name="span"),
        CheckConstraint("(group_id IS NULL) <> (organisation_id IS NULL)", name="recipient"),
        Index(None, "person_id", "group_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    items: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[Code]
    words_version: Mapped[Code]
    given_by: Mapped[Code]
    representative: Mapped[bytes | None] = mapped_column(LargeBinary)  # who decided for the person, and why
    method: Mapped[Code]
    given_at: Mapped[At]
    expires_at: Mapped[At]  # at most twelve months after given_at: consent.latest_expiry
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Referral(Base):
    """A person and whoever helps them. Its state is set by lifecycle.move alone."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES[Machine.REFERRAL]), name="state"),
        CheckConstraint(_one_of("source", SOURCES), name="source"),
        CheckConstraint(f"close_reason IS NULL OR {_one_of('close_reason', CLOSE_REASONS)}", name="close_reason"),
        Index(None, "organisation_id", "created_at"),
        Index("ix_referral_caseload_service", "service_organisation_id", "owner_user_id", "need_rank", "due_on", "id"),
        Index("ix_referral_caseload_own", "organisation_id", "owner_user_id", "need_rank", "due_on", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))  # the one that refers
    requested_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    requested_by_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id", ondelete="SET NULL"))
    acting_for: Mapped[Line | None]  # the professional a record system names
    service_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))  # that helps
    owner_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)
    source: Mapped[Code] = mapped_column(default="api", server_default="api")
    reasons: Mapped[bytes | None] = mapped_column(LargeBinary)  # codes of intake.REASONS, with spaces between
    wants: Mapped[list[str]] = mapped_column(JSON, default=list)  # steps the referrer is still to be told of
    replaces_id: Mapped[UUID | None] = mapped_column(Uuid)  # an earlier one of the same person; it may be erased
    state: Mapped[Code]
    close_reason: Mapped[str | None] = mapped_column(String(60))
    need: Mapped[str | None] = mapped_column(String(60))  # what is needed next, by clocks.next_step; with it
    need_rank: Mapped[int | None]  # how it stands in the caseload, and
    due_on: Mapped[date | None] = mapped_column(Date)  # by which day
    raised: Mapped[str | None] = mapped_column(String(200))  # asked for out of turn: clocks.RAISED, spaces between
    raised_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[At]
    changed_at: Mapped[At]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(lazy="raise")
    introductions: Mapped[list["Introduction"]] = relationship(
        back_populates="referral", lazy="raise", order_by="(Introduction.sent_at, Introduction.id)"
    )
    __mapper_args__ = {"version_id_col": version}


class Introduction(Base):
    """One referral and one group. Its state is set by lifecycle.move alone."""

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("referral_id", "group_id"),
        CheckConstraint(_one_of("state", STATES[Machine.INTRODUCTION]), name="state"),
        CheckConstraint(f"reason IS NULL OR {_one_of('reason', DECLINED_REASONS)}", name="reason"),
    )

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id"), index=True)
    state: Mapped[Code]
    reason: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)  # what the leader added to the answer
    unvetted_reason: Mapped[bytes | None] = mapped_column(LargeBinary)  # why a group below `checked` was ticked
    own_words: Mapped[bytes | None] = mapped_column(LargeBinary)  # what the person wants the group to read
    host: Mapped[bytes | None] = mapped_column(LargeBinary)  # who meets them
    first_date: Mapped[datetime | None] = mapped_column(Instant)  # the meeting they are expected at
    attended: Mapped[int] = mapped_column(default=0, server_default="0")  # how often they were there
    last_attended_on: Mapped[date | None] = mapped_column(Date)
    position: Mapped[int | None]  # on the waiting list, where the group keeps one
    full_until: Mapped[date | None] = mapped_column(Date)
    asks_on: Mapped[date | None] = mapped_column(Date)  # held back until this Monday: the group has no room before
    sent_at: Mapped[At]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    referral: Mapped[Referral] = relationship(back_populates="introductions", lazy="raise")
    __mapper_args__ = {"version_id_col": version}


class LeaderLink(Base):
    """A link by which a group's leader answers one introduction, once. Only the hash of its token is kept."""

    __tablename__ = "leader_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(_one_of("purpose", LEADER_LINKS), name="purpose"),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id"), index=True)
    purpose: Mapped[Code] = mapped_column(default="answer", server_default="answer")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class PersonLink(Base):
    """A private link of somebody who is helped, for one purpose. Only the hash of its token is kept."""

    __tablename__ = "person_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(_one_of("purpose", PERSON_LINKS), name="purpose"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)  # None: a slip not yet used
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))  # which gave it
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    purpose: Mapped[Code]
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)  # the introduction or assessment it is about
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # wrong days of birth


class Move(Base):
    """One move of a referral or an introduction, as it happened. Only ever added."""

    __tablename__ = "move"
    __table_args__ = (
        UniqueConstraint("entity", "entity_id", "number"),
        CheckConstraint(_one_of("entity", tuple(machine.value for machine in Machine)), name="entity"),
    )

    id: Mapped[Id]
    entity: Mapped[Code]
    entity_id: Mapped[UUID]
    number: Mapped[int]  # 1, 2, 3 … of this referral or introduction
    from_state: Mapped[Code]
    to_state: Mapped[Code]
    part: Mapped[str] = mapped_column(String(1))  # the part taken in the table of moves
    by_role: Mapped[Code]  # the role the actor really had
    at: Mapped[At]


class RingRequest(Base):
    """Somebody who asked the operator to ring them. The text is sealed, and removed once they were reached."""

    __tablename__ = "ring_request"
    __table_args__ = (
        CheckConstraint(_one_of("state", RING_STATES), name="state"),
        CheckConstraint(_one_of("suits", SUITS), name="suits"),
        Index(None, "state", "asked_at"),
    )

    id: Mapped[Id]  # made with the form, so that sending it twice asks once
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    about: Mapped[bytes | None] = mapped_column(LargeBinary)
    suits: Mapped[Code]
    language: Mapped[str] = mapped_column(String(10))
    may_leave_message: Mapped[bool]
    state: Mapped[Code] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[At]
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


classify(Base.metadata, TABLES)
