"""The cheapest concession package: an integer programme, computed exactly at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme import PackageProgramme
from solvers.errors import SolverError
from solvers.programme import Solution, lexicographic, solve

__all__ = ["CheapestPackage", "cheapest_package"]

TOLERANCE = 1e-6  # between the solver's objective and the exact cost of its package


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
    model = PackageProgramme(problem)
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
    model: PackageProgramme, cost: Fraction, solver: str, time_limit: float | None
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
