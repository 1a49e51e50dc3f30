"""The cheapest packages in order of cost, each with nothing superfluous in it.

Where states can be paid one by one, sets of amendments are taken in ascending order of what is
known of their least cost, and within each the payments best first; elsewhere an integer programme
is solved again and again (:mod:`solvers.concessions.listing.k_best_cuts`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from math import inf
from typing import Final, Literal, TypeAlias

from solvers.concessions.decomposition.level_search import LevelSearch, spare
from solvers.concessions.decomposition.separable import Separable, separate
from solvers.concessions.listing.k_best_cuts import CutSearch
from solvers.concessions.listing.list_search import Ended, Limits, ListSearch, checked_count
from solvers.concessions.listing.package_list import (
    Identity,
    PackageList,
    Progress,
    RankedPackage,
    Wanted,
)
from solvers.concessions.listing.text_bounds import BoundedTexts, bounded_texts
from solvers.concessions.listing.text_options import Option, Text, TextOptions
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError, SolverError

__all__ = ["best_packages", "cheapest_first", "check", "listed"]

ENGINE: Final = "best first 1"
LOOK: Final = 64  # steps between two looks at the clock

Step: TypeAlias = tuple[float, RankedPackage | None]


def best_packages(
    problem: ConcessionProblem,
    k: int,
    *,
    engine: Literal["auto", "decomposition", "cuts"] = "auto",
    solver: str = "highs",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> PackageList:
    """List the cheapest irreducible packages.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    k : int
        How many, at least 1.
    engine : {"auto", "decomposition", "cuts"}
        ``decomposition`` needs states that can be paid one by one; ``cuts`` solves integer
        programmes; ``auto`` takes the first where it can.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds for the whole list.
    stop : callable, optional
        True ends the search with what there is.
    progress : callable, optional
        Told the number of packages found and a bound on the next.

    Returns
    -------
    PackageList
        Packages differ in their amendments, their items, or in who is paid to vote how. None
        ceases to be one when any item is left out, or any player paid less: such packages are
        not listed. Costs are exact; their order is proved to 1e-9 (``decomposition``) or to the
        back end's 1e-6.

    Raises
    ------
    GameError
        If ``k`` is below 1, the engine is unknown, or states cannot be paid one by one where
        the decomposition is asked for.
    SolverError
        If a solver fails, or a package does not work when it is judged exactly.

    References
    ----------
    .. [1] E. L. Lawler, "A procedure for computing the k best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405.
    .. [2] D. Eppstein, "k-best enumeration", in M.-Y. Kao (ed.), Encyclopedia of Algorithms,
       Springer, 2016, pp. 1003-1006.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = best_packages(ConcessionProblem(rule, voters, transfers=cash), 5)
    >>> [int(p.cost) for p in answer.packages], answer.complete
    ([3, 5], True)
    """
    limits = Limits(time_limit, stop, progress)
    return listed(problem, checked_count(k), None, engine, solver, limits)


def listed(
    problem: ConcessionProblem,
    k: int,
    wanted: Wanted | None,
    engine: str,
    solver: str,
    limits: Limits,
) -> PackageList:
    """List the cheapest irreducible packages that are wanted.

    Parameters
    ----------
    problem, k, engine, solver
        As in :func:`best_packages`.
    wanted : callable or None
        Asked of every package, in ascending order of cost, with those that were taken before.
    limits : Limits
        The clock.

    Returns
    -------
    PackageList

    Raises
    ------
    GameError, SolverError
        As in :func:`best_packages`.
    """
    if engine not in ("auto", "decomposition", "cuts"):
        raise GameError(f"engine is {engine!r}; it must be 'auto', 'decomposition' or 'cuts'")
    if engine != "cuts":
        try:
            separable = separate(problem)
        except (GameError, LimitError) as why:
            if engine == "decomposition":
                raise GameError(
                    f"states cannot be paid one by one: {why}; use the engine 'cuts'"
                ) from why
        else:
            try:
                return _Search(separable, k, wanted, limits).run()
            except LimitError:
                if engine == "decomposition":
                    raise
    return CutSearch(problem, k, wanted, limits, solver).run()


def cheapest_first(
    separable: Separable, texts: BoundedTexts, judged: bool = True
) -> Iterator[Step]:
    """Give the irreducible packages in ascending order of cost.

    Parameters
    ----------
    separable : Separable
        The problem.
    texts : BoundedTexts
        Sets of amendments by what is known of their least cost.
    judged : bool
        Whether every package is judged exactly; if not, the caller does so.

    Yields
    ------
    float, RankedPackage or None
        A bound on all that follow, and a package of just that cost, to rounding; None when
        only the bound has risen. No identity comes twice.

    Raises
    ------
    SolverError
        If a package does not work when it is judged exactly.

    References
    ----------
    .. [1] E. L. Lawler, "A procedure for computing the k best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405.
    """
    priced = TextOptions(separable)
    seen: set[Identity] = set()
    # Next step of every alternative of the rule under every set of amendments that was opened.
    heap: list[tuple[float, int, _Found, Iterator[_Found]]] = []
    serial, opened, last = 0, 0, -inf
    while heap or opened < len(texts.masks):
        waiting = texts.bounds[opened] if opened < len(texts.masks) else inf
        if not heap or waiting <= heap[0][0]:
            if waiting == inf:
                return
            text = priced.text(texts.choices.adopted(texts.masks[opened]))
            opened += 1
            for source in _payments(separable, text):
                found = next(source, None)
                if found is not None:
                    serial += 1
                    heapq.heappush(heap, (found[0], serial, found, source))
            continue
        bound, number, (_, text, chosen), source = heap[0]
        found = next(source, None)
        if found is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (found[0], number, found, source))
        last = max(last, bound)
        entry = None
        if chosen is not None:
            entry = _entry(priced, text, chosen)
            if entry.identity in seen:
                entry = None
            else:
                seen.add(entry.identity)
                if judged:
                    check(separable.problem, entry)
        yield last, entry


_Found: TypeAlias = tuple[float, Text, tuple[Option, ...] | None]


def _payments(separable: Separable, text: Text) -> Iterator[Iterator[_Found]]:
    """Give the payments without anything to spare, for every alternative of the rule."""
    branches = separable.branches_for(text.adopted)
    fixed = float(text.cost)

    def run(search: LevelSearch) -> Iterator[_Found]:
        yield fixed + search.least, text, None
        for total, chosen in search.run():
            if chosen is not None and spare(branches, text.votes, chosen) is not None:
                chosen = None
            yield fixed + total, text, chosen

    for branch in branches:
        search = LevelSearch(branch, text.votes, text.options)
        if search.least < inf:
            yield run(search)


def check(problem: ConcessionProblem, entry: RankedPackage) -> None:
    """Refuse a package that does not work when it is judged exactly.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    entry : RankedPackage
        A package of a list.

    Raises
    ------
    SolverError
        If it breaks anything.
    """
    broken = problem.violations(entry.package)
    if broken:
        raise SolverError(
            f"{ENGINE} found a package that breaks {', '.join(broken)} when it is recomputed "
            f"exactly; use the engine 'cuts'"
        )


def _entry(priced: TextOptions, text: Text, chosen: tuple[Option, ...]) -> RankedPackage:
    package, cost = priced.exact(text, chosen)
    levels = tuple(sorted((option.player, option.level) for option in chosen))
    return RankedPackage(package, cost, levels)


class _Search(ListSearch):
    """The list, taken from :func:`cheapest_first`."""

    name = ENGINE

    def __init__(self, separable: Separable, k: int, wanted: Wanted | None, limits: Limits) -> None:
        super().__init__(k, wanted, limits)
        self.separable = separable

    def search(self) -> Ended:
        limits = self.limits
        deadline = None if limits.time_limit is None else limits.start + limits.time_limit
        texts = bounded_texts(self.separable, deadline=deadline, stop=limits.stop)
        if texts is None:
            return "early"
        steps = cheapest_first(self.separable, texts, judged=False)
        for number, (bound, entry) in enumerate(steps):
            self.bound = bound
            if entry is not None and self.take(entry):
                check(self.separable.problem, entry)
                self.tell()
                if len(self.found) == self.k:
                    return "full"
            if number % LOOK == 0 and limits.over:
                return "early"
        return "complete"
