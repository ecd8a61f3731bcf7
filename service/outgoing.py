"""The one way out: requests to named places only, over an address that was checked, once, soon, and never further on.

A name is looked up once, and the very address that was checked is the one that is connected to: a name that changes
its mind between the look and the step leads nowhere. Redirects are not followed, proxies of the environment not used.
"""

import io
import ipaddress
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Literal
from urllib.parse import urlsplit

from service.errors import Unavailable
from service.tracing import span

WAIT_SECONDS = 3.0  # for a whole answer, from the first step on
LONGEST_ANSWER = 1_000_000  # bytes
PORTS = {"https": 443, "http": 80}
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
Kind = Literal["public", "own", "never"]
# What clouds tell a machine about itself, where it does not lie in a range that is refused anyway.
_METADATA = {"168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"}
_OWN = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7")
]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # a public address of version 4, as seen where there is only version 6
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
# Said here as well as by Python, whose lists grow from one version to the next: relays, tests, examples, later use.
_NEVER = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.){{1,8}}[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?", re.ASCII)
_log = logging.getLogger("kith")


class OutsideError(Unavailable):
    """Somebody outside was not asked, or did not answer well; `params["why"]` is a code for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__("not_ready", why=why)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody outside said."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where requests may go, and what the operator said of it.

    Parameters
    ----------
    origins : frozenset of str
        `scheme://host:port` of each place; see `to`.
    own : frozenset of str
        Hosts that the operator named as lying in the own network: these alone may be asked at a private address, and
        without TLS.
    tls : SSLContext, optional
        Which certificates to trust; those of the system by default.
    """

    origins: frozenset[str]
    own: frozenset[str] = frozenset()
    tls: ssl.SSLContext | None = None

    @classmethod
    def to(cls, *urls: str, own: Iterable[str] = (), tls: ssl.SSLContext | None = None) -> "Ways":
        """Return the ways to the places of these addresses."""
        return cls(frozenset(_Place.of(url).origin for url in urls), frozenset(own), tls)


@dataclass(frozen=True, slots=True)
class _Place:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @classmethod
    def of(cls, url: str) -> "_Place":
        """Read an address, or refuse whatever two readers might read in two ways."""
        if not re.fullmatch(r"[!-\[\]-~]{1,8000}", url, re.ASCII):  # visible ASCII without the backslash
            raise OutsideError("address")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise OutsideError("address") from None
        if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
            raise OutsideError("address")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, parts.hostname, port or PORTS[parts.scheme], path)


def ask(
    url: str,
    *,
    ways: Ways,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    wait_seconds: float = WAIT_SECONDS,
    longest: int = LONGEST_ANSWER,
) -> Answer:
    """Ask once and return the answer, whatever its status, if it is not a redirect.

    Raises
    ------
    OutsideError
        When the place is not one of `ways`, lies at an address that is refused, or does not answer whole and in time.
    """
    place = _allowed(url, ways)
    until = time.monotonic() + wait_seconds
    sent = {"User-Agent": "Kith", "Accept-Encoding": "identity", "Connection": "close", **(headers or {})}
    line = _Line(place, ways, until)
    try:
        with span("outside", host=place.host, method=method):
            line.request(method, place.path, body=body, headers=sent)
            return _whole(line.getresponse(), until, longest)
    except OutsideError as error:
        _log.warning("nobody outside was believed", extra={"error": error.params["why"]})
        raise
    except (OSError, HTTPException, ValueError) as error:
        _log.warning("somebody outside did not answer", extra={"error": type(error).__name__})
        raise OutsideError(type(error).__name__) from None
    finally:
        line.hang_up()


def certified_until(url: str, *, ways: Ways, wait_seconds: float = WAIT_SECONDS) -> datetime:
    """Return until when the certificate of a place is good. It was checked on the way, as before every question.

    Raises
    ------
    OutsideError
        As `ask` does; `SSLCertVerificationError` where nobody we trust vouches for it, or it has run out.
    """
    place = _allowed(url, ways)
    line = _Line(place, ways, time.monotonic() + wait_seconds)
    try:
        line.connect()
        return line.certified_until()
    except OutsideError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise OutsideError(type(error).__name__) from None
    finally:
        line.hang_up()


