"""What link workers do in a random history, and what people do themselves, by links that came and on their page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from service.accounts.credentials import token_hash
from service.accounts.models import Membership
from service.accounts.record.audit import Purpose
from service.notifications import quiet
from service.referrals import erasure
from service.referrals.desk import operations as desk
from service.referrals.following import checking_in
from service.referrals.following import operations as following
from service.referrals.measures import operations as measures
from service.referrals.measures.definitions import SHEETS
from service.referrals.models import Consent, Person, PersonLink, Referral
from service.referrals.models_following import FollowUp
from service.referrals.people import operations as people
from service.referrals.people import own
from service.referrals.people import queries as people_queries
from service.referrals.people.given import Yes
from service.referrals.planning import operations as planning
from service.referrals.queries import place
from service.referrals.referring.asking import TO_GROUPS
from tests.referrals.cast import SEALER
from tests.referrals.following.deeds import YEAR
from tests.referrals.following.grouping import Groups
from tests.referrals.following.oracle import Known
from tests.referrals.following.town import OUTBOX, POST, given

TALKED_OF = frozenset({"asks_for_call", "not_for_me", "question"})  # what a talk with the person may settle
RAISED_BY = {
    "not_for_me": "not_for_me",
    "call_me": "asks_for_call",
    "cannot_come": "asks_for_call",
    "very_low": "safety",
}
FEELING = {"company": "often", "left_out": "often", "cut_off": "sometimes", "lonely": "always"}


class Helping(Groups):
    """Link workers, and people themselves."""

    # ---- link workers ----

    def at_case(self, name: str, number: int, act: Callable[..., Any], **values: Any) -> bool:
        """Somebody who helps does something at a case; one that a colleague holds they give a reason to open."""
        referral = self.case(number)
        actor = self.worker(referral, number)
        at = self.at(referral, actor)
        owner = self.owner(referral)
        if owner not in (None, actor.user_id):
            self.do("explain", partial(desk.explain, self.session, at, why="cover"))
        if not self.do(name, partial(act, self.session, at, **values)):
            return False
        if self.known[self.person_of[referral]].is_erased:
            self.wrong("illegal_accepted", f"{name} of somebody who was erased")
        return True

    def owner(self, referral: UUID) -> UUID | None:
        row = self.session.get(Referral, referral)
        return row.owner_user_id if row is not None else None

    def strange(self, number: int) -> None:
        """Somebody from elsewhere, or of the hall, tries to write into a case: they may not."""
        referral = self.case(number)
        row = self.session.get(Referral, referral)
        stranger = self.town.world.dee
        if row is None or row.service_organisation_id == stranger.organisation_id:
            return
        if self.do("a stranger moves", partial(desk.note, self.session, self.at(referral, stranger), words="hello")):
            self.wrong("illegal_accepted", "somebody from elsewhere wrote into a case")

    def take(self, number: int) -> None:
        row = self.session.get(Referral, self.case(number))
        if row is not None:
            self.at_case("take", number, desk.take, version=row.version)

    def ring(self, number: int, *, reached: bool) -> None:
        if self.at_case("ring", number, desk.attempt, channel="phone", reached=reached):
            self.settled(self.case(number), TALKED_OF if reached else frozenset())

    def settle(self, number: int, need: str) -> None:
        if self.at_case(f"settle {need}", number, desk.settle, need=need):
            self.settled(self.case(number), frozenset({need}))

    def move(self, number: int, to: str, reason: str) -> None:
        if self.at_case(f"move to {to}", number, desk.move, to=to, reason=reason, words="As she wishes"):
            self.known[self.person_of[self.case(number)]].is_dead |= to == "closed" and reason == "died"

    def plan(self, number: int, group: int) -> None:
        """A group is chosen with the person, and asked."""
        chosen = self.town.groups[group % len(self.town.groups)].id
        self.at_case("choose", number, planning.choose, group_id=chosen)
        words = {"mail": self.post.mail, "group_id": chosen, "yes": True, "unvetted": "They know her there"}
        if self.at_case("ask a group", number, planning.ask, **words):
            known = self.known[self.person_of[self.case(number)]]
            if known.in_care and chosen == self.town.world.unchecked:
                self.wrong("illegal_accepted", "somebody in care was sent to a group nobody has checked")
            known.yes["introduction", chosen] = (TO_GROUPS, self.now + YEAR)
            self.learn(self.case(number))

    def ask_without_yes(self, number: int, group: int) -> None:
        """A group is asked though the person said no: that must be refused."""
        chosen = self.town.groups[group % len(self.town.groups)].id
        if self.at_case("ask without a yes", number, planning.ask, mail=self.post.mail, group_id=chosen, yes=False):
            self.wrong("unsafe_or_before_yes", "a group was asked though somebody said no")

    def visit(self, number: int, what: str, *, days_ago: int) -> None:
        asked = self.introduction(number, "booked", "attended")
        if asked is not None:
            self.deed, case = what, self.cases.index(self.asked[asked][0])
            on = self.today - timedelta(days=days_ago)
            self.at_case(f"write down {what}", case, desk.visit, introduction_id=asked, what=what, on=on)

    def agree(self, number: int, days: int) -> None:
        asked = self.introduction(number, "accepted", "no_show", "session_cancelled", "booked")
        if asked is not None:
            self.deed, case = "book", self.cases.index(self.asked[asked][0])
            on = datetime.combine(self.today + timedelta(days=days), time(10), UTC)
            self.at_case("agree a date", case, desk.agree, introduction_id=asked, on=on)

    def go_on_holiday(self, *, leaves: bool) -> None:
        """Lin has a colleague look after her desk; or she leaves, and hands nothing over."""
        lin = self.town.world.lin
        if leaves:
            theirs = update(Membership).where(Membership.user_id == lin.user_id)
            self.session.execute(theirs.values(valid_until=self.now))
            self.gone.add(lin.user_id)
        until = self.today + timedelta(days=14)
        act = partial(desk.cover, self.session, by=self.town.lou.user_id, until=until, actor=lin, now=self.now)
        self.do("cover", act)

    def hand_over(self, number: int) -> None:
        to = self.town.lou if self.owner(self.case(number)) == self.town.world.lin.user_id else self.town.world.lin
        self.at_case("hand over", number, desk.hand_over, to=to.user_id, words="Rings on Mondays")

    def measure(self, number: int) -> None:
        referral, here = self.case(number), measures.Sitting(mode="phone", taken_on=self.today, yes=True)
        actor = self.worker(referral, number)
        shared = {"sealer": SEALER, "referral_id": referral, "measures": SHEETS["feeling"], "answers": FEELING}
        act = partial(measures.take, self.session, sitting=here, actor=actor, now=self.now, **shared)  # type: ignore[arg-type]
        if self.do("measure", act) and actor.organisation_id is not None:
            for one in [case for case in self.cases if self.person_of[case] == self.person_of[referral]]:
                self.settled(one, frozenset({"measure"}))
            self.known[self.person_of[referral]].yes.setdefault(
                ("measures", actor.organisation_id), (frozenset({"measures"}), self.now + YEAR)
            )

    # ---- what is known of a person ----

    def change_person(self, number: int, like: int, *, elsewhere: bool) -> None:
        """A person is reached otherwise from now on: written down at the desk, or by a program that asks nobody."""
        referral, other = self.case(number), given(like)
        person = self.person_of[referral]
        row, known = self.session.get(Person, person), self.known[person]
        if row is None:
            return
        if elsewhere:
            row.contact_rule = other.contact_rule
            contact = SEALER.seal(place("person", person, "contact"), other.contact.encode())
            row.contact = contact if other.contact else None
            self.session.flush()
        else:
            view = people_queries.given_of(SEALER, row)
            asks: dict[str, Any] = {
                "post": POST,
                "actor": self.worker(referral, number),
                "now": self.now,
                "version": row.version,
            }
            told = replace(view, contact=other.contact, contact_rule=other.contact_rule)
            act = partial(people.change, self.session, sealer=SEALER, person_id=person, given=told, **asks)
            if not self.do("change a person", act):
                return
        known.rule, known.contact = other.contact_rule, other.contact

    def yes_again(self, number: int, group: int, months: int) -> None:
        referral, chosen = self.case(number), self.town.groups[group % len(self.town.groups)].id
        person, actor = self.person_of[referral], self.worker(referral, number)
        said = Yes(purpose="introduction", recipient=chosen, items=TO_GROUPS, method="spoken", months=months)
        act = partial(people.give_consent, self.session, sealer=SEALER, person_id=person, yes=said, actor=actor)
        if self.do("say yes again", partial(act, now=self.now)):
            self.known[person].yes["introduction", chosen] = (TO_GROUPS, self.now + timedelta(days=31 * months))

    def take_back(self, number: int, which: int, *, elsewhere: bool) -> None:
        """A yes is taken back: told to whoever helps, or by a program that does no more than that."""
        person = self.person_of[self.case(number)]
        mine = select(Consent).where(Consent.person_id == person, Consent.withdrawn_at.is_(None))
        found = self.session.scalars(mine.order_by(Consent.given_at, Consent.purpose)).all()
        if not found:
            return
        one = found[which % len(found)]
        recipient = one.group_id or one.organisation_id
        actor = self.worker(self.case(number), number)
        act = partial(people.withdraw, self.session, person_id=person, consent_id=one.id, post=POST, actor=actor)
        if elsewhere:
            one.withdrawn_at = self.now
            self.session.flush()
        elif not self.do("take a yes back", partial(act, now=self.now)):
            return
        assert recipient is not None
        self._taken_back(person, one.purpose, recipient)

    def _taken_back(self, person: UUID, purpose: str, recipient: UUID) -> None:
        """Nothing that rested on this yes may go on, also where the same was said yes to twice."""
        self.known[person].yes.pop((purpose, recipient), None)

    def erase(self, number: int) -> None:
        person = self.person_of[self.case(number)]
        act = partial(erasure.erase_person, self.session, person_id=person, purpose=Purpose.SUBJECT_REQUEST)
        if self.do("erase", partial(act, now=self.now)):
            self.known[person].is_erased = True
            self.known[person].yes.clear()

    def want_no_mail(self, number: int) -> None:
        """An address says that it wants no messages of ours."""
        address = self.known[self.person_of[self.case(number)]].contact
        if "@" in address:
            self.do("want no mail", partial(quiet.stop, self.session, address, sealer=OUTBOX, now=self.now))
            self.quiet.add(address)

    # ---- people themselves ----

    def press(self, number: int, answer: str) -> None:
        """Somebody answers by the link in a message of ours, also by an old one."""
        tokens = [
            token for name in ("check_in", "appointment", "still_waiting") for token in self.arrived.get(name, [])
        ]
        if not tokens:
            return
        token = tokens[-1 - number % len(tokens)]
        about = self.session.execute(
            select(FollowUp.introduction_id, FollowUp.kind)
            .join(PersonLink, PersonLink.subject_id == FollowUp.id)
            .where(PersonLink.token_hash == token_hash(token))
        ).first()
        self.deed = "attended"
        act = partial(checking_in.say, self.session, sealer=SEALER, token=token, answer=answer, now=self.now)
        if self.do(f"person: {answer}", act) and about is not None and answer in RAISED_BY:
            self.raise_need(self.asked[about[0]][0], RAISED_BY[answer])

    def take_one_back(self, number: int) -> None:
        asked = self.introduction(number)
        if asked is not None:
            self.do("withdraw", partial(following.withdraw, self.session, introduction_id=asked, now=self.now))

    def send_own_link(self, number: int) -> None:
        referral = self.case(number)
        token = f"own-{next(self.tokens)}-{referral.hex}"
        act = partial(
            own.send_link,
            self.session,
            sealer=SEALER,
            person_id=self.person_of[referral],
            token=token,
            link=f"http://127.0.0.1:8000/en/own/{token}",
            post=POST,
            actor=self.worker(referral, number),
            now=self.now,
            texts=True,
        )
        self.do("send own link", act)

    def on_own_page(self, number: int, what: str, like: int) -> None:
        """Somebody does something on their own page, if the link to it came."""
        tokens = self.arrived.get("own_link", [])
        if not tokens:
            return
        token = tokens[-1 - number % len(tokens)]
        person = self.session.scalar(select(PersonLink.person_id).where(PersonLink.token_hash == token_hash(token)))
        if person is None:
            return
        seen, shared = list[own.Own](), self._proven(token, self.known[person])
        if self.do("own page", lambda: seen.append(own.see(self.session, **shared))):
            self._on_page(person, seen[0], {**shared, "post": POST}, what, like)

    def _on_page(self, person: UUID, page: own.Own, shared: dict[str, Any], what: str, like: int) -> None:
        if what == "stop":
            self.do("stop", partial(own.stop, self.session, **shared))
        elif what == "reach":
            other = given(like)
            told = replace(page.given, contact=other.contact, contact_rule=other.contact_rule)
            if self.do(
                "change reach", partial(own.change_reach, self.session, given=told, version=page.version, **shared)
            ):
                self.known[person].rule, self.known[person].contact = other.contact_rule, other.contact
        elif what == "take back" and page.consents:
            one = page.consents[like % len(page.consents)]
            if self.do("take back on own page", partial(own.withdraw, self.session, consent_id=one.id, **shared)):
                self._taken_back(person, one.recipient.purpose, one.recipient.id)
        else:
            self.do("ask for erasure", partial(own.ask, self.session, kind="erasure", **shared))

    def _proven(self, token: str, known: Known) -> dict[str, Any]:
        """Say the day of birth, where one is kept."""
        shared: dict[str, Any] = {"sealer": SEALER, "token": token, "now": self.now}
        if not known.born:
            return {**shared, "proof": ""}
        proofs: list[str | None] = []
        self.do("prove", lambda: proofs.append(own.prove(self.session, born=known.born, **shared)))
        return {**shared, "proof": (proofs[0] if proofs else None) or ""}
