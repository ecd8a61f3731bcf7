"""Nothing leaves the house but to places somebody named: odd addresses, names that lie, redirects, slow answers."""

import ast
import json
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.config import Settings
from service.errors import Invalid
from service.observability import logger
from service.outgoing import LONGEST_ANSWER, OutsideError, Ways, ask, kind
from tests.house.outside import Outside, certificates, outside
from tests.house.test_purity import imported

__all__ = ["certificates", "outside"]

LISTED = "https://geo.example.org"
# Addresses beside the list, and ways to write one so that two readers see two places.
ODD = [
    *("https://other.example.org/", "https://geo.example.org:8443/", "http://geo.example.org/"),
    *("https://geo.example.org@10.0.0.1/", "https://a:b@geo.example.org/", "https://10.0.0.1#@geo.example.org/"),
    *("https://geo.example.org#.elsewhere.example.org/", "https://10.0.0.1\\@geo.example.org/"),
    *("https://geo.example.org\\.elsewhere.example.org/", "https://geo.example.org%2eelsewhere.example.org/"),
    *("https://geo.example.org.elsewhere.example.org/", "https://geo.example.org:0/", "https://geo.example.org:65536/"),
    *(
        "https://geo.example.org:x/",
        "//geo.example.org/",
        "geo.example.org",
        "",
        "https://",
        "https:///geo.example.org",
    ),
    *("https:geo.example.org", "file:///etc/passwd", "ftp://geo.example.org/", "gopher://geo.example.org:70/_x"),
    *("data:text/plain,x", "javascript:alert(1)", "jar:https://geo.example.org!/", "dict://geo.example.org:11211/stat"),
    *("https://geo.example.org/\r\nHost: 10.0.0.1", "https://geo.example.org/ x", "https://geo.example.org/\x00"),
    *(
        "https://ｇｅｏ.example.org/",
        "https://geo。example.org/",
        "https://geo.example.org\t/",
        " https://geo.example.org/x",
    ),
    *("https://[::ffff:10.0.0.1]/", "https://[::1", "https://[geo.example.org]/", "https://geo.example.org./"),
]
# Hosts that an organisation might name as its own service, in the many ways to write a number.
NOWHERE = "0.0.0.0"  # noqa: S104  # asked, not listened on
NUMBERS = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0"),
    *(NOWHERE, "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "10.0.0.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fd00:ec2::254]", "[0:0:0:0:0:0:0:1]"),
    *("localhost", "metadata", "geo.localhost.1", "LOCALHOST", "router", "8.8.8.8", "[2001:4860:4860::8888]"),
]
# Where a name may not lead, however good the name.
BEHIND_A_NAME = [
    *("127.0.0.1", "127.8.8.8", NOWHERE, "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.1.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::10.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8"),
    *("64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:a00:1::", "2001:0:a00:1::", "fe80::1"),
    *("fe80::1%1", "fec0::1", "fc00::1", "fd12:3456::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1", "100::1"),
    *("2001:db8::1", "4000::1", "5f00::1"),
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "2001:4860:4860::8888", "64:ff9b::808:808"]


