"""Cheapest winning coalitions by joining the subsets of two halves of the players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from solvers.counting.simple_games import Expression, SimpleGame
from solvers.oracles.span import mask_of, members_of
from solvers.oracles.winning_search import LARGEST, Search, integers, subset_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAX_STEPS", "HalvesFinder", "branches_of", "n_steps"]

MAX_STEPS = 2**25
"""Most pairs of a level and a subset of a half that are looked at."""

MAX_BRANCHES = 32

Branch = tuple[tuple[tuple[int, ...], int], ...]
"""Weights and thresholds that all must be reached, the largest threshold first."""


def branches_of(game: SimpleGame) -> tuple[Branch, ...] | None:
    """Write a rule as ways to win, each a list of thresholds that all must be reached.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    tuple or None
        None when there are too many ways.
    """

    def ways(node: Expression) -> list[frozenset[int]] | None:
        if isinstance(node, int):
            return [frozenset((node,))]
        word, parts = node
        found: list[frozenset[int]] = [] if word == "any" else [frozenset()]
        for part in parts:
            inner = ways(part)
            if inner is None:
                return None
            found = found + inner if word == "any" else [a | b for a in found for b in inner]
            if len(found) > MAX_BRANCHES:
                return None
        return found

    found = ways(game.root)
    if found is None:
        return None
    branches = []
    for way in dict.fromkeys(found):
        needs: dict[tuple[int, ...], int] = {}
        for leaf in way:
            weights = game.weights[leaf]
            needs[weights] = max(needs.get(weights, 0), game.thresholds[leaf])
        branches.append(tuple(sorted(needs.items(), key=lambda need: -need[1])))
    return tuple(branches)


def n_steps(game: SimpleGame) -> int | None:
    """Count the steps that a search would take.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    int or None
        None when the rule has too many ways to win.
    """
    branches = branches_of(game)
    if branches is None:
        return None
    levels = sum(prod(t + 1 for _, t in branch[1:]) for branch in branches)
    return int(levels << (game.n_players + 1) // 2)


@dataclass(frozen=True)
class _Joined:
    """The two halves, ready for one branch: see the kernel for what the arrays hold."""

    first: NDArray[Any]
    starts: NDArray[Any]
    need: NDArray[Any]
    second: NDArray[Any]
    weight: NDArray[Any]
    meets: NDArray[Any]


class HalvesFinder:
    """Joins subsets of one half with subsets of the other, sorted by weight.

    The weights with the largest threshold are sorted; for the others there is one pass for each
    level that is still needed. Time O(levels * 2^(n/2)).

    Parameters
    ----------
    game : SimpleGame
        The game, of `MAX_STEPS` at most.

    References
    ----------
    .. [1] E. Horowitz and S. Sahni, "Computing partitions with applications to the knapsack
       problem", Journal of the ACM 21 (1974), pp. 277-292.

    Examples
    --------
    >>> game = SimpleGame(4, ((3, 2, 2, 1),), (5,), 0)
    >>> HalvesFinder(game).cheapest(Search((9, 4, 4, 0), (1, 1, 1, 1), 4))
    14
    """

    name = "halves"

    def __init__(self, game: SimpleGame) -> None:
        self.game = game
        self._branches = branches_of(game) or ()
        self._last: tuple[object, list[_Joined]] | None = None

    def cheapest(self, search: Search) -> int | None:
        """Find a cheapest winning coalition.

        Parameters
        ----------
        search : Search
            The question.

        Returns
        -------
        int or None
        """
        from solvers.kernels.winning_prices import cheapest_pair

        free = search.free
        cut = len(free) // 2
        halves = free[:cut], free[cut:]
        terms = len(free) + 1
        prices = integers([search.prices[i] for i in free], terms)
        values = integers([search.values[i] for i in free], terms)
        sums = [subset_sums(part) for a in (prices, values) for part in (a[:cut], a[cut:])]
        pair = cheapest_pair
        if object in (prices.dtype, values.dtype) or abs(search.rest) >= LARGEST:
            pair = cheapest_pair.py_func  # type: ignore[attr-defined] # of numba: exact
        best: tuple[int, int] | None = None
        for part in self._prepared(halves, search.inside):
            found, a, b = pair(
                part.first,
                part.starts,
                part.need,
                sums[0],
                sums[2],
                part.second,
                part.weight,
                sums[1],
                sums[3],
                part.meets,
                search.rest,
            )
            if found:
                mask = mask_of(halves[0][i] for i in members_of(int(a)))
                mask |= mask_of(halves[1][i] for i in members_of(int(b)))
                total = int(sums[0][a]) + int(sums[1][b])
                best = (total, mask) if best is None else min(best, (total, mask))
        return None if best is None else best[1] | search.inside

    def _prepared(self, halves: tuple[Sequence[int], Sequence[int]], inside: int) -> list[_Joined]:
        """Sort the halves for every branch; the last answer is kept."""
        key = halves, inside
        if self._last is None or self._last[0] != key:
            members = members_of(inside)
            self._last = key, [_joined(branch, halves, members) for branch in self._branches]
        return self._last[1]


def _joined(
    branch: Branch, halves: tuple[Sequence[int], Sequence[int]], members: Sequence[int]
) -> _Joined:
    import numpy as np

    needs, sums = [], []
    for weights, threshold in branch:
        needs.append(max(0, threshold - sum(weights[i] for i in members)))
        parts = [integers([min(weights[i], threshold) for i in half], 64) for half in halves]
        sums.append([subset_sums(part).astype(np.int64) for part in parts])
    if not branch:  # everybody wins
        needs, sums = [0], [[np.zeros(1 << len(half), dtype=np.int64) for half in halves]]
    need = needs[0] - sums[0][0]
    sizes = [n + 1 for n in needs[1:]]
    left = [np.maximum(0, n - s[0]) for n, s in zip(needs[1:], sums[1:], strict=True)]
    level = np.ravel_multi_index(left, sizes) if sizes else np.zeros(need.size, dtype=np.int64)
    first = np.lexsort((-need, level))
    starts = np.searchsorted(level[first], np.arange(prod(sizes) + 1))
    second = np.argsort(-sums[0][1], kind="stable")
    meets = np.ones((prod(sizes), sums[0][1].size), dtype=np.uint8)
    for k, levels in enumerate(product(*map(range, sizes))):
        for needed, s in zip(levels, sums[1:], strict=True):
            meets[k] &= s[1] >= needed
    return _Joined(first, starts, need, second, sums[0][1], meets)
