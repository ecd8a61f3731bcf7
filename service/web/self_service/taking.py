"""The doors of what can be taken along: a list, its leaflet, its dates. The views stand in the files named here."""

from flask import Blueprint

from service.web.self_service import calendars, leaflets, sheets, shortlist


def register(blueprint: Blueprint) -> None:
    """Add the pages and files."""
    add = blueprint.add_url_rule
    add("/find/<sealed>/keep", "keep_in_results", shortlist.keep_in_results, methods=["POST"])
    add("/find/<sealed>/list", "kept_in_results", shortlist.kept_in_results)
    add("/groups/<slug>/keep", "keep_one", shortlist.keep_one, methods=["POST"])
    add("/groups/<slug>/dates.ics", "group_calendar", calendars.of_group, defaults={"named": False})
    add("/groups/<slug>/dates-with-name.ics", "group_calendar_named", calendars.of_group, defaults={"named": True})
    add("/list/<sealed>", "shortlist", shortlist.shortlist)
    add("/list/<sealed>/change", "change_list", shortlist.change, methods=["POST"])
    add("/list/<sealed>/more", "more_for_list", shortlist.more)
    add("/list/<sealed>/end", "end_list", shortlist.end, methods=["POST"])
    add("/list/<sealed>/leaflet", "leaflet", leaflets.show, defaults={"large": False})
    add("/list/<sealed>/leaflet", "prepare_leaflet", leaflets.prepare, methods=["POST"])
    add("/list/<sealed>/leaflet-large", "leaflet_large", leaflets.show, defaults={"large": True})
    add("/list/<sealed>/leaflet.pdf", "leaflet_pdf", leaflets.as_pdf, defaults={"large": False})
    add("/list/<sealed>/leaflet-large.pdf", "leaflet_large_pdf", leaflets.as_pdf, defaults={"large": True})
    add("/list/<sealed>/dates.ics", "list_calendar", calendars.of_list, defaults={"named": False})
    add("/list/<sealed>/dates-with-names.ics", "list_calendar_named", calendars.of_list, defaults={"named": True})
    add("/sheet", "sheet_form", sheets.start)
    add("/sheet", "make_sheet", sheets.make, methods=["POST"])
    add("/sheet/<sealed>", "sheet", sheets.show)
    add("/sheet/<sealed>/change", "change_sheet", sheets.change)
    add("/sheet/<sealed>/sheet.pdf", "sheet_pdf", sheets.as_pdf)
