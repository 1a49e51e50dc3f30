"""Cheapest winning coalitions by a dynamic programme over the sums of the weights."""

from __future__ import annotations

from math import prod

from solvers.counting.simple_games import SimpleGame
from solvers.oracles.span import members_of
from solvers.oracles.winning_search import LARGEST, Search, decided, integers

__all__ = ["MAX_STATES", "SumsFinder", "n_states"]

MAX_STATES = 10_000_000
"""Most states over all players; each takes 8 bytes to find the way back."""


def _caps(game: SimpleGame) -> dict[tuple[int, ...], int]:
    """Beyond which sum of the same weights no leaf asks for more."""
    caps: dict[tuple[int, ...], int] = {}
    for weights, threshold in zip(game.weights, game.thresholds, strict=True):
        caps[weights] = max(caps.get(weights, 0), threshold)
    return caps


def n_states(game: SimpleGame) -> int:
    """Count the states that the dynamic programme would keep.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    int
        Over all players.
    """
    return prod(cap + 1 for cap in _caps(game).values()) * game.n_players


class SumsFinder:
    """Keeps the two cheapest coalitions for each vector of sums, capped where more is no help.

    Time and memory O(n * product of the thresholds + 1).

    Parameters
    ----------
    game : SimpleGame
        The game, of `MAX_STATES` at most.

    References
    ----------
    .. [1] E. Elkind and D. Pasechnik, "Computing the nucleolus of weighted voting games",
       Proceedings of SODA 2009, pp. 327-335.

    Examples
    --------
    >>> game = SimpleGame(4, ((3, 2, 2, 1),), (5,), 0)
    >>> SumsFinder(game).cheapest(Search((9, 4, 4, 0), (1, 1, 1, 1), 4))
    14
    """

    name = "sums"

    def __init__(self, game: SimpleGame) -> None:
        import numpy as np

        self.game = game
        self._weights = list(_caps(game))
        self._sizes = [cap + 1 for cap in _caps(game).values()]
        cells = np.arange(prod(self._sizes))
        digits = list(np.unravel_index(cells, self._sizes)) if self._sizes else []
        by_weights = dict(zip(self._weights, digits, strict=True))
        self._wins = np.flatnonzero(decided(game, [by_weights[w] for w in game.weights]))
        rows = list(zip(*self._weights, strict=True))
        kinds = {row: k for k, row in enumerate(dict.fromkeys(rows))}
        self._kind = [kinds[row] for row in rows]
        self._steps = np.empty((len(kinds), cells.size), dtype=np.int32)
        for row, k in kinds.items():
            moved = [
                np.minimum(d + min(w, size - 1), size - 1)
                for d, w, size in zip(digits, row, self._sizes, strict=True)
            ]
            self._steps[k] = np.ravel_multi_index(moved, self._sizes)

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

        from solvers.kernels.winning_prices import fill_states

        free = search.free
        cells = self._steps.shape[1]
        start = 0
        for i in members_of(search.inside):
            start = int(self._steps[self._kind[i], start])
        prices = integers([search.prices[i] for i in free], len(free) + 1)
        values = integers([search.values[i] for i in free], len(free) + 1)
        price = np.zeros((2, cells, 2), dtype=prices.dtype)
        value = np.zeros((2, cells, 2), dtype=values.dtype)
        known = np.zeros((2, cells), dtype=np.uint8)
        origin = np.zeros((len(free), cells, 2), dtype=np.int32)
        kinds = np.array([self._kind[i] for i in free], dtype=np.int64)
        fill = fill_states
        if object in (prices.dtype, values.dtype):
            fill = fill_states.py_func  # type: ignore[attr-defined] # of numba: the same, exact
        last = fill(start, self._steps, kinds, prices, values, price, value, known, origin)
        rest = search.rest if abs(search.rest) < LARGEST else None
        best: tuple[int, int, int] | None = None
        for cell in self._wins.tolist():
            for rank in range(known[last, cell]):
                if rest is None or value[last, cell, rank] != rest:
                    found = int(price[last, cell, rank]), cell, rank
                    best = found if best is None else min(best, found)
        if best is None:
            return None
        mask, cell, rank = search.inside, best[1], best[2]
        for k in range(len(free) - 1, -1, -1):
            step = int(origin[k, cell, rank])
            if step & 1:
                mask |= 1 << free[k]
            cell, rank = step >> 2, step >> 1 & 1
        return mask
