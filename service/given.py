"""What the environment gives of secrets, and of the two lines that want one: to the mail server, and from Prometheus.

A secret stands in a variable, or in a file that a variable names.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import quote

from service.errors import Invalid

Tls = Literal["starttls", "implicit", "none"]
SMTP_PORTS: Mapping[str, int] = {"starttls": 587, "implicit": 465, "none": 25}  # RFC 6409, RFC 8314, RFC 5321
SECRET_BYTES = 32  # 256 bits
LARGEST_SECRET_FILE = 65_536  # bytes
NO_PASSWORD = re.compile(r"(postgresql\+psycopg://[^:@/]+)(@.*)")  # a user's name and nothing behind it
REPLICA_LATE_S = range(1, 301)
# What may stand in a file, and the variable that names the file.
SECRET_FILES = {
    "KITH_SECRET": "KITH_SECRET_FILE",
    "KITH_SMTP_PASSWORD": "KITH_SMTP_PASSWORD_FILE",
    "KITH_DATABASE_PASSWORD": "KITH_DATABASE_PASSWORD_FILE",
    "KITH_METRICS_TOKEN": "KITH_METRICS_TOKEN_FILE",
}


def secret_text(env: Mapping[str, str], name: str) -> str:
    """Read a secret from the variable `name`, or from the file that its neighbour in SECRET_FILES names.

    Empty when neither is set. The text of the file is taken without blanks and line ends around it.

    Raises
    ------
    Invalid
        `settings`: both are set, or the file cannot be read, is empty, or may be read by everybody on this machine.
    """
    given, path = env.get(name, ""), env.get(SECRET_FILES[name], "")
    if not path:
        return given
    if given:
        raise Invalid("settings", variable=name, why=f"and {SECRET_FILES[name]} are both set: keep one")
    return _secret_file(SECRET_FILES[name], Path(path))


def _secret_file(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            for_all = os.fstat(file.fileno()).st_mode & 0o007
            text = file.read(LARGEST_SECRET_FILE + 1).decode().strip()
    except (OSError, ValueError) as error:
        raise Invalid("settings", variable=variable, why="must name a file of text that Kith may read") from error
    if for_all:
        raise Invalid("settings", variable=variable, why="must name a file that others may not read: chmod 600")
    if not text or len(text) > LARGEST_SECRET_FILE:
        raise Invalid("settings", variable=variable, why="must name a file with a secret in it and nothing else")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where e-mail is handed over, and as whom."""

    host: str
    port: int
    sender: str
    tls: Tls = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    authority: Path | None = None  # the only certificate authority to trust; None: those that the system trusts


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsDoor:
    """Where `kith jobs` answers Prometheus, and what whoever asks must show. Without a token: this machine alone."""

    host: str
    port: int
    token: str = field(default="", repr=False)


def mail_server(env: Mapping[str, str], mode: str) -> MailServer | None:
    """Read where mail is handed over. Production has it, or says aloud that it has not."""
    wanted, host = env.get("KITH_MAIL", ""), env.get("KITH_SMTP_HOST", "")
    if wanted not in ("", "smtp", "off"):
        raise Invalid("settings", variable="KITH_MAIL", why="must be smtp, or off where no mail is sent")
    if wanted == "off" or (mode == "demo" and not wanted and not host):
        return None
    if not re.fullmatch(r"[A-Za-z0-9:](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?", host):
        why = "must name the mail server; or set KITH_MAIL=off, and nobody gets mail"
        raise Invalid("settings", variable="KITH_SMTP_HOST", why=why)
    tls, user, password = _smtp_tls(env, host), env.get("KITH_SMTP_USER", ""), secret_text(env, "KITH_SMTP_PASSWORD")
    if bool(user) != bool(password) or not (user + password).isascii():
        why = "and KITH_SMTP_PASSWORD belong together, both or neither, in plain letters, digits and signs"
        raise Invalid("settings", variable="KITH_SMTP_USER", why=why)
    return MailServer(
        host=host,
        port=_smtp_port(env, tls),
        sender=_smtp_from(env),
        tls=tls,
        user=user,
        password=password,
        authority=_smtp_authority(env),
    )


