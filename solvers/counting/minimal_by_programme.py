"""Count minimal winning coalitions over all sizes by a programme over sums of weights, compiled."""

from __future__ import annotations

from math import comb

from solvers.counting.counts import MAX_BYTES, MinimalTotals, compiled
from solvers.counting.residues import combined, moduli_for
from solvers.counting.simple_games import SimpleGame
from solvers.errors import LimitError

__all__ = ["count", "refusal", "seconds"]

ONE_QUOTA = "takes one quota of weights; here are more requirements"
MAX_SECONDS = 60.0


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
    if not isinstance(game.root, int):
        return ONE_QUOTA
    cells = game.thresholds[0]
    if 16 * cells > MAX_BYTES:
        return f"takes {MAX_BYTES // 16:,} sums; here are {cells:,}"
    if _loops(game) > MAX_SECONDS:
        return f"takes {MAX_SECONDS:.0f} s; here about {_loops(game):,.0f} s are needed"
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
    return compiled(_loops(game), "minimal_sums")


def _loops(game: SimpleGame) -> float:
    n = game.n_players
    return n * (game.thresholds[0] + 200) * len(_moduli(n)) * 5e-10 + n * 1e-5


def _moduli(n: int) -> tuple[int, ...]:
    # None contains another: there are at most as many as coalitions of the middle size (Sperner).
    return moduli_for(comb(n, n // 2).bit_length())


def count(game: SimpleGame) -> MinimalTotals:
    """Count minimal winning coalitions, and those that contain each player.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    MinimalTotals

    Raises
    ------
    LimitError
        If the rule has more than one requirement.

    Notes
    -----
    With the weights in falling order a coalition is minimal when its last member makes it win.
    For each player the sets of heavier players are joined, sum by sum, with the ways in which
    lighter ones may end a coalition. The former are undone player by player while the latter
    grow, so that two tables of the sums below the quota are enough. Time O(n quota moduli).

    References
    ----------
    .. [1] T. Matsui and Y. Matsui, "A survey of algorithms for calculating power indices of
       weighted majority games", Journal of the Operations Research Society of Japan 43 (2000),
       pp. 71-86.
    """
    import numpy as np

    from solvers.kernels.minimal_sums import minimal_with

    if not isinstance(game.root, int):
        raise LimitError(f"this method {ONE_QUOTA}")
    weights, quota, n = game.weights[0], game.thresholds[0], game.n_players
    falling = sorted((w for w in weights if w), reverse=True)
    order = np.array(falling, np.int64)
    before, after = np.empty(quota, np.uint64), np.empty(quota, np.uint64)
    moduli = _moduli(n)
    rows = []
    for modulus in moduli:
        found = np.zeros((order.size + 1, 4), np.uint64)
        minimal_with(order, quota, np.uint64(modulus % 2**64), before, after, found)
        rows.append([_joined(places) % modulus for places in found.tolist()])
    numbers = [combined(column, moduli) for column in zip(*rows, strict=True)]
    # Of players with one weight the last has an entry; it overwrites those before it.
    own = dict(zip(falling, numbers, strict=False)) | {0: 0}
    return MinimalTotals(n, numbers[-1], tuple(own[w] for w in weights), "programme-minimal")


def _joined(places: list[int]) -> int:
    return sum(part << (32 * k) for k, part in enumerate(places))
