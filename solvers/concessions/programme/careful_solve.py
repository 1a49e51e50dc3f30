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
    progress: Callable[[float | None, float | None], None] | None = None,
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
    progress : callable or None
        Told what the back end says of its best point and of the bound.

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
        options |= plain or {}
        return solve(programme, solver, time_limit, stop=stop, options=options, progress=progress)
    solution = solve(programme, solver, time_limit, stop=stop, options=options, progress=progress)
    if solution.status != "infeasible":
        return solution
    options |= plain
    again = solve(programme, solver, time_limit, stop=stop, options=options, progress=progress)
    return replace(again, seconds=solution.seconds + again.seconds)
