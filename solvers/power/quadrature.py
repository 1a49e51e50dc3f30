"""Power in large weighted games, in floats: Owen's integral by quadrature, with its error.

References
----------
.. [1] G. Owen, "Multilinear extensions of games", Management Science 18 (1972), pp. P64-P79.
.. [2] D. Leech, "Computing power indices for large voting games", Management Science 49 (2003),
   pp. 831-838.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, gcd, sqrt
from operator import index
from typing import TYPE_CHECKING

from solvers.errors import GameError, LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "MAX_CELLS",
    "MAX_PLAYERS",
    "FloatPower",
    "banzhaf_floats",
    "refusal",
    "seconds",
    "shapley_shubik_floats",
]

MAX_CELLS = 80_000_000
"""Most sums that are told apart: two tables of 8 bytes each, 1.2 GiB."""

MAX_PLAYERS = 1000
"""Most players: sums of up to 2**n subsets have to stay finite."""

ACCEPTED = 1e-13  # how far a sum of shares may be from 1, before more nodes are tried
DOUBTFUL = 1e-9  # values below are looked into: the player may never decide


@dataclass(frozen=True)
class FloatPower:
    """An index of every player in floats, and how far it may be trusted.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In the order of the weights; exactly 0 for a player that never decides.
    error : float
        Distance of the sum of the values from 1, which it is in exact arithmetic.
    nodes : int
        Nodes of the quadrature; from half the number of players on it has no error of its own,
        and what is left is rounding.
    """

    values: NDArray[np.float64]
    error: float
    nodes: int


@dataclass(frozen=True)
class _Game:
    """Weights above 0 without a common divisor, rising; and the kind of every player."""

    weights: tuple[int, ...]
    quota: int
    place: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.weights)


def refusal(n_players: int, quota: int, total: int) -> str | None:
    """Say why a game is not for floats.

    Parameters
    ----------
    n_players : int
        Number of players.
    quota, total : int
        Quota and sum of the weights.

    Returns
    -------
    str or None
    """
    if n_players > MAX_PLAYERS:
        return f"takes {MAX_PLAYERS:,} players; here are {n_players:,}"
    cells = max(quota, total - quota + 1)
    if cells > MAX_CELLS:
        return f"takes {MAX_CELLS:,} sums, 1.2 GiB; here are {cells:,}"
    return None


def seconds(n_players: int, quota: int, total: int) -> float:
    """Estimate the time of the Shapley-Shubik index.

    Parameters
    ----------
    n_players : int
        Number of players.
    quota, total : int
        Quota and sum of the weights.

    Returns
    -------
    float
    """
    cells = max(quota, total - quota + 1)
    # Half of them are never reached by the lighter players; the first tries may not be enough.
    return 0.6 + 4 * sqrt(max(n_players, 1)) * n_players * cells * 1.5e-10


def _game(weights: Sequence[int], quota: int) -> _Game:
    try:
        whole = [index(w) for w in weights]
        need = index(quota)
    except TypeError:
        raise GameError("weights and quota must be whole numbers: scale fractions up") from None
    if any(w < 0 for w in whole):
        raise GameError(f"weights must be at least 0; here is {min(whole)}")
    total = sum(whole)
    if not 1 <= need <= total:
        raise GameError(f"the quota must lie between 1 and the sum of the weights, {total:,}")
    divisor = gcd(*whole)
    kinds = sorted({w for w in whole if w})
    place = {w: k for k, w in enumerate(kinds)}
    own = tuple(sorted(w // divisor for w in whole if w))
    game = _Game(own, -(-need // divisor), tuple(place.get(w, -1) for w in whole))
    reason = refusal(len(own), game.quota, game.total)
    if reason:
        raise LimitError(f"power in floats {reason}; round the weights, or estimate by sampling")
    return game


def shapley_shubik_floats(
    weights: Sequence[int], quota: int, nodes: int | None = None
) -> FloatPower:
    """Compute the Shapley-Shubik index of a weighted game in floats.

    Parameters
    ----------
    weights : sequence of int, length n
        At least 0.
    quota : int
        A coalition wins when its weights sum to at least this; from 1 to the sum of all.
    nodes : int, optional
        Nodes of the quadrature. Without it as many as bring the sum of the values within 1e-13
        of 1, at most half the number of players.

    Returns
    -------
    FloatPower

    Raises
    ------
    GameError
        If a weight is negative or no whole number, or the quota cannot be reached or missed.
    LimitError
        If there are more than `MAX_PLAYERS` players, or more than `MAX_CELLS` sums.

    Notes
    -----
    The index of a player is the integral over p from 0 to 1 of the chance that it decides when
    each of the others says yes with chance p: a polynomial of degree n - 1 in p, which the rule
    of Gauss and Legendre integrates with n / 2 nodes exactly. A player decides at 1 - p with the
    quota q as it does at p with the quota W - q + 1, so that one table for each p up to 1/2
    serves two nodes. Running sums carry their rounding errors along. Time O(nodes n q), memory
    16 bytes for each sum below the larger of q and W - q + 1.

    Measured against exact fractions, values above 1e-9 are right to 1e-12 of themselves.

    Examples
    --------
    >>> found = shapley_shubik_floats([50, 49, 1], 51)
    >>> [round(float(v), 12) for v in found.values], found.error < 1e-15
    ([0.666666666667, 0.166666666667, 0.166666666667], True)
    """
    game = _game(weights, quota)
    n = len(game.weights)
    enough = ceil(n / 2)
    if nodes is not None and nodes < 1:
        raise GameError(f"a quadrature takes at least 1 node, not {nodes}")
    tries = [nodes] if nodes else sorted({min(enough, ceil(c * sqrt(n))) for c in (3, 5, n)})
    import numpy as np

    for number in tries:
        values = _integral(game, number)
        values[_never(game, values)] = 0
        own = np.array([values[k] if k >= 0 else 0.0 for k in game.place])
        error = abs(float(np.sum(own.astype(np.longdouble)) - 1))
        if error <= ACCEPTED:
            break
    return FloatPower(own, error, number)


def banzhaf_floats(weights: Sequence[int], quota: int) -> NDArray[np.float64]:
    """Compute the absolute Banzhaf index of a weighted game in floats.

    Parameters
    ----------
    weights : sequence of int, length n
        At least 0.
    quota : int
        From 1 to the sum of the weights.

    Returns
    -------
    ndarray of float64, shape (n,)
        Swings of each player over 2**(n - 1).

    Raises
    ------
    GameError, LimitError
        As :func:`shapley_shubik_floats`.

    Notes
    -----
    One table up to the smaller of the quota and its mirror image. Measured against exact
    integers, values are right to 1e-14 of themselves.

    Examples
    --------
    >>> banzhaf_floats([50, 49, 1], 51).tolist()
    [0.75, 0.25, 0.25]
    """
    import numpy as np

    game = _game(weights, quota)
    # Not above half the weight the alternating sums run over what is smaller than their result.
    low = min(game.quota, game.total - game.quota + 1)
    values = _Swings(game, low)([low], 1.0)[0]
    values[_never(game, values)] = 0
    return np.array([values[k] if k >= 0 else 0.0 for k in game.place])


class _Swings:
    """Chances to decide, for one p after another in the same workspace."""

    def __init__(self, game: _Game, cells: int) -> None:
        import numpy as np

        self.order = np.array(game.weights, np.int64)
        self.kinds = np.unique(self.order)
        self.table = np.empty(cells)
        self.rest = np.empty(cells)

    def __call__(self, quotas: Sequence[int], odds: float) -> NDArray[np.float64]:
        """Give, for each quota and kind, the chance to decide when yes has these odds."""
        import numpy as np

        from solvers.kernels.biased_sums import biased_swings

        bounds = np.array(quotas, np.int64)
        found = np.empty((bounds.size, self.kinds.size))
        biased_swings(self.order, self.kinds, bounds, odds, self.table, self.rest, found)
        return found * (1 / (1 + odds)) ** (self.order.size - 1)


def _integral(game: _Game, nodes: int) -> NDArray[np.float64]:
    """Integrate the chances to decide over p, for each kind."""
    import numpy as np

    dual = game.total - game.quota + 1
    swings = _Swings(game, max(game.quota, dual))
    value = np.zeros((2, swings.kinds.size))  # the sum, and the rounding errors of it
    for p, share in zip(*_rule(nodes), strict=True):
        quotas = [game.quota] if p == 0.5 else [game.quota, dual]
        for part in swings(quotas, float(p / (1 - p))) * float(share):
            total = value[0] + part
            back = total - value[0]
            value[1] += (value[0] - (total - back)) + (part - back)
            value[0] = total
    summed: NDArray[np.float64] = value[0] + value[1]
    return np.maximum(summed, 0)


@cache
def _rule(nodes: int) -> tuple[NDArray[np.longdouble], NDArray[np.longdouble]]:
    """Give the nodes up to 1/2, and their shares, of Gauss and Legendre on 0 to 1."""
    import numpy as np

    k = np.arange(1, (nodes + 1) // 2 + 1)
    x = np.cos(np.pi * (k - 0.25) / (nodes + 0.5)).astype(np.longdouble)
    if nodes % 2:
        x[-1] = 0
    for _ in range(100):
        before, here = np.ones_like(x), x.copy()
        for j in range(2, nodes + 1):
            before, here = here, ((2 * j - 1) * x * here - (j - 1) * before) / j
        slope = nodes * (x * here - before) / (x * x - 1)
        step = here / slope
        if nodes % 2:
            step[-1] = 0
        x = x - step
        if np.abs(step).max() < 1e-18:
            break
    return (1 - x) / 2, 1 / ((1 - x * x) * slope * slope)


def _never(game: _Game, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the kinds that never decide, found without rounding; values only point at them.

    A player decides nothing when no sum of others lies in the interval of its own weight below
    the quota. Then nobody who is lighter does, so that bisection finds them all.
    """
    import numpy as np

    kinds = sorted(set(game.weights))
    able = int(np.argmax(values > DOUBTFUL)) if bool((values > DOUBTFUL).any()) else len(kinds)
    low, high = 0, able  # kinds below low never decide, those from high on do
    quota = min(game.quota, game.total - game.quota + 1)
    while low < high:
        middle = (low + high) // 2
        w = kinds[middle]
        others = list(game.weights)
        others.remove(w)
        reached, mask = 1, (1 << quota) - 1  # bit x: some others sum to x
        for other in others:
            reached |= reached << other & mask
        if reached >> max(quota - w, 0):
            high = middle
        else:
            low = middle + 1
    return np.arange(len(kinds)) < low
