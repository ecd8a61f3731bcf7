"""The room of somebody who looks for a group: the form, the list, a group, and what is behind them."""

from flask import Blueprint

from service.web.self_service import check, guided, pages, ring_me


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
    blueprint.add_url_rule("/steps", "begin_questions", guided.begin_questions)
    blueprint.add_url_rule("/steps", "take_along", guided.take_along, methods=["POST"])
    blueprint.add_url_rule("/steps/<sealed>/<code>", "question", guided.question)
    blueprint.add_url_rule("/steps/<sealed>/<code>", "take_answer", guided.answer, methods=["POST"])
    blueprint.add_url_rule("/check", "check", check.check)
    blueprint.add_url_rule("/check", "checked", check.checked, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/check", "check_beside", check.check)
    blueprint.add_url_rule("/find/<sealed>/check", "checked_beside", check.checked, methods=["POST"])
    blueprint.add_url_rule("/groups/<slug>", "group", pages.group)
    blueprint.add_url_rule("/how-we-choose", "how_we_choose", pages.how_we_choose)
    blueprint.add_url_rule("/privacy", "privacy", pages.privacy)
    blueprint.add_url_rule("/sources", "sources", pages.where_from)
    blueprint.add_url_rule("/ring-me", "ring_me", ring_me.show)
    blueprint.add_url_rule("/ring-me", "ring_me_post", ring_me.take, methods=["POST"])
    blueprint.add_url_rule("/ring-me/asked/<sealed>", "ring_me_asked", ring_me.asked)
