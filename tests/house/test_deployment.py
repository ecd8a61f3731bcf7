"""What stands in deploy/ holds together, as far as files tell: settings, units, container file and compose file."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # its types are in no lock

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTING = re.compile(r"\b(KITH_[A-Z_]+)\b")
WRITABLE = ("/var/lib/kith", "/run/kith")
# What somebody keeps beside the compose file: it must never get into an image.
KEPT_BACK = {"deploy/environment", "deploy/secrets"}
OF_THE_ENGINE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
EXPOSED = {"kith.service": 2.0, "kith-jobs.service": 2.0, "kith-proxy.service": 3.0}  # of 10, by systemd's own count


def read_by_kith() -> set[str]:
    """The settings that Kith and gunicorn read."""
    files = ("service/config.py", "service/given.py", "deploy/gunicorn.conf.py")
    return {name for file in files for name in re.findall(r"\"(KITH_[A-Z_]+)\"", (ROOT / file).read_text())}


def read_by_proxy() -> set[str]:
    """Those that are filled into the proxy's configuration; three of them follow from others."""
    made = {"KITH_HOST", "KITH_PLACES", "KITH_FIRST_PLACES", "KITH_HELP"}
    return set(re.findall(r"\$\{(KITH_[A-Z_]+)\}", (DEPLOY / "nginx.conf").read_text())) - made | {"KITH_NODES"}


