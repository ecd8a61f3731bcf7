"""Spans for OpenTelemetry, where the extra `tracing` is installed and an endpoint is named; else nothing, at no cost.

A span holds the same as a line of the log: the rule of a door, a job, a stage, a host we ask. Never a query string, a
value, a header or the message of a failure.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import Any, Final

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"  # as every program that speaks OpenTelemetry reads it
ALLOWED: Final = frozenset({"rule", "method", "status", "request_id", "job", "stage", "shape", "host", "error"})
_tracer: Any = None
_NOTHING: Final = nullcontext()


def is_on() -> bool:
    """Whether spans are made in this process."""
    return _tracer is not None


def start(env: Mapping[str, str] = os.environ, *, exporter: Any = None) -> bool:
    """Make spans from now on, where somebody wants them; returns whether they are made.

    `exporter` takes the place of the one that sends to the endpoint. Call it once in each process that works: the
    thread that sends does not outlive a fork.
    """
    global _tracer  # noqa: PLW0603, RUF100  # one for each process, as the log is
    if exporter is None and not env.get(ENDPOINT):
        return False
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        return False
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    # Named here and nowhere else: the package's own resource tells the command line, and with it folders.
    provider = TracerProvider(resource=Resource({"service.name": env.get("OTEL_SERVICE_NAME", "kith")}))
    provider.add_span_processor(BatchSpanProcessor(_sender()) if exporter is None else SimpleSpanProcessor(exporter))
    _tracer = provider.get_tracer("kith")
    return True


def stop() -> None:
    """Make no more spans in this process."""
    global _tracer  # noqa: PLW0603, RUF100
    _tracer = None


def _sender() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def span(name: str, **told: str | int) -> AbstractContextManager[object]:
    """Open a span around what follows. What is told of it comes from a short list of names."""
    return _NOTHING if _tracer is None else _span(name, told)


@contextmanager
def _span(name: str, told: Mapping[str, str | int]) -> Iterator[None]:
    from opentelemetry.trace import Status, StatusCode

    # Neither the failure's message nor its trace: both quote what people typed.
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as made:
        add(made, told)
        try:
            yield
        except Exception as error:
            add(made, {"error": type(error).__name__})
            made.set_status(Status(StatusCode.ERROR))
            raise


def add(made: Any, told: Mapping[str, str | int]) -> None:
    """Tell more of a span, as far as it may be told."""
    for key, value in told.items():
        if key in ALLOWED:
            made.set_attribute(f"kith.{key}", value)


def begin(name: str, **told: str | int) -> Any:
    """Open a span that somebody ends by `end`; None where none is made."""
    if _tracer is None:
        return None
    from opentelemetry import context, trace

    made = _tracer.start_span(name)
    add(made, told)
    return made, context.attach(trace.set_span_in_context(made))


def end(opened: Any, **told: str | int) -> None:
    """End a span that `begin` opened."""
    if opened is None:
        return
    from opentelemetry import context

    made, token = opened
    add(made, told)
    made.end()
    context.detach(token)
