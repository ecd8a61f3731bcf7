"""Of a worry about safety: only a lead of that organisation reads it, each reading is kept, and it is told nowhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry, Membership, User
from service.accounts.permissions import GRANTS, VISITOR, Actor, Permission, Role
from service.accounts.record import activity
from service.accounts.record.activity import Wish
from service.accounts.record.audit import Purpose
from service.accounts.record.telling import Post
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from service.referrals import forgetting
from service.referrals.desk import cases, incidents, leads
from service.referrals.desk.incidents import UNREAD_FOR, Here, Said
from service.referrals.erasure import erase_person
from service.referrals.export import about_person, who_looked
from service.referrals.models import Referral
from service.referrals.models_desk import Incident, SafeguardingLead
from service.referrals.models_events import Event
from tests.referrals.cast import LONG_AGO, NOW, SEALER, SECRET
from tests.referrals.desk.working import Clinic

WORDS, DONE, CAME = "zqaxwords she flinched", "zqaxdone rang the GP", "zqaxoutcome passed on"
POST = Post(channel="console", sealer=Sealer(SECRET, outbox.PURPOSE), public_url="https://kith.example.org")


def here(who: Actor, at: timedelta = timedelta()) -> Here:
    return Here(sealer=SEALER, actor=who, now=NOW + at)


def somebody(session: Session, name: str, role: Role, organisation: UUID) -> Actor:
    user = User(id=uuid4(), email=f"{name}@example.org", name=name.title(), created_at=LONG_AGO)
    session.add(user)
    session.flush()
    joined = Membership(id=uuid4(), user_id=user.id, organisation_id=organisation, role=role.value)
    joined.valid_from = LONG_AGO
    session.add(joined)
    session.flush()
    return Actor(role=role, user_id=user.id, organisation_id=organisation, permissions=GRANTS[role])


def tell(clinic: Clinic, by: Actor, said: Said | None = None, at: timedelta = timedelta()) -> UUID:
    made = uuid4()
    words = said or Said(kind="person", words=WORDS, done_now=DONE)
    incidents.tell_of(clinic.session, here(by, at), words, incident_id=made, post=POST)
    return made


@pytest.fixture
def mia(clinic: Clinic) -> Actor:
    """The manager of the clinic."""
    return somebody(clinic.session, "mia", Role.ORG_MANAGER, clinic.world.clinic)


@pytest.fixture
def lead(clinic: Clinic, mia: Actor) -> Actor:
    """Lou, named by Mia."""
    leads.name_lead(clinic.session, user_id=clinic.lou.user_id, actor=mia, now=NOW)
    return clinic.lou


def deeds(session: Session, action: str) -> list[AuditEntry]:
    wanted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.sequence)
    return list(session.scalars(wanted))


def test_a_lead_reads_what_was_told_and_that_is_kept(clinic: Clinic, lead: Actor) -> None:
    case = clinic.case(owner=clinic.lin)
    made = tell(clinic, clinic.lin, Said(kind="person", words=WORDS, done_now=DONE, referral_id=case))
    found = incidents.read_one(clinic.session, here(lead), incident_id=made)
    assert found
    assert (found.words, found.done_now, found.person, found.line.by) == (WORDS, DONE, "Cai", "Lin")
    [kept] = deeds(clinic.session, "read_incident")
    assert (kept.user_id, kept.subject, kept.subject_id, kept.outcome) == (lead.user_id, "incident", made, "done")
    row = clinic.session.get_one(Incident, made)
    assert row.seen_at == NOW
    for column in ("words", "done_now"):
        assert b"zqax" not in getattr(row, column)


@pytest.mark.parametrize(
    "who",
    ["colleague", "author", "referrer", "manager", "administrator", "elsewhere", "lead elsewhere", "leader", "key"],
)
def test_nobody_else_reads_it_whatever_their_role(clinic: Clinic, lead: Actor, mia: Actor, who: str) -> None:
    made, session, world = tell(clinic, clinic.lin), clinic.session, clinic.world
    other = somebody(session, "ola", Role.ORG_MANAGER, world.elsewhere)
    leads.name_lead(session, user_id=world.dee.user_id, actor=other, now=NOW)
    actors: dict[str, Callable[[], Actor]] = {
        "colleague": lambda: somebody(session, "ned", Role.LINK_WORKER, world.clinic),
        "author": lambda: clinic.lin,
        "referrer": lambda: world.bo,
        "manager": lambda: mia,
        "administrator": lambda: Actor(role=Role.ADMIN, user_id=uuid4(), permissions=GRANTS[Role.ADMIN]),
        "elsewhere": lambda: other,
        "lead elsewhere": lambda: world.dee,
        "leader": lambda: replace(lead, role=Role.GROUP_LEADER, permissions=GRANTS[Role.GROUP_LEADER]),
        "key": lambda: Actor(
            role=Role.API_CLIENT,
            key_id=uuid4(),
            organisation_id=world.clinic,
            permissions=GRANTS[Role.API_CLIENT],
        ),
    }
    actor = actors[who]()
    assert incidents.read_one(session, here(actor), incident_id=made) is None
    assert session.get_one(Incident, made).seen_at is None, "asking for it is no reading"
    with pytest.raises(NotFound):
        incidents.close(session, here(actor), incident_id=made, outcome=CAME)
    listed = incidents.read_list(session, here(actor))
    assert not listed, "a lead of another organisation sees their own list alone"
    assert incidents.waiting(session, actor=actor, now=NOW) == (0, 0)


def test_leads_get_a_short_message_without_a_word_of_it(clinic: Clinic, lead: Actor, mia: Actor) -> None:
    leads.name_lead(clinic.session, user_id=clinic.world.bo.user_id, actor=mia, now=NOW)
    case = clinic.case()
    tell(clinic, clinic.lin, Said(kind="person", words=WORDS, referral_id=case))
    rows = clinic.session.scalars(select(OutboxMessage)).all()
    taken = outbox.take_due(clinic.session, now=NOW, sealer=POST.sealer)
    assert {one.to for one in taken} == {"lou@example.org", "bo@example.org"}
    assert {str(one.params) for one in taken} == {"{'link': 'https://kith.example.org/en/sign-in'}"}
    assert {one.template for one in taken} == {"something_waits"}
    assert not any(str(case) in row.key for row in rows), "what is found about the person must not tell of it"


def test_without_a_lead_it_is_kept_for_whoever_is_named(clinic: Clinic, mia: Actor) -> None:
    made = tell(clinic, clinic.lin)
    assert clinic.session.scalars(select(OutboxMessage)).all() == []
    assert incidents.read_one(clinic.session, here(mia), incident_id=made) is None
    leads.name_lead(clinic.session, user_id=mia.user_id, actor=mia, now=NOW)
    found = incidents.read_one(clinic.session, here(mia), incident_id=made)
    assert found
    assert found.words == WORDS


def test_open_ones_stand_first_the_oldest_on_top_and_what_nobody_read_for_a_day_is_late(
    clinic: Clinic, lead: Actor
) -> None:
    closed, old, new = (tell(clinic, clinic.lin, at=timedelta(hours=-hours)) for hours in (50, 30, 2))
    incidents.close(clinic.session, here(lead), incident_id=closed, outcome=CAME)
    found = incidents.read_list(clinic.session, here(lead))
    assert found
    assert [one.id for one in found] == [old, new, closed]
    assert [one.late for one in found] == [True, False, False]
    assert incidents.waiting(clinic.session, actor=lead, now=NOW) == (2, 1)
    assert incidents.waiting(clinic.session, actor=lead, now=NOW - timedelta(hours=30) + UNREAD_FOR) == (2, 1)
    incidents.read_one(clinic.session, here(lead), incident_id=old)
    assert incidents.waiting(clinic.session, actor=lead, now=NOW) == (1, 0)


def test_it_is_closed_once_with_what_came_of_it(clinic: Clinic, lead: Actor) -> None:
    made = tell(clinic, clinic.lin)
    with pytest.raises(Invalid):
        incidents.close(clinic.session, here(lead), incident_id=made, outcome=" ")
    incidents.close(clinic.session, here(lead), incident_id=made, outcome=CAME)
    with pytest.raises(Conflict):
        incidents.close(clinic.session, here(lead), incident_id=made, outcome="Another")
    found = incidents.read_one(clinic.session, here(lead), incident_id=made)
    assert found
    assert found.outcome == CAME
    assert b"zqax" not in (clinic.session.get_one(Incident, made).outcome or b"")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (Said(kind="", words=WORDS), "kind"),
        (Said(kind="person", words="  "), "words"),
        (Said(kind="person", words="x" * 4001), "words"),
        (Said(kind="person", words="a\x00b"), "words"),
        (Said(kind="person", words=WORDS, done_now="x" * 1001), "done_now"),
        (Said(kind="group", words=WORDS, group_id=uuid4()), "group"),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_is_written(clinic: Clinic, said: Said, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        tell(clinic, clinic.lin, said)
    assert set(refused.value.fields) == {wrong}
    assert clinic.session.scalars(select(Incident)).all() == []


def test_it_can_be_about_one_s_own_people_only(clinic: Clinic) -> None:
    world, case = clinic.world, clinic.case()
    for stranger in (world.dee, world.bo, somebody(clinic.session, "eli", Role.GROUP_LEADER, world.clinic)):
        with pytest.raises(NotFound):
            tell(clinic, stranger, Said(kind="person", words=WORDS, referral_id=case))
    for nobody in (VISITOR, Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])):
        with pytest.raises(Forbidden):
            tell(clinic, nobody)


def test_it_can_be_about_a_group_that_was_asked(clinic: Clinic, lead: Actor) -> None:
    case = clinic.case(owner=clinic.lin)
    clinic.asked(case)
    said = Said(kind="group", words=WORDS, referral_id=case, group_id=clinic.world.group)
    found = incidents.read_one(clinic.session, here(lead), incident_id=tell(clinic, clinic.lin, said))
    assert found
    assert found.group == "Evening Singers"


def test_it_is_nowhere_else(clinic: Clinic, lead: Actor, mia: Actor) -> None:
    session, case = clinic.session, clinic.case(owner=clinic.lin)
    made = tell(clinic, clinic.lin, Said(kind="person", words=WORDS, referral_id=case))
    incidents.read_one(session, here(lead), incident_id=made)
    person_id = session.get_one(Referral, case).person_id
    told = about_person(session, person_id=person_id, sealer=lambda name: Sealer(SECRET, name), now=NOW, actor=mia)
    assert "incident" not in told["kept"]
    assert "incident" not in repr(told)
    assert "incident" not in repr(who_looked(session, [person_id, case]))
    assert WORDS not in repr(cases.case(session, sealer=SEALER, referral_id=case, actor=lead))
    assert session.scalars(select(Event)).all() == []
    own = incidents.told_by(session, here(clinic.lin))
    assert [one.id for one in own] == [made]
    assert incidents.told_by(session, here(lead)) == ()


def test_a_manager_learns_from_the_record_that_a_lead_read_and_not_who_told(
    clinic: Clinic, lead: Actor, mia: Actor
) -> None:
    made = tell(clinic, clinic.lin)
    incidents.read_one(clinic.session, here(lead), incident_id=made)
    shown = activity.read(clinic.session, wish=Wish(), subjects=None, actor=mia, now=NOW)
    assert "read_incident" in {one.action for one in shown}
    assert "tell_incident" not in {one.action for one in shown}
    assert deeds(clinic.session, "tell_incident")[0].user_id == clinic.lin.user_id, "the record itself holds it"


def test_who_is_asked_to_be_forgotten_takes_it_along(clinic: Clinic, lead: Actor) -> None:
    case = clinic.case()
    tell(clinic, clinic.lin, Said(kind="person", words=WORDS, referral_id=case))
    person_id = clinic.row(case).person_id
    erase_person(clinic.session, person_id=person_id, purpose=Purpose.SUBJECT_REQUEST, now=NOW)
    assert clinic.session.scalars(select(Incident)).all() == []


def test_time_forgets_nobody_whose_safety_is_still_looked_after(clinic: Clinic, lead: Actor) -> None:
    case = clinic.case("closed", closed_at=NOW)
    made = tell(clinic, clinic.lin, Said(kind="person", words=WORDS, referral_id=case))
    alone, still_open = tell(clinic, clinic.lin), tell(clinic, clinic.lin)
    later = NOW + timedelta(days=400)
    forgetting.run(clinic.session, sealer=POST.sealer, now=later)
    assert clinic.session.get(Incident, made)
    for closed in (made, alone):
        clinic.session.get_one(Incident, closed).closed_at = NOW
    clinic.session.flush()
    forgetting.run(clinic.session, sealer=POST.sealer, now=later)
    assert set(clinic.session.scalars(select(Incident.id))) == {still_open}


# ---- who is a lead ---------------------------------------------------------------------------------------------------


def test_only_whoever_runs_the_organisation_names_and_ends_a_lead(clinic: Clinic, mia: Actor) -> None:
    session, world = clinic.session, clinic.world
    admin = Actor(role=Role.ADMIN, user_id=uuid4(), permissions=GRANTS[Role.ADMIN])
    for other in (clinic.lin, world.bo, admin, VISITOR):
        with pytest.raises(Forbidden):
            leads.name_lead(session, user_id=clinic.lou.user_id, actor=other, now=NOW)
    for stranger in (world.dee.user_id, uuid4(), None):
        with pytest.raises(Invalid):
            leads.name_lead(session, user_id=stranger, actor=mia, now=NOW)
    leads.name_lead(session, user_id=clinic.lou.user_id, actor=mia, now=NOW)
    leads.name_lead(session, user_id=clinic.lou.user_id, actor=mia, now=NOW)
    [one] = leads.leads(session, organisation_id=world.clinic, now=NOW)
    elsewhere = somebody(session, "ola", Role.ORG_MANAGER, world.elsewhere)
    with pytest.raises(NotFound):
        leads.end_lead(session, lead_id=one.id, actor=elsewhere, now=NOW)
    leads.end_lead(session, lead_id=one.id, actor=mia, now=NOW)
    assert not leads.is_lead(session, actor=clinic.lou)
    assert [len(deeds(session, action)) for action in ("name_lead", "end_lead")] == [1, 1]


def test_whoever_leads_a_group_is_no_lead_as_no_second_step_is_asked_of_them(clinic: Clinic, mia: Actor) -> None:
    eli = somebody(clinic.session, "eli", Role.GROUP_LEADER, clinic.world.clinic)
    with pytest.raises(Invalid):
        leads.name_lead(clinic.session, user_id=eli.user_id, actor=mia, now=NOW)


def test_whoever_leaves_is_no_lead_and_is_none_when_they_come_back(clinic: Clinic, lead: Actor) -> None:
    session, world = clinic.session, clinic.world
    membership = session.scalars(select(Membership).where(Membership.user_id == lead.user_id)).one()
    membership.valid_until = NOW
    session.flush()
    assert leads.leads(session, organisation_id=world.clinic, now=NOW) == ()
    leads.end_of_leavers(session, organisation_id=world.clinic, now=NOW)
    membership.valid_until = None
    session.flush()
    assert leads.leads(session, organisation_id=world.clinic, now=NOW) == ()
    assert not leads.is_lead(session, actor=lead)
    assert session.scalars(select(SafeguardingLead)).one().ended_at == NOW


def test_no_role_alone_reads_it() -> None:
    assert {role for role, may in GRANTS.items() if Permission.SAFETY in may} == {
        Role.GROUP_LEADER,
        *leads.BESIDE,
    }
