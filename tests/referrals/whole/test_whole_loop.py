"""Two people from asking for help to a group they stay with, through real servers, by pages and mail alone.

Cai asks for help alone: a group says no, the next one has a waiting list, the first date is missed. A clinician sends
Una straight to a group. Twelve weeks go by, and a change of the clocks. Each day opens with what came by mail, all of
it: `House.take` finds it wrong if anything else came, or came twice.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.sinks import Sink, running
from tests.referrals.whole.acting import Worker, answer, who_asks
from tests.referrals.whole.browsing import said
from tests.referrals.whole.serving import House, Letter, house, settings
from tests.referrals.whole.settling import CORNER, LANTERN, MAIL, SINGERS, Settled, settle

CAI, UNA, BO = "cai@example.org", "una@example.org", "bo@example.org"
ASKED, REMINDED, HOW, NEWS = "A question from Kith for your group", "A reminder", "How are things?", "A note from Kith"
SENT = "Thank you. It is sent."
CAME, COMING, GOING = "Did they come?", "Are you coming?", "How is it going?"
# What the record system of the surgery hears of Cai and of Una: of the person, or of a group, and where it came to.
OF_CAI = """
person sent, person accepted, person in_contact, person planned, group sent, person introduced, group declined,
person planned, group sent, person introduced, group waitlisted, group accepted, group booked, group no_show,
group booked, group attended, person attending, group attended, group attended, group settled, person settled,
person closed
"""
OF_UNA = """
person sent, person accepted, person in_contact, person planned, group sent, person introduced, group accepted,
group booked, group attended, person attending, group attended, group attended, group settled, person settled,
person closed
"""


@pytest.fixture
def whole(database_url: str, tmp_path: Path) -> Iterator[tuple[House, Settled]]:
    """An installation on this run's kind of database, and the keys of two record systems."""
    (tmp_path / "instance").mkdir(mode=0o700)
    if database_url.startswith("sqlite:///"):
        Path(database_url.removeprefix("sqlite:///")).chmod(0o600)
    sink = Sink()
    with running(sink) as mail:
        env = settings(tmp_path, database_url, mail)
        keys = settle(env)
        with house(tmp_path, env, sink, ("Cai", "Una", LANTERN, CORNER, SINGERS)) as made:
            yield made, keys


def test_two_people_from_asking_for_help_to_a_group_they_stay_with(whole: tuple[House, Settled]) -> None:
    house, keys = whole
    lin, bo = Worker(house, "Lin"), Worker(house, "Bo")
    asks_for_help(house)
    refers(house, bo, keys)
    a_plan_is_made(house, lin)
    waiting = a_group_says_no(house, lin)
    dates_come_near(house)
    the_first_comes_and_a_place_is_free(house, lin, bo, waiting)
    a_date_is_missed(house, lin)
    the_next_is_not(house, lin)
    weeks_go_by(house, lin)
    they_stay(house, lin, bo)
    counted(house, keys, bo)


def asks_for_help(house: House) -> None:
    """Monday. Cai asks on the public page; without a yes nothing is kept."""
    cai = house.browser()
    cai.open("/en/ask-for-help")
    typed = {"name": "Cai", "rule": "email", "contact": CAI, "words": "I used to do jigsaws with my brother."}
    assert "Without it nobody can get in touch" in cai.press("Ask for help", status=422, **typed).words
    assert cai.press("Ask for help", yes="yes").title == SENT
    assert cai.cookies == {}


def refers(house: House, bo: Worker, keys: Settled) -> None:
    """Bo sends Una straight to a group, on one page; its leader says yes by the link, with a date."""
    bo.arrive()
    bo.browser.open("/en/refer")
    typed = {"name": "Una", "rule": "email", "contact": UNA, "to": "group", "group_name": SINGERS}
    found = bo.browser.press("Send referral", status=422, why=["lonely"], **typed)
    bo.browser.press("Send referral", status=422, group=found.offered("group", SINGERS))
    sent = bo.browser.press("Send referral", yes="yes", tell="yes")
    assert sent.title == SENT
    house.people["Una"] = sent.path.rpartition("/")[2]
    [letter] = house.take((MAIL[SINGERS], ASKED))  # the first about anybody: none went before a yes
    leader = who_asks(house, letter, "Una")
    [asked] = house.program(f"/api/v1/referrals/{house.people['Una']}", keys.key)["introductions"]
    assert asked["state"] == "sent", "whoever only looks answers nothing"
    assert UNA not in leader.page.text, "how to reach somebody comes with a yes"
    assert UNA in leader.press("Tuesday, 10 March").words
    leader.open(letter.link, status=410)


