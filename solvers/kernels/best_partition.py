"""Best partitions of every coalition, and how many there are, over a table of worths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["best_of_all", "best_worths", "count_best", "count_best_of_all"]

Worths = NDArray[np.int64] | NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def best_worths(worth: Worths, best: Worths) -> None:
    """Fill best (2**m,): best[S] is the largest sum of worths over the partitions of S.

    The block of the last player T goes through all that S allows; the rest of S is smaller than
    S and is known. worth has at least 2**m entries, of the type of best.
    """
    best[0] = worth[0]
    top = 1
    while top < best.size:
        block = worth[top : 2 * top]
        known = best[:top]
        for rest in range(top):
            most = block[rest]
            part = (rest - 1) & rest
            while part != rest:
                value = block[part] + known[rest ^ part]
                if value > most:
                    most = value
                part = (part - 1) & rest
            best[top + rest] = most
        top *= 2


@kernel
def best_of_all(worth: Worths, best: Worths) -> np.int64 | np.float64:
    """Largest sum over the partitions of all players; best (2**(n - 1),) is of all but the last."""
    top = best.size
    block = worth[top:]
    most: np.int64 | np.float64 = block[0] + best[top - 1]
    for part in range(top):
        value = block[part] + best[top - 1 - part]
        if value > most:
            most = value
    return most


@kernel
def count_best(worth: Ints, best: Ints, ways: Ints) -> None:
    """Fill ways (2**m,): the partitions of each coalition whose worths sum to best."""
    ways[0] = 1
    top = 1
    while top < best.size:
        block = worth[top : 2 * top]
        known = best[:top]
        for rest in range(top):
            goal = best[top + rest]
            number = ways[0] * (block[rest] == goal)
            part = (rest - 1) & rest
            while part != rest:
                if block[part] + known[rest ^ part] == goal:
                    number += ways[rest ^ part]
                part = (part - 1) & rest
            ways[top + rest] = number
        top *= 2


@kernel
def count_best_of_all(worth: Ints, best: Ints, ways: Ints, goal: int) -> int:
    """Count the partitions of all players that reach goal."""
    top = best.size
    block = worth[top:]
    number = 0
    for part in range(top):
        if block[part] + best[top - 1 - part] == goal:
            number += ways[top - 1 - part]
    return number
