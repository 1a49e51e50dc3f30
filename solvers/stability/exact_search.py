"""Lexicographic minimisation of excesses in integers alone, in plain Python for small games."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from solvers.errors import SolverError
from solvers.stability.families import PLAIN
from solvers.stability.integer_rows import Span, indicator
from solvers.stability.problem import COALITION, FLOOR, Problem, Proof, Row, Stage

__all__ = ["SMALL", "minimise_exactly"]

SMALL = 9
"""Most players of a game whose coalitions are gone through in Python, not in arrays."""

PATIENCE = 60  # steps without progress before Bland's rule, which cannot cycle
SAFE = 1 << 62

Line = tuple[int, int, int, Fraction]
"""A row of the basis: mask, kind (2: equation), divisor, right-hand side."""


def minimise_exactly(
    problem: Problem, stages: int | None = None, rows: Sequence[Row] = ()
) -> Proof | None:
    """Solve the stages of a lexicographic problem by a dual simplex method in integers.

    Parameters
    ----------
    problem : Problem
        Its floors must leave room: their sum is at most what the equations give.
    stages : int, optional
        Stop after so many; otherwise when one point is left.
    rows : sequence of Row
        A basis of the first stage to start from, if it is one with multipliers that fit: then
        the point, where it is not the only one, is the one nearby.

    Returns
    -------
    Proof or None
        None if no coalition is left that has an excess, and yet more than one point.

    Raises
    ------
    SolverError
        If no point satisfies the equations and lower bounds.

    Notes
    -----
    The basis has n + 1 rows; its inverse is kept as integers over the determinant [2]_. The
    coalition that is violated most is searched for among all that are not settled. Every stage
    begins at two coalitions that divide the players, half the weight on each.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338, section 6.
    .. [2] J. Edmonds, "Systems of distinct representatives and linear algebra", Journal of
       Research of the National Bureau of Standards 71B (1967), pp. 241-245.
    .. [3] R. G. Bland, "New finite pivoting rules for the simplex method", Mathematics of
       Operations Research 2 (1977), pp. 103-107.
    """
    n = problem.game.n_players
    table = _Table(problem)
    settled = list(problem.equations)
    span = Span(n)
    for mask, _ in settled:
        span.add(indicator(mask, n))
    found: list[Stage] = []
    point: tuple[Fraction, ...] = ()
    while span.rank < n or not found:
        table.settle(span)
        start = _warm(table, settled, rows) if rows and not found else None
        start = start or _start(table, span, settled)
        if start is None:
            return None if span.rank < n else Proof(_only(settled, n), tuple(found), True)
        stage, point = _stage(table, start)
        found.append(stage)
        for mask, kind in stage.rows:
            if span.add(indicator(mask, n)):
                value = problem.game.worth(mask) - stage.level * problem.family.divisor(
                    problem.game, mask
                )
                if kind == FLOOR and problem.floors is not None:
                    value = problem.floors[mask.bit_length() - 1]
                settled.append((mask, value))
        if len(found) == stages:
            break
    return Proof(point, tuple(found), span.rank == n)


class _Table:
    """The rows of a problem: coefficients and right-hand sides as integers."""

    def __init__(self, problem: Problem) -> None:
        game = problem.game.rational()
        self.n = game.n_players
        self.scale = game.denominator
        divisors, self.unit = problem.family.integers(game)
        self.simple = problem.family == PLAIN
        worths: Any = game.numerators
        self.small = self.n <= SMALL
        self.worths: Any = worths.tolist() if self.small else worths
        self.divisors: Any = divisors.tolist() if self.small else divisors
        self.game = game
        self.floors = problem.floors
        self.free: Any = None
        self.top = 0 if self.small else max(-int(worths.min()), int(worths.max()))
        self.widest = 0 if self.small else max(-int(divisors.min()), int(divisors.max()))

    def settle(self, span: Span) -> None:
        """Note which coalitions are outside a span."""
        normals = span.normals()
        if self.small:
            hit = [0] * (1 << self.n)
            for vector in normals:
                for mask, value in enumerate(_sums(vector)):
                    if value:
                        hit[mask] = 1
            self.free = [mask for mask, flag in enumerate(hit) if flag]
            return
        self.free = np.zeros(1 << self.n, bool)
        for vector in normals:
            big = sum(map(abs, vector)) >= SAFE
            total = np.zeros(1, object if big else np.int64)
            for value in vector:
                total = np.concatenate([total, total + value])
            self.free |= total != 0

    def worst(self, z: Sequence[int], det: int, first: bool) -> int | None:
        """Find the free coalition that is violated most, or the first one.

        z is the point and the level, times the determinant and ``scale``.
        """
        if not self.small:
            return self._worst_in_arrays(z, det, first)
        sums, worths, divisors, eps = _sums(z[:-1]), self.worths, self.divisors, z[-1]
        if self.simple:
            gaps = [worths[s] * det - sums[s] - eps for s in self.free]
        else:
            gaps = [worths[s] * det - sums[s] - eps * divisors[s] for s in self.free]
        most = max(gaps, default=0)
        if most <= 0:
            return None
        place = next(k for k, gap in enumerate(gaps) if gap > 0) if first else gaps.index(most)
        return int(self.free[place])

    def _worst_in_arrays(self, z: Sequence[int], det: int, first: bool) -> int | None:
        size = self.top * det + sum(map(abs, z[:-1])) + abs(z[-1]) * self.widest
        if size < SAFE and self.worths.dtype != object:
            total = np.zeros(1, np.int64)
            for value in z[:-1]:
                total = np.concatenate([total, total + value])
            gaps = self.worths * det - total - self.divisors * z[-1]
            gaps[~self.free] = 0
            place = int(np.argmax(gaps > 0 if first else gaps))
            return place if gaps[place] > 0 else None
        return self._worst_by_floats(z, det)

    def _worst_by_floats(self, z: Sequence[int], det: int) -> int | None:
        """Filter in doubles with a bound on their error, decide in integers."""
        by = det * self.scale
        total = np.zeros(1)
        for value in z[:-1]:
            total = np.concatenate([total, total + value / by])
        eps = z[-1] / by
        gaps = self.game.values - total - eps * np.asarray(self.divisors, np.float64)
        reach = (
            self.top / self.scale
            + sum(abs(value / by) for value in z[:-1])
            + abs(eps) * self.widest
        )
        error = (self.n + 6) * 2.0**-52 * reach  # twice what n + 6 roundings can do
        gaps[~self.free] = -np.inf
        place = int(np.argmax(gaps))
        if gaps[place] > error:
            return place
        best, found = 0, None
        for mask in np.flatnonzero(gaps >= -error).tolist():
            inside = sum(value for i, value in enumerate(z[:-1]) if mask >> i & 1)
            gap = int(self.worths[mask]) * det - inside - int(self.divisors[mask]) * z[-1]
            if gap > best:
                best, found = gap, mask
        return found


class _Basis:
    """n + 1 rows that hold with equality; their inverse as integers over the determinant."""

    def __init__(self, m: int) -> None:
        self.m = m
        self.det = 1
        self.lines = [[int(c == j) for j in range(m)] for c in range(m)]
        self.rows: list[Line | None] = [None] * m

    def express(self, mask: int, divisor: int) -> list[int]:
        """Write a row in terms of the rows of the basis, times the determinant."""
        share = [divisor * a for a in self.lines[-1]] if divisor else [0] * self.m
        for i in range(self.m - 1):
            if mask >> i & 1:
                share = [a + b for a, b in zip(share, self.lines[i], strict=True)]
        return share

    def enter(self, row: Line, s: int, share: list[int]) -> None:
        """Put a row into slot s."""
        pivot, det = share[s], self.det
        for c, line in enumerate(self.lines):
            factor = line[s]
            new = [(a * pivot - factor * b) // det for a, b in zip(line, share, strict=True)]
            new[s] = factor
            self.lines[c] = new
        self.det = pivot
        self.rows[s] = row
        if pivot < 0:
            self.det = -pivot
            self.lines = [[-a for a in line] for line in self.lines]

    def solve(self, scale: int) -> list[int]:
        """Point and level, times the determinant and scale."""
        rhs = [int(row[3] * scale) for row in self.rows if row is not None]
        return [sum(a * b for a, b in zip(line, rhs, strict=True)) for line in self.lines]


def _start(table: _Table, span: Span, settled: Sequence[tuple[int, Fraction]]) -> _Basis | None:
    """Build a basis of the settled rows, two coalitions that divide the players, and players."""
    n, grand = table.n, (1 << table.n) - 1
    free = table.free if table.small else None
    pairs = (
        (s for s in free if int(table.divisors[s]) + int(table.divisors[grand ^ s]) > 0)
        if free is not None
        else iter(
            np.flatnonzero(table.free & (table.divisors + table.divisors[::-1] > 0))[:1].tolist()
        )
    )
    side = next(pairs, None)
    if side is None:
        return None
    known = Span(n)
    rows: list[Line] = []
    for mask, value in settled:
        if known.add(indicator(mask, n)):
            rows.append((mask, 2, 0, value))
    for mask in dict.fromkeys((side, grand ^ side, *(1 << i for i in range(n)))):
        if known.add(indicator(mask, n)) or mask == grand ^ side:
            rows.append((mask, COALITION, int(table.divisors[mask]), _least(table, mask)))
    return _built(rows, n + 1)


def _warm(
    table: _Table, settled: Sequence[tuple[int, Fraction]], rows: Sequence[Row]
) -> _Basis | None:
    """Build a given basis, if it is one and no multiplier is negative."""
    lines: list[Line] = [(mask, 2, 0, value) for mask, value in settled]
    for mask, kind in rows:
        if kind == COALITION:
            lines.append((mask, kind, int(table.divisors[mask]), _least(table, mask)))
        elif table.floors is not None:
            lines.append((mask, kind, 0, table.floors[mask.bit_length() - 1]))
    basis = _built(lines, table.n + 1) if len(lines) == table.n + 1 else None
    if basis is None:
        return None
    signs = zip(basis.rows, basis.lines[-1], strict=True)
    return None if any(row is None or (row[1] != 2 and y < 0) for row, y in signs) else basis


def _built(rows: Sequence[Line], m: int) -> _Basis | None:
    """Put rows into a basis; None if they depend on each other."""
    basis = _Basis(m)
    for row in rows:
        share = basis.express(row[0], row[2])
        slot = next((s for s in range(m) if share[s] and basis.rows[s] is None), None)
        if slot is None:
            return None
        basis.enter(row, slot, share)
    return basis


def _least(table: _Table, mask: int) -> Fraction:
    return Fraction(int(table.worths[mask]), table.scale)


def _stage(table: _Table, basis: _Basis) -> tuple[Stage, tuple[Fraction, ...]]:
    """Minimise the largest excess of the coalitions that are not settled."""
    n = table.n
    fixed = lcm(table.scale, *(row[3].denominator for row in basis.rows if row is not None))
    if table.floors is not None:
        fixed = lcm(fixed, *(x.denominator for x in table.floors))
    times = fixed // table.scale
    idle, level = 0, None
    while True:
        z = basis.solve(fixed)
        now = Fraction(z[n], basis.det)
        idle = idle + 1 if now == level else 0
        level = now
        entering = _violated(table, basis, z, fixed, times, idle > PATIENCE)
        if entering is None:
            break
        share = basis.express(entering[0], entering[2])
        y = basis.lines[n]
        leaving = min(
            (
                (Fraction(y[s], share[s]), row[1], row[0], s)
                for s, row in enumerate(basis.rows)
                if row is not None and row[1] != 2 and share[s] > 0
            ),
            default=None,
        )
        if leaving is None:
            raise SolverError("no point satisfies the equations and lower bounds")
        basis.enter(entering, leaving[3], share)
    rows, weights = [], []
    for s, row in enumerate(basis.rows):
        if row is not None and row[1] != 2 and basis.lines[n][s] > 0:
            rows.append((row[0], row[1]))
            weights.append(Fraction(basis.lines[n][s], basis.det) * table.unit)
    by = basis.det * fixed
    stage = Stage(Fraction(z[n], by) * table.unit, tuple(rows), tuple(weights))
    return stage, tuple(Fraction(value, by) for value in z[:n])


def _violated(
    table: _Table, basis: _Basis, z: list[int], fixed: int, times: int, first: bool
) -> Line | None:
    """Choose the row that enters."""
    if table.floors is not None:
        by = basis.det * fixed
        gaps = [
            x.numerator * (by // x.denominator) - v for x, v in zip(table.floors, z, strict=False)
        ]
        if max(gaps) > 0:
            i = next(k for k, g in enumerate(gaps) if g > 0) if first else gaps.index(max(gaps))
            return 1 << i, FLOOR, 0, table.floors[i]
    mask = table.worst(z, basis.det * times, first)
    if mask is None:
        return None
    return mask, COALITION, int(table.divisors[mask]), _least(table, mask)


def _sums(values: Sequence[int]) -> list[int]:
    """Add up every subset, by bitmask."""
    sums = [0]
    for value in values:
        sums += [a + value for a in sums]
    return sums


def _only(settled: Sequence[tuple[int, Fraction]], n: int) -> tuple[Fraction, ...]:
    """Solve n independent equations."""
    fixed = lcm(*(value.denominator for _, value in settled))
    span = Span(n)
    for mask, value in settled:
        span.add([*indicator(mask, n), int(value * fixed)])
    shares = [Fraction(0)] * n
    for row, p in zip(span.rows, span.pivots, strict=True):
        shares[p] = Fraction(row[n], row[p] * fixed)
    return tuple(shares)
