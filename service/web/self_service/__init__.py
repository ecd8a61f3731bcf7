"""The room of somebody who looks for a group: the form, the list, a group, and what is behind them."""

from flask import Blueprint

from service.web.self_service import (
    ask_help,
    ask_them,
    check,
    groups,
    guided,
    mistakes,
    pages,
    pressing,
    ring_me,
    suggesting,
    taking,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/", "start", pages.start)
    blueprint.add_url_rule("/find", "begin", pages.begin)
    blueprint.add_url_rule("/find", "find", pages.find, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>", "results", pages.results)
    blueprint.add_url_rule("/find/<sealed>/change", "change", pages.change)
    blueprint.add_url_rule("/find/<sealed>/without/<wish>", "lighter", pages.lighter)
    blueprint.add_url_rule("/find/<sealed>/for-you", "for_you", guided.for_you)
    blueprint.add_url_rule("/find/<sealed>/put-aside", "put_aside", pressing.put_aside, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/bring-back", "bring_back", pressing.bring_back, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/more-like", "more_like", pressing.more_like, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/small-change", "adjust", pressing.adjust, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/more", "more", pressing.more)
    blueprint.add_url_rule("/find/<sealed>/your-words", "own_words", pages.own_words, methods=["POST"])
    for before, after in (("", ""), ("/find/<sealed>", "_in_results")):  # by itself, and in the list one comes from
        _of_a_group(blueprint, f"{before}/groups/<slug>", after)
    blueprint.add_url_rule("/steps", "begin_questions", guided.begin_questions)
    blueprint.add_url_rule("/steps", "take_along", guided.take_along, methods=["POST"])
    blueprint.add_url_rule("/steps/<sealed>/<code>", "question", guided.question)
    blueprint.add_url_rule("/steps/<sealed>/<code>", "take_answer", guided.answer, methods=["POST"])
    blueprint.add_url_rule("/check", "check", check.check)
    blueprint.add_url_rule("/check", "checked", check.checked, methods=["POST"])
    blueprint.add_url_rule("/find/<sealed>/check", "check_beside", check.check)
    blueprint.add_url_rule("/find/<sealed>/check", "checked_beside", check.checked, methods=["POST"])
    taking.register(blueprint)
    ask_help.register(blueprint)
    suggesting.register(blueprint)
    blueprint.add_url_rule("/admin/groups/<uuid:group_id>/preview", "group_preview", groups.preview)
    blueprint.add_url_rule("/how-we-choose", "how_we_choose", pages.how_we_choose)
    blueprint.add_url_rule("/privacy", "privacy", pages.privacy)
    blueprint.add_url_rule("/sources", "sources", pages.where_from)
    blueprint.add_url_rule("/ring-me", "ring_me", ring_me.show)
    blueprint.add_url_rule("/ring-me", "ring_me_post", ring_me.take, methods=["POST"])
    blueprint.add_url_rule("/ring-me/asked/<sealed>", "ring_me_asked", ring_me.asked)


def _of_a_group(blueprint: Blueprint, one: str, after: str) -> None:
    """Add a group's page, how to reach it, and the way to say that something is wrong."""
    shown = groups.group_in_results if after else groups.group
    blueprint.add_url_rule(one, f"group{after}", shown)
    if not after:
        blueprint.add_url_rule(f"{one}/ask", "ask_them", ask_them.ask, methods=["POST"])
    blueprint.add_url_rule(f"{one}/reach", f"reach{after}", groups.reach, methods=["POST"])
    blueprint.add_url_rule(f"{one}/reach/<given>", f"reached{after}", groups.reached)
    blueprint.add_url_rule(f"{one}/wrong", f"wrong{after}", mistakes.ask)
    blueprint.add_url_rule(f"{one}/wrong", f"wrong_post{after}", mistakes.take, methods=["POST"])
    blueprint.add_url_rule(f"{one}/wrong/<given>", f"wrong_thanks{after}", mistakes.thanks)
