"""Coalitions in order of cost, best first, with a bound on what is still to be paid."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import count

from solvers.errors import LimitError
from solvers.listing.units import Selection
from solvers.rules.cost_bound import Covers, combined_bound
from solvers.rules.leaf_sums import Sums

__all__ = ["MAX_IN_VAIN", "MAX_MEMBERS", "MAX_OPEN", "by_cost"]

MAX_OPEN = 1_500_000
"""Most branches that are kept open at a time, about 1 GiB."""

MAX_MEMBERS = 60_000_000
"""Most members that the open branches have chosen, all counted: they take time and memory too."""

MAX_IN_VAIN = 2_000_000
"""Most branches that are followed without finding anything, about 20 seconds."""


def by_cost(
    selection: Selection,
    costs: Sequence[int],
    minimal: bool,
    most_open: int | None = None,
    most_in_vain: int | None = None,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """List winning choices of units, the cheapest first.

    Parameters
    ----------
    selection : Selection
        A choice of coalitions.
    costs : sequence of int
        Cost of each unit, at least 0.
    minimal : bool
        Whether only choices are listed in which every unit is needed.
    most_open : int, optional
        Most branches to keep; `MAX_OPEN` when left out.
    most_in_vain : int, optional
        Most branches to follow in turn without finding anything; `MAX_IN_VAIN` when left out.

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
        If more branches would have to be kept, or so many in turn hold nothing.

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
    combined = combined_bound(selection.root, support)

    def covers(prices: Sequence[int]) -> list[Covers]:
        columns = ([g[k] for g in gains] for k in range(len(needs)))
        return [Covers([[piece] for piece in zip(own, prices, strict=True)]) for own in columns]

    by_price, by_size = covers(costs), covers(sizes)
    tie, limit = count(), MAX_OPEN if most_open is None else most_open
    patience = MAX_IN_VAIN if most_in_vain is None else most_in_vain
    # Cost and size that a branch reaches at least, then the units as far as they are decided:
    # those chosen, and the next one unless the branch is done.
    Branch = tuple[int, int, tuple[int, ...], int, int, int, int, Sums, bool]
    heap: list[Branch] = []

    kept = 0

    def push(pos: int, cost: int, size: int, sums: Sums, chosen: tuple[int, ...]) -> None:
        nonlocal kept
        rest = [t - s for t, s in zip(needs, sums, strict=True)]
        more = combined([c.least(pos, r) for c, r in zip(by_price, rest, strict=True)])
        extra = combined([c.least(pos, r) for c, r in zip(by_size, rest, strict=True)])
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
        if in_vain > patience:
            raise LimitError(
                f"{patience:,} branches in turn hold no coalition, the limit of a list by cost: "
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
