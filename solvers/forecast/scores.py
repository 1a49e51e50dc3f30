"""Scores of probability forecasts, with intervals by drawing whole groups again; floats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from solvers.errors import GameError

__all__ = [
    "Bin",
    "auc",
    "brier",
    "calibration_error",
    "group_draws",
    "log_score",
    "precision_at_top",
    "ratio_interval",
    "reliability",
]

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """One bin of a reliability diagram: forecasts, their mean, and how often it happened."""

    size: int
    forecast: float
    observed: float


def brier(probabilities: ArrayLike, levels: ArrayLike) -> Floats:
    """Score every forecast by the sum of its squared errors over all levels.

    Parameters
    ----------
    probabilities : array, shape (n, k)
        Chances of the levels.
    levels : array of int, length n
        What happened.

    Returns
    -------
    array, length n
        From 0 (certain and right) to 2 (certain and wrong).

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly
       Weather Review 78 (1950), pp. 1-3.

    Examples
    --------
    >>> brier([[0.2, 0.0, 0.8]], [2]).round(4).tolist()
    [0.08]
    """
    chance = np.asarray(probabilities, dtype=float)
    hit = np.asarray(levels)[:, None] == np.arange(chance.shape[1])
    return np.asarray(((chance - hit) ** 2).sum(axis=1))


def log_score(probabilities: ArrayLike, levels: ArrayLike) -> Floats:
    """Score every forecast by minus the log of what it gave to what happened.

    Parameters
    ----------
    probabilities : array, shape (n, k)
        Chances of the levels.
    levels : array of int, length n
        What happened.

    Returns
    -------
    array, length n
        In nats; 0 is best.

    References
    ----------
    .. [1] I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14 (1952),
       pp. 107-114.

    Examples
    --------
    >>> log_score([[0.5, 0.0, 0.5]], [2]).round(4).tolist()
    [0.6931]
    """
    chance = np.asarray(probabilities, dtype=float)
    cast = chance[np.arange(len(chance)), np.asarray(levels)]
    return np.asarray(-np.log(np.maximum(cast, 1e-300)))


def auc(forecasts: ArrayLike, happened: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the chance that what happened had the higher forecast, ties counting half.

    Parameters
    ----------
    forecasts : array, length n
        Higher means likelier.
    happened : array of bool, length n
        What did.
    weights : array, length n, optional
        How often each counts.

    Returns
    -------
    float
        1/2 is no skill; nan where all or nothing happened.

    References
    ----------
    .. [1] J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver
       operating characteristic (ROC) curve", Radiology 143 (1982), pp. 29-36.

    Examples
    --------
    >>> auc([0.1, 0.4, 0.4, 0.9], [False, True, False, True])
    0.875
    """
    value, hit = np.asarray(forecasts, dtype=float), np.asarray(happened, dtype=bool)
    weight = np.ones(len(value)) if weights is None else np.asarray(weights, dtype=float)
    _, place = np.unique(value, return_inverse=True)
    positive = np.bincount(place, weight * hit)
    negative = np.bincount(place, weight * ~hit)
    below = np.cumsum(negative) - negative
    pairs = positive.sum() * negative.sum()
    return float((positive * (below + negative / 2)).sum() / pairs) if pairs else float("nan")


def precision_at_top(forecasts: ArrayLike, happened: ArrayLike, share: float = 0.1) -> float:
    """Return how many of the highest forecasts came true.

    Parameters
    ----------
    forecasts : array, length n
        Higher means likelier.
    happened : array of bool, length n
        What did.
    share : float
        Part of the forecasts that is looked at, rounded up.

    Returns
    -------
    float
        Forecasts that tie at the border count by their share, so that order does not matter.

    References
    ----------
    .. [1] C. D. Manning, P. Raghavan and H. Schütze, Introduction to Information Retrieval,
       Cambridge University Press, 2008, chapter 8.

    Examples
    --------
    >>> precision_at_top([0.9, 0.5, 0.5, 0.1], [True, True, False, False], 0.5)
    0.75
    """
    value, hit = np.asarray(forecasts, dtype=float), np.asarray(happened, dtype=bool)
    top = int(np.ceil(len(value) * share))
    if not top:
        return float("nan")
    border = np.sort(value)[-top]
    above, at = value > border, value == border
    return float((hit[above].sum() + (top - above.sum()) * hit[at].mean()) / top)


