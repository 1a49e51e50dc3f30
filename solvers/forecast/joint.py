"""Votes of a body as one event: number of yes, a block and passage under one common factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from solvers.errors import GameError, LimitError
from solvers.power.factor_nodes import factor_nodes

__all__ = ["MAX_PLAYERS", "JointVotes", "fit_correlation", "joint_votes", "log_likelihood"]

MAX_PLAYERS = 500
"""Most players of a joint distribution."""

GRID = tuple(k / 20 for k in range(20))  # correlations that are tried: 0, .05, ..., .95

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class JointVotes:
    """What the votes of a body add up to.

    Parameters
    ----------
    yes : array, length n + 1
        Probability of every number of votes for.
    blocked : float
        Probability that at least one blocker votes against.
    passage : float
        Probability of enough votes for with no blocker against.
    """

    yes: Floats
    blocked: float
    passage: float


def joint_votes(
    probabilities: ArrayLike, needed: int, blockers: Sequence[int] = (), correlation: float = 0.0
) -> JointVotes:
    """Add up votes whose leanings share one common factor.

    Parameters
    ----------
    probabilities : array, shape (n, 3)
        Chances of against, abstain and for of every player.
    needed : int
        Votes for that it takes.
    blockers : sequence of int
        Players each of whose votes against blocks.
    correlation : float
        Of the leanings of any two players, from 0 (independent) to below 1.

    Returns
    -------
    JointVotes
        Floats. Where the correlation is 0 they are exact but for rounding; else the factor is
        integrated over so many nodes that each probability is off by 1e-10 at most, and by
        rounding.

    Raises
    ------
    GameError
        If probabilities do not sum to 1, a blocker is no player, or the correlation is out of
        range.
    LimitError
        If there are more than `MAX_PLAYERS` players, or the correlation is so near to 1 that the
        factor takes too many nodes.

    Notes
    -----
    A leaning is standard normal, √c times the common factor plus √(1 - c) times the player's own;
    two thresholds cut it into against, abstain and for. Where the factor is known votes are
    independent and their number is a convolution.

    References
    ----------
    .. [1] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.
    .. [2] Y. Hong, "On computing the distribution function for the Poisson binomial distribution",
       Computational Statistics and Data Analysis 59 (2013), pp. 41-51.

    Examples
    --------
    Two of three at even odds; as leanings run together, all or none gains on one or two:

    >>> even = [[0.5, 0.0, 0.5]] * 3
    >>> joint_votes(even, 2).yes.round(3).tolist()
    [0.125, 0.375, 0.375, 0.125]
    >>> joint_votes(even, 2, correlation=0.8).yes.round(3).tolist()
    [0.346, 0.154, 0.154, 0.346]
    """
    chance = _checked(probabilities, correlation)
    _check_blockers(blockers, len(chance))
    against, free, yes, mass = _given_factor(chance, correlation)
    open_ = 1 - against
    open_[:, [i for i in range(len(chance)) if i not in set(blockers)]] = 1.0
    count = _convolved(yes, 1 - yes)
    # votes against of a blocker drop out, so that what is left is unblocked
    unblocked = _convolved(yes, np.where(open_ < 1, free, 1 - yes))
    return JointVotes(
        mass @ count,
        float(1 - mass @ open_.prod(axis=1)),
        float(mass @ unblocked[:, max(needed, 0) :].sum(axis=1)),
    )


def log_likelihood(probabilities: ArrayLike, levels: ArrayLike, correlation: float) -> float:
    """Return the log of the probability of a whole vote, player by player.

    Parameters
    ----------
    probabilities : array, shape (n, 3)
        Chances of against, abstain and for.
    levels : array of int, length n
        How everybody voted.
    correlation : float
        Of the leanings of any two players.

    Returns
    -------
    float

    Raises
    ------
    GameError
        As :func:`joint_votes`.

    Examples
    --------
    >>> round(float(np.exp(log_likelihood([[0.5, 0.0, 0.5]] * 3, [2, 2, 2], 0.0))), 4)
    0.125
    """
    chance = _checked(probabilities, correlation)
    return float(_log_likelihoods(chance, np.asarray(levels), np.zeros(1, int), correlation)[0])


def fit_correlation(events: Sequence[tuple[ArrayLike, ArrayLike]]) -> float:
    """Choose the correlation under which whole votes are likeliest, on a grid of twentieths.

    Parameters
    ----------
    events : sequence of (array, array)
        Probabilities and levels of every vote.

    Returns
    -------
    float
        0, 0.05, ..., 0.95; the least of those that are equally good, 0 without events.

    Raises
    ------
    GameError
        As :func:`joint_votes`.

    References
    ----------
    .. [1] M. B. Gordy and E. Heitfield, "Estimating default correlations from short panels of
       credit rating performance data", Federal Reserve Board working paper, 2002.

    Examples
    --------
    >>> fit_correlation([([[0.5, 0.0, 0.5]] * 3, [2, 2, 2]), ([[0.5, 0.0, 0.5]] * 3, [0, 0, 0])])
    0.95
    """
    if not len(events):
        return 0.0
    chance = np.vstack([_checked(c, 0.0) for c, _ in events])
    levels = np.concatenate([np.asarray(v) for _, v in events])
    starts = np.cumsum([0, *(len(np.asarray(v)) for _, v in events[:-1])])
    score: dict[int, float] = {}

    def at(k: int) -> float:
        if k not in score:
            score[k] = float(_log_likelihoods(chance, levels, starts, GRID[k]).sum())
        return score[k]

    # the likelihood has one peak in practice: a coarse look, then its surroundings
    best = max(range(0, len(GRID), 4), key=at)
    near = range(max(best - 3, 0), min(best + 4, len(GRID)))
    return GRID[max(near, key=lambda k: (at(k), -k))]


def _checked(probabilities: ArrayLike, correlation: float) -> Floats:
    chance = np.asarray(probabilities, dtype=float)
    if chance.ndim != 2 or chance.shape[1:] != (3,):
        raise GameError(f"probabilities of shape {chance.shape}; they must be (n, 3)")
    if len(chance) > MAX_PLAYERS:
        raise LimitError(f"{len(chance)} players; the limit of a joint forecast is {MAX_PLAYERS}")
    if (chance < 0).any() or not np.allclose(chance.sum(axis=1), 1, atol=1e-9):
        raise GameError("chances of against, abstain and for are at least 0 and sum to 1")
    if not 0 <= correlation < 1:
        raise GameError(f"the correlation is {correlation}; it is at least 0 and below 1")
    return chance


def _check_blockers(blockers: Sequence[int], n: int) -> None:
    for i in blockers:
        if not 0 <= i < n:
            raise GameError(f"blocker {i} is none of the {n} players")


def _given_factor(chance: Floats, correlation: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Chances of against, abstain and for at every node (nodes x players), and the masses."""
    if not correlation:
        against, free, yes = (chance[None, :, k].copy() for k in range(3))
        return against, free, yes, np.ones(1)
    from scipy.special import ndtr, ndtri

    place, mass = _nodes(len(chance), correlation)
    low = ndtri(chance[:, 0])
    high = ndtri(np.minimum(chance[:, 0] + chance[:, 1], 1.0))
    shift, spread = np.sqrt(correlation) * place[:, None], np.sqrt(1 - correlation)
    against, not_yes = ndtr((low - shift) / spread), ndtr((high - shift) / spread)
    yes = ndtr((shift - high) / spread)
    return against, np.maximum(not_yes - against, 0.0), yes, mass


