"""A certificate authority of the tests' own, and what it signs: for servers on this machine alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """Where a server's certificate, its key, and the authority that vouches for it are kept."""

    certificate: Path
    key: Path
    authority: Path


def certify(folder: Path, *names: str) -> Certificate:
    """Make an authority and have it sign one certificate for these host names and addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _begun("Only for tests")
    root = root.public_key(root_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    alternative = x509.SubjectAlternativeName([_general(name) for name in names])
    leaf = _begun("A server of the tests").public_key(key.public_key())
    leaf = leaf.add_extension(alternative, critical=False)
    made = Certificate(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    made.authority.write_bytes(root.sign(root_key, SHA256()).public_bytes(Encoding.PEM))
    made.certificate.write_bytes(leaf.sign(root_key, SHA256()).public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def _begun(subject: str) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().serial_number(x509.random_serial_number())
    made = made.issuer_name(_name("Only for tests")).subject_name(_name(subject))
    return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