def reliability(forecasts: ArrayLike, happened: ArrayLike, bins: int = 10) -> tuple[Bin, ...]:
    """Put forecasts in bins of equal size and compare their mean with what happened.

    Parameters
    ----------
    forecasts : array, length n
        Probabilities.
    happened : array of bool, length n
        What did.
    bins : int
        How many, at least 1.

    Returns
    -------
    tuple of Bin
        In rising order; forecasts that tie stay in the order given, and bins that would be empty
        are left out.

    References
    ----------
    .. [1] A. H. Murphy, "A new vector partition of the probability score", Journal of Applied
       Meteorology 12 (1973), pp. 595-600.

    Examples
    --------
    >>> [(b.size, b.observed) for b in reliability([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 2)]
    [(2, 0.0), (2, 1.0)]
    """
    value, hit = np.asarray(forecasts, dtype=float), np.asarray(happened, dtype=bool)
    order = np.argsort(value, kind="stable")
    parts = np.array_split(order, bins)
    return tuple(Bin(len(p), float(value[p].mean()), float(hit[p].mean())) for p in parts if len(p))


def calibration_error(forecasts: ArrayLike, happened: ArrayLike, bins: int = 10) -> float:
    """Return the mean distance of forecast and frequency over the bins of :func:`reliability`.

    Parameters
    ----------
    forecasts : array, length n
        Probabilities.
    happened : array of bool, length n
        What did.
    bins : int
        How many, at least 1.

    Returns
    -------
    float
        Each bin counts by its size.

    References
    ----------
    .. [1] M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities
       using Bayesian binning", AAAI Conference on Artificial Intelligence 29 (2015), pp. 2901-2907.

    Examples
    --------
    >>> round(calibration_error([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 1], 2), 4)
    0.1
    """
    found = reliability(forecasts, happened, bins)
    total = sum(b.size for b in found)
    return sum(b.size * abs(b.forecast - b.observed) for b in found) / total


def group_draws(groups: ArrayLike, draws: int, seed: int) -> Floats:
    """Draw whole groups again, with replacement.

    Parameters
    ----------
    groups : array, length n
        Group of every row.
    draws : int
        How many times.
    seed : int
        What the random numbers start from.

    Returns
    -------
    array, shape (draws, g)
        How often each group, in sorted order, is in each draw.

    Raises
    ------
    GameError
        If there are no rows, or less than one draw.

    References
    ----------
    .. [1] B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall, 1993.

    Examples
    --------
    >>> group_draws(["a", "a", "b"], 4, seed=1).sum(axis=1).tolist()
    [2.0, 2.0, 2.0, 2.0]
    """
    found = np.unique(np.asarray(groups))
    if not len(found) or draws < 1:
        raise GameError(f"{len(found)} groups and {draws} draws; there must be at least one")
    random = np.random.default_rng(np.random.SeedSequence(seed))
    n = len(found)
    return random.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)


def ratio_interval(
    top: ArrayLike, bottom: ArrayLike, groups: ArrayLike, draws: Floats, level: float = 0.95
) -> tuple[float, float]:
    """Give the interval of a ratio of sums, each draw of groups giving one ratio.

    Parameters
    ----------
    top, bottom : array, length n
        What is summed; ones below make a mean.
    groups : array, length n
        Group of every row.
    draws : array, shape (draws, g)
        As :func:`group_draws` returns it for groups that include these.
    level : float
        Share of the draws that the interval holds.

    Returns
    -------
    (float, float)
        Percentiles of the draws.

    Raises
    ------
    GameError
        If the groups are not as many as those of the draws.

    References
    ----------
    .. [1] B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall, 1993,
       chapter 13.

    Examples
    --------
    >>> year = [1, 1, 2, 2]
    >>> ratio_interval([1, 1, 1, 1], [1, 1, 1, 1], year, group_draws(year, 9, seed=1))
    (1.0, 1.0)
    """
    found, place = np.unique(np.asarray(groups), return_inverse=True)
    if len(found) != draws.shape[1]:
        raise GameError(f"{len(found)} groups, and {draws.shape[1]} in the draws")
    above, below = (
        draws @ np.bincount(place, np.asarray(x, dtype=float), len(found)) for x in (top, bottom)
    )
    ratios = above[below > 0] / below[below > 0]
    edge = (1 - level) / 2
    low, high = np.quantile(ratios, [edge, 1 - edge])
    return float(low), float(high)
