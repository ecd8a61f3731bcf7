"""Whether a listing, or what listings share, is among those that an editor keeps. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

UNIT_SIGNS = 3  # the end of a British postcode; it may be written without a space before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one editor keeps. Whoever keeps the whole catalogue has none.

    Attributes
    ----------
    user_id : UUID
        Of the editor: what they made themselves is theirs until it has a place.
    districts : frozenset of str
        Beginnings of postcodes, in capitals: M33.
    organisation_ids : frozenset of UUID
        Bodies all of whose listings are theirs, wherever they meet.
    """

    user_id: UUID
    districts: frozenset[str]
    organisation_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the rule asks of a listing: who runs it, the postcode of each of its places, who made it."""

    organisation_id: UUID
    postcodes: Sequence[str | None]
    made_by: UUID | None


def keeps(scope: Scope | None, listing: Listing) -> bool:
    """Tell whether a listing is theirs.

    Examples
    --------
    >>> sale = Scope(user_id=UUID(int=1), districts=frozenset({"M33"}), organisation_ids=frozenset())
    >>> keeps(sale, Listing(organisation_id=UUID(int=7), postcodes=["WA14 1AB", "M33 4"], made_by=None))
    True
    >>> keeps(sale, Listing(organisation_id=UUID(int=7), postcodes=["M3 3AB"], made_by=UUID(int=1)))
    False
    """
    if scope is None or listing.organisation_id in scope.organisation_ids:
        return True
    if not listing.postcodes:
        return listing.made_by == scope.user_id
    return any(lies_in(postcode, scope.districts) for postcode in listing.postcodes)


def keeps_shared(scope: Scope | None, *, named: bool, theirs: int, others: int, made_by: UUID | None) -> bool:
    """Tell the same of an organisation or a place, by how many of the listings that share it are theirs.

    It is theirs where it is named or lies in a named district, or where no listing of another team hears of a change.
    """
    if scope is None or named:
        return True
    return not others and (theirs > 0 or made_by == scope.user_id)


def lies_in(postcode: str | None, districts: Collection[str]) -> bool:
    """Tell whether a postcode, or what is known of one, begins with one of these districts.

    Examples
    --------
    >>> [lies_in(code, {"M33"}) for code in ("M33", "m33 4", "M334AB", "M3 34AB", "M333", None)]
    [True, True, True, False, False, False]
    """
    code = (postcode or "").upper()
    return any(_begins(code, district) for district in districts)


def _begins(code: str, district: str) -> bool:
    rest = code.removeprefix(district)
    if rest == code:
        return False
    return rest == "" or rest[0] in " -" or (len(rest) == UNIT_SIGNS and " " not in code)


def districts_of(text: str) -> tuple[str, ...]:
    """Return what was written as districts, in order: capitals, each once; between them commas, lines or spaces.

    Examples
    --------
    >>> districts_of("m33, wa14\\nM33")
    ('M33', 'WA14')
    """
    return tuple(sorted({one.upper() for one in text.replace(",", " ").replace(";", " ").split()}))


def unknown(districts: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the districts that there are not."""
    return tuple(one for one in districts if one not in known)
