"""The group leader's room: answer for one person, or say that a page is still right, by a link, or signed in."""

from flask import Blueprint

from service.web.group_leader import answering, asked, attending, calling_off, claiming, confirming, inbox


def register(blueprint: Blueprint) -> None:
    """Add the pages of a leader's links."""
    blueprint.add_url_rule("/answer/<token>", "answer", answering.show)
    blueprint.add_url_rule("/answer/<token>", "answer_post", answering.act, methods=["POST"])
    blueprint.add_url_rule("/came/<token>", "came", attending.show)
    blueprint.add_url_rule("/came/<token>", "came_post", attending.act, methods=["POST"])
    blueprint.add_url_rule("/asked/<token>", "asked", asked.show)
    blueprint.add_url_rule("/asked/<token>", "asked_post", asked.act, methods=["POST"])
    blueprint.add_url_rule("/inbox", "inbox", inbox.show)
    blueprint.add_url_rule("/inbox/week", "inbox_welcome", inbox.welcome, methods=["POST"])
    blueprint.add_url_rule("/inbox/<uuid:introduction_id>", "inbox_one", inbox.show_one)
    blueprint.add_url_rule("/inbox/<uuid:introduction_id>", "inbox_post", inbox.act, methods=["POST"])
    blueprint.add_url_rule("/claims/<token>", "claim", claiming.show)
    blueprint.add_url_rule("/claims/<token>", "claim_post", claiming.act, methods=["POST"])
    blueprint.add_url_rule("/confirm/<token>", "confirm", confirming.show)
    blueprint.add_url_rule("/confirm/<token>", "confirm_post", confirming.act, methods=["POST"])
    blueprint.add_url_rule("/off/<token>", "off", calling_off.show)
    blueprint.add_url_rule("/off/<token>", "off_post", calling_off.act, methods=["POST"])
