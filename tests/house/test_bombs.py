"""What is small outside and large inside is refused soon, and takes no memory worth speaking of."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.asvs("V5.2.1", "V5.2.2", "V5.2.3", "V1.3.4", "V2.2.1", "V15.2.2")
def test_no_body_takes_long_or_much(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [sys.executable, "-m", "tests.house.bombing", database_url, str(tmp_path / "instance")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in told if not 400 <= one["status"] < 500] == [], "refused as the sender's matter, each"
    assert [one for one in told if one["seconds"] > 2] == []
    assert [one for one in told if one["grown"] > 64] == []
    assert len(told) >= 30
    with capsys.disabled():
        slowest, largest = max(one["seconds"] for one in told), max(one["grown"] for one in told)
        print(f"\nbombs: {len(told)}, all refused, slowest {slowest:.2f} s, most memory {largest:.0f} MB")
