"""What Prometheus is told: the counts of all processes, and how things stand, on a port of its own beside the jobs.

No door of the pages or the JSON leads here: what nginx hands on never reaches this port.
"""

import hmac
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service import metrics, running
from service.config import MetricsDoor, Settings
from service.db import version as schema
from service.notifications.models import STATES
from service.observability import logger, told

WAITS_SECONDS = 10.0  # for somebody who asks slowly


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed(Collector):
    """Everything that is told, collected anew whenever somebody asks.

    Attributes
    ----------
    own : bool
        Whether this process counts something itself: the loop of jobs does, a command that looks once does not.
    """

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    own: bool = True

    def collect(self) -> Iterator[Metric]:
        """Yield every metric once."""
        parts: list[tuple[str, Iterable[Metric]]] = [("web", metrics.web_counts(self.settings.data_folder))]
        if self.own:
            parts.append(("jobs", metrics.own_counts()))
        yield from metrics.joined(parts)
        try:
            with Session(self.engine) as session:
                yield from standing(session, self.engine, self.settings, self.clock())
            away = 0
        except (SQLAlchemyError, OSError) as error:
            logger().warning("metrics are incomplete", extra=told(type(error), error.__traceback__))
            away = 1
        yield GaugeMetricFamily("kith_state_unreadable", "1: the database or the data folder cannot be read", away)

    def text(self) -> bytes:
        """Return all of it, as Prometheus reads it."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)


def standing(session: Session, engine: Engine, settings: Settings, now: datetime) -> Iterator[Metric]:
    """Yield how things stand, read from the database and the disk."""
    build = GaugeMetricFamily("kith_build", "What runs here", labels=("version", "schema"))
    build.add_metric((running.own_version(), schema.current(engine) or metrics.NONE), 1)
    yield build
    yield from _jobs(session, now)
    yield from _queue(session, now)
    yield from _index(settings, now)
    yield from _disk(engine, settings, now)
    yield from _replicas(engine, settings)
    open_sessions = running.sessions_open(session, now=now)
    yield GaugeMetricFamily("kith_sessions_open", "Browsers signed in, of all who work here together", open_sessions)


def _jobs(session: Session, now: datetime) -> Iterator[Metric]:
    good = GaugeMetricFamily("kith_job_last_success_timestamp_seconds", "When it last ended well", labels=("job",))
    lasted = GaugeMetricFamily("kith_job_last_seconds", "How long the last run took", labels=("job",))
    failures = GaugeMetricFamily("kith_job_failures_in_a_row", "Runs that failed since", labels=("job",))
    overdue = GaugeMetricFamily("kith_job_overdue_seconds", "How late the next run is", labels=("job",))
    for one in running.job_list(session, now=now):
        if one.succeeded_at is not None:
            good.add_metric((one.name,), one.succeeded_at.timestamp())
        if one.lasted is not None:
            lasted.add_metric((one.name,), one.lasted.total_seconds())
        failures.add_metric((one.name,), one.failures)
        overdue.add_metric((one.name,), running.late_by(one, now).total_seconds())
    yield from (good, lasted, failures, overdue)


def _queue(session: Session, now: datetime) -> Iterator[Metric]:
    mail = running.mail(session, now=now)
    states = GaugeMetricFamily("kith_outbox_messages", "Messages in the outbox", labels=("state",))
    for state in STATES:
        states.add_metric((state,), mail.states[state])
    yield states
    oldest = (now - mail.oldest_due).total_seconds() if mail.oldest_due else 0
    yield GaugeMetricFamily("kith_outbox_oldest_due_seconds", "How long the oldest due message waits", oldest)


def _index(settings: Settings, now: datetime) -> Iterator[Metric]:
    seen = running.index(settings)
    yield GaugeMetricFamily("kith_index_usable", "1: a search index is published and whole", int(seen is not None))
    if seen is not None:
        age = (now - seen.written_at).total_seconds()
        yield GaugeMetricFamily("kith_index_sequence", "The change of the catalogue it was made at", seen.sequence)
        yield GaugeMetricFamily("kith_index_age_seconds", "Since it was published", age)
        yield GaugeMetricFamily("kith_index_groups", "Groups in it", seen.groups)


def _disk(engine: Engine, settings: Settings, now: datetime) -> Iterator[Metric]:
    room = running.storage(engine, settings)
    yield GaugeMetricFamily("kith_disk_free_bytes", "Room left where the data lies", room.free)
    yield GaugeMetricFamily("kith_disk_bytes", "The whole of that disk", room.whole)
    yield GaugeMetricFamily("kith_data_folder_bytes", "The data folder", sum(size for _, size in room.parts))
    if room.database is not None:
        yield GaugeMetricFamily("kith_database_bytes", "The database", room.database)
    backup = running.last_backup(settings, now=now)
    yield GaugeMetricFamily("kith_backup_known", "1: a good backup is known of", int(backup is not None))
    if backup is not None:
        yield GaugeMetricFamily("kith_backup_age_seconds", "Since the last good backup", backup.total_seconds())


def _replicas(engine: Engine, settings: Settings) -> Iterator[Metric]:
    usable = GaugeMetricFamily("kith_replica_usable", "1: the public's pages may be read from it", labels=("replica",))
    late = GaugeMetricFamily("kith_replica_late_seconds", "How late it is, as it says itself", labels=("replica",))
    for one in running.replicas(engine, settings):
        usable.add_metric((str(one.number),), int(not one.code))
        if one.late_s is not None:
            late.add_metric((str(one.number),), one.late_s)
    yield from (usable, late)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, door: MetricsDoor, exposed: Exposed) -> None:
        self.address_family = AF_INET6 if ":" in door.host else AF_INET
        self.door, self.exposed = door, exposed
        super().__init__((door.host, door.port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002, RUF100
        """Write nothing of whoever asked."""


class _Handler(BaseHTTPRequestHandler):
    timeout = WAITS_SECONDS
    server_version, sys_version = "kith", ""
    server: _Server

    def do_GET(self) -> None:  # the name that the standard library calls
        """Tell all of it, to whoever may know."""
        if self.path != "/metrics":
            return self._say(404, b"")
        if not self._may():
            return self._say(401, b"")
        return self._say(200, self.server.exposed.text())

    def _may(self) -> bool:
        token, shown = self.server.door.token, self.headers.get("Authorization", "")
        return not token or hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Bearer realm="kith"')
        self.send_header("Content-Type", CONTENT_TYPE_LATEST if body else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002, RUF100
        """Write nothing: a line of the standard library holds the address."""


def serve(door: MetricsDoor, exposed: Exposed) -> _Server | None:
    """Answer beside what this process does; None where the port is taken: mail goes out all the same."""
    try:
        server = _Server(door, exposed)
    except OSError as error:
        logger().error("metrics cannot be asked for", extra=told(type(error), error.__traceback__))
        return None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
