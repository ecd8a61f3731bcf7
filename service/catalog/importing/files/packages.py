"""HSDS tables in a folder or a zip file, put together as nested services. Reads files; unpacks no more than it may."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from service.catalog.importing.files.incoming import MOST_BYTES, Remark
from service.catalog.importing.files.tables import TableRow, rows_in
from service.errors import Invalid

MOST_FILES = 200
# What the library raises for a packed file that is damaged or packed in a way it does not know.
UNREADABLE = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError)
MOST_PACKED = 200  # times smaller than what it holds: more is a trap
Record = dict[str, Any]
Tables = dict[str, list[Record]]
TABLES = (
    *("services", "organizations", "locations", "service_at_location", "services_at_location", "addresses"),
    *("postal_addresses", "physical_addresses", "phones", "schedules", "regular_schedules", "languages"),
    *("cost_options", "attributes", "service_attributes", "taxonomy_terms", "taxonomies", "service_areas"),
    *("service_capacity", "funding", "required_documents", "organization_identifiers", "contacts"),
)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    if path.is_dir():
        with (path / name).open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive, archive.open(name) as packed:
        yield io.BytesIO(packed.read(MOST_BYTES + 1)[:MOST_BYTES])


def names(path: Path) -> dict[str, str]:
    """Return the tables of a folder or a zip file: table -> name of its file.

    Raises
    ------
    Invalid
        `file_damaged`, `too_many_files`, `file_too_large`.
    """
    if path.is_dir():
        listed = {one.name: one.stat().st_size for one in sorted(path.iterdir()) if one.is_file()}
    else:
        listed = packed(path)
    if len(listed) > MOST_FILES:
        raise Invalid("too_many_files", most=MOST_FILES)
    if sum(listed.values()) > MOST_BYTES:
        raise Invalid("file_too_large", most=MOST_BYTES)
    return {Path(name).stem.casefold(): name for name in listed if name.casefold().endswith(".csv")}


def packed(path: Path | IO[bytes]) -> dict[str, int]:
    """Return what lies in a zip file, with unpacked sizes in bytes. Raises Invalid for a damaged one or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
    except UNREADABLE:
        raise Invalid("file_damaged") from None
    if len(inside) > MOST_FILES:
        raise Invalid("too_many_files", most=MOST_FILES)
    for one in inside:
        if one.flag_bits & 1:
            raise Invalid("file_locked")
        if one.file_size > 1_000_000 and one.file_size > MOST_PACKED * max(one.compress_size, 1):
            raise Invalid("file_too_large", most=MOST_BYTES)
    return {one.filename: one.file_size for one in inside}


def services(path: Path) -> Iterator[tuple[int, Record | Remark]]:
    """Give each service of a package with its line, everything that belongs to it nested; or why a line cannot be used.

    Raises
    ------
    Invalid
        `services_missing`, or as `names`.
    """
    known = names(path)
    if "services" not in known:
        raise Invalid("services_missing")
    tables: Tables = {}
    for name in TABLES:
        if name in known and name != "services":
            tables[name] = [record for _, record in _records(path, known[name]) if isinstance(record, dict)]
    nest = _Nest(tables)
    for line, record in _records(path, known["services"]):
        yield line, nest.service(record) if isinstance(record, dict) else record


def _records(path: Path, name: str) -> Iterator[tuple[int, Record | Remark]]:
    try:
        with _opened(path, name) as file:
            yield from _as_records(rows_in(file))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError):
        raise Invalid("file_damaged", file=name[:100]) from None


def _as_records(rows: Iterator[TableRow]) -> Iterator[tuple[int, Record | Remark]]:
    headings = [cell.strip().casefold() for cell in next(rows, TableRow(1, ())).cells]
    for row in rows:
        if row.problem is not None:
            column = headings[row.column] if 0 <= row.column < len(headings) else ""
            yield row.line, Remark(row=row.line, column=column, code=row.problem, refused=True)
        elif len(row.cells) > len(headings) and any(cell.strip() for cell in row.cells[len(headings) :]):
            remark = Remark(
                row=row.line, column="", code="too_many_cells", params={"most": len(headings)}, refused=True
            )
            yield row.line, remark
        else:
            yield row.line, {name: cell for name, cell in zip(headings, row.cells, strict=False) if cell != ""}


def _by(records: list[Record], key: str) -> dict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.get(key):
            found[record[key]].append(record)
    return found


OF_SERVICE = {
    **{name: name for name in ("phones", "schedules", "regular_schedules", "languages", "cost_options", "contacts")},
    **{name: name for name in ("service_areas", "funding", "required_documents")},
    "capacities": "service_capacity",
}
AT_PLACES = ("schedules", "regular_schedules")
WITH_ATTRIBUTES = ("schedules", "service_areas", "locations")


class _Nest:
    """Joins the tables of a package."""

    def __init__(self, tables: Tables) -> None:
        def of(*names: str) -> list[Record]:
            return [record for name in names for record in tables.get(name, [])]

        self._join_attributes(of)
        self.bodies = {one["id"]: one for one in of("organizations") if "id" in one}
        numbers = _by(of("organization_identifiers"), "organization_id")
        for key, body in self.bodies.items():
            body["organization_identifiers"] = numbers.get(key, [])
        self.places = {one["id"]: one for one in of("locations") if "id" in one}
        self.joins = _by(of("service_at_location", "services_at_location"), "service_id")
        self.addresses = _by(of("addresses", "physical_addresses", "postal_addresses"), "location_id")
        self.parts = {ours: _by(of(table), "service_id") for ours, table in OF_SERVICE.items()}
        self.times = {
            name: {key: _by(of(name), key) for key in ("location_id", "service_at_location_id")} for name in AT_PLACES
        }

    def _join_attributes(self, of: Callable[..., list[Record]]) -> None:
        """Put to each thing its attributes, those of its attributes after them."""
        terms = {one["id"]: one for one in of("taxonomy_terms", "taxonomies") if "id" in one}
        attributes = of("attributes", "service_attributes")
        for one in attributes:
            one["taxonomy_term"] = terms.get(one.get("taxonomy_term_id") or one.get("taxonomy_id", ""))
            one.setdefault("link_id", one.get("service_id"))
        self.attributes = _by(attributes, "link_id")
        for table in WITH_ATTRIBUTES:
            for thing in of(table):
                if found := self._attributes_of(thing.get("id", "")):
                    thing["attributes"] = found

    def _attributes_of(self, key: str) -> list[Record]:
        own = self.attributes.get(key, [])
        return [*own, *(more for one in own for more in self.attributes.get(one.get("id", ""), []))]

    def service(self, record: Record) -> Record:
        """Return a service with what belongs to it."""
        key = record.get("id", "")
        made = dict(record) | {name: of.get(key, []) for name, of in self.parts.items()}
        made["organization"] = self.bodies.get(record.get("organization_id", ""), {})
        made["attributes"] = self._attributes_of(key)
        made["service_at_locations"] = [self._join(one) for one in self.joins.get(key, [])]
        return made

    def _join(self, join: Record) -> Record:
        where, key = join.get("location_id", ""), join.get("id", "")
        place = dict(self.places.get(where, {"id": where})) | {"addresses": self.addresses.get(where, [])}
        times = {
            name: of["service_at_location_id"].get(key, []) or of["location_id"].get(where, [])
            for name, of in self.times.items()
        }
        return dict(join) | {"location": place} | times
