"""What it would tell of the outcome of a vote to know how some of the members will vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import TypeAlias

from solvers.errors import EngineError, LimitError
from solvers.power.common_factor import FactorVotes
from solvers.power.correlated import Mixture
from solvers.power.passage import PassageDiagram
from solvers.power.passage_floats import PassageTable
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["LEVELS", "Finding", "findings_error", "value_of_votes", "value_under_factor"]

MAX_RUNS = 5_000
"""Most runs through the diagram of a rule: states of the world times fixed votes."""

LEVELS = (NO, ABSTAIN, YES)
DIGITS = 9  # to which floats are compared, so that equal members keep their order

Votes: TypeAlias = tuple[int, ...]
Value: TypeAlias = Fraction | float


@dataclass(frozen=True)
class Finding:
    """What it would tell to know the votes of some states; floats under a common factor.

    Parameters
    ----------
    states : tuple of str
        Those that are asked.
    reduction : Fraction or float
        Expected reduction of the variance of the outcome, which is p(1 - p) as long as nobody is
        asked.
    settles : Fraction or float
        Probability that their votes settle the outcome, whatever votes the positions leave open
        to all others.
    given : mapping of tuple of int to (Fraction, Fraction) or (float, float)
        For each way they may vote its probability, and that of passage then.
    """

    states: tuple[str, ...]
    reduction: Value
    settles: Value
    given: Mapping[Votes, tuple[Value, Value]]


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

    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> found = value_of_votes(majority, Mixture.independent(["1/2"] * 3), [(0, 2)] * 3)
    >>> [str(f.reduction) for f in found]
    ['1/16', '1/16', '1/16']
    """
    n = rule.n_players
    first = _asked_first(n, together)
    runs = len(first) * 3 ** (together - 1) * len(mixture.worlds)
    if runs > MAX_RUNS:
        raise LimitError(
            f"asking {together} of {n} states together takes {runs:,} runs; the limit is "
            f"{MAX_RUNS:,}: ask fewer together"
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
    return _findings(rule, intervals, joint, Fraction(0))


def value_under_factor(
    table: PassageTable,
    votes: FactorVotes,
    intervals: Sequence[tuple[int, int]],
    together: int = 1,
) -> tuple[Finding, ...]:
    """Say the same where leanings share one common factor.

    Parameters
    ----------
    table : PassageTable
        A rule, made ready.
    votes : FactorVotes
        Chances of the votes, at each value of the factor.
    intervals : sequence of (int, int)
        Lowest and highest vote that is open to each player.
    together : int
        Size of the sets.

    Returns
    -------
    tuple of Finding
        The one that tells most first. Every probability of some votes, with passage or without,
        is right to within the error of the values of the factor.

    Raises
    ------
    EngineError
        If the sets are larger than the body.
    LimitError
        If there are too many of them.

    Examples
    --------
    What others vote tells of the factor, so that one vote of three tells more than a quarter:

    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> even, none = (Fraction(1, 2),) * 3, (Fraction(0),) * 3
    >>> votes = FactorVotes.of(even, none, Fraction(1, 2))
    >>> found = value_under_factor(PassageTable(majority), votes, [(0, 2)] * 3)
    >>> [round(f.reduction, 9) for f in found]  # 1/9
    [0.111111111, 0.111111111, 0.111111111]
    """
    import numpy as np

    n, masses = table.rule.n_players, votes.nodes.masses
    first = _asked_first(n, together)
    table.refuse(len(first) * 3 ** (together - 1) * len(masses))
    chance = np.stack([np.maximum(1 - votes.yes - votes.abstain, 0), votes.abstain, votes.yes])
    joint: dict[tuple[int, ...], dict[Votes, list[float]]] = {}
    for fixed in first:
        for known in product(LEVELS, repeat=len(fixed)):
            yes, abstain, weight = votes.yes.copy(), votes.abstain.copy(), masses
            for i, vote in zip(fixed, known, strict=True):
                weight = weight * chance[vote, i]
                yes[i], abstain[i] = float(vote == YES), float(vote == ABSTAIN)
            if not weight.any():
                continue
            _, given = table.given(yes, abstain)
            for j in range(fixed[-1] + 1 if fixed else 0, n):
                entries = joint.setdefault((*fixed, j), {})
                for vote in LEVELS:
                    own = weight * chance[vote, j]
                    entries[(*known, vote)] = [float(own.sum()), float(own @ given[j, vote])]
    return _findings(table.rule, intervals, joint, 0.0)


def findings_error(error: float, together: int) -> float:
    """Bound the error of a reduction of variance, and of a chance to settle the outcome.

    Parameters
    ----------
    error : float
        Of each probability of some votes, with passage or without.
    together : int
        Size of the sets that are asked.

    Returns
    -------
    float
    """
    # A reduction is Σ passed² / chance - total²: slopes of 2 and 1 for each way to vote, and 2.
    return float(3 ** (together + 1) + 2) * error


def _asked_first(n: int, together: int) -> list[tuple[int, ...]]:
    """List the sets without their last player, which comes free with a run of the diagram."""
    if together > n:
        raise EngineError(f"{together} states together; there are {n}")
    return list(combinations(range(n), together - 1))


def _findings(
    rule: Rule,
    intervals: Sequence[tuple[int, int]],
    joint: Mapping[tuple[int, ...], Mapping[Votes, Sequence[Value]]],
    nothing: Value,
) -> tuple[Finding, ...]:
    """Turn chances of votes, alone and with passage, into what they would tell."""
    low, high = ([ends[k] for ends in intervals] for k in (0, 1))
    findings = []
    for asked, table in joint.items():
        total = sum((passed for _, passed in table.values()), nothing)
        given = {v: (c, _share(p, c)) for v, (c, p) in sorted(table.items())}
        reduction = sum((c * (q - total) ** 2 for c, q in given.values()), nothing)
        settled = (c for v, (c, _) in given.items() if _settled(rule, low, high, asked, v))
        settles = sum(settled, nothing)
        findings.append(Finding(tuple(rule.names[i] for i in asked), reduction, settles, given))
    return tuple(sorted(findings, key=_order))


def _share(part: Value, whole: Value) -> Value:
    """Divide; rounding takes no share above 1."""
    share = part / whole if whole else 0 * whole
    return min(share, 1.0) if isinstance(share, float) else share


def _order(f: Finding) -> tuple[Value, Value, tuple[str, ...]]:
    told = [x if isinstance(x, Fraction) else round(x, DIGITS) for x in (f.reduction, f.settles)]
    return -told[0], -told[1], f.states


def _settled(
    rule: Rule, low: Sequence[int], high: Sequence[int], asked: Sequence[int], votes: Votes
) -> bool:
    worst, best = list(low), list(high)
    for i, vote in zip(asked, votes, strict=True):
        worst[i] = best[i] = vote
    return rule.evaluate(worst) or not rule.evaluate(best)
