"""Cheapest packages that a rival with money of its own cannot break."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.exact_point import exact_point
from solvers.concessions.robust.rival_break import (
    Break,
    cheapest_break,
    least_break,
    refuse_linked_votes,
    withstands,
)
from solvers.concessions.robust.rival_rows import RivalRows
from solvers.errors import SolverError
from solvers.programmes.programme import Solution, solve
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Break", "RivalProof", "cheapest_against_rival", "cheapest_break", "withstands"]

TOLERANCE = 1e-6  # between the solver's objective and the exact cost of its package
ROUND = 10**7  # margins of rounded points are read to one over this
MAX_WAYS = 1000
"""Most ways to break a package that are ruled out one by one."""


@dataclass(frozen=True)
class RivalProof:
    """A cheapest package that withstands a rival, and the cheapest way to break it.

    Parameters
    ----------
    answer : CheapestPackage
        The package, its exact cost, and what the solver said.
    budget : Fraction
        What the rival has, in units of margin.
    breaking : Break or None
        None where nothing the rival buys breaks the package, or there is none.
    ways : int
        Ways to break a package that were ruled out one by one.
    """

    answer: CheapestPackage
    budget: Fraction
    breaking: Break | None
    ways: int


def cheapest_against_rival(
    problem: ConcessionProblem,
    budget: Fraction | int,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    *,
    max_ways: int = MAX_WAYS,
) -> RivalProof:
    """Find a cheapest package that a rival who pays afterwards cannot break.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Firm voters and those without a margin are not for sale.
    budget : Fraction or int
        What the rival has, in units of margin, at least 0.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds in all.
    gap : float
        Relative gap at which the solver may stop.
    max_ways : int
        Most ways to break a package that are ruled out one by one.

    Returns
    -------
    RivalProof
        ``bounded`` or ``stopped`` where a limit ended the search.

    Raises
    ------
    GameError
        If the budget is negative or not exact, or votes move those of others.
    SolverError
        If the solver fails.

    Notes
    -----
    A yes is worth its margin to the rival, not being against the margin and the band. The
    cheapest ways to break a leaf are written as rows, see
    :mod:`solvers.concessions.robust.rival_rows`; where a rule has alternatives, ways to break it
    are ruled out as they are found. Amounts are then computed anew in fractions, votes and
    structure being held.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.

    Examples
    --------
    Three who do not care, two of them are needed, the rival has 6: to pay each 3 is cheapest.

    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> voters = tuple(Voter(margin=(Fraction(0),) * 3) for _ in range(3))
    >>> cheapest_against_rival(ConcessionProblem(rule, voters, transfers=cash), 6).answer.cost
    Fraction(9, 1)
    """
    check_number("the budget of a rival", budget, least=0)
    refuse_linked_votes(problem)
    search = _Search(problem, Fraction(budget), solver)
    answer = search.run(time_limit, gap, max_ways)
    breaking = None if answer.package is None else cheapest_break(problem, answer.package, solver)
    return RivalProof(answer, Fraction(budget), breaking, search.ways)


class _Search:
    """Solve, recompute in fractions, rule out what breaks the package; until nothing does."""

    def __init__(self, problem: ConcessionProblem, budget: Fraction, solver: str) -> None:
        self.problem, self.budget, self.solver = problem, budget, solver
        self.rows = RivalRows(problem, budget)
        self.ways = 0
        self.best: tuple[Fraction, Package] | None = None
        self.later: tuple[float, ...] | None = None  # a point that was too dear to recompute

    def run(self, time_limit: float | None, gap: float, max_ways: int) -> CheapestPackage:
        start = time.perf_counter()
        while True:
            left = None if time_limit is None else time_limit - (time.perf_counter() - start)
            allowed = None if left is None else max(0.01, left)
            solution = solve(self.rows.programme, self.solver, allowed, gap)
            solution = replace(solution, seconds=time.perf_counter() - start)
            if solution.status == "infeasible":
                return CheapestPackage(None, None, solution)
            before = self.ways
            values = self._approach(solution, max_ways)
            self.later = values or self.later
            ended = solution.interrupted or solution.values is None or self.ways >= max_ways
            ended = ended or (left is not None and left <= 0)
            if values is not None and not self._dearer(values, solution):
                self._exactly(values, solution, max_ways)
            if self.best is not None and self._reached(solution):
                return self._now(solution)
            if ended:
                if self.best is None and self.later is not None:
                    self._exactly(self.later, solution, max_ways)
                return self._now(replace(solution, status="bounded"))
            if self.ways == before:
                raise SolverError(
                    f"{solution.solver} reports a cost of {solution.objective}, which no amounts "
                    f"have when they are recomputed exactly; try another solver"
                )

    def _dearer(self, values: Sequence[float], solution: Solution) -> bool:
        """Whether what was ruled out made a point dearer, so that others may be cheaper now."""
        if solution.objective is None:
            return False
        cost = float(self.rows.exact.objective_at(values))
        return cost - solution.objective > TOLERANCE * max(1.0, abs(cost))

    def _reached(self, solution: Solution) -> bool:
        """Whether the best package costs no more than the solver's point."""
        if self.best is None or solution.objective is None:
            return False
        cost = float(self.best[0])
        return cost - solution.objective <= TOLERANCE * max(1.0, abs(cost))

    def _now(self, solution: Solution) -> CheapestPackage:
        """Report the best package with what the solver proved."""
        if self.best is None:
            nothing = replace(solution, status="stopped", objective=None, values=None, gap=None)
            return CheapestPackage(None, None, nothing)
        cost, package = self.best
        if solution.status == "optimal":
            shown = replace(solution, objective=float(cost), bound=float(cost))
            return CheapestPackage(package, cost, shown)
        bound = solution.bound
        gap = None if bound is None else max(0.0, float(cost) - bound) / max(float(cost), 1e-300)
        shown = replace(solution, status="bounded", objective=float(cost), gap=gap)
        return CheapestPackage(package, cost, shown)

    def _exactly(self, values: tuple[float, ...], solution: Solution, max_ways: int) -> None:
        """Find amounts in fractions for the votes and the structure of a point."""
        while True:
            exact = exact_point(self.rows.exact, values)
            if exact is None:
                return
            package = self.rows.model.package_at(exact[0])
            broken = self.problem.violations(package)
            if broken:
                raise SolverError(
                    f"{solution.solver} proposed a package that breaks {', '.join(broken)} when "
                    f"it is recomputed exactly; try another solver"
                )
            found = cheapest_break(self.problem, package, self.solver)
            if found is None or found.price >= self.budget:
                cost = self.problem.cost(package)
                if self.best is None or cost < self.best[0]:
                    self.best = cost, package
                return
            if self.ways >= max_ways:
                return
            self._rule_out(self.problem.votes(package), found)

    def _approach(self, solution: Solution, max_ways: int) -> tuple[float, ...] | None:
        """Rule out what breaks a rounded point until hardly anything does; None: no such point.

        Votes and structure are held, so that each step is a linear programme.
        """
        values, model = solution.values, self.rows.model
        fixed = self.rows.exact.copy()
        for k, variable in enumerate(fixed.variables):
            if variable.integer and values is not None:
                fixed.fix(k, round(values[k]))
        while values is not None:
            margins: dict[int, Fraction] = {}
            for i, (form, constant, _) in self.rows.margins.items():
                margin = float(constant) + sum(float(c) * values[v] for v, c in form.items())
                margins[i] = Fraction(round(margin * ROUND), ROUND)
            votes = [
                ABSENT
                if i not in model.y
                else YES
                if values[model.y[i]]
                else NO
                if values[model.n[i]]
                else ABSTAIN
                for i in range(len(self.problem.voters))
            ]
            adopted = frozenset(k for k, v in enumerate(model.z) if values[v])
            found = least_break(self.problem, margins, votes, adopted, self.solver)
            near = self.budget - max(Fraction(1), self.budget) / 10**6
            if found is None or found.price >= near or self.ways >= max_ways:
                return values
            before = len(self.rows.exact.rows)
            self._rule_out(votes, found)
            fixed.rows += self.rows.exact.rows[before:]
            values = solve(fixed, self.solver).values
        return None

    def _rule_out(self, votes: Sequence[int], found: Break) -> None:
        self.ways += 1
        self.rows.rule_out([found.votes.get(i, vote) for i, vote in enumerate(votes)])
