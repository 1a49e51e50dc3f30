"""What every search for a list of packages shares: the list as it grows, the clock, the answer."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from solvers.concessions.listing.package_list import (
    Identity,
    PackageList,
    Progress,
    RankedPackage,
    Wanted,
    in_order,
)
from solvers.errors import GameError

__all__ = ["Ended", "Limits", "ListSearch", "checked_count"]

Ended: TypeAlias = Literal["full", "complete", "early"]  # k packages, all there are, or a limit


@dataclass(frozen=True)
class Limits:
    """How long a list may take, who may stop it, and who hears of it.

    Parameters
    ----------
    time_limit : float or None
        Seconds for the whole list.
    stop : callable or None
        True ends the search with what there is.
    progress : callable or None
        Told the number of packages found and a bound on the next.
    start : float
        Value of ``time.perf_counter`` when the search began.
    """

    time_limit: float | None = None
    stop: Callable[[], bool] | None = None
    progress: Progress | None = None
    start: float = field(default_factory=time.perf_counter)

    @property
    def left(self) -> float | None:
        """Seconds that are left; None: as many as it takes."""
        if self.time_limit is None:
            return None
        return self.time_limit - (time.perf_counter() - self.start)

    @property
    def stopped(self) -> bool:
        """Whether the caller ended the search."""
        return self.stop is not None and self.stop()

    @property
    def over(self) -> bool:
        """Whether the search is to end."""
        left = self.left
        return (left is not None and left <= 0) or self.stopped


class ListSearch(ABC):
    """A search for the k cheapest packages that are wanted.

    Parameters
    ----------
    k : int
        How many.
    wanted : callable or None
        Asked of every package, in ascending order of cost, with those that were taken before.
    limits : Limits
        The clock.

    Attributes
    ----------
    found : list of RankedPackage
        Those that were taken.
    bound : float or None
        No package that is not listed costs less.
    name : str
        What finds the list.

    References
    ----------
    .. [1] E. L. Lawler, "A procedure for computing the k best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405.
    """

    name = ""

    def __init__(self, k: int, wanted: Wanted | None, limits: Limits) -> None:
        self.k, self.wanted, self.limits = k, wanted, limits
        self.found: list[RankedPackage] = []
        self.seen: set[Identity] = set()
        self.bound: float | None = None
        self.interrupted = False

    @abstractmethod
    def search(self) -> Ended:
        """Fill the list; say how that ended.

        Returns
        -------
        str
            One of ``Ended``.
        """

    def take(self, entry: RankedPackage) -> bool:
        """Enter a package, if it is new and wanted.

        Parameters
        ----------
        entry : RankedPackage
            One that costs at least as much as all before it.

        Returns
        -------
        bool
        """
        if entry.identity in self.seen:
            return False
        self.seen.add(entry.identity)
        if self.wanted is not None and not self.wanted(entry, self.found):
            return False
        self.found.append(entry)
        return True

    def tell(self) -> None:
        """Report how many there are, and the bound on the next."""
        if self.limits.progress is not None:
            self.limits.progress(len(self.found), self.bound)

    def run(self) -> PackageList:
        """Search; after Ctrl-C with what there is.

        Returns
        -------
        PackageList
        """
        try:
            ended = self.search()
        except KeyboardInterrupt:
            ended, self.interrupted = "early", True
        packages = tuple(sorted(self.found, key=in_order)[: self.k])
        status: Literal["optimal", "infeasible", "bounded", "stopped"] = "optimal"
        if ended == "early":
            status = "bounded" if packages else "stopped"
            self.interrupted = self.interrupted or self.limits.stopped
        elif not packages:
            status = "infeasible"
        complete = ended == "complete"
        bound = None if complete else self.bound
        seconds = time.perf_counter() - self.limits.start
        return PackageList(packages, complete, status, bound, self.name, seconds, self.interrupted)


def checked_count(k: int) -> int:
    """Refuse a number of packages that is none.

    Parameters
    ----------
    k : int
        How many are asked for.

    Returns
    -------
    int

    Raises
    ------
    GameError
        If it is not a whole number from 1 up.
    """
    if type(k) is not int or k < 1:
        raise GameError(f"{k!r} packages are asked for; it must be a whole number from 1 up")
    return k
