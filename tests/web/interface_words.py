"""The interface's words as translators' tools see them: what stands in the code, and each language's catalogue."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from service.config import LANGUAGES
from service.web.languages import TRANSLATIONS

ROOT = Path(__file__).parents[2]
FOREIGN = LANGUAGES[1:]
TEMPLATE = TRANSLATIONS / "messages.pot"
LABELS = "seeds/taxonomy/terms.toml"
Key = str | tuple[str, ...]


def po(language: str, domain: str = "messages") -> Path:
    """Return where the words of a language are written."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"


@lru_cache(maxsize=32)
def read(path: Path, language: str | None = None) -> Catalog:
    """Read a catalogue; a slip in the file is an error."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def words(found: Catalog) -> dict[Key, Message]:
    """Return the messages of a catalogue by what they say in English, but its head."""
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): message for message in found if message.id
    }


@lru_cache(maxsize=1)
def in_the_code() -> Catalog:
    """Read the words out of the code anew, by the command of the Makefile."""
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "pybabel -q extract" in line)
    with TemporaryDirectory() as folder:
        made = Path(folder) / "messages.pot"
        asked = line.replace("$(WORDS)/messages.pot", str(made)).replace("$(WORDS)", str(TRANSLATIONS)).split()[1:]
        CommandLineInterface().run(["pybabel", *asked[:-1], str(ROOT)])  # type: ignore[no-untyped-call]
        return read(made)


def sides(message: Message) -> list[str]:
    """Return what a message says in English: one text, or one and many."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def told(message: Message) -> list[str]:
    """Return what its translation says: one text, or one a plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())
