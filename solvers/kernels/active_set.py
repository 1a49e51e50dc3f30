"""Lexicographic minimisation of excesses: dual simplex on n + 1 rows, further rows by search.

Every row is (1_S, d(S)) . (x, epsilon) >= v(S). Arrays, with m = n + 1:

    pool (m + 3, room)   columns are rows: m coefficients, right-hand side, slack, scratch
    tags (3, room)       mask; kind (0 coalition, 1 lower bound of a player); 1 if in the basis
    basis (m, m + 1)     coefficients and right-hand side of the m rows that hold with equality
    slots (2, m)         column of the pool or -1; 1 if the row is an equation
    inverse (m, m), point (m,) = (x, epsilon)
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["lexicographic"]

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
def _search(
    v: Floats,
    div: Floats,
    mode: int,
    point: Floats,
    normal: Floats,
    masked: bool,
    tol: float,
    want: int,
    found: Ints,
) -> int:
    """List violated coalitions outside the settled span, the worst of a block each.

    mode: d(S) is 0 one, 1 the size, 2 div[S]. normal (n,) is orthogonal to the settled span and
    to nothing else; without ``masked`` only the empty and the grand coalition are settled.
    """
    n = normal.size
    eps, small = point[n], 1e-9
    x = np.empty(n)
    for i in range(n):
        x[i] = point[i] + eps if mode == 1 else point[i]
    first = eps if mode == 0 else 0.0
    worth = np.empty(want)
    count = 0
    k = n if n <= 8 else 4 if n <= 11 else min(n - 8, 7)
    width = 1 << k
    low, low_normal = np.empty(width), np.empty(width)
    _sums(x[:k], 0.0, low)
    _sums(normal[:k], 0.0, low_normal)
    if k == n:
        for s in range(1, width - 1):
            gap = v[s] - low[s] - first
            if mode == 2:
                gap -= eps * div[s]
            if gap > tol and abs(low_normal[s]) > small:
                count = _insert(gap, s, worth, found, count)
        return count
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


@kernel
def _invert(matrix: Floats, inverse: Floats) -> bool:
    """Gauss-Jordan elimination; matrix is overwritten. False if it is singular."""
    m = inverse.shape[0]
    for r in range(m):
        for c in range(m):
            inverse[r, c] = 1.0 if r == c else 0.0
    for c in range(m):
        p = c
        for r in range(c + 1, m):
            if abs(matrix[r, c]) > abs(matrix[p, c]):
                p = r
        if abs(matrix[p, c]) < 1e-11:
            return False
        if p != c:
            for j in range(m):
                matrix[p, j], matrix[c, j] = matrix[c, j], matrix[p, j]
                inverse[p, j], inverse[c, j] = inverse[c, j], inverse[p, j]
        scale = 1.0 / matrix[c, c]
        for j in range(m):
            matrix[c, j] *= scale
            inverse[c, j] *= scale
        for r in range(m):
            factor = matrix[r, c]
            if r != c and factor != 0.0:
                into, back = matrix[r], inverse[r]
                for j in range(m):
                    into[j] -= factor * matrix[c, j]
                    back[j] -= factor * inverse[c, j]
    return True


@kernel
def _product(pool: Floats, column: Floats, size: int, out: Floats) -> None:
    """Add the rows of the pool, times a column, to out."""
    for c in range(column.size):
        line, factor = pool[c, :size], column[c]
        if factor != 0.0:
            for p in range(size):
                out[p] += factor * line[p]


@kernel
def _refresh(basis: Floats, inverse: Floats, point: Floats, pool: Floats, size: int) -> bool:
    """Compute inverse, point and slacks anew from the rows of the basis."""
    m = point.size
    matrix = np.empty((m, m))
    for s in range(m):
        for c in range(m):
            matrix[s, c] = basis[s, c]
    if not _invert(matrix, inverse):
        return False
    for c in range(m):
        total = 0.0
        for s in range(m):
            total += inverse[c, s] * basis[s, m]
        point[c] = total
    slack = pool[m + 1, :size]
    for p in range(size):
        slack[p] = -pool[m, p]
    _product(pool, point, size, slack)
    return True


@kernel
def _express(p: int, pool: Floats, inverse: Floats, share: Floats) -> None:
    """Write row p of the pool in terms of the rows of the basis."""
    for c in range(share.size):
        share[c] = 0.0
    for c in range(share.size):
        factor = pool[c, p]
        if factor != 0.0:
            line = inverse[c]
            for j in range(share.size):
                share[j] += factor * line[j]


@kernel
def _swap(
    p: int,
    s: int,
    share: Floats,
    pool: Floats,
    tags: Ints,
    basis: Floats,
    slots: Ints,
    inverse: Floats,
    point: Floats,
    size: int,
) -> None:
    """Let row p of the pool take slot s of the basis; share is that row in terms of the basis."""
    m = point.size
    scale = 1.0 / share[s]
    column = np.empty(m)
    for c in range(m):
        line = inverse[c]
        factor = line[s] * scale
        for j in range(m):
            line[j] -= factor * share[j]
        line[s] = factor
        column[c] = factor
    step = -pool[m + 1, p]
    if step != 0.0:
        for c in range(m):
            column[c] *= step
            point[c] += column[c]
        _product(pool, column, size, pool[m + 1])
    if slots[0, s] >= 0:
        tags[2, slots[0, s]] = 0
    slots[0, s] = p
    tags[2, p] = 1
    pool[m + 1, p] = 0.0
    for c in range(m + 1):
        basis[s, c] = pool[c, p]


@kernel
def _add(
    mask: int,
    weight: float,
    least: float,
    pool: Floats,
    tags: Ints,
    size: int,
    point: Floats,
) -> int:
    """Append the row of a coalition to the pool; the new size."""
    n = point.size - 1
    slack = weight * point[n] - least
    for i in range(n):
        inside = float(mask >> i & 1)
        pool[i, size] = inside
        slack += inside * point[i]
    pool[n, size], pool[n + 1, size], pool[n + 2, size] = weight, least, slack
    tags[0, size], tags[1, size], tags[2, size] = mask, 0, 0
    return size + 1


@kernel
def _keep(pool: Floats, tags: Ints, slots: Ints, size: int, normal: Floats, most: float) -> int:
    """Drop rows outside the basis that are settled, or have more slack than most; the new size.

    Players alone and all but one player stay as long as they are not settled: they bound epsilon.
    """
    n = normal.size
    kept = 0
    for p in range(size):
        turn = 0.0
        for i in range(n):
            turn += pool[i, p] * normal[i]
        mask = tags[0, p]
        rest = mask ^ ((1 << n) - 1)
        extra = tags[1, p] == 0 and mask & (mask - 1) != 0 and rest & (rest - 1) != 0
        many = extra and pool[n + 2, p] > most
        if tags[2, p] == 0 and (many or abs(turn) <= 1e-9):
            continue
        if kept < p:
            for c in range(n + 3):
                pool[c, kept] = pool[c, p]
            for c in range(3):
                tags[c, kept] = tags[c, p]
            if tags[2, p]:
                for s in range(n + 1):
                    if slots[0, s] == p:
                        slots[0, s] = kept
        kept += 1
    return kept


@kernel
def _span(vector: Floats, frame: Floats, rank: int) -> int:
    """Extend an orthonormal frame (n, n) by a vector, which is overwritten; the new rank."""
    for _ in range(2):  # the second time for what rounding left
        for k in range(rank):
            line, dot = frame[k], 0.0
            for i in range(vector.size):
                dot += line[i] * vector[i]
            for i in range(vector.size):
                vector[i] -= dot * line[i]
    length = 0.0
    for i in range(vector.size):
        length += vector[i] * vector[i]
    length = math.sqrt(length)
    if length < 1e-7:
        return rank
    for i in range(vector.size):
        frame[rank, i] = vector[i] / length
    return rank + 1


@kernel
def _orthogonal(frame: Floats, rank: int, normal: Floats) -> None:
    """Fill normal with a vector orthogonal to the frame, in no other special position."""
    n = normal.size
    for i in range(n):
        spread = (i + 1) * 0.6180339887498949 + (i + 1) ** 2 * 0.41421356237309515
        normal[i] = 1.0 + spread - math.floor(spread)
    for _ in range(2):
        for k in range(rank):
            line, dot = frame[k], 0.0
            for i in range(n):
                dot += line[i] * normal[i]
            for i in range(n):
                normal[i] -= dot * line[i]
    length = 0.0
    for i in range(n):
        length += normal[i] * normal[i]
    for i in range(n):
        normal[i] /= math.sqrt(length) if rank < n else 1.0


@kernel
def _dual(
    pool: Floats,
    tags: Ints,
    basis: Floats,
    slots: Ints,
    inverse: Floats,
    point: Floats,
    size: int,
    tol: float,
    budget: int,
) -> int:
    """Dual simplex method on the pool: steps taken, or -1 if it breaks down."""
    m = point.size
    share = np.empty(m)
    steps = 0
    slack = pool[m + 1, :size]
    while True:
        p, least = size, -tol
        careful = steps > budget
        for q in range(size):
            if slack[q] < least and tags[2, q] == 0:
                p = q
                if careful:
                    break
                least = slack[q]
        if p == size:
            return steps
        _express(p, pool, inverse, share)
        s, ratio = m, np.inf
        for j in range(m):
            if slots[1, j] == 0 and share[j] > 1e-9:
                y = inverse[m - 1, j]
                r = (y if y > 0.0 else 0.0) / share[j]
                tie = s < m and r < ratio + 1e-12 and not careful
                if r < ratio - 1e-12 or (tie and share[j] > share[s]):
                    s, ratio = j, min(r, ratio)
        if s == m or steps > 20 * budget:
            return -1
        _swap(p, s, share, pool, tags, basis, slots, inverse, point, size)
        steps += 1
        if steps % 60 == 0 and not _refresh(basis, inverse, point, pool, size):
            return -1


@kernel
def _primal(
    s: int,
    pool: Floats,
    tags: Ints,
    basis: Floats,
    slots: Ints,
    inverse: Floats,
    point: Floats,
    size: int,
    budget: int,
) -> int:
    """Primal simplex method on the pool; slot s is void and filled first.

    Returns the steps taken, -1 if it breaks down, -2 if nothing in the pool bounds epsilon.
    """
    m = point.size
    share, column, scratch = np.empty(m), np.empty(m), pool[m + 2]
    slack = pool[m + 1]
    steps = 0
    while True:
        if s == m:
            least = -1e-10
            for j in range(m):
                if slots[1, j] == 0 and inverse[m - 1, j] < least:
                    s = j
                    if steps > budget:
                        break
                    least = inverse[m - 1, j]
            if s == m:
                return steps
            sign = 1.0
        else:
            sign = -1.0
        for c in range(m):
            column[c] = inverse[c, s]
        for q in range(size):
            scratch[q] = 0.0
        _product(pool, column, size, scratch)
        p, ratio = size, np.inf
        for q in range(size):
            rate = -sign * scratch[q]
            if tags[2, q] == 0 and rate > 1e-9:
                t = (slack[q] if slack[q] > 0.0 else 0.0) / rate
                if t < ratio:
                    p, ratio = q, t
        if p == size:
            return -2
        if steps > 20 * budget:
            return -1
        _express(p, pool, inverse, share)
        _swap(p, s, share, pool, tags, basis, slots, inverse, point, size)
        s = m
        steps += 1
        if steps % 60 == 0 and not _refresh(basis, inverse, point, pool, size):
            return -1


@kernel
def lexicographic(
    v: Floats,
    div: Floats,
    mode: int,
    floors: Floats,
    blocks: Ints,
    seed: int,
    stages: int,
    tol: float,
    point: Floats,
    levels: Floats,
    trace: Ints,
    weights: Floats,
    last: Ints,
) -> tuple[int, int, int]:
    """Minimise the excesses (v(S) - x(S)) / d(S) lexicographically over x(B) = v(B) for all blocks.

    floors (n,) are lower bounds of the players, or empty; seed is a coalition with d > 0 for when
    the players alone have d = 0. point (n + 1,) becomes the point and the last level.
    levels (n,), trace (2, 2 n) with mask and 2 * stage + kind, and weights (2 n,) tell which rows
    each stage settled, with which multipliers; last (2, n + 1) is the last basis by mask and kind
    (2: equation).
    Returns (status, stages done, rows in the trace). status: 0 a single point, 1 stopped after
    ``stages``, 2 nothing bounds the next level, negative: broke down.
    """
    n = point.size - 1
    m = n + 1
    room = 64 + 24 * n
    want = 2 * n + 2
    pool, tags = np.zeros((m + 3, room)), np.zeros((3, room), np.int64)
    basis, slots = np.zeros((m, m + 1)), np.full((2, m), -1, np.int64)
    inverse, frame = np.empty((m, m)), np.empty((n, n))
    normal, vector = np.empty(n), np.empty(n)
    found = np.empty(want, np.int64)
    grand = (1 << n) - 1
    for c in range(m):
        point[c] = 0.0
    rank = size = used = 0
    # Equations, and of each block all players but one; of the largest block all.
    main = 0
    for b in range(blocks.size):
        for i in range(n):
            vector[i] = float(blocks[b] >> i & 1)
            basis[used, i] = vector[i]
        basis[used, m] = v[blocks[b]]
        slots[1, used] = 1
        used += 1
        rank = _span(vector, frame, rank)
        count, most = 0, 0
        for i in range(n):
            count += blocks[b] >> i & 1
            most += blocks[main] >> i & 1
        if count > most:
            main = b
    _orthogonal(frame, rank, normal)
    for i in range(n):
        if abs(normal[i]) > 1e-9:
            d = div[1 << i] if mode == 2 else 1.0
            size = _add(1 << i, d, v[1 << i], pool, tags, size, point)
    alone = size
    for i in range(n):
        rest = grand ^ (1 << i)
        if n > 2 and abs(normal[i]) > 1e-9:
            d = div[rest] if mode == 2 else float(n - 1) if mode == 1 else 1.0
            size = _add(rest, d, v[rest], pool, tags, size, point)
    for i in range(floors.size):
        if abs(normal[i]) > 1e-9:
            size = _add(1 << i, 0.0, floors[i], pool, tags, size, point)
            tags[1, size - 1] = 1
    skip = 0  # a player of the main block that a seed replaces
    if seed:
        size = _add(seed, div[seed], v[seed], pool, tags, size, point)
        while not seed >> skip & 1:
            skip += 1
    for b in range(blocks.size):
        first = b != main
        for p in range(alone):
            if tags[0, p] & blocks[b]:
                leave = first if b != main else (seed != 0 and tags[0, p] == 1 << skip)
                first = False
                if not leave:
                    for c in range(m + 1):
                        basis[used, c] = pool[c, p]
                    slots[0, used], slots[1, used], tags[2, p] = p, 0, 1
                    used += 1
    if seed:
        for c in range(m + 1):
            basis[used, c] = pool[c, size - 1]
        slots[0, used], slots[1, used], tags[2, size - 1] = size - 1, 0, 1
        used += 1
    if used != m or not _refresh(basis, inverse, point, pool, size):
        return -1, 0, 0
    budget = 200 + 10 * m
    rows = stage = 0
    masked = blocks.size > 1
    while True:
        while True:
            done = _dual(pool, tags, basis, slots, inverse, point, size, 0.1 * tol, budget)
            if done < 0:
                break
            count = _search(v, div, mode, point, normal, masked, tol, want, found)
            if count == 0:
                break
            if size + count > room:
                size = _keep(pool, tags, slots, size, normal, 100.0 * tol)
            if size + count > room:
                count = room - size
                if count <= 0:
                    return -2, stage, rows
            for f in range(count):
                mask = found[f]
                d = 1.0
                if mode == 2:
                    d = div[mask]
                elif mode == 1:
                    d = 0.0
                    for i in range(n):
                        d += mask >> i & 1
                size = _add(mask, d, v[mask], pool, tags, size, point)
        if done < 0 or not _refresh(basis, inverse, point, pool, size):
            return -3, stage, rows
        for s in range(m):
            p = slots[0, s]
            last[0, s] = tags[0, p] if slots[1, s] == 0 else 0
            last[1, s] = tags[1, p] if slots[1, s] == 0 else 2
        levels[stage] = point[n]
        void, most, fixed, before = m, 0.0, 0, rows
        for s in range(m):
            y = inverse[n, s]
            if slots[1, s] == 0 and y > 1e-8:
                trace[0, rows], trace[1, rows] = last[0, s], 2 * stage + last[1, s]
                weights[rows] = y
                rows += 1
                if y > most:
                    void, most = s, y
        stage += 1
        if void == m or rows == before + 1:
            return -4, stage, rows
        if stage == stages:
            return 1, stage, rows
        # What has a multiplier holds with equality in every optimum; one of these rows follows
        # from the others.
        for s in range(m):
            if slots[1, s] == 0 and inverse[n, s] > 1e-8:
                for i in range(n):
                    vector[i] = basis[s, i]
                rank = _span(vector, frame, rank)
                basis[s, m] -= basis[s, n] * point[n]
                basis[s, n] = 0.0
                tags[2, slots[0, s]] = 0
                slots[0, s] = -1
                slots[1, s] = 1
            fixed += slots[1, s]
        if fixed - 1 >= n:
            return 0, stage, rows
        if rank != fixed - 1:
            return -5, stage, rows
        slots[1, void] = 0
        for i in range(n):
            basis[void, i] = 0.0
        basis[void, n], basis[void, m] = 1.0, point[n]
        _orthogonal(frame, rank, normal)
        masked = True
        size = _keep(pool, tags, slots, size, normal, np.inf)
        if not _refresh(basis, inverse, point, pool, size):
            return -6, stage, rows
        done = _primal(void, pool, tags, basis, slots, inverse, point, size, budget)
        if done < 0:
            return (2 if done == -2 else -7), stage, rows
