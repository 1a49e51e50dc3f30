"""What it would tell of the outcome of a vote to know how some of the members will vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import sqrt
from statistics import NormalDist
from typing import TypeAlias

from coalitions.position_lines import Chances
from solvers.errors import EngineError, LimitError
from solvers.power.common_factor import MAX_NODES, one_factor
from solvers.power.correlated import Mixture, World
from solvers.power.passage import PassageDiagram
from solvers.rules import Rule
from solvers.votes import ABSTAIN, NO, YES

__all__ = ["LEVELS", "Finding", "mixture_of", "value_of_votes"]

MAX_RUNS = 5_000
"""Most runs through the diagram of a rule: states of the world times fixed votes."""

LEVELS = (NO, ABSTAIN, YES)
LARGE = 40  # members, beyond which the factor is cut into slices and chances are rounded
DIGITS = 4

Votes: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """What it would tell to know the votes of some states.

    Parameters
    ----------
    states : tuple of str
        Those that are asked.
    reduction : Fraction
        Expected reduction of the variance of the outcome, which is p(1 - p) as long as nobody is
        asked.
    settles : Fraction
        Probability that their votes settle the outcome, whatever votes the positions leave open
        to all others.
    given : mapping of tuple of int to (Fraction, Fraction)
        For each way they may vote its probability, and that of passage then.
    """

    states: tuple[str, ...]
    reduction: Fraction
    settles: Fraction
    given: Mapping[Votes, tuple[Fraction, Fraction]]


def mixture_of(chances: Sequence[Chances], correlation: Fraction, nodes: int) -> Mixture:
    """Turn chances into a mixture of states of the world.

    Parameters
    ----------
    chances : sequence of Chances
        Of the votes of each player.
    correlation : Fraction
        Of the leanings of any two; 0 for independent votes.
    nodes : int
        Of the quadrature that stands for the common factor; slices in a large body.

    Returns
    -------
    Mixture
        Its note says what it approximates, and how closely.
    """
    yes, abstain = [c.yes for c in chances], [c.abstain for c in chances]
    if not correlation:
        return Mixture.independent(yes, abstain)
    if len(chances) <= LARGE:
        return one_factor(yes, correlation, nodes, abstain)
    return _slices(yes, abstain, correlation, nodes)


def _slices(
    yes: Sequence[Fraction], abstain: Sequence[Fraction], correlation: Fraction, slices: int
) -> Mixture:
    """Cut the common factor into equally likely slices, each at its middle.

    In a large body passage is all but a step in the factor, which the few heavy nodes of a Gauss
    rule meet badly. Short denominators, because the diagram multiplies one for each member.
    """
    one_factor(yes, correlation, 1, abstain)  # refuses what is out of range
    if not 1 <= slices <= MAX_NODES:
        raise EngineError(f"{slices} nodes; it must be 1 to {MAX_NODES}")
    normal, common = NormalDist(), float(correlation)

    def at(chance: Fraction, place: float) -> Fraction:
        if not 0 < chance < 1:
            return chance
        shift = normal.inv_cdf(float(chance)) - sqrt(common) * place
        return Fraction(round(normal.cdf(shift / sqrt(1 - common)) * 10**DIGITS), 10**DIGITS)

    worlds = []
    for k in range(slices):
        place = normal.inv_cdf((k + 0.5) / slices)
        for_ = tuple(at(y, place) for y in yes)
        both = (at(y + a, place) for y, a in zip(yes, abstain, strict=True))
        idle = tuple(b - y for b, y in zip(both, for_, strict=True))
        worlds.append(World(Fraction(1, slices), for_, idle))
    off = max(
        abs(sum((Fraction(w.yes[i]) for w in worlds), Fraction(0)) / slices - y)
        for i, y in enumerate(yes)
    )
    note = (
        f"one common factor, correlation {correlation}, cut into {slices} equally likely slices, "
        f"chances rounded to {DIGITS} digits; those entered are met within {float(off):.1g}"
    )
    return Mixture(tuple(worlds), note)


def value_of_votes(
    rule: Rule, mixture: Mixture, intervals: Sequence[tuple[int, int]], together: int = 1
) -> tuple[Finding, ...]:
    """Say of every set of players what knowing their votes would tell of the outcome.

    Parameters
    ----------
    rule : Rule
        Any rule.
    mixture : Mixture
        Chances of the votes, in each state of the world.
    intervals : sequence of (int, int)
        Lowest and highest vote that is open to each player.
    together : int
        Size of the sets.

    Returns
    -------
    tuple of Finding
        The one that tells most first.

    Raises
    ------
    EngineError
        If the sets are larger than the body.
    LimitError
        If there are too many of them.

    Examples
    --------
    A majority of three at even odds: each of them takes a quarter of the variance away.

    >>> from solvers.rules import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> found = value_of_votes(majority, Mixture.independent(["1/2"] * 3), [(0, 2)] * 3)
    >>> [str(f.reduction) for f in found]
    ['1/16', '1/16', '1/16']
    """
    # the last of each set comes free with a run of the diagram
    n = rule.n_players
    if together > n:
        raise EngineError(f"{together} states together; there are {n}")
    first = list(combinations(range(n), together - 1))
    runs = len(first) * 3 ** (together - 1) * len(mixture.worlds)
    if runs > MAX_RUNS:
        raise LimitError(
            f"asking {together} of {n} states together takes {runs:,} runs; the limit is "
            f"{MAX_RUNS:,}: ask fewer together, or take fewer nodes"
        )
    diagram = PassageDiagram(rule)
    joint: dict[tuple[int, ...], dict[Votes, list[Fraction]]] = {}
    for world in mixture.worlds:
        weight = Fraction(world.weight)
        yes = [Fraction(y) for y in world.yes]
        abstain = [Fraction(a) for a in world.abstain or [0] * n]
        for fixed in first:
            for votes in product(LEVELS, repeat=len(fixed)):
                y, a, chance = list(yes), list(abstain), weight
                for i, vote in zip(fixed, votes, strict=True):
                    chance *= (1 - yes[i] - abstain[i], abstain[i], yes[i])[vote]
                    y[i], a[i] = Fraction(vote == YES), Fraction(vote == ABSTAIN)
                if not chance:
                    continue
                found = diagram.passage(y, a)
                for j in range(fixed[-1] + 1 if fixed else 0, n):
                    table = joint.setdefault((*fixed, j), {})
                    given = (found.given_no[j], found.given_abstain[j], found.given_yes[j])
                    for vote in LEVELS:
                        own = chance * (1 - yes[j] - abstain[j], abstain[j], yes[j])[vote]
                        sums = table.setdefault((*votes, vote), [Fraction(0), Fraction(0)])
                        sums[0] += own
                        sums[1] += own * given[vote]
    low, high = ([ends[k] for ends in intervals] for k in (0, 1))
    findings = []
    for asked, table in joint.items():
        total = sum((passed for _, passed in table.values()), Fraction(0))
        given_ = {v: (c, p / c if c else Fraction(0)) for v, (c, p) in sorted(table.items())}
        reduction = sum((c * (q - total) ** 2 for c, q in given_.values()), Fraction(0))
        settles = sum(
            (c for v, (c, _) in given_.items() if _settled(rule, low, high, asked, v)), Fraction(0)
        )
        findings.append(Finding(tuple(rule.names[i] for i in asked), reduction, settles, given_))
    return tuple(sorted(findings, key=lambda f: (-f.reduction, -f.settles, f.states)))


def _settled(
    rule: Rule, low: Sequence[int], high: Sequence[int], asked: Sequence[int], votes: Votes
) -> bool:
    worst, best = list(low), list(high)
    for i, vote in zip(asked, votes, strict=True):
        worst[i] = best[i] = vote
    return rule.evaluate(worst) or not rule.evaluate(best)
