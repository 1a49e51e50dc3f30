"""A byte for every coalition: decide all, keep the minimal ones, count them by size and player."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["decide_all", "keep_minimal", "tally"]

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@kernel
def decide_all(low: Ints, high: Ints, least: Ints, code: Ints, table: Bytes) -> None:
    """Fill table (2**n,).

    low (leaves, 2**k) and high (leaves, 2**(n - k)) are the sums of the coalitions of the first
    k players and of the others; least (leaves,) the thresholds; code a tree for a stack: a leaf,
    or -1 and, -2 or, -3 true, -4 false.
    """
    width = low.shape[1]
    stack = np.empty((code.size, width), np.uint8)
    for h in range(high.shape[1]):
        top = 0
        for op in code:
            if op >= 0:
                need = least[op] - high[op, h]
                sums = low[op]
                row = stack[top]
                for x in range(width):
                    row[x] = sums[x] >= need
                top += 1
            elif op < -2:
                stack[top, :] = op == -3
                top += 1
            else:
                into, other = stack[top - 2], stack[top - 1]
                if op == -1:
                    for x in range(width):
                        into[x] &= other[x]
                else:
                    for x in range(width):
                        into[x] |= other[x]
                top -= 1
        table[h * width : (h + 1) * width] = stack[0]


@kernel
def keep_minimal(table: Bytes, k: int) -> None:
    """Clear the coalitions that still win without some member; rows hold 2**k coalitions."""
    width = 1 << k
    rows = table.size >> k
    bad = np.empty(width, np.uint8)
    # From the last row, so that what a row is compared with has not been cleared yet.
    for h in range(rows - 1, -1, -1):
        row = table[h * width : (h + 1) * width]
        bad[:] = 0
        bit = 1
        while bit < rows:
            if h & bit:
                lower = table[(h ^ bit) * width : ((h ^ bit) + 1) * width]
                for x in range(width):
                    bad[x] |= lower[x]
            bit <<= 1
        bit = 1
        while bit < width:
            start = bit
            while start < width:
                below = row[start - bit : start]
                into = bad[start : start + bit]
                for x in range(bit):
                    into[x] |= below[x]
                start += 2 * bit
            bit <<= 1
        for x in range(width):
            row[x] &= np.uint8(1) - bad[x]


@kernel
def tally(table: Bytes, k: int, found: Ints, own: Ints) -> None:
    """Count the set bytes by size into found (n + 1,), by player and size into own (n, n + 1)."""
    width = 1 << k
    rows = table.size >> k
    high = own.shape[0] - k
    sizes = np.zeros(width, np.int64)
    for x in range(width):
        for i in range(k):
            sizes[x] += x >> i & 1
    column = np.zeros((high + 1, width), np.int64)
    inside = np.zeros(k + 1, np.int64)
    for h in range(rows):
        row = table[h * width : (h + 1) * width]
        total = 0
        for x in range(width):
            total += row[x]
        if total == 0:
            continue
        size = 0
        for i in range(high):
            size += h >> i & 1
        into = column[size]
        for x in range(width):
            into[x] += row[x]
        inside[:] = 0
        for x in range(width):
            inside[sizes[x]] += row[x]
        for i in range(high):
            if h >> i & 1:
                for a in range(k + 1):
                    own[k + i, size + a] += inside[a]
    for size in range(high + 1):
        for x in range(width):
            number = column[size, x]
            found[size + sizes[x]] += number
            for i in range(k):
                own[i, size + sizes[x]] += number * (x >> i & 1)
