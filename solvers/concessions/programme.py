"""The integer programme of a concession problem, and the exact package behind its points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.condition_rows import ConditionRows
from solvers.errors import SolverError
from solvers.programme import Programme
from solvers.rational_lp import solve_rational_lp
from solvers.rule_rows import vote_variables
from solvers.vote_conditions import voters_in
from solvers.votes import ABSENT, NO

__all__ = ["PackageProgramme"]


class PackageProgramme:
    """The programme of one problem and the meaning of its variables.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Attributes
    ----------
    programme : Programme
        The rows; no objective is set.
    z, s, t : list of int
        Variables of amendments (binary), items (binary) and transfers (share of ``most``).
    y, n, paid : dict of int to int
        Variables by player: votes for, votes against, receives something.
    most : list of Fraction
        Amount that a transfer variable of 1 stands for.
    cost, recipients : dict of int to number
        Terms of the cost of the package and of the number of those who receive something.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    """

    def __init__(self, problem: ConcessionProblem) -> None:
        self.problem = problem
        self.programme = p = Programme("cheapest package")
        self.z = [
            p.variable(f"z{k:03d}", 0, 0 if a.forbidden else 1, integer=True)
            for k, a in enumerate(problem.amendments)
        ]
        self.s = [p.variable(f"s{k:04d}", 0, 1, integer=True) for k in range(len(problem.items))]
        self.most = [self._most(m) for m in range(len(problem.transfers))]
        # Counted in shares of the most: 10/3, rounded, would cut off 10/3, and amounts of 10**9
        # beside binaries would drown in the tolerance of the solver.
        self.t = [p.variable(f"t{m:04d}", 0, 1 if most else 0) for m, most in enumerate(self.most)]
        absent = [ABSENT if v.margin is None and v.stated is None else NO for v in problem.voters]
        self.y, self.n = vote_variables(p, problem.rule, absent)
        self.watched = {i for v in problem.voters for _, c in v.conditions for i in voters_in(c)}
        conditions = ConditionRows(p, self.z, self.y, self.n)
        for player, voter in enumerate(problem.voters):
            if voter.margin is not None:
                self._margin_rows(player)
            elif voter.stated is not None:
                conditions.vote(player, voter.conditions, voter.stated[1])
        self._text_rows()
        self._payment_rows()
        terms = {v: a.cost for v, a in zip(self.z, problem.amendments, strict=True)}
        terms |= {self.t[m]: t.cost * self.most[m] for m, t in enumerate(problem.transfers)}
        terms |= {v: i.cost for v, i in zip(self.s, problem.items, strict=True)}
        self.cost = terms
        self.recipients = dict.fromkeys(self.paid.values(), 1)

    def _most(self, m: int) -> Fraction:
        """No transfer larger than what lifts its recipient to a yes from its worst margin."""
        transfer = self.problem.transfers[m]
        need = max(ZERO, -self._range(transfer.recipient)[0]) / transfer.value
        return need if transfer.cap is None else min(need, transfer.cap)

    def _range(self, player: int) -> tuple[Fraction, Fraction]:
        """Lowest and highest margin that amendments alone can give."""
        base = self.problem.voters[player].margin
        if base is None:
            return ZERO, ZERO
        shifts = [a.margins.get(player, ZERO) for a in self.problem.amendments]
        low = sum((min(s, ZERO) for s in shifts), base[1])
        return low, sum((max(s, ZERO) for s in shifts), base[1])

    def _margin_rows(self, player: int) -> None:
        problem, p = self.problem, self.programme
        voter = problem.voters[player]
        if voter.margin is None:
            return
        base, band, (low, high) = voter.margin[1], voter.band, self._range(player)
        terms: dict[int, Fraction] = {}
        for k, amendment in enumerate(problem.amendments):
            if amendment.margins.get(player):
                terms[self.z[k]] = amendment.margins[player]
        for m, transfer in enumerate(problem.transfers):
            if transfer.recipient == player:
                terms[self.t[m]] = transfer.value * self.most[m]
                high += transfer.value * self.most[m]
        for k, item in enumerate(problem.items):
            if item.recipient == player:
                terms[self.s[k]] = item.value
                low, high = low + min(item.value, ZERO), high + max(item.value, ZERO)
        y, n = self.y[player], self.n[player]
        below = min(low, ZERO)  # M >= below (1 - y):  yes only when willing
        p.row(f"yes{player:04d}", terms | {y: below}, ">=", below - base)
        far = min(low + band, ZERO)  # M + band >= far n:  not against only when acquiescent
        p.row(f"not{player:04d}", terms | {n: -far}, ">=", -band - base)
        if player in self.watched:
            step = self._resolution(player) / 2
            p.row(f"yes{player:04d}up", terms | {y: -(high + step)}, "<=", -step - base)
            top = high + band + step
            p.row(f"not{player:04d}up", terms | {n: top}, "<=", top - step - band - base)

    def _resolution(self, player: int) -> Fraction:
        """Return the step in which a margin moves before transfers: one over the denominators."""
        problem, voter = self.problem, self.problem.voters[player]
        numbers = [voter.band, *(voter.margin or ())]
        numbers += [a.margins.get(player, ZERO) for a in problem.amendments]
        numbers += [g.value for g in problem.items if g.recipient == player]
        return Fraction(1, lcm(*(x.denominator for x in numbers)))

    def _text_rows(self) -> None:
        problem, p = self.problem, self.programme
        effects = {v: a.effect for v, a in zip(self.z, problem.amendments, strict=True) if a.effect}
        p.row("floor", effects, ">=", problem.floor - problem.effect)
        for k, amendment in enumerate(problem.amendments):
            for other in sorted(amendment.requires):
                p.row(f"req{k:03d}-{other:03d}", {self.z[k]: 1, self.z[other]: -1}, "<=", 0)
            for other in sorted(amendment.excludes):
                p.row(f"exc{k:03d}-{other:03d}", {self.z[k]: 1, self.z[other]: 1}, "<=", 1)

    def _payment_rows(self) -> None:
        problem, p = self.problem, self.programme
        gifts = {g.recipient for g in problem.items}
        recipients = sorted(gifts | {t.recipient for t in problem.transfers})
        self.paid = {i: p.variable(f"paid{i:04d}", 0, 1, integer=True) for i in recipients}
        for m, transfer in enumerate(problem.transfers):
            p.row(f"open{m:04d}", {self.t[m]: 1, self.paid[transfer.recipient]: -1}, "<=", 0)
        for k, item in enumerate(problem.items):
            p.row(f"give{k:04d}", {self.s[k]: 1, self.paid[item.recipient]: -1}, "<=", 0)
        for b, budget in enumerate(problem.budgets):
            spent: dict[int, Fraction] = {}
            for m in sorted(budget.transfers):
                spent[self.t[m]] = problem.transfers[m].cost * self.most[m]
            for k in sorted(budget.items):
                spent[self.s[k]] = problem.items[k].cost
            p.row(f"budget{b:03d}", spent, "<=", budget.limit)  # over nothing: always holds

    def exact_package(self, values: tuple[float, ...]) -> Package:
        """Keep the solver's amendments, items and votes; find the amounts anew over fractions."""
        problem = self.problem
        shape = Package(
            frozenset(k for k, v in enumerate(self.z) if round(values[v])),
            {},
            frozenset(k for k, v in enumerate(self.s) if round(values[v])),
        )
        needs: dict[int, Fraction] = {}
        for player, voter in enumerate(problem.voters):
            margin = problem.margin(player, shape)
            if margin is not None and not round(values[self.n[player]]):
                threshold = ZERO if round(values[self.y[player]]) else -voter.band
                if margin < threshold:
                    needs[player] = threshold - margin
        used = [m for m, t in enumerate(problem.transfers) if t.recipient in needs]
        return replace(shape, transfers=self._amounts(shape, needs, used))

    def _amounts(
        self, shape: Package, needs: Mapping[int, Fraction], used: list[int]
    ) -> dict[int, Fraction]:
        """Give every recipient exactly what it lacks: more would be waste, and could turn votes."""
        problem = self.problem
        rows: list[dict[int, Fraction]] = []
        senses: list[str] = []
        rhs: list[Fraction] = []
        for player, need in needs.items():
            rows.append(
                {
                    j: problem.transfers[m].value
                    for j, m in enumerate(used)
                    if problem.transfers[m].recipient == player
                }
            )
            senses.append("==")
            rhs.append(need)
        for j, m in enumerate(used):
            cap = problem.transfers[m].cap
            if cap is not None:
                rows.append({j: Fraction(1)})
                senses.append("<=")
                rhs.append(cap)
        for budget in problem.budgets:
            paid = [(j, m) for j, m in enumerate(used) if m in budget.transfers]
            terms = {j: problem.transfers[m].cost for j, m in paid}
            if terms:
                given = problem.cost(Package(items=shape.items & budget.items))
                rows.append(terms)
                senses.append("<=")
                rhs.append(budget.limit - given)
        costs = [problem.transfers[m].cost for m in used]
        answer = solve_rational_lp(costs, rows, senses, rhs)
        if answer.x is None:
            raise SolverError("the solver's package misses a cap or a budget when computed exactly")
        return {m: x for m, x in zip(used, answer.x, strict=True) if x}
