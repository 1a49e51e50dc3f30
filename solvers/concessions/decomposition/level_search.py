"""Payments under one text in ascending order of cost: best first, by what is still to be paid.

For one alternative of the rule a table says, for the players from some number on and for what is
still lacking in every row, the least that it costs. Where rows are too long for a table they are
counted in larger units, rounded in favour of the payments; then the table is a bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd, inf, prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.branches import Branch, Row
from solvers.concessions.listing.text_options import Option
from solvers.rules.votes import ABSENT

__all__ = ["LevelSearch", "meets", "spare"]

MOST_CELLS: Final = 1 << 21  # of the table: 16 MB
COARSE: Final = 1500  # cells of a row, where they do not hold every number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class _Node:
    """Some payments, and the ways to go on, the most promising first."""

    cost: float
    chosen: tuple[int, ...]
    lack: Ints
    ways: Ints
    totals: Floats


class LevelSearch:
    """The payments that meet one alternative of a rule under one text.

    Parameters
    ----------
    branch : Branch
        The alternative.
    votes : sequence of int, length n
        Votes when nobody is paid.
    options : sequence of Option
        Ways to pay, those of one player together.

    Attributes
    ----------
    least : float
        Least cost of meeting the alternative, or a bound on it; infinite if it cannot be met.
    exact : bool
        Whether ``least`` is the cost rather than a bound.

    References
    ----------
    .. [1] P. E. Hart, N. J. Nilsson and B. Raphael, "A formal basis for the heuristic
       determination of minimum cost paths", IEEE Transactions on Systems Science and
       Cybernetics 4 (1968), pp. 100-107.
    .. [2] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11 (multiple-choice knapsacks).
    """

    def __init__(self, branch: Branch, votes: Sequence[int], options: Sequence[Option]) -> None:
        self.options = self._useful(branch, votes, options)
        able = {o.player for o in self.options}
        forced = {i for i, floor in enumerate(branch.floors) if votes[i] < floor}
        self.hopeless = bool(forced - able)
        self.options.sort(key=lambda o: (o.player not in forced, o.player))
        players = list(dict.fromkeys(o.player for o in self.options))
        self.n_forced = len(forced)
        place = {player: j for j, player in enumerate(players)}
        self.turn = np.array([place[o.player] for o in self.options], dtype=np.int64)
        self.first = np.searchsorted(self.turn, np.arange(len(players) + 1))
        self.cost = np.array([o.cost for o in self.options], dtype=np.float64)
        self._rows(branch, votes)
        self.table = self._table()
        self.least = inf if self.hopeless else float(self.table[0, self._cell(self.need)])

    @staticmethod
    def _useful(branch: Branch, votes: Sequence[int], options: Sequence[Option]) -> list[Option]:
        """Leave out payments that stay below the floor, or count in no row beyond it."""
        found = []
        for option in options:
            i, level = option.player, option.level
            if level < branch.floors[i]:
                continue
            below = votes[i]
            counts = any(row.counts[level][i] > row.counts[below][i] for row in branch.rows)
            if counts or votes[i] < branch.floors[i]:
                found.append(option)
        return found

    def _rows(self, branch: Branch, votes: Sequence[int]) -> None:
        """Write what is lacking, and what every option adds, in units as large as they may be."""
        free = range(len(votes))
        needs, gains = [], []
        self.votes = votes
        self.active: list[tuple[Row, int]] = []
        for row in branch.rows:
            need = row.need - sum(row.counts[votes[i]][i] for i in free if votes[i] != ABSENT)
            if need > 0:
                gain = [
                    row.counts[o.level][o.player] - row.counts[votes[o.player]][o.player]
                    for o in self.options
                ]
                unit = gcd(*gain) or 1
                self.active.append((row, unit))
                needs.append(-(-need // unit))
                gains.append([g // unit for g in gain])
        self.need = np.array(needs, dtype=np.int64)
        self.gain = np.array(gains, dtype=np.int64).reshape(len(needs), len(self.options)).T
        units = [1] * len(needs)
        cells = prod(n + 1 for n in needs)
        if cells > MOST_CELLS // (len(self.first) + 1):
            while cells > COARSE and any(u < n for n, u in zip(needs, units, strict=True)):
                longest = max(range(len(needs)), key=lambda r: needs[r] / units[r])
                units[longest] *= 2
                cells = prod(-(-n // u) + 1 for n, u in zip(needs, units, strict=True))
        self.exact = all(u == 1 for u in units)
        self.unit = np.array(units, dtype=np.int64)
        self.sides = sides = tuple(-(-n // u) + 1 for n, u in zip(needs, units, strict=True))
        steps = -(-self.gain // self.unit)
        self._steps: list[tuple[int, ...]] = [tuple(row) for row in steps.tolist()]
        self.stride = np.array([prod(sides[r + 1 :]) for r in range(len(sides))], dtype=np.int64)

    def _cell(self, lack: Ints) -> Any:
        """Place of what is lacking in a row of the table; of several at once, if they are rows."""
        return (-(-lack // self.unit)) @ self.stride

    def _table(self) -> Floats:
        """Least cost from every player on, by what is lacking."""
        n = len(self.first) - 1
        table = self._empty()
        table[n, 0] = 0.0
        for j in range(n - 1, -1, -1):
            self._pay(j, table[j + 1], table[j])
        return table

    def prefix_table(self) -> Floats:
        """Return the least cost up to every player, by what they are to bring.

        Returns
        -------
        ndarray of float64, shape (players + 1, cells)
            Row j is for the players before the j-th.
        """
        table = self._empty()
        table[0, 0] = 0.0
        for j in range(len(self.first) - 1):
            self._pay(j, table[j], table[j + 1])
        return table

    def _empty(self) -> Floats:
        return np.full((len(self.first), prod(self.sides)), inf)

    @cached_property
    def _lacks(self) -> Ints:
        """What is lacking in each cell, in the units of the table."""
        cells = np.arange(prod(self.sides))
        return np.array(np.unravel_index(cells, self.sides), dtype=np.int64).T

    def _pay(self, j: int, others: Floats, joint: Floats) -> None:
        """Add the j-th player to a row of least costs."""
        size = len(others)
        if j >= self.n_forced:
            joint[:] = others
        seen: dict[tuple[int, ...], float] = {}
        for o in range(self.first[j], self.first[j + 1]):
            price, step = float(self.cost[o]), self._steps[o]
            if seen.get(step, inf) <= price:
                continue
            seen[step] = price
            if len(step) == 1:
                s = min(step[0], size)
                np.minimum(joint[s:], others[: size - s] + price, out=joint[s:])
                np.minimum(joint[:s], others[0] + price, out=joint[:s])
            elif step:
                left = np.maximum(self._lacks - step, 0) @ self.stride
                np.minimum(joint, others[left] + price, out=joint)
            else:
                joint[0] = min(joint[0], others[0] + price)

    def complement(self, option: Option) -> Ints:
        """Return what is left to others, by what some bring, when one option is taken.

        Parameters
        ----------
        option : Option
            One of ``options``, or of the same player.

        Returns
        -------
        ndarray of int64
            Cells of the table, by cell.
        """
        gain = [
            (
                row.counts[option.level][option.player]
                - row.counts[self.votes[option.player]][option.player]
            )
            // unit
            for row, unit in self.active
        ]
        if not gain:
            return np.zeros(1, dtype=np.int64)
        step = -(-np.array(gain, dtype=np.int64) // self.unit)
        most = np.array(self.sides, dtype=np.int64) - 1
        return np.asarray(np.maximum(most - self._lacks - step, 0) @ self.stride)

    def trace(self, j: int = 0, cell: int | None = None) -> list[Option]:
        """Find cheapest payments to the players from the j-th on that bring what is lacking.

        Parameters
        ----------
        j : int
            The first who may be paid.
        cell : int, optional
            What is lacking, as a cell of the table; by default all.

        Returns
        -------
        list of Option
        """
        at = int(self._cell(self.need)) if cell is None else cell
        found: list[Option] = []
        n = len(self.first) - 1
        while j < n:
            if j >= self.n_forced:  # on to the next who is paid
                column = self.table[j:, at]
                paid = np.flatnonzero(column[:-1] < column[1:])
                if not len(paid):
                    break
                j += int(paid[0])
            o, at = self._step(j, at, self.table[j + 1])
            found.append(self.options[o])
            j += 1
        return found

    def trace_back(self, before: Floats, j: int, cell: int) -> list[Option]:
        """Find cheapest payments to the players before the j-th that bring so much.

        Parameters
        ----------
        before : ndarray of float64
            What :meth:`prefix_table` returned.
        j : int
            The first who may not be paid.
        cell : int
            What they bring, as a cell of the table.

        Returns
        -------
        list of Option
        """
        found: list[Option] = []
        while j > 0:
            if j > self.n_forced:  # back to the last who is paid
                column = before[self.n_forced : j + 1, cell]
                paid = np.flatnonzero(column[1:] < column[:-1])
                j = self.n_forced + (int(paid[-1]) + 1 if len(paid) else 0)
                if not len(paid):
                    continue
            o, cell = self._step(j - 1, cell, before[j - 1])
            found.append(self.options[o])
            j -= 1
        return found

    def _step(self, j: int, cell: int, others: Floats) -> tuple[int, int]:
        """Best option of the j-th player for a cell, and what that leaves to the others."""
        best, chosen, rest = inf, -1, 0
        for o in range(self.first[j], self.first[j + 1]):
            left = 0
            if self._steps[o]:
                left = int(np.maximum(self._lacks[cell] - self._steps[o], 0) @ self.stride)
            total = float(self.cost[o] + others[left])
            if total < best:
                best, chosen, rest = total, o, left
        return chosen, rest

    def run(self) -> Iterator[tuple[float, tuple[Option, ...] | None]]:
        """Give payments that meet the alternative, in ascending order of cost.

        Yields
        ------
        float, tuple of Option or None
            A bound on all that follow, and payments of just that cost; None in place of
            payments when only the bound has risen. Every set of payments comes once in which
            the last ones, by player, are needed to meet the rows.
        """
        if self.hopeless or self.least == inf:
            return
        if not len(self.need) and not self.n_forced:
            yield 0.0, ()
            return
        root = self._node(0.0, (), self.need)
        heap: list[tuple[float, int, int, int, _Node]] = []
        serial = 0

        def push(node: _Node, at: int) -> None:
            nonlocal serial
            if at < len(node.totals):
                serial += 1
                entry = (float(node.totals[at]), -len(node.chosen), serial, at, node)
                heapq.heappush(heap, entry)

        push(root, 0)
        while heap:
            total, _, _, at, node = heapq.heappop(heap)
            push(node, at + 1)
            o = int(node.ways[at])
            cost = node.cost + float(self.cost[o])
            lack = np.maximum(node.lack - self.gain[o], 0)
            chosen = (*node.chosen, o)
            if len(chosen) >= self.n_forced and not lack.any():
                yield cost, tuple(self.options[k] for k in chosen)
            else:
                yield total, None
                push(self._node(cost, chosen, lack), 0)

    def _node(self, cost: float, chosen: tuple[int, ...], lack: Ints) -> _Node:
        """List the next payments with the least that each leads to."""
        j = int(self.turn[chosen[-1]]) + 1 if chosen else 0
        end = self.first[j + 1] if j < self.n_forced else len(self.options)
        ways = np.arange(self.first[j], end)
        left = np.maximum(lack - self.gain[ways], 0)
        cells = self._cell(left) if len(lack) else np.zeros(len(ways), dtype=np.int64)
        totals = cost + self.cost[ways] + self.table[self.turn[ways] + 1, cells]
        kept = totals < inf
        ways, totals = ways[kept], totals[kept]
        order = np.argsort(totals, kind="stable")
        return _Node(cost, chosen, lack, ways[order], totals[order])


def meets(branches: Sequence[Branch], votes: Sequence[int]) -> bool:
    """Say whether votes meet a rule.

    Parameters
    ----------
    branches : sequence of Branch
        The rule, as alternatives.
    votes : sequence of int, length n
        Vote levels.

    Returns
    -------
    bool
    """
    return any(_over(branch, votes) is not None for branch in branches)


def _over(branch: Branch, votes: Sequence[int]) -> list[int] | None:
    """By how much votes exceed every row of an alternative; None where they do not meet it."""
    if any(votes[i] < floor for i, floor in enumerate(branch.floors)):
        return None
    over = [
        sum(row.counts[v][i] for i, v in enumerate(votes) if v != ABSENT) - row.need
        for row in branch.rows
    ]
    return None if any(x < 0 for x in over) else over


def spare(
    branches: Sequence[Branch], votes: Sequence[int], chosen: Sequence[Option]
) -> Option | None:
    """Find a payment that can be lowered, or of which an item can be left out.

    Parameters
    ----------
    branches : sequence of Branch
        The rule, as alternatives.
    votes : sequence of int, length n
        Votes when nobody is paid.
    chosen : sequence of Option
        Payments.

    Returns
    -------
    Option or None
        The first without which, or with less of which, the rule is still met.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    """
    after = list(votes)
    for option in chosen:
        after[option.player] = option.level
    met = [(branch, over) for branch in branches if (over := _over(branch, after)) is not None]
    for option in chosen:
        i = option.player
        for branch, over in met:
            if option.below >= branch.floors[i] and all(
                x >= row.counts[option.level][i] - row.counts[option.below][i]
                for x, row in zip(over, branch.rows, strict=True)
            ):
                return option
    return None
