"""How long an editor's list takes at so many listings: `python -m tests.benchmarks.desk 100000 [sqlite|postgresql]`."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.catalog.desk import counted, finding, turns
from service.catalog.desk.filters import Filter
from service.catalog.desk.today import today_of
from service.catalog.keepers.rule import Scope
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.matching.trials.evaluation import percentile
from tests import stores
from tests.benchmarks import made_up
from tests.benchmarks.stored import store
from tests.catalog.imports.importing import unit_of

ROUNDS = 7
# What an editor of a part keeps.
SALE = Scope(user_id=UUID(int=1), districts=frozenset({"M33", "WA14"}), organisation_ids=frozenset({UUID(int=2)}))
ENDINGS = {"draft": 11, "submitted": 22, "held": 33, "archived": 44}  # the last figures of a name


def filters() -> Iterator[tuple[str, Filter]]:
    """Give each kind of filter, with a name."""
    yield "all", Filter()
    yield "one word", Filter(q="garden")
    yield "a word that few have", Filter(q="garden 4711")
    yield "a word that none has", Filter(q="zindlewick")
    yield "drafts", Filter(status="draft")
    yield "published", Filter(status="published")
    yield "organisation", Filter(organisation="made-up")
    yield "area", Filter(area="Sale")
    yield "term", Filter(term="activity.music")
    for one in ("fresh", "ageing", "soon", "stale", "never"):
        yield f"confirmed: {one}", Filter(confirmed=one)
    for one in ("times", "position", "cost", "contact"):
        yield f"without {one}", Filter(missing=(one,))
    yield "all missing", Filter(missing=("times", "position", "cost", "contact"))
    yield "reported", Filter(reported=True)
    yield "oldest first", Filter(sort="confirmed")
    yield "newest first", Filter(sort="changed")
    yield "mine", Filter(whose="mine")
    yield "mine, oldest first", Filter(whose="mine", status="published", sort="confirmed")
    yield "many at once", Filter(q="garden", area="Sale", confirmed="stale", status="published", sort="confirmed")


def main(many: int, kind: str) -> None:
    """Print a line for each filter, and one for all."""
    taxonomy = load_taxonomy(Path("seeds/taxonomy"))
    stores.import_all_models()
    with (
        tempfile.TemporaryDirectory() as folder,
        stores.running(kind, Path(folder)) as running,
        stores.opened(running.migrated()) as engine,
    ):
        store(engine, made_up.groups(many, taxonomy), taxonomy)
        _vary(engine)
        _tell(engine)


def _vary(engine: Engine) -> None:
    """Give some listings other states and contacts, as in life."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE \"group\" SET phone = '01632 960001' WHERE capacity_state IS NULL"))
        for status in ENDINGS:
            some = text('UPDATE "group" SET status = :status WHERE name LIKE :ending')
            connection.execute(some, {"status": status, "ending": f"%{ENDINGS[status]} (example)"})
    if engine.dialect.name == "postgresql":  # as its own housekeeping does within a minute
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _tell(engine: Engine) -> None:
    began = time.perf_counter()
    turns.count_coverage(partial(Session, engine), unit_of(engine), now)
    print(f"what is known, counted by its job in {time.perf_counter() - began:.1f} s")
    with Session(engine) as session:
        for name, ask in (("what waits", _waiting), ("of mine", _waiting_of_mine), ("what is known", _known)):
            taken = sorted(_took(partial(ask, session)) for _ in range(ROUNDS))
            print(f"{name:24} p50 {taken[ROUNDS // 2]:6.1f} ms, worst {taken[-1]:6.1f} ms")
    everything: list[float] = []
    worked: list[float] = []
    for name, wanted in filters():
        with Session(engine) as session:
            taken = sorted(_timed(session, wanted) for _ in range(ROUNDS))
            worked += [_worked(session, wanted) for _ in range(ROUNDS)]
            found = finding.look(session, wanted, today=made_up.TODAY, keeps=SALE)
            number = f"{found.total}{'+' * found.more}"
        everything += taken
        print(f"{name:24} {number:>7} p50 {taken[ROUNDS // 2]:6.1f} ms, worst {taken[-1]:6.1f} ms")
    for name, values in (("all", everything), ("of this process alone", worked)):
        print(f"{name}: p50 {percentile(values, 0.5):.1f} ms, p95 {percentile(values, 0.95):.1f} ms")


def _worked(session: Session, wanted: Filter) -> float:
    """Return the time of this process alone: on SQLite all of the work, whatever else the machine does."""
    session.expunge_all()
    return _took(lambda: finding.look(session, wanted, today=made_up.TODAY, keeps=SALE), time.process_time)


def _waiting(session: Session) -> object:
    return today_of(session, user_id=None, today=made_up.TODAY)


def _waiting_of_mine(session: Session) -> object:
    return today_of(session, user_id=None, today=made_up.TODAY, keeps=SALE)


def _known(session: Session) -> object:
    families = {term.code: term.label for term in load_taxonomy(Path("seeds/taxonomy")).families()}
    return counted.read(session, families=families, today=made_up.TODAY)


def _took(ask: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    before = clock()
    ask()
    return (clock() - before) * 1000


def _timed(session: Session, wanted: Filter) -> float:
    session.expunge_all()
    return _took(lambda: finding.look(session, wanted, today=made_up.TODAY, keeps=SALE))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "sqlite")
