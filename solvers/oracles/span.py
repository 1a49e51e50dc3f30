"""What the coalitions already fixed settle: the span of their rows, in exact arithmetic.

Interchangeable players get equal shares, so a coalition is a row of numbers of each type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from random import Random

__all__ = ["Counts", "Span", "counts_of", "mask_of", "members_of"]

Counts = tuple[int, ...]
"""How many players of each type."""


def mask_of(players: Iterable[int]) -> int:
    """Write a set of players as bits.

    Parameters
    ----------
    players : iterable of int
        Player 0 is bit 0.

    Returns
    -------
    int
    """
    mask = 0
    for i in players:
        mask |= 1 << i
    return mask


def members_of(mask: int) -> tuple[int, ...]:
    """List the players of a mask in rising order.

    Parameters
    ----------
    mask : int
        Player 0 is bit 0.

    Returns
    -------
    tuple of int
    """
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def counts_of(mask: int, types: Sequence[Sequence[int]]) -> Counts:
    """Count the members of each type.

    Parameters
    ----------
    mask : int
        A coalition.
    types : sequence of sequence of int
        Classes of interchangeable players.

    Returns
    -------
    tuple of int
    """
    return tuple((mask & mask_of(group)).bit_count() for group in types)


class Span:
    """Rows that are linear combinations of the grand coalition and of rows that are fixed.

    Parameters
    ----------
    types : sequence of sequence of int
        Classes of interchangeable players; singletons where every player counts for itself.
    rows : iterable of sequence of int
        Fixed rows, a number for each type. The grand coalition is always among them.

    Notes
    -----
    A row is in the span exactly if every vector orthogonal to the span takes the value 0 on it;
    `functionals` is a basis of those vectors, in whole numbers. Adding a row costs O(T^2)
    operations on Fractions for T types.

    References
    ----------
    .. [1] J. Derks and J. Kuipers, "Implementing the simplex method for computing the
       prenucleolus of transferable utility games", Maastricht University, 1997.
    .. [2] T. Solymosi, "Weighted nucleoli and dually essential coalitions", International
       Journal of Game Theory 48 (2019), pp. 1087-1109.

    Examples
    --------
    >>> span = Span([[0], [1], [2]], [(1, 1, 0)])
    >>> span.rank, span.settles(0b100), span.settles(0b101), span.functionals
    (2, True, False, ((-1, 1, 0),))
    """

    def __init__(
        self, types: Sequence[Sequence[int]], rows: Iterable[Sequence[int | Fraction]] = ()
    ) -> None:
        self.types = tuple(tuple(group) for group in types)
        self._lines: dict[int, list[Fraction]] = {}  # by the column of their leading 1
        self._functionals: tuple[tuple[int, ...], ...] | None = None
        self._add([len(group) for group in self.types])
        for row in rows:
            self._add(row)

    @property
    def rank(self) -> int:
        """Number of independent rows, the grand coalition included."""
        return len(self._lines)

    def adding(self, rows: Iterable[Sequence[int | Fraction]]) -> Span:
        """Return a larger span; this one stays as it is.

        Parameters
        ----------
        rows : iterable of sequence of int
            Further fixed rows.

        Returns
        -------
        Span
        """
        other = Span(())
        other.types, other._lines = self.types, dict(self._lines)
        for row in rows:
            other._add(row)
        return other

    def contains(self, row: Sequence[int | Fraction]) -> bool:
        """Say whether a row is a combination of the fixed ones.

        Parameters
        ----------
        row : sequence of int
            A number for each type.

        Returns
        -------
        bool
        """
        return not any(self._rest(row))

    def settles(self, mask: int) -> bool:
        """Say whether the fixed rows determine what a coalition gets.

        Parameters
        ----------
        mask : int
            A coalition.

        Returns
        -------
        bool
        """
        return self.contains(counts_of(mask, self.types))

    @property
    def functionals(self) -> tuple[tuple[int, ...], ...]:
        """Basis of the vectors orthogonal to the span, one whole number for each player."""
        if self._functionals is None:
            self._functionals = tuple(self._by_player(vector) for vector in self._orthogonal())
        return self._functionals

    def hyperplane(self, seed: int) -> tuple[int, ...]:
        """Combine the functionals at random: where it is not 0, a coalition is not settled.

        Parameters
        ----------
        seed : int
            Of the random choice.

        Returns
        -------
        tuple of int, length n
            That it is 0 proves nothing.
        """
        random = Random(seed)
        basis = self.functionals
        if not basis:
            return (0,) * sum(len(group) for group in self.types)
        factors = [random.randint(-1000, 1000) or 1 for _ in basis]
        combined = [
            sum(f * v for f, v in zip(factors, c, strict=True)) for c in zip(*basis, strict=True)
        ]
        divisor = gcd(*combined) or 1
        return tuple(v // divisor for v in combined)

    def _rest(self, row: Sequence[int | Fraction]) -> list[Fraction]:
        """Take the fixed rows off a row."""
        rest = [Fraction(v) for v in row]
        for column, line in self._lines.items():
            factor = rest[column]
            if factor:
                rest = [a - factor * b if b else a for a, b in zip(rest, line, strict=True)]
        return rest

    def _add(self, row: Sequence[int | Fraction]) -> None:
        rest = self._rest(row)
        column = next((j for j, v in enumerate(rest) if v), None)
        if column is None:
            return
        lead = rest[column]
        new = [v / lead for v in rest]
        for other, line in self._lines.items():
            factor = line[column]
            if factor:
                self._lines[other] = [a - factor * b for a, b in zip(line, new, strict=True)]
        self._lines[column] = new
        self._functionals = None

    def _orthogonal(self) -> list[list[int]]:
        found = []
        for free in range(len(self.types)):
            if free in self._lines:
                continue
            scale = lcm(*(line[free].denominator for line in self._lines.values()))
            vector = [0] * len(self.types)
            vector[free] = scale
            for column, line in self._lines.items():
                vector[column] = int(-line[free] * scale)
            found.append(vector)
        return found

    def _by_player(self, vector: Sequence[int]) -> tuple[int, ...]:
        values = [0] * sum(len(group) for group in self.types)
        for value, group in zip(vector, self.types, strict=True):
            for i in group:
                values[i] = value
        return tuple(values)
