"""The room of somebody who is helped: their own links, without an account. Opening one acts on nothing."""

from flask import Blueprint

from service.web.helped import checking_in, measuring, own


def register(blueprint: Blueprint) -> None:
    """Let each kind of link add its pages."""
    own.register(blueprint)
    blueprint.add_url_rule("/check-in/<token>", "check_in", checking_in.show)
    blueprint.add_url_rule("/check-in/<token>", "check_in_post", checking_in.act, methods=["POST"])
    measuring.register(blueprint)
