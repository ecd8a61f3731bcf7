"""What a run is done with: the file as it will be read, and what holds for every row of it. Reads the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from service.catalog.importing.files.opening import Opened, open_file
from service.catalog.importing.runs import sources, targets
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
    into: UUID | None = None,
) -> Prepared:
    """Open a file of a source as it was read last, or as is said now; `into`: the group whose times it holds.

    Raises as `opening.open_file`; NotFound `group`.
    """
    remembered, was_trusted = sources.remembered(session, source)
    setting = Setting(
        source=source,
        trusted=into is None and (trusted or was_trusted),
        country=pack.code,
        zone=pack.time_zone,
        currency=pack.currency,
        today=today,
        terms=sources.known_terms(session),
        locate=locator(pack),
        taxonomy=taxonomy,
    )
    target = targets.target(session, source, into) if into is not None else None
    opened = open_file(path, zone=pack.time_zone, today=today, remembered=remembered, said=said, into=target)
    return Prepared(opened=opened, setting=setting)
