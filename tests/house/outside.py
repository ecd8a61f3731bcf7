"""Somebody outside, played on this machine: says the bytes it was told to say, slowly if wished, with TLS if wished."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Certificates = Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]


@dataclass
class Outside:
    """What it says to everybody, and what it heard."""

    listening: socket.socket
    says: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell"
    every: float = 0.0  # seconds between bytes
    tls: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answer one caller after the other, until the listening socket is closed."""
        while True:
            try:
                caller, _ = self.listening.accept()
            except OSError:
                return
            caller.settimeout(5)
            with caller, suppress(OSError):
                self._answer(self.tls.wrap_socket(caller, server_side=True) if self.tls else caller)

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            heard = b""
            while b"\r\n\r\n" not in heard:
                part = caller.recv(65_536)
                if not part:
                    return
                heard += part
            if heard.startswith(b"POST") and heard.endswith(b"\r\n\r\n"):
                heard += caller.recv(65_536)
            self.heard.append(heard)
            if not self.every:
                caller.sendall(self.says)
                return
            for byte in self.says:
                caller.sendall(bytes([byte]))
                time.sleep(self.every)


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A server that says what a test tells it to say."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Outside(listening)
        thread = threading.Thread(target=made.serve, daemon=True)
        thread.start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """An authority of our own, which makes a server's context for one address and a client's that trusts it."""
    authority = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("authority", authority, "authority", authority, address=None)
    trusted = root.public_bytes(serialization.Encoding.PEM).decode()

    def make(address: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate("server", key, "authority", authority, address=address)
        chain = tmp_path / f"{address}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(chain)
        return server, ssl.create_default_context(cadata=trusted)

    return make


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    *,
    address: str | None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
    )
    if address is not None:
        made = made.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
    return made.sign(signer, hashes.SHA256())
