"""Cheapest concession packages: one question, several engines, amounts exact to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from solvers.concessions.answer import CheapestPackage, Confirmation
from solvers.concessions.engines import (
    ENGINES,
    Progress,
    Search,
    chosen_engine,
    confirm,
    run_engine,
)
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError

__all__ = ["CheapestPackage", "Confirmation", "cheapest_package", "chosen_engine", "confirm"]


def cheapest_package(
    problem: ConcessionProblem,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    *,
    engine: str = "auto",
    second: str | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> CheapestPackage:
    """Find a package of least cost under which the rule is met.

    Parameters
    ----------
    problem : ConcessionProblem
        Voters, instruments and rule.
    solver : str
        Back end of integer programmes; with any but the default the programme answers.
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which the search may stop; 0 proves the optimum.
    engine : {"auto", "decomposition", "budgets", "programme"}
        Who answers; ``auto`` chooses, and ``reason`` of the answer says why.
    second : str, optional
        Back end of a programme that is asked for a second opinion.
    stop : callable, optional
        Asked now and then; true ends the search.
    progress : callable, optional
        Told the cost of the best package so far and the bound; either may be None.

    Returns
    -------
    CheapestPackage
        Among packages of least cost the one with the least overpayment, then the fewest
        recipients, then the fewest amendments, then the first in the order of the data; amounts
        are exact. A search that a limit or a gap ended gives the best package it found, without
        these refinements, as ``bounded``.

    Raises
    ------
    GameError
        If there is no such engine, or it does not fit the problem.
    SolverError
        If the solver fails, or its point does not survive the exact re-computation.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    .. [2] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    Two of three must say yes; the second lacks 3, the third 5:

    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = cheapest_package(ConcessionProblem(rule, voters, transfers=cash))
    >>> answer.cost, dict(answer.package.transfers)
    (Fraction(3, 1), {1: Fraction(3, 1)})
    """
    if engine not in ENGINES:
        raise GameError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    search = Search(solver, time_limit, gap, stop, progress)
    name, reason = engine, "it was asked for"
    if engine == "auto":
        name, reason = chosen_engine(problem, solver)
    try:
        answer = run_engine(problem, name, search)
    except LimitError as error:
        if engine != "auto" or name == "programme":
            raise
        name, reason = "programme", f"too large for the {name}: {error}"
        answer = run_engine(problem, name, search)
    package = answer.package
    if package is not None and answer.solution.status == "optimal":
        from solvers.concessions.programme.refine import without_superfluous

        package = without_superfluous(problem, package, free_only=True)
    answer = replace(answer, package=package, engine=name, reason=reason)
    if progress is not None:
        progress(answer.solution.objective, answer.solution.bound)
    if second is None:
        return answer
    return replace(answer, second=confirm(problem, answer, second, time_limit=time_limit))
