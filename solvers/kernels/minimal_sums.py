"""Minimal winning coalitions of a single quota along its sums, modulo one word at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["minimal_with"]

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]


@kernel
def add_into(target: Words, source: Words, modulus: np.uint64) -> None:
    """Add source to target, modulo modulus; 0 stands for 2**64. They do not overlap."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] += source[x]
    else:
        for x in range(target.size):
            a = target[x] + source[x]
            target[x] = min(a, a - modulus)


@kernel
def take_from(target: Words, source: Words, modulus: np.uint64) -> None:
    """Take source from target, modulo modulus; 0 stands for 2**64. They do not overlap."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] -= source[x]
    else:
        for x in range(target.size):
            a = target[x] - source[x]
            target[x] = min(a, a + modulus)


@kernel
def add_player(table: Words, w: int, low: int, high: int, modulus: np.uint64) -> None:
    """table[x] += table[x - w] from low to high, all read before any is written."""
    while high > low:
        start = max(low, high - w)
        add_into(table[start:high], table[start - w : high - w], modulus)
        high = start


@kernel
def drop_player(table: Words, w: int, low: int, high: int, modulus: np.uint64) -> None:
    """Undo `add_player`: what is taken away has been restored before."""
    while low < high:
        stop = min(high, low + w)
        take_from(table[low:stop], table[low - w : stop - w], modulus)
        low = stop


@kernel
def pull(table: Words, w: int, low: int, high: int, modulus: np.uint64) -> None:
    """table[x] += table[x + w] from low to high, all read before any is written."""
    while low < high:
        stop = min(high, low + w)
        add_into(table[low:stop], table[low + w : stop + w], modulus)
        low = stop


@kernel
def add_number(target: Words, modulus: np.uint64) -> None:
    """Add one to every cell."""
    one = np.uint64(1)
    for x in range(target.size):
        a = target[x] + one
        target[x] = a if modulus == np.uint64(0) else min(a, a - modulus)


@kernel
def halves_of_sum(a: Words, found: Words) -> None:
    """Add the sum of a to found: lower halves of the words in found[0], upper ones in found[1]."""
    low = np.uint64(0)
    high = np.uint64(0)
    half = np.uint64(0xFFFFFFFF)
    by = np.uint64(32)
    for x in range(a.size):
        low += a[x] & half
        high += a[x] >> by
    found[0] += low
    found[1] += high


@kernel
def halves_of_products(a: Words, b: Words, found: Words) -> None:
    """Add the sum of products to found, which holds the places of 2**32 apart."""
    half = np.uint64(0xFFFFFFFF)
    by = np.uint64(32)
    zero = np.uint64(0)
    p0, p1, p2, p3 = zero, zero, zero, zero
    for x in range(a.size):
        a0, a1 = a[x] & half, a[x] >> by
        b0, b1 = b[x] & half, b[x] >> by
        low, one, two, high = a0 * b0, a0 * b1, a1 * b0, a1 * b1
        p0 += low & half
        p1 += (low >> by) + (one & half) + (two & half)
        p2 += (one >> by) + (two >> by) + (high & half)
        p3 += high >> by
    found[0] += p0
    found[1] += p1
    found[2] += p2
    found[3] += p3


@kernel
def minimal_with(
    weights: Ints, quota: int, modulus: np.uint64, before: Words, after: Words, found: Words
) -> None:
    """found[k]: minimal winning coalitions with player k, in places of 2**32 to be added up.

    found[n, 0] counts all of them. weights fall: a coalition is minimal when its last member
    makes it win. before and after have a cell for every sum below quota: the sets of the players
    before the one in hand, and the ways in which those after it may end a coalition. A player
    with the weight of the next one stays without an entry.
    """
    n = weights.size
    heads = np.zeros(n + 1, np.int64)
    for k in range(n):
        heads[k + 1] = heads[k] + weights[k]
    before[:] = 0
    before[0] = 1
    after[:] = 0
    for k in range(n):
        w = weights[k]
        # Sums too low for the players after this one to lift are never looked at again.
        low = max(w, quota - (heads[n] - heads[k + 1]))
        add_player(before, w, low, min(quota, heads[k + 1] + 1), modulus)
    for k in range(n - 1, -1, -1):
        w = weights[k]
        low = max(w, quota - (heads[n] - heads[k + 1]))
        drop_player(before, w, low, min(quota, heads[k + 1] + 1), modulus)
        low = max(0, quota - (heads[n] - heads[k]))
        high = min(quota, heads[k] + 1)
        ends = max(0, quota - w)
        if k == n - 1 or w != weights[k + 1]:
            if max(low, ends) < high:
                halves_of_sum(before[max(low, ends) : high], found[k])
            if low < min(high, ends):
                stop = min(high, ends)
                halves_of_products(before[low:stop], after[low + w : stop + w], found[k])
        pull(after, w, low, min(high, ends), modulus)
        if max(low, ends) < high:
            add_number(after[max(low, ends) : high], modulus)
    found[n, 0] = after[0]