def a_plan_is_made(house: House, lin: Worker) -> None:
    """Lin takes Cai on, rings, makes a plan and asks a group, after a yes."""
    lin.arrive()
    assert lin.desk("new") == {"Cai": "New"}
    house.people["Cai"] = lin.browser.follow("Cai").path.rpartition("/")[2]
    lin.browser.press("Take on")
    assert lin.needs() == ("A first date is agreed", "First call")
    lin.case("Cai")
    lin.browser.press("Reached", said="Would like to sit at a table with others.")
    assert lin.needs()[1] == "Make a plan"
    lin.plan("Cai")
    lin.browser.press("Show me groups", text="jigsaw", place="Sale")
    lin.browser.press(f"Choose: {LANTERN}")
    lin.browser.press(f"Ask this group: {LANTERN}", status=422)
    lin.browser.press(f"Ask this group: {LANTERN}", yes="yes")
    assert lin.needs()[1] == "Waiting for an answer"


def a_group_says_no(house: House, lin: Worker) -> Letter:
    """Tuesday. The group says why not; the one that comes nearest is asked, and has a waiting list.

    Returns the mail with a new link, for when a place is free.
    """
    house.tell("2026-03-03 12:00")
    [letter] = house.take((MAIL[LANTERN], ASKED))
    leader = who_asks(house, letter, "Cai")
    leader.press("Say it does not fit", status=422)
    assert leader.press("Say it does not fit", reason="wrong_time", note="We begin at nine now.").title == "Thank you"
    lin.arrive()
    assert lin.needs() == ("A first date is agreed", "Look for another group together")
    told = lin.case("Cai")
    assert "The time does not fit" in told.words
    assert "We begin at nine now." in told.words
    lin.browser.open(told.path.replace("/people/", "/referrals/"))
    assert CORNER in said(lin.browser.page.of_class("kith-link-list")[0])
    lin.plan("Cai")
    lin.browser.press(f"Choose: {CORNER}")
    lin.browser.press(f"Ask this group: {CORNER}", yes="yes")
    [letter] = house.take((MAIL[CORNER], ASKED))
    leader = who_asks(house, letter, "Cai")
    assert "Cai is number 1 on your waiting list" in leader.press("Put Cai on the waiting list").words
    assert lin.needs() == ("A first date is agreed", "On the waiting list")
    [letter] = house.take((MAIL[CORNER], ASKED))
    return letter


def dates_come_near(house: House) -> None:
    """Una is reminded three days and one day before, and not earlier; she answers by the link."""
    house.tell("2026-03-07 09:30")
    house.nothing_more()
    house.tell("2026-03-07 10:00")
    house.take((UNA, REMINDED))
    house.tell("2026-03-09 10:00")
    [letter] = house.take((UNA, REMINDED))
    answer(house, letter, "I am coming", COMING)


def the_first_comes_and_a_place_is_free(house: House, lin: Worker, bo: Worker, waiting: Letter) -> None:
    """Una came: her group says so by a link, and Bo hears of it. Cai's group has a place, a week later."""
    house.tell("2026-03-10 13:30")
    [letter] = house.take((MAIL[SINGERS], ASKED))
    answer(house, letter, "Yes, they came", CAME)
    house.tell("2026-03-10 14:00")
    [letter] = house.take((BO, NEWS))
    bo.arrive()
    news(bo, letter, f"{SINGERS}: first visit 10 March 2026, last known visit 10 March 2026, visits we know of: 1")
    leader = who_asks(house, waiting, "Cai")
    assert CAI in leader.press("Tuesday, 17 March").words
    lin.arrive()
    assert lin.needs() == ("Ask how it goes", "A first date is agreed")


def a_date_is_missed(house: House, lin: Worker) -> None:
    """Cai is reminded twice and does not come. Lin rings, kindly, and agrees on another date. Una's week is over."""
    house.tell("2026-03-14 10:00")
    house.take((CAI, REMINDED))
    house.tell("2026-03-16 10:00")
    house.take((CAI, REMINDED))
    house.tell("2026-03-17 13:30")
    asked, letter = house.take((MAIL[CORNER], ASKED), (UNA, HOW))
    answer(house, letter, "It is going well", GOING)
    answer(house, asked, "They did not come", CAME)
    lin.arrive()
    assert lin.needs() == ("Ask how it goes", "Missed a visit")
    assert lin.desk() == {"Cai": "Missed a visit"}
    assert lin.desk("new") == {"Una": "Ask how it goes"}, "whom nobody held is seen when something is due"
    lin.case("Una")
    lin.browser.press("Take on")
    lin.case("Cai")
    lin.browser.press("Reached", said="Lost heart at the door.")
    lin.browser.press(f"Save: {CORNER}", at="2026-03-24T10:00")
    assert lin.needs()[1] == "A first date is agreed"


