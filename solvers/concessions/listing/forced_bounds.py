"""Bounds on the cost of packages without a player, or with its yes, under many texts."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.separable_arrays import SeparableArrays
from solvers.kernels.forced_votes import promising_sets, sample_prices, screen_sets

__all__ = ["ForcedBounds", "Promising", "supporting_lines"]

CHUNK: Final = 2048  # sets between two looks at the clock
LINES: Final = 3  # below each cost curve
SAMPLES, TRIES = 96, 8  # sets whose prices are found, and how many of the prices are tried

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Promising:
    """The sets that may lower a price, and the most promising of them.

    Parameters
    ----------
    masks : ndarray of int64
        Sets of amendments, in the order in which they came.
    first : dict of int to list of (int, int)
        By set: the questions whose least bound it has; rows and columns of ``low``.
    low : ndarray of float64, shape (3, f)
        The least bounds; infinite where no set lowers anything.
    """

    masks: Ints
    first: dict[int, list[tuple[int, int]]]
    low: Floats


class ForcedBounds:
    """Looks at many sets of amendments of one problem.

    Parameters
    ----------
    arrays : SeparableArrays
        The problem.
    over : callable
        Asked between chunks; true ends the work.

    Notes
    -----
    All is equal on any number of threads.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.
    """

    def __init__(self, arrays: SeparableArrays, over: Callable[[], bool]) -> None:
        self.arrays, self.over = arrays, over

    @cached_property
    def lines(self) -> Floats:
        """Lines below the cost curves: offset and slope, by player."""
        arrays = self.arrays
        found = np.empty((LINES, 2, len(arrays.base)))
        for j, (begin, end) in enumerate(itertools.pairwise(arrays.first.tolist())):
            curve = zip(
                *(x[begin:end].tolist() for x in (arrays.start, arrays.price, arrays.slope)),
                strict=True,
            )
            found[:, :, j] = supporting_lines(list(curve))
        return found

    def screen(self, masks: Ints, enough: float) -> Ints | None:
        """Leave sets out under which every package costs at least so much, at a glance.

        Parameters
        ----------
        masks : ndarray of int64
            Sets of amendments.
        enough : float
            The cost.

        Returns
        -------
        ndarray of int64 or None
            The others; None when the work was ended.
        """
        if enough == inf or masks.size <= SAMPLES:
            return masks
        worth, tries = self._tries(masks[:: masks.size // SAMPLES])
        found = np.zeros(masks.size, dtype=np.bool_)

        def work(begin: int) -> None:
            part = slice(begin, begin + CHUNK)
            screen_sets(
                masks[part], self.arrays.text, self.lines, worth, tries, enough, found[part]
            )

        return masks[found] if self._in_chunks(masks.size, work) else None

    def _tries(self, masks: Ints) -> tuple[Floats, Ints]:
        """Prices that were good for some sets, spread from low to high, for each alternative."""
        rule = self.arrays.rule
        prices = np.empty((masks.size, rule.need.size))
        sample_prices(masks, self.arrays.text, self.arrays.curves, rule.packed, prices)
        blocks = []
        for floors, (begin, end) in zip(
            rule.floors, itertools.pairwise(rule.first.tolist()), strict=True
        ):
            own = prices[:, begin:end]
            order = np.argsort(own @ rule.need[begin:end].clip(1), kind="stable")
            chosen = np.unique(
                own[order[np.linspace(0, masks.size - 1, TRIES).astype(int)]], axis=0
            )
            block = np.zeros((len(chosen), 4, len(floors)))
            block[:, :3] = np.tensordot(chosen, rule.counts[begin:end], axes=1)
            block[:, :3][:, np.arange(3)[:, None] < floors] = -inf
            block[:, 3] = (chosen @ rule.need[begin:end])[:, None]
            blocks.append(block)
        sizes = [len(block) for block in blocks]
        return np.concatenate(blocks), np.cumsum([0, *sizes]).astype(np.int64)

    def promising(self, masks: Ints, known: Floats) -> Promising | None:
        """Find the sets that may lower a price.

        Parameters
        ----------
        masks : ndarray of int64
            Sets of amendments.
        known : ndarray of float64, shape (3, f)
            What packages cost at present that do without each player, or have its yes; the
            cheapest package at the head of the last row; minus infinity for what is not asked.

        Returns
        -------
        Promising or None
            None when the work was ended.
        """
        found = np.zeros(masks.size, dtype=np.bool_)
        starts = range(0, masks.size, CHUNK)
        low = np.full((max(1, len(starts)), *known.shape), inf)
        at = np.full(low.shape, -1, np.int64)

        def work(begin: int) -> None:
            part, chunk = slice(begin, begin + CHUNK), begin // CHUNK
            arrays = self.arrays
            promising_sets(
                *(masks[part], arrays.text, arrays.curves, arrays.rule.packed, known),
                *(found[part], low[chunk], at[chunk]),
            )

        if not self._in_chunks(masks.size, work):
            return None
        chunk = low.argmin(axis=0)[None]
        least = np.take_along_axis(low, chunk, 0)[0]
        place = (np.take_along_axis(at, chunk, 0) + chunk * CHUNK)[0]
        first: dict[int, list[tuple[int, int]]] = {}
        for question, j in np.argwhere(least < inf).tolist():
            first.setdefault(int(masks[place[question, j]]), []).append((question, j))
        return Promising(masks[found], first, least)

    def _in_chunks(self, size: int, work: Callable[[int], None]) -> bool:
        """Work through chunks in threads; say whether all were done."""
        starts = range(0, size, CHUNK)
        done = []

        def guarded(begin: int) -> None:
            if not self.over():
                work(begin)
                done.append(begin)

        if len(starts) <= 1:
            for begin in starts:
                guarded(begin)
        else:
            with ThreadPoolExecutor(min(len(starts), os.cpu_count() or 1)) as pool:
                list(pool.map(guarded, starts))
        return len(done) == len(starts)


def supporting_lines(curve: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Find lines that a cost curve does not fall below.

    Parameters
    ----------
    curve : sequence of (float, float, float)
        Pieces: beyond a shortfall ``start`` it costs ``price``, and ``slope`` for each unit
        further. Infinite where nothing suffices.

    Returns
    -------
    list of (float, float)
        Offset and slope of three lines, some of them perhaps alike.

    Examples
    --------
    A price of 2 at once, and 1 for each unit beyond the first three:

    >>> supporting_lines([(0.0, 2.0, 0.0), (3.0, 2.0, 1.0)])
    [(2.0, 0.0), (2.0, 0.0), (-1.0, 1.0)]
    >>> supporting_lines([(0.0, inf, 0.0)])
    [(inf, 0.0), (inf, 0.0), (inf, 0.0)]
    """
    points: list[tuple[float, float]] = []
    ends = [start for start, _, _ in curve[1:]]
    for (start, price, slope), end in itertools.zip_longest(curve, ends):
        if price < inf:
            points.append((start, price))
            if end is not None:
                points.append((end, price + slope * (end - start)))
    if not points:
        return [(inf, 0.0)] * LINES
    hull: list[tuple[float, float]] = []
    for x, y in sorted(points):
        if hull and hull[-1][0] == x:
            continue
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) >= _slope(hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    slopes = [_slope(a, b) for a, b in itertools.pairwise(hull)]
    corners = hull[:-1]
    _, price, last = curve[-1]
    if price < inf:  # it goes on for ever
        kept = [(corner, s) for corner, s in zip(corners, slopes, strict=True) if s < last]
        corners = [corner for corner, _ in kept] + [hull[len(kept)]]
        slopes = [s for _, s in kept] + [last]
    elif not slopes:
        corners, slopes = hull, [0.0]
    lines = [(y - s * x, s) for (x, y), s in zip(corners, slopes, strict=True)]
    return [lines[len(lines) * k // LINES] if k < LINES - 1 else lines[-1] for k in range(LINES)]


def _slope(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[1] - a[1]) / (b[0] - a[0])
