"""Payments that bring about given votes, over fractions: a small linear programme.

Amendments, items and votes are given; what is left is linear. No solver of integer programmes
has a part in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.rules.votes import ABSENT, NO, YES

__all__ = ["payments_for"]


def payments_for(
    problem: ConcessionProblem,
    shape: Package,
    votes: Sequence[int],
    weights: Mapping[int, Fraction] | None = None,
) -> Package | None:
    """Find payments under which every player with a margin votes at least as given.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    shape : Package
        Amendments and items; its transfers and contributions do not count.
    votes : sequence of int, length n
        Vote levels; what a yes adds to the margins of others is counted by them.
    weights : mapping of int to Fraction, optional
        By transfer: the sum of weight times amount is minimised; none is below 0.

    Returns
    -------
    Package or None
        None when no payments within caps, budgets, needs and floors of third parties do.

    Notes
    -----
    Players who are already there, and give nothing, get no row.

    References
    ----------
    .. [1] G. B. Dantzig, Linear Programming and Extensions, Princeton University Press, 1963.

    Examples
    --------
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(1, Quota((1,), (0,), (0,), 1))
    >>> voter = Voter(margin=(Fraction(-3),) * 3)
    >>> cash = Transfer(0, value=Fraction(2), cost=Fraction(1))
    >>> problem = ConcessionProblem(rule, (voter,), transfers=(cash,))
    >>> payments_for(problem, Package(), (2,)).transfers
    {0: Fraction(3, 2)}
    """
    rows = _Rows(problem, replace(shape, transfers={}, contributions={}), votes)
    costs = [(weights or {}).get(m, ZERO) for m in rows.transfers]
    costs += [ZERO] * len(rows.contributions)
    answer = solve_rational_lp(costs, rows.rows, rows.senses, rows.rhs)
    if answer.x is None:
        return None
    paid = dict(zip(rows.transfers, answer.x, strict=False))
    given = dict(zip(rows.contributions, answer.x[len(rows.transfers) :], strict=True))
    return replace(
        shape,
        transfers={m: t for m, t in paid.items() if t},
        contributions={c: t for c, t in given.items() if t},
    )


class _Rows:
    """The rows of the linear programme, and the instruments that are its variables."""

    def __init__(self, problem: ConcessionProblem, shape: Package, votes: Sequence[int]) -> None:
        self.problem, self.shape, self.votes = problem, shape, votes
        self.rows: list[dict[int, Fraction]] = []
        self.senses: list[str] = []
        self.rhs: list[Fraction] = []
        self.contributions = [
            c
            for c, x in enumerate(problem.contributions)
            if votes[x.player] == YES or not x.supporters_only
        ]
        givers = {problem.contributions[c].player for c in self.contributions}
        lacks = {i: lack for i in range(len(votes)) if (lack := self._lack(i)) is not None}
        concerned = {i for i, lack in lacks.items() if lack > 0 or i in givers}
        self.transfers = [
            m
            for m, t in enumerate(problem.transfers)
            if t.recipient in concerned or any(x > 0 for x in t.harm.values())
        ]
        self.pay = {m: j for j, m in enumerate(self.transfers)}
        self.give = {c: j for j, c in enumerate(self.contributions, len(self.transfers))}
        for i in sorted(concerned):
            terms = {j: -problem.contributions[c].burden for c, j in self._given_by(i)}
            for m, j in self.pay.items():
                if problem.transfers[m].recipient == i:
                    terms[j] = problem.transfers[m].value
            self._row(terms, ">=", lacks[i])
        self._limits()
        self._operation()

    def _row(self, terms: dict[int, Fraction], sense: str, rhs: Fraction) -> None:
        self.rows.append({j: x for j, x in terms.items() if x})
        self.senses.append(sense)
        self.rhs.append(rhs)

    def _given_by(self, player: int) -> list[tuple[int, int]]:
        given = self.problem.contributions
        return [(c, j) for c, j in self.give.items() if given[c].player == player]

    def _lack(self, player: int) -> Fraction | None:
        """Return what payments must add to a margin; None where any margin will do."""
        problem, vote = self.problem, self.votes[player]
        margin = problem.margin(player, self.shape)
        if margin is None or vote in (NO, ABSENT):
            return None
        for (follower, leader), push in problem.bandwagon.items():
            if follower == player and self.votes[leader] == YES:
                margin += push
        return (ZERO if vote == YES else -problem.voters[player].band) - margin

    def _limits(self) -> None:
        problem = self.problem
        for m, j in self.pay.items():
            cap = problem.transfers[m].cap
            if cap is not None:
                self._row({j: Fraction(1)}, "<=", cap)
        for c, j in self.give.items():
            self._row({j: Fraction(1)}, "<=", problem.contributions[c].most)
        for budget in problem.budgets:
            terms = {
                j: Fraction(1) if budget.units else problem.transfers[m].cost
                for m, j in self.pay.items()
                if m in budget.transfers
            }
            spent = sum(
                (Fraction(1) if budget.units else problem.items[k].cost)
                for k in self.shape.items & budget.items
            )
            self._row(terms, "<=", budget.limit - spent)

    def _operation(self) -> None:
        problem, adopted = self.problem, self.shape.amendments
        for d, need in enumerate(problem.needs):
            more = sum((x for k, x in need.amendments.items() if k in adopted), ZERO)
            terms = {
                j: Fraction(1) for c, j in self.give.items() if problem.contributions[c].need == d
            }
            self._row(terms, ">=", need.amount + more)
        for h, party in enumerate(problem.third_parties):
            margin = party.margin
            margin += sum((problem.amendments[k].harm.get(h, ZERO) for k in adopted), ZERO)
            margin += sum((problem.items[k].harm.get(h, ZERO) for k in self.shape.items), ZERO)
            harm = {j: problem.transfers[m].harm.get(h, ZERO) for m, j in self.pay.items()}
            self._row(harm, ">=", party.floor - margin)
