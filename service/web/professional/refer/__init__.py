"""Referring somebody, on one page: who, why, where, and that they said yes."""

from flask import Blueprint

from service.web.professional.refer import fast, heard, listed, prefilled, sent, slips


def register(blueprint: Blueprint) -> None:
    """Add the page, what takes it, and what happens next."""
    blueprint.add_url_rule("/refer", "refer", fast.show)
    blueprint.add_url_rule("/refer", "refer_post", fast.take, methods=["POST"])
    blueprint.add_url_rule("/refer/from/<token>", "refer_from", prefilled.show)
    blueprint.add_url_rule("/refer/sent/<uuid:referral_id>", "refer_sent", sent.show)
    blueprint.add_url_rule("/refer/heard/<uuid:referral_id>", "refer_heard", heard.show)
    blueprint.add_url_rule("/refer/heard/<uuid:referral_id>", "refer_heard_post", heard.take, methods=["POST"])
    blueprint.add_url_rule("/refer/slip", "refer_slip", slips.show)
    blueprint.add_url_rule("/refer/slip", "refer_slip_post", slips.make, methods=["POST"])
    blueprint.add_url_rule("/refer/list", "refer_list", listed.show)
    blueprint.add_url_rule("/refer/list", "refer_list_post", listed.take, methods=["POST"])