def the_next_is_not(house: House, lin: Worker) -> None:
    """Cai is reminded of the new date, twice, and comes."""
    house.tell("2026-03-21 10:00")
    house.take((CAI, REMINDED))
    house.tell("2026-03-23 10:00")
    house.take((CAI, REMINDED))
    house.tell("2026-03-24 13:30")
    [letter] = house.take((MAIL[CORNER], ASKED))
    answer(house, letter, "Yes, they came", CAME)
    lin.arrive()
    assert lin.needs() == ("Ask how it goes", "Ask how it goes")


def weeks_go_by(house: House, lin: Worker) -> None:
    """Both are asked how it goes, after one week and four. Cai's third visit settles, as their own page says."""
    house.tell("2026-03-31 10:00")
    [letter] = house.take((CAI, HOW))
    answer(house, letter, "It is going well", GOING)
    lin.arrive()
    lin.case("Cai")
    lin.browser.press(f"Has been there: {CORNER}")
    house.tell("2026-04-07 10:00")
    [letter] = house.take((UNA, HOW))
    answer(house, letter, "It is going well", GOING)
    lin.arrive()
    lin.case("Cai")
    lin.browser.press(f"Has been there: {CORNER}")
    assert lin.needs() == ("Ask how it goes", "Close or keep?")
    lin.case("Cai")
    lin.browser.follow("Ask for a yes")
    lin.browser.press("Send the link")
    [letter] = house.take((CAI, "Your own page"))
    own = house.browser().open(letter.link)
    assert own.title == "Hello Cai."
    assert f"{CORNER}You found your group" in own.words
    house.tell("2026-04-21 10:00")
    [letter] = house.take((CAI, HOW))
    answer(house, letter, "It is going well", GOING)


def they_stay(house: House, lin: Worker, bo: Worker) -> None:
    """Twelve weeks after the first visit both still go. Una is settled by that; Bo hears of it, and of the end."""
    house.tell("2026-06-02 10:00")
    [letter] = house.take((UNA, HOW))
    answer(house, letter, "It is going well", GOING)
    house.tell("2026-06-02 10:30")
    [letter] = house.take((BO, NEWS))
    bo.arrive()
    news(bo, letter, f"{SINGERS}: first visit 10 March 2026, last known visit 2 June 2026, visits we know of: 3")
    house.tell("2026-06-16 10:00")
    [letter] = house.take((CAI, HOW))
    answer(house, letter, "It is going well", GOING)
    lin.arrive()
    assert lin.needs() == ("Close or keep?", "Close or keep?")
    for name in ("Cai", "Una"):
        lin.case(name)
        lin.browser.press("Close it", reason="settled_in_group")
    assert lin.needs() == ("Closed: Found their group", "Closed: Found their group")
    house.tell("2026-06-16 10:30")
    [letter] = house.take((BO, NEWS))
    bo.arrive()
    news(bo, letter, "16 June 2026: Found their group")
    house.tell("2026-07-20 10:00")
    house.nothing_more()


def news(bo: Worker, letter: Letter, words: str) -> None:
    """Read the news that a mail led to, under its four headings."""
    told = bo.browser.open(letter.link)
    headings = [said(one) for one in told.of_class("govuk-heading-s")]
    assert headings[:4] == ["Who it is", "Needs and concerns", "Support offered", "How it went"]
    assert "Una, referred on 2 March 2026" in told.words
    assert "Lonely or cut off" in told.words
    assert words in told.words


def counted(house: House, keys: Settled, bo: Worker) -> None:
    """The leaders' own figures know of both, the surgery's hide so few. The record system hears each step, in order."""
    for name, group in (("Gil", CORNER), ("Hal", SINGERS)):
        leader = Worker(house, name)
        leader.arrive()
        sheets = [said(one) for one in leader.browser.open("/en/figures/own").of_class("kith-sheet")]
        [sheet] = [one for one in sheets if one.startswith(group)]
        assert "Settled1 of 1" in sheet
    bo.arrive()
    assert "Hidden: too few people" in bo.browser.open("/en/figures").words
    events = house.program("/api/v1/events", keys.key)["events"]
    assert [one["number"] for one in events] == list(range(1, len(events) + 1))
    for name, steps in (("Cai", OF_CAI), ("Una", OF_UNA)):
        theirs = [one for one in events if one["referral_id"] == house.people[name]]
        told = [f"{'group' if one['introduction_id'] else 'person'} {one['to_state']}" for one in theirs]
        assert told == " ".join(steps.split()).split(", ")
    assert {one["referral_id"] for one in events} == set(house.people.values())
    assert house.program("/api/v1/events", keys.key_elsewhere)["events"] == []
