"""What the service tells its operator: health checks and one line a request. Never a path, a query or a value."""

import hmac
import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, jsonify, request
from gunicorn.glogging import Logger as BaseGunicornLogger

from service import metrics, tracing

ALLOWED = (
    *("event", "request_id", "rule", "method", "status", "ms", "error", "frames", "check", "job", "count", "head"),
    *("code", "statement", "statements", "statements_ms"),
)
LOGGER = "kith"
ASKED_BY_US = "X-Kith-Doctor"
NAME = re.compile(r"[0-9a-f]{32}")  # of a request, as nginx and we make it
TOLD_BY_RULE = ("public", "edit_catalog")  # doors whose use says nothing of anybody: see docs/decisions/0089
OF_PEOPLE = ("/<lang>/ask-for-help", "/<lang>/ring-me", "/<lang>/slip", "/<lang>/check", "/<lang>/sign-in")
UNTOLD = ("healthz", "readyz", "static")
REHEARSED = "kith.rehearsed"  # in the environment of a request that we ask ourselves; no header leads there
_run: ContextVar[str | None] = ContextVar("kith_run", default=None)
FRAMES = 8  # how many places of a failure are told, innermost last

Check = Callable[[], None]


class Console(logging.StreamHandler):  # type: ignore[type-arg]  # generic in the stubs only
    """Writes to whatever the standard error stream is at the moment of writing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr
        super().emit(record)


class JsonLines(logging.Formatter):
    """One JSON object a line, made from an allow-list of keys; the text of a message is its constant template only."""

    def format(self, record: logging.LogRecord) -> str:
        """Leave out whatever is not on the list, the arguments of the message among it."""
        line: dict[str, Any] = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower()}
        line["event"] = str(record.msg)
        line.update(_named())
        line.update({key: getattr(record, key) for key in ALLOWED if hasattr(record, key)})
        if record.exc_info and record.exc_info[0]:
            line.update(told(record.exc_info[0], record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False, default=str)


def told(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """Return the class of a failure and where it passed, without its message: messages quote what people typed."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": kind.__name__, "frames": frames[-FRAMES:]}


def logger() -> logging.Logger:
    """Return the one logger of the product, writing JSON lines to the standard error stream."""
    log = logging.getLogger(LOGGER)
    if not log.handlers:
        handler = Console()
        handler.setFormatter(JsonLines())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
    return log


def log_failure(exc_info: tuple[type[BaseException], BaseException, TracebackType | None], code: str = "") -> None:
    """Write that a request failed unexpectedly, and where in the code; `code` is what something else called it."""
    extra = {"request_id": request_id(), "rule": _rule(), "method": request.method, **({"code": code} if code else {})}
    logger().error("request failed", extra={**extra, **told(exc_info[0], exc_info[2])})


def request_id() -> str:
    """Return the random name of this request, which the answer carries and every log line and audit row repeats."""
    if "request_id" not in g:
        g.request_id = _given_name() or uuid.uuid4().hex
    return str(g.request_id)


def _given_name() -> str | None:
    """Return the name that the proxy gave, if one stands in front and it is as a name should be."""
    given = request.headers.get("X-Request-Id", "") if current_app.config.get("KITH_BEHIND_PROXY") else ""
    return given if NAME.fullmatch(given) else None


@contextmanager
def named_run() -> Iterator[None]:
    """Give what runs on a clock a name as well: every line of one run carries it."""
    token = _run.set(uuid.uuid4().hex)
    try:
        yield
    finally:
        _run.reset(token)


def _named() -> dict[str, str]:
    name = request_id() if has_request_context() else _run.get()
    return {} if name is None else {"request_id": name}


def where() -> dict[str, Any]:
    """Return by which door what happens now came about, as the log tells it."""
    return {**_named(), **({"rule": _rule(), "method": request.method} if has_request_context() else {})}


def note_statement(seconds: float) -> None:
    """Count one database statement of this request: many in one request are a mistake of ours."""
    if has_request_context():
        g.statements = g.get("statements", 0) + 1
        g.statements_ms = g.get("statements_ms", 0.0) + seconds * 1000


def add_check(app: Flask, name: str, check: Check) -> None:
    """Have /readyz call `check`, which raises when what it looks at is not ready."""
    app.extensions.setdefault("kith-checks", {})[name] = check


