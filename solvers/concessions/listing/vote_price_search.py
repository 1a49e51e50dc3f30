"""Prices of votes from two tables under each set of amendments that can lower one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from solvers.concessions.decomposition.choices import choices_of
from solvers.concessions.decomposition.level_search import meets
from solvers.concessions.decomposition.separable import Separable
from solvers.concessions.listing.text_bounds import FEW, MOST_SETS
from solvers.concessions.listing.text_options import Text, TextOptions
from solvers.concessions.listing.vote_prices import Progress, Status, VotePrice, VotePrices
from solvers.concessions.listing.vote_tables import Chosen, VoteTable
from solvers.errors import SolverError
from solvers.rules.votes import YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solvers.concessions.listing.forced_bounds import ForcedBounds

__all__ = ["prices_by_tables"]

ENGINE: Final = "vote tables 1"
SAFETY: Final = 1e-9  # relative and absolute; what is closer is not looked at again
SAMPLE: Final = 1024  # sets, of all, that are looked at before all are
MOST_KEPT: Final = 1 << 18  # cells of a table that is kept until its payments are asked for

Found: TypeAlias = tuple[float, Chosen] | None


@dataclass
class _Best:
    """The cheapest payments so far for one question about one player."""

    cost: float = inf
    text: Text | None = None
    pay: Callable[[], Found] | None = None

    def lower(self, text: Text, table: VoteTable, least: float, pay: Callable[[], Found]) -> None:
        """Take other payments where they are cheaper; those of a small table are traced later."""
        fixed = float(text.cost)
        if fixed + least >= self.cost:
            return
        if not table.search.exact or table.search.table.size > MOST_KEPT:
            found = pay()
            if found is None or fixed + found[0] >= self.cost:
                return
            least, pay = found[0], lambda: found
        self.cost, self.text, self.pay = fixed + least, text, pay


def prices_by_tables(
    separable: Separable,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
    most_sets: int = MOST_SETS,
) -> VotePrices:
    """Price the vote of every player of a problem whose players are paid one by one.

    Parameters
    ----------
    separable : Separable
        The problem.
    time_limit : float, optional
        Seconds.
    stop : callable, optional
        True ends the search with what there is.
    progress : callable, optional
        Told how many sets of amendments were looked at, and the least cost.
    most_sets : int
        So many sets of amendments are listed.

    Returns
    -------
    VotePrices

    Raises
    ------
    LimitError
        If there are too many sets of amendments.
    SolverError
        If payments do not meet the rule when it is evaluated.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11 (multiple-choice knapsacks).
    .. [2] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.
    """
    search = _Search(separable, time_limit, stop, progress)
    search.most_sets = most_sets
    return search.run()


class _Search:
    """Answers to both questions for every player, and the sets that may still lower one."""

    def __init__(
        self,
        separable: Separable,
        time_limit: float | None,
        stop: Callable[[], bool] | None,
        progress: Progress | None,
    ) -> None:
        self.separable, self.problem = separable, separable.problem
        self.begin = time.perf_counter()
        self.deadline = None if time_limit is None else self.begin + time_limit
        self.stop, self.progress = stop, progress
        self.most_sets = MOST_SETS
        self.choices = choices_of(separable)
        self.priced = TextOptions(separable)
        self.opened: set[int] = set()
        self._costs: dict[tuple[frozenset[int], Chosen], Fraction] = {}
        n = len(self.problem.voters)
        self.least = _Best()
        self.without = [_Best() for _ in range(n)]
        self.in_favour = [_Best() for _ in range(n)]

    def run(self) -> VotePrices:
        interrupted = False
        done = False
        few = 2 ** len(self.choices.content) * max(1, len(self.separable.free)) <= FEW
        if not few and not self.separable.free:
            self.choices.masks(self.most_sets)  # counts them
            few = True
        try:
            done = self._open_few() if few else self._open_promising()
        except KeyboardInterrupt:
            interrupted = True
        interrupted = interrupted or (not done and self.stop is not None and self.stop())
        return self._answer(done, interrupted)

    def _over(self) -> bool:
        if self.deadline is not None and time.perf_counter() > self.deadline:
            return True
        return self.stop is not None and self.stop()

    def _open_few(self) -> bool:
        """Look at the sets in the order of what they cost; say whether that came to its end."""
        sets = sorted((float(self.choices.cost(mask)), mask) for mask in self.choices.listed())
        for cost, mask in sets:
            if cost >= self._dearest():
                break
            self._open(mask)
            if self._over():
                return False
        return True

    def _dearest(self) -> float:
        return max((best.cost for best in (*self.without, *self.in_favour)), default=inf)

    def _open_promising(self) -> bool:
        """Look at sets that may lower a price; say whether none is left.

        Those near a good one come first: what they lead to rules most of the others out.
        """
        import numpy as np

        from solvers.concessions.decomposition.enumeration import good_set, neighbours
        from solvers.concessions.listing.forced_bounds import ForcedBounds

        bounds = ForcedBounds(self.separable.arrays, self._over)
        good = good_set(self.choices, self.separable.arrays)
        near = [] if good is None else neighbours(self.choices, good)
        complete = [mask for mask in near if self.choices.complete(mask)]
        if self._open_best(bounds, np.array(complete, dtype=np.int64)) is None:
            return False
        masks = self.choices.masks(self.most_sets, self._dearest())
        if self._open_best(bounds, masks[:: 1 + masks.size // SAMPLE]) is None:
            return False
        left = bounds.screen(masks, self._below(self._dearest()))
        while left is not None and left.size:
            left = self._open_best(bounds, left)
        return left is not None

    def _open_best(self, bounds: ForcedBounds, masks: NDArray[np.int64]) -> Any:
        """Open the most promising sets; return those that may lower a price yet, None if ended."""
        import numpy as np

        answers = self._answers()
        known = np.array([[self._below(best.cost) for best in row] for row in answers])
        promising = bounds.promising(masks[~np.isin(masks, list(self.opened))], known)
        if promising is None:
            return None
        # A set that is the best for many questions leaves little to the others.
        for mask, asked in sorted(promising.first.items(), key=lambda kv: (-len(kv[1]), kv[0])):
            if any(promising.low[q, j] < self._below(answers[q][j].cost) for q, j in asked):
                self._open(mask)
            if self._over():
                return None
        return promising.masks

    def _answers(self) -> list[list[_Best]]:
        """All questions about free players: without each, in its favour, the cheapest once."""
        free = self.separable.free
        settled = [_Best(-inf)] * (len(free) - 1)
        rows = [[row[i] for i in free] for row in (self.without, self.in_favour)]
        return [*rows, [self.least, *settled]]

    @staticmethod
    def _below(cost: float) -> float:
        """Return what is cheaper by more than rounding."""
        return cost if abs(cost) == inf else cost - SAFETY * max(1.0, abs(cost))

    def _open(self, mask: int) -> None:
        """Lower every price that this set of amendments can lower."""
        self.opened.add(mask)
        text = self.priced.text(self.choices.adopted(mask))
        for branch in self.separable.branches_for(text.adopted):
            table = VoteTable(branch, text)
            cheapest = table.cheapest()
            if cheapest is None:
                continue
            after = list(text.votes)
            for option in cheapest[1]:
                after[option.player] = option.level
            paid = {option.player for option in cheapest[1]}
            least, plain = cheapest[0], partial(_same, cheapest)
            self.least.lower(text, table, least, plain)
            for i, vote in enumerate(after):
                best = self.without[i]
                if i not in paid:
                    best.lower(text, table, least, plain)
                else:
                    best.lower(text, table, table.without(i), partial(table.chosen_without, i))
                best = self.in_favour[i]
                if vote == YES:
                    best.lower(text, table, least, plain)
                else:
                    won = partial(table.chosen_in_favour, i)
                    best.lower(text, table, table.in_favour(i), won)
        if self.progress is not None:
            self.progress(len(self.opened), self.least.cost)

    def _answer(self, done: bool, interrupted: bool) -> VotePrices:
        cost = self._exact(self.least)
        prices = tuple(
            VotePrice(i, cost, self._exact(without), self._exact(in_favour), done)
            for i, (without, in_favour) in enumerate(zip(self.without, self.in_favour, strict=True))
        )
        status: Status = "optimal" if done else "bounded"
        if cost is None:
            status = "infeasible" if done else "stopped"
        seconds = time.perf_counter() - self.begin
        return VotePrices(prices, cost, status, ENGINE, seconds, interrupted)

    def _exact(self, best: _Best) -> Fraction | None:
        """Price payments exactly, after evaluating the rule."""
        text, found = best.text, None if best.pay is None else best.pay()
        if text is None or found is None:
            return None
        key = text.adopted, found[1]
        if key not in self._costs:
            after = list(text.votes)
            for option in found[1]:
                after[option.player] = option.level
            if not meets(self.separable.branches_for(text.adopted), after):
                raise SolverError(f"{ENGINE} found payments that do not meet the rule")
            self._costs[key] = self.priced.exact(text, found[1])[1]
        return self._costs[key]


def _same(found: Found) -> Found:
    return found
