"""The cheapest votes that meet a rule, once the amendments are chosen: exactly, in fractions.

Each player offers a few votes at a price; every alternative of the rule asks for lowest votes and
for sums. Prices on the sums, found in floats, bound what is still to come; what they shut out by
more than a margin for rounding is left out, and the rest is compared exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from solvers.concessions.decomposition.branches import Branch
from solvers.concessions.decomposition.level_costs import LevelPrices, Payment
from solvers.concessions.parts import ZERO
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["InterruptedSearchError", "Profile", "cheapest_profile"]

SAFETY: Final = 1e-9  # relative and absolute; rounding is far below it
MANY: Final = 256  # states from which on looking for dominated ones pays

Key: TypeAlias = tuple[Fraction, Fraction, int, int]
Vector: TypeAlias = tuple[float, ...]


class InterruptedSearchError(Exception):
    """The caller's ``stop`` said so."""


@dataclass(frozen=True)
class Profile:
    """Payments that meet a rule.

    Parameters
    ----------
    key : (Fraction, Fraction, int, int)
        Their cost, what is overpaid, how many are paid, and the order of data: less is better.
    payments : mapping of int to Payment
        By player.
    """

    key: Key
    payments: Mapping[int, Payment]


@dataclass(frozen=True)
class _Option:
    """A vote of one player: its price, and what it adds to each row."""

    player: int
    key: Key
    cost: float
    gains: tuple[int, ...]
    payment: Payment | None


def cheapest_profile(
    prices: Mapping[int, LevelPrices],
    branches: Sequence[Branch],
    most: Fraction | None = None,
    stop: Callable[[], bool] | None = None,
) -> Profile | None:
    """Find the cheapest payments under which one of several branches holds.

    Parameters
    ----------
    prices : mapping of int to LevelPrices
        Of every player whose vote is open.
    branches : sequence of Branch
        Alternatives.
    most : Fraction or None
        Payments that cost more are of no interest.
    stop : callable or None
        Asked now and then; true ends the search.

    Returns
    -------
    Profile or None
        The first in the order of its key; None when no payments will do.

    Raises
    ------
    InterruptedSearchError
        If ``stop`` said so.

    Notes
    -----
    A dynamic programme over players; states are what the rows still need. Players of whom the
    prices on the rows leave one vote only are settled first.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11.
    .. [2] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.

    Examples
    --------
    Two of three must say yes; the second asks 3, the third 5:

    >>> row = ((0, 0, 0), (0, 0, 0), (1, 1, 1))
    >>> from solvers.concessions.decomposition.branches import Row
    >>> asks = {i: LevelPrices(NO, None, Payment(Fraction(c), Fraction(0)))
    ...         for i, c in ((1, 3), (2, 5))} | {0: LevelPrices(YES)}
    >>> cheapest_profile(asks, [Branch((0, 0, 0), (Row(row, 2),))]).key[0]
    Fraction(3, 1)
    """
    best: Profile | None = None
    for branch in branches:
        search = _Search.over(prices, branch)
        if search is None:
            continue
        found = search.best(best.key[0] if best is not None else most, stop)
        if found is not None and (best is None or found.key < best.key):
            best = found
    return best


@dataclass(frozen=True)
class _Label:
    """Choices of the players so far: their key, their cost, and the last of them."""

    key: Key
    cost: float
    before: _Label | None = None
    option: _Option | None = None

    def choices(self) -> list[_Option]:
        found = []
        label: _Label | None = self
        while label is not None and label.option is not None:
            found.append(label.option)
            label = label.before
        return found


@dataclass
class _Search:
    """One branch: the options of every player that still has a choice, and what is needed."""

    options: list[list[_Option]]
    need: tuple[int, ...]

    @classmethod
    def over(cls, prices: Mapping[int, LevelPrices], branch: Branch) -> _Search | None:
        """Count the lowest votes of all; options are then gains on them. None: floors fail."""
        lowest = []
        for i, offered in prices.items():
            own = _options(i, len(branch.floors), offered, branch)
            if not own:
                return None
            lowest.append(own)
        need = [
            row.need - sum(own[0].gains[r] for own in lowest) for r, row in enumerate(branch.rows)
        ]
        rows = [r for r, left in enumerate(need) if left > 0]
        options = []
        for own in lowest:
            base = own[0].gains
            gains = [tuple(o.gains[r] - base[r] for r in rows) for o in own]
            found = [replace(o, gains=g) for o, g in zip(own, gains, strict=True)]
            found = [o for k, o in enumerate(found) if k == 0 or any(o.gains)]
            if len(found) > 1 or found[0].payment is not None:
                options.append(found)
        left = tuple(need[r] for r in rows)
        highest = [sum(own[-1].gains[r] for own in options) for r in range(len(rows))]
        if any(high < x for high, x in zip(highest, left, strict=True)):
            return None
        return cls(options, left)

    def best(self, most: Fraction | None, stop: Callable[[], bool] | None) -> Profile | None:
        """Return the payments of least key that cost at most so much."""
        prices = _prices(self.options, self.need)
        limit = math.inf if most is None else float(most)
        limit = min(limit, _rounded_up(self.options, self.need, prices))
        limit += SAFETY * max(1.0, limit)
        label = _labels(self.options, self.need, prices, limit, stop)
        if label is None or (most is not None and label.key[0] > most):
            return None
        paid = [o.payment for o in label.choices() if o.payment is not None]
        players = [o.player for o in label.choices() if o.payment is not None]
        return Profile(label.key, dict(sorted(zip(players, paid, strict=True))))


