"""What a run is done with: the file as it will be read, and what holds for every row of it. Reads the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from service.catalog.importing.files.opening import Opened, open_file
from service.catalog.importing.runs import sources
from service.catalog.importing.runs.locating import locator
from service.catalog.importing.runs.saying import Setting
from service.catalog.where.packs import CountryPack
from service.catalog.words.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that may be planned or taken in."""

    opened: Opened
    setting: Setting


def prepare(
    session: Session,
    path: Path,
    *,
    source: str,
    pack: CountryPack,
    today: date,
    said: Mapping[str, str] | None = None,
    trusted: bool = False,
    taxonomy: Taxonomy | None = None,
) -> Prepared:
    """Open a file of a source as it was read last, or as is said now. Raises as `opening.open_file`."""
    remembered, was_trusted = sources.remembered(session, source)
    setting = Setting(
        source=source,
        trusted=trusted or was_trusted,
        country=pack.code,
        zone=pack.time_zone,
        currency=pack.currency,
        today=today,
        terms=sources.known_terms(session),
        locate=locator(pack),
        taxonomy=taxonomy,
    )
    opened = open_file(path, zone=pack.time_zone, today=today, remembered=remembered, said=said)
    return Prepared(opened=opened, setting=setting)
