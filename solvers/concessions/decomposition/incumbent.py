"""The best package of a search over sets of amendments, exactly, and the clock that may end it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

from solvers.concessions.decomposition.choices import Choices
from solvers.concessions.decomposition.inner import (
    SAFETY,
    InterruptedSearchError,
    Profile,
    cheapest_profile,
)
from solvers.concessions.decomposition.separable import Separable
from solvers.concessions.parts import Package

__all__ = ["Clock", "Incumbent"]

PAUSE: Final = 0.2  # seconds between two reports of progress
MOST_TIES: Final = 256  # sets of amendments as cheap as the best, among which ties are settled

Rank: TypeAlias = tuple[Fraction, Fraction, int, int, tuple[int, ...], int]


class Clock:
    """How long a search may take, who may stop it, and who hears of its progress.

    Parameters
    ----------
    time_limit : float or None
        Seconds.
    stop : callable or None
        True ends the search.
    progress : callable or None
        Called with the cost of the best package and the bound, at most five times a second;
        None stands for what is not known.

    Attributes
    ----------
    start : float
        When the search began.
    stopped : bool
        Whether ``stop`` ended it.
    late : bool
        Whether the time ended it.
    """

    def __init__(
        self,
        time_limit: float | None = None,
        stop: Callable[[], bool] | None = None,
        progress: Callable[[float | None, float | None], None] | None = None,
    ) -> None:
        self.start = self._told = time.perf_counter()
        self.stopped = self.late = False
        self._limit, self._stop, self._progress = time_limit, stop, progress

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.perf_counter() - self.start

    def over(self) -> bool:
        """Say whether the search is to end.

        Returns
        -------
        bool
        """
        if self._stop is not None and self._stop():
            self.stopped = True
        if self._limit is not None and self.seconds > self._limit:
            self.late = True
        return self.stopped or self.late

    def tell(self, incumbent: Fraction | None, bound: float | None) -> None:
        """Report progress, if it is time to.

        Parameters
        ----------
        incumbent : Fraction or None
            Cost of the best package.
        bound : float or None
            No package costs less.

        Returns
        -------
        None
        """
        now = time.perf_counter()
        if self._progress is not None and now - self._told >= PAUSE:
            self._told = now
            self._progress(None if incumbent is None else float(incumbent), bound)


class Incumbent:
    """The best package so far.

    Parameters
    ----------
    separable : Separable
        The problem.
    choices : Choices
        What may be adopted.
    clock : Clock
        Ends a search inside a set of amendments too.

    Attributes
    ----------
    looked_at : set of int
        Masks whose cheapest payments are known.

    References
    ----------
    .. [1] A. H. Land and A. G. Doig, "An automatic method of solving discrete programming
       problems", Econometrica 28 (1960), pp. 497-520.
    """

    def __init__(self, separable: Separable, choices: Choices, clock: Clock) -> None:
        self.separable, self.choices, self.clock = separable, choices, clock
        self.looked_at: set[int] = set()
        self._rank: Rank | None = None
        self._ties = 0
        self._best: tuple[int, Profile] | None = None

    @property
    def cost(self) -> Fraction | None:
        """Its cost, exactly; None while there is none."""
        return None if self._rank is None else self._rank[0]

    @property
    def enough(self) -> float:
        """A bound of at least this shows that a set holds no better package, nor one as good.

        Once many sets were found that are as good, those that may be cheaper are left, and
        cheaper by more than rounding.
        """
        if self._rank is None:
            return math.inf
        cost = float(self._rank[0])
        if self._ties >= MOST_TIES:
            return cost - SAFETY * abs(cost)
        return cost + 2 * SAFETY * max(1.0, abs(cost))

    def consider(self, mask: int) -> bool:
        """Find the cheapest payments under a set of amendments.

        Parameters
        ----------
        mask : int
            An admissible set.

        Returns
        -------
        bool
            Whether they make a better package than the best so far.

        Raises
        ------
        InterruptedSearchError
            If the clock ended the search.
        """
        if mask in self.looked_at:
            return False
        text = self.choices.cost(mask)
        if self._rank is not None and text > self._rank[0]:
            return False
        adopted = self.choices.adopted(mask)
        if self.clock.over():
            raise InterruptedSearchError
        profile = cheapest_profile(
            self.separable.level_prices(adopted),
            self.separable.branches_for(adopted),
            None if self._rank is None else self._rank[0] - text,
            self.clock.over,
        )
        self.looked_at.add(mask)
        if profile is None:
            return False
        cost, overpaid, recipients, order = profile.key
        in_order = tuple(-(mask >> bit & 1) for bit in range(len(self.choices.content)))
        rank = (text + cost, overpaid, recipients, mask.bit_count(), in_order, order)
        self._ties += self._rank is not None and rank[0] == self._rank[0]
        if self._rank is not None and rank >= self._rank:
            return False
        self._rank, self._best = rank, (mask, profile)
        return True

    def package(self) -> Package | None:
        """Return the best package so far.

        Returns
        -------
        Package or None
        """
        if self._best is None:
            return None
        mask, profile = self._best
        transfers = {m: t for p in profile.payments.values() for m, t in p.transfers}
        items = frozenset(k for p in profile.payments.values() for k in p.items)
        return Package(self.choices.adopted(mask), dict(sorted(transfers.items())), items)
