"""Sets around the core: core cover, reasonable set, Weber set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.errors import LimitError
from solvers.games.game import TUGame
from solvers.stability.point_set import PointSet

__all__ = ["Bounds", "core_cover", "marginal_vectors", "reasonable_set", "weber_set"]

MAX_WEBER = 8
"""Most players all of whose orders are gone through: 40,320."""

Number = Fraction | float


@dataclass(frozen=True)
class Bounds:
    """Efficient vectors between two bounds of every player.

    Parameters
    ----------
    concept : str
        Name of the set.
    players : tuple of str
        Names.
    lower, upper : tuple of Fraction, or of float
        Bounds of the players, exact for exact games.
    grand : Fraction or float
        v(N).

    References
    ----------
    .. [1] S. H. Tijs and F. A. S. Lipperts, "The hypercube and the core cover of n-person
       cooperative games", Cahiers du Centre d'Études de Recherche Opérationnelle 24 (1982),
       pp. 27-37.
    """

    concept: str
    players: tuple[str, ...]
    lower: tuple[Number, ...]
    upper: tuple[Number, ...]
    grand: Number

    @property
    def is_empty(self) -> bool:
        """Whether no efficient vector lies between the bounds."""
        crossed = any(a > b for a, b in zip(self.lower, self.upper, strict=True))
        return crossed or not sum(self.lower) <= self.grand <= sum(self.upper)

    def has(self, point: Sequence[Any]) -> bool:
        """Say whether a point is in the set.

        Parameters
        ----------
        point : sequence of numbers, length n
            Shares.

        Returns
        -------
        bool
            By exact comparison.
        """
        shares = [Fraction(x) for x in point]
        between = all(
            Fraction(a) <= x <= Fraction(b)
            for a, x, b in zip(self.lower, shares, self.upper, strict=True)
        )
        return between and sum(shares) == Fraction(self.grand)


def core_cover(game: TUGame) -> Bounds:
    """Bound the shares by minimal rights and utopia payoffs: the core cover.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Bounds
        It contains the core.

    References
    ----------
    .. [1] S. H. Tijs and F. A. S. Lipperts, "The hypercube and the core cover of n-person
       cooperative games", Cahiers du Centre d'Études de Recherche Opérationnelle 24 (1982),
       pp. 27-37.

    Examples
    --------
    >>> found = core_cover(TUGame([0, 0, 0, 1, 0, 1, 1, 2]))
    >>> [str(x) for x in found.lower], [str(x) for x in found.upper]
    (['0', '0', '0'], ['1', '1', '1'])
    """
    from solvers.values.compromise import minimal_rights, utopia_payoff

    lower, upper = minimal_rights(game), utopia_payoff(game)
    whole = game.worth((1 << game.n_players) - 1) if game.is_exact else game.grand
    return Bounds("core_cover", game.players, tuple(lower), tuple(upper), whole)


def reasonable_set(game: TUGame) -> Bounds:
    """Bound the shares by the least and the largest marginal contribution.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Bounds
        It contains core and Weber set.

    References
    ----------
    .. [1] J. W. Milnor, Reasonable outcomes for n-person games, RAND Corporation, RM-916, 1952.
    .. [2] L.-A. Gerard-Varet and S. Zamir, "Remarks on the reasonable set of outcomes in a
       general coalition function form game", International Journal of Game Theory 16 (1987),
       pp. 123-143.

    Examples
    --------
    >>> found = reasonable_set(TUGame([0, 1, 2, 5]))
    >>> [str(x) for x in found.lower], [str(x) for x in found.upper]
    (['1', '2'], ['3', '4'])
    """
    n = game.n_players
    table: Any = game.numerators if game.is_exact else game.values
    if game.is_exact and table.dtype != object and table.size:
        largest = max(int(table.max()), -int(table.min()))
        table = table.astype(object) if largest >> 61 else table
    lower, upper = [], []
    for i in range(n):
        pairs = table.reshape(-1, 2, 1 << i)
        gains = pairs[:, 1, :] - pairs[:, 0, :]
        lower.append(_number(game, np.min(gains)))
        upper.append(_number(game, np.max(gains)))
    whole = game.worth((1 << n) - 1) if game.is_exact else game.grand
    return Bounds("reasonable_set", game.players, tuple(lower), tuple(upper), whole)


def _number(game: TUGame, value: Any) -> Number:
    return Fraction(int(value), game.denominator) if game.is_exact else float(value)


def weber_set(game: TUGame) -> PointSet:
    """List the marginal vectors, whose convex hull is the Weber set.

    Parameters
    ----------
    game : TUGame
        At most `MAX_WEBER` players; doubles are taken at face value.

    Returns
    -------
    PointSet
        Each different vector once; not every one of them need be a vertex. The hull contains
        the core.

    Raises
    ------
    LimitError
        If there are more players.

    References
    ----------
    .. [1] R. J. Weber, "Probabilistic values for games", in: A. E. Roth (ed.), The Shapley
       Value, Cambridge University Press, 1988, pp. 101-119.

    Examples
    --------
    >>> [[str(x) for x in point] for point in weber_set(TUGame([0, 1, 2, 5]))]
    [['1', '4'], ['3', '2']]
    """
    points = marginal_vectors(game)

    def faults(claimed: Sequence[tuple[Fraction, ...]]) -> tuple[str, ...]:
        return () if set(claimed) == marginal_vectors(game) else ("not the marginal vectors",)

    return PointSet("weber_set", game.players, tuple(sorted(points)), faults)


def marginal_vectors(game: TUGame) -> set[tuple[Fraction, ...]]:
    """Find what the players add in every order.

    Parameters
    ----------
    game : TUGame
        At most `MAX_WEBER` players.

    Returns
    -------
    set of tuple of Fraction

    Raises
    ------
    LimitError
        If there are more players.

    References
    ----------
    .. [1] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1 (1971),
       pp. 11-26.
    """
    n = game.n_players
    if n > MAX_WEBER:
        raise LimitError(
            f"{n} players: all orders are gone through up to {MAX_WEBER}; reasonable_set(game) "
            f"bounds the Weber set"
        )
    game = game.rational()
    worths = [int(value) for value in game.numerators]
    # By coalition that has entered: the different vectors of its members.
    found: list[set[tuple[int, ...]]] = [set() for _ in worths]
    found[0].add((0,) * n)
    for mask in range(1 << n):
        for i in range(n):
            if not mask >> i & 1:
                gain = worths[mask | 1 << i] - worths[mask]
                found[mask | 1 << i].update((*v[:i], gain, *v[i + 1 :]) for v in found[mask])
        if mask != len(worths) - 1:
            found[mask] = set()
    return {tuple(Fraction(x, game.denominator) for x in v) for v in found[-1]}
