"""Linear programmes in exact rational arithmetic, each answer with a proof that needs no solver.

A two-phase simplex method on a table of Fractions, by Bland's rule, for programmes of some
dozens of rows: where a tolerance would decide whether a core is empty.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from solvers.errors import SolverError

__all__ = ["RationalSolution", "check_certificate", "solve_rational_lp"]

Exact = int | Fraction
ZERO: Final = Fraction(0)
SENSES: Final = (">=", "<=", "==")


@dataclass(frozen=True)
class RationalSolution:
    """Answer of ``solve_rational_lp``.

    Attributes
    ----------
    status : {"optimal", "infeasible", "unbounded"}
        What was found.
    x : tuple of Fraction or None
        A best point; when unbounded, the feasible point where ``ray`` starts.
    objective : Fraction or None
        Its value; None unless optimal.
    duals : tuple of Fraction or None
        One multiplier per row, not negative for >=, not positive for <=. Optimal: the rows add
        up to ``c.x >= objective``. Infeasible: they add up to ``0 >= something positive`` (a
        Farkas certificate).
    ray : tuple of Fraction or None
        Unbounded only: a direction that stays feasible and lowers the objective for ever.
    """

    status: Literal["optimal", "infeasible", "unbounded"]
    x: tuple[Fraction, ...] | None = None
    objective: Fraction | None = None
    duals: tuple[Fraction, ...] | None = None
    ray: tuple[Fraction, ...] | None = None


def solve_rational_lp(
    c: Sequence[Exact],
    rows: Sequence[Mapping[int, Exact]],
    senses: Sequence[str],
    rhs: Sequence[Exact],
) -> RationalSolution:
    """Minimise ``c . x`` over x >= 0 under linear rows, exactly.

    Parameters
    ----------
    c : sequence of int or Fraction, length n
        Costs.
    rows : sequence of mappings, length m
        Coefficient by variable (0 to n - 1); those left out are 0.
    senses : sequence of {">=", "<=", "=="}, length m
        How ``row . x`` compares with its right-hand side.
    rhs : sequence of int or Fraction, length m
        Right-hand sides, of any sign.

    Returns
    -------
    RationalSolution
        With a certificate that ``check_certificate`` re-checks.

    Raises
    ------
    SolverError
        If lengths differ, a variable does not exist or a number is a float.

    Notes
    -----
    Each step costs O(m (n + m)) operations on Fractions. Bland's rule excludes endless cycling
    among degenerate bases, but allows exponentially many steps.

    References
    ----------
    .. [1] R. G. Bland, "New finite pivoting rules for the simplex method", Mathematics of
       Operations Research 2 (1977), pp. 103-107.
    .. [2] V. Chvatal, Linear Programming, Freeman, 1983, chapters 3, 5 and 8.

    Examples
    --------
    Balanced weights of three pairs: half of each, value 3/2.

    >>> pairs = [{0: 1, 1: 1}, {0: 1, 2: 1}, {1: 1, 2: 1}]
    >>> answer = solve_rational_lp([-1, -1, -1], pairs, ["<="] * 3, [1, 1, 1])
    >>> answer.objective, answer.x
    (Fraction(-3, 2), (Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)))
    >>> answer.duals
    (Fraction(-1, 2), Fraction(-1, 2), Fraction(-1, 2))
    """
    _check_input(c, rows, senses, rhs)
    table = _Table(len(c), rows, senses, rhs)
    return table.solve([Fraction(value) for value in c])


def check_certificate(
    c: Sequence[Exact],
    rows: Sequence[Mapping[int, Exact]],
    senses: Sequence[str],
    rhs: Sequence[Exact],
    solution: RationalSolution,
) -> tuple[str, ...]:
    """Re-check an answer from the definitions alone; shares no code with the method.

    Parameters
    ----------
    c, rows, senses, rhs
        The programme, as in ``solve_rational_lp``.
    solution : RationalSolution
        The answer to check.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if the answer is proved.

    Examples
    --------
    >>> claim = RationalSolution("infeasible", duals=(Fraction(1), Fraction(-1)))
    >>> check_certificate([0], [{0: 1}, {0: 1}], [">=", "<="], [2, 1], claim)
    ()
    >>> check_certificate([0], [{0: 1}, {0: 1}], [">=", "<="], [2, 3], claim)
    ('the multipliers prove nothing: the right-hand sides add up to -1',)
    """
    _check_input(c, rows, senses, rhs)
    wrong: list[str] = []
    if solution.status in ("optimal", "unbounded"):
        wrong += _point_faults(len(c), rows, senses, rhs, solution.x, "the point")
    if solution.status == "unbounded":
        wrong += _point_faults(len(c), rows, senses, [0] * len(rows), solution.ray, "the ray")
        if solution.ray is not None and _dot(enumerate(c), solution.ray) >= 0:
            wrong.append("the ray does not lower the objective")
        return tuple(wrong)
    if solution.duals is None or len(solution.duals) != len(rows):
        return (*wrong, "there is not one multiplier per row")
    for k, (sense, y) in enumerate(zip(senses, solution.duals, strict=True)):
        if (sense == ">=" and y < 0) or (sense == "<=" and y > 0):
            wrong.append(f"the multiplier of row {k} has the wrong sign")
    costs = [Fraction(v) if solution.status == "optimal" else Fraction(0) for v in c]
    for j, cost in enumerate(costs):
        weight = sum(
            (Fraction(row.get(j, 0)) * y for row, y in zip(rows, solution.duals, strict=True)),
            Fraction(0),
        )
        if weight > cost:
            wrong.append(f"the multipliers give variable {j} {weight}, more than {cost}")
    total = _dot(enumerate(rhs), solution.duals)
    if solution.status == "infeasible":
        if total <= 0:
            wrong.append(f"the multipliers prove nothing: the right-hand sides add up to {total}")
    elif solution.x is not None and len(solution.x) == len(c):
        value = _dot(enumerate(c), solution.x)
        if not value == total == solution.objective:
            wrong.append(f"the point gives {value}, the multipliers prove {total}")
    return tuple(wrong)


class _Table:
    """The simplex table: columns of the variables, slacks and artificials, then the right side.

    Every row starts with a column of its own that is a unit vector: a slack if its sign allows,
    an artificial variable otherwise. These columns hold the inverse of the basis throughout,
    so the multipliers are read off the cost row there.
    """

    def __init__(
        self,
        n: int,
        rows: Sequence[Mapping[int, Exact]],
        senses: Sequence[str],
        rhs: Sequence[Exact],
    ) -> None:
        self.n, m = n, len(rows)
        self.sign = [
            -1 if b < 0 or (b == 0 and s == ">=") else 1 for b, s in zip(rhs, senses, strict=True)
        ]
        width = n
        slack_of: list[int | None] = []
        for sense in senses:
            slack_of.append(None if sense == "==" else width)
            width += sense != "=="
        self.real = width  # columns from here on are artificial
        self.unit: list[int] = []
        for k, sense in enumerate(senses):
            slack = slack_of[k]
            fits = slack is not None and (1 if sense == "<=" else -1) * self.sign[k] == 1
            self.unit.append(slack if fits and slack is not None else width)
            width += not fits
        self.width = width
        self.lines = [[ZERO] * (width + 1) for _ in range(m)]
        for k, (row, sense, b) in enumerate(zip(rows, senses, rhs, strict=True)):
            line, sign = self.lines[k], self.sign[k]
            for j, value in row.items():
                line[j] = Fraction(sign * value)
            slack = slack_of[k]
            if slack is not None:
                line[slack] = Fraction(sign if sense == "<=" else -sign)
            line[self.unit[k]] = Fraction(1)
            line[-1] = Fraction(sign * b)
        self.basis = list(self.unit)
        self.cost: list[Fraction] = []

    def solve(self, c: list[Fraction]) -> RationalSolution:
        artificial = [Fraction(j >= self.real) for j in range(self.width)]
        if self.width > self.real:
            self._descend(artificial)
            if self.cost[-1] < 0:
                return RationalSolution("infeasible", duals=self._duals(artificial))
            self._drive_out()
        costs = c + [ZERO] * (self.width - self.n)
        entering = self._descend(costs)
        x = self._point()
        if entering is not None:
            return RationalSolution("unbounded", x=x, ray=self._ray(entering))
        return RationalSolution("optimal", x, -self.cost[-1], self._duals(costs))

    def _descend(self, costs: list[Fraction]) -> int | None:
        """Minimise from the present basis; the column along which there is no end, or None."""
        self.cost = [*costs, ZERO]
        for line, j in zip(self.lines, self.basis, strict=True):
            _subtract(self.cost, line, costs[j])
        while True:
            entering = next((j for j in range(self.real) if self.cost[j] < 0), None)
            if entering is None:
                return None
            leaving = min(
                (
                    (line[-1] / line[entering], self.basis[k], k)
                    for k, line in enumerate(self.lines)
                    if line[entering] > 0
                ),
                default=None,
            )
            if leaving is None:
                return entering
            self._pivot(leaving[2], entering)

    def _pivot(self, k: int, j: int) -> None:
        pivot = self.lines[k][j]
        if pivot != 1:
            self.lines[k] = [value / pivot if value else ZERO for value in self.lines[k]]
        for other, line in enumerate(self.lines):
            if other != k:
                _subtract(line, self.lines[k], line[j])
        _subtract(self.cost, self.lines[k], self.cost[j])
        self.basis[k] = j

    def _drive_out(self) -> None:
        """Exchange artificial variables that are still basic, at 0, where a row allows.

        Where it does not, all its real columns are 0: the row repeats others and stays inert.
        """
        for k, j in enumerate(self.basis):
            if j >= self.real:
                column = next((i for i in range(self.real) if self.lines[k][i]), None)
                if column is not None:
                    self._pivot(k, column)

    def _point(self) -> tuple[Fraction, ...]:
        x = [ZERO] * self.n
        for line, j in zip(self.lines, self.basis, strict=True):
            if j < self.n:
                x[j] = line[-1]
        return tuple(x)

    def _ray(self, entering: int) -> tuple[Fraction, ...]:
        ray = [ZERO] * self.n
        if entering < self.n:
            ray[entering] = Fraction(1)
        for line, j in zip(self.lines, self.basis, strict=True):
            if j < self.n:
                ray[j] = -line[entering]
        return tuple(ray)

    def _duals(self, costs: list[Fraction]) -> tuple[Fraction, ...]:
        pairs = zip(self.unit, self.sign, strict=True)
        return tuple(sign * (costs[j] - self.cost[j]) for j, sign in pairs)


def _subtract(target: list[Fraction], line: list[Fraction], factor: Fraction) -> None:
    """Take ``factor`` times ``line`` off ``target``."""
    if factor:
        for j, value in enumerate(line):
            if value:
                target[j] -= factor * value


def _dot(terms: Iterable[tuple[int, Exact]], x: Sequence[Fraction]) -> Fraction:
    return sum((Fraction(value) * x[j] for j, value in terms), Fraction(0))


def _point_faults(
    n: int,
    rows: Sequence[Mapping[int, Exact]],
    senses: Sequence[str],
    rhs: Sequence[Exact],
    x: Sequence[Fraction] | None,
    what: str,
) -> list[str]:
    """List what keeps a point from being feasible."""
    if x is None or len(x) != n:
        return [f"{what} has not one value per variable"]
    faults = [f"{what} has a negative value for variable {j}" for j in range(n) if x[j] < 0]
    for k, (row, sense, b) in enumerate(zip(rows, senses, rhs, strict=True)):
        left = _dot(row.items(), x)
        holds = left >= b if sense == ">=" else left <= b if sense == "<=" else left == b
        if not holds:
            faults.append(f"{what} breaks row {k}: {left} {sense} {b} is false")
    return faults


def _check_input(
    c: Sequence[Exact],
    rows: Sequence[Mapping[int, Exact]],
    senses: Sequence[str],
    rhs: Sequence[Exact],
) -> None:
    if not len(rows) == len(senses) == len(rhs):
        raise SolverError(
            f"there are {len(rows)} rows, {len(senses)} senses and {len(rhs)} right-hand sides; "
            f"their numbers must be equal"
        )
    for k, (row, sense) in enumerate(zip(rows, senses, strict=True)):
        if sense not in SENSES:
            raise SolverError(f"row {k} has the sense {sense!r}; it must be >=, <= or ==")
        for j in row:
            if not isinstance(j, numbers.Integral) or not 0 <= j < len(c):
                raise SolverError(f"row {k} names variable {j!r}; there are 0 to {len(c) - 1}")
    for value in (*c, *rhs, *(v for row in rows for v in row.values())):
        if not isinstance(value, numbers.Rational):
            raise SolverError(
                f"{value!r} is not exact; give ints and Fractions, such as Fraction('0.1')"
            )
