"""A bound from below on what units still have to be paid before a decision is taken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from operator import mul

from solvers.rules.leaf_sums import Expression

__all__ = ["Covers", "Piece", "combined_bound"]

Piece = tuple[int, int]
"""What a part of a unit adds to the sum of a leaf, at least 0, and what it costs, at least 0."""


class Covers:
    """The least that units must be paid to add a need to one leaf, if they were divisible.

    Equal pieces are kept once with their number, so that a hundred equal members cost no more
    than one.

    Parameters
    ----------
    pieces : sequence of sequence of (int, int)
        The pieces of each unit.

    References
    ----------
    .. [1] G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957),
       pp. 266-277 (the divisible knapsack).

    Examples
    --------
    Three units that add 5 for 2, 3 for 1 and 3 for 1; then the last alone:

    >>> covers = Covers([[(5, 2)], [(3, 1)], [(3, 1)]])
    >>> covers.least(0, 8), covers.least(2, 3), covers.least(2, 4)
    (3, 1, None)
    """

    def __init__(self, pieces: Sequence[Sequence[Piece]]) -> None:
        useful = [[piece for piece in own if piece[0] > 0] for own in pieces]
        kinds = {piece for own in useful for piece in own}
        self._kinds = sorted(kinds, key=lambda p: (Fraction(p[1], p[0]), -p[0]))
        place = {piece: k for k, piece in enumerate(self._kinds)}
        gain, price = ([piece[side] for piece in self._kinds] for side in (0, 1))
        number = [0] * len(self._kinds)
        # What the units from each one on add and cost together, the best pieces first.
        self._sums = [[0] * (len(number) + 1)]
        self._paid = [[0] * (len(number) + 1)]
        for own in reversed(useful):
            for piece in own:
                number[place[piece]] += 1
            self._sums.append(list(accumulate(map(mul, number, gain), initial=0)))
            self._paid.append(list(accumulate(map(mul, number, price), initial=0)))
        self._sums.reverse()
        self._paid.reverse()

    def least(self, first: int, need: int) -> int | None:
        """Bound what it costs from below.

        Parameters
        ----------
        first : int
            The units from this one on are there to be paid.
        need : int
            What they must add.

        Returns
        -------
        int or None
            None where they cannot add it.
        """
        if need <= 0:
            return 0
        sums, paid = self._sums[first], self._paid[first]
        k = bisect_left(sums, need)
        if k == len(sums):
            return None
        gain, price = self._kinds[k - 1]
        return paid[k - 1] + -(-(need - sums[k - 1]) * price // gain)


def combined_bound(
    root: Expression, support: Sequence[int]
) -> Callable[[Sequence[int | None]], int | None]:
    """Combine bounds for the leaves of a tree.

    Parameters
    ----------
    root : Expression
        The tree.
    support : sequence of int
        For each leaf, the mask of the units on which its sum depends.

    Returns
    -------
    callable
        Of a bound for each leaf, None where it cannot hold; gives one for the tree. An OR costs
        what its cheapest part does. The parts of an AND must all be paid, and those that depend
        on different units one beside the other.
    """
    return _bound(root, support)[0]


def _bound(
    root: Expression, support: Sequence[int]
) -> tuple[Callable[[Sequence[int | None]], int | None], int]:
    """Combine bounds; also return the mask of the units they depend on."""
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
