"""Egalitarian values: equal shares of the whole, of a surplus, or as equal as the core allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame, check_size
from solvers.games.properties import is_convex
from solvers.games.solution import Allocation
from solvers.games.tables import integers_for, popcounts, subset_sums, table_of
from solvers.values.checks import agrees, float_bound, value_of
from solvers.values.compromise import marginal_worths

__all__ = ["center_of_imputations", "dutta_ray", "ensc_value", "equal_division"]

MAX_DUTTA_RAY = 20
"""Most players of the constrained egalitarian allocation."""


def equal_division(game: TUGame) -> Allocation:
    """Give every player the same part of v(N).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation

    References
    ----------
    .. [1] R. van den Brink, "Null or nullifying players: the difference between the Shapley
       value and equal division solutions", Journal of Economic Theory 136 (2007), pp. 767-775.

    Examples
    --------
    >>> [str(x) for x in equal_division(TUGame([0, 1, 2, 5]))]
    ['5/2', '5/2']
    """
    return _surplus("equal_division", game, lambda g: (0,) * g.n_players)


def center_of_imputations(game: TUGame) -> Allocation:
    """Give every player what it has alone, and an equal part of what is left (CIS).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        The barycentre of the imputations, where there are any.

    References
    ----------
    .. [1] T. S. H. Driessen and Y. Funaki, "Coincidence of and collinearity between game
       theoretic solutions", OR Spektrum 13 (1991), pp. 15-30.

    Examples
    --------
    >>> [str(x) for x in center_of_imputations(TUGame([0, 1, 2, 5]))]
    ['2', '3']
    """
    return _surplus("center_of_imputations", game, _alone)


def ensc_value(game: TUGame) -> Allocation:
    """Give every player what it adds to all others, and an equal part of what is left (ENSC).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        Egalitarian non-separable contribution: the centre of imputations of the dual.

    References
    ----------
    .. [1] T. S. H. Driessen and Y. Funaki, "Coincidence of and collinearity between game
       theoretic solutions", OR Spektrum 13 (1991), pp. 15-30.

    Examples
    --------
    >>> [str(x) for x in ensc_value(TUGame([0, 0, 0, 2, 0, 3, 4, 5]))]
    ['2/3', '5/3', '8/3']
    """
    return _surplus("ensc", game, marginal_worths)


def dutta_ray(game: TUGame) -> Allocation:
    """Find the most equal allocation of the core of a convex game.

    Parameters
    ----------
    game : TUGame
        Convex, of at most `MAX_DUTTA_RAY` players.

    Returns
    -------
    Allocation
        It Lorenz-dominates every other allocation of the core. The certificate lists the
        coalitions in the order in which they were served.

    Raises
    ------
    GameError
        If the game is not convex: the allocation may not exist, and the steps do not find it.
    LimitError
        If there are more players.

    Notes
    -----
    The largest coalition with the largest worth per head is served first, each member alike;
    then the game is reduced to what the others add to those served. Time O(n 2**n).

    References
    ----------
    .. [1] B. Dutta and D. Ray, "A concept of egalitarianism under participation constraints",
       Econometrica 57 (1989), pp. 615-635.
    .. [2] S. Fujishige, "Lexicographically optimal base of a polymatroid with respect to a
       weight vector", Mathematics of Operations Research 5 (1980), pp. 186-196.

    Examples
    --------
    >>> [str(x) for x in dutta_ray(TUGame([0, 4, 0, 5]))]
    ['4', '1']
    """
    check_size(game.n_players, MAX_DUTTA_RAY)
    convex = is_convex(game)
    if not convex:
        raise GameError(f"the Dutta-Ray allocation is found for convex games only: {convex.reason}")
    shares, steps = _served(game)
    return value_of(
        "egalitarian_dutta_ray",
        game,
        shares,
        lambda g: _served(g)[0],
        partial(_steps, game, steps),
        partial(_is_lexicographic, game),
        solver="largest worth per head first",
    )


def _alone(game: TUGame) -> tuple[Any, ...]:
    table = game.numerators if game.is_exact else game.values
    if game.is_exact:
        return tuple(Fraction(int(table[1 << i]), game.denominator) for i in range(game.n_players))
    return tuple(float(table[1 << i]) for i in range(game.n_players))


def _surplus(concept: str, game: TUGame, base: Callable[[TUGame], Sequence[Any]]) -> Allocation:
    def shares(g: TUGame) -> tuple[Any, ...]:
        total: Any = g.worth((1 << g.n_players) - 1) if g.is_exact else g.grand
        own = base(g)
        return tuple(x + (total - sum(own)) / g.n_players for x in own)

    def certificate() -> dict[str, Any]:
        found: dict[str, Any] = {"base": list(base(game))}
        if not game.is_exact:
            found["error_bound"] = float_bound(game, 2 * game.n_players + 4, 6.0)
        return found

    def verifier(point: Allocation) -> bool:
        return agrees(game, point, lambda exact: _by_equal_parts(exact, base(exact)))

    return value_of(concept, game, shares(game), shares, certificate, verifier)


def _by_equal_parts(game: TUGame, base: Sequence[Any]) -> tuple[Fraction, ...]:
    """Find the efficient point whose distance from the base is the same for all."""
    n = game.n_players
    if not n:
        return ()
    first = (game.worth((1 << n) - 1) - sum(base[i] - base[0] for i in range(n))) / n
    return tuple(first + base[i] - base[0] for i in range(n))


def _served(game: TUGame) -> tuple[tuple[Any, ...], list[tuple[int, Any]]]:
    """Serve coalition after coalition; steps are masks with the amount for each member."""
    n = game.n_players
    table = table_of(game, 2 * (n + 1) ** 2)
    shares: list[Any] = [Fraction(0) if game.is_exact else 0.0] * n
    steps: list[tuple[int, Any]] = []
    served, grand = 0, (1 << n) - 1
    while served != grand:
        players = [1 << i for i in range(n) if not served >> i & 1]
        masks = subset_sums(players, np.int64)[1:]
        sizes = popcounts(len(players))[1:]
        gains = table[masks | served] - table[served]
        if game.is_exact:
            each, best = _best_exactly(gains, sizes, masks)
            amount: Any = each / game.denominator
        else:
            heads = gains / sizes
            place = int(np.lexsort((sizes, heads))[-1])
            amount, best = float(heads[place]), int(masks[place])
        for i in range(n):
            if best >> i & 1:
                shares[i] = amount
        steps.append((best, amount))
        served |= best
    return tuple(shares), steps


def _best_exactly(gains: Any, sizes: Any, masks: Any) -> tuple[Fraction, int]:
    """Find the largest gain per head, and the union of the coalitions that have it."""
    most: Fraction | None = None
    for size in range(1, int(sizes[-1]) + 1):
        each = Fraction(int(gains[sizes == size].max()), size)
        most = each if most is None or each > most else most
    if most is None:
        raise GameError("a game without players serves nobody")
    gains = integers_for(gains, 2 * most.denominator)
    tight = masks[gains * most.denominator == sizes.astype(gains.dtype) * most.numerator]
    return most, int(np.bitwise_or.reduce(tight))


def _steps(game: TUGame, steps: list[tuple[int, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "served": [{"coalition": list(game.coalition(m)), "each": x} for m, x in steps]
    }
    if not game.is_exact:
        # A share is a mean of worths, and may be another one that is no further off than this.
        found["error_bound"] = float_bound(game, 8 * game.n_players + 8, 4.0 * game.n_players)
    return found


def _is_lexicographic(game: TUGame, point: Allocation) -> bool:
    """Check that the shares lie in the core and that every level set gets just its worth.

    Those who have at least so much must be worth what they have: then nothing can be moved
    from a richer to a poorer player.
    """
    if not point.is_defined:
        return False
    if not point.has_exact:
        exact = _served(game.rational())[0]
        return agrees(game, point, lambda _: exact) and _tight(game.rational(), exact)
    return _tight(game.rational(), point.exact or ())


def _tight(game: TUGame, shares: Sequence[Fraction]) -> bool:
    n, denominator = game.n_players, game.denominator
    if len(shares) != n:
        return False
    for mask in range(1, 1 << n):
        own = sum((shares[i] for i in range(n) if mask >> i & 1), Fraction(0))
        if own * denominator < int(game.numerators[mask]):
            return False
    levels = sorted(set(shares))
    sets = [sum(1 << i for i in range(n) if shares[i] >= level) for level in levels]
    return all(
        sum((shares[i] for i in range(n) if mask >> i & 1), Fraction(0)) == game.worth(mask)
        for mask in sets
    )
