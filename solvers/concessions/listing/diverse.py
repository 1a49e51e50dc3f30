"""Packages that differ in kind: each far from all before it in its text and in who is paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from solvers.concessions.listing.k_best import listed
from solvers.concessions.listing.list_search import Limits, checked_count
from solvers.concessions.listing.package_list import PackageList, Progress, RankedPackage
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError

__all__ = ["difference", "diverse_packages"]


def difference(one: RankedPackage, other: RankedPackage) -> int:
    """Count the amendments that only one of two packages has, and the players only one pays.

    Parameters
    ----------
    one, other : RankedPackage
        Packages of the same problem.

    Returns
    -------
    int

    References
    ----------
    .. [1] R. W. Hamming, "Error detecting and error correcting codes", Bell System Technical
       Journal 29 (1950), pp. 147-160.
    """
    texts = one.package.amendments ^ other.package.amendments
    paid = {i for i, _ in one.levels} ^ {i for i, _ in other.levels}
    return len(texts) + len(paid)


def diverse_packages(
    problem: ConcessionProblem,
    k: int,
    distance: int,
    *,
    engine: Literal["auto", "decomposition", "cuts"] = "auto",
    solver: str = "highs",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> PackageList:
    """List packages that differ in kind, the cheapest of all first.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    k : int
        How many, at least 1.
    distance : int
        By how much every one differs from each before it, at least 1: see :func:`difference`.
    engine, solver, time_limit, stop, progress
        As in :func:`solvers.concessions.listing.k_best.best_packages`.

    Returns
    -------
    PackageList
        The first is a cheapest package; each further one the cheapest irreducible package that
        is so far from all before it. ``complete`` says that no other is.

    Raises
    ------
    GameError
        If ``k`` or ``distance`` is below 1, or as in ``best_packages``.
    SolverError
        If a solver fails.

    Notes
    -----
    The irreducible packages are gone through in order of cost, so the choice is exact; how many
    lie in between is not bounded, and a time limit is in place where states are many.

    References
    ----------
    .. [1] E. Danna, M. Fenelon, Z. Gu and R. Wunderling, "Generating multiple solutions for mixed
       integer programming problems", IPCO 2007, Lecture Notes in Computer Science 4513,
       pp. 280-294.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (-1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = diverse_packages(ConcessionProblem(rule, voters, transfers=cash), 3, 2)
    >>> [(int(p.cost), [i for i, _ in p.levels]) for p in answer.packages]
    [(4, [0, 1]), (6, [0, 2]), (8, [1, 2])]
    """
    checked_count(k)
    if type(distance) is not int or distance < 1:
        raise GameError(
            f"{distance!r} differences are asked for; it must be a whole number from 1 up"
        )

    def far(entry: RankedPackage, taken: Sequence[RankedPackage]) -> bool:
        return all(difference(entry, other) >= distance for other in taken)

    return listed(problem, k, far, engine, solver, Limits(time_limit, stop, progress))
