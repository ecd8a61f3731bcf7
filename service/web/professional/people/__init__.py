"""People who are helped: added, changed, made one where they are two, and what each said yes to."""

from flask import Blueprint

from service.web.professional.people import agreeing, keeping


def register(blueprint: Blueprint) -> None:
    """Add the pages of people."""
    one = "/people/<uuid:person_id>"
    blueprint.add_url_rule("/people/add", "person_add", keeping.show_new)
    blueprint.add_url_rule("/people/add", "person_add_post", keeping.add, methods=["POST"])
    blueprint.add_url_rule(f"{one}/change", "person_change", keeping.show_one)
    blueprint.add_url_rule(f"{one}/change", "person_change_post", keeping.change, methods=["POST"])
    blueprint.add_url_rule(f"{one}/together", "person_together", keeping.merge, methods=["POST"])
    blueprint.add_url_rule(f"{one}/consents", "person_consents", agreeing.show)
    blueprint.add_url_rule(f"{one}/consents", "person_consents_post", agreeing.act, methods=["POST"])
