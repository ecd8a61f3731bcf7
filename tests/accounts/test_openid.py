"""What an organisation's own sign-in service says is believed only if it said so, to us, just now, of this attempt."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from service.accounts.signing_in import openid
from service.accounts.signing_in.openid import Attempt, Client, Disbelieved, Said
from service.clock import now
from service.outgoing import OutsideError, Ways
from tests.accounts.conftest import NOW
from tests.accounts.signing import key, unsigned
from tests.providing import Provider, provider

ISSUER, CLIENT = "https://login.example.org", "kith"
BACK = "http://127.0.0.1:8000/en/sign-in/back"
US = Client(id=CLIENT, secret="not a secret: only for tests", redirect_uri=BACK)
ATTEMPT = Attempt(state="s" * 43, nonce="n" * 43, verifier="v" * 43)
SECOND = int(NOW.timestamp())


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


# ---- a real service ----


def test_somebody_signs_in_there_and_comes_back(there: Provider) -> None:
    found, attempt = openid.discover(there.issuer, demo=True), openid.new_attempt()
    brought = there.signs_in(openid.address(found, US, attempt), "mia")
    openid.check_state(attempt, state=brought["state"])
    said = openid.redeem(found, US, attempt, code=brought["code"], now=now())
    assert said == Said(issuer=there.issuer, subject="mia", email="mia@example.org", name="Mia Example", strong=True)
    with pytest.raises(Disbelieved) as refusal:  # the code works once
        openid.redeem(found, US, attempt, code=brought["code"], now=now())
    assert refusal.value.params == {"why": "code"}


@pytest.mark.asvs("V10.1.2", "V10.2.1", "V10.5.1")
def test_a_browser_is_sent_there_with_all_that_binds_the_answer_to_it(there: Provider) -> None:
    found, attempt = openid.discover(there.issuer, demo=True), openid.new_attempt(again=True)
    sent = dict(parse_qsl(urlsplit(openid.address(found, US, attempt)).query))
    hashed = urlsafe_b64encode(sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
    assert sent == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid email profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": hashed,
        "code_challenge_method": "S256",
        "max_age": "300",
        "prompt": "login",
    }
    assert min(len(part) for part in (attempt.state, attempt.nonce, attempt.verifier)) >= 43


def test_a_token_of_another_attempt_is_not_taken(there: Provider) -> None:
    found, attempt = openid.discover(there.issuer, demo=True), openid.new_attempt()
    brought = there.signs_in(openid.address(found, US, attempt), "lin")
    with pytest.raises(Disbelieved) as refusal:
        openid.redeem(found, US, replace(attempt, nonce="m" * 43), code=brought["code"], now=now())
    assert refusal.value.params == {"why": "claims"}


def test_an_address_that_the_service_did_not_check_is_not_believed(there: Provider) -> None:
    found, attempt = openid.discover(there.issuer, demo=True), openid.new_attempt()
    brought = there.signs_in(openid.address(found, US, attempt), "una")
    said = openid.redeem(found, US, attempt, code=brought["code"], now=now())
    assert (said.email, said.strong) == (None, False)


# ---- where it may lie ----


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.org",
        "http://127.0.0.1:9",
        "https://user@login.example.org",
        "https://login.example.org?x=1",
        "https://login.example.org#x",
        "ftp://login.example.org",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "",
    ],
)
def test_an_issuer_is_a_place_with_https(issuer: str) -> None:
    assert not openid.issuer_fits(issuer, demo=False)
    with pytest.raises(Disbelieved):
        openid.discover(issuer, demo=False)


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize(
    "issuer", ["https://10.0.0.1", "https://169.254.169.254", "https://localhost:9", "https://[::1]:9"]
)
def test_nobody_is_asked_in_our_own_network(issuer: str, demo: bool) -> None:  # noqa: FBT001
    with pytest.raises((OutsideError, Disbelieved)):
        openid.discover(issuer, demo=demo)


@pytest.mark.asvs("V10.5.3")
def test_a_service_that_calls_itself_otherwise_is_not_the_one_that_was_asked(there: Provider) -> None:
    other = there.issuer.replace("127.0.0.1", "localhost") + "/"
    with pytest.raises(Disbelieved) as refusal:
        openid.discover(other, demo=True)
    assert refusal.value.params == {"why": "issuer"}


# ---- the answer, and the token in it ----


@pytest.mark.asvs("V10.2.1", "V10.2.2")
def test_an_answer_of_another_attempt_or_another_service_is_none() -> None:
    for state in ("", "x" * 43, ATTEMPT.state + "x", "\udfff"):
        with pytest.raises(Disbelieved):
            openid.check_state(ATTEMPT, state=state)
    named = openid.Provider(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/door",
        token_endpoint=f"{ISSUER}/token",
        jwks_uri=f"{ISSUER}/keys",
        basic=True,
        names_itself=True,
        ways=Ways.to(ISSUER),
    )
    for provider_, issuer, fits in (
        (named, ISSUER, True),
        (named, None, False),
        (named, "https://other.example.org", False),
        (replace(named, names_itself=False), None, True),
        (replace(named, names_itself=False), "https://other.example.org", False),
    ):
        if fits:
            openid.check_issuer(provider_, issuer=issuer)
        else:
            with pytest.raises(Disbelieved):
                openid.check_issuer(provider_, issuer=issuer)


def claims(**changes: Any) -> dict[str, Any]:
    said = {
        "iss": ISSUER,
        "sub": "lin",
        "aud": CLIENT,
        "exp": SECOND + 300,
        "iat": SECOND,
        "nonce": ATTEMPT.nonce,
        "email": "lin@example.org",
        "email_verified": True,
    } | changes
    return {name: value for name, value in said.items() if value is not ...}


def token(said: dict[str, Any], signer: Any = None, alg: str = "ES384") -> str:
    by = signer or key("P-384")
    return jwt.encode({"alg": alg, "kid": by.kid}, said, by, algorithms=[alg])


def believe(made: str, attempt: Attempt = ATTEMPT) -> Said:
    return openid.believed(made, openid._keys(public(key("P-384"))), ISSUER, CLIENT, attempt, NOW)


def public(*keys: Any) -> dict[str, Any]:
    return {"keys": [one.as_dict(private=False) for one in keys]}


def test_a_good_token_is_believed() -> None:
    said = believe(token(claims()))
    assert (said.subject, said.email, said.strong) == ("lin", "lin@example.org", False)
    assert believe(token(claims(aud=[CLIENT]))).subject == "lin"
    assert believe(token(claims(aud=[CLIENT, "other"], azp=CLIENT))).subject == "lin"
    assert believe(token(claims(acr="phr"))).strong


WRONG: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://other.example.org"},
    "of no issuer": {"iss": ...},
    "for another client": {"aud": "other"},
    "for several, and made for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "for several, and for nobody in particular": {"aud": [CLIENT, "other"]},
    "made for another": {"azp": "other"},
    "run out": {"exp": SECOND - 31},
    "without an end": {"exp": ...},
    "old": {"iat": SECOND - 700},
    "from the future": {"iat": SECOND + 120},
    "of no time": {"iat": ...},
    "of another attempt": {"nonce": "m" * 43},
    "of no attempt": {"nonce": ...},
    "about nobody": {"sub": ...},
    "about an empty name": {"sub": ""},
    "about a list": {"sub": ["lin"]},
    "about an endless name": {"sub": "l" * 300},
    "ways that are no list": {"amr": "mfa"},
}


@pytest.mark.asvs("V9.2.1", "V9.2.2", "V9.2.3", "V10.5.1", "V10.5.4")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_must_be_of_this_service_for_us_of_this_attempt_and_of_now(wrong: dict[str, Any]) -> None:
    with pytest.raises(Disbelieved):
        believe(token(claims(**wrong)))


@pytest.mark.asvs("V9.1.1", "V6.8.2")
def test_a_token_that_the_service_did_not_sign_is_not_believed() -> None:
    tries = [
        unsigned(claims()),
        token(claims(), key("RSA", "one"), "RS256"),  # a known name, another key
        token(claims(), key("P-384", "stranger")),
        token(claims())[:-4] + "AAAA",
        "",
        "a.b",
        "a.b.c.d.e",
    ]
    for made in tries:
        with pytest.raises(Disbelieved) as refusal:
            believe(made)
        assert refusal.value.params == {"why": "signature"}


@pytest.mark.asvs("V9.1.2")
def test_a_public_key_is_no_shared_secret() -> None:
    secret = OctKey.import_key(b"0123456789" * 5, {"kid": "one"})
    made = jwt.encode({"alg": "HS256", "kid": "one"}, claims(), secret, algorithms=["HS256"])
    with pytest.raises(Disbelieved):
        openid.believed(made, KeySet([secret]), ISSUER, CLIENT, ATTEMPT, NOW)


def test_whoever_proves_themselves_again_did_so_just_now() -> None:
    again = replace(ATTEMPT, again=True)
    assert believe(token(claims(auth_time=SECOND - 60)), again).subject == "lin"
    for auth_time in (SECOND - 400, ..., 0, "now"):
        with pytest.raises(Disbelieved):
            believe(token(claims(auth_time=auth_time)), again)


@pytest.mark.asvs("V9.1.3")
@pytest.mark.parametrize(
    "found", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{"kty": "oct", "k": "AQ"}]}, {"keys": [{"kty": "EC"}, 7]}]
)
def test_keys_that_cannot_sign_are_no_keys(found: dict[str, Any]) -> None:
    with pytest.raises(Disbelieved):
        openid._keys(found)
