"""Amounts of least cost for given votes under shared budgets: found in floats, made exact.

The amounts of a corner of the linear programme are nearly all 0, at their caps, or settled by
what one player lacks. Those few that are not are found anew over fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from solvers.concessions.budgets.budget_ways import Way, draws
from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import SolverError
from solvers.programmes.programme import Number, Programme, solve
from solvers.programmes.rational_lp import solve_rational_lp

__all__ = ["exact_amounts"]

NEAR: Final = 1e-6  # of a cap or a need: closer than that an amount counts as being there
MOST_FREE: Final = 120  # amounts that are found over fractions together

Key = tuple[int, int]  # a way, by its place, and one of its transfers


def exact_amounts(
    problem: ConcessionProblem, ways: Sequence[Way], solver: str = "highs"
) -> dict[int, Fraction] | None:
    """Find amounts of least cost under which some players are paid as far as given.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    ways : sequence of Way
        At most one per player.
    solver : str
        Back end of the linear programme in floats.

    Returns
    -------
    dict of int to Fraction, or None
        Amount by transfer, above 0; None where budgets do not suffice.

    Raises
    ------
    SolverError
        If no corner could be made exact.

    References
    ----------
    .. [1] D. L. Applegate, W. Cook, S. Dash and D. G. Espinoza, "Exact solutions to linear
       programming problems", Operations Research Letters 35 (2007), pp. 693-699.
    """
    task = _Task(problem, ways)
    if any(left < 0 for left in task.left):
        return None
    amounts = task.by_price()
    if task.within(amounts):
        return task.by_transfer(amounts)
    rounded = task.corner(solver)
    if rounded is None:
        return None
    for near in (NEAR, 1e-3, 1.0):
        exact = task.settle(rounded, near)
        if exact is not None:
            return task.by_transfer(exact)
    if task.size <= MOST_FREE:
        return None  # the last attempt left everything open, and found nothing
    raise SolverError("amounts that fit the budgets only just could not be made exact")


class _Task:
    """Needs, caps and budgets, counted in worth to the recipients."""

    def __init__(self, problem: ConcessionProblem, ways: Sequence[Way]) -> None:
        self.problem = problem
        self.ways = ways
        self.keys = [(w, f) for w, way in enumerate(ways) if way.need for f in self._fills(way)]
        self.size = len(self.keys)
        self.cap: dict[Key, Fraction] = {}
        self.price: dict[Key, Fraction] = {}
        self.rate: dict[Key, list[Fraction]] = {}
        for key in self.keys:
            way, filling = ways[key[0]], ways[key[0]].mode.fillings[key[1]]
            worth = way.need if filling.cap is None else filling.cap * filling.value
            self.cap[key] = min(worth, way.need)
            self.price[key] = Fraction(filling.cost) / filling.value
            self.rate[key] = [
                draws(problem, b, filling.transfer) / filling.value for b in problem.budgets
            ]
        given = [k for way in ways for k in way.mode.items]
        self.left = [
            b.limit
            - sum((1 if b.units else problem.items[k].cost for k in given if k in b.items), ZERO)
            for b in problem.budgets
        ]

    @staticmethod
    def _fills(way: Way) -> range:
        return range(len(way.mode.fillings))

    def by_price(self) -> dict[Key, Fraction]:
        """Pay everybody by value for money, as if there were no budgets."""
        found: dict[Key, Fraction] = {}
        for w, way in enumerate(self.ways):
            left = way.need
            for f in self._fills(way) if left else ():
                found[w, f] = min(left, self.cap[w, f])
                left -= found[w, f]
        return found

    def within(self, amounts: dict[Key, Fraction]) -> bool:
        """Say whether amounts keep to their caps and to all budgets, and meet all needs."""
        given = [ZERO] * len(self.ways)
        for key, x in amounts.items():
            if not 0 <= x <= self.cap[key]:
                return False
            given[key[0]] += x
        if any(x < way.need for x, way in zip(given, self.ways, strict=True)):
            return False
        return all(
            left >= spent for left, spent in zip(self.left, self._spent(amounts), strict=True)
        )

    def _spent(self, amounts: dict[Key, Fraction]) -> list[Fraction]:
        spent = [ZERO] * len(self.left)
        for key, x in amounts.items():
            if x:
                for b, rate in enumerate(self.rate[key]):
                    if rate:
                        spent[b] += rate * x
        return spent

    def by_transfer(self, amounts: dict[Key, Fraction]) -> dict[int, Fraction]:
        """Turn worth into units."""
        found = {}
        for (w, f), x in amounts.items():
            filling = self.ways[w].mode.fillings[f]
            if x:
                found[filling.transfer] = x / filling.value
        return found

    def corner(self, solver: str) -> dict[Key, float] | None:
        """Solve the linear programme in floats."""
        p = Programme("payments under budgets")
        at = {key: p.variable(f"w{key}", 0, float(self.cap[key])) for key in self.keys}
        for w, way in enumerate(self.ways):
            own = {at[w, f]: 1.0 for f in self._fills(way)} if way.need else {}
            if own:
                p.row(f"need{w}", own, ">=", float(way.need))
        for b, left in enumerate(self.left):
            terms: dict[int, Number] = {at[k]: float(self.rate[k][b]) for k in self.keys}
            p.row(f"budget{b}", terms, "<=", float(left))
        p.minimise({at[k]: float(self.price[k]) for k in self.keys})
        solution = solve(p, solver)
        if solution.values is None:
            return None
        return {k: solution.values[at[k]] for k in self.keys}

    def settle(self, rounded: dict[Key, float], near: float) -> dict[Key, Fraction] | None:
        """Keep amounts that are 0 or at a cap; find the others over fractions."""
        exact: dict[Key, Fraction] = {}
        free: list[Key] = []
        for w, way in enumerate(self.ways):
            if not way.need:
                continue
            own = [(w, f) for f in self._fills(way)]
            between = []
            for key in own:
                cap = float(self.cap[key])
                if near < 1.0 and rounded[key] <= near * cap:
                    exact[key] = ZERO
                elif near < 1.0 and rounded[key] >= (1 - near) * cap:
                    exact[key] = self.cap[key]
                else:
                    between.append(key)
            rest = way.need - sum((exact[key] for key in own if key in exact), ZERO)
            if len(between) == 1:
                exact[between[0]] = rest
            elif between:
                free += between
            elif rest:  # all at bounds, to rounding
                for key in own:
                    exact.pop(key)
                free += own
        if len(free) > MOST_FREE:
            return None
        if free and not self._over_fractions(exact, free):
            return None
        return exact if self.within(exact) else None

    def _over_fractions(self, exact: dict[Key, Fraction], free: list[Key]) -> bool:
        """Find the free amounts, the others given; say whether there are any that fit."""
        place = {key: j for j, key in enumerate(free)}
        rows: list[dict[int, Fraction]] = []
        senses: list[str] = []
        rhs: list[Fraction] = []
        for w in sorted({w for w, _ in free}):
            own = [(w, f) for f in self._fills(self.ways[w])]
            given = sum((exact[key] for key in own if key in exact), ZERO)
            rows.append({place[key]: Fraction(1) for key in own if key in place})
            senses.append("==")
            rhs.append(self.ways[w].need - given)
        for key, j in place.items():
            rows.append({j: Fraction(1)})
            senses.append("<=")
            rhs.append(self.cap[key])
        for b, (left, spent) in enumerate(zip(self.left, self._spent(exact), strict=True)):
            rows.append({j: self.rate[key][b] for key, j in place.items() if self.rate[key][b]})
            senses.append("<=")
            rhs.append(left - spent)
        answer = solve_rational_lp([self.price[key] for key in free], rows, senses, rhs)
        if answer.x is None:
            return False
        exact.update(zip(free, answer.x, strict=True))
        return True
