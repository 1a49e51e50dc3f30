"""What one set of amendments costs with whole votes, in floats: a sharper bound."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.separable_arrays import SeparableArrays
from solvers.kernels.concession_bounds import (
    level_costs,
    pair_bound,
    row_bound,
    set_margins,
    text_cost,
)
from solvers.kernels.concession_votes import cheapest_votes

__all__ = ["sharper_bound"]

NODES: Final = 50_000  # of a search over votes; one that needs more gives the relaxed bound

Floats = NDArray[np.float64]


def sharper_bound(arrays: SeparableArrays, mask: int, enough: float = math.inf) -> float:
    """Bound the cost of every package that adopts exactly one set of amendments.

    Parameters
    ----------
    arrays : SeparableArrays
        The problem.
    mask : int
        The set.
    enough : float
        From here on any valid bound will do.

    Returns
    -------
    float
        The least cost itself, to rounding, if it is below ``enough`` and the search over votes
        was not too long.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.
    """
    f = arrays.base.size
    margin, cost, unpaid = np.empty(f), np.empty((3, f)), np.empty(f, np.int8)
    text = text_cost(mask, arrays.text)
    set_margins(mask, arrays.text, margin)
    level_costs(margin, arrays.text, arrays.curves, unpaid, cost)
    least = enough - text
    rule, players = arrays.rule, np.arange(f)
    for branch, floors in enumerate(rule.floors):
        current = np.maximum(unpaid, floors)
        fixed = float(cost[current, players].sum())
        rows = slice(rule.first[branch], rule.first[branch + 1])
        left = rule.need[rows] - rule.counts[rows][:, current, players].sum(axis=1)
        open_rows = np.flatnonzero(left > 0)
        if fixed >= least or not open_rows.size:
            least = min(least, fixed)
            continue
        counts = np.ascontiguousarray(rule.counts[rows][open_rows])
        prices = _prices(current, cost, counts, left[open_rows])
        if prices is None:
            continue
        need = rule.need[rows][open_rows]
        found = cheapest_votes(current, cost, counts, need, prices, least - fixed, NODES)
        least = min(least, fixed + found)
    return text + least


def _prices(current: NDArray[np.int8], cost: Floats, counts: Floats, left: Floats) -> Floats | None:
    """Prices on the rows, or None where one of them cannot be met."""
    steps, out = np.empty((4, 2 * current.size + 1)), np.empty(4)
    alone = []
    for row, need in zip(counts, left, strict=True):
        row_bound(current, cost, row, need, row, 0.0, steps, out)
        alone.append((float(out[0]), float(out[1])))
    if any(math.isinf(value) for value, _ in alone):
        return None
    order = sorted(range(len(alone)), key=lambda r: -alone[r][0])
    prices = np.zeros(len(alone))
    first = order[0]
    prices[first] = alone[first][1]
    if len(order) > 1:
        second = order[1]
        rows = (counts[first], left[first], counts[second], left[second])
        pair_bound(current, cost, *rows, math.inf, steps, out)
        prices[second] = out[3]
        row_bound(current, cost, *rows[:3], prices[second], steps, out)
        prices[first] = out[1]
    return prices