def _options(player: int, n: int, offered: LevelPrices, branch: Branch) -> list[_Option]:
    """Votes of one player from its floor up, without those that cost more and bring no more."""
    found: list[_Option] = []
    for level in (NO, ABSTAIN, YES):
        payment = offered.reach(level) if level > offered.unpaid else None
        if level < max(offered.unpaid, branch.floors[player]):
            continue
        if level > offered.unpaid and (payment is None or payment.level > level):
            continue
        gains = tuple(row.counts[level][player] for row in branch.rows)
        key = (ZERO, ZERO, 0, 0)
        if payment is not None:
            key = (payment.cost, payment.overpaid, 1, -(1 << (n - 1 - player)))
        option = _Option(player, key, float(key[0]), gains, payment)
        found = [o for o in found if o.key < key]
        if not found or found[-1].gains != gains:
            found.append(option)
    return found


def _added(a: Key, b: Key) -> Key:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


def _rounded_up(options: Sequence[Sequence[_Option]], need: Sequence[int], prices: Vector) -> float:
    """Cost of payments that meet the rows: those that the prices choose, then mended greedily."""
    at, left = [], list(need)
    for own in options:
        reduced = [o.cost - _worth(prices, o.gains) for o in own]
        k = min(range(len(own)), key=reduced.__getitem__)
        at.append(k)
        left = [x - g for x, g in zip(left, own[k].gains, strict=True)]
    while any(x > 0 for x in left):
        best: tuple[float, int, int] | None = None
        for j, own in enumerate(options):
            now = own[at[j]]
            for k in range(at[j] + 1, len(own)):
                steps = zip(left, own[k].gains, now.gains, need, strict=True)
                gain = sum(min(g - h, x) / full for x, g, h, full in steps if x > 0)
                if gain > 0:
                    step = ((own[k].cost - now.cost) / gain, j, k)
                    best = step if best is None else min(best, step)
        if best is None:
            return math.inf
        _, j, k = best
        steps = zip(left, options[j][k].gains, options[j][at[j]].gains, need, strict=True)
        left = [x - g + h for x, g, h, _ in steps]
        at[j] = k
    for j in sorted(range(len(options)), key=lambda j: -options[j][at[j]].cost):
        for k in range(at[j]):
            pairs = zip(left, options[j][at[j]].gains, options[j][k].gains, strict=True)
            back = [x + g - h for x, g, h in pairs]
            if all(x <= 0 for x in back):
                left, at[j] = back, k
                break
    return math.fsum(own[k].cost for own, k in zip(options, at, strict=True))


def _worth(prices: Vector, gains: Sequence[int]) -> float:
    return sum(p * g for p, g in zip(prices, gains, strict=True))


def _prices(options: Sequence[Sequence[_Option]], need: Sequence[int]) -> Vector:
    """Prices on the rows under which the relaxation is dear: of one row, or of the hardest two."""
    if not need:
        return ()
    alone = [_relaxed(options, need, r, (0.0,) * len(need)) for r in range(len(need))]
    order = sorted(range(len(need)), key=lambda r: -alone[r][0])
    first = order[0]
    price = [0.0] * len(need)
    price[first] = alone[first][1]
    if len(order) > 1 and math.isfinite(price[first]):
        second = order[1]
        price[second] = _second_price(options, need, first, second)
        price[first] = _relaxed(options, need, first, tuple(price))[1]
    return tuple(x if math.isfinite(x) else 0.0 for x in price)


