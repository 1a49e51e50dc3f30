"""Values of games with unions: players that act together towards the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from math import comb, factorial, lcm
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.tables import integers_for, popcounts, subset_sums
from solvers.games.transforms import subgame
from solvers.values.checks import agrees, float_bound, linear_in_dividends, value_of
from solvers.values.shapley import banzhaf_value, shapley_value

__all__ = [
    "aumann_dreze_value",
    "banzhaf_owen_value",
    "owen_value",
    "partition_masks",
    "symmetric_coalitional_banzhaf_value",
]

Unions = Sequence[Iterable[int | str]]
Inner = Callable[[TUGame], Allocation]


def owen_value(game: TUGame, unions: Unions) -> Allocation:
    """Give every player its mean marginal contribution over the orders that keep unions together.

    Parameters
    ----------
    game : TUGame
        The game.
    unions : sequence of coalitions
        Disjoint; who is in none is a union of one.

    Returns
    -------
    Allocation
        The shares sum to v(N); a union has its Shapley value in the game of the unions.

    Raises
    ------
    GameError
        If a player is unknown or in two unions.

    References
    ----------
    .. [1] G. Owen, "Values of games with a priori unions", Essays in Mathematical Economics and
       Game Theory, Springer, 1977, pp. 76-88.

    Examples
    --------
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> [str(x) for x in owen_value(majority, [["1", "2"]])]
    ['1/2', '1/2', '0']
    """
    return _with_unions("owen", game, unions, _by_orders, shapley_value)


def banzhaf_owen_value(game: TUGame, unions: Unions) -> Allocation:
    """Weigh all sets of other unions alike, and all sets of members of the own union.

    Parameters
    ----------
    game : TUGame
        The game.
    unions : sequence of coalitions
        As for :func:`owen_value`.

    Returns
    -------
    Allocation
        Not scaled.

    Raises
    ------
    GameError
        As :func:`owen_value`.

    References
    ----------
    .. [1] G. Owen, "Modification of the Banzhaf-Coleman index for games with a priori unions",
       Power, Voting, and Voting Power, Physica, 1982, pp. 232-238.

    Examples
    --------
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> [str(x) for x in banzhaf_owen_value(majority, [["1", "2"]])]
    ['1/2', '1/2', '0']
    """
    return _with_unions("banzhaf_owen", game, unions, _by_sets, banzhaf_value)


def symmetric_coalitional_banzhaf_value(game: TUGame, unions: Unions) -> Allocation:
    """Weigh all sets of other unions alike, and all orders of the own union.

    Parameters
    ----------
    game : TUGame
        The game.
    unions : sequence of coalitions
        As for :func:`owen_value`.

    Returns
    -------
    Allocation
        The members of a union share its Banzhaf value in the game of the unions.

    Raises
    ------
    GameError
        As :func:`owen_value`.

    References
    ----------
    .. [1] J. M. Alonso-Meijide and M. G. Fiestras-Janeiro, "Modification of the Banzhaf value
       for games with a coalition structure", Annals of Operations Research 109 (2002),
       pp. 213-227.
    """
    return _with_unions("symmetric_coalitional_banzhaf", game, unions, _by_sets, shapley_value)


def aumann_dreze_value(game: TUGame, structure: Unions) -> Allocation:
    """Give every player its Shapley value in the game of its own coalition.

    Parameters
    ----------
    game : TUGame
        The game.
    structure : sequence of coalitions
        A partition of the players into the coalitions that have formed.

    Returns
    -------
    Allocation
        The shares of a coalition sum to its worth.

    Raises
    ------
    GameError
        If the structure is no partition.

    References
    ----------
    .. [1] R. J. Aumann and J. H. Drèze, "Cooperative games with coalition structures",
       International Journal of Game Theory 3 (1974), pp. 217-237.

    Examples
    --------
    >>> [str(x) for x in aumann_dreze_value(TUGame([0, 1, 2, 5, 0, 0, 0, 9]), ["1,2", "3"])]
    ['2', '3', '0']
    """
    parts = partition_masks(game, structure, complete=True)
    return _wrapped(
        "aumann_dreze",
        game,
        lambda g: _inside(g, parts),
        lambda exact: linear_in_dividends(exact, lambda i, mask: _share_inside(parts, i, mask)),
        parts,
    )


def partition_masks(game: TUGame, unions: Unions, complete: bool = False) -> tuple[int, ...]:
    """Read disjoint coalitions, and make those that are in none coalitions of one.

    Parameters
    ----------
    game : TUGame
        The game.
    unions : sequence of coalitions
        As :meth:`~solvers.games.game.TUGame.mask` reads them; empty ones are passed over.
    complete : bool
        Whether everybody must be in one.

    Returns
    -------
    tuple of int
        Masks.

    Raises
    ------
    GameError
        If a player is unknown, in two of them, or missing where none may be.

    Examples
    --------
    >>> partition_masks(TUGame([0] * 8), [["1", "3"]])
    (5, 2)
    """
    found, seen = [], 0
    for union in unions:
        members = [union] if isinstance(union, int) else list(_each(union))
        mask = 0
        for member in members:
            bit = game.mask([member])
            if (seen | mask) & bit:
                raise GameError(
                    f"player {game.coalition(bit)[0]} is in two coalitions, or twice in one"
                )
            mask |= bit
        if mask:
            found.append(mask)
            seen |= mask
    rest = ((1 << game.n_players) - 1) & ~seen
    if rest and complete:
        raise GameError(f"no partition: {', '.join(game.coalition(rest))} belongs to no coalition")
    return (*found, *(1 << i for i in range(game.n_players) if rest >> i & 1))


def _each(union: Iterable[int | str]) -> Iterable[int | str]:
    if isinstance(union, str):
        return [part.strip() for part in union.split(",") if part.strip()]
    return union


def _by_orders(before: int, others: int) -> Fraction:
    return Fraction(factorial(before) * factorial(others - before), factorial(others + 1))


def _by_sets(before: int, others: int) -> Fraction:
    return Fraction(1, 1 << others)


def _with_unions(
    concept: str,
    game: TUGame,
    unions: Unions,
    outer: Callable[[int, int], Fraction],
    inner: Inner,
) -> Allocation:
    parts = partition_masks(game, unions)
    share = partial(_share, parts, outer is _by_orders, inner is shapley_value)
    return _wrapped(
        concept,
        game,
        lambda g: _shares(g, parts, outer, inner),
        lambda exact: linear_in_dividends(exact, share),
        parts,
    )


def _wrapped(
    concept: str,
    game: TUGame,
    find: Callable[[TUGame], tuple[Any, ...]],
    second: Callable[[TUGame], tuple[Fraction, ...]],
    parts: tuple[int, ...],
) -> Allocation:
    def certificate() -> dict[str, Any]:
        found: dict[str, Any] = {"unions": [list(game.coalition(m)) for m in parts]}
        if not game.is_exact:
            found["error_bound"] = float_bound(game, 1 << game.n_players, 8.0 + game.n_players)
        return found

    return value_of(
        concept, game, find(game), find, certificate, lambda point: agrees(game, point, second),
        solver="mean games of the unions",
    )  # fmt: skip


def _shares(
    game: TUGame, parts: tuple[int, ...], outer: Callable[[int, int], Fraction], inner: Inner
) -> tuple[Any, ...]:
    shares: list[Any] = [None] * game.n_players
    others = len(parts) - 1
    weights = [outer(h, others) for h in range(others + 1)]
    for own in parts:
        sums = subset_sums([p for p in parts if p != own], np.int64)
        members = [i for i in range(game.n_players) if own >> i & 1]
        mean = _mean_game(game, subset_sums([1 << i for i in members], np.int64), sums, weights)
        for i, share in zip(members, inner(mean), strict=True):
            shares[i] = share
    return tuple(shares)


def _mean_game(game: TUGame, inside: Any, outside: Any, weights: list[Fraction]) -> TUGame:
    """Average, over the sets of other unions, what the members of one union add to them."""
    sizes = popcounts(len(outside).bit_length() - 1)
    names = tuple(str(i) for i in range(len(inside).bit_length() - 1))
    if game.is_exact:
        scale = lcm(*(w.denominator for w in weights))
        whole = [int(w * scale) for w in weights]
        reach = 2 * sum(comb(len(weights) - 1, h) * w for h, w in enumerate(whole))
        table = integers_for(game.numerators, reach)
        factors = np.array(whole, table.dtype)[sizes]
        start = table[outside]
        found = [int(((table[outside | s] - start) * factors).sum()) for s in inside.tolist()]
        return TUGame.of_integers(np.array(found, object), game.denominator * scale, names)
    factors = np.array([float(w) for w in weights])[sizes]
    values = game.values
    means = [float(((values[outside | s] - values[outside]) * factors).sum()) for s in
             inside.tolist()]  # fmt: skip
    return TUGame.of(np.array(means), players=names)


def _share(
    parts: tuple[int, ...], orders: bool, shapley_inside: bool, i: int, mask: int
) -> Fraction:
    """Share of a player in the dividend of a coalition."""
    met = sum(1 for p in parts if p & mask)
    own = next((p & mask).bit_count() for p in parts if p >> i & 1)
    outside = Fraction(1, met) if orders else Fraction(2, 1 << met)
    return outside * (Fraction(1, own) if shapley_inside else Fraction(2, 1 << own))


def _inside(game: TUGame, parts: tuple[int, ...]) -> tuple[Any, ...]:
    shares: list[Any] = [None] * game.n_players
    for part in parts:
        members = [i for i in range(game.n_players) if part >> i & 1]
        for i, share in zip(members, shapley_value(subgame(game, part)), strict=True):
            shares[i] = share
    return tuple(shares)


def _share_inside(parts: tuple[int, ...], i: int, mask: int) -> Fraction:
    return Fraction(1, mask.bit_count()) if any(mask & ~p == 0 for p in parts) else Fraction(0)
