"""Slow clients, in a process of their own so that they take no time from whoever measures."""

import asyncio
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

HOST, ATTACKER = "127.0.0.1", "127.0.0.2"
LONGEST = 60.0  # seconds, whatever happens to whoever started this


async def slow_header(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never finish the header."""
    writer.write(f"GET /en/ HTTP/1.1\r\nHost: {HOST}\r\n".encode())
    for number in range(100):
        writer.write(f"X-{number}: y\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.5)


async def slow_body(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the body one letter at a time."""
    writer.write(f"POST /en/sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 10000\r\n\r\n".encode())
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.5)


async def slow_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ask for a file and take it a few letters at a time."""
    writer.write(f"GET {sys.argv[4]} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    await writer.drain()
    for _ in range(100):
        await reader.readexactly(16)
        await asyncio.sleep(0.5)


Kind = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
KINDS: tuple[Kind, ...] = (slow_header, slow_body, slow_reading)


async def again(port: int, kind: Kind, context: ssl.SSLContext, held: list[int]) -> None:
    """Begin again whenever the proxy has had enough."""
    while True:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(
                HOST, port, ssl=context, server_hostname=HOST, local_addr=(ATTACKER, 0)
            )
            held[0] += 1
            try:
                await kind(reader, writer)
            finally:
                held[0] -= 1
                writer.close()
        await asyncio.sleep(0.2)


async def attack(port: int, many: int, context: ssl.SSLContext) -> None:
    """Hold so many lines of each kind, and say so as soon as they are held."""
    held = [0]
    every = [asyncio.create_task(again(port, kind, context, held)) for kind in KINDS for _ in range(many)]
    while held[0] < many * len(KINDS) * 0.9:  # some are being cut off while others begin
        await asyncio.sleep(0.05)
    print(held[0], flush=True)
    await asyncio.wait(every, timeout=LONGEST)


if __name__ == "__main__":
    # Which port, how many of each kind, whose certificates to believe, which file to read slowly.
    asyncio.run(attack(int(sys.argv[1]), int(sys.argv[2]), ssl.create_default_context(cafile=sys.argv[3])))
