"""Interaction indices: what the members of a coalition add because they are together."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from solvers.games.game import TUGame, check_size
from solvers.games.tables import integers_for, popcounts, transformed

__all__ = ["MAX_INTERACTION", "banzhaf_interaction", "shapley_interaction"]

MAX_INTERACTION = 20
"""Most players of an interaction index."""

Coalition = int | str | Iterable[int | str]


def shapley_interaction(game: TUGame, coalition: Coalition | None = None) -> Any:
    """Weigh the dividends of the coalitions around one by 1 / (extra members + 1).

    Parameters
    ----------
    game : TUGame
        At most `MAX_INTERACTION` players.
    coalition : int, str or iterable, optional
        As :meth:`~solvers.games.game.TUGame.mask` reads it; all pairs of players when left out.

    Returns
    -------
    Fraction or float, or dict from pairs of names to them
        Above 0 for those that complement each other, below 0 for substitutes. Of a single
        player it is the Shapley value. Fractions where the game is exact.

    Raises
    ------
    GameError
        If a player is unknown.
    LimitError
        If there are more players.

    References
    ----------
    .. [1] M. Grabisch and M. Roubens, "An axiomatic approach to the concept of interaction among
       players in cooperative games", International Journal of Game Theory 28 (1999),
       pp. 547-565.

    Examples
    --------
    >>> shapley_interaction(TUGame([0, 0, 0, 6, 0, 0, 0, 12]))[("1", "2")]
    Fraction(9, 1)
    """
    return _interaction(game, coalition, lambda extra: Fraction(1, extra + 1))


def banzhaf_interaction(game: TUGame, coalition: Coalition | None = None) -> Any:
    """Weigh the dividends of the coalitions around one by 1/2 for every extra member.

    Parameters
    ----------
    game : TUGame
        At most `MAX_INTERACTION` players.
    coalition : int, str or iterable, optional
        As for :func:`shapley_interaction`.

    Returns
    -------
    Fraction or float, or dict from pairs of names to them
        Of a single player it is the Banzhaf value.

    Raises
    ------
    EngineError
        As :func:`shapley_interaction`.

    References
    ----------
    .. [1] M. Roubens, "Interaction between criteria and definition of weights in MCDA problems",
       44th meeting of the European working group on multicriteria aid for decisions, 1996.
    .. [2] M. Grabisch and M. Roubens, "An axiomatic approach to the concept of interaction among
       players in cooperative games", International Journal of Game Theory 28 (1999),
       pp. 547-565.

    Examples
    --------
    >>> banzhaf_interaction(TUGame([0, 0, 0, 6, 0, 0, 0, 12]), "1,2")
    Fraction(9, 1)
    """
    return _interaction(game, coalition, lambda extra: Fraction(1, 1 << extra))


def _interaction(game: TUGame, coalition: Coalition | None, weight: Any) -> Any:
    n = check_size(game.n_players, MAX_INTERACTION)
    table = integers_for(game.numerators, 4**n) if game.is_exact else game.values
    dividends = transformed(table, -1)
    sizes, masks = popcounts(n), np.arange(1 << n)

    def of(mask: int) -> Any:
        around = masks & mask == mask
        extra, own = sizes[around] - mask.bit_count(), dividends[around]
        if not game.is_exact:
            return float(own @ np.array([float(weight(e)) for e in range(n + 1)])[extra])
        sums = (weight(e) * int(own[extra == e].sum()) for e in range(n - mask.bit_count() + 1))
        return sum(sums, Fraction(0)) / game.denominator

    if coalition is not None:
        return of(game.mask(coalition))
    return {
        (game.players[i], game.players[j]): of(1 << i | 1 << j)
        for i, j in combinations(range(n), 2)
    }
