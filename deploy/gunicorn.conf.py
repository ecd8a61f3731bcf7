"""gunicorn as Kith runs it: two processes of four threads, behind a buffering proxy in production. Logs no address."""

import gc
import glob
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker

gc.disable()  # nothing that a start makes is garbage, and to look for some takes a quarter of it; until _loaded()
_demo = os.environ.get("KITH_MODE") == "demo"

# A Unix socket for the proxy beside us; a loopback port where somebody tries Kith on their own machine.
bind = os.environ.get("KITH_BIND", "127.0.0.1:8000" if _demo else "unix:instance/kith.sock")
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
umask = 0o117  # but the socket: whoever is in the group of its folder may speak to us, that is the proxy
os.umask(0o077)  # whatever a worker writes is its owner's alone
# Each process counts in a file of its own here; `kith jobs` adds them up for Prometheus (docs/decisions/0089).
_counts = os.path.join(os.path.abspath(os.environ.get("KITH_DATA", "instance")), "metrics", "web")
with suppress(OSError):  # whoever may not write there is told so in a sentence, below
    os.makedirs(_counts, mode=0o700, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # a heartbeat file, no data


def _without_server(headers: list[str]) -> list[str]:
    return [line for line in headers if not line.startswith("Server:")]


_default_headers = wsgi.Response.default_headers
wsgi.Response.default_headers = lambda self: _without_server(_default_headers(self))


def on_starting(_server):
    """Refuse an unsafe setting in one sentence before anything listens; tell how the first administrator is made.

    A child looks, and not this process: what this one has loaded a reload would not take in anew.
    """
    _count_anew()
    if _demo:
        return
    looking = os.fork()
    if looking == 0:
        code = _REFUSED
        try:
            code = _looked()
        finally:
            os._exit(code)  # whatever happened, there must not be two of us
    code = os.waitstatus_to_exitcode(os.waitpid(looking, 0)[1])
    if code == _NOBODY:
        # By a process of its own, so that nothing is open here when the workers are made.
        alone = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
        subprocess.run(
            [sys.executable, "-m", "service.cli", "admin", "code"], env=alone, stderr=subprocess.DEVNULL, check=False
        )
    elif code != _SAFE:
        sys.exit(1)


def _count_anew():
    """Nobody counts yet: what processes before us counted is gone, and with it the numbers they had."""
    for path in glob.glob(os.path.join(glob.escape(_counts), "*.db")):
        os.unlink(path)


def child_exit(_server, worker):
    """Take off what a process that is gone was just doing. What it counted stays."""
    for path in glob.glob(os.path.join(glob.escape(_counts), f"gauge_live*_{worker.pid}.db")):
        os.unlink(path)


_SAFE, _REFUSED, _NOBODY = range(3)  # nobody: it is safe, and there is no administrator yet


def _looked():
    from service.config import Settings, refusal
    from service.db.safe import check_settings
    from service.errors import Invalid

    try:
        settings = Settings.from_env(os.environ)
        check_settings(settings)
    except Invalid as error:
        print(refusal(error), file=sys.stderr, flush=True)  # noqa: T201  # there is no log yet
        return _REFUSED
    return _SAFE if _is_run(settings) else _NOBODY


def _is_run(settings):
    """Say whether there is an administrator, or no table yet that could tell. The command alone takes a whole start."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.orm import Session

    from service.accounts import beginning
    from service.clock import now

    store = create_engine(settings.database_url)
    try:
        with Session(store) as session:
            return beginning.has_administrator(session, now=now())
    except SQLAlchemyError:
        return True
    finally:
        store.dispose()


def _forget_ours():
    """Leave no module of ours loaded here: each process loads what lies on the disk, also after a reload."""
    if preload_app:
        return
    for name in list(sys.modules):
        if name.partition(".")[0] in ("service", "prometheus_client"):
            del sys.modules[name]


def _loaded():
    """Have garbage looked for again, but never among what was loaded: that stays."""
    gc.freeze()
    gc.enable()


def when_ready(_server):
    """What all processes share is loaded."""
    _forget_ours()
    _loaded()


def post_fork(_server, _worker):
    """Load in peace."""
    gc.disable()


class Worker(ThreadWorker):
    """Threads, as gunicorn's own; but it takes nobody in before it has loaded everything and answered itself once."""

    def load_wsgi(self):
        """Load on a thread of its own, which gives way to whoever answers meanwhile: its low rank ends with it."""
        if not preload_app:
            self._await_turn()
            import numpy  # noqa: F401  # its own threads are born with it, and must not keep that rank for ever

            loading, until = threading.Thread(target=self._prepare, daemon=True), time.monotonic() + _REHEARSED_WITHIN
            loading.start()
            while loading.is_alive() and (self.app.callable is None or time.monotonic() < until):
                loading.join(0.5)
                self.notify()
        super().load_wsgi()

    def _await_turn(self):
        """One after another: what the old ones know by heart answers most while a new one has yet to learn it."""
        until = time.monotonic() + _TURN_WITHIN
        while self.replaces and self.alive and time.monotonic() < until:
            self.notify()
            if select.select([_turn[0]], [], [], 0.5)[0]:
                with suppress(BlockingIOError):  # another one was first
                    os.read(_turn[0], 1)
                    return

    def pass_on(self):
        """Let the next one begin."""
        threading.Timer(_SETTLED_AFTER, os.write, (_turn[1], b"1")).start()

    def _prepare(self):
        if self.replaces:
            with suppress(OSError):  # where that is forbidden it goes as well, but people wait longer meanwhile
                os.nice(_RANK)
        with suppress(Exception, SystemExit):  # what is wrong is told when gunicorn loads, in the main thread
            app = self.app.wsgi()
            if not _demo:
                from service.web.rehearsal import rehearse

                rehearse(app)


_turn = os.pipe()  # holds one letter: whoever takes it out may begin to replace another
os.set_blocking(_turn[0], False)
os.write(_turn[1], b"1")
_SETTLED_AFTER = 5  # seconds
_TURN_WITHIN = 120  # seconds; one that was killed passes nothing on
_RANK = 10  # gets a tenth of what who answers gets where both want all, and all that nobody else wants
_REHEARSED_WITHIN = 20  # seconds; a database that is away would keep it for longer, and there are pages without one
worker_class = Worker


# A reload (HUP) keeps the old workers until the new ones have loaded everything: each new one sends one old one home.
# Without this gunicorn ends the old ones first, and people wait for as long as loading takes.


def on_reload(server):
    """Make room for both generations. This file was read again."""
    _forget_ours()
    _loaded()
    server.replacing = server.cfg.workers
    server.num_workers += server.cfg.workers


def pre_fork(server, worker):
    """Tell those that replace another from those that take the place of one that died."""
    worker.replaces = getattr(server, "replacing", 0) > 0
    if worker.replaces:
        server.replacing -= 1


def post_worker_init(worker):
    """Ready to answer: the oldest may go."""
    _loaded()
    if worker.replaces:
        os.kill(worker.ppid, signal.SIGTTOU)
        worker.pass_on()
