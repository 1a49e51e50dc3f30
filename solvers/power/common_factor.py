"""Votes that follow one common factor, approximated by a finite mixture of states of the world."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import pi, sqrt
from statistics import NormalDist

from solvers.errors import GameError
from solvers.power.correlated import Mixture, Number, World, exact_number
from solvers.power.passage import checked_probabilities
from solvers.rules import AllOf, Rule

__all__ = ["MAX_NODES", "one_factor"]

MAX_NODES = 100
"""Most nodes of a quadrature."""

DIGITS = 9  # to which the probabilities at a node are rounded


def one_factor(
    yes: Sequence[Number],
    correlation: Number,
    nodes: int = 32,
    abstain: Sequence[Number] | None = None,
) -> Mixture:
    """Approximate votes that follow one common factor by a finite mixture.

    Parameters
    ----------
    yes, abstain : sequence of Fraction, int or str, length n
        Probability of each vote of each player, over all states of the world.
    correlation : Fraction, int or str
        Correlation of the leanings of any two players, from 0 to below 1.
    nodes : int
        Nodes of the quadrature, at most `MAX_NODES`.

    Returns
    -------
    Mixture
        Its note names the nodes, and how far the mixture is from the probabilities entered.

    Raises
    ------
    GameError
        If a probability or the correlation is out of range or no exact number, or the number of
        nodes is.

    Notes
    -----
    A leaning is a standard normal variable, √c times a common one plus √(1 - c) times the
    player's own; a vote for or an abstention is a leaning below a threshold. The common variable
    is replaced by nodes and weights of Gauss and Hermite, rounded to fractions. The closer the
    correlation is to 1, the steeper the integrand, and the more nodes are needed.

    References
    ----------
    .. [1] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.
    .. [2] G. H. Golub and J. H. Welsch, "Calculation of Gauss quadrature rules", Mathematics of
       Computation 23 (1969), pp. 221-230.

    Examples
    --------
    >>> mixture = one_factor(["3/5"] * 3, "1/4", nodes=16)
    >>> len(mixture.worlds), sum(world.weight for world in mixture.worlds)
    (16, Fraction(1, 1))
    """
    common = exact_number(correlation, "the correlation")
    if not 0 <= common < 1:
        raise GameError(f"the correlation is {common}; it is at least 0 and below 1")
    if not 1 <= nodes <= MAX_NODES:
        raise GameError(f"{nodes} nodes; it must be 1 to {MAX_NODES}")
    for_, idle = checked_probabilities(Rule(len(yes), AllOf(())), yes, abstain)
    from numpy.polynomial.hermite_e import hermegauss

    places, masses = hermegauss(nodes)
    unit = 10**12
    weights = [round(float(m) / sqrt(2 * pi) * unit) for m in masses]
    weights[nodes // 2] += unit - sum(weights)
    worlds = []
    for place, weight in zip(places, weights, strict=True):
        if weight:
            bounds = [(_leaning(y, common, place), _leaning(y + a, common, place))
                      for y, a in zip(for_, idle, strict=True)]  # fmt: skip
            worlds.append(
                World(
                    Fraction(weight, unit),
                    tuple(y for y, _ in bounds),
                    tuple(both - y for y, both in bounds),
                )
            )
    off = max(
        (abs(sum((Fraction(w.weight) * Fraction(w.yes[i]) for w in worlds), Fraction(0)) - y)
         for i, y in enumerate(for_)), default=Fraction(0),
    )  # fmt: skip
    note = (
        f"one common factor, correlation {common}, approximated by {nodes} nodes of Gauss-Hermite "
        f"quadrature; the probabilities entered are met within {float(off):.1g}"
    )
    return Mixture(tuple(worlds), note)


def _leaning(chance: Fraction, common: Fraction, place: float) -> Fraction:
    """Probability of a leaning below a threshold where the common variable is known; rounded."""
    level = float(chance)
    if not common or not 0 < level < 1:
        return chance
    normal = NormalDist()
    shift = normal.inv_cdf(level) - sqrt(common) * float(place)
    unit = 10**DIGITS
    return Fraction(round(normal.cdf(shift / sqrt(1 - common)) * unit), unit)
