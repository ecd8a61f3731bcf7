"""A link worker's desk: who needs them now, and the page of one person."""

from flask import Blueprint

from service.web.professional.desk import (
    case_page,
    caseload,
    handing,
    keeping,
    paper,
    planning,
    resting,
    safety,
    team,
    writing,
)

CASE = "/people/<uuid:referral_id>"
POSTS = (
    ("note", writing.note),
    ("call", writing.call),
    ("task", writing.task),
    ("done", writing.done),
    ("visit", writing.visit),
    ("date", writing.agree),
    ("settle", writing.settle),
    ("move", writing.move),
    ("take", handing.take),
    ("hand-over", handing.hand_over),
    ("goal", planning.goal),
    ("group", planning.group),
    ("ask", planning.ask),
    ("unlisted", planning.hear),
    ("why", handing.explain),
)


def register(blueprint: Blueprint) -> None:
    """Add the caseload, the page of one person, and what is written there."""
    blueprint.add_url_rule("/desk", "desk", caseload.show)
    blueprint.add_url_rule("/desk/cover", "desk_cover", handing.cover, methods=["POST"])
    blueprint.add_url_rule(CASE, "case", case_page.show)
    blueprint.add_url_rule(f"{CASE}/plan", "case_plan", planning.show)
    blueprint.add_url_rule(f"{CASE}/plan", "case_plan_post", planning.wish, methods=["POST"])
    blueprint.add_url_rule(f"{CASE}/letter", "case_letter", paper.show)
    blueprint.add_url_rule(f"{CASE}/letter", "case_letter_post", paper.make, methods=["POST"])
    for name, view in POSTS:
        blueprint.add_url_rule(f"{CASE}/{name}", f"case_{name.replace('-', '_')}", view, methods=["POST"])
    keeping.register(blueprint)
    resting.register(blueprint)
    safety.register(blueprint)
    team.register(blueprint)
