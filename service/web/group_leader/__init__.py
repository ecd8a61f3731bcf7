"""The group leader's room: answer for one person, by a link, without an account."""

from flask import Blueprint

from service.web.group_leader import answering


def register(blueprint: Blueprint) -> None:
    """Add the page of a leader's link."""
    blueprint.add_url_rule("/answer/<token>", "answer", answering.show)
    blueprint.add_url_rule("/answer/<token>", "answer_post", answering.act, methods=["POST"])
