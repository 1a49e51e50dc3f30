"""One package among those of least cost, the same whatever the solver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.model import TIGHT, PackageProgramme
from solvers.errors import SolverError
from solvers.programmes.programme import Programme, lexicographic, solve
from solvers.rules.votes import ABSTAIN, YES

__all__ = ["overpaid", "settled", "without_superfluous"]


def overpaid(problem: ConcessionProblem, package: Package) -> Fraction:
    """Return what the paid have above what their votes need, in units of their margins.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    Fraction
        0 wherever amounts are divisible; lumpy items leave something.
    """
    votes, total = problem.votes(package), ZERO
    recipients = {problem.items[k].recipient for k in package.items}
    recipients |= {problem.transfers[m].recipient for m, t in package.transfers.items() if t}
    for player in recipients:
        margin = problem.margin(player, package)
        if margin is None or votes[player] not in (ABSTAIN, YES):
            continue
        for (follower, leader), push in problem.bandwagon.items():
            if follower == player and votes[leader] == YES:
                margin += push
        total += margin + (ZERO if votes[player] == YES else problem.voters[player].band)
    return total


def settled(
    model: PackageProgramme,
    package: Package,
    solver: str,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> Package | None:
    """Choose among the packages of least cost.

    Least overpayment first, then the fewest recipients, then the fewest amendments, then the
    first in the order of the data.

    Parameters
    ----------
    model : PackageProgramme
        The programme of the problem.
    package : Package
        One of least cost.
    solver : str
        Back end.
    time_limit : float, optional
        Seconds for all stages together.
    stop : callable, optional
        True ends the search.

    Returns
    -------
    Package or None
        The best as far as the back end and the time allowed; None if they allowed nothing.

    Notes
    -----
    What an earlier stage has won is held as an exact row; a rounded one made CBC and HiGHS find
    no point at all.

    References
    ----------
    .. [1] M. Ehrgott, Multicriteria Optimization, 2nd ed., Springer, 2005, chapter 5
       (lexicographic optimality).
    """
    problem, start = model.problem, time.perf_counter()

    def left() -> float | None:
        if time_limit is None:
            return None
        return max(0.01, time_limit - (time.perf_counter() - start))

    best = None
    try:
        programme, best = _least_overpaid(model, package, solver, left(), stop)
        answer = lexicographic(
            programme,
            [model.recipients, dict.fromkeys(model.z, 1)],
            order=[*model.z, *model.s, *model.paid.values(), *model.y.values()],
            solver=solver,
            time_limit=left(),
            stop=stop,
            options=TIGHT.get(solver),
        )
        if answer.values is None:
            return best
        last = model.exact_package(answer.values)
    except SolverError:
        return best
    worse = problem.cost(last) > problem.cost(package) or problem.violations(last)
    return best if worse else last


def _least_overpaid(
    model: PackageProgramme,
    package: Package,
    solver: str,
    time_limit: float | None,
    stop: Callable[[], bool] | None,
) -> tuple[Programme, Package]:
    """Hold the cost and, where something lumpy can be given, the least overpayment."""
    problem, cost = model.problem, model.problem.cost(package)
    over = model.overpayment if problem.items else {}  # adds rows: before the copy
    programme = model.programme.copy()
    programme.row("cost", model.cost, "<=", cost)
    if not over:
        return programme, package
    if overpaid(problem, package):
        programme.minimise(over)
        answer = solve(programme, solver, time_limit, stop=stop, options=TIGHT.get(solver))
        if answer.values is not None:
            other = model.exact_package(answer.values)
            fits = not problem.violations(other) and problem.cost(other) <= cost
            if fits and overpaid(problem, other) < overpaid(problem, package):
                package = other
    programme.row("overpaid", over, "<=", overpaid(problem, package))
    return programme, package


def without_superfluous(
    problem: ConcessionProblem, package: Package, *, free_only: bool = False
) -> Package:
    """Drop and lower what a package does not need.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        One that works.
    free_only : bool
        Whether to try only what costs nothing: of a package of least cost nothing else can be
        dropped.

    Returns
    -------
    Package
        Nowhere dearer.
    """
    cost = problem.cost(package)
    for smaller in _smaller(problem, package, free_only):
        if problem.cost(smaller) <= cost and not problem.violations(smaller):
            return without_superfluous(problem, smaller, free_only=free_only)
    return package


def _smaller(problem: ConcessionProblem, package: Package, free_only: bool) -> Iterator[Package]:
    def tried(cost: Fraction) -> bool:
        return not (free_only and cost)

    for k in sorted(package.items):
        if tried(problem.items[k].cost):
            yield replace(package, items=package.items - {k})
    for k in sorted(package.amendments):
        if tried(problem.amendments[k].cost):
            yield replace(package, amendments=package.amendments - {k})
    for c in sorted(package.contributions):
        if tried(problem.contributions[c].cost):
            kept = {d: x for d, x in package.contributions.items() if d != c}
            yield replace(package, contributions=kept)
    recipients: dict[int, list[int]] = {}
    for m, amount in sorted(package.transfers.items()):
        if amount:
            recipients.setdefault(problem.transfers[m].recipient, []).append(m)
    for player, used in recipients.items():
        if all(tried(problem.transfers[m].cost) for m in used):
            yield from _paid_less(problem, package, player, used)


def _paid_less(
    problem: ConcessionProblem, package: Package, player: int, used: list[int]
) -> Iterator[Package]:
    """Pay a player only what a lower vote, or the same one, takes; each instrument alike."""
    margin = problem.margin(player, package)
    if margin is None:
        return
    paid = sum((problem.transfers[m].value * package.transfers[m] for m in used), ZERO)
    for enough in (margin - paid, -problem.voters[player].band, ZERO):
        if margin - paid <= enough < margin:
            share = (enough - margin + paid) / paid
            kept = {m: t * (share if m in used else 1) for m, t in package.transfers.items()}
            yield replace(package, transfers={m: t for m, t in kept.items() if t})
