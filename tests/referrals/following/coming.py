"""How somebody comes into a random history: referred to a group, to link workers, by a program, by themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from service.referrals import operations
from service.referrals.models import Introduction, Referral
from service.referrals.people.given import PersonGiven
from service.referrals.referring import arriving
from service.referrals.referring import operations as referring
from service.referrals.referring import queries as services
from service.referrals.referring.asking import HOW_IT_WENT, TO_GROUPS, TO_LINK_WORKERS, Asking
from tests.referrals import cast
from tests.referrals.cast import SEALER
from tests.referrals.following.deeds import YEAR, Deeds
from tests.referrals.following.oracle import Known
from tests.referrals.following.town import given


class Coming(Deeds):
    """People who come."""

    def come(self, how: str, who: int, group: int, days: int) -> None:
        """Somebody is referred, or comes by themselves."""
        somebody, chosen, referral = given(who), self.town.groups[group % len(self.town.groups)].id, uuid4()
        ways: dict[str, Callable[[], Any]] = {
            "api": lambda: self._by_program(somebody, chosen, days, referral),
            "group": lambda: self._to_group(somebody, chosen, referral),
            "workers": lambda: self._to_workers(somebody, None, referral),
            "elsewhere": lambda: self._to_workers(somebody, self.town.world.elsewhere, referral),
            "self": lambda: self._themselves(somebody, referral),
        }
        known = Known(
            somebody.contact_rule,
            somebody.contact,
            born="" if how == "api" else somebody.born,
            in_care=bool(somebody.care(self.today)),
        )
        if not self.do(f"come {how}", ways[how]):
            return
        row = self.session.get_one(Referral, referral)
        self.cases.append(referral)
        self.person_of[referral] = row.person_id
        self.known[row.person_id] = known
        clinic, year = self.town.world.clinic, self.now + YEAR
        if how in ("api", "group"):
            if known.in_care and chosen == self.town.world.unchecked:
                self.wrong("illegal_accepted", "somebody in care was sent to a group nobody has checked")
            known.yes["introduction", chosen] = (
                TO_GROUPS,
                min(self.now + timedelta(days=days), year) if how == "api" else year,
            )
            self.learn(referral)
        else:
            known.yes["link_work", row.service_organisation_id or clinic] = (TO_LINK_WORKERS, year)
        if how in ("group", "workers", "elsewhere"):
            known.yes["tell_referrer", clinic] = (HOW_IT_WENT, year)

    def learn(self, referral: UUID) -> None:
        """Learn which groups were asked."""
        wanted = select(Introduction.id, Introduction.group_id).where(Introduction.referral_id == referral)
        for one, group in self.session.execute(wanted.order_by(Introduction.sent_at)):
            self.asked.setdefault(one, (referral, group))

    def _by_program(self, somebody: PersonGiven, group: UUID, days: int, referral: UUID) -> None:
        said = cast.consent(given_at=self.now, expires_at=self.now + timedelta(days=days), items=TO_GROUPS)
        who = cast.person(
            contact=somebody.contact or None,
            contact_rule=somebody.contact_rule,
            under_18=somebody.under_18,
            safety=somebody.safety,
            preferred_name=somebody.preferred_name,
        )
        asked = cast.request(group, who=who, said=said, tick="They know her there")
        mail = self.post.mail
        operations.refer(
            self.session,
            sealer=SEALER,
            mail=mail,
            referral_id=referral,
            request=asked,
            actor=self.town.world.bo,
            now=self.now,
        )

    def _asking(self, somebody: PersonGiven, **values: Any) -> Asking:
        return Asking(given=somebody, yes=True, tell=True, is_another=True, reasons=frozenset({"lonely"}), **values)

    def _to_group(self, somebody: PersonGiven, group: UUID, referral: UUID) -> None:
        referring.refer_to_group(
            self.session,
            sealer=SEALER,
            mail=self.post.mail,
            referral_id=referral,
            request=self._asking(somebody),
            group_id=group,
            unvetted="They know her there",
            actor=self.town.world.bo,
            now=self.now,
        )

    def _to_workers(self, somebody: PersonGiven, service: UUID | None, referral: UUID) -> None:
        asking = self._asking(somebody, service_id=service)
        referring.refer_to_service(
            self.session, sealer=SEALER, referral_id=referral, request=asking, actor=self.town.world.bo, now=self.now
        )

    def _themselves(self, somebody: PersonGiven, referral: UUID) -> None:
        clinic = self.town.world.clinic
        service = services.services(self.session, organisation_id=clinic, now=self.now)[0]
        way = arriving.Way(organisation_id=clinic, service=service, source="self", by_user_id=None)
        asking = self._asking(somebody)
        arriving.ask(self.session, sealer=SEALER, referral_id=referral, way=way, request=asking, now=self.now)
