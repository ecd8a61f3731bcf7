"""What is counted of the service's own work, for Prometheus: never of a person, a word, an address or a value.

Every label comes from a closed list: whatever is not on it is counted as "other". Where the environment names a folder
(`PROMETHEUS_MULTIPROC_DIR`, set by deploy/gunicorn.conf.py), each process keeps its counts there in a file of its own,
and `web_counts` adds up what all of them wrote.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

OTHER: Final = "other"
PEOPLE: Final = "(people)"  # every door behind which somebody's own things are: how often each opens would tell of few
NONE: Final = "(none)"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATUSES: Final = frozenset({"1xx", "2xx", "3xx", "4xx", "5xx"})
OUTCOMES: Final = frozenset({"done", "failed"})
REPLICA: Final = frozenset({"read", "behind", "asked_again", "left_out"})
UNDERSTOOD_BY: Final = frozenset({"meaning", "words"})
MAIL_REASONS: Final = frozenset(
    {
        *("sent", "channel", "file", "no_gateway", "address", "address_letters", "message_params"),
        *("smtp_2xx", "smtp_3xx", "smtp_4xx", "smtp_5xx", "smtp_no_starttls_or_login", "smtp_certificate"),
        *("smtp_silent", "smtp_away", "smtp_unreadable"),
    }
)
_SMTP: Final = re.compile(r"^smtp_([1-5])\d\d$")
FOLDER: Final = "metrics"  # within the data folder
WEB: Final = "web"  # the folder of the processes that answer; whoever starts them empties it
_SECONDS: Final = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each count, which nobody reads
OWN: Final = CollectorRegistry()
_requests = Counter("kith_requests", "Requests answered", ("rule", "method", "status"), registry=OWN)
_request_seconds = Histogram("kith_request_seconds", "Time to answer", ("rule",), registry=OWN, buckets=_SECONDS)
_in_flight = Gauge("kith_requests_in_flight", "Requests being answered", registry=OWN, multiprocess_mode="livesum")
_searches = Counter("kith_searches", "Searches", ("understood_by", "relaxed"), registry=OWN)
_encoded = Counter("kith_texts_encoded", "Texts read by a model, or remembered", ("remembered",), registry=OWN)
_search_seconds = Histogram("kith_search_seconds", "Time of one search", registry=OWN, buckets=_SECONDS)
_candidates = Histogram(
    "kith_search_candidates", "Groups that suit", registry=OWN, buckets=(0, 1, 5, 10, 20, 50, 100, 500, 1000)
)
_statement_seconds = Histogram(
    "kith_statement_seconds", "Time of one database statement", registry=OWN, buckets=(0.001, *_SECONDS)
)
_slow = Counter("kith_statements_slow", "Statements above the limit of the slow-query log", registry=OWN)
_connections = Gauge(
    "kith_database_connections_in_use", "Connections lent out", registry=OWN, multiprocess_mode="livesum"
)
_write_wait = Histogram(
    "kith_write_wait_seconds", "Time until a change may begin to be written", registry=OWN, buckets=_SECONDS
)
_replica = Counter("kith_replica_reads", "Requests for which a replica was looked for", ("outcome",), registry=OWN)
_locked = Counter("kith_database_locked", "Statements given up because the database was locked or away", registry=OWN)
_limits = Counter("kith_limits_refused", "Requests refused because there were too many", ("limit",), registry=OWN)
_mails = Counter("kith_mails", "Messages handed over, or why not", ("outcome",), registry=OWN)
_jobs = Counter("kith_job_runs", "Runs of jobs by this process", ("job", "outcome"), registry=OWN)


def closed(value: str, known: Collection[str]) -> str:
    """Return the value where it is on the list, else "other": so that no label ever holds what somebody sent."""
    return value if value in known else OTHER


def began() -> None:
    """A request came in."""
    _in_flight.inc()


def ended() -> None:
    """It is out of the house, however it went."""
    _in_flight.dec()


def answered(*, rule: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. `rule` comes from the table of doors, which is a closed list."""
    _requests.labels(rule, closed(method, METHODS), closed(f"{status // 100}xx", STATUSES)).inc()
    _request_seconds.labels(rule).observe(seconds)


def searched(*, seconds: float, candidates: int, relaxed: bool, understood_by: str) -> None:
    """Count one search: how long it took, how many groups suit, how the words were read, what had to be given up."""
    _searches.labels(closed(understood_by, UNDERSTOOD_BY), _yes_no(relaxed)).inc()
    _search_seconds.observe(seconds)
    _candidates.observe(candidates)


def encoded(*, remembered: bool) -> None:
    """Count a text that a model read, or that it had read before."""
    _encoded.labels(_yes_no(remembered)).inc()


def statement(seconds: float, *, slow: bool) -> None:
    """Count one statement."""
    _statement_seconds.observe(seconds)
    if slow:
        _slow.inc()


def lent(change: int) -> None:
    """Count a connection that is lent out (1) or came back (-1)."""
    _connections.inc(change)


def waited_to_write(seconds: float) -> None:
    """Count how long somebody waited for their turn to write."""
    _write_wait.observe(seconds)


def replica(outcome: str) -> None:
    """Count what came of looking for a replica to read from, or that one was left out."""
    _replica.labels(closed(outcome, REPLICA)).inc()


def locked() -> None:
    """Count a statement that was given up."""
    _locked.inc()


def refused(limit: str, known: Collection[str]) -> None:
    """Count somebody who asked too often."""
    _limits.labels(closed(limit, known)).inc()


def mailed(outcome: str, count: int = 1) -> None:
    """Count messages that were handed over ("sent"), or the code of why not."""
    if count:
        _mails.labels(closed(_SMTP.sub(r"smtp_\1xx", outcome), MAIL_REASONS)).inc(count)


def ran(job: str, *, done: bool) -> None:
    """Count a run of a job; its name is from the table of jobs."""
    _jobs.labels(job, "done" if done else "failed").inc()


def _yes_no(given: bool) -> str:  # noqa: FBT001
    return "yes" if given else "no"


def own_counts() -> Iterator[Metric]:
    """Yield what this process counted."""
    yield from OWN.collect()


def web_counts(data_folder: Path) -> Iterator[Metric]:
    """Yield what all processes that answer have counted since they were started together."""
    files = sorted(str(path) for path in (data_folder / FOLDER / WEB).glob("*.db"))
    yield from MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call]  # it has no types


def joined(parts: Iterable[tuple[str, Iterable[Metric]]]) -> Iterator[Metric]:
    """Yield each metric once, with a label that says which kind of process counted it."""
    known: dict[str, Metric] = {}
    for process, metrics in parts:
        for one in metrics:
            whole = known.setdefault(one.name, Metric(one.name, one.documentation, one.type))
            for sample in one.samples:
                labels = {**sample.labels, "process": process}
                labels.pop("pid", None)
                whole.add_sample(sample.name, labels, sample.value)
    yield from known.values()
