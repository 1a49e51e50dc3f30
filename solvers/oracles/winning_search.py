"""The question that the oracle of a rule asks: a cheapest winning coalition off a hyperplane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from solvers.counting.simple_games import Expression, SimpleGame
from solvers.oracles.span import members_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LARGEST", "Finder", "Search", "cheapest_at_all", "decided", "integers", "subset_sums"]

LARGEST = 2**62
"""Sums up to here fit into 64 bits with room for one addition."""


@dataclass(frozen=True)
class Search:
    """What a coalition must keep to, and what it costs.

    Parameters
    ----------
    prices : tuple of int, length n
        Of any sign.
    values : tuple of int, length n
        Of the functional.
    target : int
        The values of the members must not sum to this.
    inside, outside : int
        Masks of players that are in the coalition, or not in it.
    """

    prices: tuple[int, ...]
    values: tuple[int, ...]
    target: int
    inside: int = 0
    outside: int = 0

    @property
    def free(self) -> tuple[int, ...]:
        """Players that may be in the coalition or not."""
        fixed = self.inside | self.outside
        return tuple(i for i in range(len(self.prices)) if not fixed >> i & 1)

    @property
    def rest(self) -> int:
        """What the values of the free members must not sum to."""
        return self.target - sum(self.values[i] for i in members_of(self.inside))


class Finder(Protocol):
    """A way to find cheapest winning coalitions."""

    name: str

    def cheapest(self, search: Search) -> int | None:
        """Return a cheapest winning coalition that keeps to the search; None if none does."""
        ...


def cheapest_at_all(search: Search) -> int | None:
    """Find a cheapest coalition off the hyperplane, winning or not.

    Parameters
    ----------
    search : Search
        The question.

    Returns
    -------
    int or None
        None when no coalition is off the hyperplane.

    Notes
    -----
    Where the cheapest of all lies on the hyperplane, the least change moves off it: one player
    whose value is not 0 changes sides.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004.

    Examples
    --------
    >>> cheapest_at_all(Search((3, -1, 2), (0, 1, 1), 1))
    0
    """
    prices, values = search.prices, search.values
    mask = search.inside
    total = 0
    for i in search.free:
        if prices[i] < 0:
            mask |= 1 << i
            total += values[i]
    if total != search.rest:
        return mask
    change = min(((abs(prices[i]), i) for i in search.free if values[i]), default=None)
    return None if change is None else mask ^ 1 << change[1]


def integers(numbers: Sequence[int], terms: int) -> NDArray[Any]:
    """Make an array of 64-bit integers, or of Python's where sums of them would not fit.

    Parameters
    ----------
    numbers : sequence of int
        The numbers.
    terms : int
        Of how many of them, at most, sums are made.

    Returns
    -------
    ndarray of int64 or object
    """
    import numpy as np

    largest = max(map(abs, numbers), default=0) * max(terms, 1)
    return np.array(list(numbers), dtype=np.int64 if largest < LARGEST else object)


def subset_sums(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return the sums of all subsets by mask.

    Parameters
    ----------
    numbers : ndarray
        One number for each element; element 0 is bit 0.

    Returns
    -------
    ndarray
    """
    import numpy as np

    sums = np.zeros(1, dtype=numbers.dtype)
    for value in numbers:
        sums = np.concatenate((sums, sums + value))
    return sums


def decided(game: SimpleGame, sums: Sequence[NDArray[Any]]) -> NDArray[np.bool_]:
    """Say of many coalitions at once which win.

    Parameters
    ----------
    game : SimpleGame
        The game.
    sums : sequence of ndarray
        One array for each leaf: the sums of the weights of every coalition.

    Returns
    -------
    ndarray of bool
    """
    import numpy as np

    shape = sums[0].shape
    holds = [np.asarray(s >= t, dtype=np.bool_) for s, t in zip(sums, game.thresholds, strict=True)]

    def test(node: Expression) -> NDArray[np.bool_]:
        if isinstance(node, int):
            return holds[node]
        word, parts = node
        found = np.full(shape, word == "all")
        for part in parts:
            found = found & test(part) if word == "all" else found | test(part)
        return found

    return test(game.root)