@dataclass
class Net:
    """A resolver that says what a test wants, and sockets that are counted and never opened."""

    answers: Sequence[Sequence[str]] = ()
    looked_up: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def look_up(self, host: str, port: int, **_kinds: Any) -> list[Any]:
        self.looked_up.append(host)
        answer = self.answers[min(len(self.looked_up), len(self.answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in answer
        ]

    def connect(self, address: Any) -> None:
        self.connected.append(address[0])
        raise ConnectionRefusedError


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    made = Net()
    monkeypatch.setattr(socket, "getaddrinfo", made.look_up)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda _self, address: made.connect(address))
    return made


def refused(url: str, ways: Ways) -> str:
    with pytest.raises(OutsideError) as error:
        ask(url, ways=ways)
    return str(error.value.params["why"])


@pytest.mark.asvs("V1.3.6", "V13.2.4")
@pytest.mark.parametrize("url", ODD)
def test_what_is_not_on_the_list_is_not_even_looked_up(net: Net, url: str) -> None:
    net.answers = [["8.8.8.8"]]
    assert refused(url, Ways.to(LISTED)) in ("address", "not_listed")
    assert (net.looked_up, net.connected) == ([], [])


@pytest.mark.asvs("V1.3.6", "V13.2.4")
@pytest.mark.parametrize("host", NUMBERS)
def test_a_number_is_no_name_even_where_somebody_listed_it(net: Net, host: str) -> None:
    net.answers = [["8.8.8.8"]]
    assert refused(f"https://{host}/x", Ways.to(f"https://{host}/")) == "not_listed"
    assert (net.looked_up, net.connected) == ([], [])


@pytest.mark.asvs("V1.3.6", "V13.2.4")
@pytest.mark.parametrize("address", BEHIND_A_NAME)
def test_a_listed_name_does_not_lead_into_a_network_of_somebodys_own(net: Net, address: str) -> None:
    for answer in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        net.answers = [answer]
        assert refused(LISTED, Ways.to(LISTED)) == "private_address"
    assert net.connected == []


def test_there_are_enough_of_them() -> None:
    assert len({*ODD, *NUMBERS, *BEHIND_A_NAME}) >= 100


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to(net: Net, address: str) -> None:
    net.answers = [[address]]
    assert refused(LISTED, Ways.to(LISTED)) == "ConnectionRefusedError"
    assert net.connected == [address]


@pytest.mark.asvs("V1.3.6")
def test_a_name_that_changes_its_mind_is_asked_once(net: Net) -> None:
    net.answers = [["8.8.8.8"], ["127.0.0.1"], ["169.254.169.254"]]
    assert refused(LISTED, Ways.to(LISTED)) == "ConnectionRefusedError"
    assert (net.looked_up, net.connected) == (["geo.example.org"], ["8.8.8.8"])
    assert refused(LISTED, Ways.to(LISTED)) == "private_address"
    assert net.connected == ["8.8.8.8"]


def test_in_the_own_network_only_what_the_operator_named_is_asked(net: Net) -> None:
    net.answers = [["10.0.0.5"]]
    own = Ways.to("http://roads:5000", own=["roads"])
    assert refused("http://roads:5000/table", own) == "ConnectionRefusedError"
    assert net.connected == ["10.0.0.5"]
    net.answers = [["169.254.169.254"]]
    assert refused("http://roads:5000/table", own) == "private_address", "what a cloud tells itself, not even then"
    assert net.connected == ["10.0.0.5"]
    assert [kind(one) for one in ("10.0.0.5", "::1", "8.8.8.8", "169.254.1.1")] == ["own", "own", "public", "never"]


def test_a_demonstration_may_ask_this_machine_and_production_may_not(app: Any, net: Net) -> None:
    from dataclasses import replace

    net.answers = [["127.0.0.1"]]
    services = app.extensions["kith"]
    assert refused("http://localhost:9/x", services.ways("http://localhost:9")) == "ConnectionRefusedError"
    serious = replace(services, settings=replace(services.settings, mode="production"))
    assert refused("http://localhost:9/x", serious.ways("http://localhost:9")) == "not_listed"


@pytest.mark.parametrize("host", ["https://login.example.org", "login.example.org:443", "*.org", "a/b", "LOGIN"])
def test_a_host_of_the_own_network_is_named_plainly(host: str) -> None:
    with pytest.raises(Invalid) as error:
        Settings.from_env({"KITH_MODE": "demo", "KITH_SECRET": "x" * 40, "KITH_OWN_HOSTS": host})
    assert error.value.params["variable"] == "KITH_OWN_HOSTS"


# ---- with a real server ----------------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that is really connected to."""
    found: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        found.append(address)
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return found


HERE = "127.0.0.1"


@pytest.mark.asvs("V15.3.2", "V1.3.6")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["http://169.254.169.254/latest", "//10.0.0.1/", "/again", "http://127.0.0.1:1/"])
def test_a_redirect_is_not_followed(outside: Outside, counted: list[Any], status: int, to: str) -> None:
    outside.says = f"HTTP/1.1 {status} Over there\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    assert refused(outside.url, Ways.to(outside.url, own=[HERE])) == "redirect"
    assert counted == [(HERE, outside.port)]


def test_a_question_is_sent_as_it_was_meant(outside: Outside) -> None:
    outside.says = b"HTTP/1.1 404 No\r\nContent-Length: 2\r\nX-Kind: a\r\n\r\nno"
    told = ask(
        f"{outside.url}/a?b=c", ways=Ways.to(outside.url, own=[HERE]), method="POST", body=b"x=1", headers={"A": "b"}
    )
    assert (told.status, told.headers["x-kind"], told.body) == (404, "a", b"no")
    [asked] = outside.heard
    assert asked.startswith(b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % outside.port)
    assert asked.endswith(b"\r\n\r\nx=1")
    assert b"User-Agent: Kith\r\n" in asked


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "cut_off"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "packed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_ANSWER + 1), "too_long"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "IncompleteRead"),
        (b"not a word of HTTP\r\n\r\n", "BadStatusLine"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "HTTPException"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", "LineTooLong"),
        (b"", "RemoteDisconnected"),
    ],
    ids=["short", "packed", "long", "chunks", "garbage", "headers", "header", "nothing"],
)
def test_what_is_not_a_whole_answer_is_none(outside: Outside, says: bytes, why: str) -> None:
    outside.says = says
    assert refused(outside.url, Ways.to(outside.url, own=[HERE])) == why


