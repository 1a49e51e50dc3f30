"""Minimum cost spanning tree games: players who must be joined to a source."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, members, names, numbers
from solvers.games.solution import Allocation

__all__ = ["SpanningTreeGame"]


class SpanningTreeGame(Family):
    """A coalition pays for the cheapest tree that joins its members to the source.

    Parameters
    ----------
    costs : sequence of sequences of numbers, n + 1 by n + 1
        Symmetric, at least 0; the source first. Worth is minus the cost of the tree, in which
        only members stand.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] C. G. Bird, "On cost allocation for a spanning tree: a game theoretic approach",
       Networks 6 (1976), pp. 335-350.
    .. [2] D. Granot and G. Huberman, "Minimum cost spanning tree games", Mathematical Programming
       21 (1981), pp. 1-18.

    Examples
    --------
    >>> game = SpanningTreeGame([[0, 1, 5], [1, 0, 2], [5, 2, 0]])
    >>> game.worth([1]), game.worth([0, 1]), game.bird().exact
    (Fraction(-5, 1), Fraction(-3, 1), (Fraction(-1, 1), Fraction(-2, 1)))
    """

    def __init__(
        self, costs: Sequence[Sequence[Any]], players: Sequence[str] | None = None
    ) -> None:
        rows = [numbers(row, f"the cost from {i} to", 0) for i, row in enumerate(costs)]
        size = len(rows)
        if size < 2 or any(len(row) != size for row in rows):
            raise GameError("the costs must be a square table of the source and the players")
        for i in range(size):
            for j in range(i):
                if rows[i][j] != rows[j][i]:
                    raise GameError(
                        f"the cost from {j} to {i} is {rows[j][i]}, back {rows[i][j]}; they must "
                        f"be equal"
                    )
        self.costs = tuple(rows)
        self.players = names(players, size - 1)

    def _joined(self, mask: int) -> list[tuple[int, Fraction]]:
        """Players in the order in which they are joined, each with the cost of its edge."""
        left = {i: self.costs[0][i + 1] for i in members(mask)}
        joined = []
        while left:
            nearest = min(left, key=lambda i: (left[i], i))
            joined.append((nearest, left.pop(nearest)))
            for i in left:
                left[i] = min(left[i], self.costs[nearest + 1][i + 1])
        return joined

    def _worth(self, mask: int) -> Fraction:
        return -sum((cost for _, cost in self._joined(mask)), Fraction(0))

    def bird(self) -> Allocation:
        """Find Bird's point of the core: everybody pays for the edge that joins it.

        Returns
        -------
        Allocation
            Shares are minus what is paid; of equal edges the one of the earlier player is taken.
        """
        shares = [Fraction(0)] * self.n_players
        for i, cost in self._joined((1 << self.n_players) - 1):
            shares[i] = -cost
        return self._known("core", shares, "Bird's allocation")
