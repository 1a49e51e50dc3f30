"""An exact point from a rounded one: whole numbers kept, the rest found in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solvers.errors import SolverError
from solvers.programmes.programme import Programme
from solvers.programmes.rational_lp import solve_rational_lp

__all__ = ["exact_point"]

NEAR = 1e-5  # rows that a rounded point meets with less to spare are taken in from the start


def exact_point(
    programme: Programme, values: Sequence[float]
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """Minimise a programme over fractions, its whole-number variables held where they are.

    Parameters
    ----------
    programme : Programme
        Rows and objective in ints and Fractions; every continuous variable has a lower bound.
    values : sequence of float
        A point near which the answer lies; only its whole numbers bind.

    Returns
    -------
    (tuple of Fraction, Fraction) or None
        A best point and its objective; None if there is none with these whole numbers.

    Raises
    ------
    SolverError
        If a continuous variable has no lower bound.

    Notes
    -----
    Only rows that are nearly tight take part at first. Those that the exact point breaks join
    until none is broken, so that the last point is best under all rows.

    References
    ----------
    .. [1] D. L. Applegate, W. Cook, S. Dash and D. G. Espinoza, "Exact solutions to linear
       programming problems", Operations Research Letters 35 (2007), pp. 693-699.

    Examples
    --------
    >>> p = Programme("a third")
    >>> x, y = p.variable("x", up=1), p.variable("y", up=1, integer=True)
    >>> _ = p.row("three", {x: 3, y: -1}, ">=", 0)
    >>> p.minimise({x: 1})
    >>> exact_point(p, (0.3333, 1.0))[0]
    (Fraction(1, 3), Fraction(1, 1))
    """
    part = _Part(programme, values)
    return part.solve() if part.consistent else None


class _Part:
    """The rows that are left to the continuous variables, each counted from its lower bound."""

    def __init__(self, programme: Programme, values: Sequence[float]) -> None:
        self.programme = programme
        for variable in programme.variables:
            if variable.low is None:
                raise SolverError(f"variable {variable.name!r} has no lower bound; give one")
        self.base = [
            Fraction(round(values[k]) if v.integer else v.low or 0)
            for k, v in enumerate(programme.variables)
        ]
        self.free = [k for k, v in enumerate(programme.variables) if not v.integer]
        self.place = {k: j for j, k in enumerate(self.free)}
        self.consistent = True
        self.rows: list[tuple[dict[int, Fraction], str, Fraction]] = []
        self.active: set[int] = set()
        for row in programme.rows:
            left = Fraction(row.rhs) - sum(
                (Fraction(c) * self.base[k] for k, c in row.terms), Fraction(0)
            )
            terms = {self.place[k]: Fraction(c) for k, c in row.terms if k in self.place}
            if terms:
                if row.sense == "==" or row.excess(values) > -NEAR:
                    self.active.add(len(self.rows))
                self.rows.append((terms, row.sense, left))
            elif not _holds(Fraction(0), row.sense, left):
                self.consistent = False
        for k in self.free:
            up = programme.variables[k].up
            if up is not None:
                if float(up) - values[k] < NEAR:
                    self.active.add(len(self.rows))
                self.rows.append(({self.place[k]: Fraction(1)}, "<=", Fraction(up) - self.base[k]))

    def solve(self) -> tuple[tuple[Fraction, ...], Fraction] | None:
        costs = [Fraction(0)] * len(self.free)
        for k, c in self.programme.objective:
            if k in self.place:
                costs[self.place[k]] = Fraction(c)
        while True:
            chosen = [self.rows[r] for r in sorted(self.active)]
            answer = solve_rational_lp(
                costs, [t for t, _, _ in chosen], [s for _, s, _ in chosen], [b for *_, b in chosen]
            )
            if answer.status == "infeasible" or answer.x is None:
                return None
            broken = self._broken(answer.x)
            if answer.status == "unbounded" and not broken:
                broken = set(range(len(self.rows))) - self.active
                if not broken:
                    return None
            if not broken:
                return self._point(answer.x)
            self.active |= broken

    def _broken(self, x: Sequence[Fraction]) -> set[int]:
        return {
            r
            for r, (terms, sense, rhs) in enumerate(self.rows)
            if r not in self.active
            and not _holds(sum((c * x[j] for j, c in terms.items()), Fraction(0)), sense, rhs)
        }

    def _point(self, x: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], Fraction]:
        point = list(self.base)
        for k, value in zip(self.free, x, strict=True):
            point[k] += value
        terms = self.programme.objective
        total = sum((Fraction(c) * point[k] for k, c in terms), Fraction(self.programme.constant))
        return tuple(point), total


def _holds(left: Fraction, sense: str, right: Fraction) -> bool:
    return left >= right if sense == ">=" else left <= right if sense == "<=" else left == right
