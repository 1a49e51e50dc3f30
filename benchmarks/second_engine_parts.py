"""What the second engine looks up: texts, the price of every vote, alternatives of the rule.

Written from the definitions; of the engine that it confirms it uses the data classes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations as subsets
from math import inf, lcm
from typing import TYPE_CHECKING

import numpy as np

from solvers.rules.rule import AllOf, AnyOf, Node, Quota

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solvers.concessions.problem import ConcessionProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Alternative", "Prices", "Texts", "alternatives", "unfit"]

NO, ABSTAIN, YES = 0, 1, 2
WIDEST = 1 << 20  # deficits in a table of one player
MOST_ALTERNATIVES = 64


def unfit(problem: ConcessionProblem) -> str | None:
    """Say why a problem is not one in which every player is paid on its own.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    str or None
    """
    voters = problem.voters
    if problem.budgets or problem.needs or problem.contributions or problem.third_parties:
        return "budgets, needs or third parties"
    if problem.bandwagon or any(v.conditions or v.doubts for v in voters):
        return "votes that hang on more than payments"
    if any(a.route is not None for a in problem.amendments):
        return "linked items with a rule of their own"
    for channel in problem.channels:
        players = {problem.transfers[m].recipient for m in channel.transfers}
        players |= {problem.items[k].recipient for k in channel.items}
        for i in players:
            all_transfers = {m for m, t in enumerate(problem.transfers) if t.recipient == i}
            all_items = {k for k, g in enumerate(problem.items) if g.recipient == i}
            if channel.transfers != all_transfers or channel.items != all_items:
                return "a channel for some instruments only"
    return None


@dataclass(frozen=True)
class Texts:
    """All sets of amendments that may be adopted.

    Parameters
    ----------
    chosen : ndarray of bool, shape (sets, amendments)
        Who is in which.
    cost : ndarray of float, shape (sets,)
        What they cost.
    """

    chosen: NDArray[np.bool_]
    cost: Floats

    @classmethod
    def of(cls, problem: ConcessionProblem) -> Texts:
        """List them, by adding one amendment after another to all sets found so far."""
        amendments = problem.amendments
        count = len(amendments)
        chosen = np.zeros((1, count), np.bool_)
        for k, amendment in enumerate(amendments):
            if amendment.forbidden:
                continue
            barred = [j for j in range(k) if j in amendment.excludes or k in amendments[j].excludes]
            fits = ~chosen[:, barred].any(axis=1)
            for limit in problem.limits:
                if k in limit.amendments:
                    fits &= chosen[:, sorted(limit.amendments)].sum(axis=1) < limit.most
            longer = chosen[fits]
            longer[:, k] = True
            chosen = np.concatenate([chosen, longer])
        stands = np.ones(len(chosen), np.bool_)
        cost = chosen @ np.array([float(a.cost) for a in amendments] or [0.0])[:count]
        effect = np.full(len(chosen), problem.effect, object)
        for k, amendment in enumerate(amendments):
            needed = sorted(amendment.requires)
            stands &= ~chosen[:, k] | chosen[:, needed].all(axis=1)
            if amendment.effect:
                effect = effect + chosen[:, k].astype(object) * amendment.effect
        for combination in problem.combinations:
            together = chosen[:, sorted(combination.amendments)].all(axis=1)
            cost = cost + together * float(combination.cost)
            if combination.effect:
                effect = effect + together.astype(object) * combination.effect
            if combination.forbidden:
                stands &= ~together
        stands &= (effect >= problem.floor).astype(np.bool_)
        order = np.flatnonzero(stands)
        return cls(chosen[order], cost[order])


class Prices:
    """What a player asks to abstain, and to vote for, by how much it lacks.

    With all margins on one grid, what a player lacks is a whole number of steps; its price is
    looked up in a table by that number.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    surcharges : (ndarray of float, ndarray of float), optional
        What is added to the cost of a unit of every transfer, and of every item, in the table;
        not in exact prices.
    """

    def __init__(
        self, problem: ConcessionProblem, surcharges: tuple[Floats, Floats] | None = None
    ) -> None:
        self.problem = problem
        none = np.zeros(len(problem.transfers)), np.zeros(len(problem.items))
        self.dearer, self.dearer_items = none if surcharges is None else surcharges
        self.paid = [i for i, v in enumerate(problem.voters) if v.margin is not None]
        rows = [a.margins for a in problem.amendments]
        rows += [c.margins for c in problem.combinations]
        moves = [[row.get(i, Fraction(0)) for i in self.paid] for row in rows]
        base = [self._margin(i) for i in self.paid]
        band = [problem.voters[i].band for i in self.paid]
        self.grid = lcm(
            *(x.denominator for x in [*base, *band, *(m for row in moves for m in row)])
        )
        self.base = self._whole(base)
        self.band = self._whole(band)
        self.moves = np.array([self._whole(row) for row in moves], np.int64).reshape(
            len(rows), len(self.paid)
        )
        down = np.minimum(self.moves, 0).sum(axis=0)
        self.width = 1 + int(max(0, -(self.base + down).min())) if self.paid else 1
        if self.width > WIDEST:
            raise ValueError(f"a table of {self.width} deficits for one player")
        self.table = np.array([self._row(i) for i in self.paid]).ravel()
        self._cost = cache(self._exact)

    def _margin(self, player: int) -> Fraction:
        margin = self.problem.voters[player].margin
        return Fraction(0) if margin is None else Fraction(margin[1])

    def _whole(self, numbers: list[Fraction]) -> Ints:
        return np.array([int(x * self.grid) for x in numbers], np.int64)

    def _means(self, player: int) -> tuple[list[tuple[float, float, float]], float]:
        """Give cost, worth and amount of the transfers, best first, and the cost of a channel."""
        found = []
        for m, t in enumerate(self.problem.transfers):
            if t.recipient == player:
                most = inf if t.cap is None else float(t.cap)
                found.append((float(t.cost) + float(self.dearer[m]), float(t.value), most))
        found.sort(key=lambda means: means[0] / means[1])
        return found, float(self.channel(player))

    def channel(self, player: int) -> Fraction:
        """Return what it costs to give a player anything at all."""
        return sum(
            (
                c.cost
                for c in self.problem.channels
                if any(self.problem.transfers[m].recipient == player for m in c.transfers)
                or any(self.problem.items[k].recipient == player for k in c.items)
            ),
            Fraction(0),
        )

    def _row(self, player: int) -> Floats:
        """Price of 0, 1, 2, ... steps that the player lacks."""
        lacks = np.arange(self.width) / self.grid
        transfers, channel = self._means(player)
        items = [
            (float(g.value), float(g.cost) + float(self.dearer_items[k]))
            for k, g in enumerate(self.problem.items)
            if g.recipient == player
        ]
        row = np.full(self.width, inf)
        for size in range(len(items) + 1):
            for given in subsets(items, size):
                left = np.maximum(lacks - sum(value for value, _ in given), 0.0)
                cost = np.full(self.width, float(sum(cost for _, cost in given)))
                for price, worth, most in transfers:
                    amount = np.minimum(left / worth, most)
                    cost += price * amount
                    left = left - worth * amount
                row = np.minimum(row, np.where(left <= 1e-9, cost, inf))
        row += channel
        row[0] = 0.0
        return row

    def margins(self, chosen: NDArray[np.bool_]) -> Ints:
        """Return the margins of the players under many texts, in steps; shape (texts, players)."""
        count = len(self.problem.amendments)
        shift = chosen.astype(np.float64) @ self.moves[:count].astype(np.float64)
        for number, combination in enumerate(self.problem.combinations):
            together = chosen[:, sorted(combination.amendments)].all(axis=1)
            shift += np.outer(together, self.moves[count + number])
        return self.base + np.rint(shift).astype(np.int64)

    def of(self, margins: Ints) -> tuple[Floats, Floats]:
        """Return what the players ask to abstain and to vote for, at margins in steps."""
        start = np.arange(len(self.paid)) * self.width
        to_yes = self.table[start + np.maximum(-margins, 0)]
        to_abstain = self.table[start + np.maximum(-margins - self.band, 0)]
        return to_abstain, to_yes

    def exactly(self, place: int, margin: int, level: int) -> Fraction:
        """Return the exact price of a vote of one player, at a margin in steps."""
        if level == NO:
            return Fraction(0)
        lack = -margin - (int(self.band[place]) if level == ABSTAIN else 0)
        return Fraction(0) if lack <= 0 else self._cost(place, lack)

    def _exact(self, place: int, lack: int) -> Fraction:
        player = self.paid[place]
        transfers = [t for t in self.problem.transfers if t.recipient == player]
        transfers.sort(key=lambda t: Fraction(t.cost) / t.value)
        items = [g for g in self.problem.items if g.recipient == player]
        best: Fraction | None = None
        for size in range(len(items) + 1):
            for given in subsets(items, size):
                left = Fraction(lack, self.grid) - sum((g.value for g in given), Fraction(0))
                cost = sum((g.cost for g in given), Fraction(0))
                for t in transfers:
                    worth = max(left, Fraction(0))
                    if t.cap is not None:
                        worth = min(worth, t.value * t.cap)
                    cost += worth / t.value * t.cost
                    left -= worth
                if left <= 0:
                    best = cost if best is None else min(best, cost)
        if best is None:
            raise ValueError("a vote that cannot be had was asked for")
        return best + self.channel(player)


@dataclass(frozen=True)
class Alternative:
    """One way to meet the rule: all of some sums of weights reach their thresholds.

    Parameters
    ----------
    weights : ndarray of int, shape (sums, 3, players)
        By vote, against first, of those who can be paid.
    need : ndarray of int, shape (sums,)
        What they have to reach, without those who cannot be paid.
    allowed : ndarray of bool, shape (3, players)
        Votes that do not already rule out a sum.
    """

    weights: Ints
    need: Ints
    allowed: NDArray[np.bool_]


def alternatives(problem: ConcessionProblem) -> list[Alternative]:
    """Multiply out the rule into alternatives.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    list of Alternative
        Without those that nobody's votes can meet.
    """
    found = [_alternative(problem, leaves) for leaves in _multiplied(problem.rule.root)]
    return [way for way in found if way is not None]


def _multiplied(node: Node) -> list[list[Quota]]:
    if isinstance(node, Quota):
        return [[node]]
    if isinstance(node, AnyOf):
        return [way for part in node.parts for way in _multiplied(part)]
    ways: list[list[Quota]] = [[]]
    for part in node.parts if isinstance(node, AllOf) else ():
        ways = [first + second for first in ways for second in _multiplied(part)]
        if len(ways) > MOST_ALTERNATIVES:
            raise ValueError(f"more than {MOST_ALTERNATIVES} alternatives of the rule")
    return ways


def _alternative(problem: ConcessionProblem, leaves: list[Quota]) -> Alternative | None:
    voters = problem.voters
    paid = [i for i, v in enumerate(voters) if v.margin is not None]
    rows, needs = [], []
    for leaf in leaves:
        weights = (leaf.no, leaf.abstain, leaf.yes)
        fixed = sum(weights[v.stated[1]][i] for i, v in enumerate(voters) if v.stated is not None)
        rows.append([[w[i] for i in paid] for w in weights])
        needs.append(leaf.threshold - fixed)
    weights_, need = np.array(rows, np.int64).reshape(len(leaves), 3, len(paid)), np.array(needs)
    allowed = np.ones((3, len(paid)), np.bool_)
    for row, threshold in zip(weights_, need, strict=True):
        best = row.max(axis=0)
        spare = best.sum() - threshold
        if spare < 0:
            return None
        allowed &= best - row <= spare
    least = np.where(allowed, weights_, np.iinfo(np.int64).max).min(axis=1).sum(axis=1)
    open_ = least < need if len(paid) else need > 0
    return Alternative(weights_[open_], need[open_], allowed)
