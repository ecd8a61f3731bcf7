"""From a bare Debian to a search and a referral over TLS, by the lines of docs/operate.md and of the container file."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import bare
from tests.house.test_deployment import steps
from tests.journeys.serving import ROOT, eventually

pytestmark = pytest.mark.slow
ADDRESS = "https://groups.example.org"
CODE = re.compile(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}")
READY_WITHIN = 120  # seconds
# What an operator does by hand between the lines: the MUST settings, the name's entry, an authority that is believed.
FILLED_IN = (
    "sed -i -e 's/^KITH_HELP_LINES_CONFIRMED=.*/&yes/' -e 's/^KITH_MAIL=.*/KITH_MAIL=off/' /etc/kith/environment"
)
NAMED = "echo 127.0.0.1 groups.example.org >> /etc/hosts"
BELIEVED = "cp /etc/kith/tls/certificate.pem /usr/local/share/ca-certificates/kith.crt && update-ca-certificates"
# Asks all the time, and says how often it was not answered.
ASKING = """
import os, ssl, sys, time, urllib.request
asked = failed = 0
while not os.path.exists("/tmp/enough"):
    try:
        asked += 1
        failed += urllib.request.urlopen(sys.argv[1] + "/en/", timeout=30).status != 200
    except OSError as error:
        failed += 1
    time.sleep(0.05)
print(asked, failed)
"""


def lines(heading: str) -> list[str]:
    """What docs/operate.md shows to be typed under one heading."""
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    shown = re.findall(r"^```console\n(.*?)^```", section, re.M | re.S)
    return [line.removeprefix("$ ") for block in shown for line in block.splitlines()]


@pytest.fixture(scope="module")
def machine() -> Iterator[bare.Machine]:
    """A Debian with what must be fetched on it, started without a network: what follows asks nobody outside."""
    why_not = bare.missing()
    if why_not:
        pytest.skip(f"NO BARE DEBIAN HERE, {why_not}: installing was not tested")
    with bare.bare() as made:
        made.prepare("for step in machine account python; do /srv/kith/deploy/install.sh $step; done")
        made.start()
        yield made


@pytest.fixture(scope="module")
def installed(machine: bare.Machine) -> dict[str, str]:
    """Installed word for word; what each line said."""
    said = {}
    machine.run(NAMED)
    for line in lines("Installing"):
        if line == "kith doctor":  # somebody who reads waits for the start; and nobody runs it yet
            eventually(lambda: True if _is_ready(machine) else None, READY_WITHIN)
        said[line] = machine.run(line, code=None if line == "kith doctor" else 0)
        if line.endswith("install.sh"):
            machine.run(FILLED_IN)
        if line.startswith("openssl"):
            machine.run(BELIEVED)
    return said


def _is_ready(machine: bare.Machine) -> bool:
    asked = f"import urllib.request; urllib.request.urlopen('{ADDRESS}/readyz', timeout=9)"
    return machine.run(f'/srv/kith/.venv/bin/python -c "{asked}" 2>/dev/null && echo yes', code=None) == "yes\n"


def test_a_search_and_a_referral_over_tls(machine: bare.Machine, installed: dict[str, str]) -> None:
    assert "To mend: administrator." in installed["kith doctor"]
    [code] = CODE.findall(installed["kith admin code"])
    made = machine.run("kith key create --organisation 'Willow Surgery' --name test")
    key = made.split()[0]
    visiting = Path(__file__).with_name("visiting.py").read_text(encoding="utf-8")
    told = json.loads(machine.run(f"/srv/kith/.venv/bin/python - {ADDRESS} {code} {key}", given=visiting))
    assert told == {
        "entered": "/en/account/second-factor",
        "search": "/en/find/",
        "shown": True,
        "groups": 3,
        "referred": 201,
        "told": "",
        "listed": 1,
    }
    assert "Nothing to mend." in machine.run("kith doctor")


def test_units_run_as_whom_they_should_and_nothing_else_listens(
    machine: bare.Machine, installed: dict[str, str]
) -> None:
    assert installed
    for unit in ("kith", "kith-jobs", "kith-proxy", "postgresql"):
        assert machine.run(f"systemctl is-active {unit}") == "active\n"
    assert machine.run("systemd-analyze verify /etc/systemd/system/kith*.service 2>&1") == ""
    listening = machine.run("cat /proc/net/tcp /proc/net/tcp6")
    ports = {int(line.split()[1].rpartition(":")[2], 16) for line in listening.splitlines() if " 0A " in line}
    assert ports <= {80, 443, 5432}, ports
    owners = machine.run("stat -c %U:%a /var/lib/kith /etc/kith/secret /etc/kith/environment /run/kith/kith.sock")
    assert owners.split() == ["kith:700", "root:640", "root:640", "kith:660"]
    logs = machine.run("journalctl --no-pager -o cat -u kith -u kith-jobs -u kith-proxy")
    assert "/en/find/<sealed>" in logs or "<lang>/find/<sealed>" in logs
    assert not re.search(r"M33|singing|01632|Cai|find/[A-Za-z0-9_-]{20}", logs)


def test_a_new_version_loses_no_request(machine: bare.Machine, installed: dict[str, str]) -> None:
    assert installed
    asking = machine.begin(f"rm -f /tmp/enough; /srv/kith/.venv/bin/python -c '{ASKING}' {ADDRESS}")
    bare.lay_source(machine.root / "srv/kith")
    before = machine.run("systemctl show -P MainPID kith")
    for line in lines("A new version"):
        machine.run(line)
    time.sleep(5)  # the old ones go home
    machine.run("touch /tmp/enough")
    asked, failed = map(int, asking.communicate(timeout=60)[0].split())
    assert asked > 10
    assert failed == 0, f"{failed} of {asked}"
    assert machine.run("systemctl show -P MainPID kith") == before, "it was reloaded, not restarted"


def test_it_comes_back_when_the_machine_does(machine: bare.Machine, installed: dict[str, str]) -> None:
    assert installed
    machine.stop()
    machine.start()
    eventually(lambda: True if _is_ready(machine) else None, READY_WITHIN)


def test_the_container_file_s_own_steps(machine: bare.Machine) -> None:
    """What an image runs and installing on a machine does not: its account, and how it tells that it lives."""
    [account] = [rest for word, rest in steps("app") if word == "RUN" and "account" in rest]
    assert machine.run(f"cd /srv/kith && {account}; getent passwd kith; stat -c %U:%a /run/kith").count("kith") >= 2
    [health] = [rest for word, rest in steps("app") if word == "HEALTHCHECK"]
    program = json.loads(health[health.index("[") :])
    command = " ".join(program).replace("python", "/srv/kith/.venv/bin/python", 1)
    machine.run("install -d -o kith -g www-data -m 2750 /run/kith; systemctl restart kith")
    eventually(lambda: True if _is_ready(machine) else None, READY_WITHIN)
    machine.run(f"cd /srv/kith && {command}")
    machine.run(f"cd /srv/kith && KITH_BIND=unix:/nowhere {command}", code=1)
