"""One text under shared budgets: ways to pay, what they draw on, and bounds by prices on both.

Prices on budgets make instruments dearer, prices on the rows of the rule make votes worth
something; then every player is paid on its own, and the sum bounds the cost from below.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.budgets.budget_ways import Way, draws
from solvers.concessions.decomposition.branches import Branch
from solvers.concessions.problem import ConcessionProblem
from solvers.rules.votes import ABSENT

__all__ = ["BudgetText", "climb"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FAR: Final = 1e30  # a cap that is none
PATIENCE: Final = 4  # steps without progress before they become shorter


class BudgetText:
    """One alternative of the rule under one text, with shared budgets.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    branch : Branch
        The alternative.
    fixed : Fraction
        What the text costs.
    votes : sequence of int, length n
        Votes when nobody is paid.
    ways : sequence of Way
        Ways to pay, by player.

    Attributes
    ----------
    possible : bool
        Whether the rows can be met when budgets are left aside.
    best : float
        The best bound so far; ``prices`` and ``worth`` are those of budgets and rows behind it.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.
    .. [2] B. T. Polyak, "Minimization of unsmooth functionals", USSR Computational Mathematics
       and Mathematical Physics 9 (1969), pp. 14-29.
    """

    def __init__(
        self,
        problem: ConcessionProblem,
        branch: Branch,
        fixed: Fraction,
        votes: Sequence[int],
        ways: Sequence[Way],
    ) -> None:
        self.problem, self.branch, self.fixed = problem, branch, float(fixed)
        self.forced = {i for i, floor in enumerate(branch.floors) if votes[i] < floor}
        self._rows(branch, votes)
        self.ways = [w for w in ways if w.level >= branch.floors[w.player] and self._counts(w)]
        self.players = list(dict.fromkeys(w.player for w in self.ways))
        able = set(self.players)
        self.possible = self.forced <= able
        place = {i: j for j, i in enumerate(self.players)}
        self.owner = np.array([place[w.player] for w in self.ways], dtype=np.int64)
        self.first = np.searchsorted(self.owner, np.arange(len(self.players)))
        self.skip = np.array([i not in self.forced for i in self.players], dtype=np.bool_)
        self._numbers()
        tops = np.zeros((len(self.players), len(self.lack)))
        for j, gain in zip(self.owner, self.gain, strict=True):
            tops[j] = np.maximum(tops[j], gain)
        self.possible = self.possible and bool((tops.sum(axis=0) >= self.lack).all())
        self.prices = np.zeros(len(problem.budgets))
        self.worth = np.zeros(len(self.lack))
        self.best = -np.inf

    def _rows(self, branch: Branch, votes: Sequence[int]) -> None:
        self.votes = votes
        lacks = [
            row.need - sum(row.counts[v][i] for i, v in enumerate(votes) if v != ABSENT)
            for row in branch.rows
        ]
        self.active = [row for row, lack in zip(branch.rows, lacks, strict=True) if lack > 0]
        self.lack = np.array([lack for lack in lacks if lack > 0], dtype=np.float64)

    def _gains(self, way: Way) -> list[int]:
        i, now = way.player, self.votes[way.player]
        return [row.counts[way.level][i] - row.counts[now][i] for row in self.active]

    def _counts(self, way: Way) -> bool:
        return way.player in self.forced or any(self._gains(way))

    def _numbers(self) -> None:
        problem, n = self.problem, len(self.ways)
        width = max((len(w.mode.fillings) for w in self.ways), default=0)
        budgets = problem.budgets
        self.limit = np.array([float(b.limit) for b in budgets])
        self.paid = np.array([float(w.mode.fixed) for w in self.ways])
        self.need = np.array([float(w.need) for w in self.ways])
        self.gain = np.array([self._gains(w) for w in self.ways], dtype=np.float64)
        self.gain = self.gain.reshape(n, len(self.active))
        self.gifts = np.zeros((n, len(budgets)))
        self.price = np.full((n, width), FAR)
        self.cap = np.zeros((n, width))
        self.rate = np.zeros((n, width, len(budgets)))
        per_worth: dict[int, tuple[float, list[float]]] = {}
        for r, way in enumerate(self.ways):
            for b, budget in enumerate(budgets):
                self.gifts[r, b] = sum(
                    1.0 if budget.units else float(problem.items[k].cost)
                    for k in way.mode.items
                    if k in budget.items
                )
            for f, filling in enumerate(way.mode.fillings):
                m = filling.transfer
                if m not in per_worth:
                    drawn = [float(draws(problem, b, m) / filling.value) for b in budgets]
                    per_worth[m] = float(filling.cost / filling.value), drawn
                self.price[r, f], self.rate[r, f] = per_worth[m]
                worth = FAR if filling.cap is None else float(filling.cap * filling.value)
                self.cap[r, f] = worth

    def costs(self, prices: Floats) -> tuple[Floats, Floats]:
        """Price every way when budgets have prices.

        Parameters
        ----------
        prices : ndarray of float64
            Price of a unit of each budget; at least 0.

        Returns
        -------
        costs : ndarray of float64, shape (ways,)
            What each costs, prices of budgets included.
        drawn : ndarray of float64, shape (ways, budgets)
            What it draws on each budget.
        """
        dear = self.price + self.rate @ prices
        order = np.argsort(dear, axis=1, kind="stable")
        dear = np.take_along_axis(dear, order, axis=1)
        cap = np.take_along_axis(self.cap, order, axis=1)
        before = np.cumsum(cap, axis=1) - cap
        take = np.clip(self.need[:, None] - before, 0.0, cap)
        rate = np.take_along_axis(self.rate, order[:, :, None], axis=1)
        drawn = self.gifts + (take[:, :, None] * rate).sum(axis=1)
        costs = self.paid + self.gifts @ prices + (take * np.where(take > 0, dear, 0.0)).sum(axis=1)
        return costs, drawn

    def bound(self, prices: Floats, worth: Floats) -> tuple[float, Floats, Floats]:
        """Bound the cost at given prices; remember the best.

        Parameters
        ----------
        prices, worth : ndarray of float64
            Prices of budgets and of rows; at least 0.

        Returns
        -------
        value : float
            No payments that meet the alternative and the budgets cost less, text included.
        over, short : ndarray of float64
            What the payments behind it draw beyond each budget, and lack in each row.
        """
        costs, drawn = self.costs(prices)
        value, chosen = self._choose(costs - self.gain @ worth)
        over = drawn[chosen].sum(axis=0) - self.limit
        short = self.lack - self.gain[chosen].sum(axis=0)
        total = self.fixed + value + float(worth @ self.lack) - float(prices @ self.limit)
        if total > self.best:
            self.best, self.prices, self.worth = total, prices.copy(), worth.copy()
        return total, over, short

    def _choose(self, reduced: Floats) -> tuple[float, NDArray[np.int64]]:
        """Best way of every player, or none where that is better and allowed."""
        if not len(reduced):
            return 0.0, np.zeros(0, dtype=np.int64)
        least = np.minimum.reduceat(reduced, self.first)
        taken = (least < 0) | ~self.skip
        at = np.flatnonzero((reduced == least[self.owner]) & taken[self.owner])
        _, unique = np.unique(self.owner[at], return_index=True)
        return float(least[taken].sum()), at[unique]

    def open_ways(self, cost: float) -> tuple[Flags, Flags]:
        """Tell which ways, and which players left out, a package up to a cost can have.

        Parameters
        ----------
        cost : float
            Cost of a package that is known.

        Returns
        -------
        open, skipped : ndarray of bool
            By way and by player; at the best prices so far.
        """
        costs, _ = self.costs(self.prices)
        reduced = costs - self.gain @ self.worth
        if not len(reduced):
            return np.ones(0, dtype=np.bool_), np.ones(0, dtype=np.bool_)
        least = np.minimum.reduceat(reduced, self.first)
        least = np.where(self.skip, np.minimum(least, 0.0), least)
        room = cost - self.best + 1e-9 * max(1.0, abs(cost))
        return reduced - least[self.owner] <= room, self.skip & (-least <= room)


def climb(texts: Sequence[BudgetText], steps: int, target: float) -> Floats:
    """Raise the least bound of several texts by prices on the budgets that they share.

    Parameters
    ----------
    texts : sequence of BudgetText
        At least one.
    steps : int
        How many steps.
    target : float
        Cost from which on the bound need not be higher; infinite where none is known.

    Returns
    -------
    ndarray of float64
        Prices of budgets.

    References
    ----------
    .. [1] B. T. Polyak, "Minimization of unsmooth functionals", USSR Computational Mathematics
       and Mathematical Physics 9 (1969), pp. 14-29.
    """
    prices = texts[0].prices.copy()
    worths = [text.worth.copy() for text in texts]
    scale = np.maximum(texts[0].limit, 1e-9)
    best, kept, idle = -np.inf, prices.copy(), 0
    ahead = 0.0
    for step in range(steps):
        values = [text.bound(prices, worth) for text, worth in zip(texts, worths, strict=True)]
        at = min(range(len(texts)), key=lambda t: values[t][0])
        value, over, _ = values[at]
        if step == 0:
            ahead = max(1.0, 0.5 * abs(value))
        if best == -np.inf or value > best + 1e-3 * ahead:
            idle = 0
        else:
            idle += 1
            if idle >= PATIENCE:
                ahead, idle = ahead / 2, 0
        if value > best:
            best, kept = value, prices.copy()
        if best >= target:
            break
        goal = min(best + ahead, target)
        down = np.where((prices <= 0) & (over < 0), 0.0, over / scale)
        for t, (text, (own, _, short)) in enumerate(zip(texts, values, strict=True)):
            rise = np.where((worths[t] <= 0) & (short < 0), 0.0, short / text.lack)
            norm = float(rise @ rise) + (float(down @ down) if t == at else 0.0)
            if norm > 0:
                size = max(goal - own, 0.0) / norm
                worths[t] = np.maximum(worths[t] + size * rise / text.lack, 0.0)
                if t == at:
                    prices = np.maximum(prices + size * down / scale, 0.0)
            elif t == at:
                return kept  # nothing can be raised
    return kept
