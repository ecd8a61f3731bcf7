"""The editor's room: listings with form, check, history and page; what is wrong; whom to ring; what was not found."""

from flask import Blueprint

from service.web.admin import (
    claims,
    embedding,
    finding,
    groups,
    page_of_group,
    reports,
    ringing,
    suggestions,
    together,
    unmet,
)


def register(blueprint: Blueprint) -> None:
    """Add the list and the pages of one listing."""
    one = "/admin/groups/<uuid:group_id>"
    blueprint.add_url_rule("/admin", "admin", finding.show)
    blueprint.add_url_rule("/admin/filters", "admin_keep", finding.keep, methods=["POST"])
    blueprint.add_url_rule("/admin/filters/<uuid:filter_id>", "admin_forget", finding.forget, methods=["POST"])
    blueprint.add_url_rule(one, "admin_group", groups.show_form)
    blueprint.add_url_rule(f"{one}/check", "admin_check", groups.check, methods=["POST"])
    blueprint.add_url_rule(f"{one}/save", "admin_save", groups.save, methods=["POST"])
    blueprint.add_url_rule(f"{one}/saved/<int:version>", "admin_saved", groups.show_saved)
    blueprint.add_url_rule(f"{one}/history", "admin_history", groups.show_history)
    blueprint.add_url_rule(f"{one}/page", "admin_page", page_of_group.show)
    blueprint.add_url_rule(f"{one}/page", "admin_page_post", page_of_group.change, methods=["POST"])
    _many(blueprint)
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
    claims.register(blueprint)


def _many(blueprint: Blueprint) -> None:
    """Add the pages of a change to many listings."""
    many = "/admin/together"
    blueprint.add_url_rule(many, "admin_together", together.choose)
    blueprint.add_url_rule(f"{many}/check", "admin_together_check", together.check, methods=["POST"])
    blueprint.add_url_rule(f"{many}/save", "admin_together_save", together.save, methods=["POST"])
    blueprint.add_url_rule(f"{many}/done", "admin_together_list", together.show_list)
    blueprint.add_url_rule(f"{many}/<uuid:edit_id>", "admin_together_one", together.show)
    blueprint.add_url_rule(f"{many}/<uuid:edit_id>/undo", "admin_together_undo", together.undo, methods=["POST"])
