"""What the answers of the suite of transferable utility are judged by.

Sums over coalitions are exact and call nothing of the engine; proofs are those of the answers,
checked by their own ``verify``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solvers.games.game import TUGame
from solvers.games.solution import Allocation

from .suite_voting_judges import shapley_of, swings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "SLACK",
    "Complaint",
    "banzhaf_of_table",
    "close_shares",
    "dividends_of",
    "largest_error",
    "shapley_of_table",
    "sums_by_size",
]

SLACK = 3e-14
"""How far a share may be from the fraction, in parts of the largest."""
PEER_SLACK = 1e-9
BITS, LOW_BITS = 53, 27
ROWS = 1 << 10  # of the table, worked on at once

Complaint = Callable[[object], "str | None"]


def sums_by_size(table: Floats) -> tuple[list[int], list[list[int]]]:
    """Sum the worths of all coalitions by size, and of those of each player, exactly.

    Parameters
    ----------
    table : ndarray of float64, shape (2**n,)
        Multiples of 2**-53 in [0, 1), n from 2 to 26.

    Returns
    -------
    (list of int, list of list of int)
        The sums times 2**53.

    Notes
    -----
    Matrices of the high and the low players; the halves of the numbers are so short that every
    sum of doubles is a whole number below 2**53.
    """
    n = table.size.bit_length() - 1
    low = n // 2
    high = n - low
    matrix = table.reshape(1 << high, 1 << low)
    of_low, of_high = _sizes(low), _sizes(high)
    by_low = np.zeros((1 << high, low + 1), object)
    by_high = np.zeros((high + 1, 1 << low), object)
    for start in range(0, 1 << high, ROWS):
        rows = slice(start, min(start + ROWS, 1 << high))
        whole = matrix[rows] * 2.0**BITS
        top = np.floor(whole * 2.0**-LOW_BITS)
        for part, shift in ((top, LOW_BITS), (whole - top * 2.0**LOW_BITS, 0)):
            by_low[rows] += _whole(part @ of_low) << shift
            by_high += _whole(of_high[rows].T @ part) << shift
    total = [0] * (n + 1)
    own = [[0] * (n + 1) for _ in range(n)]
    for h in range(1 << high):
        for a in range(low + 1):
            size, worth = h.bit_count() + a, int(by_low[h, a])
            total[size] += worth
            for i in range(high):
                if h >> i & 1:
                    own[low + i][size] += worth
    masks = np.arange(1 << low)
    for i in range(low):
        for a in range(1, low + 1):
            chosen = (of_low[:, a] == 1) & (masks >> i & 1 == 1)
            for b, worth in enumerate(by_high[:, chosen].sum(axis=1)):
                own[i][a + b] += int(worth)
    return total, own


def _sizes(n: int) -> Floats:
    """Mark the size of each coalition with a 1."""
    counts = np.array([mask.bit_count() for mask in range(1 << n)])
    marks: Floats = (counts[:, None] == np.arange(n + 1)).astype(np.float64)
    return marks


def _whole(values: Floats) -> NDArray[np.object_]:
    return values.astype(np.int64).astype(object)


def shapley_of_table(table: Floats) -> tuple[Fraction, ...]:
    """Give the Shapley value as fractions.

    Parameters
    ----------
    table : ndarray of float64
        As of :func:`sums_by_size`.

    Returns
    -------
    tuple of Fraction
    """
    return tuple(value / (1 << BITS) for value in shapley_of(*sums_by_size(table)))


def banzhaf_of_table(table: Floats) -> tuple[Fraction, ...]:
    """Give the Banzhaf value as fractions.

    Parameters
    ----------
    table : ndarray of float64
        As of :func:`sums_by_size`.

    Returns
    -------
    tuple of Fraction
    """
    total, own = sums_by_size(table)
    return tuple(Fraction(value, 1 << (BITS + len(own) - 1)) for value in swings_of(total, own))


def largest_error(shares: Sequence[float], exact: Sequence[Fraction], unit: Fraction) -> float:
    """Find how far shares are from fractions.

    Parameters
    ----------
    shares : sequence of float
        What was answered.
    exact : sequence of Fraction
        What is right.
    unit : Fraction
        What the error is counted in.

    Returns
    -------
    float
    """
    pairs = zip(shares, exact, strict=True)
    return float(max(abs(Fraction(x) - right) for x, right in pairs) / unit)


def close_shares(
    exact: Sequence[Fraction], unit: Fraction, total: float | None = None
) -> Complaint:
    """Accept shares near the fractions; those of this engine must always be the same bits.

    Parameters
    ----------
    exact : sequence of Fraction
        What is right.
    unit : Fraction
        What errors are counted in.
    total : float, optional
        The sum of the table: what a contestant may answer that only sums it.

    Returns
    -------
    callable
    """
    first: list[bytes] = []

    def complaint(answer: object) -> str | None:
        if isinstance(answer, float):
            fits = total is not None and abs(answer - total) <= PEER_SLACK * abs(total)
            return None if fits else f"answers {answer} instead of shares"
        ours = isinstance(answer, Allocation)
        found = np.asarray(answer, np.float64)
        if found.shape != (len(exact),):
            return f"answers with shape {found.shape} instead of ({len(exact)},)"
        if not np.isfinite(found).all():
            return "answers with a share that is not finite"
        error = largest_error(found.tolist(), exact, unit)
        if not error <= (SLACK if ours else PEER_SLACK):
            return f"an error of {error:.2g} of the largest against fractions"
        if ours:
            first.append(found.tobytes())
            if first[0] != first[-1]:
                return "the bits are not those of the first answer"
        return None

    return complaint


def dividends_of(table: Floats) -> Complaint:
    """Accept the dividends of a table of whole numbers: summed over subsets they give it back.

    Parameters
    ----------
    table : ndarray of float64
        Whole numbers, so small that no dividend is above 2**53.

    Returns
    -------
    callable
    """

    def complaint(answer: object) -> str | None:
        if isinstance(answer, float):
            return None if answer == float(table.sum()) else f"answers {answer}"
        if not isinstance(answer, TUGame):
            return f"answers {type(answer).__name__}, not a game"
        sums = answer.values.astype(np.int64)
        for i in range(answer.n_players):
            pairs = sums.reshape(-1, 2, 1 << i)
            pairs[:, 1] += pairs[:, 0]
        wrong = np.flatnonzero(sums != table)
        return None if wrong.size == 0 else f"{wrong.size} sums of dividends are wrong"

    return complaint
