"""Rows of tables: one plausible row in each, made from the tables' own types and checks; and all there are."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import CheckConstraint, Column, Engine, Table, insert, select
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String, Uuid

from service.db import Base, db

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def one_row_each(engine: Engine) -> dict[str, dict[str, Any]]:
    """Insert one row into every table, in order of their foreign keys, and return what was written."""
    rows: dict[str, dict[str, Any]] = {}
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in Base.metadata.sorted_tables:
            rows[table.name] = _row(table, rows)
            connection.execute(insert(table), rows[table.name])
    return rows


def rows(app: Flask, of: Any) -> list[Any]:
    """Return all rows of a model, held by no session."""
    with app.app_context():
        found = list(db.session.scalars(select(of)))
        for row in found:
            db.session.expunge(row)
        db.session.rollback()
        return found


def _row(table: Table, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable:
            continue
        keys = list(column.foreign_keys)
        if keys:
            target = keys[0].column
            row[column.name] = rows[target.table.name][target.name]
        else:
            row[column.name] = _value(table, column)
    for check in _checks(table):
        if re.match(
            r'"?\(?"?group_id"? IS NULL\) <> \((location_id|organisation_id) IS NULL\)', check.replace('"', "")
        ):
            row["group_id"] = rows["group"]["id"]
        if check == "(key_hash IS NULL) <> (public_keys IS NULL)":
            row["key_hash"] = b"x" * 32
    return row


def _checks(table: Table) -> list[str]:
    return [str(found.sqltext) for found in table.constraints if isinstance(found, CheckConstraint)]


def _value(table: Table, column: Column[Any]) -> Any:
    for check in _checks(table):
        listed = re.search(rf"\b{column.name} IN \('([^']*)'", check)
        if listed:
            return listed[1]
        single = re.fullmatch(rf"{column.name} = (\d+)", check)
        if single:
            return int(single[1])
    kind = getattr(column.type, "impl", column.type)
    made: dict[type, Any] = {
        Uuid: uuid4(),
        Boolean: False,
        Integer: 1,
        Float: 0.5,
        DateTime: AT,
        Date: date(2026, 11, 2),
        JSON: [],
        LargeBinary: b"x" * 32,
        String: "x",
    }
    for sort, value in made.items():
        if isinstance(kind, sort) or isinstance(column.type, sort):
            return value
    return UUID(int=0)
