"""Makes vectors.npy anew: the vector of every group of the starter catalogue, so that a first start encodes nothing.

    python seeds/vectors/build.py

Run it after a change to a listing or an example, or of the encoder; `tests/matching/test_vectors.py` says when. What is
already in the file is not encoded again. `service.matching.meaning.vectors` says what a vector is made of, and
`service/matching/meaning/model/SOURCE.md` by which model.
"""

import tempfile
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from service.catalog import queries, seeding
from service.clock import now
from service.db import engine as engines
from service.db import migrations
from service.matching.meaning.encoder import Encoder
from service.matching.meaning.vectors import VectorStore, encode_missing, keys_of, publish, text_of

HERE = Path(__file__).parent


def texts(seeds: Path) -> list[str]:
    """Load the seeds into a scratch database and return the text of each published group, joinable or not."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/scratch.sqlite", **engines.OPTIONS)
        engines.prepare(engine)
        migrations.upgrade(engine)
        with Session(engine.execution_options(writes=True)) as session:
            seeding.seed(session, seeds, now=now())
            session.commit()
            found = {text_of(group) for group in queries.iter_searchable(session, today=now().date())}
        engine.dispose()
    return sorted(found)


def main() -> None:
    encoder, wanted = Encoder.load(), texts(HERE.parent)
    if not encoder.check().usable:
        raise SystemExit("This processor makes other vectors than the model should: run it elsewhere.")
    before = VectorStore(HERE)
    vectors = encode_missing(wanted, encoder, [before])
    publish(HERE, keys_of(wanted, encoder.id), vectors)
    print(f"{len(before)} vectors before, {len(VectorStore(HERE))} now")


if __name__ == "__main__":
    main()
