"""Two organisations with the same cast, and a word of its own in every text column that tells of a person.

A canary is letters only, so that no encoding changes it: `zqax`, whose it is, table, column, row.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import CheckConstraint, LargeBinary, String, select
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.models import (
    ApiKey,
    AuditEntry,
    EmailChange,
    Invitation,
    Membership,
    OrganisationLogin,
    Passkey,
    SignedInSession,
    User,
)
from service.accounts.permissions import GRANTS, MEMBER_ROLES, WITHOUT_ORGANISATION, Actor, Role
from service.accounts.permissions import SCOPES as ALL_SCOPES
from service.accounts.programs import keys
from service.catalog.changes import GroupChanges
from service.catalog.models import Organisation, Report
from service.catalog.models_fresh import ToConfirm, TruthSample
from service.catalog.models_proposals import Proposal
from service.catalog.operations import edit_group
from service.clock import now
from service.db import Base, committing
from service.db.sealing import Sealer
from service.notifications import outbox
from service.referrals import operations as referrals
from service.referrals.models import Consent, Introduction, Person, Referral, RingRequest
from service.referrals.models_answering import GroupQuestion
from service.referrals.models_desk import CaseNote, CaseTask, HandOver, Incident
from service.referrals.models_events import PURPOSE as WEBHOOKS
from service.referrals.models_events import Webhook
from service.referrals.models_following import FollowUp
from service.referrals.models_measures import Assessment
from service.referrals.models_plan import CasePlan, PlanGoal
from service.referrals.models_prefills import Prefill
from service.referrals.operations import Mail
from service.referrals.queries import place
from tests.catalog import making
from tests.people import LONG_AGO
from tests.referrals import cast

OURS, THEIRS = "ours", "theirs"
CANARY = re.compile(r"zqax(ours|theirs)([a-z]+)")
PERSONAL: tuple[type[Base], ...] = (
    Person,
    Consent,
    Referral,
    Introduction,
    CaseNote,
    CaseTask,
    HandOver,
    Incident,
    CasePlan,
    PlanGoal,
    GroupQuestion,
    FollowUp,
    Assessment,
    Prefill,
    RingRequest,
    User,
    ApiKey,
    AuditEntry,
    Report,
    Proposal,
    Invitation,
    OrganisationLogin,
    Passkey,
    SignedInSession,
    EmailChange,
)
PROOFS = ("passkey_id", "session_id")
# Text of ours, never of a person: codes, rules, hashes, what is looked up by.
NOT_TEXT = {"token_hash", "key_hash", "password_hash", "prefix", "role", "action", "subject", "request_id", "network"}
NOT_TEXT |= {"name_hash", "contact_hash", "language", "link", "purpose", "credential_id", "public_key", "text_hash"}
NOT_TEXT |= {"which", "instrument", "version", "reference_hash", "interpreter"}
TEXTS = {"proposal", "case_plan", "assessment", "prefill"}  # tables whose sealed columns hold texts by name
WAIT = 4  # people who wait to be rung
SCOPES = (("refer",), ("refer.read",), ("refer", "refer.read"), tuple(ALL_SCOPES))


@dataclass(frozen=True)
class House:
    """One organisation: an account for each role, a key for each set of scopes, two people referred, one listing."""

    organisation: UUID
    users: Mapping[str, UUID]
    keys: Mapping[str, str]
    group: UUID
    slug: str
    rings: UUID
    report: UUID
    proposal: UUID
    ids: Mapping[str, tuple[UUID, UUID]]  # by what an address calls them: Bo's, and a colleague's
    own: Mapping[str, Mapping[str, UUID]]  # by role: what belongs to nobody else


def canary(whose: str, table: str, column: str, row: int) -> str:
    """Return the word of one cell."""
    return re.sub("[^a-z]", "", f"zqax{whose}{table}{column}") + "abcdefghijklmnopqrstuvwxyz"[row]


def settle(app: Flask) -> dict[str, House]:
    """Write both organisations, cell for cell the same but for the canaries."""
    sealer = app.extensions["kith"].sealer
    with app.app_context(), committing() as unit:
        made, filled = {}, set[tuple[str, object]]()
        for whose in (OURS, THEIRS):
            made[whose] = _house(unit, whose, sealer)
            _fill(unit, whose, sealer, filled)
    return made


def _house(session: Session, whose: str, sealer: Callable[[str], Sealer]) -> House:
    body = Organisation(id=uuid4(), name=f"Surgery {whose}", vetting="contacted")
    session.add(body)
    session.flush()
    group = making.group(session, f"Table {whose}", organisation=body, email="tables@example.org", price_pence=200)
    users = {role.value: _user(session, whose, role, body.id) for role in MEMBER_ROLES}
    users[Role.PERSON.value] = _person(session, whose)
    colleague = _user(session, whose, Role.REFERRER, body.id, "colleague")
    posts = Mail(
        sealer=sealer(outbox.PURPOSE),
        new_token=lambda: uuid4().hex,
        link=lambda token: f"http://127.0.0.1:8000/en/answer/{token}",
        channel="console",
        zone=ZoneInfo("Europe/London"),
    )
    bo, other = (
        _refer(session, sealer(referrals.PURPOSE), posts, group.id, _actor(whose, Role.REFERRER, who, body.id), named)
        for who, named in ((users[Role.REFERRER.value], "Cai"), (colleague, "Una"))
    )
    for case in (bo, other):
        _written(session, case, body.id)
    _edit(session, group.id, group.version, _actor(whose, Role.ADMIN, users[Role.ADMIN.value], None))
    written = [_report(session, group.id) for _ in range(2)]
    proposed = [_proposal(session, group.id) for _ in range(2)]
    both = (users[Role.REFERRER.value], colleague)
    return House(
        organisation=body.id,
        users=users,
        keys={",".join(scopes): _key(session, whose, body.id, scopes) for scopes in SCOPES},
        group=group.id,
        slug=group.slug,
        rings=_rings(session, whose),
        report=written[0],
        proposal=proposed[0],
        ids={
            "group_id": (group.id, group.id),
            "body_id": (body.id, body.id),
            "place_id": (group.places[0].location_id, group.places[0].location_id),
            "drawn_id": _to_ring(session, group.id),
            "referral_id": (bo, other),
            "introduction_id": (_introduction(session, bo), _introduction(session, other)),
            "question_id": (_asked(session, bo), _asked(session, other)),
            "incident_id": (_introduction(session, bo, Incident), _introduction(session, other, Incident)),
            "person_id": (_helped(session, bo), _helped(session, other)),
            "consent_id": (_agreed(session, bo), _agreed(session, other)),
            "organisation_id": (body.id, body.id),
            "user_id": (users[Role.REFERRER.value], colleague),
            "member_id": (_member(session, users[Role.REFERRER.value]), _member(session, colleague)),
            "invitation_id": (_invited(session, whose, body.id), _invited(session, whose, body.id)),
            "login_id": (_login(session, whose, body.id), _login(session, whose, body.id)),
            "key_id": _key_ids(session, body.id),
            "webhook_id": (_told(session, sealer(WEBHOOKS), body.id), _told(session, sealer(WEBHOOKS), body.id)),
            **dict(zip(PROOFS, zip(*(_proofs(session, who).values() for who in both), strict=True), strict=True)),
        },
        own={role: _proofs(session, who) for role, who in users.items()},
    )


def _to_ring(session: Session, group: UUID) -> tuple[UUID, UUID]:
    """Put a listing into the telephone round, and into the sample of a month."""
    session.add(ToConfirm(group_id=group, place=-1.0, again_on=now().date()))
    drawn = TruthSample(id=uuid4(), month=now().date().replace(day=1), group_id=group)
    session.add(drawn)
    session.flush()
    return drawn.id, drawn.id


def _member(session: Session, user: UUID) -> UUID:
    return session.scalars(select(Membership.id).where(Membership.user_id == user)).one()


def _invited(session: Session, whose: str, organisation: UUID) -> UUID:
    made = Invitation(id=uuid4(), token_hash=uuid4().bytes, email=f"{whose}@example.org", name=whose, role="referrer")
    made.organisation_id, made.created_at, made.expires_at = organisation, now(), now() + timedelta(days=7)
    session.add(made)
    session.flush()
    return made.id


def _login(session: Session, whose: str, organisation: UUID) -> UUID:
    made = OrganisationLogin(id=uuid4(), organisation_id=organisation, name=whose, issuer=uuid4().hex, client_id=whose)
    made.client_secret, made.created_at = b"", now()
    session.add(made)
    session.flush()
    return made.id


def _key_ids(session: Session, organisation: UUID) -> tuple[UUID, UUID]:
    found = session.scalars(select(ApiKey.id).where(ApiKey.organisation_id == organisation).order_by(ApiKey.id)).all()
    return found[0], found[1]


def _told(session: Session, sealer: Sealer, organisation: UUID) -> UUID:
    made = Webhook(id=uuid4(), organisation_id=organisation, host="records.example.org", created_at=now())
    made.address = sealer.seal(place("webhook", made.id, "address"), b"https://records.example.org/kith")
    made.secret = sealer.seal(place("webhook", made.id, "secret"), made.id.bytes * 2)
    session.add(made)
    session.flush()
    return made.id


def _proofs(session: Session, user: UUID) -> dict[str, UUID]:
    """Give somebody a passkey, and a browser that is signed in elsewhere."""
    key = Passkey(id=uuid4(), user_id=user, credential_id=uuid4().bytes, public_key=b"", sign_count=0, name="key")
    key.created_at = now()
    browser = SignedInSession(id=uuid4(), token_hash=uuid4().bytes, user_id=user, device="Firefox, Windows", strength=2)
    browser.last_seen_at = browser.confirmed_at = now()
    browser.created_at = now() + timedelta(hours=1)  # the newest: of many sessions the oldest is ended
    browser.ends_at, browser.membership_id = now() + timedelta(hours=12), None
    wanted = EmailChange(id=uuid4(), token_hash=uuid4().bytes, user_id=user, email=b"", created_at=now())
    wanted.expires_at = now() + timedelta(minutes=10)
    session.add_all([key, browser, wanted])
    session.flush()
    return dict(zip(PROOFS, (key.id, browser.id), strict=True))


def _rings(session: Session, whose: str) -> UUID:
    """Have people wait to be rung; they asked the operator, whose organisation does not matter."""
    made = [
        RingRequest(id=uuid4(), suits="any", language="en", may_leave_message=True, asked_at=now())
        for _ in range(WAIT if whose == OURS else 0)
    ]
    session.add_all(made)
    session.flush()
    return made[0].id if made else UUID(int=8)


def _actor(whose: str, role: Role = Role.VISITOR, user: UUID | None = None, organisation: UUID | None = None) -> Actor:
    """Return who acts, for somebody whose name is a canary: audit rows are never filled afterwards."""
    name = canary(whose, "audit_entry", "acting_for", 0)
    return Actor(role=role, user_id=user, organisation_id=organisation, permissions=GRANTS[role], acting_for=name)


def _user(session: Session, whose: str, role: Role, organisation: UUID, name: str = "") -> UUID:
    return accounts.make_user(
        session,
        email=f"{whose}{name or role.value}@example.org",
        name=name or role.value,
        role=role,
        organisation_id=None if role in WITHOUT_ORGANISATION else organisation,
        password_hash=None,
        actor=_actor(whose),
        now=LONG_AGO,
    )


def _helped(session: Session, referral: UUID) -> UUID:
    return session.scalars(select(Referral.person_id).where(Referral.id == referral)).one()


def _agreed(session: Session, referral: UUID) -> UUID:
    return session.scalars(select(Consent.id).where(Consent.person_id == _helped(session, referral))).one()


def _person(session: Session, whose: str) -> UUID:
    made = User(id=uuid4(), email=f"{whose}person@example.org", name="person", created_at=LONG_AGO)
    session.add(made)
    session.flush()
    return made.id


def _key(session: Session, whose: str, organisation: UUID, scopes: tuple[str, ...]) -> str:
    return keys.create_api_key(
        session, organisation_id=organisation, name=whose, scopes=scopes, actor=_actor(whose), now=now()
    ).key


def _refer(session: Session, sealer: Sealer, mail: Mail, group: UUID, actor: Actor, named: str) -> UUID:
    """Refer somebody whose name and number are their own: what they are known again by is nobody else's."""
    said = cast.consent(given_at=now() - timedelta(hours=1))
    who = cast.person(preferred_name=named, contact=f"{named}@example.org")
    asked = cast.request(group, who=who, said=said, tick="We go there")
    return referrals.refer(
        session, sealer=sealer, mail=mail, referral_id=uuid4(), request=asked, actor=actor, now=now()
    ).id


