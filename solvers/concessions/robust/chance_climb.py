"""A good way to raise margins until a package passes often enough; no proof of the best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

__all__ = ["climb"]

JUMPS = (Fraction(1, 20), Fraction(1, 5), Fraction(1, 2), Fraction(1))
MAX_JUMPS = 200
TRIMS = 20


def climb(
    chance: Callable[[Mapping[int, Fraction]], Fraction],
    start: Mapping[int, Fraction],
    top: Mapping[int, Fraction],
    prices: Mapping[int, Fraction],
    probability: Fraction,
) -> dict[int, Fraction] | None:
    """Raise margins where probability is cheapest, then take back what is not needed.

    Parameters
    ----------
    chance : callable
        The probability of passage at given margins; it never falls as they rise.
    start, top : mapping of int to Fraction
        Margins to begin with, and how far each may rise.
    prices : mapping of int to Fraction
        About what a unit of margin costs, for those who can be paid.
    probability : Fraction
        What is to be reached.

    Returns
    -------
    dict of int to Fraction or None
        Margins at which it is reached; None if the search does not get there.

    References
    ----------
    .. [1] G. L. Nemhauser, L. A. Wolsey and M. L. Fisher, "An analysis of approximations for
       maximizing submodular set functions", Mathematical Programming 14 (1978), pp. 265-294
       (greedy steps).

    Examples
    --------
    >>> def either(m): return min(Fraction(1), max(m[0], m[1] / 2))
    >>> zero, one = dict.fromkeys(range(2), Fraction(0)), dict.fromkeys(range(2), Fraction(1))
    >>> {i: str(m) for i, m in climb(either, zero, one, one, Fraction(1, 2)).items()}
    {0: '1/2', 1: '0'}
    """
    at = dict(start)
    now = chance(at)
    for _ in range(MAX_JUMPS):
        if now >= probability:
            return _trimmed(chance, at, start, prices, probability)
        best: tuple[Fraction, int, Fraction, Fraction] | None = None
        for i, price in sorted(prices.items()):
            for share in JUMPS:
                to = min(top[i], at[i] + (top[i] - start[i]) * share)
                if to <= at[i]:
                    continue
                reached = min(chance({**at, i: to}), probability)
                worth = (reached - now) / (price * (to - at[i]) or Fraction(1, 10**9))
                if best is None or worth > best[0]:
                    best = worth, i, to, reached
        if best is None:
            return None
        at[best[1]], now = best[2], chance({**at, best[1]: best[2]})
    return None


def _trimmed(
    chance: Callable[[Mapping[int, Fraction]], Fraction],
    at: dict[int, Fraction],
    start: Mapping[int, Fraction],
    prices: Mapping[int, Fraction],
    probability: Fraction,
) -> dict[int, Fraction]:
    """Lower the raised margins, the dearest first, as far as the probability allows."""
    for i in sorted(prices, key=lambda i: (-prices[i], i)):
        low, high = start[i], at[i]
        if low == high or chance({**at, i: low}) >= probability:
            at[i] = low
            continue
        for _ in range(TRIMS):
            middle = (low + high) / 2
            if chance({**at, i: middle}) >= probability:
                high = middle
            else:
                low = middle
        at[i] = high
    return at
