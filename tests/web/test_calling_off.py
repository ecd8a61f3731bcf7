"""What a leader is promised of the link to their dates: two presses, undone as easily, seen by everybody."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import leader_links
from service.catalog.fresh import calling_off
from service.catalog.history import revisions
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.notifications.models import OutboxMessage
from service.referrals import operations
from service.referrals.answering import operations as answers
from service.referrals.answering.means import Means
from service.referrals.answering.replies import Reply
from service.referrals.models import Introduction
from service.web import leader_mail
from tests.people import Cast, signed_in
from tests.referrals import cast as referring
from tests.referrals.cast import Post


@pytest.fixture
def link(app: Flask, cast: Cast) -> str:
    with app.app_context(), committing() as unit:
        token = leader_links.make(unit, group_id=cast.eli_group, purpose="off", now=now(), lives=calling_off.LIVES)
    return f"/en/off/{token}"


def group_now(app: Flask, cast: Cast) -> GroupView:
    with app.app_context():
        return group_by_id(db.session(), cast.eli_group, today=now().date(), public=False)


def fields(page: str, nth: int = 0) -> dict[str, str]:
    """What the form of the nth meeting sends, without its button."""
    names = ("csrf_token", "session", "day")
    found = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: values[nth] for name, values in found.items()}


def press(client: FlaskClient, link: str, deed: str, nth: int = 0, **more: str) -> int:
    sent = client.post(link, data=fields(client.get(link).text, nth) | {"deed": deed, **more})
    return sent.status_code


def test_opening_the_link_shows_three_meetings_and_changes_nothing(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    before = group_now(app, cast).version
    page = client.get(link)
    assert page.text.count("Not this time") == calling_off.SHOWN
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert group_now(app, cast).version == before


def test_one_press_calls_a_meeting_off_for_everybody_and_one_takes_it_back(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    day = date.fromisoformat(fields(client.get(link).text)["day"])
    assert press(client, link, "off") == 303
    group = group_now(app, cast)
    assert day in group.sessions[0].meeting.exceptions
    page = client.get(f"/en/groups/{group.slug}").text
    assert "Not on " in page
    assert f"{day:%Y%m%d}T" in client.get(f"/en/groups/{group.slug}/dates.ics").text.split("EXDATE", 1)[1]
    assert "Called off. Your page says so." in client.get(link).text

    with app.app_context():
        (newest, *_rest) = revisions(db.session(), "group", cast.eli_group)
    assert (newest.actor_role, newest.actor_id) == ("group_leader", None)

    assert press(client, link, "on") == 303
    assert day not in group_now(app, cast).sessions[0].meeting.exceptions
    assert "Not on " not in client.get(f"/en/groups/{group.slug}").text


def test_a_meeting_is_moved_and_followed_calendars_show_it_at_its_new_time(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    day = date.fromisoformat(fields(client.get(link).text)["day"])
    to = day + timedelta(days=2)
    assert press(client, link, "off") == 303
    assert press(client, link, "move", date=to.isoformat(), time="18:30") == 303
    group = group_now(app, cast)
    (moved,) = group.sessions[0].meeting.moved
    assert (moved[0], f"{moved[1]:%Y-%m-%d %H:%M}") == (day, f"{to} 18:30")
    assert "It meets on " in client.get(f"/en/groups/{group.slug}").text
    events: list[Any] = Calendar.from_ical(client.get(f"/en/groups/{group.slug}/dates.ics").data).walk("VEVENT")
    (instead,) = [event for event in events if "RECURRENCE-ID" in event]
    assert instead["RECURRENCE-ID"].dt.date() == day
    assert f"{instead['DTSTART'].dt:%Y-%m-%d %H:%M}" == f"{to} 18:30"
    assert press(client, link, "on") == 303
    assert group_now(app, cast).sessions[0].meeting.moved == ()


@pytest.mark.parametrize(("day", "time"), [("2020-01-01", "10:00"), ("2099-01-01", "10:00"), ("soon", "ten"), ("", "")])
def test_a_time_that_is_over_far_off_or_not_readable_is_refused_beside_its_meeting(
    app: Flask, client: FlaskClient, cast: Cast, link: str, day: str, time: str
) -> None:
    press(client, link, "off")
    assert press(client, link, "move", date=day, time=time) == 422
    assert group_now(app, cast).sessions[0].meeting.moved == ()


@pytest.mark.parametrize(
    "wrong", [{"day": "2020-01-01"}, {"day": "x"}, {"session": "x"}, {"session": "0" * 32}, {"deed": "everything"}]
)
def test_what_is_not_one_of_the_meetings_shown_changes_nothing(
    app: Flask, client: FlaskClient, cast: Cast, link: str, wrong: dict[str, str]
) -> None:
    before = group_now(app, cast).version
    sent = client.post(link, data=fields(client.get(link).text) | {"deed": "off"} | wrong)
    assert sent.status_code == 303
    assert group_now(app, cast).version == before


def test_a_link_for_something_else_or_that_has_ended_opens_nothing(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    with app.app_context(), committing() as unit:
        other = leader_links.make(unit, group_id=cast.eli_group, purpose="confirm", now=now(), lives=calling_off.LIVES)
        ended = leader_links.make(
            unit, group_id=cast.eli_group, purpose="off", now=now() - timedelta(days=181), lives=calling_off.LIVES
        )
    assert client.get(f"/en/off/{other}").status_code == 404
    assert client.get(f"/en/off/{ended}").status_code == 410
    assert client.get("/en/off/nonsense").status_code == 404
    token = {"csrf_token": fields(client.get(link).text)["csrf_token"]}
    assert client.post("/en/off/nonsense", data=token).status_code == 404
    assert client.post(f"/en/off/{ended}", data=token).status_code == 410


def test_an_editor_mails_the_link_with_one_button(app: Flask, cast: Cast) -> None:
    ada = signed_in(app, cast.ada)
    page = f"/en/admin/groups/{cast.eli_group}/page"
    token = re.findall(r'name="csrf_token" value="([^"]*)"', ada.get(page).text)[-1]
    sent = ada.post(page, data={"what": "off_link", "csrf_token": token})
    assert sent.status_code == 303
    assert "Sent." in ada.get(sent.location).text


def test_whoever_was_to_come_that_time_is_told_by_their_own_way_and_once(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    sealer = app.extensions["kith"].sealer
    means = leader_mail_of(app)
    bo = Actor(role=Role.REFERRER, user_id=cast.bo, organisation_id=cast.surgery, permissions=GRANTS[Role.REFERRER])
    post, at = Post(), now()
    said = referring.consent(given_at=at - timedelta(hours=1))
    asked = referring.request(cast.eli_group, who=referring.person(contact="zqaxcai@example.org"), said=said)
    with app.app_context(), committing() as unit:
        operations.refer(
            unit, sealer=sealer("referrals"), mail=post.mail, referral_id=uuid4(), request=asked, actor=bo, now=at
        )
        seen = answers.see(unit, sealer=sealer("referrals"), token=post.last, now=at)
        reply = Reply(kind="accept", on=seen.dates[0].starts, version=seen.asked.version)
        answers.answer(unit, means=means, token=post.last, reply=reply, now=at)
    nth = 0 if seen.dates[0].starts == seen.next_meeting else 1
    for _ in range(2):
        press(client, link, "off", nth)
        press(client, link, "on", nth)
    with app.app_context():
        assert db.session().scalars(select(Introduction.state)).one() == "session_cancelled"
        told = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.template == "meeting_off")
        assert db.session().scalar(told) == 1


def leader_mail_of(app: Flask) -> Means:
    with app.test_request_context():
        return leader_mail.means()
