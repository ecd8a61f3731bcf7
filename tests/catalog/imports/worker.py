"""Imports a file in a process of its own, in small pieces, so that it can be killed anywhere.

`python -m tests.catalog.imports.worker DATABASE_URL FILE`
"""

import sys
from pathlib import Path

from service.catalog.importing.runs import planning, running
from tests import stores
from tests.catalog.imports.importing import run

PIECE = 5  # rows


def main(database_url: str, path: str) -> None:
    planning.BATCH, running.ATOMIC = PIECE, PIECE
    stores.import_all_models()
    with stores.opened(database_url) as engine:
        print("ready", flush=True)
        run(engine, Path(path))


if __name__ == "__main__":
    main(*sys.argv[1:])
