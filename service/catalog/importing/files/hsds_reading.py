"""One record of HSDS as it is read: its parts, and what was left out of it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from service.catalog.importing.files import values
from service.catalog.importing.files.incoming import MOST_PARTS, Remark

T = TypeVar("T")
Json = Mapping[str, Any]


class Seen:
    """One record, on the day it is read, and what was left out of it."""

    def __init__(self, record: Json, row: int, today: date) -> None:
        self.record = record
        self.row = row
        self.today = today
        self.remarks: list[Remark] = []

    def remark(self, column: str, code: str, **params: object) -> None:
        """Note what was left out."""
        if len(self.remarks) < MOST_PARTS:
            self.remarks.append(Remark(row=self.row, column=column, code=code, params=params))

    def read(self, column: str, cell: object, reader: Callable[[object], T], unsaid: T) -> T:
        """Return what a value says."""
        try:
            return reader(cell)
        except values.UnreadableError as error:
            self.remark(column, error.code, **error.params)
            return unsaid

    def parts(self, record: Json, name: str) -> Iterator[Json]:
        """Give the records of a list, at most so many; what is no record is left out."""
        listed = record.get(name)
        if listed in (None, "", [], {}):
            return
        if not isinstance(listed, list):
            self.remark(name, "not_a_list")
            return
        if len(listed) > MOST_PARTS:
            self.remark(name, "too_many", limit=MOST_PARTS)
        for part in listed[:MOST_PARTS]:
            if isinstance(part, dict):
                yield part
            else:
                self.remark(name, "not_a_record")


def short(value: object, most: int) -> str | None:
    """Return a line that is not too long to be kept."""
    said = values.line(value)
    return said if said and len(said) <= most else None
