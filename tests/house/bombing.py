"""Sends bodies that are small outside and large inside to the application, in a process that may not grow much.

`python -m tests.house.bombing DATABASE_URL FOLDER` prints one JSON line a body: status, seconds, growth in megabytes.
"""

import gzip
import io
import json
import resource
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from service.app import MAX_BODY, MAX_FORM, create_app
from service.config import Settings
from tests.house.test_forgery import token_of
from tests.people import settle, signed_in

FULL = MAX_BODY - 2_000  # bytes: under the limit, so that it is read
ROOM = 256_000_000  # bytes of addresses beyond what a process that serves has
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=zq"
MATCH, PLACES, RING, FIND = "/api/v1/match", "/api/v1/places", "/en/ring-me", "/en/find"


@dataclass(frozen=True)
class Bomb:
    name: str
    path: str
    kind: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def of_json() -> Iterator[Bomb]:
    half = FULL // 2
    bodies = {
        "deep lists": b"[" * half + b"]" * half,
        "deep lists, never closed": b"[" * FULL,
        "deep objects": b'{"a":' * (FULL // 6) + b"1" + b"}" * (FULL // 6),
        "deep in a field": b'{"text": ' + b"[" * (half - 9) + b"]" * (half - 9) + b"}",
        "a huge whole number": b'{"place": "Sale", "age": ' + b"9" * (FULL - 40) + b"}",
        "a huge exponent": b'{"place": "Sale", "age": 1e' + b"9" * (FULL - 40) + b"}",
        "a million keys": b"{" + b",".join(b'"%x":1' % n for n in range(FULL // 10)) + b"}",
        "one key again and again": b"{" + b",".join([b'"a":1'] * (FULL // 6)) + b"}",
        "a list of half a million": b'{"interests": [' + b",".join([b"1"] * (half - 20)) + b"]}",
        "half surrogates": b'{"text": "' + b"\\ud800" * (FULL // 7) + b'"}',
        "no number": b'{"age": NaN, "place": Infinity}',
        "not UTF-8": b'{"text": "' + b"\xff" * (FULL - 20) + b'"}',
    }
    for name, body in bodies.items():
        yield Bomb(f"JSON: {name}", MATCH, JSON, body)
    yield Bomb("JSON: packed", PLACES, JSON, gzip.compress(b'"' + b"a" * 200_000_000), {"Content-Encoding": "gzip"})
    yield Bomb("JSON: a zip file", PLACES, JSON, zipped())
    yield Bomb("JSON: too large", PLACES, JSON, b'"' + b"a" * MAX_BODY + b'"')


def of_forms() -> Iterator[Bomb]:
    yield Bomb("form: a field for every second byte", RING, FORM, b"a&" * (MAX_FORM // 2))
    yield Bomb("form: a field of its own, each", RING, FORM, b"&".join(b"%x=" % n for n in range(MAX_FORM // 7)))
    yield Bomb("form: one field again and again", RING, FORM, b"number=1&" * (MAX_FORM // 9))
    yield Bomb("form: percent signs", RING, FORM, b"number=" + b"%" * (MAX_FORM - 10))
    yield Bomb("form: too large", RING, FORM, b"number=" + b"1" * MAX_FORM)
    part = b'--zq\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    yield Bomb("parts: very many", RING, PARTS, part * (FULL // len(part)) + b"--zq--\r\n")
    yield Bomb("parts: one endless header", RING, PARTS, b"--zq\r\nContent-Disposition: " + b"x" * (FULL - 40))
    yield Bomb("parts: no part begins", RING, PARTS, b"\r\n" * (FULL // 2))
    yield Bomb("CSV: one line of commas", RING, FORM, b"number=" + b"%2C" * (MAX_FORM // 3 - 10))


def zipped() -> bytes:
    """Return a zip file of 100 MB of nothing, 100 kB packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("groups.csv", b"\0" * 100_000_000)
    return made.getvalue()


def png(width: int, height: int, *extra: tuple[bytes, bytes]) -> bytes:
    """Return a picture of one colour that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width + 1)) for _ in range(min(height, 8_000))) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(chunk(*one) for one in extra)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def of_pictures(where: str, token: str) -> Iterator[Bomb]:
    packed = zlib.compress(b"\0" * 100_000_000, 9)
    pictures = {
        "20,000 by 20,000": png(20_000, 20_000),
        "a line of 100 million": png(100_000_000, 1),
        "a packed comment": png(1, 1, (b"zTXt", b"a\0\0" + packed)),
        "a packed profile": png(1, 1, (b"iCCP", b"a\0\0" + packed)),
        "a zip file": zipped(),
        "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    }
    said = {"csrf_token": token, "what": "picture", "shows": "door", "alternative": "A door"}
    for name, data in pictures.items():
        begun = b"".join(
            f'--zq\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in said.items()
        )
        begun += b'--zq\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        yield Bomb(
            f"picture: {name}", where, PARTS, begun + b"Content-Type: image/png\r\n\r\n" + data + b"\r\n--zq--\r\n"
        )


def of_lines() -> Iterator[Bomb]:
    long = "A" * 60_000
    yield Bomb("address: a long sealed part", f"/en/find/{long}/keep", FORM, b"group=x")
    yield Bomb("cookie: packed", "/en/sign-out", FORM, b"", {"Cookie": f"kith=.{long}.x.y"})


def held(what: str) -> float:
    """Return how much memory this process holds (VmRSS), or held at most since `forget` (VmHWM), in megabytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def forget() -> None:
    """Begin anew to note the most memory that was held."""
    Path("/proc/self/clear_refs").write_text("5")


def addresses() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def warm(client: FlaskClient) -> None:
    """Ask what anybody asks, so that what is loaded once is loaded."""
    for _ in range(2):
        client.post(MATCH, json={"text": "singing", "place": "Sale"})
        client.post(FIND, data={"text": "singing", "place": "Sale"})
        client.post(RING, data={"number": "soon"})
        client.post(RING, data=b"--zq--\r\n" + b"x" * FULL, content_type=PARTS)


def settings_of(database_url: str, folder: str) -> Settings:
    """Return the settings of a demonstration."""
    return Settings(
        mode="demo",
        secret="only-for-tests-0123456789-0123456789",
        data_folder=Path(folder),
        seeds_folder=Path("seeds").absolute(),
        database_url=database_url,
        public_url="http://127.0.0.1:8000",
        proxy_hops=0,
        country="gb",
        help_lines_confirmed=True,
        ring_back=True,
        embed_sites=("https://council.example.org",),
    )


def main(database_url: str, folder: str) -> None:
    app: Flask = create_app(settings_of(database_url, folder))
    cast = settle(app)
    ada, visitor = signed_in(app, cast.ada), app.test_client()
    where = f"/en/admin/groups/{cast.eli_group}/page"
    bombs = [*of_json(), *of_forms(), *of_pictures(where, token_of(ada)), *of_lines()]
    warm(visitor)
    resource.setrlimit(resource.RLIMIT_AS, (addresses() + ROOM, resource.RLIM_INFINITY))
    for bomb in bombs:
        forget()
        before, began = held("VmRSS"), time.process_time()
        client = ada if bomb.path == where else visitor
        answer = client.post(bomb.path, data=bomb.body, content_type=bomb.kind, headers=bomb.headers, buffered=True)
        told = {"name": bomb.name, "status": answer.status_code, "seconds": time.process_time() - began}
        print(json.dumps({**told, "grown": held("VmHWM") - before}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
