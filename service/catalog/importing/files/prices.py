"""What a cell says one visit costs, in whatever words; a range, or what a term or a year costs, is no price. Pure."""

import re

from service.catalog.importing.files.values import UnreadableError, line, pence

UNSAID: tuple[int | None, bool] = (None, False)
_AMOUNT = re.compile(r"(?:£|\$|€) ?\d{1,5}(?:\.\d{1,2})?|\d{1,5}(?:\.\d{1,2})? ?(?:p|pence)\b|\d{1,5}\.\d{2}", re.ASCII)
_PENCE = re.compile(r"(\d{1,3}) ?(?:p|pence)", re.ASCII)
_FREE = re.compile(r"(?:free|no charge)\b(?=\s*(?:$|[,;(.]|[-–] ))")
# What is paid for more, or for less, than one visit of anybody.
_OTHER = re.compile(
    r"\b(?:terms?|years?|annual|annum|pa|p\.?a|months?|monthly|courses?|block|card|child|members?(?:hip)?|visitors?|games?"
    r"|conc\w*|joining|each way|from|for \w+ (?:weeks|sessions)|per week)\b|/"
)
_WORDED = re.compile(r"\b(?:donations?|pay (?:what|as)|contribution|voluntary|buy|bring|tbc|varies|ask|depends|fund)\b")


def price(value: object) -> tuple[int | None, bool]:
    """Return the price of one visit, if one is said, and whether it says all of the cell.

    Raises
    ------
    UnreadableError
        `not_a_price` for words that are about something else.

    Examples
    --------
    >>> price("£2 inc tea"), price("50p"), price("free, buy a drink")
    ((200, False), (50, True), (0, False))
    >>> price("£40 a term, first one free"), price("£4.50 / £2.50"), price("pay what you can")
    ((None, False), (None, False), (None, False))
    """
    said = (line(value) or "").casefold()
    try:
        return pence(said), True
    except UnreadableError:
        if found := _PENCE.fullmatch(said):
            return int(found[1]), True
    amounts = _AMOUNT.findall(said)
    if _FREE.match(said) and not amounts:
        return 0, False
    if not amounts and not _WORDED.search(said):
        raise UnreadableError("not_a_price")
    one = amounts[0] if len(amounts) == 1 and said.startswith(amounts[0]) and not _OTHER.search(said) else ""
    if not one or "free" in said:
        return UNSAID
    return (int(coins[1]) if (coins := _PENCE.fullmatch(one)) else pence(one)), False
