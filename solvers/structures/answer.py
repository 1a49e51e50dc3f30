"""What a search for the best coalition structure returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any, Final, Literal

__all__ = ["OptimalStructure", "Partition"]

Partition = tuple[int, ...]
"""Blocks of a structure as masks, the block of the first player first."""

Guarantee = Literal["exact", "optimal", "bounded"]
MAX_SHOWN: Final = 60


@dataclass(frozen=True, eq=False)
class OptimalStructure:
    """The partitions of the players whose worths have the largest sum.

    Parameters
    ----------
    players : tuple of str
        Names, by bit.
    value : Fraction
        Sum of the worths of the blocks.
    bound : Fraction
        No structure is worth more; equal to `value` when that is proved.
    guarantee : {"exact", "optimal", "bounded"}
        ``exact``: all coalitions were looked at in exact arithmetic; ``optimal``: proved by a
        solver of integer programmes; ``bounded``: stopped before the proof.
    method : str
        What found it.
    worth : callable
        Worth of a mask, exact.
    interrupted : bool
        Whether Ctrl-C cut the search.

    Notes
    -----
    A structure that is not known to be the only best one of its kind comes with all others only
    where the guarantee is ``exact``; elsewhere `structures` holds the one that was found.

    References
    ----------
    .. [1] R. J. Aumann and J. H. Dreze, "Cooperative games with coalition structures",
       International Journal of Game Theory 3 (1974), pp. 217-237.
    """

    players: tuple[str, ...]
    value: Fraction
    bound: Fraction
    guarantee: Guarantee
    method: str
    worth: Callable[[int], Fraction] = field(repr=False)
    listing: Callable[[], Iterator[Partition]] = field(repr=False)
    counting: Callable[[], int | None] = field(repr=False)
    interrupted: bool = False

    @property
    def gap(self) -> Fraction:
        """Distance of the bound from the value; 0 when the value is proved best."""
        return self.bound - self.value

    def partitions(self) -> Iterator[Partition]:
        """List the best structures one by one, as masks.

        Yields
        ------
        tuple of int
            Always in the same order.
        """
        return self.listing()

    def structures(self, limit: int | None = None) -> list[list[tuple[str, ...]]]:
        """List the best structures by the names of the players.

        Parameters
        ----------
        limit : int or None
            At most so many; None: all, of which there may be billions.

        Returns
        -------
        list of list of tuple of str
        """
        return [[self._names(block) for block in p] for p in islice(self.partitions(), limit)]

    @cached_property
    def structure(self) -> list[tuple[str, ...]]:
        """The first of them."""
        return self.structures(1)[0]

    @cached_property
    def number(self) -> int | None:
        """How many structures are best; None where that was not asked (not ``exact``)."""
        return self.counting()

    def verify(self) -> bool:
        """Re-check from the worths that the first structure is a partition and has the value.

        Returns
        -------
        bool
            For up to 12 players and an ``exact`` answer also whether no partition is better,
            by a second recursion that goes by the block of the first player.
        """
        blocks = next(self.partitions(), None)
        n = len(self.players)
        if blocks is None or sum(blocks) != 2**n - 1:
            return False
        joined = 0
        for block in blocks:
            if block <= 0 or joined & block:
                return False
            joined |= block
        if sum(map(self.worth, blocks), Fraction(0)) != self.value or self.bound < self.value:
            return False
        if self.guarantee == "exact" and n <= MAX_REPEATED:
            return _best_by_first_player(n, self.worth) == self.value == self.bound
        return True

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data; the structures only when there are at most 60.

        Returns
        -------
        dict
        """
        number = self.number
        listed = None if number is None or number > MAX_SHOWN else self.structures()
        return {
            "concept": "optimal_structure",
            "players": list(self.players),
            "value": str(self.value),
            "bound": str(self.bound),
            "guarantee": self.guarantee,
            "method": self.method,
            "structure": [list(block) for block in self.structure],
            "structures": listed and [[list(block) for block in p] for p in listed],
            "number_of_optimal_structures": number,
        }

    def __str__(self) -> str:
        blocks = " | ".join(", ".join(block) for block in self.structure) or "nobody"
        more = "" if self.number in (None, 1) else f" and {(self.number or 0) - 1:,} more"
        if self.guarantee == "bounded":
            return f"{self.value} (at most {self.bound}): {blocks}"
        return f"{self.value}: {blocks}{more}"

    def _names(self, mask: int) -> tuple[str, ...]:
        return tuple(name for i, name in enumerate(self.players) if mask >> i & 1)


MAX_REPEATED: Final = 12


def _best_by_first_player(n: int, worth: Callable[[int], Fraction]) -> Fraction:
    table = [worth(mask) for mask in range(2**n)]
    best = [Fraction(0)] * 2**n
    # Only sets that hold all players from some one on, or lack the first ones, are asked for.
    for mask in range(1, 2**n):
        first = mask & -mask
        rest = part = mask ^ first
        most = table[mask]
        while part:
            part = (part - 1) & rest
            most = max(most, table[first | part] + best[rest ^ part])
        best[mask] = most
    return best[-1]
