"""What the looked-at addresses are about: searches, lists, sheets and groups that are made once, for all languages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.limits import REPORT_ADDRESS, Limits, limit_address, open_limits
from service.accounts.models import ApiKey, Membership, OrganisationLogin
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import leader_links
from service.catalog import models as m
from service.catalog.fresh import calls, renewing, sample
from service.catalog.models_fresh import TruthSample
from service.catalog.models_proposals import Proposal
from service.catalog.models_reading import LikelyPair
from service.catalog.operations import set_status
from service.clock import now
from service.errors import TooMany
from service.referrals import links
from service.referrals.desk import examples
from service.referrals.models import Person, Referral
from service.referrals.models_events import Delivery, Webhook
from service.referrals.models_plan import PlanGroup
from tests import stores
from tests.catalog.making import unit_of
from tests.journeys.managing import make_account
from tests.journeys.serving import Demo
from tests.journeys.states import EXAMPLE, RISK

STORY = {"text": "Lonely since I stopped work. I like singing and cards.", "place": "M33 4ND"}
ENDED = "stitch"  # how the address of the group begins that is said to be no more
GROUP_ID = re.compile(r'name="group" value="([0-9a-f-]{32,36})"')
ERROR = re.compile(r'-error"[^>]*>(.*?)</p>', re.DOTALL)
SLUG = re.compile(r'/groups/([a-z0-9-]+)"')
EVERYTHING = {
    **STORY,
    "interests": ["activity.music", "activity.games"],
    "barrier_social_anxiety": "helps",
    "barrier_cost": "helps",
    "days": ["tu", "th"],
    "parts": ["afternoon"],
    "max_distance": "5",
    "cost_max": "5",
    "age": "67",
    "languages": ["pl"],
}
SEARCHES: dict[str, Mapping[str, object]] = {
    "strong": {**STORY},
    "weak": {"text": "xqzv wqpt", "place": "Sale"},
    "anywhere": {"text": "unicycle hockey"},
    "barriers": {
        "text": "I like making things and gardening",
        "place": "Sale",
        "barrier_wheelchair": "must",
        "barrier_transport": "helps",
        "barrier_social_anxiety": "helps",
        "barrier_alone": "helps",
        "cost_max": "0",
        "max_distance": "2",
    },
    "none": {
        "text": "chess",
        "place": "Sale",
        "barrier_wheelchair": "must",
        "barrier_hearing": "must",
        "barrier_vision": "must",
        "days": ["su"],
        "earliest": "03:00",
        "latest": "04:00",
        "cost_max": "0",
        "max_distance": "0.1",
        "age": "3",
    },
    "risk": {"text": RISK, "place": "Sale"},
    "someone": {**EVERYTHING, "for_whom": "someone"},
}


@dataclass(frozen=True)
class Asker:
    """A program that opens addresses of a demonstration, sends forms to it, and reads where they lead."""

    demo: Demo

    def _ask(self, method: str, path: str, form: Mapping[str, object] | None = None) -> tuple[int, str, str]:
        connection = HTTPConnection(urlsplit(self.demo.url).netloc, timeout=30)
        body = None if form is None else urlencode(form, doseq=True)
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Location", "").partition("#")[0], text

    def follow(self, path: str) -> str:
        """Return the address that an address leads to."""
        status, where, _ = self._ask("GET", path)
        assert status == 303, (path, status)
        return where

    def read(self, path: str) -> str:
        """Return a page."""
        status, _, text = self._ask("GET", path)
        assert status == 200, (path, status)
        return text

    def seal(self, path: str, form: Mapping[str, object], *, part: int = -1) -> str:
        """Send a form and return one part of the address that it leads to, the last one if not told otherwise."""
        status, where, text = self._ask("POST", path, form)
        assert status == 303, (path, status, ERROR.findall(text))
        return where.split("/")[part]


def prepared(demo: Demo) -> dict[str, str]:
    """Make everything that the addresses name, and return what stands for each name."""
    asker = Asker(demo)
    made = {name: asker.seal("/en/find", form) for name, form in SEARCHES.items()}
    made["steps"] = asker.seal("/en/steps", EVERYTHING, part=-2)
    groups = _pressed(asker, made)
    _lists(asker, made, groups)
    made["sheet"] = asker.seal("/en/sheet", {"place": "Sale", "month": "next"})
    made["empty sheet"] = asker.seal("/en/sheet", {"place": "Penzance", "month": "next", "free": "yes"})
    one = f"/en/groups/{EXAMPLE}"
    made["reach"] = asker.seal(f"{one}/reach", {})
    made["thanks"] = asker.seal(f"{one}/wrong", {"wrong": "cost", "words": "It costs more now"})
    made["thanks for danger"] = asker.seal(f"{one}/wrong", {"wrong": "unsafe", "words": "Somebody shouted at me"})
    hall = {"description": "Board games, and tea", "place": "Lantern Hall"}
    made["suggested"] = asker.seal(f"{one}/right", {"cost": "2.50", "how_to_join": "Just come", "place": "Upstairs"})
    made["suggested in danger"] = asker.seal(f"{one}/right", {"description": RISK})
    made["suggested new"] = asker.seal("/en/add-a-group", {"name": "Die and Cup", **hall})
    mine = {"your_name": "Uma", "your_email": "uma@example.org", "proof": "other"}
    made["claimed"] = asker.seal(f"{one}/yours", mine)
    ring = {"name": "Cai", "number": "01632 960 123", "suits": "morning", "language": "en", "message": "no"}
    made["asked"] = asker.seal("/en/ring-me", ring)
    made["asked in danger"] = asker.seal("/en/ring-me", {**ring, "about": RISK})
    wish = {"name": "Cleo", "rule": "phone", "contact": "01632 960 174", "yes": "yes"}
    made["help"] = asker.seal("/en/ask-for-help", {**wish, "nonce": uuid4().hex})
    made["help in danger"] = asker.seal("/en/ask-for-help", {**wish, "words": RISK, "nonce": uuid4().hex})
    made["gone"] = _ended(demo)
    made["confirm"] = _link_of_listing(demo)
    made["sign in"] = demo.sign_in_link("Ada").rpartition("/")[2]
    return made


def _pressed(asker: Asker, made: dict[str, str]) -> list[str]:
    """Press what can be pressed on a list; return the groups on it."""
    listed = f"/en/find/{made['strong']}"
    page = asker.read(listed)
    groups = list(dict.fromkeys(GROUP_ID.findall(page)))
    made["first"] = SLUG.findall(page)[0]
    made["helped"] = SLUG.findall(asker.read(f"/en/find/{made['barriers']}"))[0]
    aside = asker.seal(f"{listed}/put-aside", {"why": f"far:{_dashed(groups[0])}"})
    made["aside"] = asker.seal(f"/en/find/{aside}/put-aside", {"why": f"kind:{_dashed(groups[1])}"})
    made["like"] = asker.seal(f"{listed}/more-like", {"group": _dashed(groups[0])})
    made["nearer"] = asker.seal(f"{listed}/small-change", {"question": "max_distance", "max_distance": "1"})
    made["longer"] = asker.follow(f"{listed}/more").rpartition("/")[2]
    made["kept"] = asker.seal(f"{listed}/keep", {"group": groups[0], "back": "results"})
    return groups


def _lists(asker: Asker, made: dict[str, str], groups: list[str]) -> None:
    two = asker.seal(f"/en/find/{made['kept']}/keep", {"group": groups[1], "back": "list"}, part=-2)
    made["list"] = re.findall(r"/en/list/([^/\"]+)", asker.read(f"/en/find/{two}/list"))[0]
    single = asker.seal(f"/en/groups/{EXAMPLE}/keep", {})
    (kept,) = set(GROUP_ID.findall(asker.read(f"/en/list/{single}")))
    made["empty list"] = asker.seal(f"/en/list/{single}/change", {"group": kept})
    made["ended list"] = asker.seal(f"/en/groups/{EXAMPLE}/keep", {})
    asker.seal(f"/en/list/{made['ended list']}/end", {})


def _dashed(group: str) -> str:
    return re.sub(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", group.replace("-", ""))


@contextmanager
def _store(demo: Demo) -> Iterator[Session]:
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True)) as session,
    ):
        yield session


def _link_of_listing(demo: Demo) -> str:
    """Make the link by which a group says that its page is still right."""
    with _store(demo) as session:
        group = session.scalars(select(m.Group.id).where(m.Group.slug == EXAMPLE)).one()
        lives = timedelta(days=30)
        token = leader_links.make(session, group_id=group, purpose="confirm", now=now(), lives=lives)
        session.commit()
        return token


def _ended(demo: Demo) -> str:
    """Say of one group that it is no more, and return how its address calls it."""
    editor = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])
    with _store(demo) as session:
        found = session.scalars(
            select(m.Group).where(m.Group.is_example, m.Group.slug.startswith(ENDED)).order_by(m.Group.slug)
        ).first()
        assert found is not None
        slug = found.slug
        if found.status != "archived":
            version = found.version
            set_status(
                session,
                group_id=found.id,
                status="archived",
                expected_version=version,
                actor=editor,
                reason="It ended",
                now=now(),
            )
            session.commit()
        return slug


@contextmanager
def asked_too_often(demo: Demo) -> Iterator[None]:
    """Have one more word of a mistake be one too many, for as long as it lasts."""
    limits = open_limits(
        database_url=f"sqlite:///{demo.folder / 'kith.sqlite'}",
        data_folder=demo.folder,
        secret=(demo.folder / "secret").read_text().strip(),
    )
    key = limit_address("127.0.0.1")
    taken = _use_up(limits, key)
    try:
        yield
    finally:
        for _ in range(taken):
            limits.give_back(REPORT_ADDRESS, key)
        limits.close()


def _use_up(limits: Limits, key: str) -> int:
    for taken in range(1, REPORT_ADDRESS.most + 2):
        try:
            limits.take(REPORT_ADDRESS, key, now=now())
        except TooMany:
            return taken
    raise AssertionError("nobody is ever refused")


def at_work(demo: Demo) -> dict[str, str]:
    """Return which listing and which word of a mistake the pages of editors are about."""
    with _store(demo) as session:
        group = session.scalars(select(m.Group).where(m.Group.slug.startswith(ENDED), m.Group.version > 1)).one()
        report = session.scalars(select(m.Report.id).order_by(m.Report.created_at)).first()
        drawn, ring = _to_ring(session)
        named = select(m.Location.id).where(m.Location.name.is_not(None)).order_by(m.Location.id)
        known = {"group": str(group.id), "version": str(group.version), "report": str(report)}
        known |= {"body": str(group.organisation_id), "place": str(session.scalars(named).first())}
        known |= {"drawn": str(drawn), "to confirm": str(ring)}
        known["term"] = "activity.games.puzzles"
        known["case"] = str(_by_any_way(session, uuid5(examples.NAMES, "case Joan W")))
        _waits_for(session, group.id)
        kinds = {"proposal": "change", "proposal new": "new", "claim": "claim"}
        oldest = select(Proposal.id).where(Proposal.state == "open").order_by(Proposal.created_at)
        known["pair"] = _pair(session)
        return known | {
            name: str(session.scalars(oldest.where(Proposal.kind == kind)).first()) for name, kind in kinds.items()
        }


def _waits_for(session: Session, group_id: UUID) -> None:
    """Let people of the desk have a group on their plans that is no more."""
    for name in ("Dilys M", "Joan W"):
        of_case = uuid5(examples.NAMES, f"case {name}")
        known = select(PlanGroup.id).where(PlanGroup.referral_id == of_case, PlanGroup.group_id == group_id)
        if session.scalar(known) is None:
            session.add(PlanGroup(id=uuid4(), referral_id=of_case, group_id=group_id, at=now()))
    session.commit()


def _by_any_way(session: Session, case: UUID) -> UUID:
    """Have the person of a case choose any way, so that a letter may be written too."""
    session.get_one(Person, session.get_one(Referral, case).person_id).contact_rule = "any"
    session.commit()
    return case


def _to_ring(session: Session) -> tuple[UUID, UUID | None]:
    """Do what the job of each day does, and return one listing of the sample and one to ring about."""
    unit = unit_of(session)
    sample.draw(unit, unit, size=30, now=now())
    renewing.refresh(unit, unit, referrals={}, now=now())
    session.commit()
    first = session.scalars(select(TruthSample.id).order_by(TruthSample.id)).first()
    assert first is not None
    return first, calls.following(session, today=now().date())


def _pair(session: Session) -> str:
    """Return two listings that look the same."""
    found = session.scalars(select(LikelyPair.id).order_by(LikelyPair.id)).first()
    if found is None:
        found = uuid4()
        one, other = session.scalars(
            select(m.Group.id).where(m.Group.status == "published").order_by(m.Group.id).limit(2)
        )
        session.add(LikelyPair(id=found, first_id=one, second_id=other, score=0.9, why=["name"], found_at=now()))
        session.commit()
    return str(found)


def helped(demo: Demo, referral: str) -> dict[str, str]:
    """Return whom a referral is about, and the token of their own page."""
    token = uuid4().hex
    with _store(demo) as session:
        row = session.get_one(Referral, UUID(referral))
        links.give(
            session,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            purpose="own",
            token=token,
            now=now(),
        )
        session.commit()
        return {"helped": str(row.person_id), "own": token}


def staff(demo: Demo) -> dict[str, str]:
    """Make who runs all of it, who runs Bo's surgery, and a service that ended; return what their pages are about."""
    make_account(demo, "Ida", Role.ADMIN)
    person = make_account(demo, "Odo", Role.ORG_MANAGER)
    with _store(demo) as session:
        key = session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)).first()
        assert key is not None
        login = OrganisationLogin(
            id=uuid4(),
            organisation_id=key.organisation_id,
            name="Yew Login",
            issuer="https://login.example.org",
            client_id="yew",
            created_at=now(),
            disabled_at=now(),
        )
        told = Webhook(id=uuid4(), organisation_id=key.organisation_id, host="records.example.org", created_at=now())
        told.address = told.secret = b""
        session.add_all([login, told])
        session.flush()
        session.add(_message(told.id, "done", "204"))
        session.add(_message(told.id, "waiting", "503"))
        session.add(_message(told.id, "given_up", "too_slow"))
        session.commit()
        member = session.scalars(select(Membership.id).where(Membership.user_id == person)).one()
        about = {"key": key.id, "login": login.id, "member": member, "person": person, "told": told.id}
        return {name: str(one) for name, one in {**about, "organisation": key.organisation_id}.items()}


def _message(webhook_id: UUID, state: str, said: str) -> Delivery:
    at = now() + timedelta(days=1)  # not yet due: nobody is really told
    return Delivery(
        id=uuid4(),
        webhook_id=webhook_id,
        state=state,
        attempts=2,
        said=said,
        due_at=at,
        created_at=at - timedelta(days=1),
    )