def add_warning(app: Flask, name: str, warn: Callable[[], str | None]) -> None:
    """Have /readyz tell what `warn` returns: a code for something missing that stops nothing; None: all is well."""
    app.extensions.setdefault("kith-warnings", {})[name] = warn


def healthz() -> Response:
    """Answer that the process lives. Asks nothing of anything. The installation's own `kith doctor` is told more."""
    if hmac.compare_digest(request.headers.get(ASKED_BY_US, "").encode(), asked_by_us(current_app.secret_key).encode()):
        return jsonify(status="ok", seen_from=request.remote_addr, scheme=request.scheme, host=request.host)
    return jsonify(status="ok")


def asked_by_us(secret: str | bytes | None) -> str:
    """Return what only this installation can say of itself: with it, /healthz tells whom it takes the asker for."""
    known = secret.encode() if isinstance(secret, str) else secret or b""
    return hmac.digest(known, b"kith:doctor", "sha256").hex()


def readyz() -> tuple[Response, int]:
    """Run every registered check and answer 200, or 503 with the names of those that failed."""
    failed, warnings = looked()
    return jsonify(status="failing" if failed else "ok", failed=failed, warnings=warnings), 503 if failed else 200


def looked() -> tuple[list[str], dict[str, str]]:
    """Run every check: return the names of those that failed, and what is missing but stops nothing."""
    failed = []
    for name, check in current_app.extensions.get("kith-checks", {}).items():
        try:
            check()
        except Exception as error:  # noqa: BLE001, RUF100  # whatever is wrong, the answer is "not ready"
            failed.append(name)
            logger().warning("not ready", extra={"check": name, **told(type(error), error.__traceback__)})
    told_of = {name: _told_of(name, warn) for name, warn in current_app.extensions.get("kith-warnings", {}).items()}
    return failed, {name: code for name, code in told_of.items() if code is not None}


def _told_of(name: str, warn: Callable[[], str | None]) -> str | None:
    try:
        return warn()
    except Exception as error:  # noqa: BLE001, RUF100  # whoever cannot look stops nothing either
        logger().warning("cannot look", extra={"check": name, **told(type(error), error.__traceback__)})
        return "unknown"


def init_app(app: Flask, *, behind_proxy: bool = False) -> None:
    """Time every request and write its line when it is answered."""
    logger()
    app.config["KITH_BEHIND_PROXY"] = behind_proxy
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    metrics.began()
    g.span = tracing.begin("request", rule=_rule(), method=request.method, request_id=request_id())


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if request.endpoint not in UNTOLD and REHEARSED not in request.environ:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        extra = {
            "rule": _rule(),
            "method": request.method,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "statements": g.get("statements", 0),
            "statements_ms": round(g.get("statements_ms", 0.0), 1),
        }
        logger().info("request", extra={"request_id": request_id(), **extra})
        metrics.answered(rule=_counted_as(), method=request.method, status=response.status_code, seconds=seconds)
    g.status = response.status_code
    return response


def _end(_error: BaseException | None) -> None:
    if "span" in g:
        tracing.end(g.pop("span"), status=int(g.get("status", 500)))
        metrics.ended()


def _counted_as() -> str:
    """Return the rule, or that it is one behind which somebody's own things are."""
    if request.url_rule is None or request.endpoint is None:
        return metrics.NONE
    door = str(getattr(current_app.view_functions.get(request.endpoint), "permission", ""))
    rule = request.url_rule.rule
    return rule if door in TOLD_BY_RULE and not rule.startswith(OF_PEOPLE) else metrics.PEOPLE


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else "(none)"


class GunicornLogger(BaseGunicornLogger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's own lines without the address of any request: its stock class prints the whole of it on a failure."""

    def setup(self, cfg: Any) -> None:
        """Write in the same JSON lines as the service, and no access log."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Write nothing: the service writes its own line."""

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write start and stop lines with their figures: they speak of processes, never of requests."""
        self.error_log.info(msg % args if args else msg)

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write nothing: these lines speak of requests."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write the constant part only."""
        self.error_log.warning(msg)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write the constant part only."""
        self.error_log.error(msg)

    def critical(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write the constant part only."""
        self.error_log.critical(msg)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write the constant part, the kind of failure and where it happened."""
        self.error_log.error(msg, exc_info=True)
