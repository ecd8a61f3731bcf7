"""Lists from others: sent, looked at, put right, taken in, taken back; and whose they are."""

from flask import Blueprint

from service.web.admin.importing import calendar_of, lists, origins


def register(blueprint: Blueprint) -> None:
    """Add the pages of lists and of sources."""
    one, source = "/admin/lists/<uuid:list_id>", "/admin/lists/from/<source>"
    add = blueprint.add_url_rule
    add("/admin/lists", "admin_lists", lists.show_home)
    add("/admin/lists", "admin_list_send", lists.send, methods=["POST"])
    add(one, "admin_list", lists.show)
    add(one, "admin_list_act", lists.act, methods=["POST"])
    add(source, "admin_source", origins.show)
    add(source, "admin_source_act", origins.act, methods=["POST"])
    add("/admin/groups/<uuid:group_id>/calendar", "admin_calendar", calendar_of.show)
    add("/admin/groups/<uuid:group_id>/calendar", "admin_calendar_post", calendar_of.act, methods=["POST"])
