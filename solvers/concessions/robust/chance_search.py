"""The cheapest package that works and passes with a given probability."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.exact_point import exact_point
from solvers.concessions.robust.chance import ChanceModel, PackageChance, Spread
from solvers.concessions.robust.chance_climb import climb
from solvers.concessions.robust.chance_rows import ChanceRows, Corner
from solvers.errors import GameError, SolverError
from solvers.programmes.programme import Programme, Solution, solve

__all__ = ["LikelyPackage", "cheapest_with_chance"]

TOLERANCE = 1e-6  # relative: what counts as proved where floats are involved
SPARE = Fraction(1, 10**9)
"""Share of the risk that is left unused, so that rounding does not take the package below."""
FINE = 1e-10  # a tangent is added where the loss lies by more above those there are
HALVINGS = 30


@dataclass(frozen=True)
class LikelyPackage:
    """A package that passes with a given probability.

    Parameters
    ----------
    answer : CheapestPackage
        The package, its exact cost, and what is proved.
    probability : Fraction
        What was asked for.
    chance : PackageChance or None
        With what probability it passes, computed anew from the package.
    rounds : int
        How many programmes were solved.
    """

    answer: CheapestPackage
    probability: Fraction
    chance: PackageChance | None
    rounds: int


def cheapest_with_chance(
    problem: ConcessionProblem,
    spreads: Mapping[int, Spread],
    probability: Fraction,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 1e-2,
    *,
    max_rounds: int = 100,
) -> LikelyPackage:
    """Find a cheapest package that works at the central estimates and passes often enough.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Hidden objections count, with their probabilities.
    spreads : mapping of int to Normal or Uniform
        How margins are distributed about their central estimates; independent.
    probability : Fraction
        The least probability of passage, above 0 and below 1.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds in all.
    gap : float
        Relative gap at which the search may stop; it matters only where more turns on chance
        than the consent of veto holders.
    max_rounds : int
        Most programmes that are solved.

    Returns
    -------
    LikelyPackage
        ``optimal`` where cost and bound agree to 1e-6; ``bounded`` with the gap that is left
        otherwise. The probability that is reported is recomputed and at least what was asked
        for, rounding included.

    Raises
    ------
    GameError
        If the probability is not above 0 and below 1 or not exact, a spread is given for
        someone without a margin, or votes hang on one another.
    SolverError
        If the solver fails.

    Notes
    -----
    Where passage turns on the consent of veto holders, tangents to the logarithms of their
    probabilities make a sequence of linear programmes whose optima rise to the least cost [1]_.
    Where it turns on others too, corners are cut off that do not suffice, and a package beyond
    the last corner is the incumbent: a valid bound, but one that rises slowly with many players
    whose votes are uncertain [2]_.

    References
    ----------
    .. [1] J. E. Kelley, "The cutting-plane method for solving convex programs", Journal of the
       Society for Industrial and Applied Mathematics 8 (1960), pp. 703-712.
    .. [2] H. Tuy, "Monotonic optimization: problems and solution approaches", SIAM Journal on
       Optimization 11 (2000), pp. 464-494.

    Examples
    --------
    Two must both agree; the gap of each is about 5, with a standard deviation of 1:

    >>> from solvers.concessions.robust.chance import Normal
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(-5),) * 3) for _ in range(2))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(2))
    >>> two = ConcessionProblem(rule, voters, transfers=cash)
    >>> spreads = dict.fromkeys(range(2), Normal(Fraction(1)))
    >>> found = cheapest_with_chance(two, spreads, Fraction(9, 10))
    >>> round(float(found.answer.cost), 4), float(found.chance.probability) >= 0.9
    (13.2644, True)
    """
    check_number("a probability of passage", probability, least=0)
    if not 0 < probability < 1:
        raise GameError(f"the probability of passage is {probability}; above 0 and below 1")
    search = _Search(problem, spreads, Fraction(probability), solver, time_limit, gap)
    answer = search.run(max_rounds)
    chance = None if answer.package is None else search.chances.of_package(answer.package)
    return LikelyPackage(answer, Fraction(probability), chance, search.rounds)


class _Search:
    def __init__(
        self,
        problem: ConcessionProblem,
        spreads: Mapping[int, Spread],
        probability: Fraction,
        solver: str,
        time_limit: float | None,
        gap: float,
    ) -> None:
        self.problem, self.solver, self.limit, self.gap = problem, solver, time_limit, gap
        self.probability = probability
        self.chances = ChanceModel(problem, spreads)
        aim = probability + SPARE * (1 - probability)
        self.rows = ChanceRows(problem, spreads, aim)
        self.start = time.perf_counter()
        self.rounds = 0
        self.best: tuple[Fraction, Package] | None = None
        self.climbed: set[frozenset[int]] = set()

    def run(self, max_rounds: int) -> CheapestPackage:
        last: Solution | None = None
        while self.rounds < max_rounds and not (last is not None and self._out_of_time()):
            solution = self._solve(self.rows.programme)
            if solution.values is None:
                if solution.status != "infeasible":
                    return self._report(last or solution)
                return (
                    self._report(last) if self.best is not None and last else self._none(solution)
                )
            last = solution
            package, point = self._exactly(self.rows.programme, solution)
            if self._good(package) or self._close(solution) or solution.interrupted:
                return self._report(solution)
            if self._touch(package, point):
                continue
            if self.rows.hopeless or not self._beyond(package):
                return self._none(replace(solution, status="infeasible"))
            if self._close(solution):
                return self._report(solution)
        if last is None:
            raise SolverError("no programme was solved; allow one round at least")
        return self._report(last)

    def _solve(self, programme: Programme) -> Solution:
        self.rounds += 1
        left = None
        if self.limit is not None:
            left = max(0.01, self.limit - (time.perf_counter() - self.start))
        return solve(programme, self.solver, left)

    def _out_of_time(self) -> bool:
        return self.limit is not None and time.perf_counter() - self.start >= self.limit

    def _exactly(
        self, programme: Programme, solution: Solution
    ) -> tuple[Package, tuple[Fraction, ...]]:
        found = None if solution.values is None else exact_point(programme, solution.values)
        if found is None:
            raise SolverError(
                f"{solution.solver} proposed a package that cannot be had when it is recomputed "
                f"exactly; try another solver"
            )
        package = self.rows.model.package_at(found[0])
        broken = self.problem.violations(package)
        if broken:
            raise SolverError(
                f"{solution.solver} proposed a package that breaks {', '.join(broken)} when it "
                f"is recomputed exactly; try another solver"
            )
        return package, found[0]

    def _good(self, package: Package) -> bool:
        """Whether a package passes often enough; the cheapest such one is kept."""
        chance = self.chances.of_package(package)
        if chance.probability - chance.error < self.probability:
            return False
        cost = self.problem.cost(package)
        if self.best is None or cost < self.best[0]:
            self.best = cost, package
        return True

    def _touch(self, package: Package, point: tuple[Fraction, ...]) -> bool:
        """Add tangents where veto holders lose more than the rows say."""
        touched = False
        for i, loss in self.rows.loss.items():
            margin = self.problem.margin(i, package)
            if margin is not None and self.rows.loss_at(i, margin) > float(point[loss]) + FINE:
                touched = self.rows.touch(i, margin) or touched
        return touched

    def _beyond(self, package: Package) -> bool:
        """Cut off what does not suffice; false where not even certainty does."""
        votes = self.problem.votes(package)
        linked = frozenset(
            k for k in package.amendments if self.problem.amendments[k].route is not None
        )
        start = {i: self.problem.margin(i, package) or Fraction(0) for i in self.rows.spreads}
        spreads, full = self.rows.spreads, {i: self.rows.top(i) for i in start}
        top = {i: max(m, min(spreads[i].ample, full[i])) for i, m in start.items()}

        def at(share: Fraction) -> dict[int, Fraction]:
            return {i: m + (top[i] - m) * share for i, m in start.items()}

        def enough(share: Fraction) -> bool:
            chance = self.chances.at(at(share), votes, linked)
            return chance.probability - chance.error >= self.probability

        if not enough(Fraction(1)):
            top = {i: max(m, full[i]) for i, m in start.items()}
        if not enough(Fraction(1)):
            return self.rows.cut(Corner(top, votes, linked))
        low, high = Fraction(0), Fraction(1)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        self._incumbent(start, at(high))
        if package.amendments not in self.climbed:
            self.climbed.add(package.amendments)

            def chance(margins: Mapping[int, Fraction]) -> Fraction:
                found = self.chances.at(margins, votes, linked)
                return found.probability - found.error

            higher = climb(chance, start, top, self._prices(), self.probability)
            if higher is not None:
                self._incumbent(start, higher)
        return self.rows.cut(Corner(at(low), votes, linked))

    def _prices(self) -> dict[int, Fraction]:
        """Return about what a unit of margin costs, for those with a spread who can be paid."""
        found: dict[int, Fraction] = {}
        for transfer in self.problem.transfers:
            i, price = transfer.recipient, Fraction(transfer.cost) / transfer.value
            if i in self.rows.spreads and transfer.cap != 0:
                found[i] = min(price, found.get(i, price))
        return found

    def _incumbent(self, start: Mapping[int, Fraction], margins: Mapping[int, Fraction]) -> None:
        """Find a package with at least these margins, if there is one."""
        programme = self.rows.programme.copy()
        for i, enough in margins.items():
            form, constant, _ = self.rows.margins[i]
            if enough > start[i]:  # in round numbers, which solvers bear better
                grain = self.rows.spreads[i].width / 2**24
                enough = min(-(-enough // grain) * grain, self.rows.top(i))
            programme.row(f"at least {i:04d}", form, ">=", enough - constant)
        solution = self._solve(programme)
        found = None if solution.values is None else exact_point(programme, solution.values)
        if found is not None:
            package = self.rows.model.package_at(found[0])
            if not self.problem.violations(package):
                self._good(package)

    def _close(self, solution: Solution) -> bool:
        """Whether the incumbent is as good as the bound, to the gap that was allowed."""
        if self.best is None or solution.bound is None:
            return False
        cost = float(self.best[0])
        return cost - solution.bound <= max(self.gap, TOLERANCE) * max(cost, 1e-12)

    def _none(self, solution: Solution) -> CheapestPackage:
        nothing = replace(solution, objective=None, bound=None, gap=None, values=None)
        return CheapestPackage(None, None, self._timed(nothing))

    def _report(self, solution: Solution) -> CheapestPackage:
        if self.best is None:
            stopped = replace(solution, status="stopped", objective=None, values=None, gap=None)
            return CheapestPackage(None, None, self._timed(stopped))
        cost, package = self.best
        bound = solution.bound
        status = solution.status
        gap = None
        if bound is not None:
            # Rounded rows and the spare risk move the bound by less than this.
            bound = min(float(cost), bound * (1 - 1e-7))
            gap = (float(cost) - bound) / max(float(cost), 1e-12)
            status = "optimal" if gap <= TOLERANCE else "bounded"
            gap = 0.0 if status == "optimal" else gap
        shown = replace(solution, status=status, objective=float(cost), bound=bound, gap=gap)
        return CheapestPackage(package, cost, self._timed(shown))

    def _timed(self, solution: Solution) -> Solution:
        return replace(solution, seconds=time.perf_counter() - self.start)
