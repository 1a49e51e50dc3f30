"""What the answers of the voting suite are judged by; nothing here calls the engine.

Slow ways straight from the definitions, for the games whose size allows them, and one figure of
those it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = [
    "SLACK",
    "Complaint",
    "by_enumeration",
    "by_polynomials",
    "exact",
    "fund_totals",
    "proportional",
    "shapley_of",
    "swings_of",
]

SLACK = 1e-9
"""How far a float of another package may be from the exact value."""

Complaint = Callable[[object], "str | None"]
PRIME = 2**61 - 1


def exact(expected: object) -> Complaint:
    """Accept one answer only.

    Parameters
    ----------
    expected : object
        The right answer.

    Returns
    -------
    callable
        Says what is wrong, without writing hundreds of numbers.
    """

    def complaint(answer: object) -> str | None:
        if answer == expected:
            return None
        if isinstance(answer, tuple) and isinstance(expected, tuple):
            pairs = enumerate(zip(answer, expected, strict=False))
            for k, (found, right) in pairs:
                if found != right:
                    return f"answers {found} instead of {right} at {k}"
            return f"answers {len(answer)} numbers instead of {len(expected)}"
        return f"answers {answer!r} instead of {expected!r}"

    return complaint


def proportional(*rows: Sequence[int | Fraction]) -> Complaint:
    """Accept exact numbers, and floats that are proportional to them.

    Parameters
    ----------
    *rows : sequence of int or Fraction
        The exact numbers, a row for each index.

    Returns
    -------
    callable
        Takes one row, or a tuple of rows. Integers and fractions must be equal; floats, which
        packages scale as they like, are compared as shares, within `SLACK`.
    """

    def complaint(answer: object) -> str | None:
        found = answer if len(rows) > 1 else (answer,)
        if not isinstance(found, tuple) or len(found) != len(rows):
            return f"answers {type(answer).__name__}, not {len(rows)} rows"
        for mine, right in zip(found, rows, strict=True):
            values = list(mine)
            if len(values) != len(right):
                return f"answers {len(values)} numbers instead of {len(right)}"
            if all(isinstance(v, int | Fraction) for v in values):
                fault = exact(tuple(right))(tuple(values))
                if fault is not None:
                    return fault
                continue
            total, whole = sum(values), sum(right, Fraction(0))
            for k, (value, true) in enumerate(zip(values, right, strict=True)):
                if not abs(value / total - float(true / whole)) <= SLACK:
                    return f"answers {value / total} instead of {float(true / whole)} at {k}"
        return None

    return complaint


def by_enumeration(
    weights: Sequence[int], wins: Callable[[Ints, Ints], NDArray[np.bool_]]
) -> tuple[list[int], list[list[int]]]:
    """Go through all coalitions.

    Parameters
    ----------
    weights : sequence of int
        Of at most 30 players.
    wins : callable
        Takes the sizes and the sums of weights of many coalitions, says which win.

    Returns
    -------
    (list of int, list of list of int)
        Winning coalitions by size, and those of each player.
    """
    n = len(weights)
    low = n // 2
    sums, sizes = _subsets(weights[:low])
    high_sums, high_sizes = _subsets(weights[low:])
    columns = np.zeros((n - low + 1, sums.size), np.int64)
    rows = np.zeros((high_sums.size, low + 1), np.int64)
    for h in range(high_sums.size):
        won = wins(sizes + high_sizes[h], sums + high_sums[h])
        columns[high_sizes[h]] += won
        rows[h] = np.bincount(sizes[won], minlength=low + 1)
    winning = [0] * (n + 1)
    own = [[0] * (n + 1) for _ in range(n)]
    for h in range(n - low + 1):
        for a in range(low + 1):
            winning[a + h] += int(columns[h, sizes == a].sum())
            for i in range(low):
                chosen = (sizes == a) & (np.arange(sums.size) >> i & 1 == 1)
                own[i][a + h] += int(columns[h, chosen].sum())
    for i in range(n - low):
        there = np.arange(high_sums.size) >> i & 1 == 1
        for h in range(n - low + 1):
            part = rows[there & (high_sizes == h)].sum(axis=0)
            for a in range(low + 1):
                own[low + i][a + h] += int(part[a])
    return winning, own


def _subsets(weights: Sequence[int]) -> tuple[Ints, Ints]:
    sums, sizes = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for w in weights:
        sums = np.concatenate([sums, sums + w])
        sizes = np.concatenate([sizes, sizes + 1])
    return sums, sizes


def swings_of(winning: Sequence[int], own: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Count swings from winning coalitions: those with a player less those without.

    Parameters
    ----------
    winning : sequence of int
        Winning coalitions by size.
    own : sequence of sequences of int
        Those that contain each player.

    Returns
    -------
    tuple of int
    """
    return tuple(2 * sum(row) - sum(winning) for row in own)


