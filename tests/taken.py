"""An empty system that takes over what another gives, as an administrator does who trusts the source."""

from pathlib import Path

from flask import Flask

from service.app import create_app
from service.catalog import seeding
from service.catalog.importing.files.opening import open_file
from service.catalog.importing.runs import sources
from service.catalog.importing.runs.locating import locator
from service.catalog.importing.runs.running import Ran, Work, run_import
from service.catalog.importing.runs.saying import Setting
from service.catalog.seed_rows import Rows, add_terms
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.config import Settings
from service.db import committing, db
from tests import stores
from tests.catalog.editing import ADA
from tests.pages import CLIENT

ROOT = Path(__file__).parents[1]
HOME = "https://kith.example.org"
WHOLE = "/hsds/services?full=true&format=ndjson"


def empty(databases: stores.Stores, folder: Path) -> Flask:
    """Make a system without a single listing."""
    settings = {"KITH_MODE": "demo", "KITH_DATA": str(folder), "KITH_DATABASE_URL": databases.migrated()}
    app = create_app(Settings.from_env(settings | {"KITH_SEEDS": str(ROOT / "seeds")}))
    app.test_client_class = CLIENT
    with app.app_context(), committing() as session:
        rows = Rows()
        add_terms(rows, load_taxonomy(ROOT / "seeds/taxonomy").terms)
        seeding._load(session, rows, now=now(), progress=None)
    return app


def given(app: Flask, path: str) -> bytes:
    """Return what it gives out at an address."""
    answer = app.test_client().get(path, base_url=HOME)
    assert answer.status_code == 200
    return answer.get_data()


def taken(app: Flask, path: Path, *, trusted: bool = True) -> Ran:
    """Import a file."""
    pack = load_pack(ROOT / "seeds/countries", "gb")
    with app.app_context():
        opened = open_file(path, zone=pack.time_zone, today=now().date())
        setting = Setting(
            source="kith",
            trusted=trusted,
            country=pack.code,
            zone=pack.time_zone,
            currency=pack.currency,
            today=now().date(),
            terms=sources.known_terms(db.session()),
            locate=locator(pack),
        )
        db.session.rollback()
        return run_import(committing, Work(opened=opened, setting=setting, actor=ADA, now=now()))
