"""Proofs of least cores, costs of stability and nucleoli, checked without any programme.

A check asks the oracle once for each level which unsettled coalition objects most, and does the
rest by sums of fractions. Equal shares within the types are part of what is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solvers.games.solution import Allocation
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Span, counts_of, members_of

__all__ = [
    "BalancedProof",
    "Level",
    "NucleolusProof",
    "check_cost_of_stability",
    "check_least_core",
    "check_nucleolus",
]

Weighted = tuple[tuple[int, Fraction], ...]
"""Coalitions, as masks, with their weights."""


@dataclass(frozen=True)
class BalancedProof:
    """A balanced collection that bounds the largest excess, or the subsidy, from below.

    Parameters
    ----------
    coalitions : tuple of (int, Fraction)
        Masks and weights. One coalition stands for all that have as many players of each type.
    point : tuple of Fraction
        Shares at which the bound is reached.
    value : Fraction
        The bound.
    """

    coalitions: Weighted
    point: tuple[Fraction, ...]
    value: Fraction

    def to_dict(self, players: Sequence[str], grand: Fraction) -> dict[str, Any]:
        """Write the proof with names.

        Parameters
        ----------
        players : sequence of str
            Names.
        grand : Fraction
            Worth of the grand coalition.

        Returns
        -------
        dict
        """
        return {
            "kind": "balanced collection",
            "value": self.value,
            "grand": grand,
            "coalitions": [_names(mask, players) for mask, _ in self.coalitions],
            "weights": [weight for _, weight in self.coalitions],
            "point": dict(zip(players, self.point, strict=True)),
        }


@dataclass(frozen=True)
class Level:
    """Coalitions of equal excess that are balanced together with what is settled before.

    Parameters
    ----------
    epsilon : Fraction
        Their excess.
    coalitions : tuple of (int, Fraction)
        Masks and weights, which sum to 1.
    alone : tuple of (int, Fraction)
        Players that get no more than alone, with weights.
    """

    epsilon: Fraction
    coalitions: Weighted
    alone: Weighted


@dataclass(frozen=True)
class NucleolusProof:
    """Levels of falling excess, after the last of which every payoff is settled.

    Parameters
    ----------
    levels : tuple of Level
        In order.
    imputations : bool
        Whether no player may get less than alone.
    """

    levels: tuple[Level, ...]
    imputations: bool

    def to_dict(self, players: Sequence[str]) -> dict[str, Any]:
        """Write the proof with names.

        Parameters
        ----------
        players : sequence of str
            Names.

        Returns
        -------
        dict
        """
        return {
            "kind": "levels of balanced coalitions",
            "imputations": self.imputations,
            "levels": [
                {
                    "excess": level.epsilon,
                    "coalitions": [_names(mask, players) for mask, _ in level.coalitions],
                    "weights": [weight for _, weight in level.coalitions],
                    "alone": {players[i]: weight for i, weight in level.alone},
                }
                for level in self.levels
            ],
        }


def check_least_core(
    oracle: ExcessOracle, found: Allocation, proof: BalancedProof
) -> tuple[str, ...]:
    """Re-check a point of the least core, or that the core is empty.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    found : Allocation
        The answer.
    proof : BalancedProof
        Its proof.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if the answer is proved.

    Notes
    -----
    If weights of sum 1 on the coalitions sum to a multiple of the grand coalition, the weighted
    mean of their excesses is the same at all efficient shares: no largest excess is below it.

    References
    ----------
    .. [1] L. S. Shapley, "On balanced sets and cores", Naval Research Logistics Quarterly 14
       (1967), pp. 453-460.
    """
    exact = found.exact
    x = proof.point if exact is None else exact
    wrong = _shares_faults(oracle, x)
    if x != proof.point:
        wrong.append("the shares are not those of the certificate")
    if found.epsilon != proof.value:
        wrong.append(f"the answer is {found.epsilon}, the proof is of {proof.value}")
    if (exact is None) != (found.concept == "core" and proof.value > 0):
        wrong.append("there are shares exactly if the core is not empty")
    if not proof.coalitions or sum(w for _, w in proof.coalitions) != 1:
        wrong.append("the weights do not sum to 1")
    wrong += _balance_faults(oracle, proof.coalitions, Span(oracle.types))
    wrong += _tight_faults(oracle, x, proof.coalitions, proof.value)
    return (*wrong, *_largest_faults(oracle, x, proof.value, None))


def check_cost_of_stability(
    oracle: ExcessOracle, found: Allocation, proof: BalancedProof
) -> tuple[str, ...]:
    """Re-check that payments are stable and that no less would do.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    found : Allocation
        The answer.
    proof : BalancedProof
        Its proof.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if the answer is proved.

    Notes
    -----
    If the weights of the coalitions that contain a player sum to 1 at most, stable payments sum
    to no less than the weighted sum of the worths.

    References
    ----------
    .. [1] Y. Bachrach, E. Elkind, R. Meir, D. Pasechnik, M. Zuckerman, J. Rothe and J. S.
       Rosenschein, "The cost of stability in coalitional games", Proceedings of SAGT 2009,
       pp. 122-134.
    """
    x = found.exact or ()
    wrong = _type_faults(oracle, x)
    if wrong:
        return tuple(wrong)
    if x != proof.point:
        wrong.append("the payments are not those of the certificate")
    paid = sum(x, Fraction(0))
    if min(x) < 0:
        wrong.append("a payment is negative")
    if not paid - oracle.grand == found.epsilon == proof.value or proof.value < 0:
        wrong.append(f"the payments sum to {paid}, the subsidy is {found.epsilon}")
    bound = Fraction(0)
    load = [Fraction(0)] * len(oracle.types)
    for mask, weight in proof.coalitions:
        bound += weight * oracle.worth(mask)
        for t, count in enumerate(counts_of(mask, oracle.types)):
            load[t] += weight * count
        if weight < 0:
            wrong.append("a weight is negative")
    if any(a > len(group) for a, group in zip(load, oracle.types, strict=True)):
        wrong.append("the weights of the coalitions of a player sum to more than 1")
    if bound != paid:
        wrong.append(f"the weights prove {bound}, the payments sum to {paid}")
    return (*wrong, *_largest_faults(oracle, x, Fraction(0), None))


def check_nucleolus(
    oracle: ExcessOracle, found: Allocation, proof: NucleolusProof
) -> tuple[str, ...]:
    """Re-check a nucleolus by its levels.

    Parameters
    ----------
    oracle : ExcessOracle
        The game.
    found : Allocation
        The answer.
    proof : NucleolusProof
        Its proof.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if the answer is proved.

    Notes
    -----
    By levels: weights of sum 1 on the coalitions, with those on players that get no more than
    alone, combine to a row of the span of what is settled. So at all shares that keep the
    earlier levels the weighted mean is the same, no largest excess is below it, and where it
    is reached all these coalitions have it: their span is settled too.

    References
    ----------
    .. [1] E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 20 (1971), pp. 62-66.
    .. [2] T. Solymosi and B. Sziklai, "Characterization sets for the nucleolus in balanced
       games", Operations Research Letters 44 (2016), pp. 520-524.
    """
    x = found.exact or ()
    wrong = _shares_faults(oracle, x)
    if wrong:
        return tuple(wrong)
    if proof.imputations:
        alone = (oracle.worth(1 << i) for i in range(oracle.n_players))
        if any(share < floor for share, floor in zip(x, alone, strict=True)):
            wrong.append("a player gets less than alone")
    span = Span(oracle.types)
    for number, level in enumerate(proof.levels, start=1):
        faults = _tight_faults(oracle, x, level.coalitions, level.epsilon)
        if not level.coalitions or sum(w for _, w in level.coalitions) != 1:
            faults.append("the weights do not sum to 1")
        if level.alone and not proof.imputations:
            faults.append("only imputations are bounded by what players get alone")
        for i, _ in level.alone:
            if x[i] != oracle.worth(1 << i):
                faults.append(f"{oracle.players[i]} gets more than alone")
        rows = level.coalitions + tuple((1 << i, weight) for i, weight in level.alone)
        faults += _balance_faults(oracle, rows, span)
        faults += _largest_faults(oracle, x, level.epsilon, span)
        wrong += [f"level {number}: {fault}" for fault in faults]
        span = span.adding(counts_of(mask, oracle.types) for mask, _ in rows)
    if span.rank < len(oracle.types):
        wrong.append("the levels do not settle every payoff")
    return tuple(wrong)


def _type_faults(oracle: ExcessOracle, x: Sequence[Fraction]) -> list[str]:
    if len(x) != oracle.n_players:
        return ["there is not one share for each player"]
    if any(len({x[i] for i in group}) > 1 for group in oracle.types):
        return ["interchangeable players do not get equal shares"]
    return []


def _shares_faults(oracle: ExcessOracle, x: Sequence[Fraction]) -> list[str]:
    wrong = _type_faults(oracle, x)
    if not wrong and sum(x, Fraction(0)) != oracle.grand:
        wrong.append("the shares do not sum to the worth of the grand coalition")
    return wrong


def _tight_faults(
    oracle: ExcessOracle, x: Sequence[Fraction], coalitions: Weighted, epsilon: Fraction
) -> list[str]:
    if len(x) != oracle.n_players:
        return []
    return [
        f"the excess of {', '.join(_names(mask, oracle.players))} is not {epsilon}"
        for mask, _ in coalitions
        if oracle.excess(mask, x) != epsilon
    ]


def _balance_faults(oracle: ExcessOracle, rows: Weighted, span: Span) -> list[str]:
    total = [Fraction(0)] * len(oracle.types)
    for mask, weight in rows:
        for t, count in enumerate(counts_of(mask, oracle.types)):
            total[t] += weight * count
    wrong = [] if span.contains(total) else ["the weights do not balance the coalitions"]
    if any(weight <= 0 for _, weight in rows):
        wrong.append("a weight is not positive")
    return wrong


def _largest_faults(
    oracle: ExcessOracle, x: Sequence[Fraction], epsilon: Fraction, span: Span | None
) -> list[str]:
    if len(x) != oracle.n_players:
        return []
    return [
        f"{', '.join(_names(mask, oracle.players))} has the larger excess {excess}"
        for mask, excess in oracle.most_excess(x, settled=span)
        if excess > epsilon
    ]


def _names(mask: int, players: Sequence[str]) -> list[str]:
    return [players[i] for i in members_of(mask)]
