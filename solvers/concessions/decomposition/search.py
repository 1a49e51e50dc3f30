"""The cheapest package by decomposition: amendments outside, one player at a time inside."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.decomposition.choices import choices_of
from solvers.concessions.decomposition.incumbent import Clock, Incumbent
from solvers.concessions.decomposition.inner import SAFETY, InterruptedSearchError
from solvers.concessions.decomposition.separable import obstacle, separate
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError, SolverError
from solvers.programmes.solving import Solution, Status, checked_options

__all__ = ["METHODS", "cheapest_by_decomposition", "obstacle"]

METHODS: Final = ("auto", "plain", "enumeration", "branching")
NAME: Final = "decomposition 0.1"
SMALL: Final = 2_000  # players times sets of amendments that plain Python looks through
LISTED: Final = 200_000  # sets of amendments from which on branching is tried first
MOST_LISTED: Final = 1 << 24  # sets that are listed at all: 400 MB
FEW_PLAYERS: Final = 30  # up to here branching is faster however few sets there are
PATIENCE: Final = 200_000  # nodes of a branching that is not to be waited for


def cheapest_by_decomposition(
    problem: ConcessionProblem,
    *,
    method: str = "auto",
    time_limit: float | None = None,
    gap: float = 0.0,
    stop: Callable[[], bool] | None = None,
    progress: Callable[[float | None, float | None], None] | None = None,
    threads: int | None = None,
) -> CheapestPackage:
    """Find a package of least cost where only the rule looks at several players together.

    Parameters
    ----------
    problem : ConcessionProblem
        Voters, instruments and rule; :func:`obstacle` says whether it will do.
    method : {"auto", "plain", "enumeration", "branching"}
        How the sets of amendments are gone through: one by one in plain Python, all bounded
        and then best first, or by branch and bound. ``auto`` goes by their number.
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which the search may end; 0 proves the optimum.
    stop : callable, optional
        Asked often; true ends the search.
    progress : callable, optional
        Called with the cost of the best package and the bound, at most five times a second.
    threads : int, optional
        At most this many; the answer does not depend on it.

    Returns
    -------
    CheapestPackage
        Among packages of least cost one with the least overpayment, then the fewest
        recipients, the fewest amendments, the first in the order of the data; cost and amounts
        are exact. ``bounded`` or ``stopped`` when a limit or a gap ended the search.

    Raises
    ------
    GameError
        If something but the rule ties players together.
    LimitError
        If a player has too many ways to be paid, or the rule too many alternatives.
    SolverError
        If the method is not known.

    Notes
    -----
    With the amendments chosen the players separate: each vote of each has its price. What is
    left is a knapsack problem over votes, whose linear relaxation bounds a set of amendments
    in a few microseconds. Bounds are floats and used with a margin of 1e-9; every package is
    priced and compared in fractions.

    References
    ----------
    .. [1] G. B. Dantzig and P. Wolfe, "Decomposition principle for linear programs", Operations
       Research 8 (1960), pp. 101-111.
    .. [2] P. Sinha and A. A. Zoltners, "The multiple-choice knapsack problem", Operations
       Research 27 (1979), pp. 503-515.

    Examples
    --------
    Two of three must say yes; the second lacks 3, the third 5:

    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = cheapest_by_decomposition(ConcessionProblem(rule, voters, transfers=cash))
    >>> answer.cost, answer.solution.status
    (Fraction(3, 1), 'optimal')
    """
    if method not in METHODS:
        raise SolverError(f"no method {method!r}; there are {', '.join(METHODS)}")
    checked_options(time_limit, gap, 1 if threads is None else threads, 0, stop, None)
    clock = Clock(time_limit, stop, progress)
    try:
        separable = separate(problem)
    except GameError as error:
        raise GameError(f"{error}; use the integer programme") from error
    incumbent = Incumbent(separable, choices_of(separable), clock)
    try:
        bound = _search(incumbent, method, gap, threads)
    except (InterruptedSearchError, KeyboardInterrupt) as ended:
        clock.stopped |= isinstance(ended, KeyboardInterrupt)
        bound = float(incumbent.choices.least)
    return _answer(incumbent, bound)


def _search(incumbent: Incumbent, method: str, gap: float, threads: int | None) -> float | None:
    """Go through the sets of amendments; a bound where that ended early, else None."""
    players = len(incumbent.separable.free)
    if not incumbent.separable.branches:
        return None
    if method == "auto":
        most = SMALL // max(1, players)
        few = list(itertools.islice(incumbent.choices.listed(), most + 1))
        if len(few) <= most:
            return _plainly(incumbent, few)
    if method == "plain":
        return _plainly(incumbent, list(incumbent.choices.listed()))
    from solvers.concessions.decomposition.branch_and_bound import search_by_branching
    from solvers.concessions.decomposition.enumeration import good_start

    good_start(incumbent)
    if method == "branching":
        return search_by_branching(incumbent)
    if method == "enumeration":
        return _enumerated(incumbent, MOST_LISTED, gap, threads)
    patience = None
    if players > FEW_PLAYERS:
        patience = PATIENCE
        try:
            return _enumerated(incumbent, LISTED, gap, threads)
        except LimitError:
            pass
    left = search_by_branching(incumbent, patience)
    if left is None or incumbent.clock.over():
        return left
    try:
        return _enumerated(incumbent, MOST_LISTED, gap, threads)
    except LimitError:
        return search_by_branching(incumbent)


def _enumerated(incumbent: Incumbent, limit: int, gap: float, threads: int | None) -> float | None:
    from solvers.concessions.decomposition.enumeration import search_by_enumeration

    dearest = None if incumbent.cost is None else incumbent.enough
    masks = incumbent.choices.masks(limit, dearest)
    return search_by_enumeration(incumbent, masks, gap, threads)


def _plainly(incumbent: Incumbent, masks: list[int]) -> float | None:
    """Look at one set after the other, the cheapest first."""
    cost = {mask: incumbent.choices.cost(mask) for mask in masks}
    order = sorted(masks, key=lambda mask: (cost[mask], mask.bit_count()))
    for mask in order:
        if incumbent.cost is not None and cost[mask] > incumbent.cost:
            break
        try:
            incumbent.consider(mask)
        except InterruptedSearchError:
            return float(cost[mask])
        incumbent.clock.tell(incumbent.cost, float(cost[mask]))
    return None


def _answer(incumbent: Incumbent, bound: float | None) -> CheapestPackage:
    clock, package = incumbent.clock, incumbent.package()
    problem = incumbent.separable.problem
    solution = Solution("infeasible", None, None, None, None, NAME, clock.seconds, clock.stopped)
    if package is None:
        ended = bound is not None or clock.stopped or clock.late
        status: Status = "stopped" if ended else "infeasible"
        return CheapestPackage(None, None, replace(solution, status=status, bound=bound))
    broken = problem.violations(package)
    cost = problem.cost(package)
    if broken or cost != incumbent.cost:
        raise SolverError(
            f"{NAME} proposed a package that breaks {', '.join(broken) or 'its own price'} when "
            f"it is recomputed exactly; use the integer programme"
        )
    return CheapestPackage(package, cost, _judged(solution, cost, bound, clock))


def _judged(solution: Solution, cost: Fraction, bound: float | None, clock: Clock) -> Solution:
    objective = float(cost)
    closed = bound is not None and objective - bound <= SAFETY * abs(objective)
    if (bound is None and not clock.stopped and not clock.late) or closed:
        return replace(solution, status="optimal", objective=objective, bound=objective, gap=0.0)
    if bound is None:
        return replace(solution, status="bounded", objective=objective)
    size = max(abs(objective), abs(bound))
    gap = (objective - bound) / size if size else 0.0
    return replace(solution, status="bounded", objective=objective, bound=bound, gap=gap)
