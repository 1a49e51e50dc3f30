"""Coalitions in order of cost, best first, with a bound on what is still to be paid."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, count

from solvers.counting.simple_games import Expression
from solvers.errors import LimitError
from solvers.listing.units import Selection, Sums

__all__ = ["MAX_IN_VAIN", "MAX_MEMBERS", "MAX_OPEN", "by_cost"]

MAX_OPEN = 1_500_000
"""Most branches that are kept open at a time, about 1 GiB."""

MAX_MEMBERS = 60_000_000
"""Most members that the open branches have chosen, all counted: they take time and memory too."""

MAX_IN_VAIN = 2_000_000
"""Most branches that are followed without finding anything, about 20 seconds."""


class _Cover:
    """The least that must be paid to add a need, members being divisible."""

    def __init__(self, gains: Sequence[int], prices: Sequence[int]) -> None:
        """Sort what the members of a group add, by price for each unit of it."""
        pairs = sorted(
            ((g, p) for g, p in zip(gains, prices, strict=True) if g > 0),
            key=lambda pair: (_ratio(pair), -pair[0]),
        )
        self.pairs = pairs
        self.sums = list(accumulate((g for g, _ in pairs), initial=0))
        self.paid = list(accumulate((p for _, p in pairs), initial=0))

    def __call__(self, need: int) -> int | None:
        """Return a bound from below; None where the need cannot be met."""
        if need <= 0:
            return 0
        k = bisect_left(self.sums, need)
        if k == len(self.sums):
            return None
        gain, price = self.pairs[k - 1]
        return self.paid[k - 1] + -(-(need - self.sums[k - 1]) * price // gain)


def _ratio(pair: tuple[int, int]) -> object:
    from fractions import Fraction

    return Fraction(pair[1], pair[0])


def _bound(
    root: Expression, support: Sequence[int]
) -> tuple[Callable[[Sequence[int | None]], int | None], int]:
    """Combine bounds for the leaves; also return the mask of the units they depend on.

    An OR costs what its cheapest part does. The parts of an AND must all be paid, and those
    that depend on different units one beside the other.
    """
    if isinstance(root, int):
        leaf = root
        return (lambda costs: costs[leaf]), support[leaf]
    word, parts = root
    inner = [_bound(part, support) for part in parts]
    units = 0
    for _, own in inner:
        units |= own
    if word == "any":

        def cheapest(costs: Sequence[int | None]) -> int | None:
            return min((c for part, _ in inner if (c := part(costs)) is not None), default=None)

        return cheapest, units

    def together(costs: Sequence[int | None]) -> int | None:
        priced = []
        for part, own in inner:
            cost = part(costs)
            if cost is None:
                return None
            priced.append((cost, own))
        priced.sort(reverse=True)
        total = taken = 0
        for cost, own in priced:
            if not own & taken:
                total += cost
                taken |= own
        return total

    return together, units


def by_cost(
    selection: Selection,
    root: Expression,
    costs: Sequence[int],
    minimal: bool,
    most_open: int | None = None,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """List winning choices of units, the cheapest first.

    Parameters
    ----------
    selection : Selection
        A choice of coalitions.
    root : Expression
        The tree over the leaves of `selection`.
    costs : sequence of int
        Cost of each unit, at least 0.
    minimal : bool
        Whether only choices are listed in which every unit is needed.
    most_open : int, optional
        Most branches to keep; `MAX_OPEN` when left out.

    Yields
    ------
    cost : int
        What the units cost.
    units : tuple of int
        The units, in rising order. Among equally dear ones those of fewer players come first,
        then the first unit in which two of them differ decides.

    Raises
    ------
    LimitError
        If more branches would have to be kept, or `MAX_IN_VAIN` in turn hold nothing.

    Notes
    -----
    The bound on a branch is the cost of covering what each leaf still needs with divisible
    members, the least over an OR; over an AND the sum for parts that depend on different
    members, and otherwise the largest. It is never too high, so that what
    is taken from the heap is the next in order.

    References
    ----------
    .. [1] P. E. Hart, N. J. Nilsson and B. Raphael, "A formal basis for the heuristic
       determination of minimum cost paths", IEEE Transactions on Systems Science and
       Cybernetics 4 (1968), pp. 100-107.
    """
    units, needs, wins = selection.units, selection.needs, selection.wins
    sizes = [len(u.players) for u in units]
    gains: list[Sums] = [u.yes or () for u in units]
    support = [sum(1 << u for u, g in enumerate(gains) if g[k]) for k in range(len(needs))]
    combined, _ = _bound(root, support)
    covers = [
        [
            (
                _Cover([g[k] for g in gains[pos:]], costs[pos:]),
                _Cover([g[k] for g in gains[pos:]], sizes[pos:]),
            )
            for k in range(len(needs))
        ]
        for pos in range(len(units) + 1)
    ]
    tie, limit = count(), MAX_OPEN if most_open is None else most_open
    # Cost and size that a branch reaches at least, then the units as far as they are decided:
    # those chosen, and the next one unless the branch is done.
    Branch = tuple[int, int, tuple[int, ...], int, int, int, int, Sums, bool]
    heap: list[Branch] = []

    kept = 0

    def push(pos: int, cost: int, size: int, sums: Sums, chosen: tuple[int, ...]) -> None:
        nonlocal kept
        rest = [t - s for t, s in zip(needs, sums, strict=True)]
        more = combined([c(r) for (c, _), r in zip(covers[pos], rest, strict=True)])
        extra = combined([c(r) for (_, c), r in zip(covers[pos], rest, strict=True)])
        if more is None or extra is None or pos == len(units):
            return
        kept += len(chosen)
        if len(heap) >= limit or kept > MAX_MEMBERS:
            raise LimitError(
                f"more than {len(heap):,} branches are open: so many coalitions cost nearly the "
                f"same that they cannot be listed by cost; ask for the cheapest one, or list "
                f"by size"
            )
        key = (cost + more, size + extra, (*chosen, pos))
        heapq.heappush(heap, (*key, next(tie), pos, cost, size, sums, False))

    def finish(pos: int, cost: int, size: int, sums: Sums, chosen: tuple[int, ...]) -> None:
        heapq.heappush(heap, (cost, size, chosen, next(tie), pos, cost, size, sums, True))

    nothing: Sums = (0,) * len(needs)
    if wins(nothing):
        finish(0, 0, 0, nothing, ())
    if not (minimal and wins(nothing)):
        push(0, 0, 0, nothing, ())
    in_vain = 0
    while heap:
        _, _, units_so_far, _, pos, cost, size, sums, done = heapq.heappop(heap)
        in_vain = 0 if done else in_vain + 1
        if done:
            yield cost, units_so_far
            continue
        if in_vain > MAX_IN_VAIN:
            raise LimitError(
                f"{MAX_IN_VAIN:,} branches in turn hold no coalition, the limit of a list by cost: "
                f"ask for the cheapest one, or list by size"
            )
        chosen = units_so_far[:-1]
        kept -= len(chosen)
        push(pos + 1, cost, size, sums, chosen)
        cost, size = cost + costs[pos], size + sizes[pos]
        sums = tuple(s + g for s, g in zip(sums, gains[pos], strict=True))
        chosen = (*chosen, pos)
        if not wins(sums):
            push(pos + 1, cost, size, sums, chosen)
            continue
        if not minimal:
            finish(pos, cost, size, sums, chosen)
            push(pos + 1, cost, size, sums, chosen)
        elif not any(wins([s - g for s, g in zip(sums, gains[u], strict=True)]) for u in chosen):
            finish(pos, cost, size, sums, chosen)
