"""Counts of vote profiles with three levels by their sum, modulo one word at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["fill_ballots", "without"]

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]


@kernel
def add_ballots(target: Words, source: Words, modulus: np.uint64) -> None:
    """Add source to target, modulo modulus; 0 stands for 2**64. They do not overlap."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] += source[x]
    else:
        for x in range(target.size):
            a = target[x] + source[x]
            target[x] = min(a, a - modulus)


@kernel
def fill_ballots(votes: Ints, modulus: np.uint64, table: Words) -> None:
    """table[x]: profiles with a sum of at most x.

    votes (n, 2) is what the middle and the upper vote of each player add, upper votes rising.
    """
    cells = table.size
    table[:] = 0
    table[0] = 1
    reach = 1
    for j in range(votes.shape[0]):
        a, y = votes[j, 0], votes[j, 1]
        reach = min(cells, reach + y)
        if a < 256:  # blocks so short cost more than a copy
            before = table[:reach].copy()
            if a < reach:
                add_ballots(table[a:reach], before[: reach - a], modulus)
            if y < reach:
                add_ballots(table[y:reach], before[: reach - y], modulus)
            continue
        # From the top, in blocks that do not overlap what they add.
        high = reach
        while high > a:
            low = max(a, high - a)
            if high > y:
                start = max(low, y)
                add_ballots(table[start:high], table[start - y : high - y], modulus)
            add_ballots(table[low:high], table[low - a : high - a], modulus)
            high = low
    total = np.uint64(0)
    for x in range(cells):
        total += table[x]
        if modulus != np.uint64(0) and total >= modulus:
            total -= modulus
        table[x] = total


@kernel
def without(kinds: Ints, modulus: np.uint64, table: Words, found: Words) -> None:
    """found[k, v]: profiles of the others that stay below table.size beside vote v of a player.

    kinds (m, 2) is what the middle and the upper vote of the player add; table holds running
    sums; found is (m, 3), and stays as it is for a player whose votes add nothing. Where only
    the middle vote adds nothing, modulus must be odd.
    """
    top = table.size
    for k in range(kinds.shape[0]):
        a, y = kinds[k, 0], kinds[k, 1]
        if y == 0:
            continue
        step, rest = y, a
        while rest:
            step, rest = rest, step % rest
        # others[i]: profiles of the others with a sum below top - i * step.
        size = (top + step - 1) // step
        others = np.zeros(size, np.uint64)
        da, dy = a // step, y // step
        for i in range(size - 1, -1, -1):
            value = table[top - i * step - 1]
            for d in (da, dy):
                if d and i + d < size:
                    less = others[i + d]
                    short = value < less
                    value -= less
                    if short:  # adds nothing modulo 2**64, which wraps by itself
                        value += modulus
            if da == 0:  # that is twice the others
                if value & np.uint64(1):
                    value += modulus
                value >>= np.uint64(1)
            others[i] = value
        for v, d in enumerate((0, da, dy)):
            if d < size:
                found[k, v] = others[d]
