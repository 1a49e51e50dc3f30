"""Shapley values in which the players have weights, for what they do not bring in themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame, check_size
from solvers.games.solution import Allocation
from solvers.games.tables import integers_for, subset_sums, transformed
from solvers.games.worths import exact_number
from solvers.values.checks import agrees

__all__ = ["MAX_WEIGHTED", "weighted_shapley"]

MAX_WEIGHTED = 16
"""Most players of a weighted Shapley value, which is found in fractions for doubles as well."""


def weighted_shapley(
    game: TUGame,
    weights: Sequence[Any] | Mapping[str, Any],
    classes: Sequence[Iterable[int | str]] | None = None,
) -> Allocation:
    """Divide the dividend of every coalition among its members in proportion to weights.

    Parameters
    ----------
    game : TUGame
        At most `MAX_WEIGHTED` players.
    weights : sequence of numbers, length n, or mapping from names
        All larger than 0; floats are taken at face value.
    classes : sequence of coalitions, optional
        A partition of the players, the lowest class first: only the members of the highest
        class in a coalition share its dividend. With one class, as when left out, all do.

    Returns
    -------
    Allocation
        The shares sum to v(N).

    Raises
    ------
    GameError
        If a weight is not larger than 0 (a player of weight 0 belongs in a lower class), or the
        classes are no partition.
    LimitError
        If there are more players.

    References
    ----------
    .. [1] L. S. Shapley, Additive and Non-Additive Set Functions, dissertation, Princeton
       University, 1953.
    .. [2] E. Kalai and D. Samet, "On weighted Shapley values", International Journal of Game
       Theory 16 (1987), pp. 205-222.

    Examples
    --------
    >>> game = TUGame([0, 0, 0, 6])
    >>> [str(x) for x in weighted_shapley(game, [1, 2])]
    ['2', '4']
    >>> [str(x) for x in weighted_shapley(game, [1, 2], classes=[["2"], ["1"]])]
    ['6', '0']
    """
    n = check_size(game.n_players, MAX_WEIGHTED)
    fractions = _weights(game, weights)
    levels = _levels(game, classes)
    scale = lcm(*(w.denominator for w in fractions))
    whole = [int(w * scale) for w in fractions]
    exact = _shares(game.rational(), whole, levels)
    return Allocation(
        "weighted_shapley",
        game.players,
        exact=exact,
        certificate={"weights": [str(w) for w in fractions], "classes": levels},
        verifier=partial(_verified, game, tuple(whole), tuple(levels)),
        game=game,
        solver=f"dividends of {1 << n} coalitions",
    )


def _weights(game: TUGame, weights: Sequence[Any] | Mapping[str, Any]) -> list[Fraction]:
    if isinstance(weights, Mapping):
        unknown = [name for name in weights if name not in game.players]
        missing = [name for name in game.players if name not in weights]
        if unknown or missing:
            raise GameError(f"weights are for the players; look at {(unknown or missing)[0]!r}")
        weights = [weights[name] for name in game.players]
    if len(weights) != game.n_players:
        raise GameError(f"{len(weights)} weights for {game.n_players} players")
    found = []
    for name, weight in zip(game.players, weights, strict=True):
        exact = exact_number(weight)
        try:
            value = Fraction(float(weight)) if exact is None else exact
        except (ValueError, OverflowError):
            raise GameError(f"the weight of {name} is {weight}; it is a finite number") from None
        if value <= 0:
            raise GameError(
                f"the weight of {name} is {weight}; weights are larger than 0, and who is to come "
                f"after the others belongs in a lower class"
            )
        found.append(value)
    return found


def _levels(game: TUGame, classes: Sequence[Iterable[int | str]] | None) -> list[int]:
    """Give the masks of the classes, from the lowest to the highest."""
    grand = (1 << game.n_players) - 1
    if classes is None:
        return [grand] if grand else []
    masks = [game.mask(c) for c in classes]
    if sum(m.bit_count() for m in masks) != game.n_players or sum(masks) != grand:
        raise GameError("the classes must name every player once")
    return masks


def _shares(game: TUGame, weights: list[int], levels: list[int]) -> tuple[Fraction, ...]:
    n = game.n_players
    dividends = transformed(integers_for(game.numerators, 4**n), -1)
    sharing = np.arange(1 << n)
    for level in levels:  # a higher class takes the place of a lower one
        sharing = np.where(np.arange(1 << n) & level, np.arange(1 << n) & level, sharing)
    total = subset_sums(np.array(weights, object))
    # Coalitions that share by the same members add up before anything is divided.
    sums = np.zeros(1 << n, dividends.dtype)
    np.add.at(sums, sharing, dividends)
    shares = []
    for i, weight in enumerate(weights):
        own = np.flatnonzero((sharing >> i & 1 == 1) & (sums[sharing] != 0))
        by_total: dict[int, int] = {}
        for mask in np.unique(sharing[own]).tolist():
            by_total[total[mask]] = by_total.get(total[mask], 0) + int(sums[mask])
        share = sum((Fraction(x, t) for t, x in by_total.items()), Fraction(0))
        shares.append(weight * share / game.denominator)
    return tuple(shares)


def _verified(
    game: TUGame, weights: tuple[int, ...], levels: tuple[int, ...], point: Allocation
) -> bool:
    return agrees(game, point, lambda exact: _by_potential(exact, weights, levels))


def _by_potential(
    game: TUGame, weights: tuple[int, ...], levels: tuple[int, ...]
) -> tuple[Fraction, ...]:
    """Find the shares by the weighted potential, class by class.

    With one class P(S) = (v(S) + sum of w_i P(S without i)) / w(S), and a share is
    w_i (P(N) - P(N without i)).
    """
    n = game.n_players
    shares = [Fraction(0)] * n
    below = 0
    for level in levels:
        below |= level
        # In the game on this and the lower classes, the members of this one share what it adds.
        for i in (i for i in range(n) if level >> i & 1):
            shares[i] = weights[i] * (
                _potential(game, weights, level, below)
                - _potential(game, weights, level & ~(1 << i), below & ~(1 << i))
            )
    return tuple(shares)


def _potential(game: TUGame, weights: tuple[int, ...], level: int, everybody: int) -> Fraction:
    """Weighted potential of the members of one class, those of lower classes always there."""
    lower = everybody & ~level
    known = {0: Fraction(0)}
    members = [1 << i for i in range(game.n_players) if level >> i & 1]
    base = game.worth(lower)
    for mask in sorted(subset_sums(members, np.int64).tolist(), key=int.bit_count)[1:]:
        own = [i for i in range(game.n_players) if mask >> i & 1]
        gain = game.worth(mask | lower) - base
        before = sum((weights[i] * known[mask & ~(1 << i)] for i in own), Fraction(0))
        known[mask] = (gain + before) / sum(weights[i] for i in own)
    return known[level]