def _written(session: Session, case: UUID, organisation: UUID) -> None:
    """Leave on a case what a link worker writes; its words are written by `_fill`."""
    at, of = now(), {"referral_id": case}
    times = {"created_at": at, "expires_at": at}
    session.add_all(
        [
            CaseNote(id=uuid4(), **of, words=b"", at=at),
            Prefill(**times, id=uuid4(), organisation_id=organisation, token_hash=uuid4().bytes, filled=b""),
            CaseTask(id=uuid4(), **of, who="worker", what=b"", due_on=at.date(), at=at),
            HandOver(id=uuid4(), **of, words=b"", at=at),
            Incident(id=uuid4(), **of, organisation_id=organisation, kind="person", words=b"", at=at),
            CasePlan(id=uuid4(), **of, wishes=b"", changed_at=at),
            PlanGoal(id=uuid4(), **of, words=b"", at=at),
            FollowUp(id=uuid4(), introduction_id=_introduction(session, case), kind="check_in", which="2", at=at),
            Assessment(
                id=uuid4(), person_id=_helped(session, case), organisation_id=organisation, instrument="ons_direct",
                version="1", wording="own", mode="self", taken_on=at.date(), answers=b"", scores=b"", created_at=at,
            ),
        ]
    )  # fmt: skip
    session.flush()


