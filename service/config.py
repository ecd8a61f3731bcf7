"""Settings, read from the environment once and checked at start. A default is safe in production or does not exist."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from service.errors import Invalid
from service.given import (
    SECRET_BYTES,
    SECRET_FILES,
    MailServer,
    MetricsDoor,
    mail_server,
    metrics_door,
    replica_late_s,
    replica_urls,
    secret_text,
)

__all__ = ["SECRET_FILES", "MailServer", "MetricsDoor", "Settings", "refusal", "secret_text"]
Mode = Literal["demo", "production"]
LANGUAGES = ("en", "de", "es", "pt", "fr", "it", "pl", "ur")
LEAST_LETTERS = 12  # different ones in a secret: chance leaves fewer in one of many billions
SAMPLE = re.compile("secret|change|example|password|sample|test|default|123456|abcdef", re.I)  # what people write
LONGEST_WORDS = 120  # characters of what an operator says about the helpline
RING_BACK_DAYS = range(1, 11)  # working days
TRUTH_SAMPLE = range(501)  # listings a month
LONGEST_SLOW_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """The operator's own telephone, which people answer. Without a name and hours it is the demonstration's example."""

    number: str
    name: str = ""
    hours: str = ""
    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations."""

    mode: Mode
    secret: str = field(repr=False)
    data_folder: Path
    seeds_folder: Path
    database_url: str = field(repr=False)  # may hold a password
    public_url: str
    proxy_hops: int
    country: str
    help_lines_confirmed: bool
    area: str | None = None  # a town or postcode of the area served: settles names that several towns share
    online_geocoder: str | None = None
    routing_url: str | None = field(default=None, repr=False)  # of a service that knows roads, with {profile} in it
    helpline: Helpline | None = None
    ring_back: bool = False  # whether people may ask to be rung
    ring_back_days: int = 2  # working days within which somebody rings
    ask_leaders: bool = False  # whether groups are asked by mail if their listing is still right
    truth_sample: int = 30  # listings drawn by chance each month for editors to ring; 0: none
    embed_sites: tuple[str, ...] = ()  # origins that may show our search in a frame
    own_hosts: tuple[str, ...] = ()  # of the own network, which we may ask there
    keys_file: Path | None = None  # where further keys of sealing stand
    backups_folder: Path | None = None  # where backups are kept; None: none is taken by itself
    backups_days: int = 7  # of so many days the last backup is kept
    backups_weeks: int = 5
    backups_months: int = 12
    mail: MailServer | None = None  # None in production: somebody wrote KITH_MAIL=off
    slow_ms: int = 200  # a statement that takes longer is told in the log; 0: none
    metrics: MetricsDoor | None = None  # where Prometheus may ask; None: nowhere
    replica_urls: tuple[str, ...] = field(default=(), repr=False)  # copies of the database that only read
    replica_late_s: int = 10  # a copy that is later is not read from
    shared_index: Path | None = None  # where several machines give one another the search index
    testing: bool = False

    @property
    def demo(self) -> bool:
        """Whether this is the loopback demonstration that `make run` starts."""
        return self.mode == "demo"

    @property
    def mail_channel(self) -> str:
        """What carries messages to e-mail addresses: without a mail server they are kept for somebody to pass on."""
        return "email" if self.mail else "console"

    @property
    def sends_mail(self) -> bool:
        """Whether people may be told to look for our mail. The demonstration shows it on its console."""
        return self.demo or self.mail is not None

    @property
    def index_folder(self) -> Path:
        """Where the generations of the search index live."""
        return self.data_folder / "index"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check the environment.

        Raises
        ------
        Invalid
            `settings` with one problem code for each variable that must be set or mended.
        """
        mode = env.get("KITH_MODE", "production")
        if mode not in ("demo", "production"):
            raise Invalid("settings", variable="KITH_MODE", why="must be demo or production")
        _no_debugging(env, mode)
        data_folder = Path(env.get("KITH_DATA", "instance")).absolute()
        return cls(
            mode="demo" if mode == "demo" else "production",
            secret=_secret(env, mode, data_folder),
            data_folder=data_folder,
            seeds_folder=Path(env.get("KITH_SEEDS", str(Path(__file__).parent.parent / "seeds"))).absolute(),
            database_url=_database_url(env, data_folder),
            public_url=_public_url(env, mode),
            proxy_hops=_proxy_hops(env, mode),
            country=env.get("KITH_COUNTRY", "gb"),
            help_lines_confirmed=_help_lines(env, mode),
            area=env.get("KITH_AREA") or None,
            online_geocoder=env.get("KITH_ONLINE_GEOCODER") or None,
            routing_url=_routing_url(env),
            helpline=_helpline(env),
            ring_back=_on_or_off(
                env, "KITH_RING_BACK", "1" if mode == "demo" else "0", "must be 1, or 0 where nobody rings"
            ),
            ring_back_days=_ring_back_days(env),
            ask_leaders=_on_or_off(env, "KITH_ASK_LEADERS", "0", "must be 1, or 0 where groups are not asked by mail"),
            truth_sample=_truth_sample(env),
            embed_sites=_embed_sites(env, mode),
            own_hosts=_own_hosts(env),
            keys_file=Path(env["KITH_KEYS_FILE"]).absolute() if env.get("KITH_KEYS_FILE") else None,
            mail=mail_server(env, mode),
            slow_ms=_slow_ms(env),
            metrics=metrics_door(env),
            replica_urls=replica_urls(env),
            replica_late_s=replica_late_s(env),
            shared_index=_shared_index(env),
            **_backups(env),
        )


def refusal(error: Invalid) -> str:
    """Return in one sentence which setting is missing or unsafe."""
    return f"{error.params['variable']} {error.params['why']}."


def _no_debugging(env: Mapping[str, str], mode: str) -> None:
    for variable in ("FLASK_DEBUG", "WERKZEUG_DEBUG_PIN"):
        if mode == "production" and env.get(variable, "") not in ("", "0", "false", "no"):
            raise Invalid("settings", variable=variable, why="must not be set: it shows what is inside to everybody")


def _secret(env: Mapping[str, str], mode: str, data_folder: Path) -> str:
    given = secret_text(env, "KITH_SECRET")
    if given:
        if len(given) < SECRET_BYTES:
            raise Invalid("settings", variable="KITH_SECRET", why=f"must have at least {SECRET_BYTES} characters")
        if mode == "production" and (len(set(given)) < LEAST_LETTERS or SAMPLE.search(given)):
            why = "must be random: run `kith secret` and keep what it prints"
            raise Invalid("settings", variable="KITH_SECRET", why=why)
        return given
    if mode == "production":
        raise Invalid("settings", variable="KITH_SECRET", why="must be set: run `kith secret` and keep what it prints")
    return _demo_secret(data_folder / "secret")


def _demo_secret(path: Path) -> str:
    """Make one secret for this demonstration folder and keep it there, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        file.write(secret)
    return secret


