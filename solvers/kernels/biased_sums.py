"""Sums of random coalitions in which everybody is with the same chance: floats, compensated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["biased_swings"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def add_one(target: Floats, source: Floats, odds: float) -> None:
    """Add a source to target, scaled. They do not overlap."""
    for x in range(target.size):
        target[x] += odds * source[x]


@kernel
def add_three(target: Floats, one: Floats, two: Floats, both: Floats, odds: float) -> None:
    """Add what one of two players, or both, lead to. No source overlaps target."""
    for x in range(target.size):
        target[x] += odds * (one[x] + two[x] + odds * both[x])


@kernel
def add_player(table: Floats, w: int, reach: int, odds: float, spare: Floats) -> None:
    """table[x] += odds table[x - w] for x below reach, all read before any is written."""
    # From the top, in blocks that do not overlap what they add; a copy where they would be short.
    high = reach
    if w < 256:
        while high > w:
            low = max(w, high - spare.size)
            copy = spare[: high - low]
            source = table[low - w : high - w]
            for x in range(copy.size):
                copy[x] = source[x]
            add_one(table[low:high], copy, odds)
            high = low
    while high > w:
        low = max(w, high - w)
        add_one(table[low:high], table[low - w : high - w], odds)
        high = low


@kernel
def add_pair(table: Floats, w: int, v: int, reach: int, odds: float) -> None:
    """Add two players at once, so that the table is read and written half as often; w <= v."""
    high = reach
    while high > w:
        low = max(w, high - w)
        for edge in (v, w + v):
            if low < edge < high:
                low = edge
        if low >= w + v:
            add_three(
                table[low:high],
                table[low - w : high - w],
                table[low - v : high - v],
                table[low - w - v : high - w - v],
                odds,
            )
        else:
            if low >= v:
                add_one(table[low:high], table[low - v : high - v], odds)
            add_one(table[low:high], table[low - w : high - w], odds)
        high = low


@kernel
def fill(weights: Ints, odds: float, table: Floats, spare: Floats) -> None:
    """table[x]: sum of odds ** size over the subsets with sum x. weights rise."""
    cells = table.size
    table[:] = 0
    table[0] = 1
    reach = 1
    j = 0
    n = weights.size
    while j < n and weights[j] < cells:
        w = weights[j]
        if j + 1 < n and w >= 256 and weights[j + 1] < cells:
            v = weights[j + 1]
            reach = min(cells, reach + w + v)
            add_pair(table, w, v, reach, odds)
            j += 2
        else:
            reach = min(cells, reach + w)
            add_player(table, w, reach, odds, spare)
            j += 1


@kernel
def running_sums(table: Floats, rest: Floats) -> None:
    """Replace table by its running sums; what their rounding has lost goes into rest."""
    total = 0.0
    lost = 0.0
    for x in range(table.size):
        a = table[x]
        s = total + a
        b = s - total
        lost += (total - (s - b)) + (a - b)
        table[x] = s
        rest[x] = lost
        total = s


@kernel
def swing(w: int, bound: int, odds: float, table: Floats, rest: Floats) -> float:
    """Sum odds ** size over the subsets without a player of weight w that it makes reach bound.

    The subsets of the others are those of all divided by 1 + odds x^w; summed over an interval of
    length w the quotient telescopes to differences of running sums.
    """
    value = 0.0
    factor = 1.0
    y = bound
    while y > 0 and abs(factor) > 1e-60:
        step = table[y - 1]
        least = rest[y - 1]
        if y > w:
            step -= table[y - w - 1]
            least -= rest[y - w - 1]
        value += factor * (step + least)
        factor *= -odds
        y -= w
    return value


@kernel
def biased_swings(
    weights: Ints,
    kinds: Ints,
    bounds: Ints,
    odds: float,
    table: Floats,
    rest: Floats,
    found: Floats,
) -> None:
    """found[b, k]: sum of odds ** size over the subsets that one of weight kinds[k] completes.

    To complete is to bring a sum below bounds[b] to bounds[b] or more. weights rise and are at
    least 1; table and rest, as long as the largest bound, are overwritten; odds are at most 1,
    which keeps the alternating sums stable.
    """
    fill(weights, odds, table, rest)
    running_sums(table, rest)
    for b in range(bounds.size):
        for k in range(kinds.size):
            found[b, k] = swing(kinds[k], bounds[b], odds, table, rest)
