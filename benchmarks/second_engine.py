"""A second engine for packages in which every player is paid on its own.

It confirms optima of the engine at sizes that no integer programme closes. The two have the data
classes in common and nothing else: here prices of votes are looked up in tables, texts are
bounded by Lagrange multipliers on the sums of weights, and what is left is settled in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from .second_engine_parts import Alternative, Prices, Texts, alternatives, unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solvers.concessions.problem import ConcessionProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Confirmed", "least_cost"]

CHUNK = 4096  # texts that are bounded at once
SAFETY = 1e-9  # by so much, relatively, floats are taken to be wrong
HALVINGS = 50
ROUNDS = 3


@dataclass(frozen=True)
class Confirmed:
    """What the second engine found.

    Parameters
    ----------
    cost : Fraction or None
        The least cost, exactly; None where there is no package.
    texts, passes, settled : int
        Sets of amendments, how often all that were still open were bounded, and how many were
        settled exactly, each with one alternative of the rule.
    """

    cost: Fraction | None
    texts: int
    passes: int
    settled: int


def least_cost(problem: ConcessionProblem) -> Confirmed:
    """Find the least cost of a package.

    Parameters
    ----------
    problem : ConcessionProblem
        Without anything but the rule that ties players to one another.

    Returns
    -------
    Confirmed

    Raises
    ------
    ValueError
        If the problem is of another kind, or too large.

    Notes
    -----
    For a text ``Z`` and multipliers ``m >= 0`` on the sums of weights that the rule asks for,
    ``cost(Z) + m need + sum over players of min over votes (price - m weight)`` bounds the cost
    from below [1]_. The text of the least bound is taken, the best multipliers for it are found
    and tried on all open texts; if its bound stays below the best package, it is settled:
    votes whose reduced cost is too high are struck, and a table over the sums that can be
    reached gives its least cost in fractions.

    References
    ----------
    .. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
       Programming Study 2 (1974), pp. 82-114.
    """
    why = unfit(problem)
    if why is not None:
        raise ValueError(f"the second engine does not do {why}")
    return _Search(problem).run()


class _Search:
    def __init__(self, problem: ConcessionProblem) -> None:
        self.problem = problem
        self.texts = Texts.of(problem)
        self.prices = Prices(problem)
        self.ways = alternatives(problem)
        self.best: Fraction | None = None
        self.passes = self.settled = 0

    @property
    def roof(self) -> float:
        return inf if self.best is None else float(self.best)

    def enough(self) -> float:
        """Bounds from here on rule a text out."""
        return self.roof + SAFETY * (1.0 + abs(self.roof))

    def run(self) -> Confirmed:
        for way in self.ways:
            self._search(way)
        return Confirmed(self.best, len(self.texts.cost), self.passes, self.settled)

    def _search(self, way: Alternative) -> None:
        """Go through the texts with one alternative of the rule, the least bound first."""
        bounds = self.texts.cost.copy()
        bounds[self._out_of_reach(way)] = inf
        sharpened: set[int] = set()
        while bounds.size:
            text = int(bounds.argmin())
            if bounds[text] > self.enough() or bounds[text] == inf:
                return
            margins = self.prices.margins(self.texts.chosen[text : text + 1])[0]
            costs = self._level_costs(way, margins[None])[:, 0]
            multipliers = _best_multipliers(way, costs)
            if text not in sharpened:
                sharpened.add(text)
                self._round_up(way, text, margins, costs, multipliers)
                self._bound_open(way, multipliers, bounds)
                continue
            self._settle(way, text, margins, costs, multipliers)
            bounds[text] = inf

    def _level_costs(self, way: Alternative, margins: Ints) -> Floats:
        """Prices of the three votes, infinite where not allowed; shape (3, texts, players)."""
        to_abstain, to_yes = self.prices.of(margins)
        costs = np.stack([np.zeros_like(to_yes), to_abstain, to_yes])
        costs[~np.broadcast_to(way.allowed[:, None, :], costs.shape)] = inf
        return costs

    def _chunks(self, texts: Ints) -> list[Ints]:
        return [texts[k : k + CHUNK] for k in range(0, len(texts), CHUNK)]

    def _out_of_reach(self, way: Alternative) -> NDArray[np.bool_]:
        """Texts under which the votes that money can buy do not meet the alternative."""
        every = np.arange(len(self.texts.cost))
        out = np.zeros(len(every), np.bool_)
        for part in self._chunks(every):
            costs = self._level_costs(way, self.prices.margins(self.texts.chosen[part]))
            buyable = np.isfinite(costs)
            out[part] = costs.min(axis=0).max(axis=1) == inf
            for row, need in zip(way.weights, way.need, strict=True):
                lowest = np.iinfo(np.int64).min // 4096
                most = np.where(buyable, row[:, None, :], lowest).max(axis=0).sum(axis=1)
                out[part] |= most < need
        return out

    def _bound_open(self, way: Alternative, multipliers: Floats, bounds: Floats) -> None:
        """Raise the bounds of all texts that are not ruled out yet."""
        self.passes += 1
        gain = np.tensordot(multipliers, way.weights, axes=1)[:, None, :]
        constant = float(multipliers @ way.need)
        for part in self._chunks(np.flatnonzero(bounds <= self.enough())):
            costs = self._level_costs(way, self.prices.margins(self.texts.chosen[part]))
            total = (costs - gain).min(axis=0).sum(axis=1) + constant + self.texts.cost[part]
            bounds[part] = np.maximum(bounds[part], total)

    def _round_up(
        self, way: Alternative, text: int, margins: Ints, costs: Floats, multipliers: Floats
    ) -> None:
        """Raise the multipliers until the votes that they choose meet the alternative."""
        for step in range(-20, 12):
            raised = multipliers * (1 + 2.0**step) + (2.0**step * 1e-3 if step > 0 else 0.0)
            votes = (costs - np.tensordot(raised, way.weights, axes=1)).argmin(axis=0)
            reached = _sums(way.weights, votes)
            if all(r >= t for r, t in zip(reached, way.need, strict=True)):
                places = enumerate(zip(margins.tolist(), votes.tolist(), strict=True))
                cost = self._text_cost(text) + sum(
                    (self.prices.exactly(p, m, v) for p, (m, v) in places), Fraction(0)
                )
                self.best = cost if self.best is None else min(self.best, cost)
                return

    def _text_cost(self, text: int) -> Fraction:
        adopted = set(np.flatnonzero(self.texts.chosen[text]).tolist())
        cost = sum((Fraction(self.problem.amendments[k].cost) for k in adopted), Fraction(0))
        for combination in self.problem.combinations:
            if combination.amendments <= adopted:
                cost += combination.cost
        return cost

    def _settle(
        self, way: Alternative, text: int, margins: Ints, costs: Floats, multipliers: Floats
    ) -> None:
        """Find the least cost under one text, in fractions."""
        self.settled += 1
        reduced = costs - np.tensordot(multipliers, way.weights, axes=1)
        least = reduced.min(axis=0)
        bound = float(least.sum() + multipliers @ way.need) + float(self.texts.cost[text])
        keep = np.isfinite(costs) & (bound + (reduced - least) <= self.enough())
        need = [int(x) for x in way.need]
        options = []
        for p in range(len(margins)):
            options.append(
                [
                    (
                        self.prices.exactly(p, int(margins[p]), int(v)),
                        tuple(int(w) for w in way.weights[:, v, p]),
                    )
                    for v in np.flatnonzero(keep[:, p])
                ]
            )
        options.sort(key=len)
        rest = [list(need) for _ in range(len(options) + 1)]  # what the others can still add
        after = [0] * len(need)
        for p in range(len(options) - 1, -1, -1):
            if not options[p]:
                return
            after = [a + max(w[s] for _, w in options[p]) for s, a in enumerate(after)]
            rest[p] = after
        rest[len(options)] = [0] * len(need)
        table: dict[tuple[int, ...], Fraction] = {(0,) * len(need): self._text_cost(text)}
        for p, choice in enumerate(options):
            larger: dict[tuple[int, ...], Fraction] = {}
            for sums, cost in table.items():
                for price, weights in choice:
                    now = tuple(a + w for a, w in zip(sums, weights, strict=True))
                    if any(x + r < t for x, r, t in zip(now, rest[p + 1], need, strict=True)):
                        continue
                    total = cost + price
                    if now not in larger or total < larger[now]:
                        larger[now] = total
            table = _undominated(larger) if len(need) == 1 else larger
        for cost in table.values():
            self.best = cost if self.best is None else min(self.best, cost)


def _sums(weights: Ints, votes: Ints) -> list[int]:
    """Sum the weights of votes, for each of the sums."""
    players = np.arange(len(votes))
    return [int(row[votes, players].sum()) for row in weights]


def _undominated(table: dict[tuple[int, ...], Fraction]) -> dict[tuple[int, ...], Fraction]:
    """Drop states that reach less and cost no less than another."""
    kept: dict[tuple[int, ...], Fraction] = {}
    least: Fraction | None = None
    for sums in sorted(table, reverse=True):
        if least is None or table[sums] < least:
            kept[sums] = least = table[sums]
    return kept


def _best_multipliers(way: Alternative, costs: Floats) -> Floats:
    """Maximise the bound of one text over the multipliers, one coordinate after another."""
    multipliers = np.zeros(len(way.need))
    for turn in range(ROUNDS if len(multipliers) > 1 else 1):
        before = multipliers.copy()
        for s in range(len(multipliers)):
            multipliers[s] = _best_multiplier(way, costs, multipliers, s)
        if turn and np.allclose(before, multipliers, rtol=1e-12, atol=0.0):
            break
    return multipliers


def _best_multiplier(way: Alternative, costs: Floats, multipliers: Floats, s: int) -> float:
    """Halve the interval in which the sum that is chosen comes to what is needed."""
    others = multipliers.copy()
    others[s] = 0.0
    base = costs - np.tensordot(others, way.weights, axes=1)
    weights, need = way.weights[s], int(way.need[s])

    def chosen(m: float) -> int:
        votes = (base - m * weights).argmin(axis=0)
        return _sums(weights[None], votes)[0]

    if chosen(0.0) >= need:
        return 0.0
    low, high = 0.0, 1.0
    while chosen(high) < need and high < 1e12:
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if chosen(middle) < need:
            low = middle
        else:
            high = middle
    return high
