"""Cheapest winning coalitions among all numbers of players of each type."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from solvers.counting.simple_games import SimpleGame
from solvers.oracles.span import mask_of, members_of
from solvers.oracles.winning_search import Search, decided, integers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_CELLS", "LatticeFinder", "n_cells"]

MAX_CELLS = 2**18
"""Most vectors of numbers that are tried."""


def n_cells(groups: Sequence[Sequence[int]]) -> int:
    """Count the vectors of numbers of players of each group.

    Parameters
    ----------
    groups : sequence of sequence of int
        Players by group.

    Returns
    -------
    int
    """
    return prod(len(group) + 1 for group in groups)


class LatticeFinder:
    """Tries every number of players of each type.

    Players of one type count alike in every leaf, cost the same and have the same value; who of
    the rule's types does not is set apart. Time O(cells * types), without a Python loop.

    Parameters
    ----------
    game : SimpleGame
        The game.

    References
    ----------
    .. [1] J. Freixas and S. Kurz, "On minimum integer representations of weighted games",
       Mathematical Social Sciences 67 (2014), pp. 9-22 (types of players).

    Examples
    --------
    >>> game = SimpleGame(4, ((3, 2, 2, 1),), (5,), 0)
    >>> LatticeFinder(game).cheapest(Search((9, 4, 4, 0), (1, 1, 1, 1), 4))
    14
    """

    name = "types"

    def __init__(self, game: SimpleGame) -> None:
        self.game = game
        self._last: tuple[object, NDArray[Any], NDArray[np.bool_]] | None = None

    def groups(self, search: Search) -> tuple[tuple[int, ...], ...]:
        """Group the free players that are alike in the game and in the search.

        Parameters
        ----------
        search : Search
            The question.

        Returns
        -------
        tuple of tuple of int
        """
        classes: dict[tuple[int, ...], list[int]] = {}
        for i in search.free:
            key = (*(w[i] for w in self.game.weights), search.prices[i], search.values[i])
            classes.setdefault(key, []).append(i)
        return tuple(map(tuple, classes.values()))

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
        import numpy as np

        groups = self.groups(search)
        counts, wins = self._lattice(groups, search.inside)
        lead = [group[0] for group in groups]
        most = self.game.n_players
        value = counts @ integers([search.values[i] for i in lead], most)
        allowed = np.flatnonzero(wins & np.asarray(value != search.rest, dtype=np.bool_))
        if not allowed.size:
            return None
        price = counts[allowed] @ integers([search.prices[i] for i in lead], most)
        chosen = counts[allowed[int(np.argmin(price))]]
        return search.inside | mask_of(
            i for group, k in zip(groups, chosen.tolist(), strict=True) for i in group[:k]
        )

    def _lattice(
        self, groups: tuple[tuple[int, ...], ...], inside: int
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return all vectors of numbers, and which of them win; the last answer is kept."""
        import numpy as np

        key = groups, inside
        if self._last is not None and self._last[0] == key:
            return self._last[1], self._last[2]
        sizes = [len(group) + 1 for group in groups]
        counts = np.indices(sizes).reshape(len(sizes), -1).T.copy() if sizes else np.zeros((1, 0))
        counts = counts.astype(np.int64)
        members = members_of(inside)
        sums = []
        for weights in self.game.weights:
            of_groups = integers([weights[group[0]] for group in groups], self.game.n_players)
            sums.append(counts @ of_groups + sum(weights[i] for i in members))
        wins = decided(self.game, sums)
        self._last = key, counts, wins
        return counts, wins