def steps(stage: str) -> list[tuple[str, str]]:
    """The lines of one stage of the container file: word and what follows."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    [inside] = re.findall(rf"^FROM \S+ AS {stage}\n(.*?)(?=^FROM |\Z)", text, re.M | re.S)
    lines = [line for line in inside.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_file_of_settings_explains_each_and_knows_no_other() -> None:
    paragraphs = (DEPLOY / "environment.example").read_text(encoding="utf-8").split("\n\n")
    told: list[str] = []
    for paragraph in paragraphs:
        lines = paragraph.strip().splitlines()
        named = [found[1] for line in lines if (found := re.match(r"#?(KITH_[A-Z_]+)=", line))]
        assert not named or lines[0].startswith("# "), f"{named} stand there without a word"
        told += named
    assert sorted(told) == sorted(read_by_kith() | read_by_proxy())


def test_what_must_be_filled_in_is_all_that_is_missing(tmp_path: Path) -> None:
    """The example with its MUST lines filled in starts; as it is shipped it says what is missing."""
    from service.config import Settings, refusal
    from service.errors import Invalid

    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    shipped = dict(line.split("=", 1) for line in lines if re.match(r"KITH_", line))
    secret = tmp_path / "secret"
    secret.write_text("zqaxk7-Q4w9Zr2LmX8vTb6NcY1HdJ5sGpKfU3eR")
    secret.chmod(0o640)
    shipped["KITH_SECRET_FILE"] = str(secret)
    with pytest.raises(Invalid) as refused:
        Settings.from_env(shipped)
    assert refusal(refused.value).startswith("KITH_HELP_LINES_CONFIRMED must be yes")
    filled = {
        "KITH_HELP_LINES_CONFIRMED": "yes",
        "KITH_SMTP_HOST": "mail.example.org",
        "KITH_SMTP_FROM": "k@example.org",
    }
    assert Settings.from_env({**shipped, **filled}).proxy_hops == 1


@pytest.mark.parametrize("unit", EXPOSED)
def test_a_unit_is_hardened_and_runs_what_is_there(unit: str) -> None:
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[method-assign, assignment]  # names of settings are not to be made small
    read.read(DEPLOY / "systemd" / unit)
    service = read["Service"]
    for name, value in (("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("PrivateTmp", "yes")):
        assert service[name] == value
    program, *words = service["ExecStart"].split()
    place = program.removeprefix("/srv/kith/")
    assert place.startswith(".venv/bin/") or os.access(ROOT / place, os.X_OK), f"{program} cannot be run"
    assert not [word for word in words if word.endswith(".py") and not (ROOT / word).is_file()]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NO systemd HERE: the units' exposure was not counted")
    command = ["systemd-analyze", "security", "--offline=true", str(DEPLOY / "systemd" / unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    [exposure] = re.findall(r"exposure level for \S+: ([\d.]+)", said)
    assert float(exposure) <= EXPOSED[unit]


@pytest.mark.parametrize("script", sorted(path.name for path in DEPLOY.glob("*.sh")))
def test_a_script_can_be_read_by_the_plainest_shell(script: str) -> None:
    assert subprocess.run(["sh", "-n", str(DEPLOY / script)], check=False).returncode == 0


def test_settings_are_read_from_the_file_as_systemd_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    file.write_text("# KITH_NO=1\nKITH_A=$(touch /nowhere) `b`\nKITH_B=\"two words\"\nOTHER=1\nKITH_C='x'")
    asked = f'. {DEPLOY}/environment.sh; kith_settings {file}; env | grep -E "^(KITH_|OTHER)" | sort'
    told = subprocess.run(
        ["sh", "-c", asked], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    assert told.stdout.splitlines() == ["KITH_A=$(touch /nowhere) `b`", "KITH_B=two words", "KITH_C=x"]


STAGES = ["made", "app", "proxy"]


@pytest.mark.parametrize("stage", STAGES)
def test_what_an_image_takes_is_there_and_is_no_secret(stage: str) -> None:
    for word, rest in steps(stage):
        if word == "COPY" and not rest.startswith("--from="):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source not in ("deploy", "."), "what is kept beside the compose file would get into the image"
        if word == "ENV":
            assert set(SETTING.findall(rest)) <= read_by_kith() | read_by_proxy()


@pytest.mark.parametrize("stage", STAGES)
def test_each_step_of_the_container_file_can_be_done(stage: str) -> None:
    script = (DEPLOY / "install.sh").read_text()
    done = [rest for word, rest in steps(stage) if word in ("RUN", "CMD", "HEALTHCHECK")]
    assert done
    for line in done:
        for named in re.findall(r"deploy/install\.sh (\w+)", line):
            assert f"\n{named}() {{" in script, named
        for named in re.findall(r'"(deploy/[\w./]+)"', line):
            assert (ROOT / named).is_file(), named


def test_images_run_as_nobody_special_and_hold_no_secret() -> None:
    for stage in ("app", "proxy"):
        [user] = [rest for word, rest in steps(stage) if word == "USER"]
        assert int(user.split(":")[0]) >= 10_000
        assert not re.search(
            r"SECRET|PASSWORD", " ".join(rest for word, rest in steps(stage) if word in ("ENV", "ARG"))
        )
    [health] = [rest for word, rest in steps("app") if word == "HEALTHCHECK"]
    assert "alive.py" in health
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert set(ignored) >= KEPT_BACK
    assert set((ROOT / ".gitignore").read_text().replace("secrets/", "secrets").splitlines()) >= KEPT_BACK


def test_compose_has_all_four_and_their_tables_first() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"database", "tables", "app", "jobs", "proxy"}
    for name in ("app", "jobs"):
        assert services[name]["depends_on"] == {"tables": {"condition": "service_completed_successfully"}}
    assert services["proxy"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert {name for name, one in services.items() if "ports" in one} == {"proxy"}, "nothing else is open"
    assert services["jobs"]["command"] == ["kith", "jobs"]
    assert services["tables"]["restart"] == "no"


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_compose_is_closed(name: str) -> None:
    one = COMPOSE["services"][name]
    assert set(one) <= KNOWN, set(one) - KNOWN
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one.get("read_only") or name == "database"
    assert one["restart"] == ("no" if name == "tables" else "unless-stopped")
    environment = one.get("environment", {})
    assert set(environment) <= read_by_kith() | read_by_proxy() | OF_THE_ENGINE
    for variable, value in environment.items():
        if variable.endswith("_FILE") or variable.startswith("KITH_CERTIFICATE"):
            assert value.removeprefix("/run/secrets/") in one["secrets"], variable
        assert "PASSWORD" not in variable or variable.endswith("_FILE")
    assert set(one.get("secrets", ())) <= set(COMPOSE["secrets"])
    for volume in one.get("volumes", ()):
        assert volume.split(":")[0] in COMPOSE["volumes"]
    if "build" in one:
        assert steps(one["build"]["target"])
        assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).resolve() == DEPLOY / "Containerfile"


KNOWN = {
    *("build", "image", "command", "env_file", "environment", "secrets", "volumes", "read_only", "tmpfs", "cap_drop"),
    *("security_opt", "restart", "logging", "depends_on", "healthcheck", "ports", "user", "network_mode", "shm_size"),
    *("stop_grace_period", "stop_signal"),
}


def test_compose_starts_only_with_what_an_operator_was_told_to_lay_there() -> None:
    told = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    for secret in COMPOSE["secrets"].values():
        assert f"deploy/{secret['file']}" in told
    assert "deploy/environment " in told
