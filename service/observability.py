"""What the service tells its operator: health checks and one line a request. Never a path, a query or a value."""

import hmac
import json
import logging
import sys
import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from gunicorn.glogging import Logger as BaseGunicornLogger

ALLOWED = ("event", "request_id", "rule", "method", "status", "ms", "error", "frames", "check", "job", "count", "head")
LOGGER = "kith"
ASKED_BY_US = "X-Kith-Doctor"
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


def log_failure(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> None:
    """Write that a request failed unexpectedly, and where in the code."""
    extra = {"request_id": request_id(), "rule": _rule(), "method": request.method}
    logger().error("request failed", extra={**extra, **told(exc_info[0], exc_info[2])})


def request_id() -> str:
    """Return the random name of this request, which the answer carries and every log line and audit row repeats."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex
    return str(g.request_id)


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
    failed = []
    for name, check in current_app.extensions.get("kith-checks", {}).items():
        try:
            check()
        except Exception as error:  # noqa: BLE001, RUF100  # whatever is wrong, the answer is "not ready"
            failed.append(name)
            logger().warning("not ready", extra={"check": name, **told(type(error), error.__traceback__)})
    told_of = {name: _told_of(name, warn) for name, warn in current_app.extensions.get("kith-warnings", {}).items()}
    warnings = {name: code for name, code in told_of.items() if code is not None}
    return jsonify(status="failing" if failed else "ok", failed=failed, warnings=warnings), 503 if failed else 200


def _told_of(name: str, warn: Callable[[], str | None]) -> str | None:
    try:
        return warn()
    except Exception as error:  # noqa: BLE001, RUF100  # whoever cannot look stops nothing either
        logger().warning("cannot look", extra={"check": name, **told(type(error), error.__traceback__)})
        return "unknown"


def init_app(app: Flask) -> None:
    """Time every request and write its line when it is answered."""
    logger()
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.began = time.perf_counter()
    request_id()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if request.endpoint not in ("healthz", "readyz", "static"):
        milliseconds = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
        extra = {
            "rule": _rule(),
            "method": request.method,
            "status": response.status_code,
            "ms": round(milliseconds, 1),
        }
        logger().info("request", extra={"request_id": request_id(), **extra})
    return response


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
