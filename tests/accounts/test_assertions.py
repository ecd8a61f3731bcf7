"""A program gets a token for what it signed itself, for us, just now, once; for anything else it gets nothing."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha384
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from sqlalchemy import func, select

from service.accounts import queries
from service.accounts.models import AccessToken, UsedAssertion
from service.accounts.permissions import GRANTS, Actor, Permission, Role
from service.accounts.privacy import forgetting
from service.accounts.programs import assertions, keys
from service.accounts.programs.assertions import RefusedToken
from service.errors import Invalid
from service.referrals import retention
from tests.accounts.acting import MINUTE, audited
from tests.accounts.conftest import NOW, Unit, at_once, bytes_of
from tests.accounts.signing import AUDIENCE, claims, key, public_set, signed, unsigned

ASKED = NOW + MINUTE


@dataclass(frozen=True)
class Program:
    """A program of an organisation, and how it is asked for tokens."""

    unit: Unit
    id: UUID
    manager: Actor

    def get(self, assertion: str, *, scope: str | None = None, now: datetime = ASKED) -> assertions.Granted:
        with self.unit() as session:
            good = assertions.vouched(session, assertion=assertion, scope=scope, audience=AUDIENCE, now=now)
            return assertions.grant(session, good=good, now=now)

    def refused(self, assertion: str, *, scope: str | None = None, now: datetime = ASKED) -> str:
        with pytest.raises(RefusedToken) as refusal:
            self.get(assertion, scope=scope, now=now)
        return refusal.value.code

    def holder(self, token: str, *, now: datetime = ASKED) -> Actor | None:
        with self.unit() as session:
            found = queries.key_holder(session, key=token, acting_for="staff-17", now=now)
        return found.actor if found is not None else None


def program(unit: Unit, organisation_id: UUID, *own: Any, scopes: tuple[str, ...] = ("refer", "refer.read")) -> Program:
    manager = Actor(
        role=Role.ORG_MANAGER,
        user_id=uuid4(),
        organisation_id=organisation_id,
        permissions=GRANTS[Role.ORG_MANAGER],
    )
    with unit() as session:
        made = keys.create_api_key(
            session,
            organisation_id=organisation_id,
            name="Desk system",
            scopes=scopes,
            public_keys=assertions.key_set(public_set(*own)),
            actor=manager,
            now=NOW,
        ).id
    return Program(unit, made, manager)


@pytest.fixture
def desk(unit: Unit, organisation_id: UUID) -> Program:
    """A program with two keys, as during a change from one to the other."""
    return program(unit, organisation_id, key("P-384"), key("RSA", "two"))


@pytest.mark.parametrize(("kind", "name", "alg"), [("P-384", "one", "ES384"), ("RSA", "two", "RS384")])
def test_what_a_program_signs_gives_it_a_token_for_five_minutes(desk: Program, kind: str, name: str, alg: str) -> None:
    made = desk.get(signed(claims(desk.id, ASKED), key(kind, name), alg))
    assert made.lasts <= timedelta(minutes=5)
    actor = desk.holder(made.token)
    assert actor is not None
    assert (actor.role, actor.key_id, actor.acting_for) == (Role.API_CLIENT, desk.id, "staff-17")
    assert actor.organisation_id == desk.manager.organisation_id
    assert {Permission.REFER, Permission.READ_REFERRALS} <= actor.permissions
    assert desk.holder(made.token, now=ASKED + made.lasts) is None
    assert desk.holder(made.token + "x") is None


def test_a_leaked_database_leaks_no_token(desk: Program, database_url: str) -> None:
    made = desk.get(signed(claims(desk.id, ASKED), key("P-384")))
    kept = bytes_of(database_url)
    assert made.token.encode() not in kept
    assert made.token.split("_")[1][:12].encode() not in kept


@pytest.mark.asvs("V10.3.2")
def test_a_token_may_do_what_was_asked_for_and_no_more_than_its_program(desk: Program) -> None:
    made = desk.get(signed(claims(desk.id, ASKED), key("P-384")), scope="refer")
    actor = desk.holder(made.token)
    assert actor is not None
    assert actor.may(Permission.REFER)
    assert not actor.may(Permission.READ_REFERRALS)
    for scope in ("refer everything", "system/*.rs"):
        assert desk.refused(signed(claims(desk.id, ASKED), key("P-384")), scope=scope) == "invalid_scope"


def test_a_program_that_is_ended_ends_its_tokens_at_the_next_request(desk: Program) -> None:
    made = desk.get(signed(claims(desk.id, ASKED), key("P-384")))
    assert desk.holder(made.token) is not None
    with desk.unit() as session:
        keys.revoke_api_key(session, key_id=desk.id, actor=desk.manager, now=ASKED)
    assert desk.holder(made.token) is None
    assert desk.refused(signed(claims(desk.id, ASKED), key("P-384"))) == "invalid_client"


def test_a_key_that_was_taken_out_of_the_set_signs_for_nobody(desk: Program) -> None:
    with desk.unit() as session:
        new = assertions.key_set(public_set(key("P-384", "new")))
        keys.change_public_keys(session, key_id=desk.id, public_keys=new, actor=desk.manager, now=NOW)
    assert desk.refused(signed(claims(desk.id, ASKED), key("P-384"))) == "invalid_client"
    assert desk.get(signed(claims(desk.id, ASKED), key("P-384", "new"))).token


# ---- what is sent in its place ----


def second(offset: timedelta) -> int:
    return int((ASKED + offset).timestamp())


WRONG: dict[str, dict[str, Any]] = {
    "for another place": {"aud": "https://elsewhere.example.org/api/v1/token"},
    "for us and for another place": {"aud": [AUDIENCE, "https://elsewhere.example.org/token"]},
    "for our front page": {"aud": "https://kith.example.org"},
    "for nobody": {"aud": ...},
    "of another program": {"iss": str(uuid4())},
    "about another program": {"sub": str(uuid4())},
    "by nobody": {"iss": ...},
    "an id written otherwise": {"iss": "{…}"},
    "without an end": {"exp": ...},
    "run out": {"exp": second(timedelta(0))},
    "for too long": {"exp": second(timedelta(minutes=6))},
    "for ever": {"exp": 10**18},
    "an end that is no number": {"exp": "soon"},
    "an end that is true": {"exp": True},
    "an end that is no date": {"exp": float("inf")},
    "not yet": {"nbf": second(timedelta(minutes=2))},
    "made in the future": {"iat": second(timedelta(minutes=2))},
    "made at no time": {"iat": None},
    "without its own id": {"jti": ...},
    "an empty id": {"jti": ""},
    "an id that is a list": {"jti": ["a"]},
    "an id that is endless": {"jti": "a" * 300},
}


@pytest.mark.asvs("V9.2.1", "V9.2.3", "V9.2.4")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_assertion_must_be_of_this_program_for_us_and_of_now(desk: Program, wrong: dict[str, Any]) -> None:
    assert desk.refused(signed(claims(desk.id, ASKED, **wrong), key("P-384"))) == "invalid_client"
    assert desk.get(signed(claims(desk.id, ASKED), key("P-384"))).token, "all else being equal it is taken"


def hs_with_public_key(said: dict[str, Any], public: bytes, kid: str) -> str:
    """Sign with the public key as if it were a shared secret: the oldest trick there is."""
    head = {"alg": "HS384", "kid": kid, "typ": "JWT"}
    body = ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, said))
    mac = hmac.digest(public, body.encode(), sha384)
    return f"{body}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.asvs("V9.1.2")
def test_no_other_algorithm_is_read_whatever_the_header_says(desk: Program) -> None:
    said, public = claims(desk.id, ASKED), key("RSA", "two").public_key
    forms = [(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.DER, PublicFormat.PKCS1)]
    tries = [unsigned(said), unsigned(said, "two")]
    tries += [hs_with_public_key(said, public.public_bytes(*form), "two") for form in forms]
    tries += [signed(said, key("RSA", "two"), alg) for alg in ("RS256", "RS512", "PS384")]
    tries += [signed(said, key("P-256", "one"), "ES256")]
    assert [desk.refused(assertion) for assertion in tries] == ["invalid_client"] * len(tries)


@pytest.mark.asvs("V9.1.1", "V9.1.3")
def test_only_a_key_that_the_program_gave_us_signs_for_it(desk: Program, unit: Unit, organisation_id: UUID) -> None:
    said, stranger = claims(desk.id, ASKED), ECKey.generate_key("P-384", {"kid": "one"})
    other = program(unit, organisation_id, key("P-384", "other"))
    tries = [
        signed(said, stranger),  # a known name, another key
        signed(said, key("P-384"), kid="nobody's"),
        signed(said, key("P-384"), kid=""),
        signed(said, key("P-384", "other")),  # of another program
        signed(said, stranger, kid="stranger", jwk=stranger.as_dict(private=False)),  # brings its own key along
        signed(said, stranger, kid="stranger", jku="http://127.0.0.1:9/keys"),
        signed(claims(other.id, ASKED), key("P-384")),
        signed(claims(uuid4(), ASKED), key("P-384")),
    ]
    assert [desk.refused(assertion) for assertion in tries] == ["invalid_client"] * len(tries)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda data: urlsafe_b64encode(data).decode() + ".e30.x"))
def test_whatever_else_is_sent_is_refused_and_breaks_nothing(said: str) -> None:
    with pytest.raises(RefusedToken):
        assertions.vouched(None, assertion=said, scope=None, audience=AUDIENCE, now=NOW)  # type: ignore[arg-type]


def test_deep_nesting_is_refused(desk: Program) -> None:
    deep = urlsafe_b64encode(b'{"iss":' + b"[" * 4000).decode().rstrip("=")
    assert desk.refused(f"e30.{deep}.x") == "invalid_client"


# ---- once ----


def test_of_fifty_who_send_the_same_assertion_at_once_one_gets_a_token(desk: Program) -> None:
    assertion = signed(claims(desk.id, ASKED), key("P-384"))

    def send() -> bool:
        try:
            return bool(desk.get(assertion).token)
        except RefusedToken:
            return False

    assert sum(at_once(50, send)) == 1
    assert desk.refused(assertion, now=ASKED + 3 * MINUTE) == "invalid_client"


def test_two_programs_may_number_their_assertions_alike(desk: Program, unit: Unit, organisation_id: UUID) -> None:
    other = program(unit, organisation_id, key("P-384"))
    for one in (desk, other):
        assert one.get(signed(claims(one.id, ASKED, jti="1"), key("P-384"))).token


def test_what_ran_out_is_forgotten_and_what_counts_is_kept(desk: Program, unit: Unit) -> None:
    assertion = signed(claims(desk.id, ASKED), key("P-384"))
    desk.get(assertion)

    def left(now: datetime) -> list[int]:
        with unit() as session:
            forgetting.forget_old(session, now=now, kept=retention.timed())
            return [session.scalar(select(func.count()).select_from(row)) or 0 for row in (AccessToken, UsedAssertion)]

    assert left(ASKED + 3 * MINUTE) == [1, 1]
    assert desk.refused(assertion, now=ASKED + 3 * MINUTE) == "invalid_client"
    assert left(ASKED + 5 * MINUTE) == [0, 0]


def test_tokens_and_refusals_are_recorded_by_whom_and_without_a_word_of_what_was_sent(desk: Program) -> None:
    desk.get(signed(claims(desk.id, ASKED), key("P-384")))
    with desk.unit() as session:
        assertions.refuse(session, key_id=desk.id, now=ASKED)
    assert audited(desk.unit)[-2:] == [("make_token", "done"), ("make_token", "failed")]


# ---- the keys that are pasted ----


def test_of_a_key_only_its_public_part_and_its_name_are_kept() -> None:
    given_set = json.loads(public_set(key("P-384"), key("RSA", "two")))
    given_set["keys"][0].update({"use": "sig", "alg": "ES384", "x5c": ["…"], "note": "ours"})
    kept = assertions.key_set(json.dumps(given_set))["keys"]
    assert [set(one) for one in kept] == [{"kty", "kid", "crv", "x", "y"}, {"kty", "kid", "n", "e"}]


BAD_SETS = {
    "not JSON": ("keys", "jwk_unreadable"),
    "no set": ("[]", "jwk_unreadable"),
    "empty": ('{"keys": []}', "jwk_unreadable"),
    "too many": (json.dumps({"keys": [{}] * 9}), "jwk_unreadable"),
    "deep": ('{"keys":' * 5000, "jwk_unreadable"),
    "private": (json.dumps(key("P-384").as_dict(private=True)), "jwk_private"),
    "shared secret": ('{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}', "jwk_private"),
    "no name": ('{"kty": "EC", "crv": "P-384"}', "jwk_names"),
    "one name twice": (public_set(key("P-384"), key("RSA", "one")), "jwk_names"),
    "another curve": (public_set(key("P-256")), "jwk_kind"),
    "too short": (json.dumps({"kty": "RSA", "kid": "a", "e": "AQAB", "n": "_" * 171}), "jwk_kind"),
    "endless": (json.dumps({"kty": "RSA", "kid": "a", "e": "AQAB", "n": "_" * 8000}), "jwk_kind"),
    "not on the curve": ('{"kty": "EC", "kid": "a", "crv": "P-384", "x": "AQ", "y": "AQ"}', "jwk_kind"),
    "no number": ('{"kty": "RSA", "kid": "a", "n": "AQ", "e": "AQ"}', "jwk_kind"),
    "a list for a number": ('{"kty": "RSA", "kid": "a", "n": [1], "e": "AQAB"}', "jwk_kind"),
    "for encryption": (json.dumps({**json.loads(public_set(key("P-384")))["keys"][0], "use": "enc"}), "jwk_kind"),
}


@pytest.mark.parametrize(("pasted", "code"), BAD_SETS.values(), ids=BAD_SETS)
def test_a_set_that_would_not_hold_is_refused_when_it_is_pasted(pasted: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        assertions.key_set(pasted)
    assert refusal.value.fields["public_keys"].code == code