def _public_url(env: Mapping[str, str], mode: str) -> str:
    url = env.get("KITH_PUBLIC_URL", "" if mode == "production" else "http://127.0.0.1:8000").rstrip("/")
    wanted = ("https",) if mode == "production" else ("http", "https")
    if urlsplit(url).scheme not in wanted or not urlsplit(url).hostname:
        raise Invalid("settings", variable="KITH_PUBLIC_URL", why="must be the public address, beginning with https://")
    return url


def _database_url(env: Mapping[str, str], data_folder: Path) -> str:
    """Read where the database is; its password may come from a file, and is put behind the user's name."""
    url, password = env.get("KITH_DATABASE_URL", ""), secret_text(env, "KITH_DATABASE_PASSWORD")
    if not password:
        return url or f"sqlite:///{data_folder / 'kith.sqlite'}"
    named = re.fullmatch(r"(postgresql\+psycopg://[^:@/]+)(@.*)", url)
    if named is None:
        why = "belongs to an address like postgresql+psycopg://kith@/kith, with a user and no password in it"
        raise Invalid("settings", variable="KITH_DATABASE_PASSWORD", why=why)
    return f"{named[1]}:{quote(password, safe='')}{named[2]}"


def _routing_url(env: Mapping[str, str]) -> str | None:
    url = env.get("KITH_ROUTING_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "{profile}" not in parts.path:
        raise Invalid(
            "settings",
            variable="KITH_ROUTING_URL",
            why="must begin with http:// or https:// and have {profile} in its path, where foot, bike or car is put",
        )
    return url


def _proxy_hops(env: Mapping[str, str], mode: str) -> int:
    text = env.get("KITH_PROXY_HOPS", "" if mode == "production" else "0")
    if not text.isdecimal() or (mode == "production" and int(text) < 1):
        raise Invalid("settings", variable="KITH_PROXY_HOPS", why="must be the number of proxies in front, at least 1")
    return int(text)


def _help_lines(env: Mapping[str, str], mode: str) -> bool:
    confirmed = env.get("KITH_HELP_LINES_CONFIRMED", "") == "yes"
    if mode == "production" and not confirmed:
        raise Invalid(
            "settings", variable="KITH_HELP_LINES_CONFIRMED", why="must be yes, after you rang each help line"
        )
    return confirmed


def _helpline(env: Mapping[str, str]) -> Helpline | None:
    """Read the helpline: a number, a name and the hours, all three or none."""
    names = ("KITH_HELPLINE_NUMBER", "KITH_HELPLINE_NAME", "KITH_HELPLINE_HOURS")
    number, name, hours = (" ".join(env.get(variable, "").split()) for variable in names)
    if not (number or name or hours):
        return None
    for variable, text in zip(names, (number, name, hours), strict=True):
        if not text or len(text) > LONGEST_WORDS:
            why = f"must be set together with the others of the helpline, in at most {LONGEST_WORDS} characters"
            raise Invalid("settings", variable=variable, why=why)
    if not re.fullmatch(r"\+?[0-9][0-9 ()-]{2,30}", number, re.ASCII):
        raise Invalid("settings", variable=names[0], why="must be a telephone number, as people dial it")
    return Helpline(number=number, name=name, hours=hours)


def _on_or_off(env: Mapping[str, str], variable: str, otherwise: str, why: str) -> bool:
    given = env.get(variable, otherwise)
    if given not in ("0", "1"):
        raise Invalid("settings", variable=variable, why=why)
    return given == "1"


def _ring_back_days(env: Mapping[str, str]) -> int:
    given = env.get("KITH_RING_BACK_DAYS", "2")
    if not given.isdecimal() or int(given) not in RING_BACK_DAYS:
        why = f"must be the number of working days within which you ring, {RING_BACK_DAYS[0]} to {RING_BACK_DAYS[-1]}"
        raise Invalid("settings", variable="KITH_RING_BACK_DAYS", why=why)
    return int(given)


def _truth_sample(env: Mapping[str, str]) -> int:
    given = env.get("KITH_TRUTH_SAMPLE", "30")
    if not given.isdecimal() or int(given) not in TRUTH_SAMPLE:
        why = f"must be how many listings you ring about each month, {TRUTH_SAMPLE[0]} to {TRUTH_SAMPLE[-1]}"
        raise Invalid("settings", variable="KITH_TRUTH_SAMPLE", why=why)
    return int(given)


def _embed_sites(env: Mapping[str, str], mode: str) -> tuple[str, ...]:
    """Read the origins that may show us in a frame. No wildcard: each site is named."""
    sites = tuple(dict.fromkeys(env.get("KITH_EMBED_SITES", "").replace(",", " ").split()))
    schemes = "https?" if mode == "demo" else "https"
    for site in sites:
        if not re.fullmatch(rf"{schemes}://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{{1,5}})?", site, re.ASCII):
            why = "must be addresses like https://www.example.org, small letters, with nothing after the name"
            raise Invalid("settings", variable="KITH_EMBED_SITES", why=why)
    return sites


def _own_hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    """Read the names of machines in the own network that an organisation's sign-in service may run on."""
    hosts = tuple(dict.fromkeys(env.get("KITH_OWN_HOSTS", "").replace(",", " ").split()))
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f]*", host, re.ASCII):
            why = "must be names or addresses of machines, small letters, without https:// and without a port"
            raise Invalid("settings", variable="KITH_OWN_HOSTS", why=why)
    return hosts


