"""No secret is told by accident: not where a thing describes itself, not in a refusal, not in the log."""

import dataclasses
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

import service
from service.config import Settings
from service.errors import Invalid

SECRET = re.compile(r"(^|_)(secret|secrets|password|token|key|keys|codes|credential)$|^database_url$")
TEXT = re.compile(r"^(?!.*Callable).*(str|bytes)")
# Called so, and told to everybody: names of facts, of columns, of terms.
HARMLESS = {"service.catalog", "service.matching", "service.web", "service.interop"}


def dataclasses_of_ours() -> Iterator[type[Any]]:
    for found in pkgutil.walk_packages(service.__path__, "service."):
        if ".migrations" in found.name or found.name.endswith(".__main__"):
            continue
        for value in vars(import_module(found.name)).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == found.name:
                yield value


@pytest.mark.asvs("V13.3.1")
def test_nothing_that_holds_a_secret_says_it_when_it_describes_itself() -> None:
    told = [
        f"{kind.__module__}.{kind.__name__}.{field.name}"
        for kind in dataclasses_of_ours()
        for field in dataclasses.fields(kind)
        if SECRET.search(field.name)
        and field.repr
        and TEXT.search(str(field.type))
        and ".".join(kind.__module__.split(".")[:2]) not in HARMLESS
    ]
    assert told == []


@pytest.mark.asvs("V13.3.1")
def test_settings_and_services_tell_no_secret(settings: Settings, app: Any) -> None:
    filled = dataclasses.replace(
        settings, secret="zqaxsecret" * 4, database_url="postgresql://kith:zqaxsecret@127.0.0.1/kith"
    )
    services = dataclasses.replace(app.extensions["kith"], settings=filled)
    for text in (repr(filled), str(filled), f"{filled}", repr(services), str(services.sealer("x"))):
        assert "zqaxsecret" not in text
    assert "demo" in repr(filled), "the rest is told"


@pytest.mark.asvs("V13.3.1", "V13.2.3")
@pytest.mark.parametrize("variable", ["KITH_SECRET", "KITH_DATABASE_URL", "KITH_PUBLIC_URL"])
def test_a_refusal_to_start_does_not_repeat_what_was_set(variable: str) -> None:
    with pytest.raises(Invalid) as error:
        Settings.from_env({"KITH_MODE": "production", variable: "zqaxsecret"})
    assert "zqaxsecret" not in f"{error.value} {error.value.params} {error.value.fields}"
