"""Shapley values from a sample of orders, for games too large to tabulate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.worths import Floats

__all__ = ["sampled_shapley"]

Worth = Callable[[tuple[Any, ...]], Any]
BATCH = 16  # pairs of orders that one stream of random numbers gives


@dataclass(frozen=True)
class _Plan:
    """What decides every number of a sample."""

    members: tuple[Any, ...]
    worth: Worth
    seed: int
    error: float
    orders: int


def sampled_shapley(
    worth: Worth | TUGame,
    players: int | Sequence[str] | None = None,
    *,
    seed: int,
    error: float = 0.0,
    orders: int = 4096,
) -> Allocation:
    """Estimate the Shapley value by marginal contributions in random orders.

    Parameters
    ----------
    worth : callable or TUGame
        Takes the members as a tuple of their names, or of their numbers from 0 where `players`
        is a number; gives the worth. The empty coalition is worth 0 and is not asked for.
    players : int or sequence of str, optional
        How many, or their names; left out only for a TUGame.
    seed : int
        Decides the sample, on any machine.
    error : float
        Stop as soon as no standard error is larger; never, when 0.
    orders : int
        Most orders, at least 64; a whole number of batches of 32 is drawn.

    Returns
    -------
    Allocation
        ``estimated``: the certificate has the standard errors, how many orders were drawn and
        why no more. The shares sum to v(N), but for rounding.

    Raises
    ------
    GameError
        If the function raises or gives no finite number, or an argument is out of range.

    Notes
    -----
    Each order is drawn with its reverse, which lowers the variance where early and late
    contributions of a player differ; the standard error is that of the means of such pairs.
    Worths are asked for once within a batch.

    References
    ----------
    .. [1] J. Castro, D. Gómez and J. Tejada, "Polynomial calculation of the Shapley value based
       on sampling", Computers & Operations Research 36 (2009), pp. 1726-1730.
    .. [2] R. Mitchell, J. Cooper, E. Frank and G. Holmes, "Sampling permutations for Shapley
       value estimation", Journal of Machine Learning Research 23 (2022), 43, pp. 1-46.

    Examples
    --------
    >>> found = sampled_shapley(lambda coalition: len(coalition) ** 2, 3, seed=7, orders=64)
    >>> np.allclose(found, 3), found.guarantee
    (True, 'estimated')
    """
    if isinstance(worth, TUGame):
        game: TUGame | None = worth
        names, function = worth.players, _table(worth)
        members: tuple[Any, ...] = tuple(range(worth.n_players))
    else:
        game, function = None, worth
        if players is None:
            raise GameError("say how many players the function has, or their names")
        if isinstance(players, int):
            members = tuple(range(players))
            names = tuple(str(i + 1) for i in members)
        else:
            members = names = tuple(players)
    if orders < 64 or not error >= 0 or len(set(members)) < len(members):
        raise GameError("a sample needs 64 orders or more, an error of at least 0, different names")
    plan = _Plan(members, function, seed, float(error), orders)
    shares, certificate = _sample(plan)
    return Allocation(
        "shapley",
        names,
        shares,
        None,
        "estimated",
        None,
        certificate,
        partial(_repeats, plan),
        game,
        "random orders in pairs",
        seed=seed,
    )


def _table(game: TUGame) -> Worth:
    values = game.values
    return lambda coalition: values[sum(1 << i for i in coalition)]


def _sample(plan: _Plan) -> tuple[Floats, dict[str, Any]]:
    n, members = len(plan.members), plan.members
    mean, squares, pairs = np.zeros(n), np.zeros(n), 0
    errors = np.full(n, np.inf)
    batches = -(-plan.orders // (2 * BATCH))
    stopped = "orders"
    for batch in range(batches if n else 0):
        # A stream for each batch, so that a longer sample begins with the shorter one.
        random = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(batch,)))
        known: dict[int, float] = {0: 0.0}
        for _ in range(BATCH):
            order = random.permutation(n)
            found = (_gains(plan, order, known) + _gains(plan, order[::-1], known)) / 2
            pairs += 1
            step = found - mean
            mean += step / pairs
            squares += step * (found - mean)
        errors = np.sqrt(squares / (pairs * (pairs - 1)))
        if batch and errors.max() <= plan.error:
            stopped = "error"
            break
    certificate: dict[str, Any] = {
        "standard_errors": {str(p): float(e) for p, e in zip(members, errors, strict=True)},
        "orders": 2 * pairs,
        "stopped_by": stopped,
        "largest_error_allowed": plan.error,
    }
    return mean, certificate


def _gains(plan: _Plan, order: Any, known: dict[int, float]) -> Floats:
    gains = np.empty(len(plan.members))
    mask, before = 0, 0.0
    for i in order.tolist():
        mask |= 1 << i
        after = known.get(mask)
        if after is None:
            after = known[mask] = _asked(plan, mask)
        gains[i] = after - before
        before = after
    return gains


def _asked(plan: _Plan, mask: int) -> float:
    coalition = tuple(p for i, p in enumerate(plan.members) if mask >> i & 1)
    try:
        worth = float(plan.worth(coalition))
    except Exception as error:
        raise GameError(
            f"the worth of {coalition} cannot be computed: {type(error).__name__}: {error}"
        ) from error
    if not isfinite(worth):
        raise GameError(f"the worth of {coalition} is {worth}; every worth is finite")
    return worth


def _repeats(plan: _Plan, point: Allocation) -> bool:
    """Draw the same sample again."""
    shares = point.allocation
    return shares is not None and bool(np.array_equal(_sample(plan)[0], shares))
