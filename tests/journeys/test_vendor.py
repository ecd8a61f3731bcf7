"""What we borrowed for these tests is what its makers published."""

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"


def test_every_borrowed_file_is_unchanged_and_has_its_licence() -> None:
    packages = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
    files = {file["path"]: file["sha256"] for package in packages for file in package["file"]}
    there = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*.*") if path.name != "VENDOR.toml"}
    assert there.keys() == files.keys()
    for name, path in there.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == files[name], name
    assert "axe-core/LICENSE.txt" in files
