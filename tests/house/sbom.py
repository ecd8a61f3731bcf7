"""Writes what Kith is made of: each package of the lock with its hashes, as CycloneDX 1.6. `make sbom` calls it.

`python -m tests.house.sbom FILE`. The maker of the list writes the address of a package index beside each package; that
tells of the machine and not of Kith, so the hashes are moved to the package and the address is left out.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")


def made(lock: Path = LOCK) -> dict[str, Any]:
    """Return the list."""
    maker = [sys.executable, "-m", "cyclonedx_py", "requirements", "--sv", "1.6", "--of", "JSON", "--short-PURLs"]
    asked = [*maker, "--output-reproducible", "--pyproject", "pyproject.toml", "-o", "-", str(lock)]
    found: dict[str, Any] = json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)
    for part in found["components"]:
        references = part.pop("externalReferences", [])
        part["hashes"] = [one for reference in references for one in reference.get("hashes", [])]
        part.pop("description", None)
    found["metadata"]["component"].pop("externalReferences", None)
    found["metadata"]["tools"] = {"components": [{"type": "application", "name": "cyclonedx-py"}]}
    return found


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(json.dumps(made(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
