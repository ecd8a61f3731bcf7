"""What this installation is called, where it is, how it looks: read by one query, known by heart until it changes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.catalog.models_site import ONLY, Site
from service.config import LANGUAGES, Settings
from service.errors import NotFound

NAME = "Kith"
ASK_AGAIN_S = 2.0  # seconds: so soon every process shows what another one saved
COLUMNS = (
    Site.name,
    Site.operator,
    Site.contact,
    Site.country,
    Site.area,
    Site.colour,
    Site.languages,
    Site.logo_width,
    Site.logo_height,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What an administrator set. None: nobody did, and what the environment says holds, or the default."""

    version: int = 0
    own_name: str | None = None
    operator: str | None = None
    contact: str | None = None
    country: str | None = None
    area: str | None = None
    colour: str | None = None
    own_languages: tuple[str, ...] | None = None
    logo: tuple[int, int] | None = None  # its width and height

    @property
    def name(self) -> str:
        """What the service is called on pages and in mails."""
        return self.own_name or NAME

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages; English is always one."""
        return LANGUAGES if self.own_languages is None else self.own_languages

    def over(self, settings: Settings) -> Settings:
        """Return the settings with what was set here in their place."""
        if self.country is None and self.area is None:
            return settings
        return replace(settings, country=self.country or settings.country, area=self.area or settings.area)


UNSET = Here()


def read(session: Session) -> Here:
    """Read what is set."""
    row = session.execute(select(Site.version, *COLUMNS).where(Site.id == ONLY)).one_or_none()
    if row is None:
        return UNSET
    return Here(
        version=row.version,
        own_name=row.name,
        operator=row.operator,
        contact=row.contact,
        country=row.country,
        area=row.area,
        colour=row.colour,
        own_languages=None if row.languages is None else tuple(code for code in LANGUAGES if code in row.languages),
        logo=(row.logo_width, row.logo_height) if row.logo_width and row.logo_height else None,
    )


def logo(session: Session) -> bytes:
    """Return the logo, a WebP; NotFound `picture`."""
    found = session.scalar(select(Site.logo).where(Site.id == ONLY))
    if found is None:
        raise NotFound("picture")
    return found


class ByHeart:
    """What is set, asked for again every two seconds at most. Threads may share it.

    While the database is away, or has no such table yet, what was told last holds.

    Parameters
    ----------
    engine : callable
        Gives the engine; called at each use, so that a process may fork before its first connection.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._asking = threading.Lock()
        self._told = UNSET
        self._asked_at = float("-inf")

    def here(self) -> Here:
        """Return what is set."""
        if time.monotonic() - self._asked_at >= ASK_AGAIN_S and self._asking.acquire(blocking=self._is_new()):
            try:
                self._ask()
            finally:
                self._asking.release()
        return self._told

    def forget(self) -> None:
        """Ask at the next use: somebody just saved, here or elsewhere."""
        self._asked_at = float("-inf")

    def _is_new(self) -> bool:
        return self._asked_at == float("-inf")

    def _ask(self) -> None:
        if time.monotonic() - self._asked_at < ASK_AGAIN_S:
            return  # another thread did, while this one waited
        try:
            with Session(self._engine()) as session:
                self._told = read(session)
        except SQLAlchemyError:
            pass  # what needs the database says so itself
        finally:
            self._asked_at = time.monotonic()
