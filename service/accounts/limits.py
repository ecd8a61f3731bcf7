"""How often something may be tried: counted in SQL, exact across workers, before the guarded work is done.

On SQLite the counters have a small file of their own, so that they never wait for the main writer; on PostgreSQL the
table of the main database, each count in a short transaction of its own. Keys are HMACs: the file names nobody.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from service import metrics
from service.accounts.models import Counter
from service.db.engine import OPTIONS, prepare
from service.errors import TooMany, Unavailable

TAKE = text(
    "INSERT INTO counter (scope, key_hmac, window_start, n) VALUES (:scope, :key, :now, 1) "
    "ON CONFLICT (scope, key_hmac) DO UPDATE SET "
    "n = CASE WHEN counter.window_start <= :ended OR counter.window_start > :ahead THEN 1 ELSE counter.n + 1 END, "
    "window_start = CASE WHEN counter.window_start <= :ended OR counter.window_start > :ahead THEN :now "
    "ELSE counter.window_start END "
    "RETURNING n, window_start"
)
GIVE_BACK = text("UPDATE counter SET n = n - 1 WHERE scope = :scope AND key_hmac = :key AND n > 0")
FORGET = text("DELETE FROM counter WHERE window_start < :before")
AHEAD_SECONDS = 120  # a window that begins later than this was begun by a clock that has been put back since
KEPT_SECONDS = 86_400  # one day: longer than any window


SCOPES: set[str] = set()  # of all limits that the code names


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` tries for one key in a window of `seconds`, which begins with the first try."""

    scope: str
    most: int
    seconds: int

    def __post_init__(self) -> None:
        SCOPES.add(self.scope)


SIGN_IN_ACCOUNT = Limit(scope="sign_in.account", most=10, seconds=3600)
# A browser in which this account signed in before: what others guess elsewhere does not count here, nor this there.
SIGN_IN_KNOWN = Limit(scope="sign_in.known", most=10, seconds=3600)
SIGN_IN_ADDRESS = Limit(scope="sign_in.address", most=20, seconds=3600)
CONFIRM_ACCOUNT = Limit(scope="confirm.account", most=10, seconds=3600)
SECOND_ACCOUNT = Limit(scope="second.account", most=10, seconds=3600)
MAIL_ACCOUNT = Limit(scope="mail.account", most=3, seconds=6 * 3600)
MAIL_ADDRESS = Limit(scope="mail.address", most=20, seconds=3600)
MAIL_ALL = Limit(scope="mail.all", most=300, seconds=3600)
SIGN_IN_ALL = Limit(scope="sign_in.all", most=1000, seconds=300)
# Proposed: a person looks at a few groups an evening, a library's many readers share one address.
REACH_ADDRESS = Limit(scope="reach.address", most=60, seconds=3600)
REPORT_ADDRESS = Limit(scope="report.address", most=10, seconds=3600)
EMAIL_ACCOUNT = Limit(scope="email.account", most=5, seconds=6 * 3600)  # changes of one's own address
# Forms that are not ours: the first few are told apart in the record, a flood is one row.
FORGED_ADDRESS = Limit(scope="forged.address", most=5, seconds=3600)
FORGED_ALL = Limit(scope="forged.all", most=100, seconds=3600)
# Mail that somebody else causes: of one address, whoever asks for it.
INVITE_ADDRESS = Limit(scope="invite.address", most=3, seconds=6 * 3600)
SET_UP_ALL = Limit(scope="set_up.all", most=20, seconds=3600)  # tries of the code of a new installation
REPORT_ALL = Limit(scope="report.all", most=500, seconds=3600)
# Proposed: somebody who knows many groups tells of them in an evening; links go to a group's own address.
SUGGEST_ADDRESS = Limit(scope="suggest.address", most=15, seconds=3600)
SUGGEST_ALL = Limit(scope="suggest.all", most=500, seconds=3600)
# Proposed: somebody looks at a few groups, and asks each about a thing or two; a volunteer reads so many a day.
ASK_ADDRESS = Limit(scope="ask.address", most=10, seconds=3600)
ASK_GROUP = Limit(scope="ask.group", most=3, seconds=24 * 3600)
CLAIM_GROUP = Limit(scope="claim.group", most=3, seconds=6 * 3600)
# A program: ten calls a second for a minute at a time; a token lasts five minutes, so few are ever needed.
KEY_CALLS = Limit(scope="key.calls", most=600, seconds=60)
TOKEN_CLIENT = Limit(scope="token.client", most=60, seconds=300)
# Whoever takes the catalogue over, without a key: ten calls a second for five minutes, and the whole now and then.
OPEN_ADDRESS = Limit(scope="open.address", most=3000, seconds=300)
OPEN_WHOLE = Limit(scope="open.whole", most=60, seconds=3600)
# Each of these asks a service outside: few are needed, and many would make us a tool against it.
OUTSIDE_ADDRESS = Limit(scope="outside.address", most=60, seconds=300)
TOKEN_ADDRESS = Limit(scope="token.address", most=300, seconds=300)


