"""How somebody is: measures taken with them, as a history beside what matters to them; and licences of measures."""

from flask import Blueprint

from service.web.professional.measures import history, licences, taking

CASE = "/people/<uuid:referral_id>/measures"


def register(blueprint: Blueprint) -> None:
    """Add the history of one person, the sheets, the paper form, the person's own link and the licences."""
    blueprint.add_url_rule(CASE, "measures", history.show)
    blueprint.add_url_rule(f"{CASE}/story", "measures_story", history.write, methods=["POST"])
    blueprint.add_url_rule(f"{CASE}/link", "measures_link", history.give_link, methods=["POST"])
    blueprint.add_url_rule(f"{CASE}/<sheet>", "measure", taking.show)
    blueprint.add_url_rule(f"{CASE}/<sheet>", "measure_post", taking.take, methods=["POST"])
    blueprint.add_url_rule("/people/paper-form", "measures_paper", taking.paper)
    blueprint.add_url_rule("/organisation/licences", "licences", licences.show)
    blueprint.add_url_rule("/organisation/licences", "licences_post", licences.enter, methods=["POST"])
