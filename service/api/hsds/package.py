"""The whole catalogue as one file: a zip of CSV tables with their description (HSDS, tabular form)."""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from functools import lru_cache

from flask import Response, request

from service.api.hsds import answering
from service.api.hsds.lists import LISTS, every
from service.api.hsds.parameters import PACKAGE, Asked, of_address
from service.interop.hsds import tables

IN_MEMORY = 1_000_000  # bytes of a table; more is written to disk until it is sent
PIECE = 65_536
ZIP = "application/zip"


def view() -> Response:
    """Answer the file."""
    answering.count()
    asked = of_address(request.args.lists(), PACKAGE)
    known = answering.version()
    if (same := answering.unchanged(known)) is not None:
        return same
    answering.count_whole()
    made = _zipped(known, spreadsheet=asked.get("for") == "excel")
    answer = Response(made, mimetype=ZIP)
    answer.headers["Content-Disposition"] = 'attachment; filename="datapackage.zip"'
    return answering.marked(answer, known)


@lru_cache(maxsize=2)
def _zipped(known: answering.Version, *, spreadsheet: bool) -> bytes:
    """Write every table, then put them into one archive; made once a process for each state of the catalogue."""
    mark = "\ufeff" if spreadsheet else ""  # by which Excel knows UTF-8
    kept = {name: tempfile.SpooledTemporaryFile(IN_MEMORY) for name in tables.COLUMNS}  # noqa: SIM115  # closed below
    texts = {name: io.TextIOWrapper(file, "utf-8", newline="") for name, file in kept.items()}
    writers = {name: csv.writer(text, lineterminator="\n") for name, text in texts.items()}
    for name, text in texts.items():
        text.write(mark)
        writers[name].writerow(tables.columns(name))
    for name, row in _rows():
        writers[name].writerow(tables.cells(name, row, spreadsheet=spreadsheet))
    made = io.BytesIO()
    stamp = known.changed.timetuple()[:6]
    about = tables.package(home=answering.base(), created=known.changed.isoformat(timespec="seconds"))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("datapackage.json", stamp), json.dumps(about, indent=1))
        for name, text in texts.items():
            text.flush()
            kept[name].seek(0)
            with archive.open(_entry(f"{name}.csv", stamp), "w") as into:
                shutil.copyfileobj(kept[name], into, PIECE)
            text.close()
    return made.getvalue()


def _rows() -> Iterator[tables.Row]:
    writer = answering.writer(uk=False)
    found, asked = tables.Tables(), Asked(values={"full": True}, ignored=())
    yield from found.of_words(writer.vocabulary.lists, writer.vocabulary.terms)
    services = LISTS["services"]
    for service in every(services, services.keys(asked, writer), asked, writer):
        yield from found.of_service(service)


def _entry(name: str, stamp: tuple[int, ...]) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, stamp[:6])  # type: ignore[arg-type]  # six numbers
    made.compress_type = zipfile.ZIP_DEFLATED
    return made
