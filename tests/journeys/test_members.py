"""A manager is invited, invites in turn, changes a role and ends it: each counts at the next press."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

SENT_WITHIN = 20  # seconds; the sender looks every two
PASSWORD = "seven quiet otters"
SignedIn = Callable[[str], Any]


def letters(demo: Demo, to: str) -> list[str]:
    """Return the links of the invitations that went to an address, oldest first."""
    log = demo.folder / "outbox.log"
    sent = re.split(r"(?m)^--- ", log.read_text()) if log.exists() else []
    links = (re.search(rf"{demo.url}/en/invitations/[\w-]+", letter) for letter in sent if f"To: {to}\n" in letter)
    return [link[0] for link in links if link]


def invite(inviter: Visitor, demo: Demo, name: str, role: str) -> str:
    """Fill in the form below the members, and return the link of the letter."""
    page, to = inviter.page, f"{name.lower()}@example.org"
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(to)
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status", name="Done")).to_contain_text("The invitation is on its way.")
    expect(page.get_by_role("listitem").filter(has_text=to)).to_contain_text(role)
    inviter.look()
    return eventually(lambda: next(iter(letters(demo, to)), None), SENT_WITHIN)


def accept(invited: Visitor, link: str, role: str) -> None:
    """Open the link, choose a password, say yes; what comes next is the second step of signing in."""
    page = invited.page
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are invited")
    expect(page.locator("main")).to_contain_text(role)
    invited.look()
    page.get_by_role("button", name="Yes, I take part").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Use at least")
    invited.look()
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, I take part").click()
    page.wait_for_url("**/account/second-factor**")


def come_in(visitor: Visitor, demo: Demo, name: str) -> None:
    """Sign in with the demonstration's link, which stands for both steps."""
    visitor.page.goto(demo.sign_in_link(name))
    visitor.page.get_by_role("button", name="Sign me in").click()
    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_from_an_invitation_to_the_end_of_a_membership(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    ada = visit(state=signed_in("Ada"))
    ada.page.goto("/en/organisation/organisations")
    ada.look()
    ada.page.get_by_label("Name", exact=True).fill("Rowan Surgery (example)")
    ada.page.get_by_label("Refers people").check()
    ada.page.get_by_role("button", name="Add it").click()
    expect(ada.page.get_by_role("heading", name="Nobody works here yet")).to_be_visible()
    link = invite(ada, demo, "Pia", "Manager")

    pia = visit()
    accept(pia, link, "Manager")
    come_in(pia, demo, "Pia")
    expect(pia.page.locator(".kith-who")).to_contain_text("Manager, Rowan Surgery (example)")
    link = invite(pia, demo, "Nia", "Link worker")

    nia = visit()
    accept(nia, link, "Link worker")
    nia.page.goto(link)
    assert nia.status() == 410, "each link works once"
    come_in(nia, demo, "Nia")
    nia.page.goto("/en/referrals")
    assert nia.status() == 200

    _open(pia, "Nia")
    pia.page.get_by_role("radio", name="Referrer").check()
    pia.page.get_by_role("button", name="Change the role").click()
    expect(pia.page.get_by_role("status", name="Done")).to_contain_text("The role was changed.")
    nia.page.goto("/en/referrals")
    expect(nia.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    come_in(nia, demo, "Nia")
    expect(nia.page.locator(".kith-who")).to_contain_text("Referrer, Rowan Surgery (example)")

    _open(pia, "Nia")
    pia.page.get_by_role("button", name="End membership").click()
    expect(pia.page.get_by_role("status", name="Done")).to_contain_text("This person is no member now.")
    pia.look()
    nia.page.goto("/en/referrals")
    expect(nia.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    come_in(nia, demo, "Nia")
    expect(nia.page.locator("main")).to_contain_text("You hold no role now.")
    nia.look()
    nia.page.goto("/en/referrals")
    assert nia.status() == 403

    pia.page.goto("/en/organisation/people")
    assert pia.status() == 403, "a manager sees their own organisation only"


def _open(manager: Visitor, name: str) -> None:
    manager.page.goto("/en/organisation/members")
    manager.page.get_by_role("link", name=re.compile(f"Open ?: {name}")).click()
    expect(manager.page.get_by_role("heading", level=1)).to_have_text(name)
    manager.look()


def test_the_last_administrator_is_kept_and_told_why(visit: Visit, demo: Demo) -> None:
    ada = visit()
    come_in(ada, demo, "Ada")  # just now: what is grave asks for a fresh sign-in
    ada.page.goto("/en/organisation/people")
    ada.look()
    ada.page.get_by_label("Name or e-mail address").fill("ada@")
    ada.page.get_by_role("button", name="Look up").click()
    assert ada.page.url.endswith("/en/organisation/people"), "no address holds whom somebody looks for"
    ada.page.get_by_role("link", name=re.compile("Open ?: Ada")).click()
    ada.look()
    ada.page.get_by_role("button", name="Disable the account").click()
    expect(ada.page.locator(".govuk-error-summary")).to_contain_text("This is the last person who runs Kith")
    ada.look()
