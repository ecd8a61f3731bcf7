"""The example for Kubernetes holds together, as far as files tell: settings, images, commands, closed containers."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # its types are in no lock

from tests.house.test_deployment import COMPOSE, DEPLOY, read_by_kith, read_by_proxy, steps

FILES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
PARTS = {file.stem: list(yaml.safe_load_all(file.read_text(encoding="utf-8"))) for file in FILES}
ALL: list[dict[str, Any]] = [one for parts in PARTS.values() for one in parts]
# What a kind may say at its top, and of which version it is.
VERSIONS = {
    "Namespace": "v1",
    "ConfigMap": "v1",
    "PersistentVolumeClaim": "v1",
    "Service": "v1",
    "Job": "batch/v1",
    "Deployment": "apps/v1",
    "PodDisruptionBudget": "policy/v1",
}


def named(kind: str, name: str) -> dict[str, Any]:
    [found] = [one for one in ALL if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for one in ALL:
        if one["kind"] in ("Deployment", "Job"):
            yield one["metadata"]["name"], one["spec"]["template"]


CONTAINERS = [(pod, one["name"]) for pod, template in pods() for one in template["spec"]["containers"]]
SETTINGS: dict[str, str] = named("ConfigMap", "kith")["data"]


def test_there_is_what_an_installation_needs_and_every_kind_is_of_its_version() -> None:
    assert set(PARTS) == {"app", "jobs", "settings", "tables"}
    assert {one["kind"]: one["apiVersion"] for one in ALL} == VERSIONS
    assert {one["metadata"].get("namespace") for one in ALL if one["kind"] != "Namespace"} == {"kith"}


def test_every_setting_is_one_that_kith_or_its_proxy_reads_and_no_secret_stands_there() -> None:
    given = {line["name"] for _, pod in pods() for one in pod["spec"]["containers"] for line in one.get("env", ())}
    assert set(SETTINGS) | given <= read_by_kith() | read_by_proxy()
    assert all(isinstance(value, str) for value in SETTINGS.values())
    assert not [one for one in ALL if one["kind"] == "Secret"], "they are made from files"
    assert not [name for name in SETTINGS if "PASSWORD" in name and not name.endswith("_FILE")]


def test_the_settings_are_safe_once_the_gaps_are_filled(tmp_path: Any) -> None:
    from sqlalchemy import make_url

    from service.config import Settings
    from service.db.safe import check_line

    files = {name: tmp_path / name.lower() for name in SETTINGS if name.endswith("_FILE")}
    for file in files.values():
        file.write_text("zqaxk7-Q4w9Zr2LmX8vTb6NcY1HdJ5sGpKfU3eR")
        file.chmod(0o440)
    filled = {
        "KITH_HELP_LINES_CONFIRMED": "yes",
        "KITH_SMTP_HOST": "mail.example.org",
        "KITH_SMTP_FROM": "k@example.org",
    }
    read = Settings.from_env({**SETTINGS, **filled, **{name: str(file) for name, file in files.items()}})
    for url in (read.database_url, *read.replica_urls):
        assert make_url(url).password
        check_line(make_url(url), "KITH_DATABASE_URL")
    assert read.shared_index is not None


@pytest.mark.parametrize(("pod", "container"), CONTAINERS)
def test_a_container_runs_what_the_image_has_and_is_closed(pod: str, container: str) -> None:
    [template] = [found for name, found in pods() if name == pod]
    spec = template["spec"]
    [one] = [found for found in spec["containers"] if found["name"] == container]
    images = {service["image"]: service for service in COMPOSE["services"].values() if "build" in service}
    assert one["image"] in images
    stage = images[one["image"]]["build"]["target"]
    commands = [
        service.get("command") for service in COMPOSE["services"].values() if service.get("image") == one["image"]
    ]
    assert one.get("command") in commands
    account = {**spec["securityContext"], **one["securityContext"]}
    [user] = [rest for word, rest in steps(stage) if word == "USER"]
    assert f"{account['runAsUser']}:{account['runAsGroup']}" == user
    assert account["runAsNonRoot"] is one["securityContext"]["readOnlyRootFilesystem"] is True
    assert one["securityContext"]["allowPrivilegeEscalation"] is False
    assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert account["seccompProfile"] == {"type": "RuntimeDefault"}
    volumes = {volume["name"] for volume in spec["volumes"]}
    assert {mount["name"] for mount in one["volumeMounts"]} <= volumes
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        for word in one.get(probe, {}).get("exec", {}).get("command", [])[1:]:
            assert (DEPLOY.parent / word).is_file()


def test_every_file_of_a_secret_is_where_the_settings_say() -> None:
    for _, template in pods():
        for one in template["spec"]["containers"]:
            mounts = {mount["mountPath"]: mount["name"] for mount in one["volumeMounts"]}
            if one["image"] == "kith-app":
                kept = {SETTINGS[name].rpartition("/")[0] for name in SETTINGS if name.endswith("_FILE")}
                assert kept <= set(mounts)
                for name in ("KITH_DATA", "KITH_SHARED_INDEX"):
                    assert any(SETTINGS[name].startswith(f"{path}/") for path in mounts), name
        modes = [volume["secret"]["defaultMode"] for volume in template["spec"]["volumes"] if "secret" in volume]
        assert set(modes) == {0o440}, "nobody else may read them, and Kith refuses those that everybody may"


def test_claims_labels_and_ports_meet() -> None:
    claims = {one["metadata"]["name"] for one in ALL if one["kind"] == "PersistentVolumeClaim"}
    wanted = {
        volume["persistentVolumeClaim"]["claimName"]
        for _, template in pods()
        for volume in template["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert wanted == claims
    app = named("Deployment", "kith")["spec"]
    labels = app["template"]["metadata"]["labels"]
    service, budget = named("Service", "kith")["spec"], named("PodDisruptionBudget", "kith")["spec"]
    assert service["selector"] == app["selector"]["matchLabels"] == budget["selector"]["matchLabels"] == labels
    ports = {
        port["name"]: port["containerPort"]
        for one in app["template"]["spec"]["containers"]
        for port in one.get("ports", ())
    }
    assert {port["targetPort"] for port in service["ports"]} == set(ports)
    [proxy] = [one for one in app["template"]["spec"]["containers"] if one["name"] == "proxy"]
    given = {line["name"]: line["value"] for line in proxy["env"]}
    assert ports == {"https": int(given["KITH_HTTPS"]), "http": int(given["KITH_HTTP"])}
    assert service["externalTrafficPolicy"] == "Local", "limits go by the address of whoever asks"
    assert budget["minAvailable"] < app["replicas"]
    jobs = named("Deployment", "kith-jobs")["spec"]
    assert (jobs["replicas"], jobs["strategy"]) == (1, {"type": "Recreate"})
    assert jobs["selector"]["matchLabels"] != labels