@pytest.mark.asvs("V15.2.2")
@pytest.mark.parametrize("says", [b"HTTP/1.1 200 OK\r\nA: " + b"b" * 500, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500])
def test_an_answer_that_drips_is_given_up_as_a_whole(outside: Outside, says: bytes) -> None:
    outside.says, outside.every = says, 0.02
    began = time.monotonic()
    with pytest.raises(OutsideError):
        ask(outside.url, ways=Ways.to(outside.url, own=[HERE]), wait_seconds=0.3)
    assert time.monotonic() - began < 2


def test_proxies_of_the_environment_are_not_used(
    outside: Outside, counted: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:1")
    assert ask(outside.url, ways=Ways.to(outside.url, own=[HERE])).status == 200
    assert counted == [(HERE, outside.port)]


@pytest.mark.asvs("V12.3.2", "V16.3.4")
def test_a_certificate_nobody_vouches_for_is_refused_and_told(
    outside: Outside, certificates: Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]], capfd: Any
) -> None:
    def trusting(name: str) -> tuple[str, Ways]:
        outside.tls, client = certificates(name)
        url = f"https://127.0.0.1:{outside.port}"
        return url, Ways.to(url, own=[HERE], tls=client)

    logger()
    url, ways = trusting("127.0.0.1")
    assert ask(url, ways=ways).body == b"well"
    stranger = Ways.to(url, own=[HERE])
    assert refused(url, stranger) == "SSLCertVerificationError"
    url, ways = trusting("127.0.0.2")
    assert refused(url, ways) == "SSLCertVerificationError", "the right authority, another name"
    assert outside.heard[1:] == [], "nothing was said to whom nobody vouches for"
    told = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert [line["error"] for line in told if line["level"] == "warning"] == ["SSLCertVerificationError"] * 2


@pytest.mark.asvs("V16.3.3")
def test_a_refusal_leaves_a_line_without_the_address(net: Net, capfd: pytest.CaptureFixture[str]) -> None:
    logger()
    refused("https://zqaxb.example.org/zqaxb", Ways.to(LISTED))
    line = json.loads(capfd.readouterr().err)
    assert (line["event"], line["error"]) == ("a request outwards was refused", "not_listed")
    assert "zqaxb" not in str(line)


# ---- nobody goes round it --------------------------------------------------------------------------------------------

NETWORK = (
    *(
        "socket",
        "ssl",
        "http.client",
        "urllib.request",
        "urllib3",
        "requests",
        "httpx",
        "httpcore",
        "aiohttp",
        "pycurl",
    ),
    *(
        "ftplib",
        "telnetlib",
        "smtplib",
        "imaplib",
        "poplib",
        "nntplib",
        "xmlrpc",
        "asyncio",
        "socketserver",
        "paramiko",
    ),
    *("authlib.integrations", "geopy.adapters", "websockets", "dns", "webbrowser", "multiprocessing.connection"),
)
MAY = {
    "service/outgoing.py": {"socket", "ssl", "http.client"},
    "service/catalog/where/geocoding.py": {"geopy.adapters"},  # to put our own in its place
    "service/cli/demonstration.py": {"socket"},  # looks whether its own port is free
    "service/running/exposing.py": {"socket"},  # answers Prometheus, and asks nobody
    "service/notifications/smtp.py": {"smtplib", "ssl", "socket"},  # speaks with the one mail server of the settings
}


def reaching(tree: ast.Module) -> set[str]:
    names = set(imported(tree))
    return {root for root in NETWORK for name in names if name == root or name.startswith(f"{root}.")}


@pytest.mark.asvs("V13.2.4")
def test_no_other_module_can_reach_a_network() -> None:
    for path in sorted(Path("service").rglob("*.py")):
        found = reaching(ast.parse(path.read_text(encoding="utf-8")))
        assert found <= MAY.get(path.as_posix(), set()), f"{path} imports {found}: ask through service/outgoing.py"


def test_a_planted_way_round_is_found() -> None:
    planted = "import requests\nfrom urllib import request\nfrom http.client import HTTPConnection\nimport json"
    assert reaching(ast.parse(planted)) == {"requests", "urllib.request", "http.client"}


def test_the_geocoder_asks_through_it(net: Net) -> None:
    from geopy.exc import GeopyError

    from service.catalog.where.geocoding import ONLINE, online_geocoder

    net.answers = [["10.0.0.1"]]
    for name, place in ONLINE.items():
        with pytest.raises(GeopyError):
            online_geocoder(name, "Kith tests").geocode("Nowhere")
        assert place.endswith(net.looked_up.pop())
    assert net.connected == []