def shapley_of(winning: Sequence[int], own: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """Sum the marginal contributions of each player over all orders.

    Parameters
    ----------
    winning, own
        As of :func:`swings_of`.

    Returns
    -------
    tuple of Fraction
    """
    n = len(own)
    values = []
    for row in own:
        total = 0
        for s in range(n + 1):
            if s:
                total += row[s] * factorial(s - 1) * factorial(n - s)
            if s < n:
                total -= (winning[s] - row[s]) * factorial(s) * factorial(n - 1 - s)
        values.append(Fraction(total, factorial(n)))
    return tuple(values)


def by_polynomials(
    quota: int, weights: Sequence[int]
) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """Multiply out the generating function of the others, anew for each player.

    Parameters
    ----------
    quota : int
        Sum that wins.
    weights : sequence of int
        A few dozen, small.

    Returns
    -------
    (tuple of int, tuple of Fraction)
        Swings, and the Shapley-Shubik index.
    """
    n = len(weights)
    swings, orders = dict[int, int](), dict[int, Fraction]()
    for w in set(weights):
        others = list(weights)
        others.remove(w)
        table: list[dict[int, int]] = [{0: 1}]  # by size, then by sum
        for v in others:
            longer = [dict(row) for row in table] + [{}]
            for s, row in enumerate(table):
                for x, ways in row.items():
                    if x + v < quota:
                        longer[s + 1][x + v] = longer[s + 1].get(x + v, 0) + ways
            table = longer
        sizes = [sum(ways for x, ways in row.items() if x >= quota - w) for row in table]
        swings[w] = sum(sizes)
        total = sum(factorial(s) * factorial(n - 1 - s) * ways for s, ways in enumerate(sizes))
        orders[w] = Fraction(total, factorial(n))
    return tuple(swings[w] for w in weights), tuple(orders[w] for w in weights)


def fund_totals(
    quota: int, weights: Sequence[int], totals: tuple[int, tuple[int, ...]]
) -> str | None:
    """Check the count of winning coalitions and the swings of the largest member.

    Parameters
    ----------
    quota : int
        Sum that wins.
    weights : sequence of int
        Of hundreds of players.
    totals : (int, tuple of int)
        Winning coalitions and swings, as counted.

    Returns
    -------
    str or None
        What is wrong: the remainders modulo 2**61 - 1 are computed from the sums of the other
        members, and members with more votes must not have fewer swings.
    """
    winning, swings = totals
    n = len(weights)
    largest = max(range(n), key=weights.__getitem__)
    others = sorted(w for i, w in enumerate(weights) if i != largest)
    table = np.zeros(quota, np.uint64)
    table[0] = 1
    reach = 1
    prime = np.uint64(PRIME)
    for w in others:
        reach = min(quota, reach + w)
        if w < reach:
            row = table[w:reach] + table[: reach - w]
            table[w:reach] = np.minimum(row, row - prime)
    without = max(quota - weights[largest], 0)
    inside = _sum(table[without:])
    outside = _sum(table) + _sum(table[:without])
    if swings[largest] % PRIME != inside % PRIME:
        return "the swings of the largest member are wrong modulo 2**61 - 1"
    if winning % PRIME != ((1 << n) - outside) % PRIME:
        return "the number of winning coalitions is wrong modulo 2**61 - 1"
    order = sorted(range(n), key=weights.__getitem__)
    if any(swings[a] > swings[b] for a, b in pairwise(order)):
        return "a member with more votes has fewer swings"
    return None


def _sum(words: NDArray[np.uint64]) -> int:
    """Sum without overflow: halves of words are small enough for a million of millions."""
    half = np.uint64(32)
    return (int((words >> half).sum()) << 32) + int((words & np.uint64(2**32 - 1)).sum())
