"""The vocabulary's terms as rows: an installation that loaded no seeds has none until somebody uses one."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.words.taxonomy import Taxonomy


def know_terms(session: Session, taxonomy: Taxonomy, codes: Collection[str]) -> None:
    """Add the rows of these terms, and of all above them, that are not there yet; words that are no terms add none."""
    wanted = dict.fromkeys(one for code in codes if taxonomy.get(code) for one in (*taxonomy.path(code), code))
    known = set(session.scalars(select(m.Term.code).where(m.Term.code.in_(wanted))))
    for code in wanted:
        if code not in known:
            term = taxonomy.term(code)
            session.add(
                m.Term(
                    code=term.code,
                    facet=term.facet,
                    label=term.label,
                    definition=term.definition,
                    broader=term.broader,
                    open_active=term.open_active,
                    open_eligibility=term.open_eligibility,
                )
            )
            session.flush()  # the one above stands before the one below
