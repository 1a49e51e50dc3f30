"""Prices of votes from two tables under each set of amendments that can lower one of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any, Final

from solvers.concessions.decomposition.level_search import meets
from solvers.concessions.decomposition.separable import Separable
from solvers.concessions.listing.text_bounds import FEW, BoundedTexts, bounded_texts
from solvers.concessions.listing.text_options import Text, TextOptions
from solvers.concessions.listing.vote_prices import Progress, Status, VotePrice, VotePrices
from solvers.concessions.listing.vote_tables import Chosen, VoteTable
from solvers.errors import SolverError
from solvers.votes import YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["prices_by_tables"]

ENGINE: Final = "vote tables 1"
SAFETY: Final = 1e-9  # relative and absolute; what is closer is not looked at again
BATCH: Final = 8192  # sets between two looks at what they may lower
CHUNK: Final = 1024


@dataclass
class _Best:
    """The cheapest payments so far for one question about one player."""

    cost: float = inf
    text: Text | None = None
    chosen: Chosen = ()

    def lower(self, fixed: float, text: Text, found: tuple[float, Chosen] | None) -> None:
        """Take other payments where they are cheaper."""
        if found is not None and fixed + found[0] < self.cost:
            self.cost, self.text, self.chosen = fixed + found[0], text, found[1]


def prices_by_tables(
    separable: Separable,
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
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
        self.priced = TextOptions(separable)
        self._costs: dict[tuple[frozenset[int], Chosen], Fraction] = {}
        n = len(self.problem.voters)
        self.least = _Best()
        self.without = [_Best() for _ in range(n)]
        self.in_favour = [_Best() for _ in range(n)]

    def run(self) -> VotePrices:
        texts = None
        interrupted = False
        done = False
        try:
            texts = bounded_texts(self.separable, deadline=self.deadline, stop=self.stop)
            if texts is not None:
                done = self._open_all(texts)
        except KeyboardInterrupt:
            interrupted = True
        interrupted = interrupted or (not done and self.stop is not None and self.stop())
        return self._answer(done, interrupted)

    def _open_all(self, texts: BoundedTexts) -> bool:
        """Look at every set that may lower a price; say whether that came to its end."""
        for number, adopted in enumerate(self._promising(texts)):
            self._open(self.priced.text(adopted))
            if self.progress is not None:
                self.progress(number + 1, self.least.cost)
            if self._over():
                return False
        return True

    def _over(self) -> bool:
        if self.deadline is not None and time.perf_counter() > self.deadline:
            return True
        return self.stop is not None and self.stop()

    def _promising(self, texts: BoundedTexts) -> Iterator[frozenset[int]]:
        """Give the sets in ascending order of their bounds, without those that lower nothing."""
        if len(texts.masks) * max(1, len(self.separable.free)) <= FEW:
            for mask, bound in zip(texts.masks, texts.bounds, strict=True):
                if bound < self._dearest():
                    yield texts.choices.adopted(mask)
            return
        import numpy as np

        masks = np.array(texts.masks, dtype=np.int64)
        bounds = np.array(texts.bounds)
        first = min(4, int((bounds < inf).sum()))
        for mask in texts.masks[:first]:
            yield texts.choices.adopted(mask)
        for begin in range(first, masks.size, BATCH):
            part = slice(begin, begin + BATCH)
            if bounds[begin] == inf or bounds[begin] >= self._dearest():
                return
            left = begin + np.flatnonzero(self._flags(masks[part], bounds[part]))
            while left.size:
                yield texts.choices.adopted(int(masks[left[0]]))
                left = left[1:]  # opening one lowers prices, and what was promising is no more
                left = left[self._flags(masks[left], bounds[left])]

    def _dearest(self) -> float:
        return max((best.cost for best in (*self.without, *self.in_favour)), default=inf)

    def _flags(self, masks: NDArray[np.int64], bounds: NDArray[np.float64]) -> Any:
        """Say which sets may lower a price."""
        import numpy as np

        from solvers.kernels.forced_votes import promising_sets

        arrays, free = self.separable.arrays, self.separable.free

        def below(answers: list[_Best]) -> NDArray[np.float64]:
            return np.array([a.cost - SAFETY * max(1.0, min(a.cost, 1e300)) for a in answers])

        without = below([self.without[i] for i in free])
        in_favour = below([self.in_favour[i] for i in free])
        found = np.zeros(masks.size, dtype=np.bool_)

        def work(begin: int) -> None:
            part = slice(begin, begin + CHUNK)
            promising_sets(
                *(masks[part], bounds[part], arrays.text, arrays.curves, arrays.rule.packed),
                *(without, in_favour, found[part]),
            )

        if masks.size <= CHUNK:
            work(0)
            return found
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            list(pool.map(work, range(0, masks.size, CHUNK)))
        return found

    def _open(self, text: Text) -> None:
        """Lower every price that this set of amendments can lower."""
        fixed = float(text.cost)
        for branch in self.separable.branches_for(text.adopted):
            table = VoteTable(branch, text)
            cheapest = table.cheapest()
            if cheapest is None:
                continue
            after = list(text.votes)
            for option in cheapest[1]:
                after[option.player] = option.level
            paid = {option.player for option in cheapest[1]}
            self.least.lower(fixed, text, cheapest)
            for i, vote in enumerate(after):
                best = self.without[i]
                if i not in paid:
                    best.lower(fixed, text, cheapest)
                elif fixed + table.without(i) < best.cost:
                    best.lower(fixed, text, table.chosen_without(i))
                best = self.in_favour[i]
                if vote == YES:
                    best.lower(fixed, text, cheapest)
                elif fixed + table.in_favour(i) < best.cost:
                    best.lower(fixed, text, table.chosen_in_favour(i))

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
        text = best.text
        if text is None:
            return None
        key = text.adopted, best.chosen
        if key not in self._costs:
            after = list(text.votes)
            for option in best.chosen:
                after[option.player] = option.level
            if not meets(self.separable.branches_for(text.adopted), after):
                raise SolverError(f"{ENGINE} found payments that do not meet the rule")
            self._costs[key] = self.priced.exact(text, best.chosen)[1]
        return self._costs[key]
