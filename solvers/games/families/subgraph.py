"""Induced subgraph games: a coalition is worth the edges among its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, members, names, number
from solvers.games.solution import Allocation

__all__ = ["InducedSubgraphGame"]


class InducedSubgraphGame(Family):
    """A coalition is worth the sum of the weights of the edges among its members.

    Parameters
    ----------
    n : int
        Number of players.
    weights : mapping of (int, int) to number
        Weight of each edge, its ends counted from 0; an edge from a player to itself is what
        the player is worth alone.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] X. Deng and C. H. Papadimitriou, "On the complexity of cooperative solution concepts",
       Mathematics of Operations Research 19 (1994), pp. 257-266.

    Examples
    --------
    >>> game = InducedSubgraphGame(3, {(0, 1): 3, (1, 2): 5})
    >>> game.worth(7), [str(x) for x in game.shapley().exact], game.is_convex
    (Fraction(8, 1), ['3/2', '4', '5/2'], True)
    """

    def __init__(
        self,
        n: int,
        weights: Mapping[tuple[int, int], Any],
        players: Sequence[str] | None = None,
    ) -> None:
        self.players = names(players, n)
        self.weights: dict[tuple[int, int], Fraction] = {}
        for (i, j), weight in weights.items():
            if not (0 <= i < n and 0 <= j < n):
                raise GameError(f"edge ({i}, {j}) ends at no player; there are 0 to {n - 1}")
            edge = (min(i, j), max(i, j))
            if edge in self.weights:
                raise GameError(f"edge {edge} is given twice")
            self.weights[edge] = number(weight, f"the weight of edge {edge}")

    def _worth(self, mask: int) -> Fraction:
        inside = (w for (i, j), w in self.weights.items() if mask >> i & 1 and mask >> j & 1)
        return sum(inside, Fraction(0))

    def _worths(self) -> list[Fraction]:
        worths = [Fraction(0)]
        for j in range(self.n_players):
            ties = [self.weights.get((i, j), Fraction(0)) for i in range(j)]
            alone = self.weights.get((j, j), Fraction(0))
            worths += [
                total + alone + sum((ties[i] for i in members(mask)), Fraction(0))
                for mask, total in enumerate(worths)
            ]
        return worths

    @property
    def is_convex(self) -> bool:
        """Whether no edge between two players has a negative weight."""
        return all(w >= 0 for (i, j), w in self.weights.items() if i != j)

    def shapley(self) -> Allocation:
        """Shapley value: each edge is halved between its ends.

        Returns
        -------
        Allocation
            In the core when the game is convex.
        """
        shares = [Fraction(0)] * self.n_players
        for (i, j), weight in self.weights.items():
            shares[i] += weight / 2
            shares[j] += weight / 2
        return self._known("shapley", shares, "half of every edge")
