"""Probability that a decision passes when votes hang together, with its gradient, exact.

Two ways to hang together, which may be joined: states of the world that move many members at
once, and blocs that sometimes vote as one. A factor that moves all by degrees is in
:mod:`solvers.power.common_factor`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeAlias

from solvers.errors import GameError, LimitError
from solvers.power.passage import PassageDiagram, checked_probabilities
from solvers.rules.rule import Node, Quota, Rule

__all__ = [
    "MAX_BLOCS",
    "Bloc",
    "CorrelatedPassage",
    "Mixture",
    "Number",
    "World",
    "correlated_passage",
    "exact_number",
    "joined_blocs",
]

MAX_BLOCS = 8
"""Most blocs that only sometimes vote as one: every combination of them is a case of its own."""

_HUGE = re.compile(r"[eE][+-]?0*[1-9]\d{2}")

Number: TypeAlias = Fraction | int | str
Chances: TypeAlias = tuple[Fraction, ...]


@dataclass(frozen=True)
class World:
    """A state of the world: how probable it is, and how everybody votes in it, independently.

    Parameters
    ----------
    weight : Fraction, int or str
        Probability of this state.
    yes : sequence of Fraction, int or str, length n
        Probability that each player votes for in it.
    abstain : sequence of the same, optional
        Probability that each player abstains in it; nobody does when left out.
    """

    weight: Number
    yes: Sequence[Number]
    abstain: Sequence[Number] | None = None


@dataclass(frozen=True)
class Mixture:
    """States of the world, of which exactly one comes true.

    Parameters
    ----------
    worlds : tuple of World
        Their weights sum to 1.
    """

    worlds: tuple[World, ...]

    @classmethod
    def independent(cls, yes: Sequence[Number], abstain: Sequence[Number] | None = None) -> Mixture:
        """Make the mixture of a single state.

        Parameters
        ----------
        yes, abstain : sequence of Fraction, int or str, length n
            As for `World`.

        Returns
        -------
        Mixture
        """
        return cls((World(1, yes, abstain),))


@dataclass(frozen=True)
class Bloc:
    """Players that vote as one, always or with some probability.

    Parameters
    ----------
    players : sequence of int
        At least two.
    together : Fraction, int or str
        Probability that they do; else each votes for itself. The common vote is drawn with the
        mean of their probabilities.
    """

    players: Sequence[int]
    together: Number = 1


@dataclass(frozen=True)
class CorrelatedPassage:
    """What correlated votes make of a rule; exact for the mixture.

    Parameters
    ----------
    probability : Fraction
        That the decision passes.
    yes, abstain : tuple of Fraction, length n
        Probability of each vote of each player, over all states of the world and blocs.
    gradient : tuple of Fraction, length n
        Derivative of the probability by the probability to vote for that is entered for each
        player, as votes against become votes for, in every state of the world alike. A bloc
        moves with the mean of its members, so that its members sum to what it moves as a whole.
    success : tuple of Fraction, length n
        Probability that a player votes for what passes or against what fails.
    cases : int
        Combinations of a state of the world and blocs that vote as one.
    """

    probability: Fraction
    yes: Chances
    abstain: Chances
    gradient: Chances
    success: Chances
    cases: int = field(default=1, compare=False)


def correlated_passage(
    rule: Rule, mixture: Mixture, blocs: Sequence[Bloc] = ()
) -> CorrelatedPassage:
    """Compute the probability of passage for correlated votes.

    Parameters
    ----------
    rule : Rule
        Any rule, also one that tells an abstention from a vote against.
    mixture : Mixture
        States of the world, in each of which votes are independent but for the blocs.
    blocs : sequence of Bloc
        Whether one votes as one is independent of the others and of the state of the world.

    Returns
    -------
    CorrelatedPassage

    Raises
    ------
    GameError
        If probabilities are floats, negative or sum to more than 1, weights do not sum to 1, or
        a bloc has an unknown player, one of another bloc, or fewer than two.
    LimitError
        If more than `MAX_BLOCS` blocs sometimes vote as one, or the rule is too large for
        :func:`solvers.power.passage.passage`.

    Notes
    -----
    The probability is affine in each player's own probability, so differences are exact. A
    diagram of the rule is built once for each combination of blocs, and serves all states of the
    world.

    References
    ----------
    .. [1] P. D. Straffin, "Homogeneity, independence, and power indices", Public Choice 30
       (1977), pp. 107-118.
    .. [2] S. Kaniovski, "The exact bias of the Banzhaf measure of power when votes are neither
       equiprobable nor independent", Social Choice and Welfare 31 (2008), pp. 281-300.

    Examples
    --------
    A majority of three at even odds that two of them always join, or in half of the cases:

    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> even = Mixture.independent(["1/2"] * 3)
    >>> for chance in (1, "1/2"):
    ...     found = correlated_passage(majority, even, [Bloc((0, 1), chance)])
    ...     print(*found.success)
    1 1 1/2
    7/8 7/8 5/8
    """
    weights = _weights(mixture)
    given = [checked_probabilities(rule, w.yes, w.abstain) for w in mixture.worlds]
    total = _Sums(rule.n_players)
    for chance, units, merged in joined_blocs(rule, blocs):
        diagram = PassageDiagram(merged)
        for weight, (yes, abstain) in zip(weights, given, strict=True):
            if weight:
                total.add(weight * chance, diagram, units, yes, abstain)
    return CorrelatedPassage(
        total.probability,
        tuple(total.yes),
        tuple(total.abstain),
        tuple(total.gradient),
        tuple(total.success),
        total.cases,
    )


def joined_blocs(
    rule: Rule, blocs: Sequence[Bloc]
) -> Iterator[tuple[Fraction, list[tuple[int, ...]], Rule]]:
    """Go through the ways in which blocs may vote as one.

    Parameters
    ----------
    rule : Rule
        Any rule.
    blocs : sequence of Bloc
        Whether one votes as one is independent of the others.

    Yields
    ------
    chance : Fraction
        Probability of this way.
    units : list of tuple of int
        Players that vote as one; every player is in one of them.
    merged : Rule
        The rule with one player for each unit.

    Raises
    ------
    GameError, LimitError
        As :func:`correlated_passage`.
    """
    together = _checked_blocs(rule, blocs)
    split = sum(0 < t < 1 for _, t in together)
    if split > MAX_BLOCS:
        raise LimitError(
            f"{split} blocs that only sometimes vote as one make 2^{split} cases; the limit is "
            f"{MAX_BLOCS}: let some of them always vote as one"
        )
    for joined in product(*([True, False][t == 0 : 1 + (t < 1)] for _, t in together)):
        chance = prod((t if j else 1 - t for j, (_, t) in zip(joined, together, strict=True)))
        units = [players for j, (players, _) in zip(joined, together, strict=True) if j]
        inside = {i for players in units for i in players}
        units += [(i,) for i in range(rule.n_players) if i not in inside]
        yield Fraction(chance), units, _merged(rule, units)


class _Sums:
    """Sums over the cases."""

    def __init__(self, n: int) -> None:
        self.probability = Fraction(0)
        self.yes, self.abstain, self.gradient, self.success = (
            [Fraction(0)] * n for _ in range(4)
        )  # fmt: skip
        self.cases = 0

    def add(
        self,
        chance: Fraction,
        diagram: PassageDiagram,
        units: list[tuple[int, ...]],
        yes: Chances,
        abstain: Chances,
    ) -> None:
        """Add one state of the world with given units."""
        of_yes, of_abstain = (
            [sum((row[i] for i in unit), Fraction(0)) / len(unit) for unit in units]
            for row in (yes, abstain)
        )
        found = diagram.passage(of_yes, of_abstain)
        gradient, success = found.gradient, found.success
        self.cases += 1
        self.probability += chance * found.probability
        for k, unit in enumerate(units):
            for i in unit:
                self.yes[i] += chance * of_yes[k]
                self.abstain[i] += chance * of_abstain[k]
                self.gradient[i] += chance * gradient[k] / len(unit)
                self.success[i] += chance * success[k]


def _weights(mixture: Mixture) -> list[Fraction]:
    weights = [exact_number(world.weight, "the weight of a state") for world in mixture.worlds]
    if any(w < 0 for w in weights) or sum(weights) != 1:
        total = sum(weights, Fraction(0))
        raise GameError(
            f"the weights of the states of the world are {', '.join(map(str, weights))}: each is "
            f"at least 0, and they sum to 1, not {total}"
        )
    return weights


def exact_number(number: Number, what: str) -> Fraction:
    """Read a number exactly.

    Parameters
    ----------
    number : Fraction, int or str
        The number.
    what : str
        What it is, for the message.

    Returns
    -------
    Fraction

    Raises
    ------
    GameError
        If it is a float, or no number, or its exponent is beyond 99.
    """
    if isinstance(number, float):
        raise GameError(f"{what} is the float {number!r}; write a fraction or text such as '0.4'")
    if isinstance(number, str) and _HUGE.search(number):  # its digits would fill the memory
        raise GameError(f"{what} is {number!r}; an exponent has two digits at most")
    try:
        return Fraction(number)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise GameError(f"{what} is {number!r}, which is no number such as '1/3'") from None


def _checked_blocs(rule: Rule, blocs: Sequence[Bloc]) -> list[tuple[tuple[int, ...], Fraction]]:
    found, seen = [], set[int]()
    for bloc in blocs:
        for i in bloc.players:
            if not 0 <= i < rule.n_players:
                raise GameError(f"player {i} of a bloc is none of the {rule.n_players} players")
            if i in seen:
                raise GameError(f"{rule.names[i]} is in two blocs, or twice in one")
            seen.add(i)
        names = ", ".join(rule.names[i] for i in bloc.players)
        if len(bloc.players) < 2:
            raise GameError(f"a bloc of {names or 'nobody'}: it takes at least two players")
        chance = exact_number(bloc.together, f"the probability that {names} vote as one")
        if not 0 <= chance <= 1:
            raise GameError(f"{names} vote as one with probability {chance}; it is from 0 to 1")
        found.append((tuple(bloc.players), chance))
    return found


def _merged(rule: Rule, units: list[tuple[int, ...]]) -> Rule:
    """Make one player of every unit."""

    def visit(node: Node) -> Node:
        if not isinstance(node, Quota):
            return type(node)(tuple(visit(part) for part in node.parts), node.title)
        yes, abstain, no = (
            tuple(sum(row[i] for i in unit) for unit in units)
            for row in (node.yes, node.abstain, node.no)
        )
        return Quota(yes, abstain, no, node.threshold, node.title, node.kind)

    return Rule(len(units), visit(rule.root))
