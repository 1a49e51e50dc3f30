"""Lexicographic minimisation of excesses: dual simplex on n + 1 rows, further rows by search.

Every row is (1_S, d(S)) . (x, epsilon) >= v(S). Arrays, with m = n + 1:

    pool (m + 3, room)   columns are rows: m coefficients, right-hand side, slack, scratch
    tags (3, room)       mask; kind (0 coalition, 1 lower bound of a player); 1 if in the basis
    basis (m, m + 1)     coefficients and right-hand side of the m rows that hold with equality
    slots (2, m)         column of the pool or -1; 1 if the row is an equation
    inverse (m, m), point (m,) = (x, epsilon)

They go together as a state, in this order. A game is its table of worths, the table of d, and a
mode: d(S) is 0 one, 1 the size, 2 what the table says.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["lexicographic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Game = tuple[Floats, Floats, int]
State = tuple[Floats, Ints, Floats, Ints, Floats, Floats]
Start = tuple[Floats, Ints, int]
Limits = tuple[int, int, float]
Span = tuple[Floats, Floats]
Record = tuple[Ints, Floats, Ints, Ints]


@kernel
def _search(game: Game, point: Floats, normal: Floats, tol: float, found: Ints) -> int:
    """List violated coalitions outside the settled span in a small table, the worst first."""
    v, div, mode = game
    n = normal.size
    eps = point[n]
    sums, turn = np.empty(v.size), np.empty(v.size)
    sums[0], turn[0] = eps if mode == 0 else 0.0, 0.0
    for i in range(n):
        half = 1 << i
        gain = point[i] + eps if mode == 1 else point[i]
        for s in range(half):
            sums[half + s] = sums[s] + gain
            turn[half + s] = turn[s] + normal[i]
    worth = np.empty(found.size)
    count = 0
    for s in range(1, v.size - 1):
        gap = v[s] - sums[s]
        if mode == 2:
            gap -= eps * div[s]
        if gap > tol and abs(turn[s]) > 1e-9 and (count < worth.size or gap > worth[count - 1]):
            j = count if count < worth.size else count - 1
            count = j + 1
            while j > 0 and worth[j - 1] < gap:
                worth[j], found[j] = worth[j - 1], found[j - 1]
                j -= 1
            worth[j], found[j] = gap, s
    return count


@kernel
def _invert(basis: Floats, inverse: Floats) -> bool:
    """Invert the coefficients of a basis by Gauss-Jordan elimination; False if singular."""
    m = inverse.shape[0]
    work = np.zeros((m, 2 * m))
    for r in range(m):
        work[r, m + r] = 1.0
        for c in range(m):
            work[r, c] = basis[r, c]
    for c in range(m):
        p = c
        for r in range(c + 1, m):
            if abs(work[r, c]) > abs(work[p, c]):
                p = r
        if abs(work[p, c]) < 1e-11:
            return False
        scale = 1.0 / work[p, c]
        for j in range(2 * m):
            value = work[p, j]
            work[p, j] = work[c, j]
            work[c, j] = value * scale
        for r in range(m):
            line, factor = work[r], work[r, c]
            if r != c and factor != 0.0:
                for j in range(2 * m):
                    line[j] -= factor * work[c, j]
    for r in range(m):
        for c in range(m):
            inverse[r, c] = work[r, m + c]
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
def _refresh(state: State, size: int) -> bool:
    """Compute inverse, point and slacks anew from the rows of the basis."""
    pool, _, basis, _, inverse, point = state
    m = point.size
    if not _invert(basis, inverse):
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
    share[:] = 0.0
    for c in range(share.size):
        factor = pool[c, p]
        if factor != 0.0:
            line = inverse[c]
            for j in range(share.size):
                share[j] += factor * line[j]


@kernel
def _swap(p: int, s: int, share: Floats, state: State, size: int) -> None:
    """Let row p of the pool take slot s of the basis; share is that row in terms of the basis."""
    pool, tags, basis, slots, inverse, point = state
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
def _add(mask: int, weight: float, least: float, state: State, size: int) -> int:
    """Append the row of a coalition to the pool; the new size."""
    pool, tags, _, _, _, point = state
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
def _project(vector: Floats, frame: Floats, rank: int) -> float:
    """Make a vector orthogonal to an orthonormal frame (rank, n); its length then."""
    n = vector.size
    for _ in range(2):  # the second time for what rounding left
        for k in range(rank):
            line, dot = frame[k], 0.0
            for i in range(n):
                dot += line[i] * vector[i]
            for i in range(n):
                vector[i] -= dot * line[i]
    length = 0.0
    for i in range(n):
        length += vector[i] * vector[i]
    return float(math.sqrt(length))


@kernel
def _span(vector: Floats, frame: Floats, rank: int) -> int:
    """Extend a frame by a vector, which is overwritten; the new rank."""
    length = _project(vector, frame, rank)
    if length < 1e-7:
        return rank
    for i in range(vector.size):
        frame[rank, i] = vector[i] / length
    return rank + 1


@kernel
def _orthogonal(frame: Floats, rank: int, normal: Floats) -> None:
    """Fill normal with a vector orthogonal to the frame, in no other special position."""
    for i in range(normal.size):
        spread = (i + 1) * 0.6180339887498949 + (i + 1) ** 2 * 0.41421356237309515
        normal[i] = 1.0 + spread - math.floor(spread)
    length = _project(normal, frame, rank)
    for i in range(normal.size):
        normal[i] = normal[i] / length if rank < normal.size else 0.0


@kernel
def _dual(state: State, size: int, tol: float, budget: int) -> int:
    """Dual simplex method on the pool: steps taken, or -1 if it breaks down."""
    pool, tags, _, slots, inverse, point = state
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
        _swap(p, s, share, state, size)
        steps += 1
        if steps % 60 == 0 and not _refresh(state, size):
            return -1


@kernel
def _primal(s: int, state: State, size: int, budget: int) -> int:
    """Primal simplex method on the pool; slot s is void and filled first.

    Returns the steps taken, -1 if it breaks down, -2 if nothing in the pool bounds epsilon.
    """
    pool, tags, _, slots, inverse, point = state
    m = point.size
    share, column, scratch = np.empty(m), np.empty(m), pool[m + 2]
    slack = pool[m + 1]
    steps, sign = 0, -1.0
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
        for c in range(m):
            column[c] = inverse[c, s]
        scratch[:] = 0.0
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
        _swap(p, s, share, state, size)
        s, sign = m, 1.0
        steps += 1
        if steps % 60 == 0 and not _refresh(state, size):
            return -1


@kernel
def _divisor(game: Game, mask: int, n: int) -> float:
    """d(S)."""
    if game[2] == 2:
        return float(game[1][mask])
    size = 0.0 if game[2] == 1 else 1.0
    for i in range(n * game[2]):
        size += mask >> i & 1
    return size


@kernel
def _begin(game: Game, start: Start, state: State, span: Span) -> tuple[int, int]:
    """Fill pool and basis for the first stage; the size of the pool and the rank, or -1.

    Basis: the blocks as equations; of each block all players but one, of the largest block all.
    """
    v = game[0]
    floors, blocks, seed = start
    frame, normal = span
    pool, tags, basis, slots = state[:4]
    n, m = normal.size, normal.size + 1
    vector = np.empty(n)
    rank = size = main = largest = 0 * blocks.size  # a bare 0 has what is called compiled twice
    used = blocks.size
    for b in range(blocks.size):
        count = 0
        for i in range(n):
            count += blocks[b] >> i & 1
            vector[i] = basis[b, i] = float(blocks[b] >> i & 1)
        basis[b, n], basis[b, m] = 0.0, v[blocks[b]]
        slots[0, b], slots[1, b] = -1, 1
        rank = _span(vector, frame, rank)
        if count > largest:
            main, largest = b, count
    _orthogonal(frame, rank, normal)
    for i in range(n):
        if abs(normal[i]) > 1e-9:
            size = _add(1 << i, _divisor(game, 1 << i, n), v[1 << i], state, size)
    alone = size
    for i in range(n):
        rest = ((1 << n) - 1) ^ (1 << i)
        if n > 2 and abs(normal[i]) > 1e-9:
            size = _add(rest, _divisor(game, rest, n), v[rest], state, size)
    for i in range(floors.size):
        if abs(normal[i]) > 1e-9:
            size = _add(1 << i, 0.0, floors[i], state, size)
            tags[1, size - 1] = 1
    if seed:
        size = _add(seed, _divisor(game, seed, n), v[seed], state, size)
    without = seed & -seed  # players whose row is not needed
    for b in range(blocks.size):
        if b != main:
            without |= blocks[b] & -blocks[b]
    for p in range(size):
        player = p < alone and tags[0, p] & without == 0
        if used < m and (player or (seed != 0 and p == size - 1)):
            slots[0, used], slots[1, used], tags[2, p] = p, 0, 1
            used += 1
    for s in range(blocks.size, used):
        for c in range(m + 1):
            basis[s, c] = pool[c, slots[0, s]]
    good = used == m and _refresh(state, size)
    return (size if good else -1), rank


@kernel
def _settle(state: State, frame: Floats, rank: int) -> tuple[int, int, int]:
    """Turn rows with a multiplier into equations, all but one: equations, rank, slot now void."""
    _, tags, basis, slots, inverse, point = state
    n = point.size - 1
    vector = np.empty(n)
    fixed, void, most = 0, 0, 0.0
    for s in range(n + 1):
        y = inverse[n, s]
        if slots[1, s] == 0 and y > 1e-8:
            if y > most:
                void, most = s, y
            for i in range(n):
                vector[i] = basis[s, i]
            rank = _span(vector, frame, rank)
            basis[s, n + 1] -= basis[s, n] * point[n]
            basis[s, n] = 0.0
            tags[2, slots[0, s]] = 0
            slots[0, s] = -1
            slots[1, s] = 1
        fixed += slots[1, s]
    return fixed, rank, void


@kernel
def lexicographic(
    game: Game, start: Start, limits: Limits, state: State, span: Span, counts: Ints, record: Record
) -> int:
    """Minimise the excesses (v(S) - x(S)) / d(S) lexicographically over x(B) = v(B) for all blocks.

    start: lower bounds (n,) of the players, or empty; blocks; a coalition with d > 0, or 0, for
    when the players alone have d = 0. limits: most stages, most players of a table that is
    searched here, tolerance. span: room (n, n) for an orthonormal frame of the settled span, and
    (n,) for a vector orthogonal to it. counts (5,), at first 0, are kept between calls: size of
    the pool, rank of the settled span, rows in the trace, stages done, coalitions found.
    record: room for coalitions found; levels (n,) of the stages; trace (2, 2 n + 2), mask and
    2 * stage + kind of the rows that each settled; (2, n + 1) last basis, mask and kind (2:
    equation).
    Returns 0 a single point, 1 stopped after the most stages, 2 nothing bounds the next level,
    3 call again with found and counts[4] filled, negative: broke down.
    """
    pool, tags, basis, slots, inverse, point = state
    frame, normal = span
    found, levels, trace, last = record
    most_stages, small, tol = limits
    n, m, v = normal.size, point.size, game[0]
    budget = 200 + 10 * m
    size, rank, rows, stage, count = counts[0], counts[1], counts[2], counts[3], counts[4]
    if size == 0:
        size, rank = _begin(game, start, state, span)
        if size < 0:
            return -1
    elif count == 0:
        count = -1  # the search came back without any
    while True:
        while count >= 0:
            if size + count > pool.shape[1]:
                size = _keep(pool, tags, slots, size, normal, 100.0 * tol)
            count = min(count, pool.shape[1] - size)
            for f in range(count):
                size = _add(found[f], _divisor(game, found[f], n), v[found[f]], state, size)
            if _dual(state, size, 0.1 * tol, budget) < 0:
                return -3
            if n > small:
                counts[0], counts[1], counts[2], counts[3] = size, rank, rows, stage
                return 3
            count = _search(game, point, normal, tol, found)
            count = count if count else -1
        if not _refresh(state, size):
            return -3
        before = rows
        for s in range(m):
            p = slots[0, s]
            last[0, s] = tags[0, p] if slots[1, s] == 0 else 0
            last[1, s] = tags[1, p] if slots[1, s] == 0 else 2
            if slots[1, s] == 0 and inverse[n, s] > 1e-8:
                trace[0, rows], trace[1, rows] = last[0, s], 2 * stage + last[1, s]
                rows += 1
        levels[stage] = point[n]
        stage += 1
        counts[2], counts[3] = rows, stage
        if rows <= before + 1:
            return -4
        if stage == most_stages:
            return 1
        fixed, rank, void = _settle(state, frame, rank)
        if fixed - 1 >= n:
            return 0
        if rank != fixed - 1:
            return -5
        slots[1, void] = 0
        basis[void, :] = 0.0
        basis[void, n], basis[void, m] = 1.0, point[n]
        _orthogonal(frame, rank, normal)
        size = _keep(pool, tags, slots, size, normal, np.inf)
        if not _refresh(state, size):
            return -6
        done = _primal(void, state, size, budget)
        if done < 0:
            return 2 if done == -2 else -7
        count = 0
