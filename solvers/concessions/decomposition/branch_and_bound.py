"""Branch and bound over sets of amendments, for more of them than can be listed."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.incumbent import Incumbent
from solvers.concessions.decomposition.inner import InterruptedSearchError
from solvers.concessions.decomposition.separable_arrays import SeparableArrays
from solvers.concessions.decomposition.sharpening import sharper_bound
from solvers.kernels.concession_bounds import bound_node, search_sets

__all__ = ["search_by_branching"]

WORK: Final = 100_000  # players times amendments looked at between two looks at the clock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def search_by_branching(incumbent: Incumbent, most_nodes: int | None = None) -> float | None:
    """Search the sets of amendments depth first.

    Parameters
    ----------
    incumbent : Incumbent
        Gets the best package.
    most_nodes : int or None
        End after so many nodes.

    Returns
    -------
    float or None
        A bound on the cost of every package, where the search ended early; None when nothing
        is left that may be better.

    Notes
    -----
    The bound of a node lets every player gain from the amendments that suit it best, at the
    price of the cheapest ones, for each number of further amendments.

    References
    ----------
    .. [1] A. H. Land and A. G. Doig, "An automatic method of solving discrete programming
       problems", Econometrica 28 (1960), pp. 497-520.
    """
    choices, arrays = incumbent.choices, incumbent.separable.arrays
    k, players = arrays.costs.size, arrays.base.size
    items = _order(arrays)
    cheapest, lift = _tables(arrays, items)
    limits = [*choices.limits, ((1 << k) - 1, k)]
    sets = (
        items,
        np.array(choices.barred, np.int64),
        np.array(choices.required, np.int64),
        np.array(choices.forbidden, np.int64),
        np.array([members for members, _ in limits], np.int64),
        np.array([most for _, most in limits], np.int64),
    )
    state = np.zeros(1 + 3 * (k + 1), np.int64)
    problem = (arrays.text, arrays.curves, arrays.rule.packed)
    nodes = max(20, WORK // ((k + 1) * (players + 1)))
    used, code = 0, 0
    try:
        while code != 2:
            if incumbent.clock.over() or (most_nodes is not None and used >= most_nodes):
                raise InterruptedSearchError
            code = search_sets(nodes, *sets, state, *problem, incumbent.enough, cheapest, lift)
            used += nodes if code == 0 else 1
            mask = int(state[1 + k])
            if (
                code == 1
                and choices.complete(mask)
                and incumbent.enough > sharper_bound(arrays, mask, incumbent.enough)
            ):
                incumbent.consider(mask)
            incumbent.clock.tell(incumbent.cost, None)
    except (InterruptedSearchError, KeyboardInterrupt) as ended:
        incumbent.clock.stopped |= isinstance(ended, KeyboardInterrupt)
        found = _still_open(state, arrays, cheapest, lift)
        return min(found, incumbent.enough)
    return None


def _order(arrays: SeparableArrays) -> Ints:
    """Amendments that lift margins most for their cost first."""
    effects = np.maximum(arrays.effects, 0) / np.array(arrays.unit, float)
    worth = effects.sum(axis=1) / np.maximum(arrays.costs, 1e-9)
    return np.argsort(-worth, kind="stable").astype(np.int64)


def _tables(arrays: SeparableArrays, items: Ints) -> tuple[Floats, Floats]:
    """By depth and number of further amendments: their least cost, and most effect by player."""
    k, players = arrays.effects.shape
    cheapest, lift = np.zeros((k + 1, k + 1)), np.zeros((k + 1, k + 1, players))
    for depth in range(k):
        rest = items[depth:]
        number = rest.size
        cheapest[depth, 1 : number + 1] = np.cumsum(np.sort(arrays.costs[rest]))
        gains = -np.sort(-np.maximum(arrays.effects[rest], 0), axis=0)
        lift[depth, 1 : number + 1] = np.cumsum(gains, axis=0)
    return cheapest, lift


def _still_open(state: Ints, arrays: SeparableArrays, cheapest: Floats, lift: Floats) -> float:
    """Bound what the nodes hold that were not gone through."""
    k = arrays.costs.size
    problem = (arrays.text, arrays.curves, arrays.rule.packed)
    least = math.inf
    for depth in range(int(state[0]) + 1):
        if depth == k or state[3 + 2 * k + depth] < 2:
            held, excluded = int(state[1 + depth]), int(state[2 + k + depth])
            bound = bound_node(
                held, excluded, depth, k - depth, 1, *problem, math.inf, cheapest, lift
            )
            least = min(least, bound)
    return least
