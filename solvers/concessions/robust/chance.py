"""The probability that a package passes when margins are uncertain and objections hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from solvers.concessions.parts import ZERO, Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.buffer import absent_players
from solvers.errors import GameError
from solvers.power.passage import PassageDiagram
from solvers.rules.fixed_votes import with_votes
from solvers.rules.rule import AllOf, Rule
from solvers.rules.vote_conditions import voters_in
from solvers.rules.votes import ABSENT, ABSTAIN, YES

__all__ = [
    "ChanceModel",
    "Normal",
    "PackageChance",
    "Spread",
    "Uniform",
    "interval_spreads",
    "passage_chance",
]

CDF_ERROR = Fraction(1, 10**15)
"""More than a value of the normal distribution is off when it is computed in double precision."""


@dataclass(frozen=True)
class Normal:
    """A margin that is normally distributed about its estimate.

    Parameters
    ----------
    deviation : Fraction
        Standard deviation, above 0.

    Raises
    ------
    GameError
        If it is not, or is not exact.
    """

    deviation: Fraction

    def __post_init__(self) -> None:
        check_number("a standard deviation", self.deviation, least=0)
        if not self.deviation:
            raise GameError("a standard deviation is 0; leave the spread of that player out")

    @property
    def reach(self) -> Fraction:
        """How far above a threshold the estimate is as good as certain."""
        return self.deviation * 9

    @property
    def width(self) -> Fraction:
        """A length that is never 0, in which distances may be counted."""
        return self.deviation * 9

    @property
    def ample(self) -> Fraction:
        """How far above a threshold little is left to gain: a risk below one in a million."""
        return self.deviation * 5

    def least(self, distance: Fraction) -> Fraction:
        """Return the probability of lying at most ``distance`` below the estimate.

        Parameters
        ----------
        distance : Fraction
            The estimate less a threshold.

        Returns
        -------
        Fraction
            The double nearest to it, within ``CDF_ERROR``.
        """
        return Fraction(math.erfc(-float(distance / self.deviation) / math.sqrt(2)) / 2)

    def slope(self, distance: Fraction) -> float:
        """Return the density there."""
        x = float(distance / self.deviation)
        return math.exp(-x * x / 2) / math.sqrt(2 * math.pi) / float(self.deviation)


@dataclass(frozen=True)
class Uniform:
    """A margin that lies anywhere in an interval about its estimate, equally likely.

    Parameters
    ----------
    below, above : Fraction
        How far it may lie below and above the estimate, at least 0 and not both 0.

    Raises
    ------
    GameError
        If a number is negative or not exact, or both are 0.
    """

    below: Fraction
    above: Fraction

    def __post_init__(self) -> None:
        check_number("how far a margin may lie below its estimate", self.below, least=0)
        check_number("how far a margin may lie above its estimate", self.above, least=0)
        if not self.below + self.above:
            raise GameError("an interval has no length; leave the spread of that player out")

    @property
    def reach(self) -> Fraction:
        """How far above a threshold the estimate is certain."""
        return self.below

    @property
    def width(self) -> Fraction:
        """A length that is never 0, in which distances may be counted."""
        return self.below + self.above

    @property
    def ample(self) -> Fraction:
        """How far above a threshold little is left to gain."""
        return self.below

    def least(self, distance: Fraction) -> Fraction:
        """Return the probability of lying at most ``distance`` below the estimate, exactly.

        Parameters
        ----------
        distance : Fraction
            The estimate less a threshold.

        Returns
        -------
        Fraction
        """
        share = (distance + self.above) / (self.below + self.above)
        return min(max(share, ZERO), Fraction(1))

    def slope(self, distance: Fraction) -> float:
        """Return the density there."""
        inside = -self.above <= distance <= self.below
        return 1 / float(self.below + self.above) if inside else 0.0


Spread: TypeAlias = Normal | Uniform


@dataclass(frozen=True)
class PackageChance:
    """The probability that a package passes.

    Parameters
    ----------
    probability : Fraction
        Exact for the probabilities of the single votes given here.
    error : Fraction
        How far off it may be because values of the normal distribution were rounded; 0 where
        there are none.
    yes, abstain : tuple of Fraction, length n
        Probabilities of the votes of every player; of an absent one both are 0.
    """

    probability: Fraction
    error: Fraction
    yes: tuple[Fraction, ...]
    abstain: tuple[Fraction, ...]


def interval_spreads(problem: ConcessionProblem) -> dict[int, Spread]:
    """Read a uniform spread off the lowest and highest estimate of every margin.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    dict of int to Uniform
        For the players whose estimates differ.
    """
    found: dict[int, Spread] = {}
    for i, voter in enumerate(problem.voters):
        if voter.margin is not None and voter.margin[0] < voter.margin[2]:
            low, central, high = voter.margin
            found[i] = Uniform(Fraction(central - low), Fraction(high - central))
    return found


def passage_chance(
    problem: ConcessionProblem, package: Package, spreads: Mapping[int, Spread]
) -> PackageChance:
    """Compute the probability that a package passes.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Hidden objections count, with their probabilities.
    package : Package
        What is conceded.
    spreads : mapping of int to Normal or Uniform
        How margins are distributed about their central estimates; others are certain.

    Returns
    -------
    PackageChance
        That the rule, and those of linked items that are adopted, are met.

    Raises
    ------
    GameError
        If a spread is given for someone without a margin, or votes hang on one another: they
        are taken as independent.
    LimitError
        If the diagram of the rule grows too large.

    References
    ----------
    .. [1] A. Charnes and W. W. Cooper, "Chance-constrained programming", Management Science 6
       (1959), pp. 73-79.
    .. [2] Y. H. Wang, "On the number of successes in independent trials", Statistica Sinica 3
       (1993), pp. 295-312.

    Examples
    --------
    One of two must agree: the one lies between -1 and 1, the other objects with probability
    1/4.

    >>> from solvers.concessions.problem import Voter
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 1))
    >>> voters = (Voter(margin=(Fraction(0),) * 3),
    ...           Voter(margin=(Fraction(1),) * 3, hidden=Fraction(1, 4)))
    >>> spreads = {0: Uniform(Fraction(1), Fraction(1))}
    >>> passage_chance(ConcessionProblem(rule, voters), Package(), spreads).probability
    Fraction(7, 8)
    """
    return ChanceModel(problem, spreads).of_package(package)


class ChanceModel:
    """Chances of one problem; diagrams of its rules are built once.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    spreads : mapping of int to Normal or Uniform
        As in :func:`passage_chance`.

    Raises
    ------
    GameError
        As in :func:`passage_chance`.
    """

    def __init__(self, problem: ConcessionProblem, spreads: Mapping[int, Spread]) -> None:
        self.problem, self.spreads = problem, dict(spreads)
        for i in spreads:
            if not 0 <= i < len(problem.voters) or problem.voters[i].margin is None:
                raise GameError(f"a spread is given for player {i}, who has no margin to spread")
        if problem.bandwagon:
            raise GameError("votes that move others are not independent; leave out the bandwagon")
        for i, voter in enumerate(problem.voters):
            if any(voters_in(condition) for _, condition in voter.conditions):
                raise GameError(
                    f"the vote of player {i} hangs on the votes of others; the chance of passage "
                    f"is computed for independent votes"
                )
        self._diagrams: dict[frozenset[int], PassageDiagram] = {}

    def of_package(self, package: Package) -> PackageChance:
        """Return the probability that a package passes.

        Parameters
        ----------
        package : Package
            What is conceded.

        Returns
        -------
        PackageChance
        """
        margins = {i: self.problem.margin(i, package) or ZERO for i in self.spreads}
        return self.at(margins, self.problem.votes(package), package.amendments)

    def at(
        self,
        margins: Mapping[int, Fraction],
        votes: tuple[int, ...] | list[int],
        adopted: frozenset[int],
    ) -> PackageChance:
        """Return the probability of passage at given margins.

        Parameters
        ----------
        margins : mapping of int to Fraction
            Central margins of those whose margins are spread.
        votes : sequence of int, length n
            Votes of the others.
        adopted : frozenset of int
            Amendments that are adopted.

        Returns
        -------
        PackageChance
        """
        yes: list[Fraction] = []
        abstain: list[Fraction] = []
        error = ZERO
        for i, voter in enumerate(self.problem.voters):
            open_ = 1 - Fraction(voter.hidden)
            spread = self.spreads.get(i)
            if spread is None:
                yes.append(open_ * (votes[i] == YES))
                abstain.append(open_ * (votes[i] == ABSTAIN))
                continue
            willing = spread.least(margins[i])
            yes.append(open_ * willing)
            abstain.append(open_ * (spread.least(margins[i] + voter.band) - willing))
            error += 2 * CDF_ERROR if isinstance(spread, Normal) else 0
        found = self._diagram(adopted).passage(yes, abstain)
        return PackageChance(found.probability, error, tuple(yes), tuple(abstain))

    def _diagram(self, adopted: frozenset[int]) -> PassageDiagram:
        problem = self.problem
        linked = frozenset(k for k in adopted if problem.amendments[k].route is not None)
        if linked not in self._diagrams:
            routes = [problem.amendments[k].route for k in sorted(linked)]
            parts = (problem.rule.root, *(r.root for r in routes if r is not None))
            rule = Rule(problem.rule.n_players, AllOf(parts), problem.rule.names)
            silent = with_votes(rule, dict.fromkeys(absent_players(problem), ABSENT))
            self._diagrams[linked] = PassageDiagram(silent)
        return self._diagrams[linked]
