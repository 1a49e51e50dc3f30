"""Linear programmes over amounts: exact, and quick where a guess in floats shows what matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from solvers.concessions.parts import ZERO
from solvers.errors import SolverError
from solvers.programmes.programme import Programme, solve
from solvers.programmes.rational_lp import RationalSolution, solve_rational_lp

__all__ = ["least_point"]

DIRECT: Final = 3000  # rows times columns up to which no guess is asked for
NOTHING: Final = 1e-9  # share of the largest amount that counts as none in a guess

Rows = Sequence[Mapping[int, Fraction]]


def least_point(
    costs: Sequence[Fraction],
    rows: Rows,
    senses: Sequence[str],
    rhs: Sequence[Fraction],
    caps: Mapping[int, Fraction],
    *,
    direct: int = DIRECT,
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """Minimise costs over amounts of at least 0 under rows and caps.

    Parameters
    ----------
    costs : sequence of Fraction, length n
        By amount.
    rows, senses, rhs : sequences, length m
        The rows, as for :func:`solvers.programmes.rational_lp.solve_rational_lp`.
    caps : mapping of int to Fraction
        Most of an amount, where it is limited.
    direct : int
        Rows times columns up to which the simplex method in fractions does it alone.

    Returns
    -------
    (tuple of Fraction, Fraction), or None
        A best point and its value; None if no point fits.

    Notes
    -----
    A larger programme is first solved in floats. The amounts that are not 0 there, and the caps
    that are reached, make a small programme in fractions; what its optimum breaks is added,
    caps that it exceeds and amounts that its multipliers price below 0, until nothing is [1]_.
    The answer is exact whatever the guess.

    References
    ----------
    .. [1] L. R. Ford and D. R. Fulkerson, "A suggested computation for maximal multi-commodity
       network flows", Management Science 5 (1958), pp. 97-101.

    Examples
    --------
    Four units, the first at 1 each up to 3, the second at 2 each:

    >>> both = [{0: Fraction(1), 1: Fraction(1)}]
    >>> prices = [Fraction(1), Fraction(2)]
    >>> point, value = least_point(prices, both, [">="], [Fraction(4)], {0: Fraction(3)})
    >>> [int(x) for x in point], int(value)
    ([3, 1], 5)
    """
    if len(costs) * (len(rows) + len(caps)) > direct:
        guess = _guess(costs, rows, senses, rhs, caps)
        found = None if guess is None else _around(guess, costs, rows, senses, rhs, caps)
        if found is not None:
            return found
    every = range(len(costs))
    answer = _restricted(every, sorted(caps), costs, rows, senses, rhs, caps)
    return None if answer.x is None or answer.objective is None else (answer.x, answer.objective)


def _restricted(
    columns: Sequence[int],
    capped: Sequence[int],
    costs: Sequence[Fraction],
    rows: Rows,
    senses: Sequence[str],
    rhs: Sequence[Fraction],
    caps: Mapping[int, Fraction],
) -> RationalSolution:
    """Solve with some amounts and some caps only."""
    place = {j: k for k, j in enumerate(columns)}
    some = [{place[j]: x for j, x in row.items() if j in place} for row in rows]
    some += [{place[j]: Fraction(1)} for j in capped]
    limits = [*rhs, *(caps[j] for j in capped)]
    return solve_rational_lp(
        [costs[j] for j in columns], some, [*senses, *["<="] * len(capped)], limits
    )


def _guess(
    costs: Sequence[Fraction],
    rows: Rows,
    senses: Sequence[str],
    rhs: Sequence[Fraction],
    caps: Mapping[int, Fraction],
) -> tuple[float, ...] | None:
    programme = Programme("amounts")
    for j in range(len(costs)):
        programme.variable(f"x{j:05d}", 0, caps.get(j))
    for k, (row, sense, limit) in enumerate(zip(rows, senses, rhs, strict=True)):
        programme.row(f"row{k:05d}", row, sense, limit)
    programme.minimise(dict(enumerate(costs)))
    try:
        return solve(programme).values
    except SolverError:
        return None


def _around(
    guess: tuple[float, ...],
    costs: Sequence[Fraction],
    rows: Rows,
    senses: Sequence[str],
    rhs: Sequence[Fraction],
    caps: Mapping[int, Fraction],
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """Solve over what the guess uses, and what the exact optimum of that asks for."""
    tiny = NOTHING * max([1.0, *guess])
    columns = {j for j, x in enumerate(guess) if x > tiny}
    capped = {j for j in columns if j in caps and guess[j] > float(caps[j]) - tiny}
    while True:
        used = sorted(columns)
        answer = _restricted(used, sorted(capped), costs, rows, senses, rhs, caps)
        if answer.x is None or answer.objective is None or answer.duals is None:
            return None
        point = dict(zip(used, answer.x, strict=True))
        exceeded = {j for j, x in point.items() if j in caps and x > caps[j]}
        prices = dict.fromkeys(range(len(costs)), ZERO)
        for row, multiplier in zip(rows, answer.duals, strict=False):
            if multiplier:
                for j, x in row.items():
                    prices[j] += multiplier * x
        cheap = {
            j for j, p in prices.items() if j not in columns and costs[j] < p and caps.get(j) != 0
        }
        if not exceeded and not cheap:
            whole = tuple(point.get(j, ZERO) for j in range(len(costs)))
            return whole, answer.objective
        capped |= exceeded
        columns |= cheap
