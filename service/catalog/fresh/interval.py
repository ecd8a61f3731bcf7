"""How sure a share is that was found in a sample. Pure."""

from math import sqrt

NINETY_FIVE = 1.959963984540054  # the normal quantile of .975


def wilson(found: int, asked: int, *, z: float = NINETY_FIVE) -> tuple[float, float]:
    """Return the Wilson score interval of a share, both ends in [0, 1].

    Parameters
    ----------
    found, asked : int
        How many of how many.
    z : float
        The normal quantile; 1.96 for 95 %.

    Raises
    ------
    ValueError
        Nobody was asked, or more were found than asked.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22, 209–212.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if not 0 <= found <= asked or asked == 0:
        raise ValueError((found, asked))
    share, square = found / asked, z * z
    middle = share + square / (2 * asked)
    half = z * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    whole = 1 + square / asked
    low = 0.0 if found == 0 else (middle - half) / whole
    high = 1.0 if found == asked else (middle + half) / whole
    return max(0.0, low), min(1.0, high)