def _second_price(
    options: Sequence[Sequence[_Option]], need: Sequence[int], first: int, second: int
) -> float:
    """Price of a second row that makes the bound with the first row kept as large as can be."""

    def at(price: float) -> tuple[float, float]:
        prices = [0.0] * len(need)
        prices[second] = price
        value, _, gain = _relaxed(options, need, first, tuple(prices), second)
        return value + price * need[second], need[second] - gain

    low, (low_value, low_slope) = 0.0, at(0.0)
    if low_slope <= 0 or not math.isfinite(low_value):
        return 0.0
    best, best_price = low_value, 0.0
    high = max(low_value, 1e-9) / low_slope
    high_value, high_slope = at(high)
    while high_slope > 0 and high < 1e12:
        low, low_value, low_slope = high, high_value, high_slope
        if high_value > best:
            best, best_price = high_value, high
        high *= 4
        high_value, high_slope = at(high)
    for _ in range(30):
        if high_value > best:
            best, best_price = high_value, high
        if low_slope <= high_slope:
            break
        price = (high_value - low_value + low_slope * low - high_slope * high) / (
            low_slope - high_slope
        )
        if not low < price < high or low_value + low_slope * (price - low) <= best * (1 + 1e-9):
            break
        value, slope = at(price)
        if value > best:
            best, best_price = value, price
        if slope > 0:
            low, low_value, low_slope = price, value, slope
        else:
            high, high_value, high_slope = price, value, slope
    return best_price


def _relaxed(
    options: Sequence[Sequence[_Option]],
    need: Sequence[int],
    kept: int,
    prices: Sequence[float],
    watched: int | None = None,
) -> tuple[float, float, float]:
    """Relax all rows but one at given prices: value, price of the kept row, gain in another."""
    value, left, beside = 0.0, float(need[kept]), 0.0
    watch = kept if watched is None else watched
    others = tuple(0.0 if r == kept else p for r, p in enumerate(prices))
    steps: list[tuple[float, float, float, float]] = []
    for own in options:
        points = [(o.cost - _worth(others, o.gains), o.gains[kept], o.gains[watch]) for o in own]
        at = min(range(len(points)), key=lambda k: points[k][0])
        cost, gain, other = points[at]
        value, left, beside = value + cost, left - gain, beside + other
        higher = [p for p in points[at + 1 :] if p[1] > gain]
        while higher:  # the lower hull, from its flattest step on
            ratio, k = min(((p[0] - cost) / (p[1] - gain), k) for k, p in enumerate(higher))
            step = higher[k]
            steps.append((ratio, step[1] - gain, step[0] - cost, step[2] - other))
            cost, gain, other = step
            higher = [p for p in higher[k + 1 :] if p[1] > gain]
    if left <= 0:
        return value, 0.0, beside
    for ratio, more, paid, further in sorted(steps):
        if more >= left:
            return value + ratio * left, ratio, beside + further * left / more
        value, left, beside = value + paid, left - more, beside + further
    return math.inf, math.inf, beside


def _labels(
    options: Sequence[Sequence[_Option]],
    need: tuple[int, ...],
    prices: Vector,
    limit: float,
    stop: Callable[[], bool] | None,
) -> _Label | None:
    """Choose one option of each player: least key among the choices that meet the needs."""
    reduced = [[o.cost - _worth(prices, o.gains) for o in own] for own in options]
    least = [min(own) for own in reduced]
    spare = limit - math.fsum(least) - _worth(prices, need)
    if spare < 0:
        return None
    kept = [
        [o for o, c in zip(own, costs, strict=True) if c - low <= spare]
        for own, costs, low in zip(options, reduced, least, strict=True)
    ]
    order = sorted(range(len(options)), key=lambda j: (len(kept[j]), -max(reduced[j]) + least[j]))
    ahead, reach = [0.0], [(0,) * len(need)]
    for j in reversed(order):
        ahead.append(ahead[-1] + least[j])
        top = [max(o.gains[r] for o in kept[j]) for r in range(len(need))]
        reach.append(tuple(x + y for x, y in zip(reach[-1], top, strict=True)))
    layer = {need: _Label((ZERO, ZERO, 0, 0), 0.0)}
    for position, j in enumerate(order, start=1):
        if stop is not None and stop():
            raise InterruptedSearchError
        bound, most = limit - ahead[-1 - position], reach[-1 - position]
        after: dict[tuple[int, ...], _Label] = {}
        for left, label in layer.items():
            for o in kept[j]:
                rest = tuple(max(x - g, 0) for x, g in zip(left, o.gains, strict=True))
                cost = label.cost + o.cost
                if cost + _worth(prices, rest) > bound:
                    continue
                if any(x > y for x, y in zip(rest, most, strict=True)):
                    continue
                key, known = _added(label.key, o.key), after.get(rest)
                if known is None or key < known.key:
                    after[rest] = _Label(key, cost, label, o)
        layer = _undominated(after) if len(need) == 1 and len(after) > MANY else after
    return layer.get((0,) * len(need))


def _undominated(layer: dict[tuple[int, ...], _Label]) -> dict[tuple[int, ...], _Label]:
    """Of one row: keep the states that need less than all that are as good."""
    kept: dict[tuple[int, ...], _Label] = {}
    best: Key | None = None
    for left in sorted(layer):
        if best is None or layer[left].key < best:
            kept[left] = layer[left]
            best = layer[left].key
    return kept
