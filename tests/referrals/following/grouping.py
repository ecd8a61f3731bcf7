"""What groups do in a random history: look, answer by link or signed in, ask back, call a meeting off."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from service.accounts.credentials import token_hash
from service.accounts.record.audit import NOWHERE
from service.catalog import leader_links
from service.catalog.fresh import calling_off
from service.catalog.queries import group_by_id
from service.referrals.answering import dates, off, questions
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.following import attendance
from service.referrals.models import Introduction, LeaderLink
from service.referrals.models_answering import GroupQuestion
from service.referrals.queries import Asked
from tests.referrals.cast import SEALER
from tests.referrals.following.coming import Coming
from tests.referrals.following.deeds import YEAR
from tests.referrals.following.oracle import MAY


class Groups(Coming):
    """Groups and those who lead them."""

    def link_of(self, token: str) -> UUID | None:
        return self.session.scalar(select(LeaderLink.introduction_id).where(LeaderLink.token_hash == token_hash(token)))

    def look_as_leader(self, number: int) -> None:
        """The group opens a link that came, and presses the button that shows who asks to come."""
        tokens, shown = self.arrived.get("group_answer_link", []), list[answers.Seen]()
        token = tokens[-1 - number % len(tokens)] if tokens else "no such link"
        act = partial(answers.see, self.session, sealer=SEALER, token=token, now=self.now)
        if self.do("leader looks", lambda: shown.append(act())):
            self.shown(shown[0].asked.introduction_id, {"name"})

    def shown(self, introduction_id: UUID, items: set[str]) -> None:
        """A group was shown something of a person: did they agree to that?"""
        known, _, group = self.whose(introduction_id)
        for item in items:
            if not known.agrees("introduction", group, item, self.now) or known.is_erased:
                self.wrong("unsafe_or_before_yes", f"a group was shown {item} of somebody who had not said yes")

    def answer(self, number: int, kind: str, *, by_link: bool, detail: int) -> None:
        """A group answers, by a link that came or signed in; also by one that has been used."""
        tokens = self.arrived.get("group_answer_link", [])
        token = tokens[-1 - number % len(tokens)] if by_link and tokens else None
        asked = self.introduction(number, "sent", "waitlisted") if token is None else self.link_of(token)
        row = self.session.get(Introduction, asked) if asked else None
        if row is None:
            return
        reply, before, told = self._reply(row, kind, detail), row.state, list[answers.Answered]()
        shared = {"means": self.post.means, "reply": reply, "now": self.now}
        act: Any = partial(answers.answer_own, introduction_id=row.id, actor=self.town.eli)
        if token is not None:
            act = partial(answers.answer, token=token)
        self.deed = kind
        if self.do(f"group: {kind}", lambda: told.append(act(self.session, **shared))):
            self._answered(row.id, kind, before, reply, told[0])

    def hear(self, number: int, kind: str, *, detail: int) -> None:
        """A group says it on the telephone, and whoever helps writes it down."""
        asked = self.introduction(number, "sent", "waitlisted")
        row = self.session.get(Introduction, asked) if asked else None
        if row is None:
            return
        _, referral, _ = self.whose(row.id)
        reply, before, told = self._reply(row, kind, detail), row.state, list[answers.Answered]()
        act = partial(answers.answer_heard, referral_id=referral, introduction_id=row.id)
        who = self.worker(referral, number)
        shared: dict[str, Any] = {"means": self.post.means, "reply": reply, "now": self.now, "actor": who}
        self.deed = kind
        if self.do(f"on the telephone: {kind}", lambda: told.append(act(self.session, **shared))):
            if kind == "question":
                self.wrong("illegal_accepted", "a question was kept that was answered on the telephone")
            self._answered(row.id, kind, before, reply, told[0])

    def _answered(self, asked: UUID, kind: str, before: str, reply: Reply, told: answers.Answered) -> None:
        known, referral, group = self.whose(asked)
        self.shown(asked, {"name"} | ({"contact"} if told.contact else set()))
        if told.contact and known.rule == "none":
            self.wrong("unsafe_or_before_yes", "a group was given the contact of somebody who wants no contact")
        if group in self.held or before not in MAY[kind]:
            self.wrong("illegal_accepted", f"{kind} from {before}, or of a group that is on hold")
        if kind == "question":
            self.raise_need(referral, "question")
        elif reply.reason == "not_safe_for_group":
            self.raise_need(referral, "safety")

    def _reply(self, row: Introduction, kind: str, detail: int) -> Reply:
        values: dict[str, Any] = {"version": row.version}
        if kind == "accept" and detail % 3 and row.group_id == self.town.groups[0].id:
            group = group_by_id(self.session, row.group_id, today=self.today, public=False)
            found = dates.offered(self.session, group, now=self.now)
            values["on"] = found[0].starts if found else None
        elif kind == "full":
            values["until"] = self.today + timedelta(days=1 + detail)
        elif kind == "decline":
            reasons = ("not_eligible", "not_safe_for_group", "closed", "full", "wrong_time")
            values |= {"reason": reasons[detail % len(reasons)], "rule": "Only for women"}
        elif kind == "question":
            values["note"] = "Does she use stairs?"
        return Reply(kind=kind, **values)

    def answer_question(self, number: int) -> None:
        """Whoever helps answers what a group asked."""
        wanted = select(GroupQuestion).where(GroupQuestion.answered_at.is_(None)).order_by(GroupQuestion.asked_at)
        open_ones = self.session.scalars(wanted).all()
        if not open_ones:
            return
        question = open_ones[number % len(open_ones)]
        _, referral, _ = self.whose(question.introduction_id)
        act = partial(
            questions.reply,
            self.session,
            means=self.post.means,
            referral_id=referral,
            question_id=question.id,
            words="None, it is level",
            actor=self.worker(referral, number),
            now=self.now,
        )
        self.do("answer a question", act)
        self.settled(referral, frozenset({"question"}))

    def call_off(self, *, back: bool) -> None:
        """The first group does not meet tonight; perhaps it does after all, or by the link for that."""
        group = self.town.groups[0].id

        def act() -> None:
            view = group_by_id(self.session, group, today=self.today, public=False)
            first = dates.coming(view, now=self.now)[0]
            asked = Asked(
                link_id=None,
                introduction_id=uuid4(),
                group_id=group,
                group_name=view.name,
                group_is_example=False,
                sent_at=self.now,
                expires_at=self.now,
                version=1,
            )
            off.call_off(self.session, means=self.post.means, asked=asked, starts=first.starts, now=self.now)
            if back:
                token = leader_links.make(self.session, group_id=group, purpose="off", now=self.now, lives=YEAR)
                day = first.starts.date()
                back_on = partial(calling_off.restore, token=token, session_id=first.session_id, day=day)
                back_on(self.session, now=self.now, origin=NOWHERE)

        self.deed = "session_cancelled"
        self.do("off and back" if back else "off", act)

    def came(self, number: int, answer: str) -> None:
        """A leader says by a link that came whether somebody was there; what they open names the person."""
        tokens = self.arrived.get("outcome_wanted", [])
        if not tokens:
            return
        token = tokens[-1 - number % len(tokens)]
        asked = self.link_of(token)
        act = partial(attendance.who, self.session, sealer=SEALER, token=token, now=self.now)
        if self.do("leader sees who", act) and asked is not None:
            self.shown(asked, {"name"})
        self.deed = attendance.ANSWERS[answer]
        self.do(f"leader: {answer}", partial(attendance.say, self.session, token=token, answer=answer, now=self.now))

    def hold(self, group: int, *, held: bool) -> None:
        """An editor puts a group on hold, or takes that back."""
        chosen = self.town.groups[group % len(self.town.groups)]
        chosen.status = "held" if held else "published"
        self.session.flush()
        (self.held.add if held else self.held.discard)(chosen.id)