def _smtp_tls(env: Mapping[str, str], host: str) -> Tls:
    given = env.get("KITH_SMTP_TLS", "starttls")
    for tls in get_args(Tls):
        if given == tls and (tls != "none" or _is_loopback(host)):
            return cast("Tls", tls)
    why = "must be starttls or implicit; none only for a mail server on this very machine"
    raise Invalid("settings", variable="KITH_SMTP_TLS", why=why)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _smtp_port(env: Mapping[str, str], tls: Tls) -> int:
    given = env.get("KITH_SMTP_PORT", str(SMTP_PORTS[tls]))
    if not re.fullmatch(r"[0-9]{1,5}", given, re.ASCII) or not 0 < int(given) < 65_536:
        raise Invalid("settings", variable="KITH_SMTP_PORT", why="must be a port number")
    return int(given)


def _smtp_from(env: Mapping[str, str]) -> str:
    given = env.get("KITH_SMTP_FROM", "")
    if not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", given):
        why = "must be the address that mail comes from, like kith@example.org, and nothing else"
        raise Invalid("settings", variable="KITH_SMTP_FROM", why=why)
    return given


def _smtp_authority(env: Mapping[str, str]) -> Path | None:
    path = Path(env["KITH_SMTP_CA_FILE"]).absolute() if env.get("KITH_SMTP_CA_FILE") else None
    if path is not None and not path.is_file():
        why = "must name a file with the certificate of your own authority"
        raise Invalid("settings", variable="KITH_SMTP_CA_FILE", why=why)
    return path


def metrics_door(env: Mapping[str, str]) -> MetricsDoor | None:
    """Read where the counts may be asked for. Only this machine needs no token."""
    given = env.get("KITH_METRICS", "")
    if not given:
        return None
    found = re.fullmatch(r"(?:\[([0-9a-f:]+)\]|([0-9.]+)):([0-9]{1,5})", given, re.ASCII)
    host = (found[1] or found[2]) if found else ""
    if not found or not _is_address(host) or not 0 < int(found[3]) < 65_536:
        raise Invalid("settings", variable="KITH_METRICS", why="must be an address and a port, like 127.0.0.1:9464")
    token = secret_text(env, "KITH_METRICS_TOKEN")
    if not _is_loopback(host) and not token:
        why = "must be set where KITH_METRICS is not an address of this very machine, or everybody could read"
        raise Invalid("settings", variable="KITH_METRICS_TOKEN", why=why)
    if token and (len(token) < SECRET_BYTES or not token.isascii()):
        why = f"must have at least {SECRET_BYTES} plain characters"
        raise Invalid("settings", variable="KITH_METRICS_TOKEN", why=why)
    return MetricsDoor(host=host, port=int(found[3]), token=token)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def replica_urls(env: Mapping[str, str]) -> tuple[str, ...]:
    """Read where copies of the database are that only read; the database's own password is put in where none is."""
    urls, password = env.get("KITH_REPLICA_URL", "").split(), secret_text(env, "KITH_DATABASE_PASSWORD")
    both = [env.get("KITH_DATABASE_URL", ""), *urls] if urls else []
    if not all(re.match(r"postgresql(\+psycopg)?://", one) for one in both):
        why = "must be addresses like postgresql+psycopg://kith@replica/kith, where KITH_DATABASE_URL is PostgreSQL too"
        raise Invalid("settings", variable="KITH_REPLICA_URL", why=why)
    return tuple(_with_password(url, password) for url in urls)


def _with_password(url: str, password: str) -> str:
    named = NO_PASSWORD.fullmatch(url) if password else None
    return url if named is None else f"{named[1]}:{quote(password, safe='')}{named[2]}"


def replica_late_s(env: Mapping[str, str]) -> int:
    """Read how late a copy may be that is read from."""
    given = env.get("KITH_REPLICA_LATE", "10")
    if not re.fullmatch(r"[0-9]{1,3}", given, re.ASCII) or int(given) not in REPLICA_LATE_S:
        why = f"must be seconds, {REPLICA_LATE_S[0]} to {REPLICA_LATE_S[-1]}"
        raise Invalid("settings", variable="KITH_REPLICA_LATE", why=why)
    return int(given)
