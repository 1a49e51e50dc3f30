"""Sort the coalitions of half of the players, and pair them with those of the other half."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["pair_up", "sort_subsets"]

Ints = NDArray[np.int64]


@kernel
def sort_subsets(weights: Ints, starts: Ints, masks: Ints, sums: Ints) -> None:
    """Sort all subsets by size, then by sum, by merging player after player.

    starts (2, n + 2), masks and sums (2, 2**n) are zero; row n % 2 gets the answer. Subsets of
    size s stand from starts[s] to starts[s + 1].
    """
    n = weights.size
    starts[0, 1:] = 1
    for i in range(n):
        old, new = i % 2, 1 - i % 2
        w, bit = weights[i], 1 << i
        first, from_mask, from_sum = starts[old], masks[old], sums[old]
        to_mask, to_sum = masks[new], sums[new]
        out = 0
        for s in range(n + 1):
            starts[new, s] = out
            # Without the player, and with it, one size smaller before.
            a, a_end = first[s], first[s + 1]
            b, b_end = (first[s - 1], first[s]) if s else (0, 0)
            while a < a_end and b < b_end:
                if from_sum[a] <= from_sum[b] + w:
                    to_mask[out], to_sum[out] = from_mask[a], from_sum[a]
                    a += 1
                else:
                    to_mask[out], to_sum[out] = from_mask[b] | bit, from_sum[b] + w
                    b += 1
                out += 1
            while a < a_end:
                to_mask[out], to_sum[out] = from_mask[a], from_sum[a]
                a += 1
                out += 1
            while b < b_end:
                to_mask[out], to_sum[out] = from_mask[b] | bit, from_sum[b] + w
                b += 1
                out += 1
        starts[new, n + 1] = out


@kernel
def pair_up(
    starts: Ints,
    masks: Ints,
    sums: Ints,
    other_starts: Ints,
    other_sums: Ints,
    bound: Ints,
    below: Ints,
    own: Ints,
) -> None:
    """Count pairs whose sum is less than bound[s], s their joint size.

    below (n + 1,) gets the pairs by size, own (players of the first half, n + 1) those that
    contain each player.
    """
    players = own.shape[0]
    partners = np.empty(1 << players, np.int64)
    for s in range(bound.size):
        limit = bound[s]
        if limit <= 0:
            continue
        partners[:] = 0
        for a in range(max(0, s - other_starts.size + 2), min(s, players) + 1):
            first = other_starts[s - a]
            last = other_starts[s - a + 1]
            for k in range(starts[a], starts[a + 1]):
                room = limit - sums[k]
                while last > first and other_sums[last - 1] >= room:
                    last -= 1
                if last == first:
                    break
                partners[masks[k]] = last - first
        # Halve: the upper half has the highest player.
        for i in range(players - 1, -1, -1):
            half = 1 << i
            low, high = partners[:half], partners[half : 2 * half]
            with_ = 0
            for x in range(half):
                with_ += high[x]
                low[x] += high[x]
            own[i, s] = with_
        below[s] = partners[0]
