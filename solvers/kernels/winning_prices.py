"""Cheapest winning coalitions outside a hyperplane, by sums of weights or by two halves.

Of the coalitions that end in one state two suffice: the cheapest, and the cheapest whose value of
the functional is another. One of the two keeps off the hyperplane whatever is added to both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["cheapest_pair", "fill_states"]

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Bytes = NDArray[np.uint8]


@kernel
def fill_states(
    start: int,
    steps: Small,
    kinds: Ints,
    prices: Ints,
    values: Ints,
    price: Ints,
    value: Ints,
    known: Bytes,
    origin: Small,
) -> int:
    """Fill two coalitions for each state, player by player; return the layer that holds the end.

    price, value: (2, cells, 2): layer, cell, rank; known: (2, cells) how many ranks are filled;
    origin: (players, cells, 2): twice the former cell plus its rank, twice that plus "joins".
    """
    cells = known.shape[1]
    old = 0
    known[0, :] = 0
    known[0, start] = 1
    price[0, start, 0] = 0
    value[0, start, 0] = 0
    for i in range(kinds.size):
        new = 1 - old
        known[new, :] = 0
        for cell in range(cells):
            for rank in range(known[old, cell]):
                for joins in range(2):
                    p = price[old, cell, rank]
                    v = value[old, cell, rank]
                    target = cell
                    if joins == 1:
                        p = p + prices[i]
                        v = v + values[i]
                        target = steps[kinds[i], cell]
                    have = known[new, target]
                    place = 0
                    if have > 0:
                        if v == value[new, target, 0]:
                            place = 0 if p < price[new, target, 0] else 2
                        elif p < price[new, target, 0]:
                            price[new, target, 1] = price[new, target, 0]
                            value[new, target, 1] = value[new, target, 0]
                            origin[i, target, 1] = origin[i, target, 0]
                            known[new, target] = 2
                        elif have == 1 or p < price[new, target, 1]:
                            place = 1
                            known[new, target] = 2
                        else:
                            place = 2
                    else:
                        known[new, target] = 1
                    if place < 2:
                        price[new, target, place] = p
                        value[new, target, place] = v
                        origin[i, target, place] = 2 * (2 * cell + rank) + joins
        old = new
    return old


@kernel
def cheapest_pair(
    first: Ints,
    starts: Ints,
    need: Ints,
    first_price: Ints,
    first_value: Ints,
    second: Ints,
    weight: Ints,
    second_price: Ints,
    second_value: Ints,
    meets: Bytes,
    target: int,
) -> tuple[int, int, int]:
    """Find the cheapest pair of halves that meets every need and is off the hyperplane.

    first: subsets by level, falling need; second: by falling weight. (0, 0, 0): there is none;
    else (1, first half, second half).
    """
    found = 0
    left = 0
    right = 0
    best = 0
    for level in range(starts.size - 1):
        j = 0
        have = 0
        p1 = 0
        v1 = 0
        b1 = 0
        p2 = 0
        b2 = 0
        for k in range(starts[level], starts[level + 1]):
            a = first[k]
            while j < second.size and weight[second[j]] >= need[a]:
                b = second[j]
                j += 1
                if meets[level, b] == 0:
                    continue
                p = second_price[b]
                v = second_value[b]
                if have == 0:
                    have = 1
                    p1 = p
                    v1 = v
                    b1 = b
                elif v == v1:
                    if p < p1:
                        p1 = p
                        b1 = b
                elif p < p1:
                    p2 = p1
                    b2 = b1
                    p1 = p
                    v1 = v
                    b1 = b
                    have = 2
                elif have == 1 or p < p2:
                    p2 = p
                    b2 = b
                    have = 2
            if have == 0:
                continue
            total = first_price[a] + p1
            partner = b1
            if first_value[a] + v1 == target:
                if have == 1:
                    continue
                total = first_price[a] + p2
                partner = b2
            if found == 0 or total < best:
                found = 1
                best = total
                left = a
                right = partner
    return found, left, right
