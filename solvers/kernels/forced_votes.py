"""Which sets of amendments can lower the price of some player's vote, by prices on the rows.

Arrays are those of ``solvers.concessions.decomposition.separable_arrays``; a set of amendments
is a mask.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["promising_sets"]

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Text = tuple[Floats, Floats, Floats, Floats, Floats, Ints, Floats, Floats]
Curves = tuple[Ints, Floats, Floats, Floats]
Rule = tuple[Small, Ints, Floats, Floats]


@kernel
def vote_costs(
    mask: int, text: Text, curves: Curves, margin: Floats, unpaid: Small, cost: Floats
) -> float:
    """Write the unpaid votes (f,) and costs of at least each level (3, f); return the text's."""
    costs, base, band, slack, effects, together, together_cost, together_effects = text
    first, start, price, slope = curves
    total = 0.0
    margin[:] = base
    for k in range(costs.size):
        if (mask >> k) & 1:
            total += costs[k]
            for j in range(margin.size):
                margin[j] += effects[k, j]
    for c in range(together.size):
        if (mask & together[c]) == together[c]:
            total += together_cost[c]
            for j in range(margin.size):
                margin[j] += together_effects[c, j]
    for j in range(margin.size):
        short = -margin[j]
        cost[0, j] = 0.0
        cost[1, j] = 0.0
        cost[2, j] = 0.0
        unpaid[j] = 2 if short <= slack[j] else 1 if short - band[j] <= slack[j] else 0
        for level in range(2, unpaid[j], -1):
            d = short if level == 2 else short - band[j]
            low = first[j]
            high = first[j + 1]
            while high - low > 1:  # the last piece that starts below d
                mid = (low + high) >> 1
                if start[mid] < d - slack[j]:
                    low = mid
                else:
                    high = mid
            cost[level, j] = price[low] + slope[low] * (d - start[low])
    return total


@kernel
def priced(
    base: Small, cost: Floats, counts: Floats, rows: Ints, left: Floats, price: Floats, gain: Floats
) -> float:
    """Bound the cost of meeting the rows at given prices; gain: what is bought of each."""
    value = 0.0
    for r in range(rows.size):
        value += price[r] * left[r]
        gain[r] = 0.0
    for j in range(base.size):
        at = base[j]
        best = 0.0
        chosen = at
        for level in range(at + 1, 3):
            x = cost[level, j] - cost[at, j]
            for r in range(rows.size):
                x -= price[r] * (counts[rows[r], level, j] - counts[rows[r], at, j])
            if x < best:
                best = x
                chosen = level
        value += best
        for r in range(rows.size):
            gain[r] += counts[rows[r], chosen, j] - counts[rows[r], at, j]
    return value


@kernel
def set_prices(
    base: Small, cost: Floats, counts: Floats, rows: Ints, left: Floats, price: Floats
) -> float:
    """Find prices of a good bound, one row after another; the bound is concave in each."""
    gain = np.zeros(rows.size)
    best = priced(base, cost, counts, rows, left, price, gain)
    for _ in range(1 if rows.size == 1 else 3):
        for r in range(rows.size):
            kept = price[r]
            low = 0.0
            price[r] = 0.0
            low_value = priced(base, cost, counts, rows, left, price, gain)
            low_slope = left[r] - gain[r]
            if low_value >= best:
                best = low_value
                kept = 0.0
            if low_slope <= 0.0:
                price[r] = kept
                continue
            high = kept if kept > 0.0 else max(low_value, 1e-3) / low_slope
            high_value = 0.0
            high_slope = 1.0
            for _ in range(40):
                price[r] = high
                high_value = priced(base, cost, counts, rows, left, price, gain)
                high_slope = left[r] - gain[r]
                if high_value > best:
                    best = high_value
                    kept = high
                if high_slope <= 0.0:
                    break
                low, low_value, low_slope = high, high_value, high_slope
                high *= 2.0
            for _ in range(12):
                if high_slope > 0.0 or low_slope - high_slope <= 0.0:
                    break
                at = high_value - low_value + low_slope * low - high_slope * high
                at /= low_slope - high_slope
                if at <= low or at >= high:
                    break
                roof = low_value + low_slope * (at - low)
                if roof <= best + 1e-6 * abs(best):
                    break
                price[r] = at
                value = priced(base, cost, counts, rows, left, price, gain)
                slope = left[r] - gain[r]
                if value > best:
                    best = value
                    kept = at
                if slope > 0.0:
                    low, low_value, low_slope = at, value, slope
                else:
                    high, high_value, high_slope = at, value, slope
            price[r] = kept
    return best


@kernel
def can_lower(
    unpaid: Small,
    base: Small,
    cost: Floats,
    counts: Floats,
    rows: Ints,
    price: Floats,
    least: float,
    known: float,
    without: Floats,
    in_favour: Floats,
) -> bool:
    """Say whether bounds at given prices leave some player's answer open."""
    for j in range(base.size):
        if max(least, known) >= without[j] and max(least, known) >= in_favour[j]:
            continue
        # What this player adds to the bound, and what its yes would add.
        best = 0.0
        yes = 0.0
        for level in range(base[j] + 1, 3):
            yes = cost[level, j] - cost[base[j], j]
            for r in range(rows.size):
                yes -= price[r] * (counts[rows[r], level, j] - counts[rows[r], base[j], j])
            best = min(best, yes)
        if base[j] == unpaid[j] and max(least - best, known) < without[j]:
            return True
        if max(least - best + yes, known) < in_favour[j]:
            return True
    return False


@kernel
def promising_sets(
    masks: Ints,
    bounds: Floats,
    text: Text,
    curves: Curves,
    rule: Rule,
    without: Floats,
    in_favour: Floats,
    found: Flags,
) -> None:
    """Say which sets may have a cheaper package that pays nothing to some player, or has its yes.

    bounds: known bounds by set. without, in_favour (f,): what such packages cost at present.
    Prices that were good for the set before are tried first.
    """
    floors, row_first, counts, need = rule
    f = without.size
    margin = np.empty(f)
    unpaid = np.empty(f, np.int8)
    base = np.empty(f, np.int8)
    cost = np.empty((3, f))
    gain = np.empty(need.size)
    all_prices = np.zeros(need.size)
    for z in range(masks.size):
        found[z] = False
        fixed = vote_costs(masks[z], text, curves, margin, unpaid, cost)
        for b in range(floors.shape[0]):
            paid = fixed
            for j in range(f):
                base[j] = max(unpaid[j], floors[b, j])
                paid += cost[base[j], j]
            if paid == np.inf:
                continue
            rows = np.empty(row_first[b + 1] - row_first[b], np.int64)
            left = np.empty(rows.size)
            n = 0
            for r in range(row_first[b], row_first[b + 1]):
                lack = need[r]
                for j in range(f):
                    lack -= counts[r, base[j], j]
                if lack > 0.0:
                    rows[n] = r
                    left[n] = lack
                    n += 1
            rows = rows[:n]
            left = left[:n]
            price = all_prices[rows]
            least = paid + priced(base, cost, counts, rows, left, price, gain)
            if not can_lower(
                unpaid, base, cost, counts, rows, price, least, bounds[z], without, in_favour
            ):
                continue
            least = paid + set_prices(base, cost, counts, rows, left, price)
            all_prices[rows] = price
            if can_lower(
                unpaid, base, cost, counts, rows, price, least, bounds[z], without, in_favour
            ):
                found[z] = True
                break
