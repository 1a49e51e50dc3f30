"""Count by meeting in the middle: the coalitions of each half, sorted by weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from solvers.counting.by_programme import TWO_KINDS, answer
from solvers.counting.counts import Counts, MinimalCounts, compiled
from solvers.counting.simple_games import SimpleGame
from solvers.counting.size_and_weight import losing_side, size_and_weight
from solvers.errors import LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["count", "count_minimal", "refusal", "seconds", "seconds_minimal"]

MAX_PLAYERS = 40
MAX_WEIGHT = 2**62


def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    if game.n_players > MAX_PLAYERS:
        return f"takes {MAX_PLAYERS} players; here are {game.n_players:,}"
    form = size_and_weight(game)
    if form is None:
        return TWO_KINDS
    if sum(form.weights) >= MAX_WEIGHT:
        return "takes weights that sum to less than 2**62"
    return None


def seconds(game: SimpleGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return compiled(_loops(game), "half_sums")


def _loops(game: SimpleGame) -> float:
    half = (game.n_players + 1) // 2
    return 3e-4 + (half * half << half) * 2e-9


def count(game: SimpleGame) -> Counts:
    """Count winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Counts

    Notes
    -----
    For each size on the left and on the right, two pointers find how many partners each
    coalition has. Time O(2**(n/2) n**2), memory O(2**(n/2)), whatever the weights.

    References
    ----------
    .. [1] E. Horowitz and S. Sahni, "Computing partitions with applications to the knapsack
       problem", Journal of the ACM 21 (1974), pp. 277-292.
    .. [2] B. Klinz and G. J. Woeginger, "Faster algorithms for computing power indices in
       weighted voting games", Mathematical Social Sciences 49 (2005), pp. 111-116.
    """
    form = size_and_weight(game)
    if form is None:
        raise LimitError(f"this method {TWO_KINDS}")
    return answer(form, *_below(form.weights, form.below), "halves")


def seconds_minimal(game: SimpleGame) -> float:
    """Estimate the time for minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return compiled(1e-4 * game.n_players + 8 * _loops(game), "half_sums")


def count_minimal(game: SimpleGame) -> MinimalCounts:
    """Count minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    MinimalCounts

    Notes
    -----
    A winning coalition is minimal when it loses without its lightest member. For each player
    as the lightest, the rest are coalitions of heavier players that lose, less those that also
    lose with it: two counts of coalitions below a bound.
    """
    form = losing_side(game)
    if form is None:
        raise LimitError(f"this method {TWO_KINDS}")
    n, least = game.n_players, form.below
    order = sorted(range(n), key=lambda i: -form.weights[i])
    weights = tuple(form.weights[i] for i in order)
    minimal = [0] * (n + 1)
    own = [[0] * (n + 1) for _ in range(n)]
    if least[0] <= 0:  # nobody is needed
        minimal[0] = 1
    for j, player in enumerate(order):
        losing = least[: j + 1]
        with_it = [min(a, b - weights[j]) for a, b in zip(losing, least[1:], strict=False)]
        if all(a <= max(b, 0) for a, b in zip(losing, with_it, strict=True)):
            continue
        lost, lost_own = _below(weights[:j], losing)
        still, still_own = _below(weights[:j], with_it)
        for s in range(j + 1):
            minimal[s + 1] += lost[s] - still[s]
            own[player][s + 1] += lost[s] - still[s]
            for k in range(j):
                own[order[k]][s + 1] += lost_own[k][s] - still_own[k][s]
    return MinimalCounts(n, tuple(minimal), tuple(map(tuple, own)), "halves")


def _below(weights: Sequence[int], bounds: Sequence[int]) -> tuple[list[int], list[list[int]]]:
    """Count coalitions with a sum below the bound of their size, and those with each player."""
    import numpy as np

    from solvers.kernels.half_sums import pair_up

    n = len(weights)
    left = n // 2
    bound = np.array(bounds, np.int64)
    below = np.zeros(n + 1, np.int64)
    own = np.zeros((n, n + 1), np.int64)
    a, b = _sorted(weights[:left]), _sorted(weights[left:])
    pair_up(*a, b[0], b[2], bound, below, own[:left])
    pair_up(*b, a[0], a[2], bound, np.zeros(n + 1, np.int64), own[left:])
    return below.tolist(), own.tolist()


def _sorted(
    weights: Sequence[int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Sort the coalitions of some players by size, then by weight.

    Returns
    -------
    (starts, masks, sums)
        Coalitions of size s stand from ``starts[s]`` to ``starts[s + 1]``.
    """
    import numpy as np

    from solvers.kernels.half_sums import sort_subsets

    n = len(weights)
    starts = np.zeros((2, n + 2), np.int64)
    masks = np.zeros((2, 2**n), np.int64)
    sums = np.zeros((2, 2**n), np.int64)
    sort_subsets(np.array(weights, np.int64), starts, masks, sums)
    last = n % 2
    return starts[last], masks[last], sums[last]
