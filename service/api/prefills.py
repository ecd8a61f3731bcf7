"""Filling in the page of referring from a record system: a link for whoever refers, with nothing personal in it."""

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import AwareDatetime, Field

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.doors import services
from service.api.reading import Sent, Told
from service.api.referrals import SECURITY
from service.clock import now
from service.config import LANGUAGES
from service.db import committing
from service.referrals import intake, kept
from service.referrals.people import given
from service.referrals.referring import prefilling

EXAMPLE: dict[str, Any] = {"preferred_name": "Cai", "contact": "01632 960123", "contact_rule": "phone"}


class PrefillIn(Sent):
    """What the page shall say already. All of it may be left out; a yes is asked for on the page."""

    preferred_name: Annotated[str, Field(max_length=intake.MAX_NAME)] = ""
    contact: Annotated[str, Field(max_length=intake.MAX_CONTACT, description="One safe way to reach them.")] = ""
    contact_rule: Literal["any", "phone", "text", "email", "letter", "none"] = "phone"
    contact_notes: Annotated[
        str, Field(max_length=given.MAX_NOTES, description="When and how it is safe: mornings, no voicemail.")
    ] = ""
    born: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    safety: Annotated[bool, Field(description="There is a worry about safety.")] = False
    reasons: Annotated[
        list[Literal["lonely", "lost_someone", "carer", "new_here", "low_mood", "moving"]],
        Field(max_length=len(intake.REASONS)),
    ] = []
    own_words: Annotated[str, Field(max_length=given.MAX_STORY, description="As they say it.")] = ""


class PrefillOut(Told):
    """Where the page is, for somebody who is signed in and refers for your organisation."""

    address: str
    expires_at: AwareDatetime


def register(api: APIBlueprint) -> None:
    """Add the address."""

    @api.post("/prefills")
    @allow(Permission.REFER)
    @api.input(PrefillIn, example=EXAMPLE)
    @api.output(PrefillOut, status_code=201)
    @api.doc(security=SECURITY)
    def prefill(json_data: PrefillIn) -> tuple[PrefillOut, int]:
        """Fill in the page of referring, for one use within ten minutes"""
        token = new_token()
        with committing() as unit:
            until = prefilling.write(
                unit,
                sealer=services().sealer(kept.PURPOSE),
                token=token,
                filled=json_data.model_dump(mode="json"),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
        address = f"{services().settings.public_url}/{LANGUAGES[0]}/refer/from/{token}"
        return PrefillOut(address=address, expires_at=until), 201