def _introduction(session: Session, referral: UUID, of: type[Introduction | Incident] = Introduction) -> UUID:
    return session.scalars(select(of.id).where(of.referral_id == referral)).one()


def _asked(session: Session, referral: UUID) -> UUID:
    """Have the group ask something before it answers."""
    made = GroupQuestion(id=uuid4(), introduction_id=_introduction(session, referral), words=b"", asked_at=now())
    session.add(made)
    session.flush()
    return made.id


def _edit(session: Session, group: UUID, version: int, actor: Actor) -> None:
    """Save once, so that there is something in the listing's history."""
    changes = GroupChanges(fields={"price_pence": 0})
    edit_group(session, group_id=group, changes=changes, expected_version=version, actor=actor, reason=None, now=now())


def _report(session: Session, group: UUID) -> UUID:
    """Leave a report; its words are written by `_fill`."""
    made = Report(id=uuid4(), group_id=group, wrong="times", created_at=now())
    session.add(made)
    session.flush()
    return made.id


def _proposal(session: Session, group: UUID) -> UUID:
    """Leave a suggestion; its words are written by `_fill`."""
    made = Proposal(id=uuid4(), kind="change", group_id=group, text_hash=uuid4().bytes, created_at=now())
    session.add(made)
    session.flush()
    return made.id