def _backups(env: Mapping[str, str]) -> dict[str, Any]:
    """Read where backups are kept, and of how many days, weeks and months the last one is."""
    named, given = env.get("KITH_BACKUPS", ""), env.get("KITH_BACKUPS_KEPT", "7 5 12").split()
    if len(given) != 3 or not all(re.fullmatch("[0-9]{1,3}", one, re.ASCII) for one in given) or given[0] == "0":
        why = "must be three numbers: of how many days, weeks and months the last backup is kept, at least one day"
        raise Invalid("settings", variable="KITH_BACKUPS_KEPT", why=why)
    days, weeks, months = map(int, given)
    folder = Path(named).absolute() if named else None
    return {
        "backups_folder": folder,
        "backups_days": days,
        "backups_weeks": weeks,
        "backups_months": months,
    }


def _slow_ms(env: Mapping[str, str]) -> int:
    given = env.get("KITH_SLOW_MS", "200")
    if not re.fullmatch(r"[0-9]{1,5}", given, re.ASCII) or int(given) > LONGEST_SLOW_MS:
        why = f"must be thousandths of a second, 0 to {LONGEST_SLOW_MS}; 0 tells of no slow statement"
        raise Invalid("settings", variable="KITH_SLOW_MS", why=why)
    return int(given)


def _shared_index(env: Mapping[str, str]) -> Path | None:
    named = env.get("KITH_SHARED_INDEX", "")
    if named and not env.get("KITH_DATABASE_URL", "").startswith("postgresql"):
        why = "is for several machines on one PostgreSQL: leave it out"
        raise Invalid("settings", variable="KITH_SHARED_INDEX", why=why)
    return Path(named).absolute() if named else None
