"""What each of the people does with their browser: those who work at the surgery, and whoever leads a group."""

import base64
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from service.accounts.signing_in.second_factor import code_at
from tests.referrals.whole.browsing import Browser, Page, said
from tests.referrals.whole.serving import House, Letter
from tests.referrals.whole.settling import PASSWORD


@dataclass
class Worker:
    """Somebody with an account. `secret` is what the app on their telephone keeps, once they set it up."""

    house: House
    name: str
    secret: bytes = b""
    browser: Browser = field(init=False)

    def arrive(self) -> Page:
        """Begin a day: sign in with the password and a code; the first time set up the app."""
        self.browser = self.house.browser()
        self.browser.open("/en/sign-in")
        email = f"{self.name.lower()}@example.org"
        landed = self.browser.press("Sign in", email=email, password=PASSWORD)
        if landed.path.endswith("/account/second-factor"):
            self.browser.press("Set it up")
            [letters] = self.browser.page.of_class("kith-letters")
            self.secret = base64.b32decode(said(letters).replace(" ", ""))
            self.browser.press("Go on", code=self._code())
            self.house.take((email, "A note about your account"))
        elif self.secret:
            self.browser.press("Go on", code=self._code())
        return self.browser.page

    def _code(self) -> str:
        return code_at(self.secret, self.house.now())

    def desk(self, view: str = "now") -> dict[str, str]:
        """Read off the desk who stands there, the most urgent first, and why."""
        queue = self.browser.open(f"/en/desk?view={view}").of_class("kith-queue")
        return dict(_why(line) for one in queue for line in one.iter("li"))

    def needs(self) -> tuple[str, ...]:
        """Read what each person needs next, in the order in which they came; of none of them it is nothing."""
        found = []
        for name in self.house.people:
            [slip] = [one for one in self.case(name).of_class("kith-slip--icon") if one.find(".//strong") is not None]
            found.append(next(said(one) for one in slip.iter("strong")))
        return tuple(found)

    def case(self, name: str) -> Page:
        """Open the page of one person."""
        return self.browser.open(f"/en/people/{self.house.people[name]}")

    def plan(self, name: str) -> Page:
        """Open the plan of one person."""
        self.case(name)
        return self.browser.follow("Make a plan")


def _why(line: Element) -> tuple[str, str]:
    found = {one.get("class") or "": said(one) for one in line.iter()}
    name = next(text for kind, text in found.items() if "kith-queue__name" in kind)
    return name, next(text for kind, text in found.items() if kind.startswith("kith-tag"))


def who_asks(house: House, letter: Letter, name: str) -> Browser:
    """Open the link of a group as its leader does: it tells nobody's name until a button is pressed."""
    leader = house.browser()
    for _ in range(2):  # and before, whatever looks at links in mail
        shown = leader.open(letter.link)
        assert shown.title == "Someone would like to come"
        assert name not in shown.text
    assert leader.press("See who it is").title == f"{name} would like to come"
    return leader


def answer(house: House, letter: Letter, words: str, title: str) -> Page:
    """Open the link in a mail of ours twice, which does nothing, and press one button."""
    browser = house.browser()
    for _ in range(2):
        assert browser.open(letter.link).title == title
    done = browser.press(words)
    assert done.title == "Thank you"
    browser.open(letter.link, status=410)
    return done
