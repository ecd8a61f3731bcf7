"""The editor's room: listings with form, check, history and page; what is wrong; whom to ring; what was not found."""

from flask import Blueprint

from service.web.admin import embedding, importing
from service.web.admin.bodies import bodies, places, trust
from service.web.admin.desk import coverage, finding, interests, merging, together, unmet
from service.web.admin.heard import calling, claims, reports, ringing, suggestions
from service.web.admin.listing import drafting, found, groups, life, new, page_of_group, spoken, suggested
from service.web.admin.running import views as running
from service.web.admin.terms import views as terms


def register(blueprint: Blueprint) -> None:
    """Add the list and the pages of one listing."""
    one = "/admin/groups/<uuid:group_id>"
    blueprint.add_url_rule("/admin", "admin", finding.show)
    blueprint.add_url_rule("/admin/filters", "admin_keep", finding.keep, methods=["POST"])
    blueprint.add_url_rule("/admin/filters/<uuid:filter_id>", "admin_forget", finding.forget, methods=["POST"])
    blueprint.add_url_rule(one, "admin_group", groups.show_form)
    blueprint.add_url_rule(f"{one}/check", "admin_check", groups.check, methods=["POST"])
    blueprint.add_url_rule(f"{one}/draft", "admin_draft", drafting.keep, methods=["POST"])
    blueprint.add_url_rule(f"{one}/draft/decide", "admin_draft_decide", drafting.decide, methods=["POST"])
    blueprint.add_url_rule(f"{one}/when", "admin_when", spoken.preview, methods=["POST"])
    blueprint.add_url_rule(f"{one}/save", "admin_save", groups.save, methods=["POST"])
    blueprint.add_url_rule(f"{one}/saved/<int:version>", "admin_saved", groups.show_saved)
    blueprint.add_url_rule(f"{one}/history", "admin_history", groups.show_history)
    blueprint.add_url_rule(f"{one}/page", "admin_page", page_of_group.show)
    blueprint.add_url_rule(f"{one}/page", "admin_page_post", page_of_group.change, methods=["POST"])
    _many(blueprint)
    _made(blueprint, one)
    _life(blueprint, one)
    blueprint.add_url_rule(f"{one}/hold", "admin_hold", page_of_group.hold, methods=["POST"])
    told = "/admin/reports/<uuid:report_id>"
    blueprint.add_url_rule("/admin/reports", "admin_reports", reports.show_list)
    blueprint.add_url_rule(told, "admin_report", reports.show_one)
    blueprint.add_url_rule(f"{told}/close", "admin_report_close", reports.close, methods=["POST"])
    blueprint.add_url_rule(f"{told}/hold", "admin_report_hold", reports.hold, methods=["POST"])
    blueprint.add_url_rule("/admin/ring-back", "admin_ring_back", ringing.show)
    blueprint.add_url_rule("/admin/ring-back/<uuid:ring_id>", "admin_rang", ringing.rang, methods=["POST"])
    blueprint.add_url_rule("/admin/embed", "admin_embed", embedding.show)
    blueprint.add_url_rule("/admin/asked-for", "admin_unmet", unmet.show)
    suggestions.register(blueprint)
    _read(blueprint, one)
    claims.register(blueprint)
    trust.register(blueprint)
    calling.register(blueprint)
    importing.register(blueprint)
    terms.register(blueprint)
    running.register(blueprint)


def _many(blueprint: Blueprint) -> None:
    """Add what is known of many listings, and changing them together."""
    blueprint.add_url_rule("/admin/coverage", "admin_coverage", coverage.show)
    many = "/admin/together"
    blueprint.add_url_rule(many, "admin_together", together.choose)
    blueprint.add_url_rule(f"{many}/check", "admin_together_check", together.check, methods=["POST"])
    blueprint.add_url_rule(f"{many}/save", "admin_together_save", together.save, methods=["POST"])
    blueprint.add_url_rule(f"{many}/done", "admin_together_list", together.show_list)
    blueprint.add_url_rule(f"{many}/<uuid:edit_id>", "admin_together_one", together.show)
    blueprint.add_url_rule(f"{many}/<uuid:edit_id>/undo", "admin_together_undo", together.undo, methods=["POST"])


def _made(blueprint: Blueprint, one: str) -> None:
    """Add what makes a listing, and the pages of what groups share."""
    body = "/admin/organisations/<uuid:body_id>"
    blueprint.add_url_rule(f"{one}/found", "admin_found", found.show)
    blueprint.add_url_rule("/admin/new", "admin_new", new.show)
    blueprint.add_url_rule("/admin/new", "admin_new_post", new.take, methods=["POST"])
    blueprint.add_url_rule("/admin/organisations", "admin_bodies", bodies.show_list)
    blueprint.add_url_rule("/admin/organisations/new", "admin_body_new", bodies.show_new)
    blueprint.add_url_rule("/admin/organisations/new", "admin_body_new_post", bodies.add, methods=["POST"])
    blueprint.add_url_rule(body, "admin_body", bodies.show_one)
    blueprint.add_url_rule(body, "admin_body_post", bodies.save, methods=["POST"])
    blueprint.add_url_rule("/admin/places/<uuid:place_id>", "admin_place", places.show)
    blueprint.add_url_rule("/admin/places/<uuid:place_id>", "admin_place_post", places.save, methods=["POST"])


def _life(blueprint: Blueprint, one: str) -> None:
    """Add what happens to a listing as a whole, and who may publish."""
    blueprint.add_url_rule(f"{one}/was/<int:version>", "admin_then", life.show_then)
    blueprint.add_url_rule(f"{one}/was/<int:version>", "admin_then_post", life.put_back, methods=["POST"])
    blueprint.add_url_rule(f"{one}/life", "admin_life", life.show)
    blueprint.add_url_rule(f"{one}/life", "admin_life_post", life.change, methods=["POST"])
    blueprint.add_url_rule("/admin/rule", "admin_rule", life.show_rule)
    blueprint.add_url_rule("/admin/rule", "admin_rule_post", life.change_rule, methods=["POST"])


def _read(blueprint: Blueprint, one: str) -> None:
    """Add what is read out of a listing's text, and listings that look the same."""
    pair = "/admin/same/<uuid:pair_id>"
    blueprint.add_url_rule(f"{one}/suggested", "admin_suggested", suggested.show)
    blueprint.add_url_rule(f"{one}/suggested", "admin_suggested_answer", suggested.answer, methods=["POST"])
    blueprint.add_url_rule("/admin/interests", "admin_interests", interests.show_list)
    blueprint.add_url_rule("/admin/interests/sure", "admin_interests_sure", interests.check)
    blueprint.add_url_rule("/admin/interests/sure", "admin_interests_save", interests.save, methods=["POST"])
    blueprint.add_url_rule("/admin/same", "admin_pairs", merging.show_list)
    blueprint.add_url_rule(pair, "admin_pair", merging.show_one)
    blueprint.add_url_rule(f"{pair}/merge", "admin_pair_merge", merging.merge, methods=["POST"])
    blueprint.add_url_rule(f"{pair}/apart", "admin_pair_apart", merging.apart, methods=["POST"])
    blueprint.add_url_rule(f"{pair}/back", "admin_pair_back", merging.take_back, methods=["POST"])
