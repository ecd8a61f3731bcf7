"""Everything that runs with us may be given on freely: each package of the lock says so in its own metadata."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

# Licences by SPDX. All allow use, change and passing on without a condition on our own code.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0"),
    *("Unlicense", "Zlib"),
}
# Under a licence of our choice among several, whose condition is on the package's own files: we change none of them.
# Only the extra `pdf` brings it (docs/decisions/0032-pages-family.md).
CHOSEN = {"pyphen": "Mozilla Public License 1.1 (MPL 1.1)"}
# How older metadata writes the same: a classifier's last part, or the words of its licence field.
NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT Licence": "MIT",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def locked() -> list[Requirement]:
    """Return what the lock pins for this machine."""
    pins = re.findall(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", Path("requirements.lock").read_text(encoding="utf-8"), re.M)
    found = [Requirement(pin.strip()) for pin in pins]
    return [pin for pin in found if pin.marker is None or pin.marker.evaluate()]


def licence(name: str) -> str:
    """Return a package's licence as an SPDX expression; of the licence field only one line is read."""
    told = metadata(name)
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License :: ")
    ]
    named = classified or (told["License"].splitlines()[:1] if "License" in told else [])
    return " AND ".join(NAMES.get(one, one) for one in named)


def allowed(expression: str) -> bool:
    """Say whether allowed licences alone will do. AND binds before OR; with parentheses every name must be allowed."""
    if "(" in expression:
        return set(re.split(r"[\s()]+|\bAND\b|\bOR\b", expression)) - {""} <= ALLOWED
    choices = [[one.strip() for one in choice.split(" AND ")] for choice in expression.split(" OR ")]
    return any(set(choice) <= ALLOWED for choice in choices)


def test_every_package_that_runs_with_us_has_a_free_licence() -> None:
    pins = locked()
    assert len(pins) > 40
    refused, absent = {}, []
    for pin in pins:
        try:
            found = licence(pin.name)
        except PackageNotFoundError:
            absent.append(pin.name)
            continue
        if not allowed(found) and CHOSEN.get(pin.name) not in found.split(" AND "):
            refused[pin.name] = found or "says nothing"
    assert absent == [], "what the lock names is installed"
    assert refused == {}


def test_an_expression_is_read_as_it_is_meant() -> None:
    assert allowed("Apache-2.0 OR GPL-3.0-only")
    assert allowed("BSD-3-Clause AND Zlib")
    assert allowed("(MIT OR 0BSD) AND Zlib")
    for refused in (
        "GPL-3.0-only",
        "MIT AND AGPL-3.0-only",
        "Proprietary",
        "UNKNOWN",
        "",
        "(MIT OR GPL-3.0-only) AND MIT",
    ):
        assert not allowed(refused), refused
