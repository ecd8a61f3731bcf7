"""Where no mail is sent, whoever invites or forgot a password is told so; else nothing is said about it."""

from dataclasses import replace

import pytest

from service.accounts.signing_in import sessions
from service.app import create_app
from service.clock import now
from service.config import MailServer, Settings
from service.db import committing
from service.web.access import COOKIE_KEY
from tests import stores
from tests.pages import CLIENT
from tests.people import settle

HOME = "https://kith.example.org"
SERVER = MailServer(host="mail.example.org", port=587, sender="kith@example.org")


@pytest.mark.parametrize("mail", [SERVER, None])
def test_who_invites_is_told_that_no_letter_goes(settings: Settings, mail: MailServer | None) -> None:
    app = create_app(replace(settings, mode="production", public_url=HOME, proxy_hops=1, mail=mail))
    app.test_client_class = CLIENT
    cast = settle(app)
    with app.app_context(), committing() as unit:
        token = sessions.open_session(unit, user_id=cast.ada, now=now(), strength=2)
    ada = app.test_client()
    with ada.session_transaction(base_url=HOME) as cookie:
        cookie[COOKIE_KEY] = token
    page = ada.get("/en/organisation/members", base_url=HOME)
    asked = app.test_client().get("/en/sign-in/link", base_url=HOME)
    stores.close(app)
    assert ("Ask whoever runs this site: they can make you a link" in asked.text) == (mail is None)
    assert ('name="email"' in asked.text) == (mail is not None)
    assert page.status_code == 200
    assert ("No e-mail goes out from here yet." in page.text) == (mail is None)
