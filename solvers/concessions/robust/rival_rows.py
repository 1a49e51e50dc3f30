"""Rows that make every way to break a rule as dear as a rival's budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd

from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.buffer import absent_players
from solvers.concessions.robust.defections import leaves_needed
from solvers.concessions.robust.surplus import SurplusProgramme
from solvers.programmes.linear import Number, Programme
from solvers.rules.rule import Quota, Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["RivalRows"]

MAX_STATES = 1500
"""Most partial sums of one leaf that get a variable each; beyond it ways are ruled out singly."""


class RivalRows:
    """The programme of cheapest packages with the prices that a rival would have to pay.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    budget : Fraction
        What the rival has.

    Attributes
    ----------
    model : SurplusProgramme
        The package.
    programme : Programme
        Its rows and those of the rival; the objective is the cost of the package.
    exact : Programme
        The same without the shortest paths, whose variables come last: what fractions can bear.

    Notes
    -----
    For each player two variables, in shares of the budget and at most 1: what it takes to end
    its yes, ``idle``, and to turn it against, ``hostile``. Both are 0 where nothing has to be
    paid, as binaries of the vote see to.

    The cheapest way to break one leaf is a knapsack. Where all losses are equal it is the sum
    of the k smallest prices, at least W if and only if ``k f - sum x >= W`` for some f and
    ``x >= f - price``, ``x >= 0`` [1]_. In general it is a shortest path through partial sums
    of losses; potentials that no arc raises by more than its price certify its length [2]_.

    References
    ----------
    .. [1] W. Ogryczak and A. Tamir, "Minimizing the sum of the k largest functions in linear
       time", Information Processing Letters 85 (2003), pp. 117-122.
    .. [2] R. K. Martin, R. L. Rardin and B. A. Campbell, "Polyhedral characterization of
       discrete dynamic programming", Operations Research 38 (1990), pp. 127-138.
    """

    def __init__(self, problem: ConcessionProblem, budget: Fraction) -> None:
        self.problem, self.budget = problem, budget
        self.model = SurplusProgramme(problem, dict.fromkeys(range(len(problem.voters)), budget))
        self.programme = self.model.programme
        self.programme.minimise(self.model.cost)
        self._count = 0
        away = absent_players(problem)
        self.there = [i for i in range(len(problem.voters)) if i not in away]
        self.margins = {
            i: self.model.sure_margin(i)
            for i, v in enumerate(problem.voters)
            if v.margin is not None
        }
        self.idle: dict[int, int] = {}
        self.hostile: dict[int, int] = {}
        if not budget:
            self.exact = self.programme
            return
        for player in self.there:
            self._prices(player)
        wide = [_Leaf(leaf, self.there, asked) for leaf, asked in self._leaves()]
        for leaf in wide:
            if leaf.binds and leaf.even:
                self._smallest(leaf)
        self.exact = self.programme.copy()
        for leaf in wide:
            if leaf.binds and not leaf.even and len(self.there) * leaf.need <= MAX_STATES:
                self._path(leaf)

    def rule_out(self, profile: Sequence[int]) -> None:
        """Make it cost the whole budget to bring the votes down to a profile that fails.

        Parameters
        ----------
        profile : sequence of int, length n
            Votes on which the rule, or that of a linked item, is not met.
        """
        requirements: list[tuple[Rule, int | None]] = [(self.problem.rule, None)]
        for k, amendment in enumerate(self.problem.amendments):
            if amendment.route is not None:
                requirements.append((amendment.route, self.model.z[k]))
        for rule, asked in requirements:
            if rule.evaluate(profile):
                continue
            highest = _raised(rule, profile)
            terms = {self.idle[i]: 1 for i in self.there if highest[i] == ABSTAIN}
            terms |= {self.hostile[i]: 1 for i in self.there if highest[i] == NO}
            self._count += 1
            for programme in {id(p): p for p in (self.programme, self.exact)}.values():
                _at_least(programme, f"way{self._count:05d}", terms, asked)
            if asked is None:
                return  # the linked items fail with the rule, at no lower price

    def _leaves(self) -> Iterator[tuple[Quota, int | None]]:
        """List the leaves that must hold, each with the binary of its linked item, if any."""
        yield from ((leaf, None) for leaf in leaves_needed(self.problem.rule.root))
        for k, amendment in enumerate(self.problem.amendments):
            if amendment.route is not None:
                yield from ((leaf, self.model.z[k]) for leaf in leaves_needed(amendment.route.root))

    def _prices(self, player: int) -> None:
        """Add what it takes to end a yes and to turn a player against, in shares of the budget."""
        p, voter = self.programme, self.problem.voters[player]
        y, n = self.model.y[player], self.model.n[player]
        self.idle[player] = idle = p.variable(f"idle{player:04d}", 0, 1)
        self.hostile[player] = hostile = p.variable(f"hostile{player:04d}", 0, 1)
        p.row(f"idle{player:04d}vote", {idle: 1, y: -1}, "<=", 0)
        p.row(f"hostile{player:04d}vote", {hostile: 1, n: 1}, "<=", 1)
        if voter.margin is None or voter.firm:
            return  # not for sale
        form, constant, low = self.margins[player]
        below, far = min(low, ZERO), min(low + voter.band, ZERO)
        ends = form | {y: below, idle: -self.budget}  # budget idle <= M - below (1 - y)
        p.row(f"idle{player:04d}price", ends, ">=", below - constant)
        turns = form | {n: -far, hostile: -self.budget}  # budget hostile <= M + band - far n
        p.row(f"hostile{player:04d}price", turns, ">=", -voter.band - constant)

    def _smallest(self, leaf: _Leaf) -> None:
        """Ask that the k smallest prices of a leaf with equal losses reach the budget."""
        p = self.programme
        prices = [self.idle[i] if idle else self.hostile[i] for i, (idle, _) in leaf.losses.items()]
        self._count += 1
        name = f"leaf{self._count:05d}"
        if leaf.need == len(prices):
            _at_least(p, name, dict.fromkeys(prices, 1), leaf.asked)
            return
        if leaf.need == 1:
            for j, price in enumerate(prices):
                _at_least(p, f"{name}-{j:04d}", {price: 1}, leaf.asked)
            return
        level = p.variable(f"{name}level", 0, 1)
        terms = {level: leaf.need}
        for j, price in enumerate(prices):
            short = p.variable(f"{name}-{j:04d}short", 0, 1)
            p.row(f"{name}-{j:04d}", {short: 1, level: -1, price: 1}, ">=", 0)
            terms[short] = -1
        _at_least(p, name, terms, leaf.asked)

    def _path(self, leaf: _Leaf) -> None:
        """Ask that the shortest path through the partial sums of losses reach the budget."""
        p = self.programme
        self._count += 1
        name = f"path{self._count:05d}"
        layer: dict[int, int | None] = {0: None}  # the start has potential 0
        for i, (idle, hostile) in leaf.losses.items():
            after: dict[int, int] = {}
            for state, potential in layer.items():
                for loss, price in ((0, None), (idle, self.idle[i]), (hostile, self.hostile[i])):
                    to = min(state + loss, leaf.need)
                    if to not in after:
                        after[to] = p.variable(f"{name}-{i:04d}-{to:05d}", 0, 1)
                    terms = {after[to]: 1}
                    if potential is not None:
                        terms[potential] = -1
                    if price is not None:
                        terms[price] = -1
                    self._count += 1
                    p.row(f"{name}-{self._count:06d}", terms, "<=", 0)
            layer = dict(after)
        end = layer[leaf.need]
        if end is not None:
            _at_least(p, name, {end: 1}, leaf.asked)


class _Leaf:
    """What each vote less than a yes takes off a leaf, in common units, and what breaks it."""

    def __init__(self, leaf: Quota, there: Sequence[int], asked: int | None) -> None:
        self.asked = asked
        losses = {
            i: (leaf.yes[i] - leaf.abstain[i], leaf.yes[i] - leaf.no[i])
            for i in there
            if leaf.yes[i] > leaf.no[i]
        }
        unit = gcd(*(loss for pair in losses.values() for loss in pair)) or 1
        self.losses = {i: (idle // unit, hostile // unit) for i, (idle, hostile) in losses.items()}
        self.need = -(-(sum(leaf.yes[i] for i in there) - leaf.threshold + 1) // unit)
        worst = sum(hostile for _, hostile in self.losses.values())
        self.binds = 0 < self.need <= worst  # else it never holds, or never fails
        self.even = all(hostile == 1 for _, hostile in self.losses.values())


def _raised(rule: Rule, profile: Sequence[int]) -> list[int]:
    """Raise the votes of a profile that fails, one after another, as long as it still fails."""
    votes = list(profile)
    for i, vote in enumerate(profile):
        for level in (YES, ABSTAIN):
            if vote != ABSENT and level > vote:
                votes[i] = level
                if not rule.evaluate(votes):
                    break
                votes[i] = vote
    return votes


def _at_least(
    programme: Programme, name: str, terms: Mapping[int, Number], asked: int | None
) -> None:
    """Ask for the whole budget, or for that only if a linked item is adopted."""
    if asked is None:
        programme.row(name, terms, ">=", 1)
    else:
        programme.row(name, {**terms, asked: -1}, ">=", 0)
