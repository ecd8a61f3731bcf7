"""Accounts that a journey needs beside those of the demonstration: people of Bo's surgery, and who leads a group."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts import operations
from service.accounts.credentials import token_hash
from service.accounts.permissions import WITHOUT_ORGANISATION, Role
from service.catalog.organisations import organisation_named
from service.catalog.queries import group_by_id
from service.clock import now
from service.referrals.models import Introduction, LeaderLink
from tests import stores
from tests.journeys.serving import Demo

PLACE = "Willow Surgery (example)"


def make_account(demo: Demo, name: str, role: Role, place: str = PLACE) -> UUID:
    """Make somebody of an organisation who signs in by `Demo.sign_in_link`, and return their account."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True)) as session,
    ):
        made = operations.make_user(
            session,
            email=f"{name.lower()}@example.org",
            name=name,
            role=role,
            organisation_id=None if role in WITHOUT_ORGANISATION else organisation_named(session, place),
            password_hash=None,
            now=now(),
        )
        session.commit()
        return made


def runs(demo: Demo, group: str) -> str:
    """Return the name of the organisation that runs a group."""
    with stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine, Session(engine) as session:
        return group_by_id(session, UUID(group), today=now().date(), public=False).organisation.name


def links_of(demo: Demo, referral: str) -> list[str]:
    """Return the links to leaders that were sent about one referral, oldest first; others' mail may come any time."""
    about = (
        select(LeaderLink.token_hash)
        .join(Introduction, Introduction.id == LeaderLink.introduction_id)
        .where(Introduction.referral_id == UUID(referral))
    )
    with stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine, Session(engine) as session:
        known = set(session.scalars(about))
    return [link for link in demo.answer_links() if token_hash(link.rpartition("/")[2]) in known]
