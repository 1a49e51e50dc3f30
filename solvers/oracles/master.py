"""A linear programme that grows row by row, solved exactly by a dual simplex method.

The inverse of the basis is kept as whole numbers over one determinant, so that a step costs
O(d^2) products of integers and nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from operator import mul
from typing import TYPE_CHECKING

from solvers.errors import SolverError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Master"]

LARGEST = 2**62
"""Below it a sum fits into 64 bits."""

Row = tuple[int, ...]


class Master:
    """Minimise a linear form over rows ``a . y >= b`` and ``a . y = b``, y of any sign.

    Parameters
    ----------
    objective : sequence of int, length d
        The form.
    start : sequence of (row, right-hand side, is equality)
        d independent rows, of which the objective is a combination with multipliers that are
        not negative on the inequalities.

    Raises
    ------
    SolverError
        If the rows are dependent or a multiplier is negative.

    Notes
    -----
    Among the rows that are broken the most broken one enters; after a run of steps that do not
    raise the objective the first one, and the first of those that may leave, until it rises:
    so there is no endless cycling.

    References
    ----------
    .. [1] E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian
       elimination", Mathematics of Computation 22 (1968), pp. 565-578.
    .. [2] R. G. Bland, "New finite pivoting rules for the simplex method", Mathematics of
       Operations Research 2 (1977), pp. 103-107.
    .. [3] C. E. Lemke, "The dual method of solving the linear programming problem", Naval
       Research Logistics Quarterly 1 (1954), pp. 36-47.

    Examples
    --------
    The least x + y with x >= 1, y >= 1 and, added later, x + 2y >= 5:

    >>> master = Master((1, 1), [((1, 0), 1, False), ((0, 1), 1, False)])
    >>> master.add((1, 2), 5)
    True
    >>> master.solve()
    True
    >>> master.point, master.value, master.multipliers()
    ((Fraction(1, 1), Fraction(2, 1)), Fraction(3, 1), {0: Fraction(1, 2), 2: Fraction(1, 2)})
    """

    def __init__(
        self,
        objective: Sequence[int],
        start: Sequence[tuple[Sequence[int], int | Fraction, bool]],
    ) -> None:
        d = len(objective)
        self.objective = tuple(objective)
        self.rows: list[Row] = []
        self.equal: list[bool] = []
        self._known: set[tuple[Row, Fraction, bool]] = set()
        self._right: list[Fraction] = []
        self._scaled: list[int] = []
        self._scale = 1
        self._determinant = 1
        self._adjugate = [[int(i == j) for j in range(d)] for i in range(d)]
        self._basis: list[int] = [-1] * d
        self._table: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._largest = self._widest = 0  # of the coefficients, of the scaled right-hand sides
        self.steps = 0
        for row, right, equal in start:
            self._put(tuple(row), Fraction(right), equal)
            k = len(self.rows) - 1
            alpha = self._times(self.rows[k])
            place = next((j for j, a in enumerate(alpha) if a and self._basis[j] < 0), None)
            if place is None:
                raise SolverError("the rows to start from are not independent")
            self._pivot(k, place, alpha)
        if len(start) != d or any(
            y < 0 and not self.equal[k] for k, y in self.multipliers().items()
        ):
            raise SolverError("the rows to start from do not bound the objective")

    def add(self, row: Sequence[int], right: int | Fraction) -> bool:
        """Add the condition ``row . y >= right``; the point moves when `solve` is called.

        Parameters
        ----------
        row : sequence of int
            Coefficients.
        right : int or Fraction
            Right-hand side.

        Returns
        -------
        bool
            False if the same condition is there already.
        """
        return self._put(tuple(row), Fraction(right), False)

    def solve(self) -> bool:
        """Move to a best point of the rows so far.

        Returns
        -------
        bool
            False when no point meets all rows.
        """
        idle = 0
        while True:
            entering = self._broken(first=idle > 2 * len(self.objective))
            if entering is None:
                return True
            alpha = self._times(self.rows[entering])
            leaving = self._leaving(alpha)
            if leaving is None:
                return False
            idle = 0 if self._costs()[leaving] else idle + 1  # with a multiplier of 0 it stays
            self._pivot(entering, leaving, alpha)
            self.steps += 1

    @property
    def point(self) -> tuple[Fraction, ...]:
        """The point where the rows of the basis meet."""
        scale = self._determinant * self._scale
        return tuple(Fraction(v, scale) for v in self._numerators())

    @property
    def value(self) -> Fraction:
        """The form at the point."""
        total = sum(map(mul, self.objective, self._numerators()))
        return Fraction(total, self._determinant * self._scale)

    def meets(self, point: Sequence[Fraction]) -> bool:
        """Say whether a point meets all rows.

        Parameters
        ----------
        point : sequence of Fraction
            A value for each variable.

        Returns
        -------
        bool
        """
        scale = lcm(*(v.denominator for v in point))
        whole = [v.numerator * (scale // v.denominator) for v in point]
        for row, right, equal in zip(self.rows, self._right, self.equal, strict=True):
            left = Fraction(sum(map(mul, row, whole)), scale)
            if left < right or (equal and left != right):
                return False
        return True

    def multipliers(self) -> dict[int, Fraction]:
        """Say how the rows make up the objective.

        Returns
        -------
        dict of int to Fraction
            By number of the row; those that are 0 are left out.
        """
        return {
            k: Fraction(c, self._determinant)
            for k, c in sorted(zip(self._basis, self._costs(), strict=True))
            if c
        }

    def right(self, k: int) -> Fraction:
        """Return the right-hand side of a row.

        Parameters
        ----------
        k : int
            Its number.

        Returns
        -------
        Fraction
        """
        return self._right[k]

    def _put(self, row: Row, right: Fraction, equal: bool) -> bool:
        if (row, right, equal) in self._known:
            return False
        self._known.add((row, right, equal))
        factor = lcm(self._scale, right.denominator) // self._scale
        if factor > 1:
            self._scale *= factor
            self._scaled = [b * factor for b in self._scaled]
            self._table = None
        scaled = right.numerator * (self._scale // right.denominator)
        self._largest = max(self._largest, *map(abs, row))
        self._widest = max(self._widest * factor, abs(scaled))
        self.rows.append(row)
        self.equal.append(equal)
        self._right.append(right)
        self._scaled.append(scaled)
        return True

    def _times(self, row: Sequence[int]) -> list[int]:
        """Multiply a row with the inverse, times the determinant."""
        found = [0] * len(self._adjugate)
        for value, line in zip(row, self._adjugate, strict=True):
            if value == 1:
                found = [f + v for f, v in zip(found, line, strict=True)]
            elif value:
                found = [f + value * v for f, v in zip(found, line, strict=True)]
        return found

    def _costs(self) -> list[int]:
        """Multipliers of the basis, times the determinant."""
        return self._times(self.objective)

    def _numerators(self) -> list[int]:
        right = [self._scaled[k] for k in self._basis]
        return [sum(map(mul, line, right)) for line in self._adjugate]

    def _broken(self, first: bool) -> int | None:
        """Find the row that is broken most, or the first that is broken."""
        point = self._numerators()
        short = self._shortfalls(point)
        if first:
            return next((k for k, value in enumerate(short) if value > 0), None)
        worst = max(range(len(short)), key=short.__getitem__)
        return worst if short[worst] > 0 else None

    def _shortfalls(self, point: Sequence[int]) -> list[int]:
        """By how much each row is broken; those of the basis are met with equality.

        In machine integers where all products are sure to fit.
        """
        determinant = self._determinant
        largest = sum(map(abs, point)) * self._largest + abs(determinant) * self._widest
        if largest >= LARGEST:
            return [
                b * determinant - sum(map(mul, row, point))
                for row, b in zip(self.rows, self._scaled, strict=True)
            ]
        import numpy as np

        if self._table is None or self._table[0].shape[0] < len(self.rows):
            self._table = np.array(self.rows, dtype=np.int64), np.array(self._scaled, np.int64)
        table, right = self._table
        found: list[int] = (right * determinant - table @ np.array(point, np.int64)).tolist()
        return found

    def _leaving(self, alpha: Iterable[int]) -> int | None:
        """Choose the row that leaves: the first whose multiplier would become negative."""
        best: tuple[int, int, int, int] | None = None  # cost, alpha, row, place
        for j, (a, cost) in enumerate(zip(alpha, self._costs(), strict=True)):
            row = self._basis[j]
            if a <= 0 or self.equal[row]:
                continue
            if best is not None:
                compared = cost * best[1] - best[0] * a
                if compared > 0 or (compared == 0 and row > best[2]):
                    continue
            best = cost, a, row, j
        return None if best is None else best[3]

    def _pivot(self, entering: int, place: int, alpha: Sequence[int]) -> None:
        """Put a row into the basis; every division is exact."""
        lead, old = alpha[place], self._determinant
        others = [0 if j == place else a for j, a in enumerate(alpha)]
        for i, line in enumerate(self._adjugate):
            factor = line[place]
            if factor:
                new = [
                    (lead * v - a * factor) // old if a else lead * v // old
                    for v, a in zip(line, others, strict=True)
                ]
            else:
                new = [lead * v // old for v in line]
            new[place] = factor
            self._adjugate[i] = new
        self._determinant = lead
        if lead < 0:
            self._determinant = -lead
            self._adjugate = [[-v for v in line] for line in self._adjugate]
        self._basis[place] = entering
