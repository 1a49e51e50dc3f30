"""Every set of amendments bounded, then looked at best first until the bounds close."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.choices import Choices
from solvers.concessions.decomposition.incumbent import Incumbent
from solvers.concessions.decomposition.inner import InterruptedSearchError
from solvers.concessions.decomposition.separable_arrays import SeparableArrays
from solvers.concessions.decomposition.sharpening import sharper_bound
from solvers.kernels.concession_bounds import bound_sets

__all__ = ["bounds_of", "good_set", "good_start", "neighbours", "search_by_enumeration"]

CHUNK: Final = 2048  # sets bounded between two looks at the clock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def bounds_of(
    arrays: SeparableArrays,
    masks: Ints,
    enough: float = math.inf,
    *,
    pairs: bool = True,
    threads: int | None = None,
    incumbent: Incumbent | None = None,
) -> Floats:
    """Bound the cost of every package that adopts exactly a set of amendments, for many sets.

    Parameters
    ----------
    arrays : SeparableArrays
        The problem.
    masks : ndarray of int64, shape (m,)
        Sets.
    enough : float
        From here on any valid bound will do.
    pairs : bool
        Whether to look at two rows of the rule together.
    threads : int or None
        At most this many; None: one per core. The answer does not depend on it.
    incumbent : Incumbent or None
        Its clock may end the work, and hears of it.

    Returns
    -------
    ndarray of float64, shape (m,)
        Infinite where the rule cannot be met.

    Raises
    ------
    InterruptedSearchError
        If the clock ended the work.

    References
    ----------
    .. [1] P. Sinha and A. A. Zoltners, "The multiple-choice knapsack problem", Operations
       Research 27 (1979), pp. 503-515.
    """
    bounds = np.empty(masks.size)
    starts = range(0, masks.size, CHUNK)

    def bound(begin: int) -> None:
        if incumbent is not None and incumbent.clock.over():
            return
        part = slice(begin, begin + CHUNK)
        bound_sets(
            masks[part],
            arrays.text,
            arrays.curves,
            arrays.rule.packed,
            enough,
            int(pairs),
            bounds[part],
        )

    def tell() -> None:
        if incumbent is not None:
            incumbent.clock.tell(incumbent.cost, None)

    workers = min(len(starts), threads or _cores())
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            try:
                for _ in pool.map(bound, starts):
                    tell()
            except KeyboardInterrupt:
                if incumbent is None:
                    raise
                incumbent.clock.stopped = True  # what waits in the pool ends at once
    else:
        for begin in starts:
            bound(begin)
            tell()
    if incumbent is not None and incumbent.clock.over():
        raise InterruptedSearchError
    return bounds


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def good_start(incumbent: Incumbent) -> None:
    """Find a good package by changes of one amendment, each time the one that helps most.

    Parameters
    ----------
    incumbent : Incumbent
        Gets the package.

    Returns
    -------
    None

    Raises
    ------
    InterruptedSearchError
        If the clock ended the search.
    """
    mask = good_set(incumbent.choices, incumbent.separable.arrays)
    if mask is not None:
        incumbent.consider(mask)


def good_set(choices: Choices, arrays: SeparableArrays) -> int | None:
    """Find an admissible set of a low bound by changes of one amendment, from none on.

    Parameters
    ----------
    choices : Choices
        What may be adopted.
    arrays : SeparableArrays
        The problem.

    Returns
    -------
    int or None
        A mask; None where every set that was met lacks something, or no payments meet the rule.
    """
    mask, best = 0, math.inf
    complete: tuple[float, int] | None = None
    while True:
        near = neighbours(choices, mask)
        bounds = bounds_of(arrays, np.array(near, np.int64), threads=1)
        order = np.argsort(bounds, kind="stable")
        for place in order:
            if choices.complete(near[place]):
                found = (float(bounds[place]), near[place])
                complete = found if complete is None else min(complete, found)
                break
        if not bounds[order[0]] < best:
            break
        best, mask = float(bounds[order[0]]), near[order[0]]
    return complete[1] if complete is not None and complete[0] < math.inf else None


def neighbours(choices: Choices, mask: int) -> list[int]:
    """List the set, and those with one amendment more, fewer or another, requirements left open.

    Parameters
    ----------
    choices : Choices
        What may be adopted.
    mask : int
        The set.

    Returns
    -------
    list of int
    """
    bits = range(len(choices.content))
    inside = [bit for bit in bits if mask >> bit & 1]
    found = dict.fromkeys([mask, *(mask & ~(1 << bit) for bit in inside)])
    for base in list(found):
        for bit in bits:
            if not mask >> bit & 1 and choices.compatible(base, bit):
                found[base | 1 << bit] = None
    return list(found)


def search_by_enumeration(
    incumbent: Incumbent, masks: Ints, gap: float = 0.0, threads: int | None = None
) -> float | None:
    """Look at all sets of amendments.

    Parameters
    ----------
    incumbent : Incumbent
        Gets the best package.
    masks : ndarray of int64
        All sets that may be adopted.
    gap : float
        Relative gap at which the search may end.
    threads : int or None
        Of the bounds.

    Returns
    -------
    float or None
        A bound on the cost of every package, where the search ended early; None when nothing
        is left that may be better.

    References
    ----------
    .. [1] A. H. Land and A. G. Doig, "An automatic method of solving discrete programming
       problems", Econometrica 28 (1960), pp. 497-520.
    """
    arrays = incumbent.separable.arrays
    proved = _text_costs(arrays, masks)
    try:
        bounds = bounds_of(
            arrays, masks, incumbent.enough, pairs=False, threads=threads, incumbent=incumbent
        )
        proved = bounds
        # A better package makes the second look at bounds quicker.
        for place in np.argsort(bounds, kind="stable")[:2]:
            if bounds[place] < incumbent.enough:
                incumbent.consider(int(masks[place]))
        left = np.flatnonzero(bounds < incumbent.enough)
        if np.diff(arrays.rule.first).max(initial=0) > 1:
            bounds[left] = bounds_of(
                arrays, masks[left], incumbent.enough, threads=threads, incumbent=incumbent
            )
        for place in left[np.argsort(bounds[left], kind="stable")]:
            bound = float(bounds[place])
            if bound >= incumbent.enough:
                break
            cost = math.inf if incumbent.cost is None else float(incumbent.cost)
            if gap > 0 and cost - bound <= gap * max(abs(cost), abs(bound)) < math.inf:
                return bound
            incumbent.clock.tell(incumbent.cost, bound)
            if sharper_bound(arrays, int(masks[place]), incumbent.enough) < incumbent.enough:
                incumbent.consider(int(masks[place]))
            else:
                incumbent.looked_at.add(int(masks[place]))
    except (InterruptedSearchError, KeyboardInterrupt) as ended:
        incumbent.clock.stopped |= isinstance(ended, KeyboardInterrupt)
        done = np.isin(masks, np.fromiter(incumbent.looked_at, np.int64))
        return float(min(proved[~done].min(initial=math.inf), incumbent.enough))
    return None


def _text_costs(arrays: SeparableArrays, masks: Ints) -> Floats:
    costs = np.zeros(masks.size)
    for bit, cost in enumerate(arrays.costs):
        costs += (masks >> bit & 1) * cost
    for members, cost in zip(arrays.together, arrays.together_cost, strict=True):
        costs += ((masks & members) == members) * cost
    return costs
