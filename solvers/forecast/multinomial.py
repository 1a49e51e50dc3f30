"""Regularised logit of three ordered levels, with standard errors; floats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from solvers.errors import GameError, SolverError

__all__ = ["LEVELS", "VoteLogit", "fit_vote_logit", "floored"]

LEVELS = 3
"""Against, abstain, for: the levels of a vote, by their number."""

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class VoteLogit:
    """A multinomial logit of against, abstain and for, fitted.

    Parameters
    ----------
    coefficients : array, shape (2, p + 1)
        Log odds of against and of abstain, each against for, by standardised feature; the last
        column is the intercept.
    centre, scale : array, shape (p,)
        What a feature is standardised with.
    hessian : array, shape (2p + 2, 2p + 2), or None
        Of the penalised loss at the coefficients, row after row; None where no errors were asked
        for.
    spread : array, of the same shape, or None
        Sum over groups of the outer product of the slope with itself; None without groups.
    rows : int
        Votes it was fitted on.
    """

    coefficients: Floats
    centre: Floats
    scale: Floats
    hessian: Floats | None
    spread: Floats | None
    rows: int

    @cached_property
    def covariance(self) -> Floats:
        """Covariance of the coefficients: the inverse of the Hessian, or with groups a sandwich."""
        if self.hessian is None:
            raise GameError("this fit has no standard errors; fit with errors=True")
        inverse = np.linalg.inv(self.hessian)
        return np.asarray(inverse if self.spread is None else inverse @ self.spread @ inverse)

    def standard_errors(self) -> Floats:
        """Return the standard errors of the coefficients, in their shape."""
        return np.sqrt(np.diag(self.covariance)).reshape(self.coefficients.shape)

    def probabilities(self, features: ArrayLike) -> Floats:
        """Return the chances of against, abstain and for, shape (n, 3)."""
        return _chances(self.coefficients, self._standardised(features)).T

    def error_of_yes(self, features: ArrayLike) -> Floats:
        """Return the standard error of the chance to vote for, by the delta method."""
        design = self._standardised(features)
        chance = _chances(self.coefficients, design)
        # derivative of P(for) by the two log odds: -P(for) P(against), -P(for) P(abstain)
        slope = -chance[2] * chance[:2]
        jacobian = (slope[:, None, :] * design[None]).reshape(-1, design.shape[1])
        return np.asarray(np.sqrt(np.einsum("in,ij,jn->n", jacobian, self.covariance, jacobian)))

    def _standardised(self, features: ArrayLike) -> Floats:
        rows = np.asarray(features, dtype=float)
        if rows.ndim != 2 or rows.shape[1] != len(self.centre):
            raise GameError(f"features of shape {rows.shape}; the fit has {len(self.centre)} a row")
        return _design((rows - self.centre) / self.scale)


def fit_vote_logit(
    features: ArrayLike,
    levels: ArrayLike,
    penalty: float = 10.0,
    groups: ArrayLike | None = None,
    errors: bool = True,
) -> VoteLogit:
    """Fit a multinomial logit with a quadratic penalty on the standardised coefficients.

    Parameters
    ----------
    features : array, shape (n, p)
        One row per vote. A column without variation gets the coefficient 0.
    levels : array of int, length n
        0 against, 1 abstain, 2 for.
    penalty : float
        Half of it times the sum of the squared coefficients is added to the loss; intercepts
        are not penalised, but for what keeps them finite where a level never occurs.
    groups : array of int, length n, optional
        Votes of one group may hang together: standard errors then allow for it. Without it votes
        count as independent.
    errors : bool
        Whether standard errors can be asked for.

    Returns
    -------
    VoteLogit

    Raises
    ------
    GameError
        If there are no rows, shapes do not fit, a number is not finite, a level is unknown, or
        the penalty is not positive.
    SolverError
        If the optimiser breaks down.

    Notes
    -----
    The loss is convex and its minimum unique. It is found by the limited-memory method of Broyden,
    Fletcher, Goldfarb and Shanno with the analytic gradient, always from the shares of the levels,
    so that equal input gives equal output.

    References
    ----------
    .. [1] A. Agresti, Categorical Data Analysis, 3rd ed., Wiley, 2013, chapter 8.
    .. [2] S. le Cessie and J. C. van Houwelingen, "Ridge estimators in logistic regression",
       Applied Statistics 41 (1992), pp. 191-201.
    .. [3] K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear
       models", Biometrika 73 (1986), pp. 13-22.
    .. [4] D. C. Liu and J. Nocedal, "On the limited memory BFGS method for large scale
       optimization", Mathematical Programming 45 (1989), pp. 503-528.

    Examples
    --------
    Without anything to go by, the shares of the levels:

    >>> fit = fit_vote_logit(np.zeros((10, 1)), [0, 1, 1, 2, 2, 2, 2, 2, 2, 2], penalty=1e-6)
    >>> fit.probabilities([[0.0]]).round(4).tolist()
    [[0.1, 0.2, 0.7]]
    """
    rows, level = np.asarray(features, dtype=float), np.asarray(levels)
    if rows.ndim != 2 or level.shape != rows.shape[:1] or not len(rows):
        raise GameError(
            f"features of shape {rows.shape} and levels of shape {level.shape}; they must be "
            "(n, p) and (n,), n at least 1"
        )
    if not np.isfinite(rows).all():
        raise GameError("a feature is no finite number")
    if not np.isin(level, range(LEVELS)).all():
        raise GameError("a level of a vote is 0 (against), 1 (abstain) or 2 (for)")
    if not (np.isfinite(penalty) and penalty > 0):
        raise GameError(f"the penalty is {penalty!r}; it must be a positive number")
    from scipy.optimize import minimize

    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    design = _design((rows - centre) / scale)
    hit = (level == np.arange(2)[:, None]).astype(float)
    cast = np.einsum("kn,pn->kp", hit, design)
    ridge = np.full((2, len(design)), float(penalty))
    ridge[:, -1] = 1e-6 * penalty

    def loss(theta: Floats) -> tuple[float, Floats]:
        odds = np.einsum("kp,pn->kn", theta, design)
        top = np.maximum(np.maximum(odds[0], odds[1]), 0)
        chance = np.exp(odds - top)
        whole = chance[0] + chance[1] + np.exp(-top)
        chance /= whole
        value = (top + np.log(whole)).sum() - (theta * cast).sum()
        slope = np.einsum("kn,pn->kp", chance, design) - cast + ridge * theta
        return float(value + (ridge * theta * theta).sum() / 2), slope

    # at the start the chances are those of the intercepts, equal in all rows; where the Hessian
    # there is the unit matrix the search takes a tenth of the steps
    share = (hit.sum(axis=1) + 0.5) / (len(level) + 1.5)
    start = np.zeros(ridge.shape)
    start[:, -1] = np.log(share / (1 - share.sum()))
    gram = np.einsum("pn,qn->pq", design, design)
    curve = np.kron(np.diag(share) - np.outer(share, share), gram) + np.diag(ridge.ravel())
    turn = np.linalg.inv(np.linalg.cholesky(curve)).T

    def turned(place: Floats) -> tuple[float, Floats]:
        value, slope = loss(start + (turn @ place).reshape(start.shape))
        return value, turn.T @ slope.ravel()

    found = minimize(
        turned, np.zeros(ridge.size), jac=True, method="L-BFGS-B",
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-4, "maxcor": 30},
    )  # fmt: skip
    if not np.isfinite(found.x).all():
        raise SolverError(f"the logit could not be fitted: {found.message}")
    theta = start + (turn @ found.x).reshape(start.shape)
    hessian = _hessian(design, theta, ridge) if errors else None
    spread = _spread(design, theta, hit, np.asarray(groups)) if groups is not None else None
    return VoteLogit(theta, centre, scale, hessian, spread, len(rows))


def floored(probabilities: ArrayLike, floors: ArrayLike) -> Floats:
    """Lift every probability to a floor, at the cost of the others in proportion.

    Parameters
    ----------
    probabilities : array, shape (n, 3)
        Each row sums to 1.
    floors : float or array, length n
        Least probability of each level of a row; below 1/3.

    Returns
    -------
    array, shape (n, 3)

    Raises
    ------
    GameError
        If a floor is negative or not below 1/3.

    Examples
    --------
    >>> floored([[0.0, 0.2, 0.8]], 0.01).round(4).tolist()
    [[0.01, 0.198, 0.792]]
    """
    chance = np.asarray(probabilities, dtype=float)
    floor = np.broadcast_to(np.asarray(floors, dtype=float), chance.shape[:1])[:, None]
    if ((floor < 0) | (floor >= 1 / LEVELS)).any():
        raise GameError("a floor on probabilities is at least 0 and below 1/3")
    found = chance
    for _ in range(LEVELS):  # lifting one can push another under
        low = found <= floor
        rest = np.where(low, 0.0, found)
        share = 1 - floor * low.sum(axis=1, keepdims=True)
        found = np.where(low, floor, rest * share / rest.sum(axis=1, keepdims=True))
    return found


def _design(rows: Floats) -> Floats:
    """Features and the intercept, one row each.

    Products with it are sums in a fixed order (einsum), never those of a threaded library, so
    that results do not depend on how many processors there are.
    """
    return np.vstack([rows.T, np.ones(len(rows))])


def _chances(theta: Floats, design: Floats) -> Floats:
    """Chances of the three levels, one row each, from the log odds of the first two."""
    odds = np.vstack([np.einsum("kp,pn->kn", theta, design), np.zeros(design.shape[1])])
    whole = np.exp(odds - odds.max(axis=0))
    return np.asarray(whole / whole.sum(axis=0))


def _hessian(design: Floats, theta: Floats, ridge: Floats) -> Floats:
    chance = _chances(theta, design)
    width = len(design)
    found = np.diag(ridge.ravel())
    for a in range(2):
        for b in range(2):
            weight = chance[a] * ((a == b) - chance[b])
            block = np.einsum("pn,qn->pq", design * weight, design)
            found[a * width : (a + 1) * width, b * width : (b + 1) * width] += block
    return found


def _spread(design: Floats, theta: Floats, hit: Floats, groups: NDArray[np.int64]) -> Floats:
    """Sum over groups of the outer product of their slopes."""
    _, place = np.unique(groups, return_inverse=True)
    residual = _chances(theta, design)[:2] - hit
    sums = np.array([np.bincount(place, residual[k] * row) for k in range(2) for row in design])
    return np.asarray(np.einsum("pn,qn->pq", sums, sums))
