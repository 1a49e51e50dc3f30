"""Probability that a decision passes when all leanings share one common factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import erfc, sqrt
from typing import TYPE_CHECKING

from solvers.power.correlated import Bloc, Number, exact_number, joined_blocs
from solvers.power.factor_nodes import FactorNodes, chances_given, factor_nodes
from solvers.power.passage import checked_probabilities
from solvers.power.passage_floats import PassageTable
from solvers.rules.rule import AllOf, Rule
from solvers.rules.votes import NO, YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FactorPassage", "FactorVotes", "factor_passage", "monotone_bounds"]

Chances = tuple[Fraction, ...]


@dataclass(frozen=True)
class FactorPassage:
    """What votes that share one common factor make of a rule.

    Parameters
    ----------
    probability : float
        That the decision passes.
    error : float
        Proven bound on the error of the probability, and of each number below; twice as much of
        a gradient.
    low, high : float
        Bounds on the probability that rest on nothing but that passage grows with the factor.
    yes, abstain : tuple of Fraction, length n
        Probability of each vote of each player.
    gradient : tuple of float, length n
        Probability that the outcome turns on whether the player votes for or against; a bloc
        shares its own equally, so that its members sum to what it moves as a whole.
    success : tuple of float, length n
        Probability that a player votes for what passes or against what fails.
    nodes : int
        Values of the factor that were summed over.
    """

    probability: float
    error: float
    low: float
    high: float
    yes: Chances
    abstain: Chances
    gradient: tuple[float, ...]
    success: tuple[float, ...]
    nodes: int = field(compare=False)


@dataclass(frozen=True)
class FactorVotes:
    """Chances of every vote at every value of the factor.

    Parameters
    ----------
    yes, abstain : ndarray of float64, shape (n, m)
        By player and value.
    nodes : FactorNodes
        The values and their weights.
    """

    yes: NDArray[np.float64]
    abstain: NDArray[np.float64]
    nodes: FactorNodes

    @classmethod
    def of(
        cls, yes: Chances, abstain: Chances, correlation: Fraction, shifted: bool = False
    ) -> FactorVotes:
        """Spread chances over the factor.

        Parameters
        ----------
        yes, abstain : tuple of Fraction, length n
            Chances over all values of the factor.
        correlation : Fraction
            Of the leanings, above 0 and below 1.
        shifted : bool
            As in :func:`solvers.power.factor_nodes.factor_nodes`.

        Returns
        -------
        FactorVotes

        Raises
        ------
        GameError, LimitError
            As :func:`solvers.power.factor_nodes.factor_nodes`.
        """
        import numpy as np

        voting = sum(0 < y < 1 or 0 < y + a < 1 for y, a in zip(yes, abstain, strict=True))
        nodes = factor_nodes(voting, correlation, shifted)
        both = [y + a for y, a in zip(yes, abstain, strict=True)]
        for_ = chances_given(yes, correlation, nodes.places)
        idle = chances_given(both, correlation, nodes.places) - for_
        # What nobody does stays at 0, where rounding would leave a trace.
        idle[[not a for a in abstain]] = 0
        return cls(for_, np.maximum(idle, 0), nodes)


def factor_passage(
    rule: Rule,
    yes: Sequence[Number],
    correlation: Number,
    abstain: Sequence[Number] | None = None,
    blocs: Sequence[Bloc] = (),
    shifted: bool = False,
) -> FactorPassage:
    """Compute the probability of passage for votes that share one common factor.

    Parameters
    ----------
    rule : Rule
        Any rule, also one that tells an abstention from a vote against.
    yes, abstain : sequence of Fraction, int or str, length n
        Probability of each vote of each player, over all values of the factor.
    correlation : Fraction, int or str
        Correlation of the leanings of any two players, from 0 to below 1.
    blocs : sequence of Bloc
        Players that sometimes vote as one, by the mean of their chances at each value of the
        factor.
    shifted : bool
        Sum over other values, half a step aside, to check the answer by.

    Returns
    -------
    FactorPassage
        Floats, with a proven bound on their error of about 1e-10.

    Raises
    ------
    GameError
        If a probability or the correlation is out of range or no exact number, or a bloc is wrong.
    LimitError
        If the correlation is too near 1 for so many players, or the rule too large.

    Notes
    -----
    A leaning is standard normal: √c times the factor plus √(1 - c) times the player's own. A
    player votes for where it is above one threshold, and does not vote against above a lower one.
    Given the factor votes are independent, and the diagram of the rule gives the probability to
    pass; the integral over the factor is a sum over even steps, dense enough for any rule (see
    :func:`solvers.power.factor_nodes.factor_nodes`). That matters in a large body, where passage
    is all but a step in the factor.

    Since no vote counts less when it is higher, passage grows with the factor. Its values thus
    bound the integral from below and from above, whatever it does between them.

    References
    ----------
    .. [1] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.
    .. [2] L. N. Trefethen and J. A. C. Weideman, "The exponentially convergent trapezoidal rule",
       SIAM Review 56 (2014), pp. 385-458.

    Examples
    --------
    At even odds and a correlation of 1/2 every number of votes for is equally likely, so that in
    an assembly of 193 two thirds are reached in 65 of 194 cases:

    >>> from solvers.rules.rule import Quota
    >>> assembly = Rule(193, Quota((1,) * 193, (0,) * 193, (0,) * 193, 129))
    >>> found = factor_passage(assembly, ["1/2"] * 193, "1/2")
    >>> abs(found.probability - 65 / 194) < found.error < 2e-10
    True
    >>> found.low < 65 / 194 < found.high
    True
    """
    common = exact_number(correlation, "the correlation")
    for_, idle = checked_probabilities(Rule(len(yes), AllOf(())), yes, abstain)
    for_, idle = checked_probabilities(rule, for_, idle)
    votes = FactorVotes.of(for_, idle, common, shifted)
    total = _Sums(rule.n_players, votes)
    for chance, units, merged in joined_blocs(rule, blocs):
        total.add(chance, units, merged, for_, idle)
    low, high = monotone_bounds(total.passage, votes.nodes)
    return FactorPassage(
        float(total.passage @ votes.nodes.masses),
        votes.nodes.error,
        low,
        high,
        tuple(total.yes),
        tuple(total.abstain),
        tuple(map(float, total.gradient)),
        tuple(map(float, total.success)),
        len(votes.nodes.places),
    )


def monotone_bounds(values: NDArray[np.float64], nodes: FactorNodes) -> tuple[float, float]:
    """Bound a mean over the factor of what grows with it, from its values alone.

    Parameters
    ----------
    values : ndarray of float64, shape (m,)
        From 0 to 1, at the values of the factor.
    nodes : FactorNodes
        Those values; their weights are not used.

    Returns
    -------
    (float, float)
        Sums of the lowest and of the highest that it can be between two values.

    References
    ----------
    .. [1] O. Vasicek, "The distribution of loan portfolio value", Risk 15 (2002), pp. 160-162.

    Examples
    --------
    >>> import numpy as np
    >>> middle = FactorNodes(np.array([0.0]), np.array([1.0]), 1.0)
    >>> monotone_bounds(np.array([0.25]), middle)
    (0.125, 0.625)
    """
    import numpy as np

    below = np.array([erfc(-z / sqrt(2)) / 2 for z in nodes.places])
    masses = np.diff(np.r_[0.0, below, 1.0])
    return float(masses[1:] @ values), float(masses @ np.r_[values, 1.0])


class _Sums:
    """Sums over the ways in which blocs vote as one; of the probability at each value."""

    def __init__(self, n: int, votes: FactorVotes) -> None:
        import numpy as np

        self.votes = votes
        self.passage = np.zeros(len(votes.nodes.places))
        self.gradient, self.success = np.zeros(n), np.zeros(n)
        self.yes, self.abstain = [Fraction(0)] * n, [Fraction(0)] * n

    def add(
        self,
        chance: Fraction,
        units: list[tuple[int, ...]],
        merged: Rule,
        yes: Chances,
        abstain: Chances,
    ) -> None:
        """Add one of them."""
        import numpy as np

        share, masses = float(chance), self.votes.nodes.masses
        for_, idle = (
            np.array([row[list(unit)].mean(axis=0) for unit in units]).reshape(-1, len(masses))
            for row in (self.votes.yes, self.votes.abstain)
        )
        passage, given = PassageTable(merged).given(for_, idle)
        self.passage += share * passage
        for k, unit in enumerate(units):
            against = np.maximum(1 - for_[k] - idle[k], 0)
            decides = float((given[k, YES] - given[k, NO]) @ masses)
            success = float((for_[k] * given[k, YES] + against * (1 - given[k, NO])) @ masses)
            for i in unit:
                self.gradient[i] += share * decides / len(unit)
                self.success[i] += share * success
                self.yes[i] += chance * sum((yes[j] for j in unit), Fraction(0)) / len(unit)
                self.abstain[i] += chance * sum((abstain[j] for j in unit), Fraction(0)) / len(unit)
