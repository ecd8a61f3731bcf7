"""Figures of what became of people who were offered help, and one sheet for each group. Counts only."""

from flask import Blueprint

from service.web.professional.figures import pages, sheets


def register(blueprint: Blueprint) -> None:
    """Add the figures, the same as a table for other programs, and the sheets of groups."""
    blueprint.add_url_rule("/figures", "figures", pages.show)
    blueprint.add_url_rule("/figures/figures.csv", "figures_csv", pages.as_csv)
    blueprint.add_url_rule("/figures/own", "figures_own", sheets.of_leader)
    blueprint.add_url_rule("/figures/groups/<uuid:group_id>", "figures_group", sheets.of_group)
