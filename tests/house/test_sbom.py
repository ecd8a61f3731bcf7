"""What Kith is made of can be listed: every package of the lock, with its hashes, and nothing of the machine."""

import json
import re
from pathlib import Path

import pytest

from tests.house.sbom import LOCK, made


@pytest.mark.asvs("V15.1.2")
def test_the_list_holds_every_package_of_the_lock_with_its_hashes() -> None:
    listed, lock = made(), LOCK.read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;]+)", lock, re.M)
    told = sorted((part["name"], part["version"]) for part in listed["components"])
    assert told == sorted(pinned)
    assert len(told) >= 60
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    hashes = {one["content"] for part in listed["components"] for one in part["hashes"]}
    assert hashes == set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))
    text = json.dumps(listed)
    assert not re.search(r"https?://(?!cyclonedx\.org)|file:", text), "no host and no place"
    assert str(Path.cwd()) not in text
