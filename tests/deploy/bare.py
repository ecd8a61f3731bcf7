"""A bare Debian of one's own: made from this machine's package sources, started with its own systemd, its own loopback.

Nothing of it reaches this machine: it has its own processes, files and network, and ends with the process that was
started for it.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.serving import ROOT, eventually

TOOLS = ("mmdebstrap", "systemd-nspawn", "nsenter")
MADE_WITHIN = 900  # seconds; packages are fetched
DONE_WITHIN = 600  # seconds, for one line
UP_WITHIN = 120
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}


def missing() -> str:
    """Why there can be no such root here; empty: there can."""
    if os.geteuid() != 0:
        return "only root can start one"
    gone = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"these are missing: {', '.join(gone)}" if gone else ("" if _sources() else "no sources of packages")


def _sources() -> list[str]:
    """Where this machine has its own Debian packages from; ours to use, and nobody's to write down."""
    kept = Path("/etc/apt")
    found = [path for path in (kept / "sources.list", kept / "sources.list.d/debian.sources") if path.is_file()]
    return [str(path) for path in found if re.search(r"^(deb |URIs:)", path.read_text(), re.M)]


def _pip() -> dict[str, str]:
    """How this machine asks for Python packages, as settings of pip in the environment."""
    listed = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(?:global\.|:env:\.)([\w-]+)='(.*)'$", listed, re.M)
    return {f"PIP_{name.upper().replace('-', '_')}": value for name, value in found}


@dataclass
class Machine:
    """A root, and once it was started the process that everything in it belongs to."""

    root: Path
    boot: subprocess.Popen[bytes] | None = None
    leader: int = 0

    def prepare(self, line: str) -> None:
        """Run a line in the root before it is started: with the network of this machine, to fetch packages."""
        settings, bound = _pip(), []
        for name, value in settings.items():
            for place in map(Path, re.findall(r"(?:^|\s|//)(/\S+)", value)):
                if place.is_dir():  # an index leads to files beside it
                    bound.append(f"--bind-ro={place.parent if 'INDEX' in name else place}")
                elif place.is_file():
                    bound.append(f"--bind-ro={place}:/mnt/{name}")
                    settings[name] = f"/mnt/{name}"
        given = [f"--setenv={name}={value}" for name, value in settings.items()]
        command = ["systemd-nspawn", "-q", "-D", str(self.root), "--register=no", "--keep-unit", "--pipe"]
        _done([*command, *bound, *given, "sh", "-c", line])

    def start(self) -> None:
        """Start it as a machine starts, with nothing but a loopback of its own."""
        with (self.root.parent / "boot.log").open("wb") as log:
            self.boot = subprocess.Popen(
                ["systemd-nspawn", "-D", str(self.root), "--boot", "--private-network", "--register=no", "--keep-unit"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(self._is_up, UP_WITHIN)

    def _is_up(self) -> bool | None:
        assert self.boot is not None
        assert self.boot.poll() is None, (self.root.parent / "boot.log").read_text(errors="replace")
        children = Path(f"/proc/{self.boot.pid}/task/{self.boot.pid}/children").read_text().split()
        if not children:
            return None
        self.leader = int(children[0])
        said = self._enter("systemctl is-system-running", seconds=20)
        return True if said.stdout.strip() in ("running", "degraded") else None

    def run(self, line: str, *, code: int | None = 0, given: str = "") -> str:
        """Run a line as root does at its console; return what was said."""
        done = self._enter(line, given=given)
        assert code is None or done.returncode == code, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def begin(self, line: str) -> subprocess.Popen[str]:
        """Start a line that runs beside others."""
        return subprocess.Popen(self._within(line), stdout=subprocess.PIPE, text=True, env=CLEAN)

    def _enter(self, line: str, *, given: str = "", seconds: int = DONE_WITHIN) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._within(line), input=given, capture_output=True, text=True, timeout=seconds, env=CLEAN, check=False
        )

    def _within(self, line: str) -> list[str]:
        return ["nsenter", "--target", str(self.leader), "--all", "--", "sh", "-c", line]

    def stop(self) -> None:
        """End it with all that runs in it."""
        if self.boot is not None:
            self.boot.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.boot.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(self.boot.pid, signal.SIGKILL)
            self.boot.wait(20)


@contextmanager
def bare() -> Iterator[Machine]:
    """Make a Debian with nothing on it but what starts it, and the source of Kith; take it away in the end."""
    folder = Path(tempfile.mkdtemp(prefix="kith-bare-"))
    folder.chmod(0o755)
    machine = Machine(folder / "root")
    try:
        suite = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
        assert suite is not None
        _done(
            [
                "mmdebstrap",
                "-q",
                "--variant=minbase",
                "--include=systemd-sysv",
                suite[1],
                str(machine.root),
                *_sources(),
            ]
        )
        lay_source(machine.root / "srv/kith")
        yield machine
    finally:
        machine.stop()
        shutil.rmtree(folder, ignore_errors=True)


def lay_source(there: Path) -> None:
    """Lay the source where an operator unpacks it: what is kept in the repository, as it stands here now."""
    listed = _done(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]).split("\0")
    for name in (name for name in listed if name and (ROOT / name).is_file()):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, there / name)


def _done(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MADE_WITHIN, check=False)
    assert done.returncode == 0, f"{command[0]}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def timed(of: Mapping[str, float], deed: Callable[[], object], name: str) -> None:
    """Note how many seconds something took."""
    began = time.monotonic()
    deed()
    of[name] = round(time.monotonic() - began, 1)  # type: ignore[index]
