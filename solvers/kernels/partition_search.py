"""Search for a best partition, depth first, in pieces that can be stopped and gone on with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["lower_prices", "search"]

Ints = NDArray[np.int64]


@kernel
def lower_prices(worth: Ints, price: Ints, loss: Ints) -> None:
    """Lower price (n,), one player after another, while no coalition costs less than its worth.

    loss (2**n,) becomes the price of each coalition less its worth. The prices must cover every
    worth at the start.
    """
    n = price.size
    loss[0] = 0
    for i in range(n):
        bit = 1 << i
        below, into = loss[:bit], loss[bit : 2 * bit]
        for mask in range(bit):
            into[mask] = below[mask] + price[i]
    for mask in range(loss.size):
        loss[mask] -= worth[mask]
    for i in range(n - 1, -1, -1):
        bit = 1 << i
        spare = loss[bit]
        for mask in range(loss.size):
            if mask & bit and loss[mask] < spare:
                spare = loss[mask]
        price[i] -= spare
        for mask in range(loss.size):
            if mask & bit:
                loss[mask] -= spare


@kernel
def search(
    order: Ints, loss: Ints, place: Ints, chosen: Ints, best: Ints, depth_best: Ints, nodes: int
) -> int:
    """Go on with a search for at most so many nodes; the number of nodes visited.

    order (2**n,): from 2**p on the coalitions whose last player is p, by ascending loss (2**n,).
    place (n + 1,): the next place in order at every depth; chosen (n,) the blocks so far.
    best (n,): blocks of the best partition found. depth_best (3,): the present depth (-1 when the
    search is over), the loss of best, the number of its blocks. All of these are changed.
    """
    n = chosen.size
    depth, least = depth_best[0], depth_best[1]
    rest, spent = (1 << n) - 1, 0
    for d in range(depth):
        rest ^= chosen[d]
        spent += loss[chosen[d]]
    visited = 0
    while depth >= 0 and visited < nodes:
        visited += 1
        top = 0
        while rest >> (top + 1):
            top += 1
        k, end = place[depth], 2 << top
        while k < end and order[k] & ~rest and spent + loss[order[k]] < least:
            k += 1
        if k == end or spent + loss[order[k]] >= least:  # nothing better below: go back
            depth -= 1
            if depth >= 0:
                rest |= chosen[depth]
                spent -= loss[chosen[depth]]
            continue
        block = order[k]
        place[depth] = k + 1
        chosen[depth] = block
        if block == rest:
            least = spent + loss[block]
            depth_best[2] = depth + 1
            for d in range(depth + 1):
                best[d] = chosen[d]
            continue
        rest ^= block
        spent += loss[block]
        depth += 1
        top = 0
        while rest >> (top + 1):
            top += 1
        place[depth] = 1 << top
    depth_best[0], depth_best[1] = depth, least
    return visited