class Limits:
    """The counters of one installation.

    Parameters
    ----------
    engine : Engine
        Where the table `counter` is; see `open_limits`.
    secret : str
        The installation's secret, from which the key of the HMACs is derived.
    """

    def __init__(self, engine: Engine, secret: str) -> None:
        self._engine = engine.execution_options(writes=True)
        self._key = hmac.digest(secret.encode(), b"kith:limits", "sha256")

    def take(self, limit: Limit, key: str, *, now: datetime) -> None:
        """Count one try, and refuse it when there were enough.

        Raises
        ------
        TooMany
            `too_often`, with the seconds until the window ends.
        Unavailable
            `limits`: the count could not be kept, so the guarded work must not be done.
        """
        second = int(now.timestamp())
        values = {"scope": limit.scope, "key": self._hmac(limit, key), "now": second}
        values |= {"ended": second - limit.seconds, "ahead": second + AHEAD_SECONDS}
        try:
            with self._engine.begin() as connection:
                n, start = connection.execute(TAKE, values).one()
        except SQLAlchemyError as error:
            raise Unavailable("limits") from error
        if n > limit.most:
            metrics.refused(limit.scope, SCOPES)
            first_of = limit.scope if n == limit.most + 1 else None
            raise TooMany("too_often", retry_after=max(1, start + limit.seconds - second), first_of=first_of)

    def give_back(self, limit: Limit, key: str) -> None:
        """Take one try off again: it was good, so it must not use up the tries of everybody behind one address."""
        try:
            with self._engine.begin() as connection:
                connection.execute(GIVE_BACK, {"scope": limit.scope, "key": self._hmac(limit, key)})
        except SQLAlchemyError as error:
            raise Unavailable("limits") from error

    def forget_old(self, *, now: datetime) -> None:
        """Remove counters whose window ended long ago."""
        with self._engine.begin() as connection:
            connection.execute(FORGET, {"before": int(now.timestamp()) - KEPT_SECONDS})

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def _hmac(self, limit: Limit, key: str) -> str:
        named = f"{limit.scope}\0{key}".encode("utf-8", "replace")
        return hmac.digest(self._key, named, "sha256").hex()


def open_limits(*, database_url: str, data_folder: Path, secret: str) -> Limits:
    """Open the counters that belong to a main database; on SQLite make their file when it is missing."""
    if not database_url.startswith("sqlite"):
        engine = create_engine(database_url, pool_size=2, **OPTIONS)
        prepare(engine)
        return Limits(engine, secret)
    data_folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{data_folder / 'limits.sqlite'}", **OPTIONS)
    prepare(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(CreateTable(Counter.__table__, if_not_exists=True))  # type: ignore[arg-type]
    engine.dispose()  # a connection must not be carried into a worker that is forked later
    return Limits(engine, secret)


def limit_address(address: str | None) -> str:
    """Give the part of a client address that is counted as one: /32 of IPv4, /56 of IPv6."""
    return _cut(address, v4=32, v6=56) or "unknown"


def audit_network(address: str | None) -> str | None:
    """Give the part of a client address that an audit row may keep: /24 of IPv4, /48 of IPv6."""
    return _cut(address, v4=24, v6=48)


def _cut(address: str | None, *, v4: int, v6: int) -> str | None:
    try:
        found: IPv4Address | IPv6Address = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, v4 if found.version == 4 else v6), strict=False))
