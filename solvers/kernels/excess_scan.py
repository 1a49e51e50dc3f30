"""Coalitions whose excess is too large: one pass over the table, the worst of each block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["violated"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def _sums(x: Floats, first: float, out: Floats) -> None:
    """Fill out (2**len(x),) with first + the sums of x over all subsets."""
    out[0] = first
    for i in range(x.size):
        half = 1 << i
        low, high, gain = out[:half], out[half : 2 * half], x[i]
        for j in range(half):
            high[j] = low[j] + gain


@kernel
def _insert(value: float, index: int, worth: Floats, place: Ints, count: int) -> int:
    """Put an entry into a list that falls by worth, the last one drops out; the new length."""
    if count == worth.size:
        if value <= worth[count - 1]:
            return count
        count -= 1
    j = count
    while j > 0 and worth[j - 1] < value:
        worth[j] = worth[j - 1]
        place[j] = place[j - 1]
        j -= 1
    worth[j] = value
    place[j] = index
    return count + 1


@kernel
def _fold(best: Floats) -> None:
    """Bring the largest entry to the front; elementwise, which vectorises."""
    half = best.size
    while half > 1:
        half >>= 1
        left, right = best[:half], best[half : 2 * half]
        for j in range(half):
            left[j] = left[j] if left[j] > right[j] else right[j]


@kernel
def violated(
    v: Floats,
    div: Floats,
    mode: int,
    point: Floats,
    normal: Floats,
    masked: int,
    tol: float,
    found: Ints,
) -> int:
    """Fill found with violated coalitions outside the settled span, the worst first; how many.

    A coalition is violated where v(S) - x(S) - epsilon d(S) > tol; point (n + 1,) is x and epsilon.
    mode: d(S) is 0 one, 1 the size, 2 div[S]. normal (n,) is orthogonal to the settled span and
    to nothing else; unless masked only the empty and the grand coalition are settled. A table of
    2^n entries, n > 6, is cut into blocks of 8 rows; of each block at most one is found.
    """
    n = normal.size
    eps, small = point[n], 1e-9
    x = np.empty(n)
    for i in range(n):
        x[i] = point[i] + eps if mode == 1 else point[i]
    first = eps if mode == 0 else 0.0
    want = found.size
    worth = np.empty(want)
    count = 0 * want  # a bare 0 has what is called compiled twice
    k = 3 if n <= 11 else min(n - 8, 7)
    width = 1 << k
    low, low_normal = np.empty(width), np.empty(width)
    _sums(x[:k], 0.0, low)
    _sums(normal[:k], 0.0, low_normal)
    high, high_normal = np.empty(1 << (n - k)), np.empty(1 << (n - k))
    _sums(x[k:], first, high)
    _sums(normal[k:], 0.0, high_normal)
    blocks = np.empty(want, np.int64)
    best = np.empty(width)
    groups = high.size >> 3
    again = 0  # blocks that had to be gone through once more without what is settled
    for g in range(groups):
        base = g * 8 * width
        rough = mode != 2 and 8 * again <= 64 + g
        if rough:
            r0, r1 = v[base : base + width], v[base + width : base + 2 * width]
            r2, r3 = v[base + 2 * width : base + 3 * width], v[base + 3 * width : base + 4 * width]
            r4, r5 = v[base + 4 * width : base + 5 * width], v[base + 5 * width : base + 6 * width]
            r6, r7 = v[base + 6 * width : base + 7 * width], v[base + 7 * width : base + 8 * width]
            h = high[8 * g : 8 * g + 8]
            h0, h1, h2, h3, h4, h5, h6, h7 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
            for j in range(width):
                a, b, c, d = r0[j] - h0, r1[j] - h1, r2[j] - h2, r3[j] - h3
                e, f, p, q = r4[j] - h4, r5[j] - h5, r6[j] - h6, r7[j] - h7
                a = a if a > b else b
                c = c if c > d else d
                e = e if e > f else f
                p = p if p > q else q
                a = a if a > c else c
                e = e if e > p else p
                best[j] = (a if a > e else e) - low[j]
            _fold(best)
            if best[0] <= tol or (count == want and best[0] <= worth[want - 1]):
                continue
        if masked or not rough or g == 0 or g == groups - 1:
            again += rough
            for j in range(width):
                best[j] = -np.inf
            for r in range(8):
                row = v[base + r * width : base + (r + 1) * width]
                up, turn = high[8 * g + r], high_normal[8 * g + r]
                if mode == 2:
                    part = div[base + r * width : base + (r + 1) * width]
                    for j in range(width):
                        gap = row[j] - up - low[j] - eps * part[j]
                        gap = gap if abs(low_normal[j] + turn) > small else -np.inf
                        best[j] = gap if gap > best[j] else best[j]
                else:
                    for j in range(width):
                        gap = row[j] - up - low[j]
                        gap = gap if abs(low_normal[j] + turn) > small else -np.inf
                        best[j] = gap if gap > best[j] else best[j]
            _fold(best)
        if best[0] > tol:
            count = _insert(best[0], g, worth, blocks, count)
    for b in range(count):
        top, where = -np.inf, 0
        for r in range(8 * blocks[b], 8 * blocks[b] + 8):
            row = v[r * width : (r + 1) * width]
            up, turn = high[r], high_normal[r]
            for j in range(width):
                gap = row[j] - up - low[j]
                if mode == 2:
                    gap -= eps * div[r * width + j]
                if gap > top and abs(low_normal[j] + turn) > small:
                    top, where = gap, r * width + j
        found[b] = where
    return count
