"""The professional's room: whom they referred, and what became of it."""

from flask import Blueprint

from service.web.professional import desk, figures, leaflets, measures, news, people, refer, referrals, replying


def register(blueprint: Blueprint) -> None:
    """Add the list, the page of one referral, and a leaflet to hand over."""
    blueprint.add_url_rule("/referrals", "referrals", referrals.show_list)
    blueprint.add_url_rule("/referrals/<uuid:referral_id>", "referral", referrals.show_one)
    there = "/referrals/<uuid:referral_id>/questions/<uuid:question_id>"
    blueprint.add_url_rule(there, "reply_to_group", replying.reply, methods=["POST"])
    blueprint.add_url_rule("/referrals/<uuid:referral_id>/news", "referral_news", news.show)
    blueprint.add_url_rule("/referrals/leaflet", "leaflet_for", leaflets.show)
    blueprint.add_url_rule("/referrals/leaflet", "prepare_leaflet_for", leaflets.take, methods=["POST"])
    measures.register(blueprint)
    desk.register(blueprint)
    refer.register(blueprint)
    people.register(blueprint)
    figures.register(blueprint)
