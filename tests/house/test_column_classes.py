"""Every column of every table has a class, and is what its class demands: sealed, with an end, in no index."""

import pytest
from sqlalchemy import JSON, Column, LargeBinary, MetaData, String, Table

from service.accounts.signing_in import second_factor
from service.catalog import reports
from service.db import Base
from service.db.classes import DEMANDS, Class, Kept, classify, kept_of, sealed_columns, table
from service.notifications import outbox
from service.referrals import operations, retention
from tests import stores

stores.import_all_models()
TABLES = {found.name: found for found in Base.metadata.sorted_tables}
# What proves something may lie open where it is a hash, or the public half of a key.
PUBLIC_HALVES = {("passkey", "credential_id"), ("passkey", "public_key"), ("api_key", "public_keys")}
PURPOSES = {
    "person": operations.PURPOSE,
    "report": reports.PURPOSE,
    "proposal": reports.PURPOSE,
    "outbox_message": outbox.PURPOSE,
    "authenticator": second_factor.PURPOSE,
}
DERIVED = {"rung", "closed_accounts"}  # kinds that are a part of a table


def unclassed(metadata: MetaData) -> set[str]:
    """Return the columns that are in no list, and lists of columns that are not there."""
    wrong = set()
    for found in metadata.sorted_tables:
        kept = kept_of(found)
        listed = set(kept.classes) if kept else set()
        wrong |= {f"{found.name}.{name}" for name in listed ^ {column.name for column in found.columns}}
    return wrong


def listed(name: str) -> Kept:
    kept = kept_of(TABLES[name])
    assert kept is not None, name
    return kept


def of(*classes: Class) -> list[tuple[str, str, Column[object]]]:
    return [
        (name, column.name, column)
        for name, found in TABLES.items()
        for column in found.columns
        if column.info["class"] in classes
    ]


@pytest.mark.asvs("V14.1.1")
def test_every_column_has_a_class() -> None:
    assert unclassed(Base.metadata) == set()
    assert len(of(*Class)) > 250


def test_a_planted_column_is_found() -> None:
    metadata = MetaData()
    Table("cai", metadata, Column("id", String), Column("diary", String))
    classify(metadata, {"cai": table(internal="id")})
    assert unclassed(metadata) == {"cai.diary"}
    with pytest.raises(ValueError, match="one class"):
        table(internal="id", personal="id")


def test_every_class_says_what_it_demands() -> None:
    assert set(DEMANDS) == set(Class)


@pytest.mark.asvs("V14.1.2")
def test_what_tells_of_health_is_sealed() -> None:
    for name, column, found in of(Class.HEALTH):
        assert isinstance(found.type, LargeBinary), (name, column)
        assert column in listed(name).sealed, (name, column)
    assert len(of(Class.HEALTH)) >= 7


def test_what_tells_of_a_person_is_sealed_or_says_why_not() -> None:
    for name, column, _found in of(Class.PERSONAL):
        sealed, why = column in listed(name).sealed, listed(name).plain.get(column, "")
        assert sealed != bool(why), (name, column)
        assert sealed or len(why.split()) > 4, (name, column)
    assert {column for _, column, _ in of(Class.PERSONAL)} >= {"email", "preferred_name", "contact", "number"}


def test_reasons_and_seals_are_of_columns_that_need_them() -> None:
    for name in TABLES:
        kept, classes = listed(name), listed(name).classes
        assert {classes[column] for column in kept.plain} <= {Class.PERSONAL}, name
        assert {classes[column] for column in kept.sealed} <= {Class.PERSONAL, Class.HEALTH, Class.SECRET}, name
        assert bool(kept.sealed) == bool(kept.purpose), name


def test_every_sealed_column_is_bytes_under_the_purpose_that_seals_it() -> None:
    for sealed in sealed_columns(Base.metadata):
        name = str(sealed.column.table)
        assert isinstance(sealed.column.type, LargeBinary), name
        assert sealed.purpose == PURPOSES.get(name, sealed.purpose)
        assert not sealed.column.index, name
        assert all(sealed.column.name not in index.columns for index in TABLES[name].indexes), name


def test_what_proves_something_is_a_hash_sealed_or_the_public_half() -> None:
    for name, column, _found in of(Class.SECRET):
        hashed = column.endswith(("_hash", "_hmac"))
        assert hashed or column in listed(name).sealed or (name, column) in PUBLIC_HALVES, (name, column)


KEPT_A_DAY = {("sent_list", "data")}  # a list of groups that an editor sent, to be shown to everybody


def test_only_the_catalogue_is_public_and_no_free_text_is_called_internal() -> None:
    assert {name for name, _, _ in of(Class.PUBLIC)}.isdisjoint(
        name for name, _, _ in of(Class.PERSONAL, Class.HEALTH, Class.SECRET) if name != "report"
    )
    for name, column, found in of(Class.INTERNAL):
        assert not isinstance(found.type, LargeBinary) or (name, column) in KEPT_A_DAY or column == "link", (
            name,
            column,
        )
    in_json = {(name, column) for name, column, found in of(Class.INTERNAL) if isinstance(found.type, JSON)}
    assert in_json == {
        ("bulk_edit", "wish"),
        ("bulk_line", "before"),
        ("consent", "items"),
        ("api_key", "scopes"),
        ("access_token", "scopes"),
        ("audit_entry", "columns"),
        ("revision", "difference"),
        ("import_source", "mapping"),
        ("import_run", "counts"),
        *(("import_line", column) for column in ("difference", "kept", "conflicts", "remarks", "base")),
        ("imported", "said"),
        ("edit_draft", "typed"),
        ("counted_coverage", "figures"),
        ("editor_scope", "districts"),
        ("editor_scope", "organisation_ids"),
        ("sent_list", "mapping"),
        ("sent_list", "plan"),
        ("import_feed", "marks"),
        ("feed_item", "data"),
        ("interest_look", "words"),
        ("likely_pair", "why"),
        ("group_merge", "moved_slugs"),
        ("group_merge", "moved_ids"),
        ("referral", "wants"),
    }, "codes and, of listings, what everybody may read"


def test_every_table_that_tells_of_somebody_is_kept_for_a_time() -> None:
    kinds = {name: listed(name).kind for name in TABLES}
    for name, _column, _found in of(Class.PERSONAL, Class.HEALTH, Class.SECRET):
        assert kinds[name], name
    assert {kind for kind in kinds.values() if kind} | DERIVED == set(retention.TABLE)
    for name, column, _found in of(Class.HEALTH):
        assert retention.TABLE[kinds[name]].days is not None, (name, column)
    endless = {kinds[name] for name, _, _ in of(Class.PERSONAL) if retention.TABLE[kinds[name]].days is None}
    assert endless == {"audit"}
