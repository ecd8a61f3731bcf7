"""What must never be in the database: a deed half written. Each statement finds such rows; none is the good answer.

The statements are for SQLite, where an id is 32 letters.
"""
# ruff: noqa: S608  # what is put into a statement here is a column's name or a condition of ours

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

REFERRED = "action IN ('refer', 'refer_unvetted') AND outcome = 'done' AND subject = 'referral'"


def dashed(column: str) -> str:
    """Return the expression for an id as programs are told it."""
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({column}, {start}, {many})" for start, many in cuts)


HALF: Mapping[str, str] = {
    "a referral without its consent": """
        SELECT id FROM referral WHERE person_id NOT IN (SELECT person_id FROM consent)""",
    "a referral without its introduction": """
        SELECT id FROM referral WHERE id NOT IN (SELECT referral_id FROM introduction)""",
    "an introduction without its link": """
        SELECT id FROM introduction WHERE id NOT IN (SELECT introduction_id FROM leader_link)""",
    "an introduction without its message": f"""
        SELECT id FROM introduction
        WHERE 'introduction:' || {dashed("id")} || ':ask' NOT IN (SELECT key FROM outbox_message)""",
    "a referral with no record, or with two": f"""
        SELECT id FROM referral
        WHERE 1 <> (SELECT count(*) FROM audit_entry WHERE subject_id = referral.id AND {REFERRED})""",
    "a referral with no key, or with two": """
        SELECT id FROM referral WHERE 1 <> (SELECT count(*) FROM idempotency WHERE resource_id = referral.id)""",
    "a person without a referral": """
        SELECT id FROM person WHERE id NOT IN (SELECT person_id FROM referral)""",
    "a message without its introduction": f"""
        SELECT id FROM outbox_message WHERE key LIKE 'introduction:%'
        AND key NOT IN (SELECT 'introduction:' || {dashed("id")} || ':ask' FROM introduction)""",
    "a record without its referral": f"""
        SELECT sequence FROM audit_entry WHERE {REFERRED} AND subject_id NOT IN (SELECT id FROM referral)""",
    "a key without what it made": """
        SELECT id FROM idempotency WHERE resource_id NOT IN (SELECT id FROM referral)""",
    "a state that no move led to": """
        SELECT id FROM (
            SELECT id, state, 'referral' AS entity FROM referral
            UNION ALL SELECT id, state, 'introduction' FROM introduction) AS now
        WHERE state IS NOT (
            SELECT to_state FROM move WHERE move.entity = now.entity AND entity_id = now.id
            ORDER BY number DESC LIMIT 1)""",
    "a history with a gap": """
        SELECT entity_id FROM move GROUP BY entity, entity_id HAVING max(number) <> count(*)""",
    "a link that was used for no answer, or an answer without one": """
        SELECT introduction.id FROM introduction JOIN leader_link ON introduction_id = introduction.id
        WHERE (answered_at IS NULL) <> (used_at IS NULL)""",
    "an answer with no record, or with two": """
        SELECT id FROM introduction WHERE CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END <> (
            SELECT count(*) FROM audit_entry WHERE subject_id = introduction.id AND action IN ('accept', 'decline'))""",
    "a message that went and kept its words, or lost them before": """
        SELECT id FROM outbox_message WHERE state <> 'failed' AND (state = 'sent') <> (params_sealed IS NULL)""",
    "a listing that is older than its last save": """
        SELECT id FROM "group"
        WHERE version < (SELECT max(version) FROM revision WHERE entity = 'group' AND entity_id = "group".id)""",
    "a save without its record, or a record without its save": """
        SELECT id FROM "group"
        WHERE (SELECT count(*) FROM revision WHERE entity = 'group' AND entity_id = "group".id) <> (
            SELECT count(*) FROM audit_entry
            WHERE action = 'edit_catalog' AND subject = 'group' AND outcome = 'done' AND subject_id = "group".id)""",
    "a change that the workers were not told of": """
        SELECT id FROM "group" WHERE changed_sequence > (SELECT sequence FROM catalog_state)""",
}


def half(path: str | Path) -> dict[str, int]:
    """Return what is half written in a database, and how often; empty when everything is whole."""
    with closing(sqlite3.connect(path)) as base:
        found = {what: len(base.execute(statement).fetchall()) for what, statement in HALF.items()}
    return {what: many for what, many in found.items() if many}


def partly(path: str | Path, listings: int) -> dict[str, int]:
    """Return how many listings of an import are there when it is neither none nor all of them."""
    with closing(sqlite3.connect(path)) as base:
        (there,) = base.execute("SELECT count(*) FROM external_id WHERE entity = 'group'").fetchone()
    return {} if there in (0, listings) else {"listings of an import": there}