@cache
def _nodes(players: int, correlation: float) -> tuple[Floats, Floats]:
    """Values of a standard normal factor, and their masses, for any event of so many votes."""
    found = factor_nodes(players, Fraction(correlation))
    return found.places, found.masses


def _convolved(step: Floats, stay: Floats) -> Floats:
    """Distribution of the number of steps, one row per node."""
    nodes, n = step.shape
    count = np.zeros((nodes, n + 1))
    count[:, 0] = 1.0
    for i in range(n):
        moved = count[:, :-1] * step[:, i : i + 1]
        count *= stay[:, i : i + 1]
        count[:, 1:] += moved
    return count


def _log_likelihoods(
    chance: Floats,
    levels: NDArray[np.int64],
    starts: NDArray[np.int64],
    correlation: float,
) -> Floats:
    """Log of the probability of every event; the players of all stand one behind the other."""
    if not correlation:
        cast = chance[np.arange(len(chance)), levels]
        return np.asarray(np.add.reduceat(np.log(np.maximum(cast, 1e-300)), starts))
    from scipy.special import logsumexp, ndtr, ndtri

    largest = int(np.diff([*starts, len(chance)]).max())
    place, mass = _nodes(largest, correlation)
    low = ndtri(chance[:, 0])
    high = ndtri(np.minimum(chance[:, 0] + chance[:, 1], 1.0))
    shift, spread = np.sqrt(correlation) * place, np.sqrt(1 - correlation)
    cast = np.empty((len(chance), len(place)))
    for level, edge, sign in ((0, low, 1), (2, high, -1)):
        rows = levels == level
        cast[rows] = ndtr(sign * (edge[rows, None] - shift) / spread)
    rows = levels == 1
    cast[rows] = ndtr((high[rows, None] - shift) / spread) - ndtr(
        (low[rows, None] - shift) / spread
    )
    whole = np.add.reduceat(np.log(np.maximum(cast, 1e-300)), starts, axis=0)
    return np.asarray(logsumexp(whole, axis=1, b=mass))
