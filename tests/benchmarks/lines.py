"""A client light enough to measure the shipped pair: encrypted lines that are kept, many addresses, a timetable.

What is due is sent when it is due, whatever became of what went before, and its time counts from when it was due: a
server that stands still does not slow its own measurement down.
"""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from service.matching.trials.evaluation import percentile

HOST = "127.0.0.1"
ADDRESSES = 100  # of this machine: each may ask a hundred times a second
LONGEST = 35.0  # seconds, for one answer
SHED = 503
FAILED = 0  # no answer at all


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: when it was due, how late it left, how long it took from when it was due, and its status."""

    due: float
    late_ms: float
    took_ms: float
    status: int


@dataclass(slots=True)
class Figures:
    """What became of many requests."""

    answers: list[Answered] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def statuses(self) -> Counter[int]:
        return Counter(one.status for one in self.answers)

    @property
    def good(self) -> list[Answered]:
        return [one for one in self.answers if 200 <= one.status < 400]

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.good) / self.seconds if self.seconds else 0.0

    def ms(self, share: float, *, status: int | None = None) -> float:
        """Return a share of the milliseconds: of good answers, or of those of one status."""
        wanted = self.good if status is None else [one for one in self.answers if one.status == status]
        return percentile([one.took_ms for one in wanted], share) if wanted else float("nan")

    def late(self) -> float:
        """Return how late the client itself was, in milliseconds, 99 times of a hundred."""
        return percentile([one.late_ms for one in self.answers], 0.99) if self.answers else float("nan")


class Lines:
    """Encrypted connections to one port, kept and used again as a browser does; of many addresses of this machine."""

    def __init__(self, port: int, context: ssl.SSLContext, *, keep: bool = True, most: int = 400) -> None:
        self._port, self._context, self._keep, self._room = port, context, keep, asyncio.Semaphore(most)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._made = 0

    async def ask(self, request: bytes) -> int:
        """Send one request; return the status of its answer, FAILED where there was none."""
        line = None
        try:
            async with asyncio.timeout(LONGEST), self._room:
                line = await self._line()
                line[1].write(request)
                status, lasts = await _heard(line[0])
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            if line:
                line[1].close()
            return FAILED
        if lasts and self._keep:
            self._idle.append(line)
        else:
            line[1].close()
        return status

    async def _line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            line = self._idle.pop()
            if not line[0].at_eof() and not line[1].is_closing():
                return line
            line[1].close()
        self._made += 1
        address = f"127.0.1.{1 + self._made % ADDRESSES}"
        return await asyncio.open_connection(
            HOST, self._port, ssl=self._context, server_hostname=HOST, local_addr=(address, 0)
        )

    async def open(self, many: int) -> None:
        """Greet so many times beforehand: greeting takes this client longer than asking."""
        for line in [await self._line() for _ in range(many - len(self._idle))]:
            self._idle.append(line)

    def close(self) -> None:
        for _reader, writer in self._idle:
            with suppress(OSError):
                writer.close()
        self._idle.clear()


async def _heard(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if (length := lines.get(b"content-length")) is not None:
        await reader.readexactly(int(length))
    elif lines.get(b"transfer-encoding") == b"chunked":
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    return int(head[9:12]), lines.get(b"connection") != b"close"


def get(path: str) -> bytes:
    """Return a request as a browser sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return a request of a program."""
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{told}\r\n".encode() + body


async def by_timetable(lines: Lines, requests: Iterable[bytes], rate: float, seconds: float) -> Figures:
    """Send so many a second, each when it is due."""
    found, began, waiting = Figures(), time.monotonic(), set[asyncio.Task[None]]()

    async def one(request: bytes, due: float) -> None:
        late = (time.monotonic() - due) * 1000
        status = await lines.ask(request)
        found.answers.append(Answered(due - began, late, (time.monotonic() - due) * 1000, status))

    for number, request in zip(range(int(rate * seconds)), requests, strict=False):
        due = began + number / rate
        if (ahead := due - time.monotonic()) > 0:
            await asyncio.sleep(ahead)
        waiting.add(asyncio.create_task(one(request, due)))
        waiting = {task for task in waiting if not task.done()} if not number % 200 else waiting
    await asyncio.gather(*waiting)
    found.seconds = seconds
    return found


async def at_once(lines: Lines, requests: Iterable[bytes], clients: int, seconds: float) -> Figures:
    """Have so many clients ask as fast as they are answered: the most that can be had."""
    found, began, left = Figures(), time.monotonic(), iter(requests)

    async def client() -> None:
        while (due := time.monotonic()) - began < seconds:
            status = await lines.ask(next(left))
            found.answers.append(Answered(due - began, 0.0, (time.monotonic() - due) * 1000, status))

    await asyncio.gather(*(client() for _ in range(clients)))
    found.seconds = time.monotonic() - began
    return found


async def until_done(work: Awaitable[object], ask: Callable[[], Awaitable[object]]) -> None:
    """Ask again and again until some other work is done."""
    under_way = asyncio.ensure_future(work)
    while not under_way.done():
        await ask()
    await under_way
