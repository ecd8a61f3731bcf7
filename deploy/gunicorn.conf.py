"""gunicorn as Kith runs it: two processes of four threads, behind a buffering proxy in production. Logs no address."""

import os
import subprocess
import sys

from gunicorn.http import wsgi

_demo = os.environ.get("KITH_MODE") == "demo"

# A Unix socket for the proxy beside us; a loopback port where somebody tries Kith on their own machine.
bind = os.environ.get("KITH_BIND", "127.0.0.1:8000" if _demo else "unix:instance/kith.sock")
worker_class = "gthread"
workers = int(os.environ.get("KITH_WORKERS", "2"))
threads = 4
preload_app = (
    _demo  # elsewhere each process loads itself, so that a reload takes new code in; none opens anything before
)
timeout = 30  # seconds
graceful_timeout = 10
keepalive = 5
backlog = 256
limit_request_line = 8190  # bytes: a sealed search is long
limit_request_fields = 60
limit_request_field_size = 8190
accesslog = None
logger_class = "service.observability.GunicornLogger"
control_socket_disable = True
umask = 0o077
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # a heartbeat file, no data


def on_starting(_server: object) -> None:
    """Tell the operator of a new installation, once and on the console, how the first administrator is made."""
    if not _demo:
        # By a process of its own, so that nothing is open here when the workers are made. It is silent where there is
        # an administrator already, or no database yet.
        subprocess.run([sys.executable, "-m", "service.cli", "admin", "code"], stderr=subprocess.DEVNULL, check=False)


def _without_server(headers: list[str]) -> list[str]:
    return [line for line in headers if not line.startswith("Server:")]


_default_headers = wsgi.Response.default_headers
wsgi.Response.default_headers = lambda self: _without_server(_default_headers(self))
