"""One solve of a programme of packages, with tolerances held tight and emptiness asked twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from solvers.concessions.programme.model import TIGHT
from solvers.programmes.programme import Programme, Solution, solve

__all__ = ["solve_carefully"]

PLAIN: Final[dict[str, dict[str, object]]] = {"highs": {"presolve": "off"}}


def solve_carefully(
    programme: Programme,
    solver: str,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    *,
    presolve: bool = True,
) -> Solution:
    """Minimise a programme; that it has no point is believed only without presolve.

    Parameters
    ----------
    programme : Programme
        Not changed.
    solver : str
        Back end.
    time_limit : float or None
        Seconds for each run.
    stop : callable or None
        True ends the run.
    presolve : bool
        Whether the back end may simplify first, where that can be chosen.

    Returns
    -------
    Solution

    Notes
    -----
    A claim that nothing works comes without a certificate, and simplification is where back
    ends have been seen to lose feasible points.

    References
    ----------
    .. [1] W. Cook, T. Koch, D. E. Steffy and K. Wolter, "A hybrid branch-and-bound approach for
       exact rational mixed-integer programming", Mathematical Programming Computation 5 (2013),
       pp. 305-344.
    """
    options = dict(TIGHT.get(solver, {}))
    plain = PLAIN.get(solver)
    if plain is None or not presolve:
        return solve(programme, solver, time_limit, stop=stop, options=options | (plain or {}))
    solution = solve(programme, solver, time_limit, stop=stop, options=options)
    if solution.status != "infeasible":
        return solution
    again = solve(programme, solver, time_limit, stop=stop, options=options | plain)
    return replace(again, seconds=solution.seconds + again.seconds)
