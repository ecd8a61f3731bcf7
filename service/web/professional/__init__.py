"""The professional's room: whom they referred, and what became of it."""

from flask import Blueprint

from service.web.professional import referrals


def register(blueprint: Blueprint) -> None:
    """Add the list and the page of one referral."""
    blueprint.add_url_rule("/referrals", "referrals", referrals.show_list)
    blueprint.add_url_rule("/referrals/<uuid:referral_id>", "referral", referrals.show_one)
