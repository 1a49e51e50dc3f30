"""What is left of one text under shared budgets, as an integer programme.

One binary per way to pay a player; transfers of a way stand beside it as amounts of their own, so
that without budgets every corner of the relaxation pays each player in one way at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from solvers.concessions.budgets.budget_text import BudgetText
from solvers.concessions.budgets.budget_ways import Way
from solvers.concessions.programme.careful_solve import solve_carefully
from solvers.programmes.programme import Number, Programme, Solution

__all__ = ["BudgetProgramme"]


class BudgetProgramme:
    """The programme of one alternative of the rule under one text.

    Parameters
    ----------
    part : BudgetText
        The alternative, with a bound.
    cost : float
        Ways that no package of at most this cost has are left out.

    References
    ----------
    .. [1] E. Balas, "Disjunctive programming: properties of the convex hull of feasible points",
       Discrete Applied Mathematics 89 (1998), pp. 3-44.
    """

    def __init__(self, part: BudgetText, cost: float) -> None:
        self.part = part
        opened, skipped = part.open_ways(cost)
        self.programme = p = Programme("one text under budgets")
        self.taken: dict[int, int] = {}
        self._spent: list[dict[int, Number]] = [{} for _ in part.problem.budgets]
        self._cost: dict[int, Number] = {}
        own: dict[int, dict[int, Number]] = {j: {} for j in range(len(part.players))}
        for r in range(len(part.ways)):
            if opened[r]:
                self.taken[r] = p.variable(f"way{r}", 0, 1, integer=True)
                own[int(part.owner[r])][self.taken[r]] = 1
                self._pay(r)
        for j, terms in own.items():
            p.row(f"one{j}", terms, "<=" if skipped[j] else "==", 1)
        for k in range(len(part.lack)):
            gains: dict[int, Number] = {u: int(part.gain[r, k]) for r, u in self.taken.items()}
            p.row(f"rule{k}", gains, ">=", int(part.lack[k]))
        for b, terms in enumerate(self._spent):
            p.row(f"budget{b}", terms, "<=", float(part.limit[b]))
        p.minimise(self._cost, part.fixed)
        self._numbers = count()

    def _pay(self, r: int) -> None:
        """Add what a way costs and draws, and the amounts that are open in it."""
        part, p, u = self.part, self.programme, self.taken[r]
        need, fixed = float(part.need[r]), float(part.paid[r])
        for b, drawn in enumerate(part.gifts[r]):
            if drawn:
                self._spent[b][u] = float(drawn)
        size = len(part.ways[r].mode.fillings)
        tied = bool(part.rate[r, :size].any())
        if not need or size == 1 or not tied:
            left = need
            for f in range(size):
                amount = min(left, float(part.cap[r, f]))
                left -= amount
                fixed += amount * float(part.price[r, f])
                for b, rate in enumerate(part.rate[r, f]):
                    if rate and amount:
                        self._spent[b][u] = self._spent[b].get(u, 0.0) + amount * float(rate)
            self._cost[u] = fixed
            return
        self._cost[u] = fixed
        total: dict[int, Number] = {u: -need}
        for f in range(size):
            most = min(need, float(part.cap[r, f]))
            w = p.variable(f"pay{r}-{f}", 0, most)
            p.row(f"open{r}-{f}", {w: 1.0, u: -most}, "<=", 0)
            total[w] = 1.0
            self._cost[w] = float(part.price[r, f])
            for b, rate in enumerate(part.rate[r, f]):
                if rate:
                    self._spent[b][w] = float(rate)
        p.row(f"need{r}", total, ">=", 0)

    def solve(
        self,
        solver: str,
        time_limit: float | None,
        stop: Callable[[], bool] | None,
        presolve: bool = True,
    ) -> Solution:
        """Solve it.

        Parameters
        ----------
        solver : str
            Back end.
        time_limit : float or None
            Seconds.
        stop : callable or None
            True ends the run.
        presolve : bool
            Whether the back end may simplify first.

        Returns
        -------
        Solution
        """
        limit = None if time_limit is None else max(time_limit, 0.01)
        return solve_carefully(self.programme, solver, limit, stop, presolve=presolve)

    def chosen(self, values: Sequence[float]) -> list[Way]:
        """Return the ways behind a point.

        Parameters
        ----------
        values : sequence of float
            One value per variable.

        Returns
        -------
        list of Way
        """
        return [self.part.ways[r] for r, u in self.taken.items() if round(values[u])]

    def forbid(self, values: Sequence[float]) -> None:
        """Cut off the choice of ways behind a point.

        Parameters
        ----------
        values : sequence of float
            One value per variable.
        """
        on = {u for u in self.taken.values() if round(values[u])}
        terms: dict[int, Number] = {u: -1 if u in on else 1 for u in self.taken.values()}
        self.programme.row(f"another{next(self._numbers)}", terms, ">=", 1 - len(on))
