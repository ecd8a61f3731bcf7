"""Tables of telling other systems how referrals go: events, addresses, and each telling. Numbers and codes only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify, table
from service.db.types import At, Code, Id, Instant, Line

PURPOSE = "webhooks"  # of the key that seals addresses and secrets
STATES = ("waiting", "claimed", "done", "given_up")
STOPPED = ("by_hand", "gone")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Event(Base):
    """One step of a referral, as one organisation may hear of it. Numbered once it can be read, without gaps."""

    __tablename__ = "referral_event"
    __table_args__ = (UniqueConstraint("organisation_id", "number"), Index("ix_referral_event_number", "number"))

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    move_id: Mapped[UUID] = mapped_column(ForeignKey("move.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    number: Mapped[int | None]  # 1, 2, 3 … of this organisation; None: not yet given


class EventCount(Base):
    """The highest number that an organisation's events have had. It outlives erased events, so none comes twice."""

    __tablename__ = "referral_event_count"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[int]


class Webhook(Base):
    """An address of an organisation's system that is told of each event. What is sealed stands at `webhook:<id>:…`."""

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint(f"stopped_why IS NULL OR {_one_of('stopped_why', STOPPED)}", name="stopped_why"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    host: Mapped[Line]  # to know it again by; the rest of an address may open something
    address: Mapped[bytes] = mapped_column(LargeBinary)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    stopped_why: Mapped[str | None] = mapped_column(String(60))
    failures: Mapped[int] = mapped_column(default=0)  # times in a row that nobody answered
    quiet_until: Mapped[datetime | None] = mapped_column(Instant)  # nobody answered: not asked before


class Delivery(Base):
    """One message to one address, from the moment of its cause until it arrived or was given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        Index("ix_webhook_delivery_due", "state", "due_at"),
        Index("ix_webhook_delivery_last", "webhook_id", "created_at"),
    )

    id: Mapped[Id]  # sent with it: the same at each try
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral_event.id"), index=True)  # None: a first greeting
    state: Mapped[Code]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[At]
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    said: Mapped[str | None] = mapped_column(String(60))  # a status of HTTP, or a code: what came of the last try
    created_at: Mapped[At]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


classify(
    Base.metadata,
    {
        "referral_event": table(internal="id organisation_id move_id referral_id number", kind="referrals"),
        "referral_event_count": table(internal="organisation_id number"),
        "webhook": table(
            internal="id organisation_id host created_at stopped_at stopped_why failures quiet_until",
            hidden="address secret",
            sealed="address secret",
            purpose=PURPOSE,
            kind="programs",
        ),
        "webhook_delivery": table(
            internal="id webhook_id event_id state attempts due_at claimed_at said created_at settled_at"
        ),
    },
)
