# ruff: noqa: E501  # one file a line
"""Files as people really send them: each with what is wrong, how many rows go in and how many are refused."""

import io
import zipfile
from dataclasses import dataclass

HEAD = "id,name,description,phone,postcode,latitude,longitude,day,start,end,updated,step free,age,cost\n"


def rows(number: int, start: int = 0) -> str:
    made = (
        f"{n},Group {n},Tea,01632 96{n:04},M33 2AB,53.42,-2.32,Tuesday,10:00,12:00,2026-01-05,yes,18+,£2"
        for n in range(start, number)
    )
    return "\n".join(made) + "\n"


def cell(column: str, value: str, number: int = 3) -> str:
    """Return a table of three rows of which the last holds this cell."""
    last = dict(zip(HEAD.strip().split(","), rows(3, 2).strip().split(","), strict=True)) | {column: value}
    return HEAD + rows(number - 1) + ",".join(last.values()) + "\n"


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.csv", data)
    return made.getvalue()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2] + data[-60:]


@dataclass(frozen=True)
class Broken:
    """One file: `good` rows go in, `refused` do not; `codes` are told of (column, code); or the whole is refused."""

    name: str
    data: bytes
    good: int = 0
    refused: int = 0
    codes: tuple[tuple[str, str], ...] = ()
    whole: str = ""
    suffix: str = ".csv"


def utf(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


SERVICES = b"id,name,status,organization_id\ns1,Tea Table,active,o1\n"
BODIES = b"id,name,description\no1,Lantern Friends,Friends\n"
LEFT = (
    ("phone", "ask Mary", "not_phone"),
    ("updated", "last week", "not_a_date"),
    ("updated", "2026-02-31", "not_a_date"),
    ("updated", "1066-10-14", "out_of_range"),
    ("start", "25:99", "not_a_time"),
    ("day", "every so often", "not_a_weekday"),
    ("step free", "ring and ask", "not_yes_or_no"),
    ("age", "young at heart", "not_an_age"),
    ("cost", "two goats", "not_a_price"),
    ("latitude", "north", "not_a_position"),
    ("longitude", "400", "out_of_range"),
)
ALL = (
    Broken("a byte order mark", utf("\ufeff" + HEAD + rows(3)), good=3),
    Broken("Windows letters", utf(HEAD + rows(2) + rows(3, 2).replace("Group 2", "Café £5 – José"), "cp1252"), good=3),
    Broken("UTF-16 with a mark", utf(HEAD + rows(3), "utf-16"), good=3),
    Broken("UTF-16 without a mark", utf(HEAD + rows(3), "utf-16-le"), good=3),
    Broken("letters spoilt in one row", utf(HEAD + "é" * 40 + rows(2)).replace(b"Tea", b"T\xe9a") + utf("ü"), good=2, refused=1),
    Broken("semicolons", utf((HEAD + rows(3)).replace(",", ";")), good=3),
    Broken("tabs", utf((HEAD + rows(3)).replace(",", "\t")), good=3),
    Broken("old line ends", utf((HEAD + rows(3)).replace("\n", "\r")), good=3),
    Broken("blank lines", utf(HEAD + "\n,,,,,,,,,,,,,\n" + rows(3) + "\n\n"), good=3),
    Broken("half a row at the end", utf(HEAD + rows(3) + "4,Half"), good=3, refused=1, codes=(("description", "half_row"),)),
    Broken("a row too long", utf(HEAD + rows(3)[:-1] + ",and,more\n"), good=2, refused=1, codes=(("", "too_many_cells"),)),
    Broken("the same id twice", utf(HEAD + rows(3) + rows(3, 2)), good=3, refused=1, codes=(("id", "duplicate_id"),)),
    Broken("no name", utf(HEAD + rows(2) + rows(3, 2).replace("Group 2", "  ")), good=2, refused=1, codes=(("name", "name_needed"),)),
    Broken("a name like a book", utf(cell("name", "x" * 250)), good=2, refused=1, codes=(("name", "too_long"),)),
    Broken("a huge cell", utf(cell("description", "x" * 60_000)), good=2, refused=1, codes=(("description", "cell_too_large"),)),
    Broken("a cell of megabytes", utf(cell("description", "x" * 3_000_000)), good=2, refused=1),
    Broken("a quotation mark that never ends", utf(HEAD + rows(2) + '9,"Open,' + rows(30)), good=2, refused=1),
    Broken("nothing characters", utf(cell("description", "a\0b")), good=2, refused=1, codes=(("description", "not_text"),)),
    Broken("a column that is not there", utf("colour,shape\nred,round\n"), whole="mapping"),
    Broken("headings twice", utf("name,name,id\nTea,Coffee,1\n"), good=1),
    Broken("five thousand columns", utf("name" + "," * 5000 + "\n" + "a" + "," * 5000 + "\n"), whole="headings_unreadable"),
    Broken("an empty file", b"", whole="file_empty"),
    Broken("headings and no row", utf(HEAD)),
    Broken("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, whole="file_unknown"),
    Broken("a zip bomb", zipped(services=b"id,name\n" + b"0" * 100_000_000), whole="file_too_large", suffix=".zip"),
    Broken("a zip of a thousand files", zipped(**{f"t{n}": b"a" for n in range(1000)}), whole="too_many_files", suffix=".zip"),
    Broken("a damaged zip", cut(zipped(services=SERVICES * 300, organizations=BODIES)), whole="file_damaged", suffix=".zip"),
    Broken("a zip without services", zipped(organizations=BODIES), whole="services_missing", suffix=".zip"),
    Broken("a zip of HSDS", zipped(services=SERVICES, organizations=BODIES), good=1, suffix=".zip"),
    Broken("JSON cut off", b'{"contents": [{"id": "1", "name": "Tea"}, {"id"', whole="json_damaged", suffix=".json"),
    Broken("JSON nested deep", b"[" * 100_000 + b"]" * 100_000, whole="json_too_deep", suffix=".json"),
    Broken("JSON of other things", b'[1, "a", null, {"id": "1"}, {"name": "Tea"}, {"id": "2", "name": "Tea"}]', good=1, refused=5, suffix=".json"),
    Broken("a line of JSON damaged", b'{"id": "1", "name": "Tea"}\n{"id": "2", \n{"id": "3", "name": "Walk"}\n', good=2, refused=1, suffix=".json"),
    Broken(
        "lists that are none",
        b'[{"id": "1", "name": "Tea", "schedules": "weekly", "phones": [5], "service_at_locations": [{"location": []}]}]',
        good=1,
        codes=(("schedules", "not_a_list"), ("phones", "not_a_record")),
        suffix=".json",
    ),
    *(Broken(f"{column}: {value}", utf(cell(column, value)), good=3, codes=((column, code),)) for column, value, code in LEFT),
    Broken("0, 0", utf(cell("latitude", "0").replace("0,-2.32,Tuesday", "0,0,Tuesday")), good=3, codes=(("latitude", "nowhere"),)),
)  # fmt: skip
