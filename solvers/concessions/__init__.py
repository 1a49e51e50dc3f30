"""The cheapest concession package: an integer programme, computed exactly at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.condition_rows import ConditionRows
from solvers.errors import SolverError
from solvers.programme import Programme, Solution, lexicographic, solve
from solvers.rational_lp import solve_rational_lp
from solvers.rule_rows import vote_variables
from solvers.vote_conditions import voters_in
from solvers.votes import ABSENT, NO

__all__ = ["CheapestPackage", "cheapest_package"]

TOLERANCE = 1e-6  # between the solver's objective and the exact cost of its package


@dataclass(frozen=True)
class CheapestPackage:
    """The answer of :func:`cheapest_package`.

    Parameters
    ----------
    package : Package or None
        None when no package exists, or none was found before a limit.
    cost : Fraction or None
        Its exact cost.
    solution : Solution
        What the solver said: status, bound, gap, name, time.
    """

    package: Package | None
    cost: Fraction | None
    solution: Solution


def cheapest_package(
    problem: ConcessionProblem,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
) -> CheapestPackage:
    """Find a package of least cost under which the rule is met.

    Parameters
    ----------
    problem : ConcessionProblem
        Voters, instruments and rule.
    solver : str
        Back end of the integer programme.
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which the solver may stop; 0 proves the optimum.

    Returns
    -------
    CheapestPackage
        Among packages of least cost one with the fewest recipients, then the fewest
        amendments, then the first in the order of the data; amounts are exact. A search that
        a limit or a gap ended gives the best package it found, without these refinements.

    Raises
    ------
    SolverError
        If the solver fails, or its point does not survive the exact re-computation.

    Notes
    -----
    One binary per amendment and item, two per voter. The rows for votes are one-sided: every
    rule is monotone, so a solver gains nothing by declaring a lower vote than the margin
    allows. Votes on which another voter's condition rests are tied from both sides.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    .. [2] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    Two of three must say yes; the second lacks 3, the third 5:

    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = cheapest_package(ConcessionProblem(rule, voters, transfers=cash))
    >>> answer.cost, dict(answer.package.transfers)
    (Fraction(3, 1), {1: Fraction(3, 1)})
    """
    model = _Model(problem)
    programme = model.programme
    programme.minimise(model.cost)
    solution = solve(programme, solver, time_limit, gap)
    if solution.values is None:
        return CheapestPackage(None, None, solution)
    package = _checked(problem, model.exact_package(solution.values), solution)
    if solution.status != "optimal":
        return CheapestPackage(package, problem.cost(package), solution)
    if time_limit is not None:
        time_limit = max(0.01, time_limit - solution.seconds)
    settled = _settled(model, problem.cost(package), solver, time_limit)
    if settled is not None and settled.values is not None:
        package = _checked(problem, model.exact_package(settled.values), settled)
        solution = replace(solution, seconds=solution.seconds + settled.seconds)
    cost = problem.cost(package)
    reported = Fraction(solution.objective or 0)
    if abs(cost - reported) > TOLERANCE * max(1.0, float(cost)):
        raise SolverError(
            f"{solution.solver} reports a cost of {float(reported)}; its package costs {cost}"
        )
    return CheapestPackage(package, cost, replace(solution, objective=float(cost)))


def _settled(
    model: _Model, cost: Fraction, solver: str, time_limit: float | None
) -> Solution | None:
    """Choose among the packages of least cost; None where the back end loses its own point.

    The cost is held as an exact row: a rounded one made CBC and HiGHS find no point at all.
    """
    programme = model.programme.copy()
    programme.row("cost", model.cost, "<=", cost)
    try:
        return lexicographic(
            programme,
            [model.recipients, dict.fromkeys(model.z, 1)],
            order=[*model.z, *model.s, *model.paid.values(), *model.y.values()],
            solver=solver,
            time_limit=time_limit,
        )
    except SolverError:
        return None


def _checked(problem: ConcessionProblem, package: Package, solution: Solution) -> Package:
    """Refuse a package that does not work when computed exactly; drop what it does not need."""
    broken = problem.violations(package)
    if broken:
        raise SolverError(
            f"{solution.solver} proposed a package that breaks {', '.join(broken)} when it is "
            f"recomputed exactly; try another solver"
        )
    return _without_superfluous(problem, package)


def _without_superfluous(problem: ConcessionProblem, package: Package) -> Package:
    """Drop free parts that the rule does not need; the cost can only fall."""
    for smaller in _smaller(problem, package):
        if not problem.violations(smaller):
            return _without_superfluous(problem, smaller)
    return package


def _smaller(problem: ConcessionProblem, package: Package) -> Iterator[Package]:
    for k in sorted(package.items):
        yield replace(package, items=package.items - {k})
    for k in sorted(package.amendments):
        yield replace(package, amendments=package.amendments - {k})
    recipients: dict[int, Fraction] = {}
    for m, amount in sorted(package.transfers.items()):
        transfer = problem.transfers[m]
        paid = recipients.get(transfer.recipient, ZERO)
        recipients[transfer.recipient] = paid + transfer.value * amount
    for player, paid in recipients.items():
        margin = problem.margin(player, package)
        if margin is None:
            continue
        for enough in (margin - paid, -problem.voters[player].band, ZERO):
            if margin - paid <= enough < margin:  # pay each instrument less in proportion
                share = (enough - margin + paid) / paid
                kept = {
                    m: t * (share if problem.transfers[m].recipient == player else 1)
                    for m, t in package.transfers.items()
                }
                yield replace(package, transfers={m: t for m, t in kept.items() if t})


class _Model:
    """The programme of one problem and the meaning of its variables."""

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
