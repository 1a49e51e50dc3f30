"""The second engine where budgets tie the players to one another as well.

Budgets get prices too. Both kinds of multipliers are the dual values of a linear programme over
the ways to bring each player to each vote, with one text fixed; what they leave open is settled
by the same programme in whole numbers, text by text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations as subsets
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from .second_engine_parts import ABSTAIN, NO, YES, Alternative, Prices, Texts, alternatives, unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solvers.concessions.problem import ConcessionProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Approximate", "least_cost_under_budgets"]

CHUNK = 4096
SAFETY = 1e-7  # relative; solvers in floats are not trusted further


@dataclass(frozen=True)
class Approximate:
    """What was found, in floats.

    Parameters
    ----------
    cost : float or None
        The least cost, to about 1e-6 of it; None where there is no package.
    texts, passes, settled : int
        Sets of amendments, how often all that were open were bounded, and how many were settled
        in whole numbers.
    """

    cost: float | None
    texts: int
    passes: int
    settled: int


@dataclass(frozen=True)
class _Way:
    """One way to bring a player to a vote: items given, and how much is left to transfers."""

    place: int
    level: int
    items: tuple[int, ...]
    cost: float
    lack: float


def least_cost_under_budgets(problem: ConcessionProblem) -> Approximate:
    """Find the least cost of a package where budgets are shared.

    Parameters
    ----------
    problem : ConcessionProblem
        Without anything but the rule and budgets that ties players to one another.

    Returns
    -------
    Approximate

    Raises
    ------
    ValueError
        If the problem is of another kind, or too large.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.
    """
    why = unfit(replace(problem, budgets=()))
    if why is not None:
        raise ValueError(f"the second engine does not do {why}")
    return _Search(problem).run()


class _Search:
    def __init__(self, problem: ConcessionProblem) -> None:
        self.problem = problem
        self.texts = Texts.of(problem)
        self.prices = Prices(problem)
        self.limits = np.array([float(b.limit) for b in problem.budgets])
        self.use = np.zeros((len(problem.budgets), len(problem.transfers)))
        self.use_items = np.zeros((len(problem.budgets), len(problem.items)))
        for b, budget in enumerate(problem.budgets):
            for m in budget.transfers:
                self.use[b, m] = 1.0 if budget.units else float(problem.transfers[m].cost)
            for k in budget.items:
                self.use_items[b, k] = 1.0 if budget.units else float(problem.items[k].cost)
        places = {i: p for p, i in enumerate(self.prices.paid)}
        self.transfers: list[list[int]] = [[] for _ in places]
        self.items: list[list[int]] = [[] for _ in places]
        for m, t in enumerate(problem.transfers):
            self.transfers[places[t.recipient]].append(m)
        for k, g in enumerate(problem.items):
            self.items[places[g.recipient]].append(k)
        self.channel = [float(self.prices.channel(i)) for i in self.prices.paid]
        self.best = inf
        self.passes = self.settled = 0

    def enough(self) -> float:
        return self.best - SAFETY * (1.0 + abs(self.best)) if self.best < inf else inf

    def run(self) -> Approximate:
        for way in alternatives(self.problem):
            self._search(way)
        cost = None if self.best == inf else self.best
        return Approximate(cost, len(self.texts.cost), self.passes, self.settled)

    def _search(self, way: Alternative) -> None:
        bounds = self.texts.cost.copy()
        sharpened: dict[int, tuple[Floats, Floats]] = {}
        while bounds.size:
            text = int(bounds.argmin())
            if bounds[text] >= self.enough():
                return
            programme = _Programme(self, way, text)
            if text not in sharpened:
                relaxed = programme.relaxed()
                if relaxed is None:
                    bounds[text] = inf
                    continue
                sharpened[text] = relaxed
                self._bound_open(way, *relaxed, bounds)
                continue
            self.settled += 1
            self.best = min(self.best, programme.settled(*sharpened[text], self.enough()))
            bounds[text] = inf

    def _bound_open(self, way: Alternative, votes: Floats, money: Floats, bounds: Floats) -> None:
        """Raise the bounds of open texts, at prices of sums of weights and of budgets."""
        self.passes += 1
        prices = Prices(self.problem, (money @ self.use, money @ self.use_items))
        gain = np.tensordot(votes, way.weights, axes=1)[:, None, :]
        constant = float(votes @ way.need) - float(money @ self.limits)
        open_ = np.flatnonzero(bounds < self.enough())
        for part in (open_[k : k + CHUNK] for k in range(0, len(open_), CHUNK)):
            to_abstain, to_yes = prices.of(prices.margins(self.texts.chosen[part]))
            costs = np.stack([np.zeros_like(to_yes), to_abstain, to_yes])
            costs[~np.broadcast_to(way.allowed[:, None, :], costs.shape)] = inf
            total = (costs - gain).min(axis=0).sum(axis=1) + constant + self.texts.cost[part]
            bounds[part] = np.maximum(bounds[part], total)


class _Programme:
    """One text and one alternative of the rule: who is brought to which vote, in which way."""

    def __init__(self, search: _Search, way: Alternative, text: int) -> None:
        self.search, self.way = search, way
        self.fixed = float(search.texts.cost[text])
        self.margins = search.prices.margins(search.texts.chosen[text : text + 1])[0]
        self.ways = [w for p in range(len(self.margins)) for w in self._ways(p)]

    def _ways(self, place: int) -> list[_Way]:
        search, grid = self.search, self.search.prices.grid
        margin, band = int(self.margins[place]), int(search.prices.band[place])
        found = []
        for level, lack in ((NO, 0), (ABSTAIN, -margin - band), (YES, -margin)):
            if not self.way.allowed[level, place]:
                continue
            if lack <= 0:
                found.append(_Way(place, level, (), 0.0, 0.0))
                continue
            own = search.items[place]
            for given in (s for size in range(len(own) + 1) for s in subsets(own, size)):
                items = [search.problem.items[k] for k in given]
                left = max(0.0, lack / grid - float(sum(g.value for g in items)))
                cost = float(sum(g.cost for g in items)) + search.channel[place]
                found.append(_Way(place, level, given, cost, left))
        return found

    def relaxed(self) -> tuple[Floats, Floats] | None:
        """Solve in fractions; the prices of the sums and of the budgets, None where infeasible."""
        cost, upper, most, equal, right, top = self._rows(self.ways)
        answer = linprog(
            cost, upper, most, equal, right, np.column_stack([np.zeros_like(top), top])
        )
        if answer.status != 0:
            return None
        duals = np.maximum(0.0, -np.asarray(answer.ineqlin.marginals))
        sums, budgets = len(self.way.need), len(self.search.limits)
        return duals[:sums], duals[sums : sums + budgets]

    def settled(self, votes: Floats, money: Floats, enough: float) -> float:
        """Solve in whole numbers; infinite where nothing is cheaper than enough."""
        reduced = [self._at(w, votes, money) for w in self.ways]
        least = np.full(len(self.margins), inf)
        for w, r in zip(self.ways, reduced, strict=True):
            least[w.place] = min(least[w.place], r)
        bound = self.fixed + least.sum() + votes @ self.way.need - money @ self.search.limits
        kept = [
            w
            for w, r in zip(self.ways, reduced, strict=True)
            if r < inf and bound + r - least[w.place] <= enough
        ]
        cost, upper, most, equal, right, top = self._rows(kept)
        if len({w.place for w in kept}) < len(self.margins):
            return inf
        whole = np.zeros(len(cost))
        whole[: len(kept)] = 1
        rows = (
            LinearConstraint(upper, -np.inf, most),
            LinearConstraint(equal, right, right),
        )
        answer = milp(
            cost, integrality=whole, bounds=Bounds(0, top), constraints=rows,
            options={"mip_rel_gap": 0.0},
        )  # fmt: skip
        if answer.status == 2 or answer.x is None:
            return inf
        return self.fixed + float(answer.fun)

    def _at(self, way: _Way, votes: Floats, money: Floats) -> float:
        """Price a way with budgets priced, less what its vote is worth."""
        search = self.search
        total = way.cost + sum(float(money @ search.use_items[:, k]) for k in way.items)
        means = []
        for m in search.transfers[way.place]:
            t = search.problem.transfers[m]
            price = float(t.cost) + float(money @ search.use[:, m])
            means.append((price / float(t.value), inf if t.cap is None else float(t.value * t.cap)))
        left = way.lack
        for ratio, most in sorted(means):
            part = min(left, most)
            total += part * ratio
            left -= part
        if left > 1e-9:
            return inf
        return total - float(votes @ self.way.weights[:, way.level, way.place])

    def _rows(
        self, ways: list[_Way]
    ) -> tuple[Floats, csr_array, Floats, csr_array, Floats, Floats]:
        """Write down the programme: ways first, then what each transfers."""
        search, sums = self.search, len(self.way.need)
        players, budgets = len(self.margins), len(search.limits)
        cost, top = [w.cost for w in ways], [1.0] * len(ways)
        upper: list[tuple[int, int, float]] = []
        equal: list[tuple[int, int, float]] = []
        caps, fills = sums + budgets, players
        for v, way in enumerate(ways):
            for s in range(sums):
                upper.append((s, v, -float(self.way.weights[s, way.level, way.place])))
            for b in range(budgets):
                used = float(search.use_items[b, list(way.items)].sum())
                upper.append((sums + b, v, used))
            equal.append((way.place, v, 1.0))
            if way.lack <= 0:
                continue
            fill = fills
            fills += 1
            equal.append((fill, v, -way.lack))
            for m in search.transfers[way.place]:
                t, column = search.problem.transfers[m], len(cost)
                cost.append(float(t.cost))
                most = way.lack / float(t.value)
                most = most if t.cap is None else min(most, float(t.cap))
                top.append(most)
                equal.append((fill, column, float(t.value)))
                upper += [(caps, column, 1.0), (caps, v, -most)]
                caps += 1
                upper += [
                    (sums + b, column, float(search.use[b, m]))
                    for b in range(budgets)
                    if search.use[b, m]
                ]
        limits = np.zeros(caps)
        limits[:sums] = -self.way.need.astype(np.float64)
        limits[sums : sums + budgets] = search.limits
        right = np.zeros(fills)
        right[:players] = 1.0
        size = len(cost)
        return (
            np.array(cost),
            _matrix(upper, (caps, size)),
            limits,
            _matrix(equal, (fills, size)),
            right,
            np.array(top),
        )


def _matrix(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((values, (rows, columns)), shape=shape)
