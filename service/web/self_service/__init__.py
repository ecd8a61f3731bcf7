"""The room of somebody who looks for a group: the form, the list, a group, and what is behind them."""

from flask import Blueprint

from service.web.self_service import pages


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/", "start", pages.start)
    blueprint.add_url_rule("/find", "begin", pages.begin)
    blueprint.add_url_rule("/find", "find", pages.find, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>", "results", pages.results)
    blueprint.add_url_rule("/find/<sealed>/change", "change", pages.change)
    blueprint.add_url_rule("/find/<sealed>/without/<wish>", "lighter", pages.lighter)
    blueprint.add_url_rule("/find/<sealed>/your-words", "own_words", pages.own_words, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/groups/<slug>", "group_in_results", pages.group_in_results)
    blueprint.add_url_rule("/groups/<slug>", "group", pages.group)
    blueprint.add_url_rule("/how-we-choose", "how_we_choose", pages.how_we_choose)
    blueprint.add_url_rule("/privacy", "privacy", pages.privacy)
    blueprint.add_url_rule("/sources", "sources", pages.where_from)
