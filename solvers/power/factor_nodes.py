"""Integrals over a common factor, by even steps, with a proven bound on their error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import asinh, erfc, pi, sinh, sqrt
from typing import TYPE_CHECKING

from solvers.errors import GameError, LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ACCURACY", "MAX_NODES", "FactorNodes", "chances_given", "factor_nodes"]

ACCURACY = 1e-10
"""Error that an integral over the factor is to have at most, before rounding."""

MAX_NODES = 20_000
"""Most values of the factor."""

REACH = 6.8  # standard deviations: what lies beyond has probability 1e-11
ROUNDING = 2e-14  # for each player: quantile, chance, one step of a diagram


@dataclass(frozen=True)
class FactorNodes:
    """Values of a standard normal factor, and their weights.

    Parameters
    ----------
    places, masses : ndarray of float64, shape (m,)
        Rising; the masses sum to 1.
    error : float
        Bound on the error of the mean over the factor of the probability of any event of the
        votes, rounding included.
    """

    places: NDArray[np.float64]
    masses: NDArray[np.float64]
    error: float


def factor_nodes(players: int, correlation: Fraction, shifted: bool = False) -> FactorNodes:
    """Choose values of the factor so dense that every event is integrated within `ACCURACY`.

    Parameters
    ----------
    players : int
        Number of players whose votes are open.
    correlation : Fraction
        Of their leanings, from 0 to below 1.
    shifted : bool
        Half a step aside: an independent sum of the same accuracy, to check the other by.

    Returns
    -------
    FactorNodes

    Raises
    ------
    GameError
        If the correlation is out of range.
    LimitError
        If it takes more than `MAX_NODES` values.

    Notes
    -----
    Given the factor z, the leanings are those of n independent normal variables moved along the
    diagonal by s z, with s² = c / (1 - c). The chance f(z) of an event is thus an integral of a
    shifted normal density over a fixed set, entire in z, and |f(x + iy)| <= exp(n s² y² / 2):
    moving by an imaginary amount multiplies the density by no more. With K = 1 + n s² the
    integrand of ∫ f φ is bounded on the strip of half width d by exp(K d² / 2), and the sum over
    steps of h is off by at most 2 exp(K d² / 2) / (exp(2 π d / h) - 1) [1]_. The best d makes that
    1 / sinh(2 π² / (h² K)). Neither the rule nor the chances enter, so that one set of values
    serves every event. It takes about 15 √K values.

    References
    ----------
    .. [1] L. N. Trefethen and J. A. C. Weideman, "The exponentially convergent trapezoidal rule",
       SIAM Review 56 (2014), pp. 385-458, theorem 5.1.
    .. [2] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.

    Examples
    --------
    >>> few, many = factor_nodes(15, Fraction(1, 2)), factor_nodes(193, Fraction(1, 2))
    >>> len(few.places), len(many.places), many.error < 1e-10
    (63, 215, True)
    """
    if not 0 <= correlation < 1:
        raise GameError(f"the correlation is {correlation}; it is at least 0 and below 1")
    # A quarter of what is allowed: the weights are off as well, and ends are left out.
    spread = float(min(1 + players * correlation / (1 - correlation), Fraction(10**30)))
    step = pi * sqrt(2 / (spread * asinh(4 / ACCURACY)))
    half = int(REACH / step) + 1
    if 2 * half + 1 > MAX_NODES:
        raise LimitError(
            f"a correlation of {float(correlation):g} among {players} players takes "
            f"{2 * half + 1:,} values of the common factor; the limit is {MAX_NODES:,}: take a "
            f"smaller correlation, or one bloc that votes as one"
        )
    import numpy as np

    places = np.arange(-half, half + 1, dtype=np.float64)
    places = step * (places + (0.5 if shifted else 0.0))
    masses: NDArray[np.float64] = step * np.exp(-places * places / 2) / sqrt(2 * pi)
    whole = float(masses.sum())
    # The density falls outwards, so that the steps left out sum to less than its tails.
    tails = (erfc(-places[0] / sqrt(2)) + erfc(places[-1] / sqrt(2))) / 2
    bound = 1 / sinh(2 * pi**2 / (step**2 * spread)) + tails + abs(1 - whole)
    return FactorNodes(places, masses / whole, bound + ROUNDING * (players + 10))


def chances_given(
    below: Sequence[Fraction], correlation: Fraction, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the chances that leanings pass their thresholds, where the factor is known.

    Parameters
    ----------
    below : sequence of Fraction, length n
        Chances over all values of the factor, from 0 to 1.
    correlation : Fraction
        Of the leanings, above 0 and below 1.
    places : ndarray of float64, shape (m,)
        Values of the factor; a higher one raises every chance that is not 0 or 1.

    Returns
    -------
    ndarray of float64, shape (n, m)

    References
    ----------
    .. [1] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.

    Examples
    --------
    At a correlation of 1/2 even odds turn into a chance that is uniform:

    >>> import numpy as np
    >>> chances_given([Fraction(1, 2), Fraction(1)], Fraction(1, 2), np.array([-1.0, 0.0])).round(3)
    array([[0.159, 0.5  ],
           [1.   , 1.   ]])
    """
    import numpy as np
    from scipy.special import ndtr, ndtri

    # From the nearer end, where a float is finest.
    level = np.array([float(min(p, 1 - p)) for p in below])
    side = np.array([1.0 if 2 * p <= 1 else -1.0 for p in below])
    level = side * ndtri(level)
    common = float(correlation)
    moved = level[:, None] + sqrt(common) * np.asarray(places, dtype=float)
    found: NDArray[np.float64] = ndtr(moved / sqrt(float(1 - correlation)))
    return found
