"""The cheapest votes that meet one alternative of a rule, depth first, with prices on its rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["cheapest_votes"]

Small = NDArray[np.int8]
Floats = NDArray[np.float64]


@kernel
def cheapest_votes(
    current: Small,
    cost: Floats,
    counts: Floats,
    need: Floats,
    prices: Floats,
    enough: float,
    nodes: int,
) -> float:
    """Return the least cost of votes from current ones up that meet all rows, or a bound on it.

    counts (rows, 3, f); need and prices (rows,). At least enough, or the bound that the prices
    give, where nothing cheaper than enough is found, or the nodes are used up.
    """
    f = current.size
    rows = need.size
    # Reduced costs; players of whom the prices make the choice clear are decided first.
    best = np.empty(f)
    spread = np.empty(f)
    for j in range(f):
        first, second = np.inf, np.inf
        for v in range(current[j], 3):
            c = cost[v, j] - cost[current[j], j]
            for r in range(rows):
                c -= prices[r] * counts[r, v, j]
            if c < first:
                first, second = c, first
            elif c < second:
                second = c
        best[j] = first
        spread[j] = second - first
    order = np.empty(f, np.int64)
    for j in range(f):
        d = j
        while d > 0 and spread[order[d - 1]] < spread[j]:
            order[d] = order[d - 1]
            d -= 1
        order[d] = j
    ahead = np.zeros(f + 1)
    reach = np.zeros((f + 1, rows))
    for d in range(f - 1, -1, -1):
        j = order[d]
        ahead[d] = ahead[d + 1] + best[j]
        highest = current[j]
        for v in range(current[j], 3):
            if cost[v, j] < np.inf:
                highest = v
        for r in range(rows):
            reach[d, r] = reach[d + 1, r] + counts[r, highest, j]
    root = ahead[0]
    for r in range(rows):
        root += prices[r] * need[r]
    if root >= enough:
        return float(root)
    paid = np.zeros(f + 1)
    left = np.empty((f + 1, rows))
    for r in range(rows):
        left[0, r] = need[r]
    tried = np.zeros((f + 1, 3), np.int8)
    found = enough
    d = 0
    for _ in range(nodes):
        if d < 0:
            return found
        if d == f:
            found = min(found, paid[d])  # more than needed may have been met
            d -= 1
            continue
        # The option of least reduced cost that was not tried.
        j = order[d]
        level, least = -1, np.inf
        for v in range(current[j], 3):
            if tried[d, v] == 0 and cost[v, j] < np.inf:
                c = cost[v, j]
                for r in range(rows):
                    c -= prices[r] * counts[r, v, j]
                if level < 0 or c < least:
                    level, least = v, c
        if level < 0:
            d -= 1
            continue
        tried[d, level] = 1
        bound = paid[d] + cost[level, j] - cost[current[j], j]
        paid[d + 1] = bound
        bound += ahead[d + 1]
        possible = True
        for r in range(rows):
            left[d + 1, r] = left[d, r] - counts[r, level, j]
            # Below what the rest reaches in any case nothing is needed; above it, no hope.
            possible = possible and left[d + 1, r] <= reach[d + 1, r]
            bound += prices[r] * left[d + 1, r]
        if possible and bound < found:
            d += 1
            for v in range(3):
                tried[d, v] = 0
    return float(min(root, found))
