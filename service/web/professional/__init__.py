"""The professional's room: whom they referred, and what became of it."""

from flask import Blueprint

from service.web.professional import leaflets, referrals


def register(blueprint: Blueprint) -> None:
    """Add the list, the page of one referral, and a leaflet to hand over."""
    blueprint.add_url_rule("/referrals", "referrals", referrals.show_list)
    blueprint.add_url_rule("/referrals/<uuid:referral_id>", "referral", referrals.show_one)
    blueprint.add_url_rule("/referrals/leaflet", "leaflet_for", leaflets.show)
    blueprint.add_url_rule("/referrals/leaflet", "prepare_leaflet_for", leaflets.take, methods=["POST"])
