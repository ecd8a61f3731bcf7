"""One main colour gives every other; what is set is known by heart in every process, and while there is no database."""

import colorsys
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine

from service.accounts.permissions import VISITOR, Actor, Permission, Role
from service.catalog.site import colours, known, setting
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Forbidden
from service.notifications.wording import Words, signed
from tests import people

WHEEL = [
    "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue / 24, light / 8, full / 2))
    for hue in range(24)
    for light in range(9)
    for full in range(3)
]


def test_whatever_colour_is_wished_all_words_can_be_read() -> None:
    for wished in WHEEL:
        colour = colours.nearest(wished)
        assert colour == wished or not colours.works(wished)
        light, dark = colours.light(colour), colours.dark(colour)
        for tokens, grounds in ((light, colours.GROUNDS), (dark, colours.DARK_GROUNDS)):
            for ground in (*grounds, tokens["accent-wash"], tokens["on-accent"]):
                assert colours.contrast(tokens["accent"], ground) >= colours.LEAST, (wished, ground)
            for ground in (tokens["on-accent"], tokens["accent-wash"]):
                assert colours.contrast(tokens["accent-strong"], ground) >= colours.LEAST, (wished, ground)


def test_every_process_sees_what_one_saved_and_remembers_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = people.settle(app).ada
    with app.app_context():
        engine = [db.engine]
        here, there = known.ByHeart(lambda: engine[0]), known.ByHeart(lambda: engine[0])
        assert (here.here(), there.here()) == (known.UNSET, known.UNSET)
        admin = Actor(role=Role.ADMIN, user_id=ada, permissions=frozenset({Permission.MANAGE}))
        save = setting.Save(version=0, actor=admin, now=now())
        with committing() as session:
            setting.keep(session, "name", setting.name("Salford Together"), save)
        with pytest.raises(Conflict), committing() as session:
            setting.keep(session, "name", setting.name("Too late"), save)
        with pytest.raises(Forbidden), committing() as session:
            setting.keep(session, "area", {"area": "M33"}, setting.Save(version=1, actor=VISITOR, now=now()))
        here.forget()
        assert (here.here().name, there.here().name) == ("Salford Together", known.NAME)
        monkeypatch.setattr(known, "ASK_AGAIN_S", 0.0)  # as if seconds had gone by
        assert there.here().name == "Salford Together"
        engine[0] = create_engine("sqlite:////nowhere/at/all.sqlite")
        assert there.here().name == "Salford Together"


def test_mail_says_the_name_and_nothing_is_put_into_it() -> None:
    words = Words(subject="A note from Kith", body="Kithless, {what} at Kith\n", lives=timedelta(1))
    said = signed(words, "A {what} & \\1")
    assert said.subject == "A note from A {what} & \\1"
    assert said.body.format(what="x") == "Kithless, x at A {what} & \\1\n"
