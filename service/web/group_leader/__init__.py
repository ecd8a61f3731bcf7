"""The group leader's room: answer for one person, or say that a page is still right, by a link, without an account."""

from flask import Blueprint

from service.web.group_leader import answering, calling_off, claiming, confirming


def register(blueprint: Blueprint) -> None:
    """Add the pages of a leader's links."""
    blueprint.add_url_rule("/answer/<token>", "answer", answering.show)
    blueprint.add_url_rule("/answer/<token>", "answer_post", answering.act, methods=["POST"])
    blueprint.add_url_rule("/claims/<token>", "claim", claiming.show)
    blueprint.add_url_rule("/claims/<token>", "claim_post", claiming.act, methods=["POST"])
    blueprint.add_url_rule("/confirm/<token>", "confirm", confirming.show)
    blueprint.add_url_rule("/confirm/<token>", "confirm_post", confirming.act, methods=["POST"])
    blueprint.add_url_rule("/off/<token>", "off", calling_off.show)
    blueprint.add_url_rule("/off/<token>", "off_post", calling_off.act, methods=["POST"])
