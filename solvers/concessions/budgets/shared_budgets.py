"""The cheapest package where budgets are shared: prices on the budgets, then one text at a time.

With prices on the budgets states are paid one by one again, and the sum, less what the budgets
are worth, bounds the cost of every text. Texts are taken in ascending order of that bound; what
is left of each is a small integer programme, and its package is computed and judged exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import inf, isfinite
from typing import TYPE_CHECKING, Final

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.budgets.budget_payments import exact_amounts
from solvers.concessions.budgets.budget_ways import draws
from solvers.concessions.decomposition.level_costs import Mode
from solvers.concessions.decomposition.separable import separate
from solvers.concessions.listing.package_list import reduced
from solvers.concessions.listing.text_bounds import BoundedTexts, bounded_texts
from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import SolverError
from solvers.programmes.programme import Solution
from solvers.programmes.solving import Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solvers.concessions.budgets.budget_text import BudgetText

__all__ = ["cheapest_under_budgets"]

ENGINE: Final = "prices on budgets 1"
SAFETY: Final = 1e-9
CLOSE: Final = 1e-6  # between what the solver says and the exact cost of its package
ROUNDS: Final = 3  # times that all texts are bounded at new prices
STEPS: Final = 120
LEADERS: Final = 6  # texts of least bounds that are looked at for prices
MOST_TEXTS: Final = 60  # small programmes solved before the whole problem goes to a solver
SMALL: Final = 60  # players up to whom the whole problem is one that a solver can end
HUGE: Final = 1e9
PARTS: Final = 1 << 24  # prices are rounded to fractions of this


def cheapest_under_budgets(
    problem: ConcessionProblem,
    *,
    solver: str = "highs",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Callable[[float | None, float | None], None] | None = None,
) -> CheapestPackage:
    """Find a package of least cost where nothing but the rule and budgets ties states together.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    solver : str
        Back end of the small programmes.
    time_limit : float, optional
        Seconds.
    stop : callable, optional
        True ends the search with the best package so far.
    progress : callable, optional
        Told the cost of the best package and the bound, where known.

    Returns
    -------
    CheapestPackage
        With a gap of 0 when it is optimal; the proof is in floats, to 1e-6.

    Raises
    ------
    GameError
        If something else ties the payments of several players together.
    LimitError
        If there are too many sets of amendments.
    SolverError
        If the solver fails, or a package is cheaper than what was proved.

    Notes
    -----
    Any prices of at least 0 give a valid bound. They are found by subgradient steps over the
    texts of least bounds, and used for all texts. After sixty small programmes without an end, or
    six hundred in a large body, the whole problem is given to the solver.

    References
    ----------
    .. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
       Programming Study 2 (1974), pp. 82-114.
    .. [2] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.

    Examples
    --------
    Two of three must say yes, and one budget of 4 pays for everything: 3 for the second is within
    it, and would not be at prices that the third asks.

    >>> from solvers.concessions.problem import Budget, Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> budget = Budget(Fraction(4), frozenset(range(3)), frozenset())
    >>> answer = cheapest_under_budgets(
    ...     ConcessionProblem(rule, voters, transfers=cash, budgets=(budget,)))
    >>> answer.cost, answer.solution.status
    (Fraction(3, 1), 'optimal')
    """
    return _Search(problem, solver, time_limit, stop, progress).run()


class _Search:
    """The best package, and what is proved of all others."""

    def __init__(
        self,
        problem: ConcessionProblem,
        solver: str,
        time_limit: float | None,
        stop: Callable[[], bool] | None,
        progress: Callable[[float | None, float | None], None] | None,
    ) -> None:
        self.begin = time.perf_counter()
        self.problem, self.solver = problem, solver
        self.deadline = None if time_limit is None else self.begin + time_limit
        self.stop, self.progress = stop, progress
        self.separable = separate(problem, ignoring_budgets=True)
        self.package: Package | None = None
        self.cost: Fraction | None = None
        self.bound = -inf
        self.interrupted = False
        self.solved = 0
        self.most = MOST_TEXTS if len(problem.voters) <= SMALL else 10 * MOST_TEXTS
        self._texts: dict[frozenset[int], list[BudgetText]] = {}

    def run(self) -> CheapestPackage:
        try:
            done = self._search()
        except KeyboardInterrupt:
            self.interrupted, done = True, False
        return self._answer(done)

    @property
    def roof(self) -> float:
        """Cost of the best package; infinite while there is none."""
        return inf if self.cost is None else float(self.cost)

    def _closed(self, bound: float) -> bool:
        """Whether nothing above a bound can be cheaper than the best package, but for rounding."""
        return isfinite(self.roof) and bound >= self.roof - SAFETY * max(1.0, self.roof)

    def left(self) -> float | None:
        """Seconds that are left."""
        return None if self.deadline is None else self.deadline - time.perf_counter()

    def over(self) -> bool:
        """Whether the time is over, or the caller wants an end."""
        if self.stop is not None and self.stop():
            self.interrupted = True
            return True
        return self.deadline is not None and time.perf_counter() > self.deadline

    def _search(self) -> bool:
        """Look for the best package; say whether the search came to its end."""
        texts = bounded_texts(self.separable, deadline=self.deadline, stop=self.stop)
        if texts is None:
            self.over()
            return False
        if self._free_of_budgets(texts):
            return True
        texts_at = self._priced(texts)
        if texts_at is None:
            self.over()
            return False
        for mask, bound in zip(texts_at.masks, texts_at.bounds, strict=True):
            self._raise(bound)
            if bound == inf or self._closed(bound):
                break
            if not self._settle(texts_at.choices.adopted(mask)):
                return self._whole() if not self.over() else False
            if self.over():
                return False
        self.bound = self.roof
        return True

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.roof))
        if self.progress is not None:
            known = self.bound if isfinite(self.bound) else None
            self.progress(None if self.cost is None else self.roof, known)

    def _free_of_budgets(self, texts: BoundedTexts) -> bool:
        """Whether a cheapest package without budgets keeps to them."""
        from solvers.concessions.listing.text_options import TextOptions

        self.priced = TextOptions(self.separable)
        best: tuple[float, Package] | None = None
        for mask, bound in zip(texts.masks, texts.bounds, strict=True):
            if bound == inf or (best is not None and bound >= best[0] * (1 + SAFETY)):
                break
            if self.over():
                return False
            found = self._relaxed(texts.choices.adopted(mask))
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is None:
            return True  # no package even without budgets
        self._raise(best[0])
        broken = self.problem.violations(best[1])
        if any(not fault.startswith("budget") for fault in broken):
            raise SolverError(f"{ENGINE} found a package that breaks {', '.join(broken)}")
        if broken:
            return False
        self._take(best[1])
        return True

    def _relaxed(self, adopted: frozenset[int]) -> tuple[float, Package] | None:
        """Cheapest package under a text without budgets."""
        from solvers.concessions.listing.vote_tables import VoteTable

        text = self.priced.text(adopted)
        best: tuple[float, Package] | None = None
        for branch in self.separable.branches_for(adopted):
            found = VoteTable(branch, text).cheapest()
            if found is not None and (best is None or float(text.cost) + found[0] < best[0]):
                package, _ = self.priced.exact(text, found[1])
                best = float(text.cost) + found[0], package
        return best

    def _priced(self, texts: BoundedTexts) -> BoundedTexts | None:
        """Bound all texts at good prices on the budgets."""
        from solvers.concessions.budgets.budget_text import climb

        best, best_bound = texts, -inf
        seen: set[int] = set()
        for _ in range(ROUNDS):
            some = [m for m, b in zip(best.masks[:LEADERS], best.bounds, strict=False) if b < inf]
            parts = [part for m in some for part in self._parts(texts.choices.adopted(m))]
            if not parts or (seen and best.masks[0] in seen):
                break
            seen.update(some)
            for part in parts:
                climb([part], STEPS, inf)
            lowest = min(parts, key=lambda part: part.best)
            again = self._at(lowest.prices)
            if again is None:
                return None
            if not again.bounds or again.bounds[0] <= best_bound:
                break
            best, best_bound = again, again.bounds[0]
        return best

    def _at(self, prices: NDArray[np.float64]) -> BoundedTexts | None:
        """Bound all texts at given prices."""
        problem = self.problem
        exact = [Fraction(round(float(x) * PARTS), PARTS) for x in prices]
        dear_transfers = [t.cost for t in problem.transfers]
        dear_items = [g.cost for g in problem.items]
        for price, budget in zip(exact, problem.budgets, strict=True):
            if price:
                for m in budget.transfers:
                    dear_transfers[m] += price * draws(problem, budget, m)
                for k in budget.items:
                    dear_items[k] += price * (1 if budget.units else problem.items[k].cost)

        def dearer(mode: Mode) -> Mode:
            fillings = [replace(f, cost=dear_transfers[f.transfer]) for f in mode.fillings]
            fillings.sort(key=lambda f: f.cost / f.value)
            more = sum((dear_items[k] - problem.items[k].cost for k in mode.items), ZERO)
            return replace(mode, fixed=mode.fixed + more, fillings=tuple(fillings))

        modes = tuple(tuple(dearer(mode) for mode in own) for own in self.separable.modes)
        apart = replace(self.separable, modes=modes)
        texts = bounded_texts(apart, deadline=self.deadline, stop=self.stop)
        if texts is None:
            return None
        worth = float(sum((x * b.limit for x, b in zip(exact, problem.budgets, strict=True)), ZERO))
        bounds = [b - worth - SAFETY * max(1.0, abs(b), worth) for b in texts.bounds]
        return BoundedTexts(texts.choices, texts.masks, bounds)

    def _parts(self, adopted: frozenset[int]) -> list[BudgetText]:
        """Take the alternatives of the rule under a text, those that can be met."""
        from solvers.concessions.budgets.budget_text import BudgetText
        from solvers.concessions.budgets.budget_ways import ways_under

        if adopted not in self._texts:
            votes, ways = ways_under(self.priced, adopted)
            fixed = self.separable.text_cost(adopted)
            parts = [
                BudgetText(self.problem, branch, fixed, votes, ways)
                for branch in self.separable.branches_for(adopted)
            ]
            self._texts[adopted] = [part for part in parts if part.possible]
        return self._texts[adopted]

    def _settle(self, adopted: frozenset[int]) -> bool:
        """Find the best package with a text, if it is better; say whether that was done."""
        from solvers.concessions.budgets.budget_text import climb

        for part in self._parts(adopted):
            climb([part], STEPS, self.roof)
            room = 0.005 * max(1.0, abs(part.best))
            while not self._closed(part.best):
                guess = min(self.roof, part.best + room) if room < HUGE else self.roof
                found = self._small_programme(adopted, part, guess)
                if found is None:
                    return False
                if guess >= self.roof or (found and self.roof <= guess):
                    break
                room *= 8
        return True

    def _small_programme(
        self, adopted: frozenset[int], part: BudgetText, guess: float
    ) -> bool | None:
        """Solve what is left of a text below a cost; say whether there was a package.

        None when a limit ended it.
        """
        from solvers.concessions.budgets.budget_programme import BudgetProgramme

        model, presolve = BudgetProgramme(part, guess), True
        while True:
            self.solved += 1
            if self.solved > self.most or self.over():
                return None
            solution = model.solve(self.solver, self.left(), self.stop, presolve)
            self.interrupted = self.interrupted or solution.interrupted
            if solution.status == "infeasible":
                return False
            if solution.values is None or solution.objective is None:
                return None
            ways = model.chosen(solution.values)
            amounts = exact_amounts(self.problem, ways, self.solver)
            if amounts is None:  # within the tolerance of the solver, and no further
                model.forbid(solution.values)
                continue
            items = frozenset(k for way in ways for k in way.mode.items)
            cost = float(self._take(Package(adopted, amounts, items)))
            if solution.status != "optimal":
                return None
            if solution.objective <= cost + CLOSE * max(1.0, cost):
                return True
            if not presolve:
                raise SolverError(
                    f"{solution.solver} calls {solution.objective} the least cost; its package "
                    f"costs {cost}"
                )
            presolve = False

    def _take(self, package: Package) -> Fraction:
        """Keep a package that works, if it is cheaper; return its cost."""
        broken = self.problem.violations(package)
        if broken:
            raise SolverError(
                f"{ENGINE} found a package that breaks {', '.join(broken)} when it is recomputed "
                f"exactly; use the engine 'programme'"
            )
        cost = self.problem.cost(package)
        if float(cost) < self.bound - CLOSE * max(1.0, abs(self.bound)):
            raise SolverError(
                f"{ENGINE} found a package that costs {float(cost)} after it had proved that none "
                f"costs less than {self.bound}; use the engine 'programme'"
            )
        if self.cost is None or cost < self.cost:
            self.package, self.cost = package, cost
            if self.progress is not None:
                self.progress(self.roof, self.bound if isfinite(self.bound) else None)
        return cost

    def _whole(self) -> bool:
        """Give the whole problem to the solver; say whether it came to its end."""
        from solvers.concessions.engines import Search
        from solvers.concessions.programme.programme_engine import cheapest_by_programme

        limit = self.left()
        search = Search(
            self.solver, None if limit is None else max(0.01, limit), 0.0, self.stop, None
        )
        answer = cheapest_by_programme(self.problem, search)
        self.interrupted = self.interrupted or answer.solution.interrupted
        if answer.package is not None:
            self._take(answer.package)
        if answer.solution.bound is not None:
            self.bound = max(self.bound, min(answer.solution.bound, self.roof))
        return answer.solution.status in ("optimal", "infeasible")

    def _answer(self, done: bool) -> CheapestPackage:
        status: Status
        bound: float | None
        gap: float | None = None
        if self.cost is None:
            status = "infeasible" if done else "stopped"
            bound = self.bound if not done and isfinite(self.bound) else None
        elif done:
            status, bound, gap = "optimal", self.roof, 0.0
        else:
            status, bound = "bounded", self.bound if isfinite(self.bound) else None
            if bound is not None and self.roof:
                gap = max(0.0, (self.roof - bound) / max(abs(self.roof), abs(bound)))
        if self.package is not None and self._has_free_parts(self.package):
            self.package = reduced(self.problem, self.package)
            self.cost = self.problem.cost(self.package)
        solution = Solution(
            status,
            None if self.cost is None else float(self.cost),
            bound,
            gap,
            None,
            ENGINE,
            time.perf_counter() - self.begin,
            self.interrupted,
        )
        return CheapestPackage(self.package, self.cost, solution)

    def _has_free_parts(self, package: Package) -> bool:
        """Whether something is given that costs nothing, and so may be superfluous."""
        return any(not self.problem.items[k].cost for k in package.items) or any(
            not self.problem.transfers[m].cost for m in package.transfers
        )