def _allowed(url: str, ways: Ways) -> _Place:
    """Return the place of an address that may be asked, before any name is looked up."""
    try:
        place = _Place.of(url)
        if place.origin not in ways.origins:
            raise OutsideError("not_listed")
        if place.host not in ways.own and (place.scheme != "https" or not _NAME.fullmatch(place.host)):
            raise OutsideError("not_listed")
    except OutsideError as error:
        _log.warning("a request outwards was refused", extra={"error": error.params["why"]})
        raise
    return place


def host_of(url: str) -> str:
    """Return the host of an address, if it has the form of one in the public network: https, and a name, no number.

    Raises
    ------
    OutsideError
        What has another form. Where the name leads is looked up when it is asked.
    """
    return _allowed(url, Ways.to(url)).host


def kind(address: str) -> Kind:
    """Return whether an address is anybody's, of an own network, or never to be asked."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found in _NAT64:
        return "public" if kind(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))) == "public" else "never"
    if str(found) in _METADATA or any(found in network for network in _NEVER):
        return "never"
    if any(found in network for network in _OWN):
        return "own"
    if found.is_multicast or found.is_reserved or not found.is_global:
        return "never"
    return "public" if found.version == 4 or found in _PUBLIC_6 else "never"


def _addresses(place: _Place, ways: Ways) -> list[tuple[socket.AddressFamily, Any]]:
    """Look a name up once. One address that is refused refuses them all: its owner is not to be believed."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    wanted = ("public", "own") if place.host in ways.own else ("public",)
    if not found or any(kind(str(address[0])) not in wanted for *_, address in found):
        raise OutsideError("private_address")
    return [(family, address) for family, _, _, _, address in found]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise OutsideError("too_slow")
    return left


class _Line(HTTPConnection):
    """A connection to an address that was checked."""

    def __init__(self, place: _Place, ways: Ways, until: float) -> None:
        super().__init__(place.host, place.port)
        self.default_port = PORTS[place.scheme]
        self._asked = (place, ways, until)
        self._wire: _Wire | None = None

    def connect(self) -> None:
        """Try the checked addresses in turn."""
        place, ways, until = self._asked
        failure: OSError = OSError("no address")
        for family, address in _addresses(place, ways):
            wire = socket.socket(family, socket.SOCK_STREAM)
            try:
                wire.settimeout(_left(until))
                wire.connect(address)
                if place.scheme == "https":
                    wire = (ways.tls or ssl.create_default_context()).wrap_socket(wire, server_hostname=place.host)
            except BaseException as error:
                wire.close()
                if not isinstance(error, OSError) or isinstance(error, ssl.SSLError):
                    raise
                failure = error
                continue
            self.sock = self._wire = _Wire(wire, until)
            return
        raise failure

    def certified_until(self) -> datetime:
        """Return until when the certificate of whoever answers is good."""
        told = self._wire.certificate() if self._wire else {}
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)

    def hang_up(self) -> None:
        """Close the socket; `close` is called before the answer has been read."""
        if self._wire is not None:
            self._wire.hang_up()


class _Wire:
    """A socket whose every step ends when the whole answer should be there."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire = wire
        self._until = until

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_left(self._until))
        self._wire.sendall(data)

    def certificate(self) -> Mapping[str, object]:
        return (self._wire.getpeercert() or {}) if isinstance(self._wire, ssl.SSLSocket) else {}

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._until))

    def close(self) -> None:
        """Do nothing: what asked hangs up."""

    def hang_up(self) -> None:
        self._wire.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire = wire
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(_left(self._until))
        return self._wire.recv_into(buffer)


def _whole(response: HTTPResponse, until: float, longest: int) -> Answer:
    """Read an answer to its end, unless it is a redirect, packed or too long."""
    if 300 <= response.status < 400:
        raise OutsideError("redirect")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise OutsideError("packed")
    found = bytearray()
    while part := response.read1(65_536):
        found += part
        if len(found) > longest:
            raise OutsideError("too_long")
        _left(until)
    if response.length:
        raise OutsideError("cut_off")
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, bytes(found))