def plain(table: str, text: str) -> str:
    """Return the word of a cell, also where it is kept under a name."""
    return str(json.loads(text)["name"]) if table in TEXTS else text


def sealed_for(sealer: Callable[[str], Sealer], table: str) -> Sealer:
    """Return what seals the text of one table."""
    return sealer(Base.metadata.tables[table].info["kept"].purpose)


def _fill(session: Session, whose: str, sealer: Callable[[str], Sealer], filled: set[tuple[str, object]]) -> None:
    """Write a canary into every text column of every row that is not filled yet."""
    for model in (one for one in PERSONAL if one is not AuditEntry):
        table = model.metadata.tables[str(model.__tablename__)]
        keys = [column.name for column in table.primary_key]
        rows = [row for row in session.scalars(select(model)) if (table.name, getattr(row, keys[0])) not in filled]
        for number, row in enumerate(rows):
            filled.add((table.name, getattr(row, keys[0])))
            for name, sealed in columns(model).items():
                text = canary(whose, table.name, name, number)
                text = json.dumps({"name": text}) if table.name in TEXTS else text
                where = place(table.name, getattr(row, keys[0]), name)
                setattr(row, name, sealed_for(sealer, table.name).seal(where, text.encode()) if sealed else text)
    session.flush()


def columns(model: type[Base]) -> dict[str, bool]:
    """Return the columns that may hold words of or about somebody, and whether they are sealed."""
    table = model.metadata.tables[str(model.__tablename__)]
    checks = " ".join(str(found.sqltext) for found in table.constraints if isinstance(found, CheckConstraint))
    checks = re.sub("'[^']*'", "", checks)  # a choice may be called like a column
    return {
        column.name: isinstance(column.type, LargeBinary)
        for column in table.columns
        if isinstance(column.type, String | LargeBinary)
        and column.name not in NOT_TEXT
        and not re.search(rf"\b{column.name}\b", checks)
    }
