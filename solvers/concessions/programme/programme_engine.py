"""The integer programme as an engine: solve, recompute exactly, settle ties."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.engines import Search
from solvers.concessions.parts import Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.model import TIGHT, PackageProgramme
from solvers.concessions.programme.refine import settled, without_superfluous
from solvers.errors import SolverError
from solvers.programmes.programme import Programme, Solution, solve

__all__ = ["cheapest_by_programme"]

PATIENCE = 0.5  # seconds
TOLERANCE = 1e-6  # between the solver's objective and the exact cost of its package


def cheapest_by_programme(problem: ConcessionProblem, search: Search) -> CheapestPackage:
    """Find a package of least cost by one integer programme over everything.

    Parameters
    ----------
    problem : ConcessionProblem
        Voters, instruments and rule.
    search : Search
        Back end and limits.

    Returns
    -------
    CheapestPackage
        Ties are settled when the search came to its end.

    Raises
    ------
    SolverError
        If the solver fails, or its point does not survive the exact re-computation.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    """
    start = time.perf_counter()
    model = PackageProgramme(problem)
    programme = model.programme
    programme.minimise(model.cost)
    solution = _solved(programme, search)
    if solution.values is None:
        return CheapestPackage(None, None, solution)
    package = _checked(problem, model.exact_package(solution.values), solution)
    cost = problem.cost(package)
    if search.progress is not None:
        search.progress(float(cost), solution.bound)
    if solution.status != "optimal":
        return CheapestPackage(package, cost, _with_cost(solution, cost))
    reported = solution.objective or 0.0
    if abs(float(cost) - reported) > TOLERANCE * max(1.0, float(cost)):
        raise SolverError(
            f"{solution.solver} reports a cost of {reported}; its package costs {cost}"
        )
    if search.ties:
        left = None
        if search.time_limit is not None:
            left = max(0.01, search.time_limit - (time.perf_counter() - start))
        better = settled(model, package, search.solver, left, search.stop)
        if better is not None:
            package = without_superfluous(problem, better, free_only=True)
            cost = problem.cost(package)
    solution = replace(solution, seconds=time.perf_counter() - start)
    return CheapestPackage(package, cost, _with_cost(solution, cost))


def _solved(programme: Programme, search: Search) -> Solution:
    """Run the back end; a claim that nothing works is put to it once more without presolve.

    Such a claim comes without a certificate, and presolve is where back ends err: it stands only
    where the second run comes to its end and says the same.
    """
    options = TIGHT.get(search.solver, {})
    solution = solve(
        programme,
        search.solver,
        search.time_limit,
        search.gap,
        stop=search.stop,
        options=options,
        progress=search.progress,
    )
    if solution.status != "infeasible" or search.solver != "highs":
        return solution
    left = search.time_limit
    if left is not None:  # a first run that took it all leaves some for the doubt
        left = max(left - solution.seconds, PATIENCE + 2 * solution.seconds)
    again = solve(
        programme,
        search.solver,
        left,
        search.gap,
        stop=search.stop,
        options={**options, "presolve": "off"},
        progress=search.progress,
    )
    return replace(again, seconds=solution.seconds + again.seconds)


def _with_cost(solution: Solution, cost: Fraction) -> Solution:
    """Let the objective be the exact cost; a proved bound is that cost too."""
    found = float(cost)
    if solution.status == "optimal":
        return replace(solution, objective=found, bound=found, gap=0.0)
    bound = solution.bound
    if bound is None:
        return replace(solution, objective=found)
    bound = min(bound, found)
    size = max(abs(found), abs(bound))
    return replace(
        solution, objective=found, bound=bound, gap=(found - bound) / size if size else 0.0
    )


def _checked(problem: ConcessionProblem, package: Package, solution: Solution) -> Package:
    """Refuse a package that does not work when computed exactly; drop what it does not need."""
    broken = problem.violations(package)
    if broken:
        raise SolverError(
            f"{solution.solver} proposed a package that breaks {', '.join(broken)} when it is "
            f"recomputed exactly; try another solver"
        )
    proved = solution.status == "optimal"
    return without_superfluous(problem, package, free_only=proved)
