"""Which sets of amendments can lower the price of some player's vote, by prices on the rows.

Arrays are those of ``solvers.concessions.decomposition.separable_arrays``; a set of amendments
is a mask. Most sets are far too dear: lines below the cost curves of the players, which need no
search for the piece of a curve, tell that of them at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["promising_sets", "sample_prices", "screen_sets"]

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Text = tuple[Floats, Floats, Floats, Floats, Floats, Ints, Floats, Floats]
Curves = tuple[Ints, Floats, Floats, Floats]
Rule = tuple[Small, Ints, Floats, Floats]


@kernel
def set_text(mask: int, text: Text, margin: Floats) -> float:
    """Write the margins (f,) under the amendments of a mask; return what these cost."""
    costs, base, _, _, effects, together, together_cost, together_effects = text
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
    return total


@kernel
def screen_sets(
    masks: Ints, text: Text, lines: Floats, worth: Floats, tries: Ints, enough: float, found: Flags
) -> None:
    """Say of which sets a rough bound on the cost of every package stays below ``enough``.

    lines (m, 2, f): offset and slope, each below the cost curve of a player. worth (p, 4, f):
    by try, what each level is worth at its prices, minus infinity below the floor; the last row
    begins with what the rows need at these prices. tries (b + 1,): the first of each alternative.
    """
    band, slack = text[2], text[3]
    f = band.size
    margin = np.empty(f)
    yes = np.empty(f)
    abstain = np.empty(f)
    least = np.empty(f)
    hot = tries[:-1].copy()
    for z in range(masks.size):
        fixed = set_text(masks[z], text, margin)
        found[z] = False
        if fixed >= enough:
            continue
        for j in range(f):
            yes[j] = 0.0
            abstain[j] = 0.0
        for m in range(lines.shape[0]):
            for j in range(f):
                yes[j] = max(yes[j], lines[m, 0, j] - lines[m, 1, j] * margin[j])
                further = margin[j] + band[j]
                abstain[j] = max(abstain[j], lines[m, 0, j] - lines[m, 1, j] * further)
        for j in range(f):
            yes[j] = yes[j] if -margin[j] > slack[j] else 0.0
            abstain[j] = abstain[j] if -margin[j] - band[j] > slack[j] else 0.0
        for b in range(hot.size):
            closed = False
            for t in range(tries[b + 1] - tries[b]):
                p = tries[b] + (hot[b] - tries[b] + t) % (tries[b + 1] - tries[b])
                for j in range(f):
                    low = min(-worth[p, 0, j], abstain[j] - worth[p, 1, j])
                    least[j] = min(low, yes[j] - worth[p, 2, j])
                value = fixed + worth[p, 3, 0]
                for j in range(f):
                    value += least[j]
                if value >= enough:
                    closed = True
                    hot[b] = p
                    break
            if not closed:
                found[z] = True
                break


@kernel
def vote_costs(margin: Floats, text: Text, curves: Curves, unpaid: Small, cost: Floats) -> None:
    """Write the unpaid votes (f,) and what it costs to have at least each level (3, f)."""
    band, slack = text[2], text[3]
    first, start, price, slope = curves
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
                if start[mid] < d:
                    low = mid
                else:
                    high = mid
            cost[level, j] = price[low] + slope[low] * (d - start[low])


@kernel
def lacking(
    b: int, unpaid: Small, cost: Floats, rule: Rule, base: Small, rows: Ints, left: Floats
) -> tuple[int, float]:
    """Write the votes from which one alternative goes up, and the rows that lack something.

    Returns how many rows do, and what the floors cost.
    """
    floors, row_first, counts, need = rule
    paid = 0.0
    for j in range(base.size):
        base[j] = max(unpaid[j], floors[b, j])
        paid += cost[base[j], j]
    n = 0
    for r in range(row_first[b], row_first[b + 1]):
        lack = need[r]
        for j in range(base.size):
            lack -= counts[r, base[j], j]
        if lack > 0.0:
            rows[n] = r
            left[n] = lack
            n += 1
    return n, paid


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
def sample_prices(masks: Ints, text: Text, curves: Curves, rule: Rule, out: Floats) -> None:
    """Write the prices on all rows (r,) that are good for each of a few sets."""
    counts, need = rule[2], rule[3]
    f = text[1].size
    margin = np.empty(f)
    unpaid = np.empty(f, np.int8)
    base = np.empty(f, np.int8)
    cost = np.empty((3, f))
    rows = np.empty(need.size, np.int64)
    left = np.empty(need.size)
    out[:] = 0.0
    for z in range(masks.size):
        set_text(masks[z], text, margin)
        vote_costs(margin, text, curves, unpaid, cost)
        for b in range(rule[1].size - 1):
            n, paid = lacking(b, unpaid, cost, rule, base, rows, left)
            if paid < np.inf:
                price = np.zeros(n)
                set_prices(base, cost, counts, rows[:n], left[:n], price)
                out[z][rows[:n]] = price


@kernel
def can_lower(
    unpaid: Small,
    base: Small,
    cost: Floats,
    counts: Floats,
    rows: Ints,
    price: Floats,
    least: float,
    known: Floats,
    place: int,
    low: Floats,
    at: Ints,
) -> bool:
    """Say whether bounds at given prices leave an answer open.

    known (3, f): what a package costs that does without paying a player, one with its yes, and in
    the first column any; what is not asked is minus infinity. Where place is not negative: low
    (3, f) keeps the least bounds that are open, at (3, f) where they were found.
    """
    found = False
    for j in range(base.size):
        if least >= known[0, j] and least >= known[1, j] and least >= known[2, j]:
            continue
        # What this player adds to the bound, and what its yes would add.
        best = 0.0
        yes = 0.0
        for level in range(base[j] + 1, 3):
            yes = cost[level, j] - cost[base[j], j]
            for r in range(rows.size):
                yes -= price[r] * (counts[rows[r], level, j] - counts[rows[r], base[j], j])
            best = min(best, yes)
        for q in range(3):
            if q == 0 and base[j] != unpaid[j]:
                continue
            bound = least if q == 2 else least - best + (yes if q == 1 else 0.0)
            if bound < known[q, j]:
                found = True
                if place < 0:
                    return True
                if bound < low[q, j]:
                    low[q, j] = bound
                    at[q, j] = place
    return found


@kernel
def promising_sets(
    masks: Ints,
    text: Text,
    curves: Curves,
    rule: Rule,
    known: Floats,
    found: Flags,
    low: Floats,
    at: Ints,
) -> None:
    """Say which sets may have a cheaper package that pays nothing to some player, or has its yes.

    known, low, at (3, f): as of can_lower; the last two are written, at with places in ``masks``.
    Prices that were good for the set before are tried first.
    """
    counts, need = rule[2], rule[3]
    f = text[1].size
    margin = np.empty(f)
    unpaid = np.empty(f, np.int8)
    base = np.empty(f, np.int8)
    cost = np.empty((3, f))
    gain = np.empty(need.size)
    all_rows = np.empty(need.size, np.int64)
    all_left = np.empty(need.size)
    all_prices = np.zeros(need.size)
    top = known.max()
    low[:] = np.inf
    at[:] = -1
    for z in range(masks.size):
        found[z] = False
        fixed = set_text(masks[z], text, margin)
        if fixed >= top:
            continue
        vote_costs(margin, text, curves, unpaid, cost)
        for b in range(rule[1].size - 1):
            n, paid = lacking(b, unpaid, cost, rule, base, all_rows, all_left)
            paid += fixed
            if paid >= top:
                continue
            rows, left = all_rows[:n], all_left[:n]
            price = all_prices[rows]
            least = paid + priced(base, cost, counts, rows, left, price, gain)
            if least >= top or not can_lower(
                unpaid, base, cost, counts, rows, price, least, known, -1, low, at
            ):
                continue
            least = paid + set_prices(base, cost, counts, rows, left, price)
            all_prices[rows] = price
            if can_lower(unpaid, base, cost, counts, rows, price, least, known, z, low, at):
                found[z] = True
