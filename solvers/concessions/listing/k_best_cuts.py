"""The cheapest packages one after another: solve, cut off what is found and all above it, again.

Works for every problem that has an integer programme; the module to ask is
:mod:`solvers.concessions.listing.k_best`, which is quicker where states can be priced one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Final

from solvers.concessions.listing.list_search import Ended, Limits, ListSearch, checked_count
from solvers.concessions.listing.package_list import (
    PackageList,
    Progress,
    Wanted,
    irreducible,
    ranked,
    reduced,
)
from solvers.concessions.parts import Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.careful_solve import solve_carefully
from solvers.concessions.programme.model import PackageProgramme
from solvers.errors import SolverError
from solvers.programmes.programme import Number, Solution
from solvers.rules.vote_conditions import voters_in
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["CutProgramme", "CutSearch", "best_by_cuts", "rises_with_payments"]

TOLERANCE: Final = 1e-6  # between the solver's objective and the exact cost of its package
MOST_ROUNDS: Final = 20_000  # beyond it the list is given up as bounded


def rises_with_payments(problem: ConcessionProblem) -> bool:
    """Say whether giving more never breaks a package, and each player's gap is its own.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    bool
        True is sure; False may be too careful. Budgets and caps do not count here.
    """
    if problem.bandwagon or problem.contributions:
        return False
    if any(t.harm for t in problem.transfers) or any(g.harm for g in problem.items):
        return False
    moved = _payable(problem)
    for player in problem.order:
        if any(voters_in(c) & moved for _, c in problem.voters[player].conditions):
            return False
    return True


def _payable(problem: ConcessionProblem) -> set[int]:
    able = {t.recipient for t in problem.transfers} | {g.recipient for g in problem.items}
    return {i for i in able if problem.voters[i].margin is not None}


class CutProgramme:
    """The integer programme of a problem, from which packages are cut off one after another.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    References
    ----------
    .. [1] E. L. Lawler, "A procedure for computing the k best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405.
    .. [2] E. Balas and R. Jeroslow, "Canonical cuts on the unit hypercube", SIAM Journal on
       Applied Mathematics 23 (1972), pp. 61-69.
    """

    def __init__(self, problem: ConcessionProblem) -> None:
        self.problem = problem
        self.model = PackageProgramme(problem)
        self.programme = self.model.programme
        self.programme.minimise(self.model.cost)
        self.payable = sorted(_payable(problem))
        self.upward = rises_with_payments(problem)
        self._numbers = count()

    def solve(
        self,
        solver: str,
        time_limit: float | None,
        stop: Callable[[], bool] | None,
        progress: Callable[[float | None, float | None], None] | None = None,
    ) -> Solution:
        """Find the cheapest point that is left.

        Parameters
        ----------
        solver : str
            Back end.
        time_limit : float or None
            Seconds.
        stop : callable or None
            True ends the run.
        progress : callable or None
            Told what the back end says of its best point and of the bound.

        Returns
        -------
        Solution

        Raises
        ------
        SolverError
            If the point that is called best is worse than the package behind it.
        """
        for presolve in (True, False):
            solution = solve_carefully(
                self.programme, solver, time_limit, stop, presolve=presolve, progress=progress
            )
            if solution.values is None or solution.objective is None:
                return solution
            cost = float(self.problem.cost(self.package(solution.values)))
            if solution.status != "optimal" or solution.objective <= cost + TOLERANCE * max(
                1, cost
            ):
                return solution
        raise SolverError(
            f"{solution.solver} calls {solution.objective} the least cost; its package costs {cost}"
        )

    def package(self, values: tuple[float, ...]) -> Package:
        """Return the exact package behind a point.

        Parameters
        ----------
        values : tuple of float
            One value per variable.

        Returns
        -------
        Package
        """
        return self.model.exact_package(values)

    def declared(self, values: tuple[float, ...]) -> dict[int, int]:
        """Return how those who can be paid vote at a point; never higher than they would.

        Parameters
        ----------
        values : tuple of float
            One value per variable.

        Returns
        -------
        dict of int to int
        """
        model = self.model
        found = {}
        for i in self.payable:
            against, in_favour = round(values[model.n[i]]), round(values[model.y[i]])
            found[i] = NO if against else YES if in_favour else ABSTAIN
        return found

    def cut(self, package: Package, levels: Mapping[int, int]) -> None:
        """Cut off a package.

        Parameters
        ----------
        package : Package
            What is conceded.
        levels : mapping of int to int
            How those who can be paid vote at least.

        Notes
        -----
        Where more payments never break a package, all goes that gives the same players the
        same items and at least the same votes under the same amendments: each contains this
        package. Elsewhere nothing goes but this pattern of amendments, items and votes.
        """
        if self.upward:
            paid = {self.problem.transfers[m].recipient for m, t in package.transfers.items() if t}
            paid |= {self.problem.items[k].recipient for k in package.items}
        else:
            paid = set(self.payable)
        self.cut_pattern(package, {i: levels[i] for i in sorted(paid) if i in levels})

    def cut_pattern(self, package: Package, levels: Mapping[int, int]) -> None:
        """Ask for another choice of amendments, of some players' items, or of their votes.

        Parameters
        ----------
        package : Package
            Its amendments, and its items to the players of ``levels``.
        levels : mapping of int to int
            Players and votes.
        """
        terms: dict[int, Number] = {}
        rhs = 1

        def differ(variable: int, value: bool) -> None:
            nonlocal rhs
            terms[variable] = -1 if value else 1
            rhs -= int(value)

        for k, z in enumerate(self.model.z):
            differ(z, k in package.amendments)
        for k, item in enumerate(self.problem.items):
            if item.recipient in levels:
                differ(self.model.s[k], k in package.items)
        for i, level in levels.items():
            if self.upward and level == ABSTAIN:
                differ(self.model.n[i], False)
            elif self.upward:
                if level == YES:
                    differ(self.model.y[i], True)
            else:
                differ(self.model.y[i], level == YES)
                differ(self.model.n[i], level == NO)
        self.programme.row(f"another{next(self._numbers):05d}", terms, ">=", rhs)


def best_by_cuts(
    problem: ConcessionProblem,
    k: int,
    wanted: Wanted | None = None,
    *,
    solver: str = "highs",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> PackageList:
    """List the cheapest irreducible packages by re-solving an integer programme.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    k : int
        How many, at least 1.
    wanted : callable or None
        Asked of every package with those that were taken before; the others are passed over.
    solver : str
        Back end.
    time_limit : float, optional
        Seconds for the whole list.
    stop : callable, optional
        True ends the search with what there is.
    progress : callable, optional
        Told the number of packages found and the bound on the next.

    Returns
    -------
    PackageList
        Costs are exact; two that differ by less than the tolerance of the back end, 1e-6, may
        change places at the end of the list.

    Raises
    ------
    GameError
        If ``k`` is below 1.
    SolverError
        If the solver fails.

    Notes
    -----
    One solve per package, and one for each point that turns out to hold something superfluous.

    References
    ----------
    .. [1] E. L. Lawler, "A procedure for computing the k best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = best_by_cuts(ConcessionProblem(rule, voters, transfers=cash), 5)
    >>> [int(p.cost) for p in answer.packages], answer.complete
    ([3, 5], True)
    """
    limits = Limits(time_limit, stop, progress)
    return CutSearch(problem, checked_count(k), wanted, limits, solver).run()


class CutSearch(ListSearch):
    """The loop over solves of one programme, and what it has found.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    k, wanted, limits
        As of :class:`~solvers.concessions.listing.list_search.ListSearch`.
    solver : str
        Back end.
    """

    def __init__(
        self,
        problem: ConcessionProblem,
        k: int,
        wanted: Wanted | None,
        limits: Limits,
        solver: str = "highs",
    ) -> None:
        super().__init__(k, wanted, limits)
        self.problem, self.solver = problem, solver
        self.cuts = CutProgramme(problem)
        self.name = f"cuts, {solver}"

    def search(self) -> Ended:
        """Solve, enter the package, cut it off, again.

        Returns
        -------
        str
            How it ended.
        """
        for _ in range(MOST_ROUNDS):
            if self.limits.over:
                return "early"
            left = self.limits.left
            limit = None if left is None else max(left, 1e-3)
            solution = self.cuts.solve(self.solver, limit, self.limits.stop, self._heard)
            self.name = f"cuts, {solution.solver}"
            self._raise_bound(solution.bound)
            if solution.status == "infeasible":
                return "complete"
            if solution.status != "optimal" or solution.values is None:
                self.interrupted = solution.interrupted
                return "early"
            self._note(solution.values)
            self.tell()
            if len(self.found) >= self.k:
                return "full"
        return "early"

    def _heard(self, _best: float | None, bound: float | None) -> None:
        """Pass on what the back end says while it runs; what it proves is taken up afterwards."""
        if self.limits.progress is not None:
            known = [x for x in (self.bound, bound) if x is not None]
            self.limits.progress(len(self.found), max(known, default=None))

    def _raise_bound(self, bound: float | None) -> None:
        if bound is not None:
            self.bound = bound if self.bound is None else max(self.bound, bound)

    def _note(self, values: tuple[float, ...]) -> None:
        """Enter the package of a point, or what is left of it; cut off both."""
        problem, cuts = self.problem, self.cuts
        package, levels = cuts.package(values), cuts.declared(values)
        if problem.violations(package):
            cuts.cut_pattern(package, levels)  # a point that only rounding let pass
            return
        cuts.cut(package, levels)
        kept = package
        if not irreducible(problem, package):
            if not cuts.upward:  # all patterns come by in their turn
                return
            kept = reduced(problem, package)
        entry = ranked(problem, kept)
        new = entry.identity not in self.seen
        if new and kept is not package:
            cuts.cut(kept, dict(entry.levels))
        self.take(entry)
