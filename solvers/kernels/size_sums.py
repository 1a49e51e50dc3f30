"""Subset counts by size and sum of weights, modulo one word at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["alternating", "fill", "fill_sums", "prefix_sums", "swing_remainders"]

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
def plus(a: np.uint64, b: np.uint64, modulus: np.uint64) -> np.uint64:
    """Give the sum of two remainders."""
    c = a + b
    if modulus != np.uint64(0) and c >= modulus:
        c -= modulus
    return c


@kernel
def minus(a: np.uint64, b: np.uint64, modulus: np.uint64) -> np.uint64:
    """Give the difference of two remainders."""
    if modulus != np.uint64(0) and a < b:
        return a + modulus - b
    return a - b


@kernel
def fill(weights: Ints, modulus: np.uint64, table: Words) -> None:
    """table[s, x]: subsets of size s and sum x. weights rise, so few sums are reached early."""
    layers, cells = table.shape
    table[:] = 0
    table[0, 0] = 1
    reach = 1
    for j in range(weights.size):
        w = weights[j]
        reach = min(cells, reach + w)
        if w >= cells:
            break
        for s in range(min(layers - 1, j + 1), 0, -1):
            add_into(table[s, w:reach], table[s - 1, : reach - w], modulus)


@kernel
def prefix_sums(modulus: np.uint64, table: Words) -> None:
    """Replace every row by its running sums."""
    for s in range(table.shape[0]):
        row = table[s]
        total = np.uint64(0)
        for x in range(row.size):
            total = plus(total, row[x], modulus)
            row[x] = total


@kernel
def alternating(kinds: Ints, bound: Ints, modulus: np.uint64, table: Words, found: Words) -> None:
    """found[k, s]: subsets of size s with one given player of weight kinds[k], sum < bound[s].

    table holds running sums; a bound of 0 leaves found as it is.
    """
    for k in range(kinds.size):
        w = kinds[k]
        for s in range(1, bound.size):
            y = bound[s] - w
            value = np.uint64(0)
            for j in range(1, s + 1):
                if y <= 0:
                    break
                term = table[s - j, y - 1]
                value = plus(value, term, modulus) if j & 1 else minus(value, term, modulus)
                y -= w
            if bound[s] > 0:
                found[k, s] = value


@kernel
def add_three(target: Words, one: Words, two: Words, both: Words, modulus: np.uint64) -> None:
    """Add three sources to target, modulo modulus. None overlaps it."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] += one[x] + two[x] + both[x]
    else:
        for x in range(target.size):
            a = target[x] + one[x]
            b = two[x] + both[x]
            a = min(a, a - modulus)
            b = min(b, b - modulus)
            a += b
            target[x] = min(a, a - modulus)


@kernel
def add_player(table: Words, w: int, reach: int, modulus: np.uint64) -> None:
    """table[x] += table[x - w] for x below reach."""
    if w < 256:  # blocks so short cost more than a copy
        add_into(table[w:reach], table[: reach - w].copy(), modulus)
        return
    # From the top, in blocks that do not overlap what they add.
    high = reach
    while high > w:
        low = max(w, high - w)
        add_into(table[low:high], table[low - w : high - w], modulus)
        high = low


@kernel
def add_pair(table: Words, w: int, v: int, reach: int, modulus: np.uint64) -> None:
    """table[x] += table[x - w] + table[x - v] + table[x - w - v] for x below reach; w <= v."""
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
                modulus,
            )
        else:
            if low >= v:
                add_into(table[low:high], table[low - v : high - v], modulus)
            add_into(table[low:high], table[low - w : high - w], modulus)
        high = low


@kernel
def fill_sums(weights: Ints, modulus: np.uint64, table: Words) -> None:
    """table[y]: subsets with a sum of at most y. weights rise.

    Players go by two where they can: the table is read and written half as often.
    """
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
            add_pair(table, w, v, reach, modulus)
            j += 2
        else:
            reach = min(cells, reach + w)
            add_player(table, w, reach, modulus)
            j += 1
    total = np.uint64(0)
    for x in range(cells):
        total = plus(total, table[x], modulus)
        table[x] = total


@kernel
def swing_remainders(kinds: Ints, modulus: np.uint64, table: Words, found: Words) -> None:
    """found[0]: subsets with a sum below table.size; found[k + 1]: swings of weight kinds[k].

    table holds running sums. A swing is a subset without the player whose sum lies within the
    player's weight below table.size.
    """
    top = table.size
    found[0] = table[top - 1]
    for k in range(kinds.size):
        w = kinds[k]
        value = np.uint64(0)
        if w > 0:
            y = top
            even = True
            while y > 0:
                high = table[y - 1]
                low = table[y - w - 1] if y > w else np.uint64(0)
                step = minus(high, low, modulus)
                value = plus(value, step, modulus) if even else minus(value, step, modulus)
                even = not even
                y -= w
        found[k + 1] = value
