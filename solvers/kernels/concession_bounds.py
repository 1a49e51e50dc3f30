"""Costs of votes and bounds on the cheapest package, for many sets of amendments.

Arrays are those of ``solvers.concessions.decomposition.separable_arrays``; a set of amendments
is a mask.
Bounds are linear relaxations of the multiple-choice knapsack: steps up, cheapest per gain first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = [
    "bound_node",
    "bound_sets",
    "level_costs",
    "pair_bound",
    "row_bound",
    "rule_bound",
    "search_sets",
    "set_margins",
    "text_cost",
]

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Floats = NDArray[np.float64]
# Costs; base, band, slack of margins; effects; combinations, their costs and effects.
Text = tuple[Floats, Floats, Floats, Floats, Floats, Ints, Floats, Floats]
Curves = tuple[Ints, Floats, Floats, Floats]  # first piece by player; start, price, slope
Rule = tuple[Small, Ints, Floats, Floats]  # floors; first row by alternative; counts; needs


@kernel
def text_cost(mask: int, text: Text) -> float:
    """Sum what the amendments of a mask cost."""
    costs, together, together_cost = text[0], text[5], text[6]
    total = 0.0
    for k in range(costs.size):
        if (mask >> k) & 1:
            total += costs[k]
    for c in range(together.size):
        if (mask & together[c]) == together[c]:
            total += together_cost[c]
    return total


@kernel
def set_margins(mask: int, text: Text, margin: Floats) -> None:
    """Write the margins (f,) under the amendments of a mask."""
    base, effects, together, together_effects = text[1], text[4], text[5], text[7]
    for j in range(base.size):
        margin[j] = base[j]
    for k in range(effects.shape[0]):
        if (mask >> k) & 1:
            for j in range(base.size):
                margin[j] += effects[k, j]
    for c in range(together.size):
        if (mask & together[c]) == together[c]:
            for j in range(base.size):
                margin[j] += together_effects[c, j]


@kernel
def level_costs(margin: Floats, text: Text, curves: Curves, unpaid: Small, cost: Floats) -> None:
    """Write the unpaid votes (f,) and what it costs to have at least each level (3, f)."""
    band, slack = text[2], text[3]
    first, start, price, slope = curves
    for j in range(margin.size):
        short = -margin[j]
        cost[0, j] = 0.0
        cost[1, j] = 0.0
        cost[2, j] = 0.0
        if short <= slack[j]:
            unpaid[j] = 2
            continue
        unpaid[j] = 1 if short - band[j] <= slack[j] else 0
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
def swap(steps: Floats, i: int, j: int) -> None:
    """Exchange two columns."""
    for r in range(4):
        steps[r, i], steps[r, j] = steps[r, j], steps[r, i]


@kernel
def cheapest_steps(need: float, n: int, steps: Floats, out: Floats) -> None:
    """Take steps, the least ratio first, until the gain meets the need; the last one in part.

    steps (4, n at least): ratio, gain, cost, gain in another row; reordered. out: cost (infinite
    if the need is not met), ratio of the last step, gain in the other row.
    """
    ratio, gain, paid, other = steps[0], steps[1], steps[2], steps[3]
    low, high = 0, n
    left, total, second = need, 0.0, 0.0
    while high > low:
        a, b, c = ratio[low], ratio[(low + high) >> 1], ratio[high - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        # Three parts: below the pivot, equal to it, above it.
        i, lt, gt = low, low, high
        below = 0.0
        while i < gt:
            if ratio[i] < pivot:
                if i != lt:
                    swap(steps, i, lt)
                below += gain[lt]
                lt += 1
                i += 1
            elif ratio[i] > pivot:
                gt -= 1
                swap(steps, i, gt)
            else:
                i += 1
        if below >= left:
            high = lt
            continue
        for k in range(low, lt):
            total += paid[k]
            second += other[k]
        left -= below
        for k in range(lt, gt):
            if gain[k] >= left:
                out[0] = total + pivot * left
                out[1] = pivot
                out[2] = second + other[k] * left / gain[k]
                return
            left -= gain[k]
            total += paid[k]
            second += other[k]
        low = gt
    out[0], out[1], out[2] = np.inf, np.inf, second


@kernel
def row_bound(
    current: Small,
    cost: Floats,
    row: Floats,
    need: float,
    priced: Floats,
    lam: float,
    steps: Floats,
    out: Floats,
) -> None:
    """Bound the cost of meeting one row from current votes up, another row priced at lam.

    row, priced: (3, f). out, as of cheapest_steps: cost less lam times the gain in the other row,
    ratio, gain in the other row.
    """
    n = 0
    left, offset, beside = need, 0.0, 0.0
    for j in range(current.size):
        at = current[j]
        if at == 2:
            continue
        if lam > 0.0:  # the level that is best by the price alone; steps go up from there
            level, best = at, 0.0
            for v in range(level + 1, 3):
                c = cost[v, j] - cost[level, j] - lam * (priced[v, j] - priced[level, j])
                if c < best:
                    best = c
                    at = v
            offset += best
            left -= row[at, j] - row[level, j]
            beside += priced[at, j] - priced[level, j]
        c2, g2 = 0.0, 0.0
        for v in range(2, at, -1):  # v = 1 only where the step to it is on the lower hull
            c = cost[v, j] - cost[at, j] - lam * (priced[v, j] - priced[at, j])
            g = row[v, j] - row[at, j]
            if v == 2:
                c2, g2 = c, g
            elif not (g > 0.0 and c < np.inf and (c * g2 < c2 * g or c2 == np.inf)):
                continue
            steps[1, n], steps[2, n] = g, c
            steps[3, n] = priced[v, j] - priced[at, j]
            if v == 1:  # the step to 2, entered just before, goes on from here
                steps[1, n - 1] = g2 - g
                steps[2, n - 1] = c2 - c
                steps[3, n - 1] -= steps[3, n]
            n += 1
    # Steps that gain nothing, or cannot be paid, are left out.
    m = 0
    for k in range(n):
        if steps[1, k] > 0.0 and steps[2, k] < np.inf:
            steps[0, m] = steps[2, k] / steps[1, k]
            steps[1, m], steps[2, m], steps[3, m] = steps[1, k], steps[2, k], steps[3, k]
            m += 1
    if left <= 0.0:
        out[0], out[1], out[2] = offset, 0.0, beside
        return
    cheapest_steps(left, m, steps, out)
    out[0] += offset
    out[2] += beside


@kernel
def pair_bound(
    current: Small,
    cost: Floats,
    row: Floats,
    need: float,
    priced: Floats,
    priced_need: float,
    enough: float,
    steps: Floats,
    out: Floats,
) -> float:
    """Bound the cost of meeting two rows: the best price on one, the other kept.

    The bound is concave in the price; two tangents that enclose its maximum give the next price.
    Ends early once the bound reaches ``enough``. out[3]: the price of the best bound.
    """
    row_bound(current, cost, row, need, priced, 0.0, steps, out)
    best, out[3] = out[0], 0.0
    if best >= enough or out[2] >= priced_need:
        return float(best)
    low, low_value, low_slope = 0.0, out[0], priced_need - out[2]
    # A price at which the other row is met: several times one that is of the right size.
    high, high_value, high_slope = 0.0, 0.0, 1.0
    lam = max(best, 1e-9) / low_slope
    for _ in range(60):
        row_bound(current, cost, row, need, priced, lam, steps, out)
        value = out[0] + lam * priced_need
        at = priced_need - out[2]
        if value > best:
            best, out[3] = value, lam
        if best >= enough or at == 0.0:
            break
        if at > 0.0:
            low, low_value, low_slope = lam, value, at
        else:
            high, high_value, high_slope = lam, value, at
        if high == 0.0:
            lam *= 4.0
            continue
        lam = (high_value - low_value + low_slope * low - high_slope * high) / (
            low_slope - high_slope
        )
        roof = low_value + low_slope * (lam - low)
        if lam <= low or lam >= high or roof <= best + 1e-7 * abs(best):
            break
    return float(best)


@kernel
def rule_bound(
    unpaid: Small,
    cost: Floats,
    rule: Rule,
    enough: float,
    pairs: int,
    current: Small,
    steps: Floats,
    out: Floats,
) -> float:
    """Bound the cost of meeting the rule from the unpaid votes; at least ``enough`` ends it early.

    pairs: 1 to look at the two hardest rows together where one alone does not reach enough.
    current (f,), steps (4, 2 f) and out (4,) are scratch.
    """
    floors, first, counts, need = rule
    f = unpaid.size
    least = np.inf
    for b in range(floors.shape[0]):
        fixed = 0.0
        for j in range(f):
            current[j] = max(unpaid[j], floors[b, j])
            if floors[b, j] > unpaid[j]:
                fixed += cost[floors[b, j], j]
        target = min(least, enough)
        if fixed >= target:
            least = min(least, fixed)
            continue
        hardest, hard, hard_need = -1, 0.0, 0.0
        second, next_hard, next_need = -1, 0.0, 0.0
        unmet = False
        for r in range(first[b], first[b + 1]):
            left = need[r]
            for j in range(f):
                left -= counts[r, current[j], j]
            if left <= 0.0:
                continue
            row_bound(current, cost, counts[r], left, counts[r], 0.0, steps, out)
            if hardest < 0 or out[0] > hard:
                second, next_hard, next_need = hardest, hard, hard_need
                hardest, hard, hard_need = r, out[0], left
            elif second < 0 or out[0] > next_hard:
                second, next_hard, next_need = r, out[0], left
            if fixed + hard >= target:
                unmet = True
                break
        value = fixed + hard
        if not unmet and pairs == 1 and second >= 0:
            value = fixed + pair_bound(
                current,
                cost,
                counts[hardest],
                hard_need,
                counts[second],
                next_need,
                target - fixed,
                steps,
                out,
            )
        least = min(least, value)
    return least


@kernel
def bound_sets(
    masks: Ints,
    text: Text,
    curves: Curves,
    rule: Rule,
    enough: float,
    pairs: int,
    bounds: Floats,
) -> None:
    """Write a bound on the cost of every set of amendments; from ``enough`` on any will do."""
    f = text[1].size
    margin = np.empty(f)
    unpaid = np.empty(f, np.int8)
    current = np.empty(f, np.int8)
    cost = np.empty((3, f))
    steps = np.empty((4, 2 * f + 1))
    out = np.empty(4)
    for z in range(masks.size):
        fixed = text_cost(masks[z], text)
        if fixed >= enough:
            bounds[z] = fixed
            continue
        set_margins(masks[z], text, margin)
        level_costs(margin, text, curves, unpaid, cost)
        bounds[z] = fixed + rule_bound(
            unpaid, cost, rule, enough - fixed, pairs, current, steps, out
        )


@kernel
def bound_node(
    mask: int,
    excluded: int,
    depth: int,
    most: int,
    whole: int,
    text: Text,
    curves: Curves,
    rule: Rule,
    enough: float,
    cheapest: Floats,
    lift: Floats,
) -> float:
    """Bound the cost of all sets that hold mask, nothing excluded, and at most ``most`` more.

    cheapest (k + 1, k + 1) and lift (k + 1, k + 1, f): by depth and number of further amendments,
    their least cost and the most that they add. Ends at the first number below enough, unless
    the whole bound is asked for.
    """
    together, together_cost, together_effects = text[5], text[6], text[7]
    f = text[1].size
    margin = np.empty(f)
    lifted = np.empty(f)
    unpaid = np.empty(f, np.int8)
    current = np.empty(f, np.int8)
    cost = np.empty((3, f))
    steps = np.empty((4, 2 * f + 1))
    out = np.empty(4)
    paid = text_cost(mask, text)
    set_margins(mask, text, margin)
    for c in range(together.size):
        if (mask & together[c]) != together[c] and (excluded & together[c]) == 0:
            paid += min(together_cost[c], 0.0)
            for j in range(f):
                margin[j] += max(together_effects[c, j], 0.0)
    least = np.inf
    for t in range(most + 1):
        fixed = paid + cheapest[depth, t]
        if fixed >= enough and whole == 0:
            return float(min(least, fixed))
        for j in range(f):
            lifted[j] = margin[j] + lift[depth, t, j]
        level_costs(lifted, text, curves, unpaid, cost)
        value = fixed + rule_bound(unpaid, cost, rule, enough - fixed, 1, current, steps, out)
        least = min(least, value)
        if least < enough and whole == 0:
            break
    return least


@kernel
def search_sets(
    nodes: int,
    items: Ints,
    barred: Ints,
    required: Ints,
    forbidden: Ints,
    limits: Ints,
    limit_most: Ints,
    state: Ints,
    text: Text,
    curves: Curves,
    rule: Rule,
    enough: float,
    cheapest: Floats,
    lift: Floats,
) -> int:
    """Search depth first for sets whose bound is below enough; 0: nodes used, 1: one found, 2: end.

    items: order in which amendments are decided, include first. state (1 + 3 (k + 1),): depth,
    then by depth the mask, what is excluded, and how many of the two children were looked at.
    A set found stands in state[1 + k]; the search goes on from there at the next call.
    """
    k = items.size
    held = state[1 : 2 + k]
    out_of = state[2 + k : 3 + 2 * k]
    phase = state[3 + 2 * k : 4 + 3 * k]
    for _ in range(nodes):
        d = state[0]
        if d < 0:
            return 2
        if d == k:
            state[0] = d - 1
            return 1
        if phase[d] == 2:
            state[0] = d - 1
            continue
        bit = items[d]
        mask = held[d]
        excluded = out_of[d]
        possible = True
        if phase[d] == 0:
            phase[d] = 1
            possible = (mask & barred[bit]) == 0 and (excluded & required[bit]) == 0
            mask |= 1 << bit
            for c in range(forbidden.size):
                possible = possible and (mask & forbidden[c]) != forbidden[c]
        else:
            phase[d] = 2
            for other in range(k):
                if (mask >> other) & 1 and (required[other] >> bit) & 1:
                    possible = False
            excluded |= 1 << bit
        most = k - d - 1
        for c in range(limits.size):
            left = limit_most[c]
            free = 0
            for other in range(k):
                inside = (limits[c] >> other) & 1
                if inside and (mask >> other) & 1:
                    left -= 1
                elif inside and (excluded >> other) & 1 == 0:
                    free += 1
            possible = possible and left >= 0
            most = min(most, k - d - 1 - max(0, free - left))
        if not possible:
            continue
        bound = bound_node(
            mask, excluded, d + 1, most, 0, text, curves, rule, enough, cheapest, lift
        )
        if bound < enough:
            held[d + 1] = mask
            out_of[d + 1] = excluded
            phase[d + 1] = 0
            state[0] = d + 1
    return 0
