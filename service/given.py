"""What the environment gives as a secret: in a variable, or in a file that a variable names."""

import os
from collections.abc import Mapping
from pathlib import Path

from service.errors import Invalid

LARGEST_SECRET_FILE = 65_536  # bytes
# What may stand in a file, and the variable that names the file.
SECRET_FILES = {
    "KITH_SECRET": "KITH_SECRET_FILE",
    "KITH_SMTP_PASSWORD": "KITH_SMTP_PASSWORD_FILE",
    "KITH_DATABASE_PASSWORD": "KITH_DATABASE_PASSWORD_FILE",
    "KITH_METRICS_TOKEN": "KITH_METRICS_TOKEN_FILE",
}


def secret_text(env: Mapping[str, str], name: str) -> str:
    """Read a secret from the variable `name`, or from the file that its neighbour in SECRET_FILES names.

    Empty when neither is set. The text of the file is taken without blanks and line ends around it.

    Raises
    ------
    Invalid
        `settings`: both are set, or the file cannot be read, is empty, or may be read by everybody on this machine.
    """
    given, path = env.get(name, ""), env.get(SECRET_FILES[name], "")
    if not path:
        return given
    if given:
        raise Invalid("settings", variable=name, why=f"and {SECRET_FILES[name]} are both set: keep one")
    return _secret_file(SECRET_FILES[name], Path(path))


def _secret_file(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            for_all = os.fstat(file.fileno()).st_mode & 0o007
            text = file.read(LARGEST_SECRET_FILE + 1).decode().strip()
    except (OSError, ValueError) as error:
        raise Invalid("settings", variable=variable, why="must name a file of text that Kith may read") from error
    if for_all:
        raise Invalid("settings", variable=variable, why="must name a file that others may not read: chmod 600")
    if not text or len(text) > LARGEST_SECRET_FILE:
        raise Invalid("settings", variable=variable, why="must name a file with a secret in it and nothing else")
    return text
